"""The report: one HTML file that needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from planner.documents.base import Indication
from planner.documents.conflict import Conflict
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from planner.report import coverage_grids, grids
from planner.report.agenda import Event, agenda, opening_day, to_ask_for
from planner.report.coverage import MARKS, contractor_words, sentence
from planner.report.months import WEEKDAYS, months
from planner.report.page import page
from planner.report.svg import chart
from planner.report.terminal import AGENDA_DAYS, CHECK_ROWS, NO_ADVICE
from planner.report.text import bag_left_out, day, figure, graded, in_force, shown, titled
from planner.report.usage import rolling_use

INDICATIONS: Final[dict[Indication, str]] = {
    "adult-rr": "Adult, relapsed or refractory",
    "adult-consolidation": "Adult, consolidation",
    "pediatric-rr": "Pediatric, relapsed or refractory",
    "pediatric-mrd": "Pediatric, MRD-positive",
    "infant-interfant": "Infant, with an Interfant regimen",
}
OBJECTIVES: Final = {
    "changes": "Changes of the calendar in force (weighed)",
    "delay": "Delay (days)",
    "vials": "Vials opened",
    "dispenses": "Dispenses",
    "bag_changes": "Bag changes",
    "stock_days": "Days that vials wait (vial-days)",
}


@dataclass(frozen=True)
class Task:
    """A line of the checklist. ``overdue`` ones were due before the plan opens."""

    id: str
    event: Event
    overdue: bool


def report_html(plan: Plan, policy: Policy | None) -> str:
    """Returns the report of a plan.

    ``policy`` is the one the plan was made under; without it the limits' use is not drawn, and the
    report says so. Every value of the plan is escaped, and control characters, line breaks and
    text-direction marks in free text are shown as their escapes. The same plan gives the same text.
    """
    uses = tuple(rolling_use(plan, limit, policy) for limit in plan.limits) if policy else ()
    return page(
        "report.html",
        plan=plan,
        title=titled(plan.scenario.title),
        whose=_whose(plan),
        facts=tuple(_facts(plan)),
        figures=tuple(_figures(plan)),
        coverage=plan.coverage,
        coverage_mark=MARKS[plan.coverage.status] if plan.coverage else "",
        coverage_says=shown(sentence(plan.coverage)) if plan.coverage else "",
        criteria=coverage_grids.criteria(plan),
        renewals=coverage_grids.renewals(plan),
        windows=coverage_grids.authorization_days(plan),
        tasks=_tasks(plan),
        opening=opening_day(plan),
        days_ahead=AGENDA_DAYS,
        chart=chart(plan, uses),
        description=_description(plan),
        policy_at_hand=policy is not None,
        cycles=grids.cycles(plan),
        taken=grids.taken(plan),
        authorizations=grids.authorizations(plan),
        dispenses=grids.dispenses(plan),
        bags=grids.bags(plan),
        claims=grids.claims(plan),
        limits=grids.limits(plan, policy),
        room=grids.room_of_cycles(plan, uses) if uses else None,
        uses=tuple(grids.use_of(used, number) for number, used in enumerate(uses, start=1)),
        critical=_critical(plan),
        months=months(plan),
        weekdays=WEEKDAYS,
        objectives=OBJECTIVES,
        readings=readings_used(plan.readings, policy),
        hashes=hashes_of(plan),
        no_advice=NO_ADVICE,
        check_rows=CHECK_ROWS,
        rows_used=tuple((row, graded(row)) for row in plan.rows_used),
        from_drug_file=sum(not row.own for row in plan.rows_used),
        left_out=tuple(bag_left_out(one) for one in plan.left_out),
    )


def _whose(plan: Plan) -> str:
    """What tells one patient's sheets from another's: the reference, else the title."""
    return shown(plan.scenario.document.patient.ref or plan.scenario.title)


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    patient = plan.scenario.document.patient
    if patient.ref:
        yield "Patient reference", shown(patient.ref)
    yield "Indication", INDICATIONS[plan.indication]
    surface = f", {figure(plan.bsa_m2)} m²" if plan.bsa_m2 is not None else ""
    yield "Weight", f"{figure(plan.weight_kg)} kg{surface}"
    if plan.dose_arithmetic:
        yield "Dose", "; ".join(shown(line) for line in plan.dose_arithmetic)
    yield "Policy", f"{shown(plan.policy.id)} ({shown(plan.policy.revision)})"
    yield "Policy in force", in_force(plan.policy.effective_from, plan.policy.effective_until)
    if contractor_words(plan):
        yield "Medicare Part B", contractor_words(plan)
    as_of = plan.scenario.document.as_of
    if as_of is not None:
        yield "As of", day(as_of)
    if plan.cycles:
        yield "Course", f"{day(plan.cycles[0].start)} to {day(plan.cycles[-1].disconnect)}"


def _figures(plan: Plan) -> Iterator[tuple[str, str]]:
    totals = plan.totals
    yield "cycles", figure(len(plan.cycles))
    yield "dispenses ahead", figure(totals.dispenses)
    yield "vials to send", figure(totals.vials_dispensed)
    yield "bag changes ahead", figure(totals.bag_changes)
    yield "units to bill", figure(totals.units_billed)
    yield "days of delay", figure(totals.delay_days)


def _tasks(plan: Plan) -> tuple[Task, ...]:
    opening = opening_day(plan)
    return tuple(
        Task(f"task-{number}", event, opening is not None and event.date < opening)
        for number, event in enumerate(agenda(plan, AGENDA_DAYS), start=1)
    )


def _description(plan: Plan) -> str:
    peaks = ", ".join(
        f"{shown(limit.clause)} is at most {limit.peak:,} of {limit.limit:,} {limit.unit}"
        for limit in plan.limits
    )
    starts = ", ".join(f"cycle {c.cycle} from {day(c.start)}" for c in plan.cycles)
    return (
        f"From the top: authorizations, cycles, bags, dispenses, and each limit's use against its "
        f"cap. {starts}. {peaks}. Tables further down hold the same data."
    )


def _critical(plan: Plan) -> grids.Grid:
    dated: list[tuple[date, str, str]] = []
    for window in plan.authorizations:
        name = shown(window.id)
        by = to_ask_for(plan, window)
        if by is not None:
            opens = f"it opens on {day(window.start)}"
            dated.append((by, f"Ask for authorization {name} by this day", opens))
        if window.end is not None:
            dated.append((window.end, f"Last day of authorization {name}", "no service after it"))
    for cycle in plan.cycles:
        if cycle.latest_start is not None:
            what = f"Latest day on which cycle {cycle.cycle} can start"
            dated.append((cycle.latest_start, what, f"planned for {day(cycle.start)}"))
    columns = (grids.Column("Date"), grids.Column("What"), grids.Column("Mind"))
    rows = tuple((day(when), what, mind) for when, what, mind in sorted(dated))
    return grids.Grid("critical", "Critical dates", columns, (grids.Group("", rows),))


def readings_used(
    readings: Mapping[str, str | Decimal], policy: Policy | None
) -> tuple[tuple[str, str, str], ...]:
    """Returns name, choice and meaning of each reading; no meaning without the policy file."""
    known = policy.readings if policy else {}
    return tuple(
        (shown(name), shown(chosen), shown(known[name].choices.get(chosen, "")))
        if name in known
        else (shown(name), shown(chosen), "")
        for name, choice in readings.items()
        for chosen in (choice if isinstance(choice, str) else figure(choice),)
    )


def hashes_of(made: Plan | Conflict) -> tuple[tuple[str, str], ...]:
    """Returns the documents that a plan or conflict was made from, each with its hash."""
    return (
        ("Scenario", made.scenario.sha256),
        ("Policy", made.policy.sha256),
        ("Drug file", made.drug.sha256),
    )
