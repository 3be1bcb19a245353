"""Vials that come faster than windows of II.A let them pass: the arithmetic in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.documents.policy import QuantityClause
from planner.proof.window import short
from planner.regimen.bags import default_bags
from planner.regimen.course import Course, Slot, Variant


def outpaced(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The cycles of an authorization that take more vials than all windows up to its end do.

    Counted are dispenses made and, of cycles not begun, the fewest vials of bags with the spare
    ones; they are sent from the first of those dispenses on.
    """
    pharmacy = course.scenario.pharmacy
    days = any(k in course.clauses and course.clauses[k].rule == "infusion-days" for k in ids)
    if not days or "pharmacy.bags" not in ids:
        return
    spare = pharmacy.spare_vials if "pharmacy.spare_vials" in ids else 0
    transit = pharmacy.transit_days if "pharmacy.transit_days" in ids else 0
    for slot in course.slots:
        end = _end(course, slot, ids)
        made = [d for d in course.past_dispenses if d.cycle in slot.cycles and d.member in ids]
        later = [c for c in course.cycles if c.number in slot.cycles and c.progress is None]
        if end is None or not made or not later:
            continue
        first, last = min(d.day for d in made), end - transit
        vials = sum(d.vials for d in made)
        vials += sum(spare + min((least_vials(v) for v in c.variants), default=0) for c in later)
        for key in ids:
            clause = course.clauses.get(key)
            if not isinstance(clause, QuantityClause):
                continue
            windows = -(-(last - first + 1) // clause.per_days)
            if vials > windows * clause.limit:
                bags = ", ".join(pharmacy.bags or default_bags(course.drug))
                more = f" and {spare} spare with each cycle" if spare else ""
                yield (
                    f"Cycles {slot.cycles[0]} to {later[-1].number} take at least {vials} vials, "
                    f"in bags of {bags}{more}, all sent from {short(date.fromordinal(first))} to "
                    f"{short(date.fromordinal(last))}, and {key} allows {clause.limit} in each of "
                    f"the {windows} windows of {clause.per_days} dates there: "
                    f"{vials} > {windows} x {clause.limit} = {windows * clause.limit}"
                )


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


def least_vials(variant: Variant) -> int:
    """The fewest vials of bags that cover the infusion days, whatever days they are changed on; 0
    where none do."""
    total = 0
    for segment in variant.segments:
        least: list[int | None] = [0]  # by infusion days covered
        for covered in range(1, segment.days + 1):
            ways = [
                before + option.vials
                for option in segment.options
                if option.days <= covered
                for before in [least[covered - option.days]]
                if before is not None
            ]
            least.append(min(ways, default=None))
        total += least[-1] or 0
    return total
