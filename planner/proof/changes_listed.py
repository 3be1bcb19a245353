"""Other dates, vials and units for the dispenses and claims that a request lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from planner.proof.changes import (
    Case,
    Change,
    Move,
    cycles_named,
    days_from,
    nearest_day,
    nearest_number,
)
from planner.proof.words import counted
from planner.regimen.course import Course

MOST_VIALS = 28  # vials that a requested dispense is changed by


def dispense(course: Course, member: str, index: int) -> Sequence[Move | None]:
    """A listed dispense on other days, or with other vials."""
    asked = course.scenario.request.dispenses[index]
    named = f"for cycle {asked.cycle}"
    drops = (member, "request.dispenses")
    moves = [
        Move(
            member,
            "request",
            tuple(
                Change(
                    f"{member}.date",
                    str(asked.date),
                    str(day),
                    f"Dispense the {counted(asked.vials, 'vial')} {named} on {day} instead of "
                    f"{asked.date}",
                    steps,
                    _entry("dispenses", index, date=day),
                )
                for day, steps in days_from(asked.date, sign)
            ),
            drops=drops,
            nearest=nearest_day(sign),
        )
        for sign in (1, -1)
    ]
    for sign, most in ((-1, asked.vials - 1), (1, MOST_VIALS)):
        changes = tuple(
            Change(
                f"{member}.vials",
                str(asked.vials),
                str(asked.vials + sign * n),
                f"Dispense {counted(asked.vials + sign * n, 'vial')} {named} on {asked.date} "
                f"instead of {asked.vials:,}",
                n,
                _entry("dispenses", index, vials=asked.vials + sign * n),
            )
            for n in range(1, min(most, MOST_VIALS) + 1)
        )
        moves.append(Move(member, "request", changes, drops=drops, nearest=nearest_number(sign)))
    return moves


def claim(course: Course, member: str, index: int) -> Sequence[Move | None]:
    """A listed claim on other days, or with other units."""
    asked = course.scenario.request.claims[index]
    named = f"of cycle {asked.cycle}"
    drops = (member, "request.claims")
    moves = [
        Move(
            member,
            "request",
            tuple(
                Change(
                    f"{member}.date",
                    str(asked.date),
                    str(day),
                    f"Bill the {counted(asked.units, 'unit')} {named} on {day} instead of "
                    f"{asked.date}",
                    steps,
                    _entry("claims", index, date=day),
                )
                for day, steps in days_from(asked.date, sign)
            ),
            drops=drops,
            nearest=nearest_day(sign),
        )
        for sign in (1, -1)
    ]
    sums = _billable(course, asked.cycle)
    for sign in (-1, 1):
        values = sorted((u for u in sums if (u - asked.units) * sign > 0), key=lambda u: sign * u)
        changes = tuple(
            Change(
                f"{member}.units",
                str(asked.units),
                str(units),
                f"Bill {counted(units, 'unit')} {named} on {asked.date} instead of {asked.units:,}",
                abs(units - asked.units),
                _entry("claims", index, units=units),
            )
            for units in values
        )
        moves.append(Move(member, "request", changes, drops=drops, nearest=nearest_number(sign)))
    return moves


def _billable(course: Course, cycle: int) -> set[int]:
    """Units that one claim of a cycle may have: those of a bag; by dispense, of equal bags too."""
    readings = course.readings
    own = {
        option.opened if readings.opened_billed else option.administered
        for c in course.cycles
        if c.number == cycle
        for variant in c.variants
        for segment in variant.segments
        for option in segment.options
    }
    if readings.service_by_hang:
        return own
    days = max((c.infusion_days for c in course.cycles), default=0)
    return {units * n for units in own for n in range(1, days + 1)}


def unlisted(name: str, noun: str) -> Callable[[Course, str], Sequence[Move | None]]:
    """The list of dispenses or claims (``name``) without one of the cycles it names."""

    def moves(course: Course, member: str) -> Sequence[Move | None]:
        listed = getattr(course.scenario.request, name)
        cycles = sorted({entry.cycle for entry in listed})
        asked = f"as listed for {cycles_named(cycles)}"

        def without(cycle: int) -> Callable[[Case], Case]:
            return lambda case: case.with_request(
                **{name: tuple(e for e in getattr(case.scenario.request, name) if e.cycle != cycle)}
            )

        changes = tuple(
            Change(
                member,
                asked,
                f"cycle {cycle} left open",
                f"List no {noun} for cycle {cycle} and let the plan choose them",
                sum(entry.cycle == cycle for entry in listed),
                without(cycle),
            )
            for cycle in cycles
        )
        return [Move(member, "request", changes)]

    return moves


def _entry(name: str, index: int, **values: Any) -> Callable[[Case], Case]:
    """Replaces values of one listed dispense or claim."""

    def apply(case: Case) -> Case:
        entries = list(getattr(case.scenario.request, name))
        entries[index] = entries[index].model_copy(update=values)
        return case.with_request(**{name: tuple(entries)})

    return apply
