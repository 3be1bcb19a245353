"""Pins: single fields of the calendar that hold, whatever else moves (``request.pins``)."""

from __future__ import annotations

from planner.constraints.variables import CycleVariables, Variables
from planner.documents.in_force_calendar import Pin


def pins(variables: Variables) -> None:
    """Each field that a pin names holds: the start, a bag change and its bag's length, a day
    without one, a dispense and its vials."""
    for place, pin in enumerate(variables.course.scenario.request.pins):
        member = f"request.pins.{place}"
        if not variables.active(member):
            continue
        own = variables.cycles.get(pin.cycle)
        if own is None:
            variables.system.add((member,), (pin.cycle,), (), low=1)
            continue
        _start(variables, own, pin, member)
        _visit(variables, own, pin, member)
        _free(variables, own, pin, member)
        _dispense(variables, own, pin, member)


def _start(variables: Variables, own: CycleVariables, pin: Pin, member: str) -> None:
    if pin.start is not None:
        day = pin.start.toordinal()
        others = [(v, 1) for o, v in own.origins.items() if own.begun(o) != day]
        variables.system.add((member,), (pin.cycle, day), others, high=0)


def _visit(variables: Variables, own: CycleVariables, pin: Pin, member: str) -> None:
    if pin.visit is not None and variables.bags:
        day = pin.visit.toordinal()
        hung = [
            (hang.variable, 1)
            for hang in own.hangs
            if hang.day == day and pin.days in (None, hang.option.days)
        ]
        variables.system.add((member,), (pin.cycle, day), hung, low=1)


def _free(variables: Variables, own: CycleVariables, pin: Pin, member: str) -> None:
    if pin.free is not None and variables.bags:
        day = pin.free.toordinal()
        hung = [(hang.variable, 1) for hang in own.hangs if hang.day == day]
        variables.system.add((member,), (pin.cycle, day), hung, high=0)


def _dispense(variables: Variables, own: CycleVariables, pin: Pin, member: str) -> None:
    if pin.dispense is None or not variables.bags or not variables.feeds:
        return
    day = pin.dispense.toordinal()
    made = [(own.dispenses[day], 1)] if day in own.dispenses else []
    variables.system.add((member,), (pin.cycle, day), made, low=1)
    if pin.vials is not None and made:
        sent = [(own.vials[day], 1)]
        variables.system.add((member,), (pin.cycle, day), sent, low=pin.vials, high=pin.vials)
