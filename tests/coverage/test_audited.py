"""What a plan says of its coverage is asked once more by the audit, by code of its own."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from planner import api
from planner.audit import audit
from planner.audit.case import Case
from planner.audit.rules_coverage import criteria
from planner.coverage.answer import answered
from planner.coverage.covered import coverage_of
from planner.coverage.trees import Trees
from planner.documents.coverage import Coverage
from planner.documents.load import load_drug, load_policy
from planner.documents.plan import Plan
from planner.documents.scenario import Scenario
from tests.coverage.patients import (
    ASKED,
    BASES,
    READINGS,
    START,
    VALUES,
    Plain,
    born,
    family,
    put,
    reading,
    scenario,
)
from tests.report.plans import plan

POLICY, DRUG = load_policy("eocco-0382").policy, load_drug("blinatumomab").drug
TREES = Trees(POLICY, "initial")
MADE = plan(1)
DRAWN = 300


def of(asked: Scenario, coverage: Coverage) -> Plan:
    """The plan of a patient, with a word on coverage."""
    stamp = MADE.scenario.model_copy(update={"document": asked})
    return MADE.model_copy(
        update={"scenario": stamp, "indication": asked.indication, "coverage": coverage}
    )


def faults(asked: Scenario, coverage: Coverage) -> list[str]:
    return list(criteria(Case(of(asked, coverage), POLICY, DRUG)))


def stated(asked: Scenario) -> Coverage:
    return coverage_of(answered(asked, TREES))


def starting(written: Plain, first: date, days: int) -> Plain:
    changed = deepcopy(written)
    window = {"earliest": first.isoformat(), "latest": (first + timedelta(days)).isoformat()}
    changed["request"]["first_infusion"] = window
    return changed


def on_the_edge() -> Iterator[Plain]:
    """Patients of whom the day of the first infusion decides an age, a vaccine or a code."""
    for base in BASES.values():
        for birth in (date(2011, 1, 14), date(2025, 12, 14), date(2012, 2, 29), date(1990, 5, 1)):
            yield starting(born(base, birth), START, 5)
            yield starting(put(born(base, birth), "facts.disease", None), START, 5)
        for days in (12, 15, 20):
            vaccine = (START - timedelta(days)).isoformat()
            yield starting(put(base, "facts.live_vaccine.last", vaccine), START, 5)
            yield starting(put(base, "facts.live_vaccine.last", None), START, days)


def drawn() -> Iterator[Plain]:
    """Patients of whom several facts are unknown, or others than those of one who passes."""
    rng = Random(2)
    for _ in range(DRAWN):
        written = deepcopy(rng.choice(list(BASES.values())))
        paths = [path for path in VALUES if path.startswith(ASKED[written["indication"]])]
        for path in rng.sample(paths, rng.randint(1, 5)):
            value = rng.choice([None, *VALUES[path]])
            if not (path.startswith("facts.tki.") and "tki" not in written["patient"]["facts"]):
                written = put(written, path, value)
        yield reading(written, rng.choice(READINGS)) if rng.random() < 0.5 else written


def test_the_audit_finds_what_the_criteria_say_of_every_patient_of_the_family() -> None:
    """Each differs in one fact from one who passes."""
    tried = 0
    for kind, name, asked in family():
        if kind == "initial":
            tried += 1
            assert faults(asked, stated(asked)) == [], name
    assert tried > 300


@pytest.mark.parametrize("patients", [on_the_edge, drawn])
def test_and_of_those_whose_first_day_decides_or_of_whom_little_is_known(patients: Any) -> None:
    seen = set()
    for written in patients():
        asked = scenario(written)
        seen.add(stated(asked).status)
        assert faults(asked, stated(asked)) == [], written
    assert seen == {"met", "not-met", "undecided"}


OPEN = scenario(put(put(BASES["adult.rr.ph-negative"], "facts.philadelphia", None), "age", 14))
UNDECIDED = scenario(put(BASES["adult.rr.ph-negative"], "facts.philadelphia", None))
MET = scenario(BASES["adult.rr.ph-negative"])


def lies() -> Iterator[tuple[Scenario, dict[str, Any]]]:
    """What a plan may say that its scenario does not bear out."""
    for asked in (OPEN, UNDECIDED, MET):
        said = stated(asked)
        for other in {"met", "not-met", "undecided", "not-asked"} - {said.status}:
            yield asked, {"status": other}
        for name in ("unmet", "open"):
            listed = getattr(said, name)
            if listed:
                yield asked, {name: listed[1:]}
                yield asked, {name: (*listed, listed[0])}
                yield asked, {name: (listed[0].model_copy(update={"says": "x"}), *listed[1:])}
                yield asked, {name: (listed[0].model_copy(update={"section": "x"}), *listed[1:])}
                yield asked, {name: (listed[0].model_copy(update={"verdict": "met"}), *listed[1:])}
        if said.status == "undecided":
            yield asked, {"missing": ()}
            yield asked, {"missing": (*said.missing, "patient.facts.disease")}
            yield asked, {"unmet": said.open}
        else:
            yield asked, {"missing": ("patient.facts.philadelphia",)}


def test_whatever_else_a_plan_says_of_its_criteria_is_noticed() -> None:
    told = list(lies())
    assert len(told) > 20
    for asked, lie in told:
        assert faults(asked, stated(asked).model_copy(update=lie)), lie


# The contractor ----------------------------------------------------------------------------------


def living(**place: Any) -> Plan:
    """A plan of a patient in a place, as the program writes it."""
    document = MADE.scenario.document.model_dump(mode="json", exclude_unset=True)
    document["patient"].update(place)
    stamp = MADE.scenario.model_copy(update={"document": Scenario.model_validate(document)})
    made = MADE.model_copy(update={"scenario": stamp})
    return api.covered(made, answered(made.scenario.document, TREES))


def refused(made: Plan) -> list[str]:
    found = audit(made).violations
    return [one.says for one in found if one.clause == "figures.contractor"]


PLACES: tuple[dict[str, str], ...] = (
    {},
    {"state": "OR"},
    {"state": "MP"},
    {"state": "VA"},
    {"state": "VA", "county": "Fairfax"},
    {"state": "VA", "county": "Fairfax County"},
    {"state": "VA", "county": "City of Fairfax"},
    {"state": "VA", "county": "Arlington"},
    {"state": "VA", "county": "Alexandria"},
    {"state": "VA", "county": "Alexandria City"},
    {"state": "VA", "county": "Alexandria County"},
    {"state": "VA", "county": "Henrico"},
    {"state": "MD", "county": "Arlington"},
    {"state": "DC"},
)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: " ".join(place.values()) or "nowhere")
def test_the_contractor_is_that_of_the_state_and_of_the_county_where_it_decides(
    place: dict[str, str],
) -> None:
    assert refused(living(**place)) == []


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ({"state": "OR"}, {"state": "VA"}),
        ({"state": "OR"}, {}),
        ({}, {"state": "OR"}),
        ({"state": "VA"}, {"state": "VA", "county": "Fairfax"}),
        ({"state": "VA", "county": "Fairfax"}, {"state": "VA"}),
        ({"state": "VA", "county": "City of Fairfax"}, {"state": "VA", "county": "Fairfax"}),
        ({"state": "MN"}, {"state": "NY"}),  # one company, two jurisdictions
    ],
)
def test_another_contractor_is_noticed(place: dict[str, str], other: dict[str, str]) -> None:
    made, elsewhere = living(**place), living(**other)
    assert made.coverage is not None
    assert elsewhere.coverage is not None
    lie = made.coverage.model_copy(update={"contractor": elsewhere.coverage.contractor})
    assert refused(made.model_copy(update={"coverage": lie}))


def test_a_plan_under_a_policy_without_a_table_names_no_contractor() -> None:
    document = MADE.scenario.document.model_dump(mode="json", exclude_unset=True)
    document["policy"] = "healthpartners-045816"
    document["patient"]["state"] = "OR"
    stamp = MADE.scenario.model_copy(update={"document": Scenario.model_validate(document)})
    made = api.covered(MADE.model_copy(update={"scenario": stamp}), None)
    assert refused(made) == []
    served = living(state="OR").coverage
    assert made.coverage is not None
    assert served is not None
    lie = made.coverage.model_copy(update={"contractor": served.contractor})
    assert refused(made.model_copy(update={"coverage": lie}))


def test_a_table_that_cannot_be_read_is_told() -> None:
    clause = POLICY.clauses["App2"].model_copy(update={"table": "nowhere"})
    policy = POLICY.model_copy(update={"clauses": {**POLICY.clauses, "App2": clause}})
    (found,) = audit(living(state="OR"), policy=policy, drug=DRUG).violations
    assert found.clause == "documents"
    assert "nowhere" in found.says
