"""What the scenario asks for: each request holds exactly."""

from __future__ import annotations

from collections.abc import Iterator

from planner.constraints.variables import CycleVariables, Variables
from planner.constraints.windows import billed_before, claimed_units
from planner.documents.policy import DiagnosesClause


def first_infusion(variables: Variables) -> None:
    """The first planned cycle starts inside the window asked for."""
    window = variables.course.first_infusion
    if window is None or not variables.active("request.first_infusion"):
        return
    fresh = [c for c in variables.course.cycles if c.progress is None]
    if fresh and fresh[0].number in variables.cycles:
        cycle = variables.cycles[fresh[0].number]
        outside = [(v, 1) for o, v in cycle.origins.items() if not window.first <= o <= window.last]
        variables.system.add(
            ("request.first_infusion",), (window.first, window.last), outside, high=0
        )


def _settled(variables: Variables, number: int) -> tuple[int | None, str] | None:
    """Of a cycle with nothing left to decide, its start and why: history has finished it, or the
    course ends before it (None). None where the course plans it, or these rules are left out."""
    course = variables.course
    if any(cycle.number == number for cycle in course.cycles):
        return None
    for index, past in enumerate(course.past):
        if past.number == number:
            member = f"history.cycles.{index}"
            return (past.start, member) if variables.active(member) else None
    return (None, "request.cycles") if variables.active("request.cycles") else None


def cycle_starts(variables: Variables) -> None:
    """A pinned cycle starts on its day."""
    for number, day in sorted(variables.course.scenario.request.cycle_starts.items()):
        member, instance = f"request.cycle_starts.{number}", (number, day.toordinal())
        if not variables.active(member):
            continue
        if number in variables.cycles:
            cycle = variables.cycles[number]
            others = [(v, 1) for o, v in cycle.origins.items() if cycle.begun(o) != day.toordinal()]
            variables.system.add((member,), instance, others, high=0)
            continue
        settled = _settled(variables, number)
        if settled is not None and settled[0] != day.toordinal():
            variables.system.add((member, settled[1]), instance, (), high=-1)


def max_delay(variables: Variables) -> None:
    """A cycle starts at most ``max_delay_days`` behind its earliest day."""
    if not variables.active("request.max_delay_days"):
        return
    most = variables.course.scenario.request.max_delay_days
    for number, cycle in variables.cycles.items():
        if cycle.cycle.progress is None and variables.active("request.max_delay_days", (number,)):
            late = [(v, 1) for o, v in cycle.origins.items() if o > cycle.cycle.earliest + most]
            if late:
                variables.system.add(("request.max_delay_days",), (number,), late, high=0)


def finish_by(variables: Variables) -> None:
    """The last disconnect is on the day asked for or before."""
    limit = variables.course.scenario.request.finish_by
    if limit is None or not variables.active("request.finish_by"):
        return
    for number, cycle in variables.cycles.items():
        late = [
            (v, 1)
            for o, v in cycle.origins.items()
            if o + cycle.cycle.infusion_days > limit.toordinal()
        ]
        if late:
            variables.system.add(("request.finish_by",), (number, limit.toordinal()), late, high=0)
    for index, past in enumerate(variables.course.past):
        over = past.finished and past.number not in variables.cycles
        member = f"history.cycles.{index}"
        if over and past.infusion_end > limit.toordinal() and variables.active(member):
            instance = (past.number, limit.toordinal())
            variables.system.add(("request.finish_by", member), instance, (), high=-1)


def dispenses(variables: Variables) -> None:
    """A cycle with requested dispenses has these and no others still to come."""
    entries = variables.course.scenario.request.dispenses
    _nothing_left(variables, "request.dispenses", [d.cycle for d in entries])
    for number, cycle in variables.cycles.items():
        asked = variables.requested(number)
        if not asked:
            continue
        for day, quantity in cycle.vials.items():
            if day not in asked and variables.active("request.dispenses"):
                variables.system.add(("request.dispenses",), (number, day), [(quantity, 1)], high=0)
        for day, vials in asked.items():
            members = tuple(
                f"request.dispenses.{i}"
                for i, d in enumerate(entries)
                if d.cycle == number
                and d.date.toordinal() == day
                and variables.active(f"request.dispenses.{i}")
            )
            terms = [(cycle.vials[day], 1)] if day in cycle.vials else []
            exact = vials if variables.active("request.dispenses") else None
            variables.system.add(members, (number, day), terms, low=vials, high=exact)


