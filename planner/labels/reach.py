"""Starts from which bags reach over all infusion days, each bag on a day that it can be fed.

Days are bits of whole numbers, counted from a first day, so that all starts of a cycle are followed
at once: bit d of ``reached[k]`` says that a cycle of origin d can have a change of bags on its
infusion day k.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.constraints.rules import Rules, remaining
from planner.regimen.course import BagOption, CourseCycle, Segment, Variant


class Reach:
    """Looks at the cycles of one course, each by itself, under the rules that stand."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._exact = rules.exact_days()
        self._hangs: dict[tuple[int, bool], bool] = {}
        self._sends: dict[int, bool] = {}

    def open(self, cycle: CourseCycle, origins: Sequence[int]) -> list[int]:
        """The origins from which a chain of bags covers the cycle; where the clause on infusion
        days is left out, from which there is a bag at all."""
        if not origins:
            return []
        found: list[int] = []
        for variant in self._rules.variants(cycle):
            since, until = variant.first_start, variant.last_start
            own = [o for o in origins if since <= _start(cycle, o) <= until]
            if own:
                found += self._of_variant(cycle, variant, own)
        return sorted(found)

    def _of_variant(
        self, cycle: CourseCycle, variant: Variant, origins: Sequence[int]
    ) -> Iterable[int]:
        first = origins[0]
        infused = cycle.progress.infused if cycle.progress else 0
        days = range(first, origins[-1] + cycle.infusion_days)
        reached = {infused: _bits(o - first for o in origins)}
        fed: dict[int, int] = {}
        for _, segment in remaining(variant, infused):
            end = segment.first + segment.days
            hung = self._hung(segment, days)
            allowed = [(o.days, hung & self._fed(cycle, o, days, fed)) for o in segment.options]
            for day in range(max(segment.first, infused), end):
                for length, bits in allowed:
                    begun = reached.get(day, 0) & bits >> day
                    if begun and day + length <= end:
                        reached[day + length] = reached.get(day + length, 0) | begun
        whole = reached.get(cycle.infusion_days, 0)
        if not self._exact:  # it may stop behind any bag
            for day, bits in reached.items():
                whole |= bits if day > infused else 0
        return (o for o in origins if whole >> o - first & 1)

    def _hung(self, segment: Segment, days: range) -> int:
        """The days on which a bag of a segment may be hung."""
        hospital = segment.site == "hospital"
        return _bits(i for i, day in enumerate(days) if self._hangs_on(day, hospital=hospital))

    def _fed(
        self, cycle: CourseCycle, option: BagOption, days: range, known: dict[int, int]
    ) -> int:
        """The days on which a dispense may feed a bag."""
        rules = self._rules
        longest = days[0] - rules.oldest(days[0], option)
        if longest not in known:
            sent = self._sent(cycle, range(days[0] - longest, days[-1] + 1 - rules.transit))
            known[longest] = 0
            for wait in range(rules.transit, longest + 1):
                known[longest] |= sent << wait >> longest
            stock = [] if rules.ready else [stock.day for stock in rules.stock_of(cycle)]
            if stock:  # it waits as long as it likes
                come = min(stock) + rules.transit
                known[longest] |= _bits(i for i, day in enumerate(days) if day >= come)
        return known[longest]

    def _sent(self, cycle: CourseCycle, days: range) -> int:
        """The days of dispenses that the cycle's bags may come from: those asked for where there
        are no others, those that history has left vials of, else all that allow one."""
        rules = self._rules
        listed = rules.requested(cycle.number)
        known = {*listed, *(stock.day for stock in rules.stock_of(cycle))}
        if listed and rules.active("request.dispenses"):
            return _bits(i for i, day in enumerate(days) if day in known)
        return _bits(i for i, day in enumerate(days) if day in known or self._sends_on(day))

    def _hangs_on(self, day: int, *, hospital: bool) -> bool:
        key = day, hospital
        if key not in self._hangs:
            self._hangs[key] = not self._rules.bars_bag(day, hospital=hospital)
        return self._hangs[key]

    def _sends_on(self, day: int) -> bool:
        if day not in self._sends:
            self._sends[day] = not self._rules.bars_source(day)
        return self._sends[day]


def _start(cycle: CourseCycle, origin: int) -> int:
    return cycle.pinned if cycle.pinned is not None else origin


def _bits(places: Iterable[int]) -> int:
    bits = 0
    for place in places:
        bits |= 1 << place
    return bits
