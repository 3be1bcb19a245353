"""The plan as a pharmacist reads it on a screen or a printed page of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

from planner.documents.plan import Limit, Objective, Plan, PlannedAuthorization
from planner.report.agenda import agenda, in_use, opening_day, to_ask_for
from planner.report.coverage import contractor_words, coverage_parts, marked, renewal_parts
from planner.report.layout import Column, heading, items, lines, paragraph, table
from planner.report.listing import bag_lists, claim_list, dispense_list
from planner.report.roles import horizon
from planner.report.text import (
    audited_words,
    bag_left_out,
    bar,
    count,
    day,
    figure,
    graded,
    in_force,
    last_day_words,
    runs,
    shown,
    titled,
)
from planner.report.timeline import axis, label, legend, timeline

LEAST_WIDTH: Final = 80
MOST_WIDTH: Final = 100
AGENDA_DAYS: Final = 30

NO_ADVICE: Final = (
    "This plan sets dates and quantities by a payer's policy. It gives no advice on treatment; "
    "whether and how to treat is for the prescriber to decide."
)
TIME_UP: Final = "The time was up: with more (--time-limit) more may be found or proven."
CHECK_ROWS: Final = "Check the drug file's rows against the label in force before use."

_UNIT_OF: Final = {
    "changes": "point",
    "delay": "day",
    "vials": "vial",
    "dispenses": "dispense",
    "bag_changes": "bag change",
    "stock_days": "vial-day",
}


def render(plan: Plan, console: Console) -> None:
    """Prints everything of a plan, between 80 and 100 columns wide, on a narrower console 80.

    Free text is printed as text: neither markup nor control characters in it have any effect.
    """
    width = max(LEAST_WIDTH, min(MOST_WIDTH, console.width))
    for part in _parts(plan, width):
        for line in lines(part, console, width):
            console.print(line, soft_wrap=True, highlight=False)


def _parts(plan: Plan, width: int) -> Iterator[RenderableType]:
    yield from _title(plan)
    yield from coverage_parts(plan)
    yield from understood(plan)
    yield from _notes(plan)
    yield from _agenda(plan)
    yield from course(plan, width)
    yield from _cycles(plan)
    yield from _taken(plan)
    yield from dispense_list(plan)
    yield from bag_lists(plan)
    yield from claim_list(plan)
    yield from _authorizations(plan)
    yield from renewal_parts(plan)
    if contractor_words(plan):
        yield heading("Medicare Part B contractor")
        yield paragraph(contractor_words(plan))
    yield from _limits(plan, bar_width=10 if width >= 90 else 5)
    yield from _objectives(plan)
    yield from small_steps(plan)
    yield from _grounds(plan)
    yield from _closing(plan)


def _title(plan: Plan) -> Iterator[RenderableType]:
    yield Text(titled(plan.scenario.title), style="bold", overflow="fold")
    yield Text(body(plan))
    for line in plan.dose_arithmetic:
        yield Text(shown(line), overflow="fold")
    yield Text(policy_words(plan), overflow="fold")
    if plan.coverage is not None:
        style = "" if plan.coverage.status == "met" else "bold"
        yield Text(marked(plan), style=style, overflow="fold")
    totals = plan.totals
    yield Text(
        f"{count(len(plan.cycles), 'cycle')}; ahead: "
        f"{count(totals.dispenses, 'dispense')}, {count(totals.vials_dispensed, 'vial')}, "
        f"{count(totals.bag_changes, 'bag change')}, {count(totals.units_billed, 'unit')} billed"
    )


def body(plan: Plan) -> str:
    """The indication with the patient's weight and surface: 'adult-rr, 70 kg, 2.00 m2'."""
    surface = f", {plan.bsa_m2:.2f} m2" if plan.bsa_m2 is not None else ""
    return f"{plan.indication}, {figure(plan.weight_kg)} kg{surface}"


def policy_words(plan: Plan) -> str:
    """The policy with its revision and the dates it is in force."""
    dates = in_force(plan.policy.effective_from, plan.policy.effective_until)
    return f"Policy {shown(plan.policy.id)} ({shown(plan.policy.revision)}; in force: {dates})"


