"""How full each limit is on every day of a plan, counted again from its dispenses and claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil

from planner.calendar.limits import periods
from planner.documents.clause import ClauseBase
from planner.documents.limits import Counted, LimitClause, counted
from planner.documents.plan import Limit, Plan, PlannedCycle
from planner.documents.policy import Policy

OWN_WINDOW = "cycle"


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
    its first dispense; where the windows of two cycles overlap, the fuller one shows. So do two
    periods of a limit per cycle or authorization; in a period it is what has been used so far.

    Raises:
        KeyError: the policy has no clause of the limit's id.
    """
    clause = policy.clauses[limit.clause]
    counts = _counts(plan, clause)
    if limit.per_days is None:
        assert isinstance(clause, LimitClause)
        windows = [_within(span, inside) for span, inside in periods(clause, counts)]
    elif plan.readings.get("window") == OWN_WINDOW:
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


def _counts(plan: Plan, clause: ClauseBase) -> tuple[Counted, ...]:
    if not isinstance(clause, LimitClause):
        return ()
    return tuple(one for one in counted(plan, clause) if counted_on(clause, one.date))


def counted_on(clause: ClauseBase, day: date) -> bool:
    """A limit counts all its windows hold, also from before it came into force, until it ends."""
    return clause.effective_until is None or day <= clause.effective_until


Changes = dict[date, int | Decimal]


def _window(counts: Sequence[Counted], first: date | None, per_days: int) -> Changes:
    """By how much the use changes on which day; ``first`` opens a window of its own."""
    changes: Changes = {}
    for count in counts:
        opens = first or count.date
        closes = opens + timedelta(days=per_days)
        if opens <= count.date < closes:
            changes[count.date] = changes.get(count.date, 0) + count.amount
            changes[closes] = changes.get(closes, 0) - count.amount
    return changes


def _within(span: tuple[date, date], counts: Sequence[Counted]) -> Changes:
    """What a period has used up, until it ends."""
    changes: Changes = {span[1] + timedelta(days=1): -sum(count.amount for count in counts)}
    for count in counts:
        changes[count.date] = changes.get(count.date, 0) + count.amount
    return changes


def _windows_of_cycles(plan: Plan, counts: Sequence[Counted], per_days: int) -> list[Changes]:
    windows = []
    for cycle in sorted({count.cycle for count in counts}):
        own = [count for count in counts if count.cycle == cycle]
        sent = [d.date for d in plan.dispenses if d.cycle == cycle] or [c.date for c in own]
        windows.append(_window(own, min(sent), per_days))
    return windows


def _runs(windows: Sequence[Changes]) -> tuple[Use, ...]:
    days = sorted({day for changes in windows for day in changes})
    running: list[int | Decimal] = [0] * len(windows)
    runs: list[Use] = []
    for day, after in pairwise(days):
        running = [use + changes.get(day, 0) for use, changes in zip(running, windows, strict=True)]
        amount, last = ceil(max(running)), after - timedelta(days=1)
        if runs and runs[-1].amount == amount:
            runs[-1] = Use(runs[-1].first, last, amount)
        else:
            runs.append(Use(day, last, amount))
    return tuple(runs)
