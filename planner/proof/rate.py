"""Vials that come faster than windows of II.A let them pass: the arithmetic in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter

from planner.constraints.nature import least_amount
from planner.constraints.rules import Rules, alone, last_cycle
from planner.documents.limits import LimitClause
from planner.labels.packed import NEVER
from planner.proof.words import counted, short_day
from planner.regimen.bags import default_bags
from planner.regimen.course import BagOption, Course, CourseCycle, PastDispense, Slot, Variant


@dataclass(frozen=True)
class _Sent:
    """Dispenses ``made`` and the vials of ``cycles``, all on the days ``first`` .. ``last``."""

    first: int
    last: int
    made: Sequence[PastDispense]
    cycles: Sequence[CourseCycle]


def outpaced(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The cycles that take more vials than all windows up to the last day of theirs allow, with
    what bags of the few days behind the last whole window can take.

    Counted are dispenses made and, of cycles not begun, the fewest vials of bags with the spare
    ones. They are sent from the first of those dispenses on, or from as long before the first of
    those cycles as vials may wait.

    Args:
        course: the course that has no calendar.
        ids: the members of a minimal conflict of it.
    """
    days = any(k in course.clauses and course.clauses[k].rule == "infusion-days" for k in ids)
    if not days or not course.readings.rolling:
        return
    limits = [(key, clause) for key, clause in course.windows_on("vials") if key in ids]
    rules = Rules(course, alone(ids))
    for sent in _all_sent(rules, ids):
        sent_before = sum(dispense.vials for dispense in sent.made)
        least, own = (
            sent_before + sum(rules.spare + _fewest(variants(cycle)) for cycle in sent.cycles)
            for variants in (rules.variants, attrgetter("variants"))
        )
        for key, clause in limits:
            allowed = _allowed(rules, sent, clause)
            if least > allowed.vials:
                yield _says(rules, sent, (least, own), key, clause, allowed)


