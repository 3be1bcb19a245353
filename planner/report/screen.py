"""A plan on one screen: what was decided, what to do next and by whom, the course, and the grounds
folded to a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.plan import Plan, PlannedCycle
from planner.documents.roles import Role
from planner.report import terminal
from planner.report.agenda import opening_day, to_ask_for
from planner.report.coverage import coverage_parts, status_of
from planner.report.coverage import marked as criteria_marked
from planner.report.layout import Column, heading, items, lines, paragraph, table
from planner.report.roles import NAMES, ROLES, Action, actions, first_of, horizon, marked
from planner.report.slips import delay_words
from planner.report.terminal import AGENDA_DAYS, LEAST_WIDTH, MOST_WIDTH, NO_ADVICE, TIME_UP
from planner.report.text import (
    audited_words,
    count,
    cycles_words,
    day,
    figure,
    graded,
    last_day_words,
    shown,
    titled,
)

SCREEN: Final = 45  # lines
EACH: Final = 2  # actions of each role


def render(plan: Plan, console: Console, *, full: bool = False, role: Role | None = None) -> None:
    """Prints a plan between 80 and 100 columns wide, on a narrower console 80.

    By default on one screen, as far as the course has no more than a row for each cycle; the
    picture of the course is left out where it would not fit. ``role``: all that is to be done by
    one role. ``full``: everything. Free text is printed as text: neither markup nor control
    characters in it have any effect.
    """
    if full and role is None:
        terminal.render(plan, console)
        return
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    parts = _of_role(plan, role) if role is not None else _whole(plan, console, width)
    for line in _lines(parts, console, width):
        console.print(line, soft_wrap=True, highlight=False)


def _lines(parts: Iterator[RenderableType], console: Console, width: int) -> list[Text]:
    return [line for part in parts for line in lines(part, console, width)]


def _whole(plan: Plan, console: Console, width: int) -> Iterator[RenderableType]:
    """The screen with the picture of the course and two actions of each role, as far as they
    fit."""
    for drawn, each in ((True, EACH), (False, EACH)):
        parts = list(_parts(plan, width, drawn=drawn, each=each))
        if len(_lines(iter(parts), console, width)) <= SCREEN:
            return iter(parts)
    return _parts(plan, width, drawn=False, each=1)


def _parts(plan: Plan, width: int, *, drawn: bool, each: int) -> Iterator[RenderableType]:
    yield from _decided(plan)
    yield from coverage_parts(plan)
    yield from terminal.understood(plan)
    yield from _notes(plan)
    yield from _next(plan, each)
    yield from _course(plan)
    if drawn:
        yield from terminal.course(plan, width)
    yield from terminal.small_steps(plan)
    yield from _folded(plan)
    yield Text(f"\n{NO_ADVICE}", style="dim")


def _decided(plan: Plan) -> Iterator[RenderableType]:
    patient = plan.scenario.document.patient
    title = titled(plan.scenario.title)
    ref = f" ({shown(patient.ref)})" if patient.ref else ""
    yield Text(f"{title}{ref}", style="bold", overflow="fold")
    policy = f"policy {shown(plan.policy.id)} ({shown(plan.policy.revision)})"
    yield Text(f"{terminal.body(plan)}; {policy}", overflow="fold")
    yield Text("; ".join(shown(line) for line in plan.dose_arithmetic), overflow="fold")
    if plan.coverage is not None:
        style = {"met": "bold green", "not-met": "bold red"}.get(str(status_of(plan)), "bold")
        yield Text(criteria_marked(plan), style=style, overflow="fold")
    for line in totals_told(plan):
        yield Text(line, overflow="fold")
    if plan.stopped is not None:
        yield Text(TIME_UP)


def totals_told(plan: Plan) -> Iterator[str]:
    """What the course takes, past and ahead, in figures that add up; and its delay."""
    totals = plan.totals
    past = sum(bag.vials for bag in plan.bags if bag.past)
    begun = [cycle for cycle in plan.cycles if cycle.past]
    ahead = len(plan.cycles) - len(begun)
    last = f" to {day(plan.cycles[-1].disconnect)}" if plan.cycles else ""
    behind = f" ({len(begun)} begun, {ahead} to start)" if begun else ""
    yield f"Planned: {count(len(plan.cycles), 'cycle')}{behind}{last}"
    own = totals.vials - totals.vials_dispensed
    stock = f", {own} more from stock" if own > 0 else ""
    opened = f"; {past} opened so far" if past else ""
    yield (
        f"Ahead: {count(totals.dispenses, 'dispense')} of {count(totals.vials_dispensed, 'vial')}"
        f"{stock}{opened}; {count(totals.bag_changes, 'visit')} (bag changes); "
        f"{count(totals.units_billed, 'unit')} to bill"
    )
    late = delay_words(plan)
    if late:
        yield late


def _notes(plan: Plan) -> Iterator[RenderableType]:
    if plan.notes:
        yield items(("!", shown(note)) for note in plan.notes)


def _next(plan: Plan, each: int) -> Iterator[RenderableType]:
    """The next actions of each role; the heading names the first of their days."""
    opening = opening_day(plan)
    if opening is None:
        return
    until = horizon(opening, AGENDA_DAYS)
    found = {role: first_of(actions(plan, role, opening), each, until) for role in ROLES}
    days = [action.date for some in found.values() for action in some]
    yield heading(f"Next, from {day(min(days, default=opening))} (--role lists all of one role)")
    told = plan.scenario.document.as_of is not None
    columns = (Column("Who"), Column("Date"), Column("What", wraps=True))
    yield table(columns, _rows([(NAMES[role], some) for role, some in found.items()], told))


def _rows(
    found: Sequence[tuple[str, Sequence[Action]]], told: bool
) -> Iterator[tuple[str | Text, ...]]:
    for name, some in found:
        for place, action in enumerate(some):
            words = marked(action, told=told).words
            style = "bold red" if action.late and told else ""
            yield (
                name if not place else "",
                Text(day(action.date), style=style),
                Text(shown(words), style=style),
            )


def _course(plan: Plan) -> Iterator[RenderableType]:
    yield heading("Course")
    columns = (
        Column("Cycle", right=True),
        Column("Start"),
        Column("Disconnect"),
        Column("Latest start"),
        Column("Sent", right=True),
        Column("Opened", right=True),
        Column("Bags", right=True),
        Column("Units", right=True),
    )
    yield table(columns, (_cycle(plan, cycle) for cycle in plan.cycles))
    for window in plan.authorizations:
        by = to_ask_for(plan, window)
        asked = f", ask by {day(by)}" if by is not None else ""
        number = f" ({shown(window.number)})" if window.number else ""
        cycles = cycles_words(window.cycles) if window.cycles else "no cycle"
        until = window.end or last_day_words(window)
        told = f"  {shown(window.id)}{number}: {window.start} to {until}, {cycles}{asked}"
        yield Text(told, overflow="fold")


def _cycle(plan: Plan, cycle: PlannedCycle) -> tuple[str, ...]:
    number = cycle.cycle
    bags = [bag for bag in plan.bags if bag.cycle == number]
    latest = cycle.latest_start.isoformat() if cycle.latest_start else ""
    return (
        str(number),
        day(cycle.start),
        cycle.disconnect.isoformat(),
        "past" if cycle.past else latest or "not known",
        str(sum(one.vials for one in plan.dispenses if one.cycle == number)),
        str(sum(bag.vials for bag in bags)),
        str(len(bags)),
        f"{sum(line.units for line in plan.claims if line.cycle == number):,}",
    )


def _folded(plan: Plan) -> Iterator[RenderableType]:
    """The grounds, a line each."""
    yield heading("Grounds (--full shows them)")
    found = plan.audit.violations
    full = [limit.clause for limit in plan.limits if limit.peak == limit.limit]
    silent = sum(not one.given for one in plan.assumed)
    limits = f"at times full: {', '.join(full)}" if full else "no limit is ever full"
    taken = f"{count(silent, 'setting')} assumed, {count(len(plan.readings), 'reading')}"
    if plan.rows_used:
        whose = ", ".join(sorted({graded(row) for row in plan.rows_used}))
        taken += f", {count(len(plan.rows_used), 'row')} ({whose}: check the label in force)"
    left_out = "; ".join(f"{one.bag} bags in {cycles_words(one.cycles)}" for one in plan.left_out)
    yield items(
        (
            ("audit", f"{audited_words(plan.audit)}; {limits}"),
            ("best", "; ".join(_reached(plan))),
            ("rests on", taken),
            *([("left out", left_out)] if left_out else []),
        )
    )
    if found:
        yield items((shown(one.clause), shown(one.says)) for one in found)


def _reached(plan: Plan) -> Iterator[str]:
    told = ", ".join(f"{o.name.replace('_', ' ')} {figure(o.value)}" for o in plan.objectives)
    open_ = [one.name.replace("_", " ") for one in plan.objectives if not one.proven]
    yield told
    if open_:
        yield f"not proven best: {', '.join(open_)}"
    elif all(one.certified for one in plan.objectives):
        yield "certified to be the best in this order"
    else:
        yield "proven best in this order by this program's search"


def _of_role(plan: Plan, role: Role) -> Iterator[RenderableType]:
    """All that one role has to do."""
    yield from _decided(plan)
    opening = opening_day(plan)
    found = actions(plan, role, opening) if opening is not None else ()
    first: date | None = min((action.date for action in found), default=None)
    yield heading(f"{NAMES[role]}{f', from {day(first)}' if first else ''}")
    if not found:
        yield paragraph("Nothing is left to do.")
    told = plan.scenario.document.as_of is not None
    columns = (Column("Date"), Column("What", wraps=True))
    yield table(columns, (row[1:] for row in _rows([("", found)], told)))
    yield Text(f"\n{NO_ADVICE}", style="dim")
