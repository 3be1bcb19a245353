"""Other days for what is pinned, or nothing pinned at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from planner.proof.changes import Case, Change, Move, days_from, nearest_day
from planner.regimen.course import Course

FIELDS = {"start": "Start", "visit": "Hang the bag of", "dispense": "Dispense for"}


def pin(course: Course, member: str, index: int) -> Sequence[Move | None]:
    """A pinned day on other days; or the pin let go."""
    pinned = course.scenario.request.pins[index]
    moves: list[Move | None] = []
    for field, what in FIELDS.items():
        asked = getattr(pinned, field)
        if asked is None:
            continue
        for sign in (1, -1):
            changes = tuple(
                Change(
                    f"{member}.{field}",
                    str(asked),
                    str(day),
                    f"{what} cycle {pinned.cycle} on {day} instead of {asked}",
                    steps,
                    _pinned(index, **{field: day}),
                )
                for day, steps in days_from(asked, sign)
            )
            moves.append(
                Move(member, "request", changes, drops=(member,), nearest=nearest_day(sign))
            )
    open_ = Change(
        member,
        "pinned",
        "open",
        f"Leave open what is pinned of cycle {pinned.cycle}",
        1,
        _pinned(index),
    )
    return [*moves, Move(member, "request", (open_,), drops=(member,))]


def _pinned(index: int, **values: Any) -> Callable[[Case], Case]:
    """The case with values of one pin replaced; without any, with the pin let go."""

    def apply(case: Case) -> Case:
        pins = list(case.scenario.request.pins)
        some = [pins[index].model_copy(update=values)] if values else []
        return case.with_request(pins=(*pins[:index], *some, *pins[index + 1 :]))

    return apply