def course(plan: Plan, width: int) -> Iterator[RenderableType]:
    """Yields the picture of the course, a row for each cycle and a mark for each day."""
    margin = 2 + 17 + 1
    drawn = timeline(plan, width - margin - len("+99"))
    longest = max((len(row.marks) for row in drawn.rows), default=0)
    yield heading("Course (one mark a day; day 1 is the cycle's start)")
    yield Text(" " * margin + axis(drawn.lead, longest), style="dim")
    for row in drawn.rows:
        more = f"+{row.cut}" if row.cut else ""
        style = "dim" if row.past else ""
        yield Text(f"  {label(row)} {row.marks}{more}", style=style, no_wrap=True)
    yield paragraph(legend(drawn.used(), width - 2), style="dim")
    if any(row.cut for row in drawn.rows):
        yield Text("  +n is n more treatment-free days", style="dim")


def _cycles(plan: Plan) -> Iterator[RenderableType]:
    yield heading("Cycles")
    columns = (
        Column("Cycle", right=True),
        Column("Phase"),
        Column("Start"),
        Column("Disconnect"),
        Column("Next from"),
        Column("Latest start", wraps=True),
    )
    yield table(
        columns,
        (
            (
                str(cycle.cycle),
                shown(cycle.phase),
                day(cycle.start),
                day(cycle.disconnect),
                cycle.earliest_next.isoformat(),
                _latest(cycle.latest_start.isoformat() if cycle.latest_start else "", cycle.past),
            )
            for cycle in plan.cycles
        ),
    )


def _latest(date_: str, past: bool) -> str:
    return "past" if past else date_ or "not worked out"


def _taken(plan: Plan) -> Iterator[RenderableType]:
    yield heading("What each cycle takes")
    columns = (
        Column("Cycle", right=True),
        Column("Dispenses", right=True),
        Column("Vials sent", right=True),
        Column("Bags", right=True),
        Column("Vials opened", right=True),
        Column("Units billed", right=True),
        Column("Authorization", wraps=True),
    )
    yield table(columns, (_cycle_sums(plan, c.cycle, c.authorization) for c in plan.cycles))


def _cycle_sums(plan: Plan, cycle: int, authorization: str | None) -> tuple[str, ...]:
    dispenses = [d for d in plan.dispenses if d.cycle == cycle]
    bags = [bag for bag in plan.bags if bag.cycle == cycle]
    units = sum(line.units for line in plan.claims if line.cycle == cycle)
    return (
        str(cycle),
        str(len(dispenses)),
        str(sum(d.vials for d in dispenses)),
        str(len(bags)),
        str(sum(bag.vials for bag in bags)),
        f"{units:,}",
        authorization or "none",
    )


def _agenda(plan: Plan) -> Iterator[RenderableType]:
    opening = opening_day(plan)
    if opening is None:
        return
    due = agenda(plan, AGENDA_DAYS)
    first = min((event.date for event in due), default=opening)
    yield heading(f"Next, from {day(first)} to {day(horizon(opening, AGENDA_DAYS))}")
    late = " (due before)" if plan.scenario.document.as_of is None else " (overdue)"
    rows = [
        (
            day(event.date),
            str(event.cycle or ""),
            event.what,
            f"{event.detail}{late if event.date < opening else ''}",
        )
        for event in due
    ]
    columns = (Column("Date"), Column("Cycle", right=True), Column("What"), Column("", wraps=True))
    yield table(columns, rows) if rows else Text("  nothing is due")


def _authorizations(plan: Plan) -> Iterator[RenderableType]:
    yield heading("Authorizations")
    columns = (
        Column("Id"),
        Column("From"),
        Column("To"),
        Column("Cycles"),
        Column("Request by"),
        Column("Number", wraps=True),
    )
    yield table(
        columns,
        (
            (
                a.id,
                day(a.start),
                a.end.isoformat() if a.end is not None else last_day_words(a),
                runs(a.cycles),
                _asked(plan, a),
                shown(a.number or ""),
            )
            for a in plan.authorizations
        ),
    )


