"""Of remedies in several directions, or by several changes, the nearest is found."""

from __future__ import annotations

from typing import Any

from planner.documents.conflict import Remedy
from planner.proof.explain import explain
from planner.proof.remedies import remedies
from planner.regimen.build import course_of
from tests.proof.models import DRUG, POLICY
from tests.written import written

ADULT = {"age": 41, "weight_kg": 70, "diagnosis": "C91.02"}
BASE: dict[str, Any] = {
    "format": "planner-scenario/1",
    "policy": "eocco-0382",
    "patient": ADULT,
    "indication": "adult-rr",
}


def offered(**parts: Any) -> tuple[Remedy, ...]:
    """The remedies of a course's conflict."""
    scenario = written({**BASE, **parts}).scenario
    found = explain(course_of(scenario, POLICY, DRUG))
    assert found is not None
    return remedies(scenario, POLICY, DRUG, [m.id for m in found.members])


def test_an_extension_covers_all_late_cycles() -> None:
    """Cycle 3 from 29 June ends on 26 July, 28 days after the 28th of June, and cycle 4 from 7
    September on 4 October, 98 days after it: 28 days help nobody."""
    starts = {2: "2026-02-23", 3: "2026-06-29", 4: "2026-09-07"}
    [remedy] = offered(
        indication="adult-consolidation",
        patient={**ADULT, "diagnosis": "C91.01"},
        authorizations=[{"kind": "initial", "start": "2026-01-12", "end": "2026-06-28"}],
        request={
            "first_infusion": "2026-01-12",
            "cycles": 4,
            "cycle_starts": starts,
            "max_delay_days": 120,
        },
    )
    assert (remedy.path, remedy.nearest) == ("authorizations.0.end", "2026-10-04")
    assert "98 days more" in remedy.says


def test_of_two_directions_the_nearer_one_is_taken_and_holidays_may_be_days_of_bag_changes() -> (
    None
):
    """19 January is a holiday; so is 16 February, the day of its disconnect. From Tuesday the 20th
    weekends take bags of three days; on the 16th, a Friday, they would take bags of four."""
    found = offered(
        pharmacy={"bag_change_days": ["mon", "tue", "wed", "thu", "fri"]},
        request={"first_infusion": "2026-01-19", "cycles": 1},
    )
    assert [remedy.changes for remedy in found] == [
        (("request.first_infusion", "2026-01-20"), ("pharmacy.bags", "24h, 48h, 7d, 72h")),
        (
            ("request.first_infusion", "2026-01-18"),
            ("pharmacy.bag_change_days", "mon tue wed thu fri sun"),
        ),
        (("pharmacy.bag_change_on_holidays", "true"), ("pharmacy.bags", "24h, 48h, 7d, 72h")),
    ]


def test_a_pinned_cycle_moves_together_with_fewer_cycles() -> None:
    """Where the number of cycles is left out of a question there is no third cycle to move."""
    found = offered(
        authorizations=[{"kind": "initial", "start": "2026-01-05", "end": "2026-08-02"}],
        request={"first_infusion": "2026-01-05", "cycle_starts": {3: "2026-06-25"}},
    )
    assert [path for path, _ in found[0].changes] == ["request.cycle_starts.3", "request.cycles"]
