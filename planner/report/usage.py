"""How full each limit is on every day of a plan, counted again from its dispenses and claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from planner.documents.clause import ClauseBase
from planner.documents.limits import LimitClause
from planner.documents.plan import ClaimLine, Limit, Plan, PlannedCycle
from planner.documents.policy import Policy

GIVEN_ONLY = "administered"
OWN_WINDOW = "cycle"


@dataclass(frozen=True)
class Count:
    """``amount`` vials or units of one cycle on one date."""

    date: date
    cycle: int
    amount: int


@dataclass(frozen=True)
class Use:
    """``amount`` stands in the window that ends on each of the days ``first`` .. ``last``."""

    first: date
    last: date
    amount: int


@dataclass(frozen=True)
class RollingUse:
    """A limit's use day by day, from its first count until the last one has left the window.

    ``runs`` follow one another without a gap; each is as long as the use stays the same.
    """

    limit: Limit
    runs: tuple[Use, ...]

    def fullest(self, first: date, last: date) -> Use | None:
        """Returns the fullest run within the days ``first`` .. ``last``, the earliest of equals."""
        within = [
            Use(max(first, use.first), min(last, use.last), use.amount)
            for use in self.runs
            if use.first <= last and first <= use.last
        ]
        return max(within, key=lambda use: (use.amount, -use.first.toordinal()), default=None)


def rolling_use(plan: Plan, limit: Limit, policy: Policy) -> RollingUse:
    """Returns the use of one of the plan's limits.

    By the reading ``window: rolling`` a day's use is the sum over the ``per_days`` dates that end
    on it. By ``window: cycle`` it is what a cycle has used so far in the ``per_days`` dates from
    its first dispense; where the windows of two cycles overlap, the fuller one shows.

    Raises:
        KeyError: the policy has no clause of the limit's id.
    """
    counts = _counts(plan, policy.clauses[limit.clause])
    if plan.readings.get("window") == OWN_WINDOW:
        windows = _windows_of_cycles(plan, counts, limit.per_days)
    else:
        windows = [_window(counts, None, limit.per_days)]
    return RollingUse(limit, _runs(windows))


def room_by_cycle(plan: Plan, used: RollingUse) -> tuple[tuple[PlannedCycle, Use | None], ...]:
    """Returns each cycle with the fullest use between its first dispense and its disconnect."""
    return tuple(
        (cycle, used.fullest(min(_sent(plan, cycle)), cycle.disconnect)) for cycle in plan.cycles
    )


def _sent(plan: Plan, cycle: PlannedCycle) -> list[date]:
    return [cycle.start, *(d.date for d in plan.dispenses if d.cycle == cycle.cycle)]


def _counts(plan: Plan, clause: ClauseBase) -> tuple[Count, ...]:
    found: Iterable[Count]
    if not isinstance(clause, LimitClause):
        return ()
    if clause.of == "vials":
        found = (Count(d.date, d.cycle, d.vials) for d in plan.dispenses)
    else:
        counted = (line for line in plan.claims if _counts_in(plan, line))
        found = (Count(line.date, line.cycle, line.units) for line in counted)
    return tuple(
        count for count in found if clause.names(count.cycle) and counted_on(clause, count.date)
    )


def _counts_in(plan: Plan, line: ClaimLine) -> bool:
    return not (line.modifier == "JW" and plan.readings.get("units.billed") == GIVEN_ONLY)


def counted_on(clause: ClauseBase, day: date) -> bool:
    """A limit counts all its windows hold, also from before it came into force, until it ends."""
    return clause.effective_until is None or day <= clause.effective_until


Changes = dict[date, int]


def _window(counts: Sequence[Count], first: date | None, per_days: int) -> Changes:
    """By how much the use changes on which day; ``first`` opens a window of its own."""
    changes: Changes = {}
    for count in counts:
        opens = first or count.date
        closes = opens + timedelta(days=per_days)
        if opens <= count.date < closes:
            changes[count.date] = changes.get(count.date, 0) + count.amount
            changes[closes] = changes.get(closes, 0) - count.amount
    return changes


def _windows_of_cycles(plan: Plan, counts: Sequence[Count], per_days: int) -> list[Changes]:
    windows = []
    for cycle in sorted({count.cycle for count in counts}):
        own = [count for count in counts if count.cycle == cycle]
        sent = [d.date for d in plan.dispenses if d.cycle == cycle] or [c.date for c in own]
        windows.append(_window(own, min(sent), per_days))
    return windows


def _runs(windows: Sequence[Changes]) -> tuple[Use, ...]:
    days = sorted({day for changes in windows for day in changes})
    running = [0] * len(windows)
    runs: list[Use] = []
    for day, after in pairwise(days):
        running = [use + changes.get(day, 0) for use, changes in zip(running, windows, strict=True)]
        amount, last = max(running), after - timedelta(days=1)
        if runs and runs[-1].amount == amount:
            runs[-1] = Use(runs[-1].first, last, amount)
        else:
            runs.append(Use(day, last, amount))
    return tuple(runs)
