"""Some cycles at fixed starts, solved apart from the rest; equal patterns of days are solved once.

A block of cycles alone is the whole problem with the other cycles left out: what it cannot do alone
it cannot do in the course, and what it needs at least alone it needs at least in the course.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.model import build
from planner.constraints.schedule import COSTS, ChosenCycle, Schedule, cycle_keys, read, values_on
from planner.constraints.system import Active, Key, Linear, System, everything
from planner.documents.policy import UnitsClause
from planner.regimen.course import Course, CourseCycle
from planner.search.chain import ChainSearch, least_vials
from planner.search.engine import Verdict, solve
from planner.search.shared import Shared

Placed = tuple[CourseCycle, int]


@dataclass(frozen=True)
class Apart:
    """The best that cycles can do apart from the rest; ``cycles`` is empty where they can do
    nothing. ``proven`` is False where the search ran out of time: nothing follows then."""

    cycles: tuple[ChosenCycle, ...]
    proven: bool


def _setting(course: Course) -> Hashable:
    """What every block of a course depends on besides its days, doses and bags."""
    readings, pharmacy = course.readings, course.scenario.pharmacy
    return (
        tuple(_costs(course)),
        course.clause_of("units"),
        course.clause_of("quantity"),
        course.clause_of("infusion-days"),
        (readings.rolling, readings.service_by_hang, readings.opened_billed),
        (readings.dispenses_covered, readings.supply_rate, readings.refill_threshold),
        (pharmacy.transit_days, pharmacy.max_days_ahead, pharmacy.spare_vials),
        pharmacy.ready_made,
    )


class Patterns:
    """Solves blocks of cycles and remembers them by pattern, equal up to a shift in days."""

    def __init__(
        self,
        course: Course,
        active: Active = everything,
        *,
        limit: float,
        shared: Shared | None = None,
    ) -> None:
        self._course = course
        self._shared = shared if active is everything else None
        self._setting = _setting(course) if self._shared is not None else None
        self._active = _without_authorizations(course, active)
        self._chains = ChainSearch(course, active)
        self._limit = limit
        self._known: dict[tuple[Hashable, bool], Apart] = {}

    def apart(
        self,
        block: Sequence[Placed],
        fixed: Mapping[int, ChosenCycle] | None = None,
        *,
        least: bool = True,
    ) -> Apart:
        """The block at its starts with the least costs in the course's order of objectives.

        Args:
            block: cycles with their starts, in order.
            fixed: cycles of the block that stay just as they stand.
            least: False: any calendar of the block will do.
        """
        fixed = fixed or {}
        itself = (tuple((c.number, origin) for c, origin in block), tuple(fixed.values()))
        key = None if fixed else self._key(block)
        known = self._remembered((key, itself), least=least)
        if known is not None:
            return Apart(
                tuple(
                    chosen.moved(cycle.number, origin - chosen.origin)
                    for chosen, (cycle, origin) in zip(known.cycles, block, strict=False)
                ),
                known.proven,
            )
        result = self._found(block, fixed)
        good = key is not None and result.proven and bool(result.cycles)
        self._known[key if good else itself, least] = result
        if good and least and self._shared is not None:
            self._shared.blocks.keep((self._setting, key), result.cycles)
        return result

    def _remembered(self, keys: tuple[Hashable, Hashable], *, least: bool) -> Apart | None:
        """An earlier answer: a calendar for the block's pattern, anything for the block itself,
        whose starts may break rules that the pattern does not tell."""
        for wanted in (True,) if least else (True, False):
            for key in keys:
                if key is not None and (key, wanted) in self._known:
                    return self._known[key, wanted]
        if keys[0] is None or self._shared is None:
            return None
        cycles = self._shared.blocks.find((self._setting, keys[0]))
        return None if cycles is None else Apart(cycles, True)

    def _found(self, block: Sequence[Placed], fixed: Mapping[int, ChosenCycle]) -> Apart:
        """Asks the quick ways first; each answers in full or not at all."""
        ways: list[Callable[[], Apart | None]] = [
            lambda: self._by_chain(block, fixed),
            lambda: self._within_least_vials(block, fixed),
        ]
        for way in ways:
            result = way()
            if result is not None:
                return result
        return self._solve(block, only=Among({}, fixed) if fixed else None)

    def _by_chain(self, block: Sequence[Placed], fixed: Mapping[int, ChosenCycle]) -> Apart | None:
        """The best chain of one cycle, where it keeps every row; None where it does not."""
        if fixed or len(block) != 1 or not self._free(block[0][0]):
            return None
        cycle, origin = block[0]
        best = self._chains.best(cycle, origin)
        if best is None:
            return Apart((), True)
        return Apart((best,), True) if self._keeps(block, (best,)) else None

    def _keeps(self, block: Sequence[Placed], cycles: Sequence[ChosenCycle]) -> bool:
        """Whether chosen cycles keep every row of their block."""
        variables = build(
            self._course,
            self._active,
            cycles=[cycle for cycle, _ in block],
            origins={cycle.number: (origin,) for cycle, origin in block},
            only={key for chosen in cycles for key in cycle_keys(chosen)},
        )
        values = values_on(variables, Schedule(tuple(cycles)))
        return values is not None and variables.system.broken(values) is None

    def _bags_within(
        self, block: Sequence[Placed], vials: int
    ) -> dict[int, set[tuple[int, int, int]]] | None:
        """By cycle, the bags that a calendar of so many vials in all may have; None where a cycle
        has no chain at all."""
        least = {}
        for cycle, origin in block:
            alone = self._chains.best(cycle, origin)
            if alone is None:
                return None
            least[cycle.number] = sum(bag.option.vials for bag in alone.bags)
        spare = vials - sum(least.values())
        return {
            cycle.number: least_vials(
                self._chains.variant(cycle, origin), origin, least[cycle.number] + spare
            )
            for cycle, origin in block
        }

    def _within_least_vials(
        self, block: Sequence[Placed], fixed: Mapping[int, ChosenCycle]
    ) -> Apart | None:
        """The block with no more vials than its cycles need apart, which is then its optimum where
        vials come first; None where there is no such calendar, or they do not come first."""
        free = not fixed and all(self._free(cycle) for cycle, _ in block)
        if not free or _costs(self._course)[:1] != ["vials"]:
            return None
        least = [self._chains.best(cycle, origin) for cycle, origin in block]
        vials = sum(bag.option.vials for chosen in least if chosen for bag in chosen.bags)
        bags = self._bags_within(block, vials)
        if bags is None:
            return Apart((), True)
        result = self._solve(block, only=Among(bags, {}), vials=vials)
        return result if result.cycles else None

    def _solve(
        self,
        block: Sequence[Placed],
        *,
        only: Container[Key] | None = None,
        vials: int | None = None,
    ) -> Apart:
        variables = build(
            self._course,
            self._active,
            cycles=[cycle for cycle, _ in block],
            origins={cycle.number: (origin,) for cycle, origin in block},
            only=only,
        )
        answer = solve(
            variables.system,
            blended(variables.system, self._course),
            caps=None if vials is None else {"vials": vials},
            limit=self._limit,
        )
        found = read(variables, answer.values).cycles if answer.values is not None else ()
        return Apart(found, answer.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE))

    def _free(self, cycle: CourseCycle) -> bool:
        """Whether history knows nothing of a cycle, and no dispense or claim of it is requested."""
        course, request = self._course, self._course.scenario.request
        bound = {d.cycle for d in request.dispenses} | {c.cycle for c in request.claims}
        bound |= {d.cycle for d in course.past_dispenses} | {u.cycle for u in course.past_units}
        return cycle.progress is None and cycle.number not in bound

    def _key(self, block: Sequence[Placed]) -> Hashable | None:
        """What a block's own problem depends on besides rules on starts, in days from its first
        start; None where it is like no other: history, requests of its own, authorizations that
        look at dispenses."""
        course = self._course
        if not starts_decide_authorizations(course):
            return None
        first = block[0][1]
        parts: list[Hashable] = []
        for cycle, origin in block:
            if not self._free(cycle):
                return None
            if any(d.day > origin - _reach(course) for d in course.past_dispenses):
                return None
            parts.append((origin - first, self._pattern(cycle, origin)))
        return tuple(parts)

    def _pattern(self, cycle: CourseCycle, origin: int) -> Hashable:
        rules = self._chains.rules
        days = range(origin, origin + cycle.infusion_days + 1)
        earlier = range(origin - rules.ahead, origin + cycle.infusion_days)
        limits = tuple(
            key
            for key, clause in self._course.clause_of("units")
            if isinstance(clause, UnitsClause)
            and clause.cycles.first <= cycle.number <= clause.cycles.last
        )
        variant = self._chains.variant(cycle, origin)
        return (
            rules.variants(cycle).index(variant),
            variant.segments,
            cycle.infusion_days,
            tuple(rules.bars_hang(day, hospital=False) for day in days),
            tuple(rules.bars_hang(day, hospital=True) for day in days),
            tuple(rules.bars_dispense(day) for day in earlier),
            tuple(rules.undated(day) for day in earlier),
            limits,
        )


@dataclass(frozen=True)
class Among:
    """Which decisions a model may hold: ``bags`` limits a cycle's bags (segment, day, days),
    ``fixed`` keeps a cycle just as it stands."""

    bags: Mapping[int, set[tuple[int, int, int]]]
    fixed: Mapping[int, ChosenCycle]

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple):
            return False
        number = key[1]
        if number in self.fixed:
            return key in cycle_keys(self.fixed[number])
        if key[0] == "x" and number in self.bags:
            _, _, _, segment, day, days = key
            return (segment, day, days) in self.bags[number]
        return True


def _costs(course: Course) -> list[str]:
    return [o for o in course.objectives if o in COSTS]


def starts_decide_authorizations(course: Course) -> bool:
    """Whether authorizations ask something of starts alone, and nothing of dispenses or units."""
    return not course.readings.authorizations_see_dispenses and all(
        slot.units is None for slot in course.slots
    )


def _without_authorizations(course: Course, active: Active) -> Active:
    """The rules that stand, but no authorizations where fixed starts have answered them already."""
    if not starts_decide_authorizations(course):
        return active
    left_out = {key for key, _ in course.clause_of("authorization")}
    left_out |= {slot.setting for slot in course.slots if slot.setting is not None}

    def fewer(member: str, instance: Key = ()) -> bool:
        return member not in left_out and active(member, instance)

    return fewer


def blended(system: System, course: Course) -> Linear:
    """The course's objectives but delay as one sum, each weighted above all that follow it."""
    terms: list[tuple[int, int]] = []
    weight = 1
    for name in reversed(_costs(course)):
        part = system.objectives.get(name, Linear(()))
        terms += [(variable, weight * value) for variable, value in part.terms]
        weight *= 1 + _most(system, part)
    return Linear(tuple(terms))


def _most(system: System, part: Linear) -> int:
    """An upper bound on a sum: each cycle hangs at most one bag a day."""
    by_day: dict[object, int] = {}
    for variable, value in part.terms:
        key = system.keys[variable]
        day = (key[1], key[4]) if key[0] in ("x", "h") else key
        by_day[day] = max(by_day.get(day, 0), value * system.high[variable])
    return sum(by_day.values())


def _reach(course: Course) -> int:
    """Days back from a start within which a past dispense or claim may share a window with it."""
    longest = max(
        (
            c.per_days
            for rule in ("units", "quantity")
            for _, c in course.clause_of(rule)
            if isinstance(c, UnitsClause) or c.rule == "quantity"
        ),
        default=0,
    )
    return longest + course.scenario.pharmacy.max_days_ahead + 60
