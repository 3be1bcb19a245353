"""What a cycle's bags may draw on that is there anyway: stock, and what requests ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.constraints.rules import Rules
from planner.constraints.schedule import ChosenCycle
from planner.labels.claimed import Claims
from planner.labels.packed import NEVER
from planner.regimen.course import CourseCycle
from planner.regimen.cycles import therapy


@dataclass(frozen=True, slots=True)
class Source:
    """A dispense with vials that are there anyway: left over from history, or requested.

    ``until``: the last day that they may be hung, as far as no bag has a limit of its own.
    ``billed``: a claim of its day asks for them, so that the cycle's bags use them all up.
    """

    day: int
    vials: int
    until: int = NEVER
    billed: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """What is known of a cycle's vials, as ``Place`` has it."""

    sources: tuple[Source, ...]
    stock: int
    listed: Mapping[int, int]
    asked: bool
    spare: int


def supply_of(
    rules: Rules, given: Sequence[ChosenCycle], cycle: CourseCycle, claims: Claims | None
) -> Supply | None:
    """What history, requested dispenses and ``claims`` dated by dispense say of the vials of a
    cycle; None where it cannot be had."""
    course = rules.course
    stock = _stock(rules, given, cycle)
    listed, billed = rules.requested(cycle.number), _billed(rules, claims)
    begun = any(d.cycle == cycle.number for d in course.past_dispenses)
    spare = 0 if begun or cycle.progress is not None else rules.spare
    complete = bool(listed) and rules.active("request.dispenses")
    hung = dict(listed)
    if complete:
        hung[min(listed)] -= spare
    made = {source.day for source in stock}
    if (
        billed is None
        or any(rules.bars_dispense(day) for day in (*listed, *billed))
        or any(vials < 0 for vials in hung.values())
        or any(complete and vials > hung.get(day, 0) for day, vials in billed.items())
        or any(day in made for day in billed)
    ):
        return None
    closed = bool(billed) and claims is not None and claims.complete
    asked = [Source(day, vials, day + rules.ahead, billed=True) for day, vials in billed.items()]
    if not closed:
        asked += [
            Source(day, vials - billed.get(day, 0), day + rules.ahead)
            for day, vials in hung.items()
        ]
    sent = {d: max(listed.get(d, 0), billed.get(d, 0)) for d in sorted({*listed, *billed})}
    if closed and not listed:
        sent[min(sent)] += spare
    return Supply(
        sources=(*stock, *sorted(asked, key=lambda source: source.day)),
        stock=0 if rules.ready else len(stock),
        listed=sent,
        asked=complete or closed,
        spare=0 if listed or closed else spare,
    )


def _stock(rules: Rules, given: Sequence[ChosenCycle], cycle: CourseCycle) -> list[Source]:
    """What is left of the vials that history knows of, behind the cycles that are decided."""
    taken: dict[int, int] = {}
    for chosen in given:
        for bag in chosen.bags:
            for day, vials in bag.sources:
                taken[day] = taken.get(day, 0) + vials
    return [
        Source(s.day, s.vials - taken.get(s.day, 0), s.day + rules.ahead if rules.ready else NEVER)
        for s in rules.stock_of(cycle)
        if s.vials or rules.ready
    ]


def _billed(rules: Rules, claims: Claims | None) -> dict[int, int] | None:
    """The vials that claims have hung from the dispense of each day, where what was opened is
    billed; None where no number of vials comes to what they state."""
    unit = therapy(rules.course.clauses).mcg_per_unit
    each, rest = divmod(rules.course.drug.vial.mcg, unit)
    if claims is None or not rules.course.readings.opened_billed or rest:
        return {}
    return claims.vials(each)