def claims(variables: Variables) -> None:
    """A cycle with requested claims is still to be billed on these dates with these units, and on
    no others. An entry without the list asks for no fewer units; the list without any entry of a
    cycle asks nothing of it."""
    entries = variables.course.scenario.request.claims
    listed = variables.active("request.claims")
    _nothing_left(variables, "request.claims", [c.cycle for c in entries])
    for number in variables.cycles:
        own = [(i, c) for i, c in enumerate(entries) if c.cycle == number]
        stands = [(i, c) for i, c in own if variables.active(f"request.claims.{i}")]
        if not stands:
            continue
        billed = claimed_units(variables, number)
        if not variables.course.readings.service_by_hang:
            before = {stock.day for stock in variables.cycles[number].stock}
            billed = {day: terms for day, terms in billed.items() if day not in before}
        days = {c.date.toordinal() for _, c in own}
        for day in sorted({*(billed if listed else ()), *days}):
            here = [(i, c) for i, c in own if c.date.toordinal() == day]
            asked = [(i, c) for i, c in stands if c.date.toordinal() == day]
            whole = listed and len(asked) == len(here)
            if not asked and not whole:
                continue
            members = tuple(f"request.claims.{i}" for i, _ in asked) or ("request.claims",)
            units = sum(c.units for _, c in asked)
            variables.system.add(
                members,
                (number, day),
                billed.get(day, []),
                low=units,
                high=units if whole else None,
            )


def _nothing_left(variables: Variables, request: str, numbers: list[int]) -> None:
    """What is requested for a cycle with nothing left to decide cannot be had."""
    for place, number in enumerate(numbers):
        member, settled = f"{request}.{place}", _settled(variables, number)
        if settled is not None and variables.active(member):
            variables.system.add((member, settled[1]), (number,), (), high=-1)


def diagnosis(variables: Variables) -> None:
    """App1: the patient's diagnosis is a covered code on every date of service."""
    code = variables.course.scenario.patient.diagnosis
    if code is None or not variables.active("patient.diagnosis"):
        return
    for key, clause in variables.course.clause_of("diagnoses"):
        if not isinstance(clause, DiagnosesClause) or not variables.active(key):
            continue
        if code not in [listed.code for listed in clause.codes]:
            variables.system.add((key, "patient.diagnosis"), (code,), [], low=1)
            continue
        for past in variables.course.past_units:
            if variables.undated(past.day) == key and variables.active(past.member):
                members = (key, "patient.diagnosis", past.member)
                variables.system.add(members, (code, past.cycle, past.day), (), high=-1)
        for number, cycle in variables.cycles.items():
            outside = [
                v for day, v in _billed_on(variables, cycle) if variables.undated(day) == key
            ]
            if outside:
                terms = [(v, 1) for v in outside]
                variables.system.add((key, "patient.diagnosis"), (code, number), terms, high=0)


def _billed_on(variables: Variables, cycle: CycleVariables) -> Iterator[tuple[int, int]]:
    """(day, variable): what is billed on the day if the variable is 1. A cycle's start is the day
    of its first bag; what is still to be hung of a dispense that was billed whole adds nothing."""
    infused = cycle.cycle.progress.infused if cycle.cycle.progress is not None else 0
    if variables.course.readings.service_by_hang:
        yield from ((origin + infused, v) for origin, v in cycle.origins.items())
        yield from ((hang.day, hang.variable) for hang in cycle.hangs)
        return
    before = billed_before(variables, cycle.cycle.number)
    for hang in cycle.hangs:
        yield from ((day, v) for day, v in hang.feeds.items() if day not in before)
