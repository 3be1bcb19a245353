"""One sentence of arithmetic for a clash, made from the facts its members name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeGuard

from planner.constraints.rules import Rules, alone
from planner.documents.limits import LimitClause, PerDays
from planner.documents.policy import (
    AuthorizationClause,
    Clause,
    CyclesClause,
    RenewalClause,
)
from planner.proof.caps import over_a_cap
from planner.proof.late import delayed, late_cycle, too_soon, waits
from planner.proof.members import Member
from planner.proof.no_bag import no_bag
from planner.proof.rate import least_vials, outpaced, too_fast
from planner.proof.totals import over_the_grant, unbillable, uncovered
from planner.proof.unhung import unhung
from planner.proof.window import in_words, overflowing
from planner.proof.words import counted
from planner.regimen.bags import default_bags
from planner.regimen.course import Course
from planner.regimen.days import changes_on_holidays

_ORDINALS = ("first", "second", "third", "further")


def because(course: Course, members: Sequence[Member]) -> str:
    """The clash in one sentence: its numbers where they are plain, else who cannot hold together.

    Args:
        course: the course that has no calendar.
        members: a minimal conflict of it.
    """
    ids = [m.id for m in members]
    sentences = (
        _dose,
        _overflowing,
        over_a_cap,
        _crowded,
        too_fast,
        outpaced,
        _too_many_cycles,
        uncovered,
        over_the_grant,
        late_cycle,
        waits,
        delayed,
        too_soon,
        unbillable,
        _bags,
        no_bag,
        unhung,
    )
    for say in sentences:
        for sentence in say(course, ids):
            return sentence
    named = [f"{m.id} ({m.says})" for m in members]
    if len(named) == 1:
        return f"{named[0]} alone leaves no calendar."
    return f"Because {', '.join(named[:-1])} and {named[-1]}, no calendar exists."


def _overflowing(course: Course, ids: Sequence[str]) -> Iterator[str]:
    window = overflowing(course, ids)
    if window is not None:
        yield in_words(window)


def _crowded(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """A cycle whose vials, with the spare ones, all go out within the dates of one window."""
    days = any(k in course.clauses and course.clauses[k].rule == "infusion-days" for k in ids)
    if not days or not {"pharmacy.bags", "pharmacy.max_days_ahead"} <= set(ids):
        return
    pharmacy = course.scenario.pharmacy
    ahead, spare, transit = (
        value if f"pharmacy.{name}" in ids else 0
        for name, value in (
            ("max_days_ahead", pharmacy.max_days_ahead),
            ("spare_vials", pharmacy.spare_vials),
            ("transit_days", pharmacy.transit_days),
        )
    )
    clauses = [(k, course.clauses[k]) for k in ids if k in course.clauses]
    for cycle in course.cycles:
        taken = min((least_vials(variant) for variant in cycle.variants), default=0)
        dates = cycle.infusion_days + ahead - transit
        for key, clause in clauses:
            if not _caps_vials(clause) or cycle.progress is not None:
                continue
            if dates <= clause.days and taken + spare > clause.limit:
                bags = ", ".join(pharmacy.bags or default_bags(course.drug))
                more = f" and {counted(spare, 'spare vial')}" if spare else ""
                until = f"{counted(transit, 'day')} before its last" if transit else "its last"
                yield (
                    f"Cycle {cycle.number} takes at least {taken} vials in bags of {bags}{more}, "
                    f"all sent on the {dates} dates from {counted(ahead, 'day')} before its start "
                    f"to {until} infusion day, and {key} allows {clause.limit} on any "
                    f"{clause.days}: {taken + spare} > {clause.limit}"
                )


def _caps_vials(clause: Clause) -> TypeGuard[LimitClause]:
    if not isinstance(clause, LimitClause) or not isinstance(clause.per, PerDays):
        return False
    return clause.of == "vials"


def _dose(course: Course, ids: Sequence[str]) -> Iterator[str]:
    if "request.daily_dose_mcg" not in ids:
        return
    over = [(past.number, past.cap_exceeded) for past in course.past if past.finished]
    over += [(cycle.number, v.cap_exceeded) for cycle in course.cycles for v in cycle.variants]
    for number, exceeded in over:
        if exceeded is not None:
            asked, cap = exceeded
            yield (
                f"{_plain(asked)} mcg a day is asked for in cycle {number} and at most "
                f"{_plain(cap)} allowed: {_plain(asked)} > {_plain(cap)}"
            )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _too_many_cycles(course: Course, ids: Sequence[str]) -> Iterator[str]:
    if "request.cycles" not in ids:
        return
    asked = max((c.number for c in course.cycles), default=0)
    for key in ids:
        clause = course.clauses.get(key)
        most = clause.at_most if isinstance(clause, CyclesClause) else None
        if isinstance(clause, RenewalClause):
            most = clause.total_cycles
        if most is not None and asked > most:
            yield f"{asked} cycles are asked for and {key} allows {most}: {asked} > {most}"
    for key in ids:
        for covered, says in _covered(course, ids, key):
            most = sum(covered)
            if asked > most:
                yield f"{asked} cycles are asked for, {says}: {asked} > {most}"


def _covered(course: Course, ids: Sequence[str], key: str) -> Iterator[tuple[list[int], str]]:
    """What a clause leaves of cycles under authorizations: how many each covers, and the words."""
    clause = course.clauses.get(key)
    first = [len(slot.cycles) for slot in course.slots if slot.kind == "initial"]
    covers = [f"{_who_covers(course, ids)} covers {sum(first)}"]
    if isinstance(clause, RenewalClause) and not clause.renewable:
        yield first, f"{covers[0]} and {key} gives no renewal"
    more = clause.continued_cycles if isinstance(clause, RenewalClause) else None
    if isinstance(clause, AuthorizationClause) and clause.kind == "continued":
        more = clause.cycles_in_all
        given = [s for s in course.slots if s.kind == "continued" and s.setting in ids]
        if len(given) == clause.at_most:
            own = [len(slot.cycles) for slot in given]
            covers += [f"{slot.setting} covers {len(slot.cycles)}" for slot in given]
            none = f"no {_ORDINALS[min(len(given), len(_ORDINALS) - 1)]} renewal"
            yield [*first, *own], f"{', '.join(covers)} and {key} gives {none}"
    if more is not None:
        yield [*first, more], f"{covers[0]} and {key} gives {more} more"


def _who_covers(course: Course, ids: Sequence[str]) -> str:
    """The member from which the first authorization's number of cycles comes."""
    initial = next((slot for slot in course.slots if slot.kind == "initial"), None)
    if initial is not None and initial.setting is not None and initial.setting in ids:
        given = course.scenario.authorizations[int(initial.setting.rsplit(".", 1)[1])]
        if given.cycles is not None:
            return initial.setting
    if initial is not None and initial.member is not None and initial.member in ids:
        return initial.member
    return "the first authorization"


