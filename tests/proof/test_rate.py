"""The sentence for vials that come faster than windows let them pass."""

from __future__ import annotations

import pytest

from planner.documents.load import parse_scenario
from planner.proof.rate import outpaced
from planner.regimen.build import course_of
from tests.proof.explained import FOLDER
from tests.proof.models import DRUG, POLICY

TEXT = (FOLDER / "spare-vials-in-thirty-weeks.yaml").read_text(encoding="utf-8")
MEMBERS = (
    "I.rr.initial",
    "II.A",
    "V.rr.days",
    "request.cycles",
    "pharmacy.bags",
    "pharmacy.spare_vials",
    "history.cycles.0",
    "history.dispenses.0",
)


def sentences(text: str, *ids: str) -> list[str]:
    course = course_of(parse_scenario(text).scenario, POLICY, DRUG)
    return list(outpaced(course, ids))


def test_the_dates_end_with_the_authorization_less_the_days_in_transit() -> None:
    # from 5 Jan 30 weeks go to 2 Aug; with a day in transit the last vial leaves on 1 Aug
    [says] = sentences(TEXT, *MEMBERS)
    assert "from 5 Jan 2026 to 2 Aug 2026" in says
    slower = TEXT.replace("transit_days: 0", "transit_days: 1")
    slower = slower.replace("{date: 2026-01-05,", "{date: 2026-01-04,")
    [says] = sentences(slower, *MEMBERS, "pharmacy.transit_days")
    assert "from 4 Jan 2026 to 1 Aug 2026" in says
    assert says.endswith("144 > 5 x 28 = 140")


def test_the_end_of_a_given_authorization_counts_where_it_is_a_member() -> None:
    given = "authorizations: [{kind: initial, start: 2026-01-05, end: 2026-08-01}]\n"
    members = ["authorizations.0" if m == "I.rr.initial" else m for m in MEMBERS]
    [says] = sentences(TEXT + given, *members)
    assert "from 5 Jan 2026 to 1 Aug 2026" in says


@pytest.mark.parametrize(
    ("left_out", "because"),
    [
        ("pharmacy.spare_vials", "28 + 4 x 28 = 140 vials fit into 5 x 28"),
        ("I.rr.initial", "nothing says when the cycles end"),
        ("history.cycles.0", "nothing says when the authorization begins"),
        ("history.dispenses.0", "nothing says what was sent and when"),
        ("pharmacy.bags", "nothing says how many vials a day takes"),
        ("V.rr.days", "nothing says how many days a cycle has"),
        ("II.A", "nothing limits vials"),
    ],
)
def test_without_one_of_its_members_there_is_no_such_sum(left_out: str, because: str) -> None:
    assert not sentences(TEXT, *(m for m in MEMBERS if m != left_out)), because


def test_four_cycles_fit() -> None:
    # 28 + 3 x 29 = 115 <= 140
    assert not sentences(TEXT.replace("cycles: 5}", "cycles: 4}"), *MEMBERS)