def _asked(plan: Plan, window: PlannedAuthorization) -> str:
    by = to_ask_for(plan, window)
    if by is not None:
        return day(by)
    return "in use" if in_use(plan, window) else "given"


def _limits(plan: Plan, bar_width: int) -> Iterator[RenderableType]:
    yield heading("Limits at their fullest")
    columns = (
        Column("Clause", wraps=True),
        Column("Peak", right=True),
        Column(""),
        Column("Room"),
        Column("Window"),
    )
    yield table(columns, (_limit_row(limit, bar_width) for limit in plan.limits))


def _limit_row(limit: Limit, bar_width: int) -> tuple[str, ...]:
    room = limit.limit - limit.peak
    return (
        shown(limit.clause),
        f"{limit.peak:,} of {limit.limit:,} {limit.unit}",
        f"[{bar(limit.peak, limit.limit, bar_width)}]",
        f"{room:,} left" if room > 0 else "full" if room == 0 else "OVER",
        f"{limit.window_from.isoformat()} to {limit.window_to.isoformat()}",
    )


def _objectives(plan: Plan) -> Iterator[RenderableType]:
    yield heading("Objectives, in the order asked for")
    columns = (
        Column("Objective"),
        Column("Value", right=True),
        Column("Bound", right=True),
        Column("Proven best"),
    )
    yield table(
        columns,
        (
            (
                o.name,
                count(o.value, _UNIT_OF[o.name]),
                figure(o.bound),
                _proven(o),
            )
            for o in plan.objectives
        ),
    )
    if plan.stopped is not None:
        yield paragraph(TIME_UP)


def _proven(objective: Objective) -> str:
    if not objective.proven:
        return "no"
    return "yes, certified" if objective.certified else "yes, by this program's search"


def small_steps(plan: Plan) -> Iterator[RenderableType]:
    """What little more of an objective buys much of others."""
    if plan.options:
        yield heading("Options (planner options FILE shows all)")
        yield items(("-", shown(one)) for one in plan.options)


def _grounds(plan: Plan) -> Iterator[RenderableType]:
    silent = [a for a in plan.assumed if not a.given]
    if silent:
        yield heading("Assumed, because the scenario does not say")
        taken = [(f"{shown(a.path)}: {shown(a.value)}", shown(a.says)) for a in silent]
        yield items(taken)
    if plan.readings:
        yield heading("Readings of the policy used")
        chosen = [
            (shown(name), shown(choice) if isinstance(choice, str) else figure(choice))
            for name, choice in plan.readings.items()
        ]
        yield items(chosen, widest_term=48)
    if plan.rows_used:
        yield heading("Preparation and storage rows used")
        yield items(
            (
                f"{shown(row.row)} ({graded(row)})",
                "; ".join(shown(part) for part in (row.source, row.revision, row.says) if part),
            )
            for row in plan.rows_used
        )
        yield Text(f"  {CHECK_ROWS}")


def understood(plan: Plan) -> Iterator[RenderableType]:
    """What the scenario says in a form of its own, and how it was taken."""
    given = [a for a in plan.assumed if a.given]
    if given:
        yield heading("Understood from the scenario")
        yield items((shown(a.path), shown(a.says)) for a in given)


def _notes(plan: Plan) -> Iterator[RenderableType]:
    if plan.notes:
        yield heading("Notes")
        yield items(("-", shown(note)) for note in plan.notes)
    if plan.left_out:
        yield heading("Bag lengths left out")
        yield items(("-", bag_left_out(one)) for one in plan.left_out)


def _closing(plan: Plan) -> Iterator[RenderableType]:
    found = plan.audit.violations
    yield heading("Audit")
    yield Text(f"  {audited_words(plan.audit)}")
    if found:
        yield items((shown(v.clause), shown(v.says)) for v in found)
    yield Text(f"\n{NO_ADVICE}")