def _bags(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The longest bag against the longest run of days without a bag change."""
    pharmacy = course.scenario.pharmacy
    barring = {"pharmacy.bag_change_days", "pharmacy.closed"}
    if not changes_on_holidays(pharmacy):
        barring.add("pharmacy.holidays")
    supply = {"pharmacy.dispense_days", "pharmacy.max_days_ahead"}
    limited = any(k in course.clauses and _caps_vials(course.clauses[k]) for k in ids)
    if not barring & set(ids) or supply & set(ids) or limited:
        return
    rules = Rules(course, alone(ids))
    others = {i for i in ids if i not in course.clauses} - {"pharmacy.bag_change_days"}
    if "pharmacy.bags" not in ids and (others or not rules.exact_days()):
        return
    segments = [s for c in course.cycles for v in rules.variants(c) for s in v.segments]
    step = [o for s in segments if s.step_dose for o in s.options]
    some = step or [o for s in segments for o in s.options]
    if not some:
        yield "No bag that the pharmacy offers may hold the dose."
        return
    longest = max(some, key=lambda o: o.days)
    week = " ".join(pharmacy.bag_change_days)
    dose = "the step dose" if step else "the dose"
    yield (
        f"Bags of at most {longest.days} {'day' if longest.days == 1 else 'days'} hold {dose}, and "
        f"with bag changes on {week} alone they do not reach over every gap between two bag changes"
    )
