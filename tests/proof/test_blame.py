"""Every cause is named where it acts, with its arithmetic, and ``verify`` accepts each conflict."""

from __future__ import annotations

import json
from typing import Any

import pytest

import planner
from planner.documents.conflict import Conflict
from planner.documents.printed import document_json
from planner.proof.recheck import refusals
from tests.proof.models import known
from tests.written import written

ADULT = {"age": 41, "weight_kg": 70, "diagnosis": "C91.02"}
CHILD = {"age": 6, "weight_kg": 20, "bsa_m2": 0.8, "diagnosis": "C91.02"}
BASE: dict[str, Any] = {
    "format": "planner-scenario/1",
    "policy": "eocco-0382",
    "patient": ADULT,
    "indication": "adult-rr",
}


def refused(**parts: Any) -> Conflict:
    """The conflict of a course, minimal, certified, and accepted when it is verified."""
    conflict = planner.explain(written({**BASE, **parts}), known=known(), remedies=False)
    assert conflict is not None
    assert conflict.minimal
    assert conflict.certificate.kind in ("farkas", "cases")
    assert refusals(json.loads(document_json(conflict))) == []
    return conflict


def ids(conflict: Conflict) -> list[str]:
    return [member.id for member in conflict.conflict]


def test_a_start_before_as_of_is_no_day_without_bag_changes() -> None:
    conflict = refused(
        indication="adult-consolidation",
        patient={**ADULT, "diagnosis": "C91.01"},
        request={"first_infusion": "2026-01-05", "cycles": 1},
        as_of="2026-01-10",
    )
    assert ids(conflict) == ["request.first_infusion"]
    assert conflict.because == (
        "Cycle 1 has to start on 5 Jan 2026: what lies before as_of, 10 Jan 2026, is over"
    )


AUTHORIZED: dict[str, Any] = {
    "request": {"first_infusion": "2026-01-05", "cycles": 7},
    "authorizations": [
        {"kind": "initial", "end": "2026-09-30"},
        {"kind": "continued", "end": "2026-12-15"},
    ],
}


def test_both_authorizations_are_named_where_the_end_of_the_first_makes_the_second_too_short() -> (
    None
):
    """The renewal opens on 1 October, 84 days later is 24 December, and 28 infusion days from then
    on end on 20 January: 36 days after the 15th of December. Cycle 6 may start until 3 August + 28,
    and would have to wait 31 days more."""
    conflict = refused(**AUTHORIZED)
    assert ids(conflict) == [
        "V.rr.length",
        "request.cycles",
        "authorizations.0",
        "authorizations.1",
    ]
    assert conflict.because == (
        "The initial authorization ends on 30 Sep 2026, so cycle 6 starts on 1 Oct 2026 at the "
        "earliest; cycle 7 infuses until 20 Jan 2027 at the earliest, and the continued-1 "
        "authorization ends on 15 Dec 2026: 36 days too late"
    )
    [waits] = conflict.also
    assert waits.because == (
        "Cycle 6 starts on 31 Aug 2026 at the latest, and its continued-1 authorization opens on "
        "1 Oct 2026 at the earliest: 31 days too late"
    )


def test_without_the_end_of_the_first_authorization_the_second_is_long_enough() -> None:
    first, second = AUTHORIZED["authorizations"]
    given = [{"kind": first["kind"]}, second]
    course = written({**BASE, **AUTHORIZED, "authorizations": given})
    assert planner.plan(course, known=known()).status == "planned"


@pytest.mark.parametrize(
    ("pharmacy", "member", "none"),
    [
        # what is sent on a Tuesday is there on none of its Wednesdays
        ({"dispense_days": ["wed"]}, "dispense_days", "none can be sent on 10 Mar 2026"),
        # a day on its way, it comes on the 11th
        ({"dispense_days": ["tue", "wed"]}, "transit_days", "10 Mar 2026, on comes later"),
    ],
)
def test_a_bag_for_which_no_vial_can_be_there_is_no_clash_with_an_authorization(
    pharmacy: dict[str, Any], member: str, none: str
) -> None:
    """The next bag hangs on 10 March, a Tuesday and the day of ``as_of``, and 7 vials are used."""
    bags = [("2026-03-02", 7, 6), ("2026-03-09", 1, 1)]
    conflict = refused(
        indication="adult-consolidation",
        patient={**ADULT, "diagnosis": "C91.01"},
        pharmacy={"holidays": "none", **pharmacy},
        readings={"authorization.covers": "all"},
        request={"first_infusion": "2026-03-02", "cycles": 2},
        as_of="2026-03-10",
        history={
            "cycles": [
                {
                    "cycle": 1,
                    "start": "2026-03-02",
                    "bags": [
                        {"hang": hang, "days": days, "vials": vials, "dispense": "2026-02-25"}
                        for hang, days, vials in bags
                    ],
                }
            ],
            "dispenses": [{"date": "2026-02-25", "vials": 7, "cycle": 1}],
        },
    )
    assert ids(conflict) == [f"pharmacy.{member}"]
    assert conflict.because.startswith("Cycle 1 goes on from 10 Mar 2026: a bag is to hang on 10 ")
    assert none in conflict.because


