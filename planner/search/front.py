"""The calendars of which none is better in one objective and no worse in the others: the front.

What is not known yet is kept as zones: a zone holds what comes to no more than its caps. A new
calendar splits every zone that it lies in, one for each objective in which another has to be
better, so that zones hold just what no known calendar matches. A zone is asked first by labels, on
starts with little enough delay, led by one of its other objectives: then either its best is on the
front, or it is shown to be empty, or it is left to CP-SAT, which looks at all the zones that are
left as one, for the least sum of all objectives. A zone is open in the end only where the time was
up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from planner.constraints.model import build
from planner.constraints.schedule import Schedule, objective_values, read, values_on
from planner.constraints.system import Linear, System
from planner.constraints.variables import Variables
from planner.deadline import Deadline
from planner.documents.base import ObjectiveName
from planner.labels.starts import StartSearch
from planner.regimen.course import Course
from planner.relaxation.bounds import bounds
from planner.search.engine import Verdict, solve
from planner.search.find import find
from planner.search.found import Found
from planner.search.instance import Instance

MEASURES: tuple[ObjectiveName, ...] = ("delay", "bag_changes", "vials", "dispenses")
LIMIT = 1e9  # deterministic seconds: only the clock ends it

Values = tuple[int, ...]
Zone = tuple[int | None, ...]
Order = tuple[ObjectiveName, ...]
EVERYTHING: Zone = (None,) * len(MEASURES)


@dataclass(frozen=True)
class Point:
    """A calendar and what it comes to, by ``MEASURES``. ``proven``: none is better in one of them
    and no worse in the others."""

    values: Values
    schedule: Schedule
    proven: bool


@dataclass(frozen=True)
class Front:
    """The points, by their values, and the zones that were not looked through: None is no cap."""

    points: tuple[Point, ...]
    open: tuple[Zone, ...]


def front(
    course: Course, deadline: Deadline, *, plan: Found | None = None, rows: bool = True
) -> Front:
    """The front of delay, bag changes, vials and dispenses.

    Args:
        course: a patient under a policy.
        deadline: when the search ends; what was not looked through by then is open.
        plan: the best in the course's own order of objectives, where that is known.
        rows: whether to ask CP-SAT for what labels leave open.
    """
    search = _Search(course, deadline)
    if plan is not None and plan.schedule is not None:
        values = search.meets(plan.schedule)
        if _on_the_front(plan):
            search.take(values, plan.schedule)
    search.by_labels()
    while rows and search.left and search.by_rows():
        search.by_labels()
    return search.front()


def steps(course: Course, plan: Values, days: int, deadline: Deadline) -> Iterator[Schedule]:
    """The calendars of least bag changes, and of least vials, among those of little more delay than
    a plan has; each only where single cycles could do with fewer, and as far as labels find it.

    Args:
        course: a patient under a policy.
        plan: what the plan comes to, by ``MEASURES``.
        days: how much later each cycle may start that has not begun.
        deadline: when the search ends; then there are none.
    """
    search = _Search(course, deadline)
    most = plan[0] + days * sum(cycle.progress is None for cycle in course.cycles)
    for name, value in zip(MEASURES[1:3], plan[1:3], strict=True):
        least = search.by_cycles(most, name)
        if least is not None and least < value:
            found = search.corner(most, _order(name, ()))
            if found.schedule is not None and not deadline.stopped:
                yield found.schedule


def _on_the_front(plan: Found) -> bool:
    """Whether the best in an order is on the front: not where the days that vials wait come before
    another objective, or where it is not proven."""
    return {one.name for one in plan.reached[: len(MEASURES)] if one.proven} == set(MEASURES)


class _Search:
    def __init__(self, course: Course, deadline: Deadline) -> None:
        self._course, self._deadline = course, deadline
        self._points: dict[Values, Point] = {}
        self._seen: dict[Values, Schedule] = {}  # calendars that may not be on the front
        self._corners: dict[Order, list[tuple[int | None, Found]]] = {}
        self._floors: dict[tuple[int | None, ObjectiveName], int | None] = {}
        self._fractions: dict[ObjectiveName, int | None] = {}
        self.zones: list[Zone] = [EVERYTHING]
        self.left: list[Zone] = []

    def front(self) -> Front:
        """What is known in the end."""
        found = dict(self._points)
        known = [*self._points, *self._seen]
        for values, schedule in self._seen.items():
            better = any(_meets(values, other) for other in known if other != values)
            if values not in found and not better:
                found[values] = Point(values, schedule, proven=False)
        return Front(tuple(found[key] for key in sorted(found)), (*self.zones, *self.left))

    def meets(self, schedule: Schedule) -> Values:
        """Keeps a calendar that exists, and returns what it comes to."""
        totals = objective_values(self._course, schedule)
        values = tuple(totals[name] for name in MEASURES)
        self._seen.setdefault(values, schedule)
        return values

    def take(self, values: Values, schedule: Schedule) -> None:
        """A calendar on the front: what it does not match is all that is left."""
        self._points[values] = Point(values, schedule, proven=True)
        zones = _split((*self.zones, *self.left), values)
        self.left = [zone for zone in zones if zone in self.left]
        self.zones = [zone for zone in zones if zone not in self.left]

    # Labels ---------------------------------------------------------------------------------------

    def by_labels(self) -> None:
        """Looks through zones, the first first, as far as labels do."""
        while self.zones and not self._deadline.over():
            zone = self.zones[0]
            if self._empty(zone):
                self.zones.remove(zone)
                continue
            found = self._best(zone)
            if found is not None:
                self.take(*found)
            elif not self._deadline.stopped:
                self.zones.remove(zone)
                if not self._ruled_out:
                    self.left.append(zone)

    def _empty(self, zone: Zone) -> bool:
        """Whether single cycles, or the rows in fractions, come to more than a cap of the zone."""
        named = zip(MEASURES[1:], zone[1:], strict=True)
        caps = [(name, cap) for name, cap in named if cap is not None]
        return any(
            floor is not None and floor > cap
            for way in (self.by_cycles, self._by_fractions)
            for name, cap in caps
            for floor in (way(zone[0], name),)
        )

    def by_cycles(self, delay: int | None, name: ObjectiveName) -> int | None:
        """What single cycles come to at least on starts with so much delay at most; None where
        there are none."""
        key = delay, name
        if key not in self._floors:
            asked = self._asked(delay, _order(name, ()))
            instance = Instance(asked, deadline=self._deadline)
            choices = StartSearch(instance.problem(), asked.objectives).in_order()
            known = [choice.least[0] for choice in islice(choices, 1)]
            self._floors[key] = max(known, default=None)
        return self._floors[key]

    def _by_fractions(self, _: int | None, name: ObjectiveName) -> int | None:
        """What an objective comes to at least by the rows in fractions, whatever the delay; None
        where the time was up."""
        if name not in self._fractions:
            seconds = self._deadline.left()
            least = bounds(self._rows.system, (name,), seconds=seconds).least
            self._fractions[name] = least[0]
        return self._fractions[name]

    @cached_property
    def _rows(self) -> Variables:
        return build(self._course)

    def _best(self, zone: Zone) -> tuple[Values, Schedule] | None:
        """A calendar on the front that was not known, found as the best of a zone in some order;
        None where labels find none."""
        self._ruled_out = False
        rest = zip(MEASURES[1:], zone[1:], strict=True)
        capped = tuple(name for name, cap in rest if cap is not None)
        for lead in capped or MEASURES[1:2]:
            order = _order(lead, capped)
            found = self.corner(zone[0], order)
            least = _least(found)
            if least is None or _beyond(least, order, zone):
                self._ruled_out = True
                return None
            if found.schedule is None or self._deadline.stopped:
                continue
            values = self.meets(found.schedule)
            if values not in self._points and self._proven(found, values, order):
                return values, found.schedule
        return None

    def _proven(self, found: Found, values: Values, order: Order) -> bool:
        """Whether the best in an order is shown to be that; where just the delay is not, whether
        less of it makes the others worse."""
        least, reached = _least(found), tuple(one.value for one in found.reached)
        before = len(MEASURES) - 1  # delay comes behind the others
        if least is None or least[:before] != reached[:before]:
            return False
        if least[: before + 1] == reached[: before + 1] or not values[0]:
            return True
        less = _least(self.corner(values[0] - 1, order))
        return less is None or less[:before] > reached[: len(less[:before])]

    def corner(self, delay: int | None, order: Order) -> Found:
        """The best with so much delay at most, in an order of objectives, by labels."""
        known = self._corners.setdefault(order, [])
        for most, found in known:
            wider = most is None or (delay is not None and most >= delay)
            late = next((one.value for one in found.reached if one.name == "delay"), 0)
            if wider and (delay is None or late <= delay):
                return found
        asked = self._asked(delay, order)
        found = find(asked, limit=0, latest=False, deadline=self._deadline)
        known.append((delay, found))
        return found

    def _asked(self, delay: int | None, order: Order) -> Course:
        caps: tuple[tuple[ObjectiveName, int], ...] = () if delay is None else (("delay", delay),)
        return replace(self._course, objectives=order, caps=caps)

    # Rows -----------------------------------------------------------------------------------------

    def by_rows(self) -> bool:
        """Whether there was a calendar in all that is left: the one with the least sum of all
        objectives is on the front, and is taken."""
        variables = self._rows
        totals = variables.system.objectives
        answer = solve(
            _within(variables, self.left),
            Linear(tuple(term for name in MEASURES for term in totals[name].terms)),
            hint=self._hint(),
            limit=LIMIT,
            deadline=self._deadline,
        )
        if answer.verdict is Verdict.INFEASIBLE:
            self.left = []
        if answer.values is None:
            return False
        schedule = read(variables, answer.values)
        values = self.meets(schedule)
        if answer.verdict is Verdict.OPTIMAL:
            self.take(values, schedule)
        return answer.verdict is Verdict.OPTIMAL

    def _hint(self) -> list[int] | None:
        """A calendar known in what is left, with the zones that it lies in."""
        for values, schedule in self._seen.items():
            inside = [int(_holds(zone, values)) for zone in self.left]
            own = values_on(self._rows, schedule) if any(inside) else None
            if own is not None:
                return [*own, *inside]
        return None


def _order(lead: ObjectiveName, capped: Sequence[ObjectiveName]) -> Order:
    """An order of objectives: those with a cap before the others, delay behind them, and last the
    days that vials wait."""
    rest = dict.fromkeys((lead, *capped, *MEASURES[1:]))
    return (*rest, MEASURES[0], "stock_days")


def _least(found: Found) -> Values | None:
    """What every calendar comes to at least, compared first to last, as far as that is shown; None:
    there is none."""
    if found.verdict is Verdict.INFEASIBLE:
        return None
    least: list[int] = []
    for one in found.reached:
        least.append(one.bound)
        if not one.proven:
            break
    return tuple(least)


def _beyond(least: Values, order: Order, zone: Zone) -> bool:
    """Whether what everything comes to at least, first to last, is more than a zone allows."""
    caps = dict(zip(MEASURES, zone, strict=True))
    for name, value in zip(order, least, strict=False):
        cap = caps.get(name)
        if cap is None or value < cap:
            return False
        if value > cap:
            return True
    return False


def _within(variables: Variables, zones: Sequence[Zone]) -> System:
    """The rows with one more decision for each zone: to keep its caps. One has to be kept."""
    system = variables.system
    found = System()
    found.keys, found.rows = list(system.keys), list(system.rows)
    found.low, found.high = list(system.low), list(system.high)
    chosen = [found.variable(("zone", place)) for place in range(len(zones))]
    for variable, zone in zip(chosen, zones, strict=True):
        for name, cap in zip(MEASURES, zone, strict=True):
            if cap is not None:
                terms = system.objectives[name].terms
                most = sum(c * (system.high[v] if c > 0 else system.low[v]) for v, c in terms)
                if most > cap:
                    found.add((), ("zone", name), (*terms, (variable, most - cap)), high=most)
    found.add((), ("zone",), [(variable, 1) for variable in chosen], low=1)
    return found


def _holds(zone: Zone, values: Values) -> bool:
    """Whether values keep the caps of a zone."""
    return all(cap is None or value <= cap for cap, value in zip(zone, values, strict=True))


def _meets(values: Values, other: Values) -> bool:
    """Whether the other is no worse in anything."""
    return all(b <= a for a, b in zip(values, other, strict=True))


def _split(zones: Sequence[Zone], values: Values) -> list[Zone]:
    """The zones without what the values match: in their place, one for each objective in which to
    be better. None that lies in another is kept."""
    parts: list[Zone] = []
    for zone in zones:
        if not _holds(zone, values):
            parts.append(zone)
            continue
        for place, value in enumerate(values):
            if value > 0:
                parts.append((*zone[:place], value - 1, *zone[place + 1 :]))
    kept: list[Zone] = []
    for at, zone in enumerate(parts):
        others = [*kept, *parts[at + 1 :]]
        if not any(_inside(zone, other) for other in others):
            kept.append(zone)
    return kept


def _inside(zone: Zone, other: Zone) -> bool:
    return all(
        wide is None or (cap is not None and cap <= wide)
        for cap, wide in zip(zone, other, strict=True)
    )
