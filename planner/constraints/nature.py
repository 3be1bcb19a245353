"""The nature of the problem: never blamed, always there.

A cycle has one start and one chain of bags that covers its infusion days, segment by segment,
without gap or overlap; each bag is fed by one dispense of its cycle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise

from planner.constraints.moments import moment, not_all
from planner.constraints.rules import remaining
from planner.constraints.system import Term
from planner.constraints.therapy import gap_after
from planner.constraints.variables import CycleVariables, Variables
from planner.regimen.course import BagOption, Segment, Variant


def one_start(variables: Variables) -> None:
    """The sum of s is 1: a cycle starts once."""
    for number, cycle in variables.cycles.items():
        starts = [(v, 1) for v in cycle.origins.values()]
        variables.system.add((), ("start", number), starts, low=1, high=1)


def bag_chains(variables: Variables) -> None:
    """On each day of a segment: bags that end + entry = bags hung + exit.

    The entry of a segment is the origin moved by its first offset, its exit by its last. Where the
    clause on infusion days is left out, a chain may also stop on any day after its first bag.
    """
    for cycle in variables.cycles.values():
        for index, variant in enumerate(cycle.variants):
            _chain(variables, cycle, index, variant)


def _infused(cycle: CycleVariables) -> int:
    return cycle.cycle.progress.infused if cycle.cycle.progress else 0


def _chain(variables: Variables, cycle: CycleVariables, index: int, variant: Variant) -> None:
    origins = {o: v for o, v in cycle.origins.items() if cycle.variant_of(o) == index}
    if not origins:
        return
    system = variables.system
    number = cycle.cycle.number
    infused = _infused(cycle)
    segments = remaining(variant, infused)
    exact = variables.exact_days()
    entry: dict[int, int] = {o + infused: v for o, v in origins.items()}
    for position, segment in segments:
        end = segment.first + segment.days
        exits = {o + end: v for o, v in origins.items()}
        balance: dict[int, list[Term]] = defaultdict(list)
        for hang in cycle.hangs:
            if hang.variant == index and hang.segment == position:
                balance[hang.day].append((hang.variable, -1))
                balance[hang.day + hang.option.days].append((hang.variable, 1))
        if exact:
            _whole_bags(variables, cycle, index, position, origins)
        else:
            _ends_in_time(variables, cycle, index, position, end)
            exits = _early_exits(variables, number, index, position, exits, balance)
        for day, variable in entry.items():
            balance[day].append((variable, 1))
        for day, variable in exits.items():
            balance[day].append((variable, -1))
        for day in sorted(balance):
            system.add((), ("chain", number, position, day), balance[day], low=0, high=0)
        entry = exits


def _whole_bags(
    variables: Variables,
    cycle: CycleVariables,
    index: int,
    position: int,
    origins: Mapping[int, int],
) -> None:
    """Whatever the day a segment begins on, whole bags cover it: their vials come to no less than
    the cheapest chain of them. It follows from the chain, as bags are not halved; halves of two
    starts could share theirs."""
    segment = cycle.variants[index].segments[position]
    first = max(segment.first, _infused(cycle))
    least = fewest_vials(segment, segment.first + segment.days - first)
    hung = [
        (hang.variable, hang.option.vials)
        for hang in cycle.hangs
        if (hang.variant, hang.segment) == (index, position)
    ]
    if least is not None:
        begun = [(variable, -least) for variable in origins.values()]
        instance = ("whole-bags", cycle.cycle.number, position)
        variables.system.add((), instance, [*hung, *begun], low=0)


def fewest_vials(segment: Segment, days: int) -> int | None:
    """The fewest vials of bags that cover so many days of a segment; None where none do."""
    least = least_amount(segment, days, lambda option: option.vials)
    return None if least is None else int(least)


def least_amount(
    segment: Segment, days: int, amount: Callable[[BagOption], int | Decimal]
) -> int | Decimal | None:
    """The least that bags come to that cover so many days of a segment; None where none do."""
    least: dict[int, int | Decimal] = {0: 0}
    for day in range(1, days + 1):
        ways = [
            least[day - option.days] + amount(option)
            for option in segment.options
            if day - option.days in least
        ]
        if ways:
            least[day] = min(ways)
    return least.get(days)


def fewest_left(variant: Variant, infused: int = 0) -> int | None:
    """The fewest vials of bags that cover a cycle behind so many infusion days; None where none
    do."""
    total = 0
    for _, segment in remaining(variant, infused):
        vials = fewest_vials(segment, segment.first + segment.days - max(segment.first, infused))
        if vials is None:
            return None
        total += vials
    return total


def _ends_in_time(
    variables: Variables, cycle: CycleVariables, index: int, position: int, end: int
) -> None:
    """A chain that may stop early does so no later than its segment ends: bag hung + starts from
    which it would run on <= 1."""
    number = cycle.cycle.number
    for hang in cycle.hangs:
        if (hang.variant, hang.segment) == (index, position) and cycle.cycle.pinned is None:
            instance = ("ends", number, position, hang.day, hang.option.days)
            bag = ([(hang.variable, 1)], 0)
            last = hang.day + hang.option.days - end
            not_all(variables.system, (), instance, bag, variables.start(number).until(last - 1))


def _early_exits(
    variables: Variables,
    number: int,
    index: int,
    position: int,
    exits: dict[int, int],
    balance: dict[int, list[Term]],
) -> dict[int, int]:
    """Lets the chain stop early: passing on is at most the exit, stopping is free."""
    system = variables.system
    passed = {}
    for day in sorted({*balance, *exits}):
        stop = system.variable(("stop", number, index, position, day))
        arrived = [term for term in balance[day] if term[1] > 0]
        system.add((), ("stop", number, position, day), [(stop, 1), *_negated(arrived)], high=0)
        balance[day].append((stop, -1))
    for day, variable in exits.items():
        goes_on = system.variable(("pass", number, index, position, day))
        system.add((), ("pass", number, position, day), [(goes_on, 1), (variable, -1)], high=0)
        passed[day] = goes_on
    return passed


def _negated(terms: list[Term]) -> list[Term]:
    return [(variable, -coefficient) for variable, coefficient in terms]


def one_at_a_time(variables: Variables) -> None:
    """Two cycles never run at once: the next one does not begin before a bag is empty. Only where
    neither the clause on lengths nor the one on infusion days sees to that."""
    for before, after in pairwise(variables.cycles):
        cycle = variables.cycles[before]
        infusing = cycle.cycle.infusion_days + cycle.cycle.shift
        if after != before + 1 or gap_after(variables, cycle.cycle) >= infusing:
            continue
        following = variables.start(after)
        for hang in cycle.hangs:
            instance = (before, after, hang.day, hang.option.days)
            bag = ([(hang.variable, 1)], 0)
            last = hang.day + hang.option.days - 1
            not_all(variables.system, (), instance, bag, following.until(last))


def feeding(variables: Variables) -> None:
    """A bag hung is fed by exactly one dispense; a day's bag only by a dispense that is made;
    a dispense is made only if a bag (or a request) takes vials from it. Only where bags are sent
    whole; else ``supply`` has the flow of vials."""
    if not variables.whole:
        return
    drawn: dict[int, list[Term]] = defaultdict(list)
    there: dict[int, int] = {}
    for number, cycle in variables.cycles.items():
        by_day: dict[tuple[int, int], list[Term]] = defaultdict(list)
        used: dict[int, list[Term]] = defaultdict(list)
        for hang in cycle.hangs:
            variables.system.add(
                (),
                ("fed", number, hang.day),
                [*((v, 1) for v in hang.feeds.values()), (hang.variable, -1)],
                low=0,
                high=0,
            )
            for source, variable in hang.feeds.items():
                by_day[hang.day, source].append((variable, 1))
                used[source].append((variable, hang.option.vials))
        for (day, source), terms in by_day.items():
            if source in cycle.dispenses:
                variables.system.add(
                    (),
                    ("made", number, day, source),
                    [*terms, (cycle.dispenses[source], -1)],
                    high=0,
                )
        for stock in cycle.stock:
            drawn[stock.day] += used[stock.day]
            there[stock.day] = max(there.get(stock.day, 0), stock.vials)
        _vials(variables, number, cycle, used)
    for day, terms in sorted(drawn.items()):
        variables.system.add((), ("stock", day), terms, high=there[day])


def _vials(
    variables: Variables, number: int, cycle: CycleVariables, used: dict[int, list[Term]]
) -> None:
    """Vials dispensed = vials of the bags fed (+ spare ones on the first; a requested dispense may
    carry more than these)."""
    for day, quantity in cycle.vials.items():
        terms = [*used[day], (quantity, -1)]
        if day in cycle.extra:
            terms.append((cycle.extra[day], 1))
            if day in cycle.first_dispense and variables.spare:
                least = [(cycle.extra[day], 1), (cycle.first_dispense[day], -variables.spare)]
                variables.system.add((), ("spare", number, day), least, low=0)
        elif day in cycle.first_dispense and variables.spare:
            terms.append((cycle.first_dispense[day], variables.spare))
        variables.system.add((), ("vials", number, day), terms, low=0, high=0)
        taken = [(quantity, 1)] if day in cycle.extra else used[day]
        variables.system.add(
            (), ("empty", number, day), [(cycle.dispenses[day], 1), *_negated(taken)], high=0
        )
        if day in cycle.extra:
            most = variables.system.high[quantity]
            variables.system.add(
                (),
                ("sent", number, day),
                [(quantity, 1), (cycle.dispenses[day], -most)],
                high=0,
            )


def served(variables: Variables) -> None:
    """Marks the dispenses that feed a bag, and the first of them, where claims are dated by
    dispense and a requested dispense may feed none."""
    readings = variables.course.readings
    if readings.service_by_hang or readings.dispenses_covered or not variables.whole:
        return
    for number, cycle in variables.cycles.items():
        if not cycle.extra or not cycle.first_dispense:
            continue
        fed: dict[int, list[Term]] = {day: [] for day in cycle.dispenses}
        for hang in cycle.hangs:
            for source, variable in hang.feeds.items():
                if source in fed:  # what was sent for an earlier cycle opens nothing of this one
                    fed[source].append((variable, 1))
        for day, terms in fed.items():
            mark = variables.system.variable(("served", number, day))
            cycle.served[day] = mark
            variables.system.add((), ("served", number, day), [(mark, 1), *_negated(terms)], high=0)
            for variable, _ in terms:
                variables.system.add(
                    (), ("served", number, day), [(variable, 1), (mark, -1)], high=0
                )
        _first_of(variables, cycle, "first-served", cycle.served, cycle.first_served)


def first_dispense(variables: Variables) -> None:
    """Marks each cycle's first dispense: made, and none of the cycle's made before it. A cycle that
    history has dispensed for had its first one; one that stock serves may have none."""
    begun = {d.cycle for d in variables.course.past_dispenses}
    for number, cycle in variables.cycles.items():
        if not cycle.dispenses or cycle.cycle.progress is not None or number in begun:
            continue
        _first_of(variables, cycle, "first", cycle.dispenses, cycle.first_dispense)


def _enough_in_stock(variables: Variables, cycle: CycleVariables) -> bool:
    """Whether a cycle not begun may have all its vials from stock."""
    if not cycle.stock or not variables.exact_days():
        return bool(cycle.stock)
    there = sum(stock.vials for stock in cycle.stock)
    return any(vials is not None and vials <= there for vials in map(fewest_left, cycle.variants))


def _first_of(
    variables: Variables,
    cycle: CycleVariables,
    kind: str,
    made: dict[int, int],
    first: dict[int, int],
) -> None:
    """One mark a cycle: made on that day, and none made before it. Where the cycle may have all its
    vials from stock there is none without a dispense."""
    system, number = variables.system, cycle.cycle.number
    enough = _enough_in_stock(variables, cycle)
    for day in made:
        first[day] = system.variable((kind, number, day))
    marks = [(v, 1) for v in first.values()]
    system.add((), (kind, number), marks, low=0 if enough else 1, high=1)
    if enough:
        for day, variable in made.items():
            system.add((), ("marked", kind, number, day), [(variable, 1), *_negated(marks)], high=0)
    marked = moment(system, (kind, number), first)
    for day, variable in made.items():
        system.add((), (kind, number, day), [(first[day], 1), (variable, -1)], high=0)
        instance = ("none-before", kind, number, day)
        not_all(system, (), instance, marked.since(day + 1), ([(variable, 1)], 0))
