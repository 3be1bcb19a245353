"""Section II: vials dispensed and units billed in any run of dates."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.case import Case
from planner.audit.windows import Window, events, fullest, windows
from planner.documents.limits import LimitClause, PerDays

_MOST_NAMED = 3


def limit(case: Case, clause: LimitClause) -> Iterator[str]:
    """What a clause counts is at most its limit in every window.

    By ``quantity.days_supply`` a limit of vials is also a rate on each dispense still to be made:
    vials x days <= limit x days supply, where it is per days.
    """
    peak = fullest(windows(case, clause, events(case, clause)))
    if peak is not None and peak.total > clause.limit:
        yield _over(peak, clause)
    if not isinstance(clause.per, PerDays) or clause.of != "vials":
        return
    if case.reading("quantity.days_supply") != "on":
        return
    days = clause.per.days
    for dispense in case.new_dispenses:
        asked, allowed = dispense.vials * days, clause.limit * dispense.days_supply
        if asked > allowed:
            yield (
                f"{dispense.vials} vials on {dispense.date} for {dispense.days_supply} days: "
                f"{dispense.vials} x {days} = {asked:,} > "
                f"{clause.limit} x {dispense.days_supply} = {allowed:,}"
            )


_WITHIN = {
    "cycle": "of one cycle",
    "authorization": "under one authorization",
    "calendar-year": "of a calendar year",
    "lifetime": "of a lifetime",
}


def _over(peak: Window, clause: LimitClause) -> str:
    verb = "fall" if len(peak.counts) > 1 or peak.total > 1 else "falls"
    per = clause.per
    which = f"the {per.days} dates" if isinstance(per, PerDays) else f"the dates {_WITHIN[per]},"
    return (
        f"{_listed(peak, clause.of)} {verb} in {which} {peak.first} .. {peak.last}: "
        f"{peak.total:,} > {clause.limit:,}"
    )


def _listed(peak: Window, unit: str) -> str:
    (first, count), *others = peak.counts
    if len(peak.counts) > _MOST_NAMED:
        return f"{peak.total:,} {unit} on {len(peak.counts)} dates from {first} to {others[-1][0]}"
    named = [f"{count:,} {unit} on {first}", *(f"{more:,} on {day}" for day, more in others)]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
