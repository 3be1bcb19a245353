"""Small courses with vials that are there already, and what the rows let them send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.constraints.model import build
from planner.documents.drug import Drug
from planner.regimen.course import Course
from planner.search.engine import solve
from tests.constraints.boards import laid, on
from tests.oracle.builders import day, small_policy

ROOM: dict[str, Any] = {
    "quantity": (40, 6),
    "units": (400, 6),
    "initial": (40, "days"),
    "step_days": 0,
}


def course_with(stock: Mapping[int, int], *, days: int = 4, **pharmacy: Any) -> Course:
    """A cycle from day 0 on, for which so many vials went out on each day before."""
    sent = [{"date": day(n), "vials": v, "cycle": 1} for n, v in sorted(stock.items()) if v]
    policy = small_policy(days=days, length=days + 2, **ROOM)
    parts: dict[str, Any] = {"history": {"dispenses": sent}} if sent else {}
    on_day_0 = {"max_delay_days": 0}
    return laid(policy, pharmacy=pharmacy, as_of=day(0), request=on_day_0, **parts)


def allows(course: Course, sent: Mapping[int, int]) -> bool:
    """Whether the rows have a calendar that sends just so many new vials on each day."""
    board = build(course)
    days = {int(key[2]) - on(0) for key in board.system.keys if key[0] == "q"}
    if any(vials and sending not in days for sending, vials in sent.items()):
        return False
    for variable, key in enumerate(list(board.system.keys)):
        if key[0] == "q":
            vials = sent.get(int(key[2]) - on(0), 0)
            board.system.add((), ("held", *key), [(variable, 1)], low=vials, high=vials)
    return solve(board.system).found


def ended(
    left: int,
    cycles: int = 3,
    drug: Drug | None = None,
    limits: Mapping[str, Any] | None = None,
    **parts: Any,
) -> Course:
    """Cycle 1 has ended with day 3 and left vials; the next ones start on days 6 and 12."""
    bags = [{"hang": day(n), "days": 1, "vials": 1, "dispense": day(0)} for n in range(4)]
    policy = small_policy(**ROOM | {"initial": (12, "days")} | dict(limits or {}))
    parts["pharmacy"] = {"bags": ["24h"], "max_days_ahead": 3} | parts.get("pharmacy", {})
    return laid(
        policy,
        drug,
        cycles=cycles,
        history={
            "cycles": [{"cycle": 1, "start": day(0), "bags": bags}],
            "dispenses": [{"date": day(0), "vials": 4 + left, "cycle": 1}],
        },
        as_of=day(5),
        request={"max_delay_days": 0},
        **parts,
    )
