"""A course under the rules that stand: what every search of it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from planner.constraints.model import broken_anyway, build, build_starts
from planner.constraints.rules import Rules, last_cycle
from planner.constraints.schedule import ChosenCycle, Schedule, cycle_keys, values_on
from planner.constraints.system import Active, everything
from planner.constraints.therapy import gap_after
from planner.constraints.variables import Variables
from planner.deadline import Deadline
from planner.labels.problem import Problem
from planner.labels.reach import Reach
from planner.regimen.course import Course, CourseCycle
from planner.search.implications import implied


class Instance:
    """A course to be planned, or some of its cycles.

    Args:
        course: a patient under a policy.
        active: which rules stand.
        cycles: only these cycles; None: all.
        deadline: when every search of it ends; None: never.
    """

    def __init__(
        self,
        course: Course,
        active: Active = everything,
        *,
        cycles: Sequence[CourseCycle] | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self._rules = Rules(course, active)
        self.course = course = self._rules.course
        self.active = active
        self.deadline = Deadline() if deadline is None else deadline
        asked = course.cycles
        if cycles is not None:
            numbers = {cycle.number for cycle in cycles}
            asked = tuple(cycle for cycle in course.cycles if cycle.number in numbers)
        last = last_cycle(course, active)
        self._cycles = {cycle.number: cycle for cycle in asked if cycle.number <= last}

    @cached_property
    def _starts(self) -> Variables:
        return build_starts(self.course, self.active, list(self._cycles.values()))

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
        decided = [given[n] for n in sorted(given)]
        return Problem(self.course, self.active, rest, decided, self.deadline)

    def starts_contradict(self) -> bool:
        """Whether a rule on starts is broken whatever is decided."""
        return bool(broken_anyway(self._starts))

    def keeps(self, schedule: Schedule) -> bool:
        """Whether a schedule keeps every row."""
        variables = build(
            self.course,
            self.active,
            cycles=list(self._cycles.values()),
            origins={n: (o,) for n, o in schedule.origins().items()},
            only={k for chosen in schedule.cycles for k in cycle_keys(chosen)},
        )
        values = values_on(variables, schedule)
        return values is not None and variables.system.broken(values) is None

    def some_starts(self) -> tuple[bool, dict[int, int] | None]:
        """Whether there may be starts, and the latest that keep the rules on starts alone, from
        which bags reach over each cycle; None where that was not settled."""
        days = {number: set(days) for number, days in self.open_days.items()}
        known = implied(self._starts.system, self._zero(lambda n, day: day not in days[n]))
        if known is None:
            return True, None
        possible, chosen = known
        if not possible:
            return False, None
        return True, {
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
