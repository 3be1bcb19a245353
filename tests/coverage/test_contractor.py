"""A plan names the Medicare contractor of the patient's place, or says that the county decides."""

from __future__ import annotations

from typing import Any

import pytest

from planner import api
from planner.documents.coverage import Contractor
from planner.documents.plan import Plan
from planner.documents.scenario import Scenario
from planner.report.coverage import contractor_words
from tests.report.plans import plan
from tests.report.test_terminal import printed


def living(policy: str = "eocco-0382", **place: Any) -> Plan:
    """A plan of a patient in a place."""
    made = plan(1)
    document = made.scenario.document.model_dump(mode="json", exclude_unset=True)
    document["patient"].update(place)
    document["policy"] = policy
    stamp = made.scenario.model_copy(update={"document": Scenario.model_validate(document)})
    return api.covered(made.model_copy(update={"scenario": stamp}), None)


def found(made: Plan) -> Contractor | None:
    assert made.coverage is not None
    return made.coverage.contractor


def test_a_state_has_one_contractor() -> None:
    here = found(living(state="OR"))
    assert here is not None
    assert (here.clause, here.jurisdiction, here.open_county) == ("App2", "F (2 & 3)", False)
    assert here.contractor == "Noridian Healthcare Solutions, LLC"
    assert "Medicare Part B contractor\n  Noridian" in printed(living(state="OR"))


@pytest.mark.parametrize(
    ("county", "jurisdiction", "open_county"),
    [("Fairfax", "L (12)", False), ("Henrico", "M (11)", False), (None, "M (11)", True)],
)
def test_in_virginia_the_county_decides(
    county: str | None, jurisdiction: str, open_county: bool
) -> None:
    made = living(state="VA", **({"county": county} if county else {}))
    here = found(made)
    assert here is not None
    assert (here.jurisdiction, here.open_county) == (jurisdiction, open_county)
    assert ("give patient.county" in contractor_words(made)) == open_county


def test_without_a_state_or_a_table_none_is_named() -> None:
    assert found(living()) is None
    assert found(living("healthpartners-045816", state="OR")) is None
    assert contractor_words(living()) == ""
