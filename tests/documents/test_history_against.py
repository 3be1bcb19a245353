"""Past bags and interruptions against the infusion days of policy and drug file, at their edges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents.test_checks import problems

STARTED = {"cycle": 1, "start": "2026-01-05"}


def history(*bags: tuple[str, int], pauses: Any = (), **more: Any) -> dict[str, Any]:
    """Cycle 1 from 5 January with bags (hang, days) and interruptions (start, days)."""
    rows = [{"hang": hang, "days": days, "vials": 1} for hang, days in bags]
    told = [{"cycle": 1, "start": start, "days": days} for start, days in pauses]
    return {"cycles": [{**STARTED, "bags": rows}], "interruptions": told, **more}


@pytest.mark.parametrize(
    ("as_of", "refused"), [("2026-01-12", False), ("2026-01-13", True), ("2026-02-10", True)]
)
def test_listed_bags_cover_the_infusion_days_up_to_as_of(as_of: str, refused: bool) -> None:
    found = problems(history=history(("2026-01-05", 7)), as_of=as_of)
    assert found == (["history.cycles[0].bags"] if refused else [])


@pytest.mark.parametrize(("as_of", "refused"), [("2026-01-15", False), ("2026-01-16", True)])
def test_a_told_interruption_takes_the_place_of_bags(as_of: str, refused: bool) -> None:
    """No bag is due on the 12th, 13th and 14th; one is on the 15th."""
    lived = history(("2026-01-05", 7), pauses=[("2026-01-12", 3)])
    found = problems(history=lived, as_of=as_of)
    assert found == (["history.cycles[0].bags"] if refused else [])


@pytest.mark.parametrize(("days", "refused"), [(13, True), (14, False), (15, True)])
def test_the_bags_of_a_finished_cycle_come_to_its_infusion_days(days: int, refused: bool) -> None:
    """14 + 13 days leave a day uncovered, 14 + 14 are the 28, 14 + 15 are one too many."""
    lived = history(("2026-01-05", 14), ("2026-01-19", min(days, 14)), ("2026-02-02", 1))
    lived["cycles"][0]["bags"] = lived["cycles"][0]["bags"][: 3 if days > 14 else 2]
    found = problems(history=lived, as_of="2026-02-20")
    assert bool(found) == refused


def test_the_bags_of_an_earlier_cycle_run_to_the_next_one_at_least() -> None:
    later = {"cycle": 2, "start": "2026-02-16"}
    lived = history(("2026-01-05", 7))
    lived["cycles"].append(later)
    assert problems(history=lived, as_of="2026-02-20") == ["history.cycles[0].bags"]
    lived = history(("2026-01-05", 7), pauses=[("2026-01-12", 8)])
    lived["cycles"].append(later)
    assert problems(history=lived, as_of="2026-02-20") == []


def test_bags_run_up_to_the_interruption_that_ends_their_cycle() -> None:
    for day, refused in (("2026-01-12", []), ("2026-01-13", ["history.cycles[0].bags"])):
        lived = history(("2026-01-05", 7), pauses=[(day, 8)])
        assert problems(history=lived, as_of="2026-01-20") == refused


def test_a_short_interruption_may_stand_before_the_one_that_ends_the_cycle() -> None:
    lived = history(("2026-01-05", 7), pauses=[("2026-01-12", 1), ("2026-01-13", 8)])
    assert problems(history=lived, as_of="2026-01-20") == []


def test_no_bag_and_no_interruption_follows_the_one_that_ends_the_cycle() -> None:
    lived = history(
        ("2026-01-05", 7), ("2026-01-20", 7), pauses=[("2026-01-12", 8), ("2026-01-28", 1)]
    )
    assert problems(history=lived, as_of="2026-02-01") == [
        "history.cycles[0].bags[1].hang",
        "history.interruptions[1].start",
    ]


@pytest.mark.parametrize(
    ("pauses", "refused"),
    [
        ([("2026-02-01", 1)], []),
        ([("2026-02-02", 1)], ["history.interruptions[0].start"]),
        ([("2026-01-20", 3), ("2026-02-04", 1)], []),  # three days later, all of it
        ([("2026-01-20", 3), ("2026-02-05", 1)], ["history.interruptions[1].start"]),
    ],
)
def test_an_interruption_begins_by_the_last_infusion_day(pauses: Any, refused: list[str]) -> None:
    lived = {**history(pauses=pauses), "cycles": [STARTED]}
    assert problems(history=lived, as_of="2026-02-20") == refused