def too_fast(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """A cycle each of whose bags takes more vials than II.A, read as a rate, allows for its days.
    Takes what ``outpaced`` does."""
    if not course.readings.supply_rate:
        return
    rules = Rules(course, alone(ids))
    last = last_cycle(course, rules.active)
    for cycle in (c for c in course.cycles if c.number <= last):
        options = [o for v in rules.variants(cycle) for s in v.segments for o in s.options]
        for key, clause in course.windows_on("vials") if options else ():
            if key not in ids:
                continue
            least = min(options, key=lambda o: (Fraction(o.vials, o.days), o.days))
            taken, allowed = least.vials * clause.days, clause.limit * least.days
            if taken > allowed:
                yield (
                    f"No bag for cycle {cycle.number} takes fewer vials a day than "
                    f"{counted(least.vials, 'vial')} for {counted(least.days, 'day')}, and {key} "
                    f"allows {clause.limit} for a supply of {clause.days} days: "
                    f"{least.vials} x {clause.days} = {taken} > "
                    f"{clause.limit} x {least.days} = {allowed}"
                )


@dataclass(frozen=True)
class _Allowed:
    """Whole windows, the days behind them, and how many vials bags of these can take: ``vials`` in
    all."""

    windows: int
    behind: int
    tail: int
    vials: int


def _allowed(rules: Rules, sent: _Sent, clause: LimitClause) -> _Allowed:
    windows, behind = divmod(sent.last - sent.first + 1, clause.days)
    tail = min(clause.limit, _most_hung(rules, sent.cycles[-1], behind))
    if tail == clause.limit:
        windows, behind, tail = windows + 1, 0, 0
    return _Allowed(windows, behind, tail, windows * clause.limit + tail)


def _most_hung(rules: Rules, cycle: CourseCycle, days: int) -> int:
    """The most vials of bags that are hung on so many days, up to the last of a cycle. Vials sent
    on these days go into no others, and the spare ones of a cycle are sent with its first."""
    if days >= cycle.infusion_days:
        return NEVER
    options = {
        (option.days, option.vials)
        for variant in rules.variants(cycle)
        for segment in variant.segments
        for option in segment.options
    }
    most = [0]
    for day in range(1, days + 1):
        ways = [vials + most[day - length] for length, vials in options if length <= day]
        most.append(max([most[-1], *ways]))
    return most[-1]


def _says(
    rules: Rules,
    sent: _Sent,
    vials: tuple[int, int],
    key: str,
    clause: LimitClause,
    allowed: _Allowed,
) -> str:
    """The sum: of the bags that the rules allow, and of those that the pharmacy offers."""
    least, own = vials
    pharmacy, windows = rules.course.scenario.pharmacy, allowed.windows
    offered = ", ".join(pharmacy.bags or default_bags(rules.course.drug))
    bags = f"in bags of {offered}" + (f" ({least} in whatever bags)" if least < own else "")
    more = f" and {rules.spare} spare with each cycle" if rules.spare else ""
    numbers = [d.cycle for d in sent.made] + [c.number for c in sent.cycles]
    first, last = min(numbers), max(numbers)
    who = f"Cycle {first} takes" if first == last else f"Cycles {first} to {last} take"
    each = "the one window" if windows == 1 else f"each of the {windows} windows"
    rest, added = "", f"{windows} x {clause.limit}" if windows > 1 else f"{clause.limit}"
    if allowed.tail:
        days = "day" if allowed.behind == 1 else f"{allowed.behind} days"
        rest = f", and bags of the {days} behind take {counted(allowed.tail, 'vial')}"
        added = f"{added} + {allowed.tail}"
    return (
        f"{who} at least {own} vials, {bags}{more}, all sent from "
        f"{short_day(sent.first)} to {short_day(sent.last)}, and {key} "
        f"allows {clause.limit} in {each} of {clause.days} dates there{rest}: "
        f"{own} > {added}{f' = {allowed.vials}' if windows > 1 or allowed.tail else ''}"
    )


def _all_sent(rules: Rules, ids: Sequence[str]) -> Iterator[_Sent]:
    """Cycles in a row that are not begun, the fewest first, with the dispenses made since a day."""
    course = rules.course
    last = last_cycle(course, rules.active)
    later = [c for c in course.cycles if c.progress is None and c.number <= last]
    made = [d for d in course.past_dispenses if d.member in ids]
    for count in range(1, len(later) + 1):
        for begin in range(len(later) - count + 1):
            own = later[begin : begin + count]
            ends = _last(rules, own[-1], ids) - rules.transit
            yield _Sent(_first(rules, own[0]), ends, (), own)
            if begin == 0:
                for since in sorted({d.day for d in made}, reverse=True):
                    yield _Sent(since, ends, [d for d in made if d.day >= since], own)


def _first(rules: Rules, cycle: CourseCycle) -> int:
    """The first day on which vials of a cycle may be sent."""
    day = rules.origin_days(cycle).start - rules.ahead
    return day if rules.course.as_of is None else max(day, rules.course.as_of)


def _last(rules: Rules, cycle: CourseCycle, ids: Sequence[str]) -> int:
    """The last day of a cycle's infusion."""
    day = rules.origin_days(cycle)[-1] + cycle.infusion_days - 1
    slot = None if cycle.slot is None else rules.course.slots[cycle.slot]
    ends = None if slot is None else _end(rules.course, slot, ids)
    return day if ends is None else min(day, ends)


def _end(course: Course, slot: Slot, ids: Sequence[str]) -> int | None:
    """The last day that an authorization covers, where members say it."""
    if slot.member not in ids and slot.setting not in ids:
        return None
    if slot.end is not None:
        return slot.end
    begun = [
        past.start
        for index, past in enumerate(course.past)
        if past.number == slot.cycles[0] and f"history.cycles.{index}" in ids
    ]
    opens = [slot.start] if slot.start is not None else begun
    return slot.last(opens[0]) if opens else None


def _fewest(variants: Sequence[Variant]) -> int:
    return min(map(least_vials, variants), default=0)


def least_vials(variant: Variant) -> int:
    """The fewest vials of bags that cover the infusion days, whatever days they are changed on; 0
    where none do."""
    return int(least_of(variant, lambda option: option.vials))


def least_of(variant: Variant, amount: Callable[[BagOption], int | Decimal]) -> int | Decimal:
    """The least that bags that cover the infusion days come to; 0 where none do."""
    return sum(least_amount(segment, segment.days, amount) or 0 for segment in variant.segments)
