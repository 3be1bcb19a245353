"""Cycle by cycle: bound the cycles apart, join them once, and prove the join.

Each cycle starts on the earliest day it can, given the ones before it, and is then planned apart.
Every rule that ties a start to earlier ones only asks it to be later, so no calendar has an earlier
start anywhere; and a sum of least costs is a least cost. If the parts, put together, keep every row
of the whole problem, they are therefore its optimum (with delay as the first objective). Where a
row across cycles breaks, these cycles are planned together as one block, which is a bound just as
good. If a block cannot be planned at all on these starts, its last start is given up, provided that
no earlier start of the others could save it. Where none of this settles it, nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from planner.constraints.authorizations import standing
from planner.constraints.model import broken_anyway, build, build_starts
from planner.constraints.rules import Rules, last_cycle
from planner.constraints.schedule import ChosenCycle, Schedule, cycle_keys, values_on, windows
from planner.constraints.system import Active, Linear, Row, everything
from planner.constraints.therapy import gap_after
from planner.constraints.variables import Variables
from planner.labels.problem import Problem
from planner.labels.reach import Reach
from planner.regimen.course import Course, CourseCycle
from planner.search.blocks import (
    Among,
    Patterns,
    starts_decide_authorizations,
)
from planner.search.engine import Verdict, solve
from planner.search.implications import implied
from planner.search.shared import Shared


@dataclass(frozen=True)
class Joined:
    """What came of planning cycle by cycle.

    ``schedule`` is a calendar that keeps every row, best with delay as the first objective;
    ``infeasible`` says that none exists (for the starts that were fixed). Neither: not settled.
    """

    schedule: Schedule | None = None
    infeasible: bool = False


@dataclass
class _Attempt:
    """The state of one join: starts and whole cycles fixed, and starts proven impossible."""

    at: Mapping[int, int]
    fixed: Mapping[int, ChosenCycle]
    least: bool
    excluded: dict[int, set[int]] = field(default_factory=dict)

    def allows(self, number: int, day: int) -> bool:
        if number in self.at and self.at[number] != day:
            return False
        return day not in self.excluded.get(number, ())


class Joiner:
    """Plans a course cycle by cycle, again and again with other starts fixed."""

    def __init__(
        self,
        course: Course,
        active: Active = everything,
        *,
        limit: float,
        cycles: Sequence[CourseCycle] | None = None,
        shared: Shared | None = None,
    ) -> None:
        self._rules = Rules(course, active)
        self._course = course = self._rules.course
        self._active = active
        self._limit = limit
        self._patterns = Patterns(course, active, limit=limit, shared=shared)
        asked = course.cycles
        if cycles is not None:
            numbers = {cycle.number for cycle in cycles}
            asked = tuple(cycle for cycle in course.cycles if cycle.number in numbers)
        last = last_cycle(course, active)
        self._cycles = {cycle.number: cycle for cycle in asked if cycle.number <= last}

    @cached_property
    def _starts(self) -> Variables:
        return build_starts(self._course, self._active, list(self._cycles.values()))

    @cached_property
    def open_days(self) -> dict[int, list[int]]:
        """Start days of each cycle that no rule on it alone bars and from which its bags reach over
        it, first to last."""
        barred = _barred(self._starts)
        reach = Reach(self._rules)
        return {
            number: reach.open(own.cycle, [d for d, v in own.origins.items() if v not in barred])
            for number, own in self._starts.cycles.items()
        }

    def _days(self, cycle: CourseCycle, earliest: int, attempt: _Attempt) -> Iterator[int]:
        """Start days to try, first to last."""
        for day in self.open_days[cycle.number]:
            late_enough = cycle.progress is not None or day >= earliest
            if late_enough and attempt.allows(cycle.number, day):
                yield day

    @cached_property
    def last_day(self) -> dict[int, int]:
        """A day that each cycle cannot start after, for those that follow to have their lengths."""
        bounds: dict[int, int] = {}
        following: int | None = None
        for number, cycle in reversed(self._cycles.items()):
            gap = gap_after(self._rules, cycle)
            free = cycle.progress is not None or following is None
            days = [d for d in self.open_days[number] if free or d + gap <= bounds[following or 0]]
            bounds[number] = max(days, default=0)
            following = number
        return bounds

    def problem(
        self,
        given: Mapping[int, ChosenCycle] | None = None,
        starts: Mapping[int, int] | None = None,
    ) -> Problem:
        """What searches stand on, behind cycles that are decided already, or on given starts."""
        given, starts = given or {}, starts or {}
        rest = [
            (c, (starts[n],) if n in starts else self.open_days[n])
            for n, c in self._cycles.items()
            if n not in given
        ]
        return Problem(self._course, self._active, rest, [given[n] for n in sorted(given)])

    def starts_contradict(self) -> bool:
        """Whether a rule on starts is broken whatever is decided."""
        return bool(broken_anyway(self._starts))

    def keeps(self, schedule: Schedule) -> bool:
        """Whether a schedule keeps every row."""
        return self._broken(schedule)[0] is None

    def last_days(self, at: Mapping[int, ChosenCycle], number: int) -> list[int] | None:
        """Start days of a cycle, last to first, from the last that the rules on starts alone allow
        with other cycles fixed; None where that was not settled."""
        zero = self._zero(lambda n, day: n in at and at[n].origin != day)
        own = self._starts.cycles[number].origins
        latest = solve(
            self._starts.system,
            Linear(tuple((v, -day) for day, v in own.items())),
            zero=zero,
        )
        if latest.verdict is not Verdict.OPTIMAL:
            return None
        return [day for day in reversed(self.open_days[number]) if day <= -latest.value]

    def some_starts(self) -> dict[int, int] | Joined:
        """The latest starts that keep the rules on starts alone, from which bags reach over each
        cycle; or that there are none, or not settled."""
        days = {number: set(days) for number, days in self.open_days.items()}
        known = implied(self._starts.system, self._zero(lambda n, day: day not in days[n]))
        if known is None:
            return Joined()
        possible, chosen = known
        if not possible:
            return Joined(infeasible=True)
        return {
            number: next(day for day, v in own.origins.items() if v in chosen)
            for number, own in self._starts.cycles.items()
        }

    def _zero(self, barred: Callable[[int, int], bool]) -> frozenset[int]:
        return frozenset(
            v
            for number, own in self._starts.cycles.items()
            for day, v in own.origins.items()
            if barred(number, day)
        )

    def join(
        self,
        at: Mapping[int, int] | None = None,
        fixed: Mapping[int, ChosenCycle] | None = None,
        *,
        least: bool = True,
    ) -> Joined:
        """Plans the cycles in order, those in ``at`` on the day given there, those in ``fixed``
        just as they stand. What is said of the result holds among calendars of this kind. Without
        ``least`` any calendar will do.
        """
        fixed = fixed or {}
        attempt = _Attempt(
            {**(at or {}), **{n: c.origin for n, c in fixed.items()}},
            fixed,
            least,
        )
        while True:
            origins = self._place(attempt)
            if isinstance(origins, Joined):
                return origins
            joined = self._mend(origins, attempt)
            if joined is not None:
                return joined

    def _place(self, attempt: _Attempt) -> dict[int, ChosenCycle] | Joined:
        """Every cycle apart, on its earliest day behind the ones before it."""
        chosen: dict[int, ChosenCycle] = {}
        for cycle in self._cycles.values():
            if cycle.number in attempt.fixed:
                chosen[cycle.number] = attempt.fixed[cycle.number]
                continue
            for day in self._days(cycle, self._earliest(cycle, chosen), attempt):
                apart = self._patterns.apart([(cycle, day)], least=attempt.least)
                if not apart.proven:
                    return Joined()
                if apart.cycles:
                    chosen[cycle.number] = apart.cycles[0]
                    break
            else:
                return Joined(infeasible=True)
        return chosen

    def _mend(self, chosen: dict[int, ChosenCycle], attempt: _Attempt) -> Joined | None:
        """Joins the parts, in growing blocks; None where a start was given up: place anew."""
        blocks = [[number] for number in chosen]
        while True:
            schedule = Schedule(tuple(chosen.values()))
            variables, row = self._broken(schedule)
            if variables is None:
                return Joined(schedule)
            if row is None:
                return Joined()
            numbers = _numbers(variables, row)
            if all(variables.system.keys[v][0] in ("s", "o", "by") for v, _ in row.terms):
                return self._starts_fail(chosen, attempt)
            block = sorted({n for b in blocks if set(b) & set(numbers) for n in b})
            block = list(range(block[0], block[-1] + 1)) if block else []
            if len(block) < 2 or block in blocks:
                return Joined()
            blocks = [b for b in blocks if not set(b) & set(block)] + [block]
            apart = self._patterns.apart(
                [(self._cycles[n], chosen[n].origin) for n in block],
                {n: c for n, c in attempt.fixed.items() if n in block},
                least=attempt.least,
            )
            if not apart.proven:
                return Joined()
            if not apart.cycles:
                return self._give_up(block, chosen, attempt)
            chosen |= {c.number: c for c in apart.cycles}

    def _give_up(
        self, block: Sequence[int], chosen: Mapping[int, ChosenCycle], attempt: _Attempt
    ) -> Joined | None:
        """Excludes the last start of a block, if the others cannot save it from any day."""
        last = block[-1]
        day = chosen[last].origin
        origins = {
            n: [
                d
                for d in self.open_days[n]
                if chosen[n].origin <= d <= day and attempt.allows(n, d)
            ]
            for n in block[:-1]
        }
        variables = build(
            self._course,
            self._active,
            cycles=[self._cycles[n] for n in block],
            origins={**origins, last: (day,)},
            only=Among({}, attempt.fixed),
        )
        if solve(variables.system, limit=self._limit).verdict is not Verdict.INFEASIBLE:
            return Joined()
        if last in attempt.at:
            return Joined(infeasible=True)
        attempt.excluded.setdefault(last, set()).add(day)
        return None

    def _starts_fail(self, chosen: Mapping[int, ChosenCycle], attempt: _Attempt) -> Joined:
        """Asks whether any starts from these on keep the rows that speak of starts alone."""
        zero = self._zero(
            lambda number, day: day < chosen[number].origin or not attempt.allows(number, day)
        )
        known = implied(self._starts.system, zero)
        if known is not None:
            return Joined(infeasible=not known[0])
        answer = solve(self._starts.system, zero=zero)
        return Joined(infeasible=answer.verdict is Verdict.INFEASIBLE)

    def _broken(self, schedule: Schedule) -> tuple[Variables | None, Row | None]:
        """(None, None) where the schedule keeps all rows; else its variables and a row it breaks,
        the rows on starts first. No row where it takes a decision that is not open at all."""
        variables = build(
            self._course,
            self._active,
            cycles=list(self._cycles.values()),
            origins={n: (o,) for n, o in schedule.origins().items()},
            only={k for chosen in schedule.cycles for k in cycle_keys(chosen)},
        )
        values = values_on(variables, schedule)
        if values is None:
            return variables, None
        row = variables.system.broken(values)
        return (variables, row) if row is not None else (None, None)

    def _earliest(self, cycle: CourseCycle, before: Mapping[int, ChosenCycle]) -> int:
        """A day the cycle cannot start before, given the cycles before it."""
        course, variables = self._course, self._rules
        earliest = 0
        if before:
            last = self._cycles[list(before)[-1]]
            start = last.pinned if last.pinned is not None else before[last.number].origin
            earliest = start + gap_after(variables, last)
        stands = None if cycle.slot is None else standing(variables, course.slots[cycle.slot])
        if cycle.slot is None or stands is None:
            return earliest
        slot = course.slots[cycle.slot]
        if slot.start is not None:
            return max(earliest, slot.start)
        if slot.kind == "continued" and stands.opens and starts_decide_authorizations(course):
            earlier = [
                one_before
                for one_before in course.slots[: cycle.slot]
                for one in [standing(variables, one_before)]
                if one is not None and one.ends is not None
            ]
            done = Schedule(tuple(before.values()))
            ends = [window.end for window in windows(course, done, earlier)]
            if ends:
                earliest = max(earliest, ends[-1] + 1)
        return earliest


def _numbers(variables: Variables, row: Row) -> list[int]:
    """The cycles whose decisions a row adds up."""
    found = set()
    for variable, _ in row.terms:
        key = variables.system.keys[variable]
        if key[0] not in ("o", "by"):
            found.add(int(key[1]))
    return sorted(found)


def _barred(variables: Variables) -> set[int]:
    """Start variables that a single row already rules out.

    A row bars a variable that alone would break it. One that bars, or asks for, "begun by this day"
    bars every start by that day, or every later one.
    """
    system = variables.system
    barred = set()
    by = {
        variable: (own.origins, day)
        for number, own in variables.cycles.items()
        for moment in [variables.start(number)]
        if not moment.fact
        for day, variable in zip(moment.days, moment.by, strict=True)
    }
    for row in system.rows:
        if row.low is not None or row.high is None:
            continue
        if all(c >= 0 for _, c in row.terms):
            for variable in (v for v, c in row.terms if c > row.high):
                barred.add(variable)
                if variable in by:
                    origins, day = by[variable]
                    barred |= {v for o, v in origins.items() if o <= day}
        elif len(row.terms) == 1 and row.high < 0 and row.terms[0][0] in by:
            origins, day = by[row.terms[0][0]]
            barred |= {v for o, v in origins.items() if o > day}
    return barred
