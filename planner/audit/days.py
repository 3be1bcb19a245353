"""Days: those the pharmacy works on, and those on which a cycle infuses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from planner.audit.case import Case, in_force
from planner.documents.base import WEEKDAYS
from planner.documents.plan import Site
from planner.documents.policy import DoseClause, InfusionDaysClause, LengthClause
from planner.documents.scenario import Interruption

ONE_DAY = timedelta(days=1)


def after(day: date, days: int) -> date:
    """The date ``days`` days after ``day`` (before it, where negative)."""
    return day + timedelta(days=days)


def weekday(day: date) -> str:
    """The weekday as the scenario writes it: mon .. sun."""
    return WEEKDAYS[day.weekday()]


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """US federal holidays of a year, the days they are observed on among them."""
    import holidays

    return frozenset(holidays.country_holidays("US", years=year))


def is_holiday(case: Case, day: date) -> bool:
    """Whether ``day`` is one of the scenario's holidays."""
    named = case.scenario.pharmacy.holidays
    if named == "none":
        return False
    return day in (federal_holidays(day.year) if named == "us-federal" else named)


def changes_on_holidays(case: Case) -> bool:
    """Whether bags are changed on holidays: as said, else where they are on all weekdays."""
    pharmacy = case.scenario.pharmacy
    if pharmacy.bag_change_on_holidays is not None:
        return pharmacy.bag_change_on_holidays
    return all(day in pharmacy.bag_change_days for day in WEEKDAYS)


@dataclass(frozen=True)
class Run:
    """The infusion days of one cycle, its disconnect, the days of interruption among them, and
    the interruption that ended it, where one did."""

    days: tuple[date, ...]
    disconnect: date
    skipped: int = 0
    cut: Interruption | None = None


def infusion_days_due(case: Case, number: int) -> int:
    """Infusion days of a full cycle: by the clause, else by the steps of the dose, else 0."""
    cycle = case.cycle(number)
    if cycle is None:
        return 0
    for _, clause in case.clauses_of(InfusionDaysClause):
        if in_force(clause, cycle.start):
            return clause.days
    for _, dose in case.clauses_of(DoseClause):
        for row in dose.brackets[0].rows:
            if row.cycles.first <= number <= row.cycles.last:
                return sum(step.days for step in row.steps)
    return 0


def run(case: Case, number: int) -> Run | None:
    """The infusion days of a cycle from its start on, around its interruptions.

    An interruption of at most the drug file's days is skipped; a longer one ends the cycle.
    """
    cycle = case.cycle(number)
    if cycle is None:
        return None
    breaks = sorted(
        (one for one in case.scenario.history.interruptions if one.cycle == number),
        key=lambda one: one.start,
    )
    days: list[date] = []
    due, skipped, day = infusion_days_due(case, number), 0, cycle.start
    while len(days) < due:
        pause = _pause(breaks, day)
        if pause is None:
            days.append(day)
            day += ONE_DAY
            continue
        if pause.days > case.drug.interruption.same_cycle_up_to:
            return Run(tuple(days), day, skipped, pause)
        skipped += (after(pause.start, pause.days) - day).days
        day = after(pause.start, pause.days)
    return Run(tuple(days), day, skipped)


def _pause(breaks: Iterable[Interruption], day: date) -> Interruption | None:
    return next((one for one in breaks if one.start <= day < after(one.start, one.days)), None)


def length(case: Case, number: int) -> int:
    """Days from a cycle's start to the earliest start of the next, interruptions aside: by the
    clause, else (none is printed) the infusion days."""
    cycle = case.cycle(number)
    printed = [
        row.days
        for _, clause in case.clauses_of(LengthClause)
        for row in clause.rows
        if row.cycles.first <= number <= row.cycles.last
        and (cycle is None or in_force(clause, cycle.start))
    ]
    return max(printed, default=infusion_days_due(case, number))


def earliest_next(case: Case, number: int) -> date | None:
    """The first day on which the next cycle may start.

    A cycle that an interruption ended is followed from the day the interruption is over; else
    the cycle's length counts from its start, and by the reading the interruption's days too.
    Never before the disconnect.
    """
    cycle, infused = case.cycle(number), run(case, number)
    if cycle is None or infused is None:
        return None
    if infused.cut is not None:
        return after(infused.cut.start, infused.cut.days)
    moved = infused.skipped if case.reading("interruption.length") == "extends" else 0
    return max(after(cycle.start, length(case, number) + moved), infused.disconnect)


def site_of(case: Case, number: int, index: int) -> Site:
    """Where infusion day ``index`` (the first is 0) of a cycle is spent."""
    return "hospital" if index < case.scenario.pharmacy.hospital_days.get(number, 0) else "home"
