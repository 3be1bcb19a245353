"""The one window of II.A or II.B that a conflict overflows: what stands in it, and the sum.

What has been dispensed or billed, or is asked for, stands on its date. What is still to come
counts with the least it can be, and only where all of it has to fall into the window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from planner.documents.conflict import Window, WindowEntry
from planner.documents.limits import LimitClause, PerDays
from planner.proof.words import counted, short
from planner.regimen.course import Course, CourseCycle, Segment

MOST_NAMED: Final = 4  # entries that a sentence names one by one


def overflowing(course: Course, ids: Sequence[str]) -> Window | None:
    """The window that the members named overflow; None where the clash is not of that kind.

    Args:
        course: the course that has no calendar.
        ids: the members of a minimal conflict of it.
    """
    for key in ids:
        clause = course.clauses.get(key)
        if not isinstance(clause, LimitClause) or clause.of not in _FILLED:
            continue
        if not isinstance(clause.per, PerDays):
            continue
        found = _FILLED[clause.of](course, ids, clause)
        for opens, entries in found:
            ordered = sorted(entries, key=lambda e: (e.date, e.member is None, e.cycle))
            return Window(
                clause=key,
                window_from=opens,
                window_to=opens + timedelta(days=clause.days - 1),
                sum=sum(e.amount for e in entries),
                limit=clause.limit,
                unit=clause.of,
                entries=tuple(ordered),
            )
    return None


def in_words(window: Window) -> str:
    """The window in one sentence of arithmetic."""
    stated = [e for e in window.entries if e.member is not None]
    named = [e.says for e in stated]
    if len(stated) > MOST_NAMED:
        total, first, last = sum(e.amount for e in stated), stated[0].date, stated[-1].date
        named = [f"{total:,} {window.unit} from {short(first)} to {short(last)}"]
    named += [f"{e.says}," for e in window.entries if e.member is None]
    return (
        f"{' and '.join(named)} fall in one {window.per_days}-day window: "
        f"{window.sum:,} > {window.limit:,}"
    )


@dataclass(frozen=True)
class _Inside:
    """The entries of a window that opens on a day. ``cycle`` is the one it belongs to, by the
    reading ``window: cycle``."""

    opens: date
    cycle: int | None
    entries: tuple[WindowEntry, ...]


@dataclass(frozen=True)
class _ToCome:
    """Vials that have to go out on some day of ``first`` .. ``last``, in words."""

    cycle: int
    vials: int
    first: int
    last: int
    says: str


def _of_vials(
    course: Course, ids: Sequence[str], clause: LimitClause
) -> Iterator[tuple[date, tuple[WindowEntry, ...]]]:
    """What is dispensed passes the limit; or it leaves too little room for what has to come."""
    dated = [e for e in _dispensed(course) if e.member in ids and clause.names(e.cycle)]
    windows = list(_windows(course, dated, clause.days))
    for inside in windows:
        if sum(e.amount for e in inside.entries) > clause.limit:
            yield inside.opens, inside.entries
    for more in (*_missing(course, ids), *_first_fills(course, ids)):
        for inside in windows:
            opens = inside.opens.toordinal()
            held = opens <= more.first and more.last < opens + clause.days
            total = sum(e.amount for e in inside.entries) + more.vials
            own = clause.names(more.cycle) and inside.cycle in {None, more.cycle}
            if held and own and total > clause.limit:
                last = date.fromordinal(more.last)
                entry = WindowEntry(date=last, amount=more.vials, says=more.says, cycle=more.cycle)
                yield inside.opens, (*inside.entries, entry)


def _dispensed(course: Course) -> list[WindowEntry]:
    """All dispenses that are asked for or were made, with the member that each comes from."""
    asked = [(d.date, d.cycle, d.vials) for d in course.scenario.request.dispenses]
    made = [(d.day, d.cycle, d.vials, d.member) for d in course.past_dispenses]
    return _stated("vial", "request.dispenses", asked, made)


def _stated(
    noun: str,
    path: str,
    asked: Sequence[tuple[date, int, int]],
    past: Sequence[tuple[int, int, int, str]],
) -> list[WindowEntry]:
    rows = [(day, cycle, amount, f"{path}.{i}") for i, (day, cycle, amount) in enumerate(asked)]
    rows += [(date.fromordinal(day), cycle, amount, member) for day, cycle, amount, member in past]
    return [
        WindowEntry(
            date=day,
            amount=amount,
            says=f"{counted(amount, noun)} on {short(day)}",
            cycle=cycle,
            member=member,
        )
        for day, cycle, amount, member in rows
    ]


def _windows(course: Course, dated: Sequence[WindowEntry], per_days: int) -> Iterator[_Inside]:
    """What falls into the ``per_days`` dates from each date on; by the reading ``window: cycle``,
    into those from each cycle's first dispense on."""
    starts: list[tuple[date, int | None]] = [(d, None) for d in sorted({e.date for e in dated})]
    if not course.readings.rolling:
        sent = _dispensed(course)
        starts = [
            (min(e.date for e in sent if e.cycle == cycle), cycle)
            for cycle in sorted({e.cycle for e in sent})
        ]
    for opens, own in starts:
        closes = opens + timedelta(days=per_days - 1)
        entries = tuple(e for e in dated if opens <= e.date <= closes and own in {None, e.cycle})
        if entries:
            yield _Inside(opens, own, entries)


