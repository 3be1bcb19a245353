"""Remedies on the worked cases: what is proposed, that it plans, and that nothing nearer does.

A remedy is applied to the scenario as a document, or to the policy file as text, and planned anew
from the outside, with the audit. Day 0 is 2026-01-05, a Monday.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from planner import plan
from planner.documents.conflict import Remedy
from planner.documents.load import LoadedScenario, parse_scenario
from planner.documents.outcome import Infeasible, Undecided
from planner.documents.plan import Plan
from planner.proof.changes_payer import payer_moves
from planner.proof.changes_requested import requested_moves
from planner.proof.members import members_of
from planner.proof.remedies import remedies
from planner.regimen.build import course_of
from tests.proof.models import DRUG, POLICY, known

Document = dict[str, Any]

FIRST = date(2026, 1, 5)
ANY_DAY: Document = {
    "bags": ["24h"],
    "holidays": "none",
    "dispense_days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "transit_days": 0,
}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
FILE = Path(__file__).parents[2] / "models" / "policies" / "eocco-0382.yaml"


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def scenario(
    indication: str = "adult-rr", pharmacy: Document | None = None, **request: Any
) -> Document:
    patient: Document = {"weight_kg": 70}
    if indication == "infant-interfant":
        patient = {"weight_kg": 7, "bsa_m2": 0.36}
    return {
        "format": "planner-scenario/1",
        "policy": "eocco-0382",
        "patient": patient,
        "indication": indication,
        "pharmacy": ANY_DAY | (pharmacy or {}),
        "request": {"first_infusion": day(0), **request},
    }


def broken_vial() -> Document:
    """Twenty-eight vials on day 0; one of them breaks on day 9."""
    return scenario(cycles=1) | {
        "as_of": day(10),
        "history": {
            "cycles": [{"cycle": 1, "start": day(0)}],
            "dispenses": [{"date": day(0), "vials": 28, "cycle": 1}],
            "wasted": [{"date": day(9), "vials": 1, "cycle": 1}],
        },
    }


def two_fills(second: int) -> Document:
    """Two cycles of 28 vials each, the second fill on the day given."""
    fills = [
        {"date": day(0), "vials": 28, "cycle": 1},
        {"date": day(second), "vials": 28, "cycle": 2},
    ]
    return scenario(cycles=2, dispenses=fills)


def read(document: Document) -> LoadedScenario:
    return parse_scenario(json.dumps(document), "scenario.json")


def proposed(document: Document, members: Sequence[str], probes: int = 60) -> tuple[Remedy, ...]:
    loaded = read(document).scenario
    return remedies(loaded, POLICY, DRUG, members, probes=probes)


def planned(document: Document, models: Sequence[Path] = ()) -> Plan | Infeasible | Undecided:
    outcome = plan(read(document), models=models, known=None if models else known())
    if isinstance(outcome, Plan):
        assert outcome.audit is not None
        assert outcome.audit.violations == ()
    return outcome


LISTS = {"pharmacy.bags": ", ", "pharmacy.bag_change_days": " ", "pharmacy.dispense_days": " "}
DATED = ("first_infusion", "finish_by", "cycle_starts", "date")


def applied(document: Document, changes: Sequence[tuple[str, str]]) -> Document:
    """The document with each value written at its path."""
    changed = deepcopy(document)
    for path, value in changes:
        *parents, last = path.split(".")
        target: Any = changed
        for parent in parents:
            target = target[int(parent)] if isinstance(target, list) else target[parent]
        if path in LISTS:
            target[last] = value.split(LISTS[path])
        elif any(word in path for word in DATED):
            target[last] = value
        else:
            target[last] = int(value)
    return changed


def changes_of(remedy: Remedy) -> tuple[tuple[str, str], ...]:
    return remedy.changes or ((remedy.path, remedy.nearest),)


TEN = scenario(cycles=10)
CONSOLIDATION = scenario("adult-consolidation", cycles=9)
MRD = scenario("pediatric-mrd", cycles=5)
INTERFANT = scenario("infant-interfant", cycles=2)
LATE = scenario(cycle_starts={"2": day(42 + 15)})
DOSE = scenario(cycles=2, daily_dose_mcg=29)
NURSES = scenario(
    "adult-consolidation",
    {"bags": ["24h", "48h"], "bag_change_days": WEEKDAYS},
    cycles=2,
)
TOO_SOON = scenario(cycles=2, finish_by=day(42 + 27))
BOTH = scenario("adult-consolidation", cycles=5, daily_dose_mcg=29)
TWO_LATE = scenario(cycle_starts={"2": day(42 + 15), "5": day(4 * 42 + 16)})

TOO_MANY = ("V.rr.cycles", "request.cycles")
LATE_MEMBERS = ("I.rr.initial", "V.rr.length", "request.cycle_starts.2", "request.cycles")
FILLS = ("II.A", "request.dispenses.0", "request.dispenses.1")
BREAKAGE = ("II.A", "V.rr.days", "pharmacy.bags", "history.dispenses.0", "history.wasted.0")
NURSING = ("V.consolidation.days", "pharmacy.bags", "pharmacy.bag_change_days")

OWN = [
    (TEN, TOO_MANY, "request.cycles", "9"),
    (CONSOLIDATION, ("V.consolidation.cycles", "request.cycles"), "request.cycles", "4"),
    (MRD, ("V.mrd.cycles", "request.cycles"), "request.cycles", "4"),
    (INTERFANT, ("I.interfant", "IV.interfant", "request.cycles"), "request.cycles", "1"),
    # the window of 210 days holds five cycles of 42 with 14 days of delay: 168 + 28 + 14 = 210
    (LATE, LATE_MEMBERS, "request.cycle_starts.2", day(42 + 14)),
    # a window of 42 days from day 0 ends with day 41
    (two_fills(35), FILLS, "request.dispenses.1.date", day(42)),
    (two_fills(41), FILLS, "request.dispenses.1.date", day(42)),
    # Friday to Monday is three days
    (NURSES, NURSING, "pharmacy.bags", "24h, 48h, 72h"),
    # with a change on Saturday, Saturday to Monday is two
    (NURSES, NURSING, "pharmacy.bag_change_days", "mon tue wed thu fri sat"),
    # day 10 on, 18 infusion days from 18 vials: 7d bags take 6 vials for 7 days
    (broken_vial(), BREAKAGE, "pharmacy.bags", "24h, 7d"),
    (DOSE, ("V.rr.dose", "request.daily_dose_mcg"), "request.daily_dose_mcg", "28"),
    # cycle 2 starts on day 42 at the earliest and is disconnected 28 days later
    (TOO_SOON, ("V.rr.length", "request.finish_by"), "request.finish_by", day(42 + 28)),
]


@pytest.mark.parametrize(("document", "members", "path", "nearest"), OWN)
def test_the_nearest_value_is_found_and_plans_with_the_costs_it_names(
    document: Document, members: Sequence[str], path: str, nearest: str
) -> None:
    assert isinstance(planned(document), Infeasible)
    remedy = next(r for r in proposed(document, members) if r.path == path)
    assert remedy.nearest == nearest
    outcome = planned(applied(document, changes_of(remedy)))
    assert isinstance(outcome, Plan)
    assert {o.name: o.value for o in outcome.objectives} == remedy.costs


@pytest.mark.parametrize(
    ("document", "path", "nearer"),
    [
        (CONSOLIDATION, "request.cycles", "5"),
        (two_fills(35), "request.dispenses.1.date", day(41)),
        (TOO_SOON, "request.finish_by", day(42 + 27)),
    ],
)
def test_a_value_one_step_nearer_has_no_calendar(
    document: Document, path: str, nearer: str
) -> None:
    assert isinstance(planned(applied(document, [(path, nearer)])), Infeasible)


def with_numbers(tmp_path: Path, printed: str, granted: str) -> list[Path]:
    """A folder of models whose policy has one number replaced."""
    text = FILE.read_text(encoding="utf-8")
    assert printed in text
    (tmp_path / "policies").mkdir(exist_ok=True)
    changed = text.replace(printed, granted, 1)
    (tmp_path / "policies" / FILE.name).write_text(changed, encoding="utf-8")
    return [tmp_path]


def test_the_payer_is_asked_for_one_vial_where_one_broke(tmp_path: Path) -> None:
    """28 dispensed, one of them broken, 28 needed: 29, one above the limit of 28."""
    remedy = next(r for r in proposed(broken_vial(), BREAKAGE) if r.by == "payer")
    assert (remedy.path, remedy.asked, remedy.nearest) == ("II.A", "28", "29")
    assert "1 vial above II.A" in remedy.says
    models = with_numbers(tmp_path, "limit: 28\n", "limit: 29\n")
    outcome = planned(broken_vial(), models)
    assert isinstance(outcome, Plan)
    assert {o.name: o.value for o in outcome.objectives} == remedy.costs


def test_sentences_set_thousands_apart_and_values_to_type_do_not() -> None:
    """One opened vial is 35 units: 980 + 35 = 1,015."""
    asked = scenario(cycles=1, claims=[{"date": day(0), "units": 1015, "cycle": 1}])
    granted = asked | {"authorizations": [{"kind": "initial", "units": 980}]}
    course = course_of(read(granted).scenario, POLICY, DRUG)
    first = {m: payer_moves(course, m)[0].changes for m in ("II.B.cycles-1-5", "authorizations.0")}
    above, more = first["II.B.cycles-1-5"][0], first["authorizations.0"][34]
    assert above.says.endswith("35 units above II.B.cycles-1-5: 1,015 instead of 980 in 42 days")
    assert more.says.endswith("35 units more under the initial authorization: 1,015 instead of 980")
    assert (above.value, more.value) == ("1015", "1015")
    (billed, *_) = [m for m in requested_moves(course, "request.claims.0") if m.changes]
    assert "Bill the 1,015 units of cycle 1" in billed.changes[0].says
    says = {member.id: member.says for member in members_of(course)}
    assert says["request.claims.0"] == f"1,015 units on {day(0)} for cycle 1"


def test_the_payer_is_asked_for_the_one_day_by_which_cycle_5_runs_over(tmp_path: Path) -> None:
    """15 days late, cycle 5 ends on day 168 + 15 + 27 = 210, a day after the 210 days from 0."""
    remedy = next(r for r in proposed(LATE, LATE_MEMBERS) if r.by == "payer")
    assert (remedy.path, remedy.nearest) == ("I.rr.initial", "211 days")
    assert remedy.says.startswith("Cycle 5 ends 1 day after the initial authorization")
    assert "an extension of 1 day" in remedy.says
    models = with_numbers(
        tmp_path, "length: {count: 30, unit: weeks}", "length: {count: 211, unit: days}"
    )
    assert isinstance(planned(LATE, models), Plan)


def test_a_late_cycle_is_cheaper_to_cure_by_its_own_date_than_by_fewer_cycles() -> None:
    """One day earlier stands before nine cycles made four, and the payer comes last."""
    assert [r.path for r in proposed(LATE, LATE_MEMBERS)] == [
        "request.cycle_starts.2",
        "request.cycles",
        "I.rr.initial",
    ]


def test_two_changes_are_proposed_where_no_single_one_is_enough() -> None:
    """Five cycles of four, and 29 mcg of 28: each alone leaves the other."""
    members = ("V.consolidation.cycles", "request.cycles")
    (remedy, *_) = proposed(BOTH, members)
    assert sorted(remedy.changes) == [("request.cycles", "4"), ("request.daily_dose_mcg", "28")]
    assert isinstance(planned(applied(BOTH, remedy.changes)), Plan)
    for change in remedy.changes:
        assert isinstance(planned(applied(BOTH, [change])), Infeasible)


def test_two_dates_are_moved_where_only_the_payer_could_help_by_one_change() -> None:
    """Cycles 2 and 5 are pinned 15 and 16 days late; 14 are allowed."""
    members = ("I.rr.initial", "request.cycle_starts.2", "request.cycle_starts.5")
    two, payer = proposed(TWO_LATE, members)
    assert two.changes == (
        ("request.cycle_starts.2", day(42 + 14)),
        ("request.cycle_starts.5", day(168 + 14)),
    )
    assert isinstance(planned(applied(TWO_LATE, two.changes)), Plan)
    assert (payer.by, payer.nearest) == ("payer", "212 days")


def test_a_closed_date_is_named() -> None:
    """Two cycles, the second pinned to a closed day: that one is opened, not the other."""
    document = scenario(
        pharmacy={"bags": ["24h", "48h"], "closed": [day(3), day(42)]},
        cycles=2,
        cycle_starts={"2": day(42)},
    )
    found = proposed(document, ("pharmacy.closed", "request.cycle_starts.2"))
    opened = next(r for r in found if r.path == "pharmacy.closed")
    assert opened.says == f"Open on {day(42)}, which is listed as closed."
    assert opened.nearest == day(3)


def test_a_holiday_is_named() -> None:
    """A fill asked for on 2026-01-19, Martin Luther King Day."""
    document = scenario(
        pharmacy={"holidays": "us-federal"},
        cycles=1,
        dispenses=[{"date": day(14), "vials": 28, "cycle": 1}],
    )
    document["request"]["first_infusion"] = day(14)
    found = proposed(document, ("pharmacy.holidays", "request.dispenses.0"))
    opened = next(r for r in found if r.path == "pharmacy.holidays")
    assert opened.says == f"Open on the holiday {day(14)}."


def test_no_dose_above_its_cap_and_no_further_cycle_is_ever_asked_of_the_payer() -> None:
    for document, members, _, _ in OWN:
        for remedy in proposed(document, members):
            assert not remedy.path.startswith(("V.", "IV."))


def test_without_probes_nothing_is_proposed() -> None:
    assert proposed(LATE, LATE_MEMBERS, probes=0) == ()


def test_the_same_input_gives_the_same_remedies() -> None:
    assert proposed(broken_vial(), BREAKAGE) == proposed(broken_vial(), BREAKAGE)
