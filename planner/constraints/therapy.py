"""Section V and IV: dose, cycle length, number of cycles, renewal."""

from __future__ import annotations

from itertools import pairwise

from planner.constraints.moments import not_all
from planner.constraints.rules import Rules
from planner.constraints.variables import Variables
from planner.documents.policy import CyclesClause, RenewalClause
from planner.regimen.course import CourseCycle


def dose(variables: Variables) -> None:
    """V.*.dose: dose asked <= dose of the clause, on every infusion day."""
    if not variables.active("request.daily_dose_mcg"):
        return
    for key, _ in variables.course.clause_of("dose"):
        for number, cycle in variables.cycles.items():
            for index, variant in enumerate(cycle.variants):
                starts = [v for o, v in cycle.origins.items() if cycle.variant_of(o) == index]
                if variant.cap_exceeded and starts and variables.active(key, (number,)):
                    variables.system.add(
                        (key, "request.daily_dose_mcg"),
                        (number,),
                        [(v, 1) for v in starts],
                        high=0,
                    )


def gap_after(rules: Rules, cycle: CourseCycle) -> int:
    """Days from a cycle's start to the next start at the earliest: the clause's length, or, where
    it is left out, the infusion days, since two cycles cannot run at once."""
    keys = [key for key, _ in rules.course.clause_of("cycle-length")]
    infusing = cycle.infusion_days + cycle.shift
    if not keys or rules.active(keys[0], (cycle.number,)):
        return cycle.until_next
    return infusing if rules.exact_days() else 1


def cycle_length(variables: Variables) -> None:
    """V.*.length: next start >= start + length. For every day: a cycle that begins on it or later,
    and a next one that begins less than the length after it, exclude each other.

    Without the clause the next cycle still starts no earlier than this one's infusion ends.
    """
    keys = tuple(key for key, _ in variables.course.clause_of("cycle-length"))
    for before, after in pairwise(variables.cycles):
        if after != before + 1:
            continue
        stands = bool(keys) and variables.active(keys[0], (before,))
        gap = gap_after(variables, variables.cycles[before].cycle)
        this, following = variables.start(before), variables.start(after)
        for day in this.days:
            not_all(
                variables.system,
                keys[:1] if stands else (),
                (before, day),
                this.since(day),
                following.until(day + gap - 1),
            )
    _after_past(variables, keys)


def _after_past(variables: Variables, keys: tuple[str, ...]) -> None:
    past = variables.course.past
    if not past or not past[-1].finished or not variables.cycles:
        return
    first = next(iter(variables.cycles.values()))
    if first.cycle.number != past[-1].number + 1:
        return
    member = f"history.cycles.{len(past) - 1}"
    if not variables.active(member) or not all(
        variables.active(k, (past[-1].number,)) for k in keys
    ):
        return
    early = [(v, 1) for o, v in first.origins.items() if o < past[-1].earliest_next]
    if early:
        variables.system.add((*keys, member), (past[-1].number,), early, high=0)


def past_doses(variables: Variables) -> None:
    """V.*.dose of a cycle that is over: the dose that is asked for was its dose, too."""
    for key, _ in variables.course.clause_of("dose"):
        for index, past in enumerate(variables.course.past):
            members = (key, "request.daily_dose_mcg", f"history.cycles.{index}")
            over = past.finished and past.cap_exceeded is not None
            if over and all(variables.active(m, (past.number,)) for m in members):
                variables.system.add(members, (past.number,), (), high=-1)


def past_lengths(variables: Variables) -> None:
    """V.*.length between two cycles of history: the later one began no earlier than the length (or
    a longer interruption) behind the earlier one."""
    for key, _ in variables.course.clause_of("cycle-length")[:1]:
        for index, (before, after) in enumerate(pairwise(variables.course.past)):
            members = (key, f"history.cycles.{index}", f"history.cycles.{index + 1}")
            early = after.start < before.earliest_next
            if early and all(variables.active(m, (before.number,)) for m in members):
                variables.system.add(members, (before.number, after.number), (), high=-1)


def who_asks(variables: Variables, number: int) -> tuple[str, ...] | None:
    """What a cycle comes from, of what stands: history where it has begun, else the number of
    cycles asked for, or a request that names it. A cycle under way and the first of all are there
    in any case: nothing asks for them. None where a cycle need not be."""
    course, request = variables.course, variables.course.scenario.request
    for index, past in enumerate(course.past):
        if past.number == number:
            member = f"history.cycles.{index}"
            return (member,) if variables.active(member) else ()
    if not course.past and number == course.cycles[0].number:
        return ()
    if variables.active("request.cycles"):
        return ("request.cycles",)
    named = [
        *(f"request.cycle_starts.{n}" for n in request.cycle_starts if n >= number),
        *(f"request.dispenses.{i}" for i, d in enumerate(request.dispenses) if d.cycle >= number),
        *(f"request.claims.{i}" for i, c in enumerate(request.claims) if c.cycle >= number),
    ]
    return next(((member,) for member in named if variables.active(member)), None)


def numbers(variables: Variables) -> list[int]:
    """The cycles that take place, in order: those of history and those of the variables."""
    past = [
        p.number
        for i, p in enumerate(variables.course.past)
        if variables.active(f"history.cycles.{i}")
    ]
    return sorted({*past, *variables.cycles})


def number_of_cycles(variables: Variables) -> None:
    """V.*.cycles: a cycle past the last does not take place."""
    for key, clause in variables.course.clause_of("cycles"):
        if isinstance(clause, CyclesClause):
            _none_after(variables, key, clause.at_most)


def renewal(variables: Variables) -> None:
    """IV.*: not above the total cycles. What is said of cycles under renewals goes by who covers
    them (``authorizations.how_many``)."""
    for key, clause in variables.course.clause_of("renewal"):
        if isinstance(clause, RenewalClause) and clause.total_cycles is not None:
            _none_after(variables, key, clause.total_cycles)


def _none_after(variables: Variables, key: str, last: int) -> None:
    for number in numbers(variables):
        asks = who_asks(variables, number)
        if number > last and asks is not None and variables.active(key, (number,)):
            variables.system.add((key, *asks), (number,), (), high=-1)
