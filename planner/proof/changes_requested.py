"""What the one who asks can change: dates, cycles, vials, units and doses of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from planner.documents.scenario import DateWindow
from planner.proof.changes import (
    Case,
    Change,
    Move,
    cycles_named,
    days_from,
    kept,
    nearest_day,
)
from planner.proof.changes_listed import claim, dispense, unlisted
from planner.proof.changes_pinned import pin
from planner.proof.words import counted
from planner.regimen.course import Course

LATEST = 730  # days that a last date or the delay allowed is moved: the scenario's own bound


def requested_moves(course: Course, member: str) -> tuple[Move, ...]:
    """The moves of a request, by its path; none for a path of another kind."""
    parts = member.split(".")
    if parts[0] != "request" or len(parts) < 2:
        return ()
    entry = parts[2] if len(parts) > 2 else None
    if entry is not None:
        return kept(_ENTRIES[parts[1]](course, member, int(entry)))
    return kept(_WHOLE[parts[1]](course, member)) if parts[1] in _WHOLE else ()


def _cycles(course: Course, member: str) -> Sequence[Move | None]:
    total = course.cycles[-1].number if course.cycles else 0
    request = course.scenario.request
    doses = request.daily_dose_mcg
    named = [
        *request.cycle_starts,
        *(d.cycle for d in request.dispenses),
        *(c.cycle for c in request.claims),
        *(doses if isinstance(doses, Mapping) else ()),
    ]
    least = max(1, len(course.past), *named)
    changes = tuple(
        Change(
            member,
            str(total),
            str(n),
            f"Plan {counted(n, 'cycle')} instead of {total}",
            total - n,
            _request("cycles", n),
        )
        for n in range(total - 1, least - 1, -1)
    )
    return [
        Move(
            member,
            "request",
            changes,
            monotone=True,
            drops=(member,),
            nearest="the most that works",
        )
    ]


def _first_infusion(course: Course, member: str) -> Sequence[Move | None]:
    first = course.scenario.request.first_infusion
    moves = []
    for sign in (-1, 1):
        changes = []
        for day, steps in days_from(first if isinstance(first, date) else _end(first, sign), sign):
            if isinstance(first, date):
                value: date | DateWindow = day
                asked, shown = str(first), str(day)
                says = f"Start the first cycle on {day} instead of {first}"
            else:
                value = first.model_copy(update={"earliest" if sign < 0 else "latest": day})
                asked, shown = _window(first), _window(value)
                says = f"Let the first cycle start {'from' if sign < 0 else 'up to'} {day}"
            changes.append(
                Change(member, asked, shown, says, steps, _request("first_infusion", value))
            )
        widens = isinstance(first, DateWindow) and sign > 0
        moves.append(
            Move(member, "request", tuple(changes), monotone=widens, nearest=nearest_day(sign))
        )
    return moves


def _end(window: DateWindow, sign: int) -> date:
    return window.earliest if sign < 0 else window.latest


def _window(value: DateWindow) -> str:
    return f"{value.earliest}..{value.latest}"


def _pin(course: Course, member: str, cycle: int) -> Sequence[Move | None]:
    asked = course.scenario.request.cycle_starts[cycle]

    def to(day: date) -> Callable[[Case], Case]:
        def apply(case: Case) -> Case:
            pins = case.scenario.request.cycle_starts
            return case.with_request(
                cycle_starts={n: day if n == cycle else d for n, d in pins.items()}
            )

        return apply

    return [
        Move(
            member,
            "request",
            tuple(
                Change(
                    member,
                    str(asked),
                    str(day),
                    f"Start cycle {cycle} on {day} instead of {asked}",
                    steps,
                    to(day),
                )
                for day, steps in days_from(asked, sign)
            ),
            drops=(member,),
            nearest=nearest_day(sign),
            pin=cycle,
        )
        for sign in (-1, 1)
    ]


def _dose(course: Course, member: str) -> Sequence[Move | None]:
    """Down to each cap that a requested dose passes, the highest first."""
    asked = course.scenario.request.daily_dose_mcg
    caps = {
        (number, exceeded[1])
        for number, exceeded in (
            *((p.number, p.cap_exceeded) for p in course.past if p.finished),
            *((c.number, v.cap_exceeded) for c in course.cycles for v in c.variants),
        )
        if exceeded is not None
    }
    if asked is None or not caps:
        return []
    changes = []
    for cap in sorted({cap for _, cap in caps}, reverse=True):
        if isinstance(asked, Mapping):
            over = {n for n, _ in caps}
            value: Decimal | dict[int, Decimal] = {
                n: min(d, cap) if n in over else d for n, d in asked.items()
            }
            shown = ", ".join(f"{d} (cycle {n})" for n, d in asked.items())
            highest = max(d for n, d in asked.items() if n in over)
            says = f"Give {cap} mcg a day instead of {highest} in {cycles_named(sorted(over))}"
        else:
            value, shown, highest = min(asked, cap), str(asked), asked
            says = f"Give {cap} mcg a day instead of {asked}"
        changes.append(
            Change(
                member,
                shown,
                str(cap),
                says,
                int((highest - cap).to_integral_value(rounding="ROUND_CEILING")),
                _request("daily_dose_mcg", value),
            )
        )
    nearest = "the most the dose clause allows"
    return [Move(member, "request", tuple(changes), drops=(member,), nearest=nearest)]


def _finish_by(course: Course, member: str) -> Sequence[Move | None]:
    asked = course.scenario.request.finish_by
    if asked is None:
        return []
    changes = tuple(
        Change(
            member,
            str(asked),
            str(day),
            f"Finish by {day} instead of {asked}",
            steps,
            _request("finish_by", day),
        )
        for day, steps in days_from(asked, 1, LATEST)
    )
    return [Move(member, "request", changes, True, (member,), "the earliest end that works")]


def _max_delay(course: Course, member: str) -> Sequence[Move | None]:
    asked = course.scenario.request.max_delay_days
    changes = tuple(
        Change(
            member,
            str(asked),
            str(days),
            f"Let a cycle start up to {counted(days, 'day')} late instead of {asked}",
            days - asked,
            _request("max_delay_days", days),
        )
        for days in range(asked + 1, LATEST + 1)
    )
    return [Move(member, "request", changes, monotone=True, nearest="the least that works")]


def _request(name: str, value: object) -> Callable[[Case], Case]:
    return lambda case: case.with_request(**{name: value})


_WHOLE: Mapping[str, Callable[[Course, str], Sequence[Move | None]]] = {
    "cycles": _cycles,
    "first_infusion": _first_infusion,
    "daily_dose_mcg": _dose,
    "finish_by": _finish_by,
    "max_delay_days": _max_delay,
    "dispenses": unlisted("dispenses", "dispenses"),
    "claims": unlisted("claims", "claims"),
}
_ENTRIES: Mapping[str, Callable[[Course, str, int], Sequence[Move | None]]] = {
    "cycle_starts": _pin,
    "dispenses": dispense,
    "claims": claim,
    "pins": pin,
}
