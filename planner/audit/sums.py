"""The figures of a plan, counted again: delay, vials, stock, units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from planner.audit.case import Case
from planner.audit.changes import changes
from planner.audit.claims import counted_lines, due_claims, units_given, units_opened
from planner.audit.days import after, earliest_next, length
from planner.documents.base import ObjectiveName
from planner.documents.scenario import DateWindow


def first_asked(case: Case) -> tuple[date, date]:
    """The first and the last day that ``first_infusion`` allows."""
    asked = case.scenario.request.first_infusion
    return (asked.earliest, asked.latest) if isinstance(asked, DateWindow) else (asked, asked)


def earliest_days(case: Case) -> dict[int, date]:
    """The earliest day of each cycle still to begin: the first infusion day asked for, not
    before the last past cycle lets it, plus the lengths of such cycles before it."""
    day = first_asked(case)[0]
    past = [cycle for cycle in case.cycles if cycle.past]
    if past:
        day = max(day, earliest_next(case, past[-1].cycle) or day)
    earliest: dict[int, date] = {}
    for cycle in case.planned:
        earliest[cycle.cycle] = day
        day = after(day, length(case, cycle.cycle))
    return earliest


def delay(case: Case) -> int:
    """Days that cycles start behind their earliest days, added up."""
    earliest = earliest_days(case)
    return sum((cycle.start - earliest[cycle.cycle]).days for cycle in case.planned)


def vials(case: Case) -> int:
    """Vials opened for the bags still to be hung."""
    return sum(bag.vials for bag in case.new_bags)


def dispenses(case: Case) -> int:
    """Dispenses still to be made."""
    return len(case.new_dispenses)


def bag_changes(case: Case) -> int:
    """Bags still to be hung; the first of a cycle is one."""
    return len(case.new_bags)


def stock_days(case: Case) -> int:
    """Days that vials wait from delivery to hanging, added up over the vials."""
    transit = case.scenario.pharmacy.transit_days
    return sum(
        source.vials * (bag.hang - after(source.dispense, transit)).days
        for bag in case.new_bags
        for source in bag.from_
    )


OBJECTIVES: dict[ObjectiveName, Callable[[Case], int]] = {
    "changes": changes,
    "delay": delay,
    "vials": vials,
    "dispenses": dispenses,
    "bag_changes": bag_changes,
    "stock_days": stock_days,
}


def totals(case: Case) -> dict[str, int | Decimal]:
    """Every total, by its name in the plan."""
    new = [claim for claim in due_claims(case) if not claim.past]
    return {
        "vials": vials(case),
        "units_billed": sum(line.units for line in counted_lines(case, case.new_claims)),
        "mcg_administered": sum((bag.mcg for bag in case.new_bags), Decimal(0)),
        "units_discarded": sum(
            units_opened(case, claim) - units_given(case, claim) for claim in new
        ),
        "dispenses": dispenses(case),
        "bag_changes": bag_changes(case),
        "delay_days": delay(case),
        "vials_dispensed": sum(dispense.vials for dispense in case.new_dispenses),
        "stock_days": stock_days(case),
    }
