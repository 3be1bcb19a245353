"""Sums over an authorization that pass what it grants, cycles that none covers, and claims that no
bag comes to: in a sentence. Each takes what ``because`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.constraints.nature import fewest_left
from planner.constraints.rules import Rules, alone, last_cycle
from planner.documents.policy import RenewalClause
from planner.proof.words import counted, short_day
from planner.regimen.course import Course, CourseCycle, Segment, Slot


def over_the_grant(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The cycles of an authorization that are billed more units than it grants, in the fewest vials
    that their bags take; what history billed counts as it is."""
    rules = Rules(course, alone(ids))
    if not course.readings.opened_billed or not rules.exact_days():
        return
    for slot in rules.course.slots:
        if slot.units is None or slot.setting not in ids:
            continue
        billed = _billed(rules, slot, ids)
        total = sum(units for _, units in billed)
        if total <= slot.units:
            continue
        named = " and ".join(f"{counted(units, 'unit')} for {what}" for what, units in billed)
        added = f": {total:,} > {slot.units:,}"
        yield (
            f"At least {named} are to be billed under {slot.setting}, which grants "
            f"{counted(slot.units, 'unit')}{added}"
        )


def _billed(rules: Rules, slot: Slot, ids: Sequence[str]) -> list[tuple[str, int]]:
    """What is billed at least under an authorization, by what it is for."""
    course = rules.course
    past = [u for u in course.past_units if u.cycle in slot.cycles and u.member in ids]
    found = []
    if past:
        found.append(("history", sum(u.units for u in past)))
    last = last_cycle(course, rules.active)
    vial = _units_of_a_vial(course)
    for cycle in course.cycles:
        if cycle.number in slot.cycles and cycle.number <= last:
            least = least_to_come(rules, cycle)
            if least:
                found.append((f"cycle {cycle.number}", least * vial))
    return found


def least_to_come(rules: Rules, cycle: CourseCycle) -> int:
    """The fewest vials of bags that cover what is left of a cycle, whatever days they are changed
    on; 0 where none do."""
    infused = cycle.progress.infused if cycle.progress is not None else 0
    ways = [fewest_left(variant, infused) for variant in rules.variants(cycle)]
    return min((vials for vials in ways if vials is not None), default=0)


def _units_of_a_vial(course: Course) -> int:
    """Billable units of one opened vial."""
    unit = next((c.mcg_per_unit for c in course.clauses.values() if c.rule == "hcpcs"), 1)
    return int(course.drug.vial.mcg) // unit


def uncovered(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The first cycle that lies under no authorization, where those given name their cycles."""
    given = [
        (f"authorizations.{i}", a.kind, a.cycles)
        for i, a in enumerate(course.scenario.authorizations)
        if isinstance(a.cycles, tuple) and f"authorizations.{i}" in ids
    ]
    if not given:
        return
    never = [
        key
        for key, clause in course.clauses.items()
        if key in ids and isinstance(clause, RenewalClause) and not clause.renewable
    ]
    covered = {n for slot in course.slots for n in slot.cycles}
    numbers = [*(past.number for past in course.past), *(c.number for c in course.cycles)]
    for number in sorted(numbers):
        if number not in covered:
            named = " and ".join(
                f"{member} is {'an' if kind == 'initial' else 'a'} {kind} one for "
                f"{'cycle' if len(cycles) == 1 else 'cycles'} {', '.join(map(str, cycles))}"
                for member, kind, cycles in given
            )
            why = f", and {never[0]} gives no renewal" if never else ""
            yield f"Cycle {number} lies under no authorization: {named}{why}"
            return


def unbillable(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """A claim asked for whose units no bag of its day comes to, whatever else is claimed."""
    readings, request = course.readings, course.scenario.request
    limits = any(key in ids for of in ("units", "vials") for key, _ in course.limits_on(of))
    claims = [member for member in ids if member.startswith("request.claims.")]
    if not readings.service_by_hang or limits or len(claims) != 1:
        return
    rules = Rules(course, alone(ids))
    for index, claim in enumerate(request.claims):
        cycle = next((c for c in course.cycles if c.number == claim.cycle), None)
        same = [c for c in request.claims if (c.cycle, c.date) == (claim.cycle, claim.date)]
        if f"request.claims.{index}" not in ids or cycle is None or len(same) > 1:
            continue
        day = claim.date.toordinal()
        segments = _segments(rules, ids, cycle, day)
        units = {
            option.opened if readings.opened_billed else option.administered
            for segment in segments
            for option in segment.options
        }
        if segments and claim.units not in units:
            step = " of the step dose" if all(s.step_dose for s in segments) else ""
            *few, most = [f"{n:,}" for n in sorted(units)]
            listed = f"{', '.join(few)} or {most}" if few else most
            yield (
                f"{counted(claim.units, 'unit')} are to be billed for cycle {cycle.number} on "
                f"{short_day(day)}, and a bag{step} hung then comes to {listed}"
            )


def _segments(rules: Rules, ids: Sequence[str], cycle: CourseCycle, day: int) -> list[Segment]:
    """The segments that a bag hung on a day may belong to: those of that day where the start is
    asked for, else all."""
    variants = rules.variants(cycle)
    first, pins = rules.course.first_infusion, rules.course.scenario.request.cycle_starts
    start: int | None = cycle.pinned
    if f"request.cycle_starts.{cycle.number}" in ids:
        start = pins[cycle.number].toordinal()
    elif first is not None and first.first == first.last and "request.first_infusion" in ids:
        start = first.first if cycle is rules.course.cycles[0] else start
    return [
        segment
        for variant in variants
        for segment in variant.segments
        if start is None or segment.first <= day - start < segment.first + segment.days
    ]
