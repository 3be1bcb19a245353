"""Section II: vials dispensed and units billed in any run of dates."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case
from planner.audit.windows import Window, events, fullest, windows
from planner.documents.limits import LimitClause

_MOST_NAMED = 3


def limit(case: Case, clause: LimitClause) -> Iterator[str]:
    """What a clause counts is at most its limit in every window.

    By ``quantity.days_supply`` a limit of vials is also a rate on each dispense still to be made:
    vials x days <= limit x days supply.
    """
    days = clause.per.days
    peak = fullest(windows(case, events(case, clause), days))
    yield from _over(peak, clause.limit, days, clause.of)
    if clause.of != "vials" or case.reading("quantity.days_supply") != "on":
        return
    for dispense in case.new_dispenses:
        asked, allowed = dispense.vials * days, clause.limit * dispense.days_supply
        if asked > allowed:
            yield (
                f"{dispense.vials} vials on {dispense.date} for {dispense.days_supply} days: "
                f"{dispense.vials} x {days} = {asked:,} > "
                f"{clause.limit} x {dispense.days_supply} = {allowed:,}"
            )


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
