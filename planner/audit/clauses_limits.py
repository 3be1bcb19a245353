"""Section II: vials dispensed and units billed in any run of dates."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case
from planner.audit.windows import Window, fullest, unit_events, vial_events, windows
from planner.documents.policy import QuantityClause, UnitsClause

_MOST_NAMED = 3


def quantity(case: Case, clause: QuantityClause) -> Iterator[str]:
    """II.A: the vials dispensed in every window are at most the limit.

    By ``quantity.days_supply`` also as a rate on each dispense still to be made:
    vials x ``per_days`` <= limit x days supply.
    """
    peak = fullest(windows(case, vial_events(case, clause), clause.per_days))
    yield from _over(peak, clause.limit, clause.per_days, "vials")
    if case.reading("quantity.days_supply") != "on":
        return
    for dispense in case.new_dispenses:
        asked, allowed = dispense.vials * clause.per_days, clause.limit * dispense.days_supply
        if asked > allowed:
            yield (
                f"{dispense.vials} vials on {dispense.date} for {dispense.days_supply} days: "
                f"{dispense.vials} x {clause.per_days} = {asked:,} > "
                f"{clause.limit} x {dispense.days_supply} = {allowed:,}"
            )


def units(case: Case, clause: UnitsClause) -> Iterator[str]:
    """II.B: the units billed for the clause's cycles in every window are at most the limit."""
    peak = fullest(windows(case, unit_events(case, clause), clause.per_days))
    yield from _over(peak, clause.limit, clause.per_days, "units")


def _over(peak: Window | None, limit: int, per_days: int, unit: str) -> Iterator[str]:
    if peak is None or peak.total <= limit:
        return
    verb = "fall" if len(peak.counts) > 1 or peak.total > 1 else "falls"
    yield (
        f"{_listed(peak, unit)} {verb} in the {per_days} dates {peak.first} .. {peak.last}: "
        f"{peak.total:,} > {limit:,}"
    )


def _listed(peak: Window, unit: str) -> str:
    (first, count), *others = peak.counts
    if len(peak.counts) > _MOST_NAMED:
        return f"{peak.total:,} {unit} on {len(peak.counts)} dates from {first} to {others[-1][0]}"
    named = [f"{count:,} {unit} on {first}", *(f"{more:,} on {day}" for day, more in others)]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