def _missing(course: Course, ids: Sequence[str]) -> Iterator[_ToCome]:
    """A cycle in progress: the vials its days left need at least beyond those at hand."""
    begun = next((c for c in course.cycles if c.progress is not None), None)
    if begun is None or begun.progress is None or begun.pinned is None or course.as_of is None:
        return
    options = [o for v in begun.variants for s in v.segments for o in s.options]
    if not _whole(course, ids) or not options:
        return
    left = begun.infusion_days - begun.progress.infused
    broken = [
        (w.vials, f"history.wasted.{i}" in ids)
        for i, w in enumerate(course.scenario.history.wasted)
        if w.cycle == begun.number
    ]
    lost = sum(vials for vials, named in broken if named)
    hand = sum(s.vials for s in course.stock if s.cycle == begun.number)
    hand += sum(vials for vials, named in broken if not named)
    best = min(options, key=lambda o: (Decimal(o.vials) / o.days, -o.days))
    need = -(-left * best.vials // best.days)
    if need > hand:
        last = begun.pinned + begun.infusion_days - 1 + begun.shift - _transit(course, ids)
        after = f" after {counted(lost, 'vial')} lost" if lost else ""
        yield _ToCome(
            begun.number,
            need - hand,
            course.as_of,
            last,
            f"at least {need - hand} more by {short(date.fromordinal(last))}, which the {left} "
            f"infusion days left need ({counted(need, 'vial')} in bags of {best.name}, {hand} at "
            f"hand{after})",
        )


def _whole(course: Course, ids: Sequence[str]) -> bool:
    """Whether the members say how many infusion days a cycle has, and from which bags."""
    days = any(k in course.clauses and course.clauses[k].rule == "infusion-days" for k in ids)
    return days and "pharmacy.bags" in ids


def _transit(course: Course, ids: Sequence[str]) -> int:
    return course.scenario.pharmacy.transit_days if "pharmacy.transit_days" in ids else 0


def _first_fills(course: Course, ids: Sequence[str]) -> Iterator[_ToCome]:
    """The first vial of a cycle to come, which is there by the latest start."""
    rules, asked = course.days, course.scenario.request.dispenses
    for cycle in course.cycles:
        starts = _starts(course, cycle, ids)
        at_hand = any(s.cycle == cycle.number for s in course.stock)
        if not starts or at_hand or any(d.cycle == cycle.number for d in asked):
            continue
        last = starts[-1] - _transit(course, ids)
        first = course.as_of
        if "pharmacy.max_days_ahead" in ids:
            first = max(first or 0, starts[0] - course.scenario.pharmacy.max_days_ahead)
        if first is None:
            continue
        while last >= first and set(rules.bars_dispense(last)) & set(ids):
            last -= 1
        if last >= first:
            yield _ToCome(
                cycle.number,
                1,
                first,
                last,
                f"at least 1 vial by {short(date.fromordinal(last))}, which cycle {cycle.number} "
                f"needs to start by {short(date.fromordinal(starts[-1]))}",
            )


def _of_units(
    course: Course, ids: Sequence[str], clause: LimitClause
) -> Iterator[tuple[date, tuple[WindowEntry, ...]]]:
    """What is billed passes the limit, alone or with a cycle that is to come."""
    dated = [e for e in _claimed(course) if e.member in ids and clause.names(e.cycle)]
    for inside in _windows(course, dated, clause.days):
        total = sum(e.amount for e in inside.entries)
        if total > clause.limit:
            yield inside.opens, inside.entries
        first = inside.opens.toordinal()
        days = range(first, first + clause.days)
        for cycle in course.cycles if course.readings.rolling else ():
            if not clause.names(cycle.number) or not _bags_known(course, ids):
                continue
            starts = _starts(course, cycle, ids)
            least = min((_least_units(course, cycle, s, days) for s in starts), default=0)
            if least and total + least > clause.limit:
                last = date.fromordinal(starts[-1])
                says = f"at least {least:,} of cycle {cycle.number}, which starts by {short(last)}"
                entry = WindowEntry(date=last, amount=least, says=says, cycle=cycle.number)
                yield inside.opens, (*inside.entries, entry)


def _claimed(course: Course) -> list[WindowEntry]:
    """All claims that are asked for or were made, with the member that each comes from."""
    asked = [(c.date, c.cycle, c.units) for c in course.scenario.request.claims]
    made = [(u.day, u.cycle, u.units, u.member) for u in course.past_units]
    return _stated("unit", "request.claims", asked, made)


def _bags_known(course: Course, ids: Sequence[str]) -> bool:
    """Whether the bags of a cycle, each billed when it is hung, follow from the members."""
    return _whole(course, ids) and course.readings.service_by_hang


def _starts(course: Course, cycle: CourseCycle, ids: Sequence[str]) -> range:
    """The days on which a cycle that takes place may start by the members named; none where they
    do not say."""
    if cycle.progress is not None:
        return range(0)
    if f"request.cycle_starts.{cycle.number}" in ids:
        day = course.scenario.request.cycle_starts[cycle.number].toordinal()
        return range(day, day + 1)
    if "request.max_delay_days" not in ids or course.as_of is None:
        return range(0)
    if cycle is not course.cycles[0] and "request.cycles" not in ids:
        return range(0)
    return range(course.as_of, cycle.earliest + course.scenario.request.max_delay_days + 1)


def _least_units(course: Course, cycle: CourseCycle, start: int, days: range) -> int:
    """The fewest units that a cycle's bags bill on some days, by the day each is hung."""
    variant = next(v for v in cycle.variants if v.first_start <= start <= v.last_start)
    return sum(_least_of(course, segment, start, days) for segment in variant.segments)


def _least_of(course: Course, segment: Segment, start: int, days: range) -> int:
    opened = course.readings.opened_billed
    least: list[int | None] = [0]  # by infusion days of the segment that bags have covered
    for covered in range(1, segment.days + 1):
        ways = []
        for option in segment.options:
            before = least[covered - option.days] if option.days <= covered else None
            if before is not None:
                hang = start + segment.first + covered - option.days
                units = option.opened if opened else option.administered
                ways.append(before + (units if hang in days else 0))
        least.append(min(ways, default=None))
    return least[-1] or 0


_FILLED = {"vials": _of_vials, "units": _of_units}