def test_a_cycle_that_no_authorization_names_is_named() -> None:
    """Cycle 1 runs, and the payer's authorization is for cycle 9; with history or without."""
    given = {"authorizations": [{"kind": "initial", "cycles": [9]}]}
    begun = {"history": {"cycles": [{"cycle": 1, "start": "2026-01-05"}]}, "as_of": "2026-01-15"}
    for parts in (given, {**given, **begun}):
        conflict = refused(request={"first_infusion": "2026-01-05"}, **parts)
        assert ids(conflict) == ["I.rr.initial", "authorizations.0"]
        assert conflict.because == (
            "Cycle 1 lies under no authorization: authorizations.0 is an initial one for cycle 9"
        )


def test_a_renewal_given_where_none_is_ever_given_covers_nothing() -> None:
    conflict = refused(
        indication="pediatric-mrd",
        patient=CHILD,
        pharmacy={"bags": ["24h"], "transit_days": 0, "holidays": "none"},
        request={"first_infusion": "2026-01-05", "cycles": 1},
        authorizations=[{"kind": "initial"}, {"kind": "continued", "cycles": [1]}],
    )
    assert ids(conflict) == ["IV.mrd", "authorizations.1"]
    assert conflict.because == (
        "Cycle 1 lies under no authorization: authorizations.1 is a continued one for cycle 1, "
        "and IV.mrd gives no renewal"
    )


def test_a_further_cycle_behind_all_that_history_has_is_one_that_is_asked_for() -> None:
    """Without the number asked for nobody asks for a second cycle of one."""
    infant = refused(
        indication="infant-interfant",
        patient={"age": 0.5, "weight_kg": 7, "bsa_m2": 0.36, "diagnosis": "C91.00"},
        request={"first_infusion": "2026-01-05", "cycles": 2},
        history={"cycles": [{"cycle": 1, "start": "2026-01-05"}]},
        as_of="2026-02-10",
    )
    assert ids(infant) == ["V.interfant.cycles", "request.cycles"]
    assert "2 > 1" in infant.because


def test_a_grant_of_units_says_what_its_cycles_add_up_to() -> None:
    # 22 vials in cycle 1 and 24 in cycle 2, 35 units each
    conflict = refused(
        authorizations=[{"kind": "initial", "start": "2026-01-05", "units": 1600}],
        pharmacy={"bags": ["24h", "48h", "7d"]},
        request={"first_infusion": "2026-01-05", "cycles": 2},
    )
    assert ids(conflict) == ["V.rr.days", "request.cycles", "authorizations.0", "pharmacy.bags"]
    assert conflict.because == (
        "At least 770 units for cycle 1 and 840 units for cycle 2 are to be billed under "
        "authorizations.0, which grants 1,600 units: 1,610 > 1,600"
    )


@pytest.mark.parametrize(
    ("claims", "members", "says"),
    [
        # 245 = 7 x 35: bags of 1, 2, 3, 4 and 7 days take 1 to 4 and 6 vials
        (
            [("2026-01-12", 245)],
            ["request.claims.0"],
            "245 units are to be billed for cycle 1 on 12 Jan 2026, and a bag hung then comes to "
            "35, 70, 105, 140 or 210",
        ),
        # a step of seven days: the longest bag of it takes 2 vials
        (
            [("2026-01-05", 210), ("2026-01-12", 210)],
            ["request.claims.0", "request.first_infusion"],
            "210 units are to be billed for cycle 1 on 5 Jan 2026, and a bag of the step dose hung "
            "then comes to 35 or 70",
        ),
    ],
)
def test_units_that_no_bag_of_a_day_comes_to_are_named(
    claims: list[tuple[str, int]], members: list[str], says: str
) -> None:
    asked = [{"date": day, "units": units, "cycle": 1} for day, units in claims]
    request = {"first_infusion": "2026-01-05", "cycles": 1, "claims": asked}
    conflict = refused(request=request)
    assert ids(conflict) == members
    assert conflict.because == says


def test_a_cycle_pinned_too_far_behind_its_earliest_day_says_by_how_much() -> None:
    # 84 days after 5 January is 30 March, and 87 later 25 June
    conflict = refused(
        request={"first_infusion": "2026-01-05", "cycles": 3, "cycle_starts": {3: "2026-06-25"}}
    )
    assert ids(conflict) == ["request.cycle_starts.3", "request.max_delay_days"]
    assert conflict.because == (
        "Cycle 3 is to start on 25 Jun 2026, 87 days behind its earliest day, 30 Mar 2026, and 28 "
        "days of delay are allowed: 87 > 28"
    )
