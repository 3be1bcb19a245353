"""Who does what next: the events of a plan by role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, get_args

from planner.documents.plan import Plan
from planner.documents.roles import Role
from planner.report.agenda import CHECK, REQUEST, Event, events
from planner.report.text import count

ROLES: Final[tuple[Role, ...]] = get_args(Role)
NAMES: Final[dict[Role, str]] = {
    "pharmacy": "Pharmacy",
    "nurse": "Nurse or caregiver",
    "billing": "Biller",
    "patient": "Patient",
}
_DOES: Final[dict[str, Role]] = {
    "dispense": "pharmacy",
    "hang": "nurse",
    "disconnect": "nurse",
    "bill": "billing",
    REQUEST: "billing",
    CHECK: "billing",
}


@dataclass(frozen=True)
class Action:
    """Something to do on ``date``, in words; ``late`` where it was due before the plan opens."""

    date: date
    words: str
    late: bool = False


def actions(plan: Plan, role: Role, opening: date) -> tuple[Action, ...]:
    """Everything that a role has still to do, in the order of dates."""
    if role == "patient":
        return tuple(_patient(plan))
    return tuple(
        Action(event.date, _words(event), event.date < opening)
        for event in events(plan)
        if _DOES[event.what] == role
    )


def _words(event: Event) -> str:
    cycle = f"cycle {event.cycle}, " if event.cycle else ""
    return f"{cycle}{event.what}: {event.detail}"


def _patient(plan: Plan) -> Iterator[Action]:
    """What the patient sees of each cycle: the days of its visits, and where the bags hang."""
    for cycle in plan.cycles:
        bags = [bag for bag in plan.bags if bag.cycle == cycle.cycle and not bag.past]
        if not bags and cycle.past:
            continue
        if bags:
            visits = count(len(bags), "bag")
            away = sum(bag.days for bag in bags if bag.site == "hospital")
            where = "at home" if not away else f"first {count(away, 'day')} in hospital"
            last = bags[-1].hang
            until = f" until {last.isoformat()}" if len(bags) > 1 else ""
            begins = "goes on" if cycle.past else "starts"
            words = f"cycle {cycle.cycle} {begins} {where}: {visits}{until}"
            yield Action(bags[0].hang, words)
        yield Action(cycle.disconnect, f"cycle {cycle.cycle} ends: the pump comes off")


def first_of(found: tuple[Action, ...], most: int, until: date) -> tuple[Action, ...]:
    """The first few to be done by a day; the very next one where there is none."""
    soon = tuple(action for action in found if action.date <= until)[:most]
    return soon or found[:1]


def horizon(opening: date, days: int) -> date:
    """The last of so many days from a day on."""
    return opening + timedelta(days=days - 1)


def marked(action: Action, *, told: bool) -> Action:
    """An action that was due before says so: overdue on a day that the scenario tells."""
    if not action.late:
        return action
    return replace(action, words=f"{action.words} ({'overdue' if told else 'due before'})")
