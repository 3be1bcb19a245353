"""Sections I, IV and V on how much is covered: authorizations, renewals, cycles of a course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from planner.audit.case import Case
from planner.audit.cover import (
    Slot,
    by_day,
    crossing_start,
    due_end,
    due_start,
    holds,
    service_days,
    slots,
)
from planner.documents.plan import PlannedAuthorization
from planner.documents.policy import AuthorizationClause, CyclesClause, RenewalClause


def authorization(case: Case, clause: AuthorizationClause) -> Iterator[str]:
    """Section I: no more authorizations, cycles or days of one kind than the policy gives, and
    every covered day inside. The dates and cycles of one that the payer has given win over the
    policy's; how many there may be, and cycles in all, do not change."""
    listed = [one for one in case.plan.authorizations if one.kind == clause.kind]
    wanted = [slot for slot in slots(case) if slot.kind == clause.kind]
    yield from _how_many(case, clause, listed, wanted)
    yield from windows(case, wanted)
    if clause.kind == "initial":
        yield from uncovered(case)


def windows(case: Case, wanted: Iterable[Slot]) -> Iterator[str]:
    """Each of these authorizations is listed where it covers a cycle, with its days and cycles, and
    every covered day lies inside."""
    for slot in wanted:
        found = [one for one in case.plan.authorizations if one.id == slot.id]
        if not found and slot.cycles:
            needs = _cycles(slot.cycles, "needs", "need")
            yield f"{needs} the authorization {slot.id}, which is not listed"
        for one in found:
            yield from _window(case, slot, one)
            if one.cycles != slot.cycles:
                yield f"{one.id} lists cycles {list(one.cycles)}, allotted are {list(slot.cycles)}"
            if not by_day(case):
                for number in one.cycles:
                    yield from _covers(case, one, number)
        if slot.by_dates and slot.most is not None:
            begun = _begun_in(case, found)
            if len(begun) > slot.most:
                yield f"{slot.id} has {len(begun)} cycles: {len(begun)} > {slot.most}"


def _how_many(
    case: Case, clause: AuthorizationClause, listed: list[PlannedAuthorization], wanted: list[Slot]
) -> Iterator[str]:
    if clause.at_most != "any":
        given = sum(slot.given is not None for slot in wanted)
        most = max(clause.at_most, given)
        if len(listed) > most:
            yield f"{len(listed)} {clause.kind} authorizations are listed, {most} may be"
        covering = [one for one in listed if one.cycles]
        if len(covering) > clause.at_most:
            yield f"{len(covering)} {clause.kind} authorizations cover cycles, {clause.at_most} may"
    if clause.cycles_in_all is not None:
        together = len(_counted(case, listed))
        if together > clause.cycles_in_all:
            yield (
                f"the {clause.kind} authorizations cover {together} cycles together: "
                f"{together} > {clause.cycles_in_all}"
            )
    known = {slot.id for slot in wanted}
    for one in listed:
        if clause.cycles is not None and one.id in known:
            counts_given = any(_counts_given(slot) for slot in wanted if slot.id == one.id)
            by_dates = any(slot.by_dates for slot in wanted if slot.id == one.id)
            if not counts_given and not by_dates and len(one.cycles) > clause.cycles:
                found = len(one.cycles)
                yield f"{one.id} covers {found} cycles: {found} > {clause.cycles}"


def _counts_given(slot: Slot) -> bool:
    return slot.given is not None and slot.given.cycles is not None


def _window(case: Case, slot: Slot, one: PlannedAuthorization) -> Iterator[str]:
    before = _before(case, slot)
    if by_day(case):
        start = crossing_start(case, slot, before)
    else:
        start = due_start(case, slot, before[-1].end if before else None)
    if start is not None and one.start != start:
        yield f"{one.id} opens on {one.start}, it has to on {start}"
    end = due_end(slot, one.start)
    if end is not None and one.end != end:
        yield f"{one.id} opens on {one.start} and ends on {one.end}, it has to on {end}"


def _before(case: Case, slot: Slot) -> list[PlannedAuthorization]:
    """The authorizations before one, in order, as listed in the plan; of one that is given and not
    listed, its dates."""
    found: list[PlannedAuthorization] = []
    for earlier in slots(case):
        if earlier.id == slot.id:
            break
        listed, given = case.authorization(earlier.id), earlier.given
        if listed is not None:
            found.append(listed)
        elif given is not None and given.end is not None and _later(given.end, found):
            found.append(
                PlannedAuthorization(
                    id=earlier.id,
                    kind=earlier.kind,
                    number=given.number,
                    start=given.start or given.end,
                    end=given.end,
                    cycles=(),
                    request_by=None,
                    given=True,
                )
            )
    return found


def _later(end: date, before: Sequence[PlannedAuthorization]) -> bool:
    """Whether an authorization that covers nothing ends later than the one before."""
    last = before[-1].end if before else end
    return last is not None and end >= last


def _counted(case: Case, windows: Sequence[PlannedAuthorization]) -> list[int]:
    """The cycles that count for authorizations: where one may cross, as it begins in them."""
    if by_day(case):
        return _begun_in(case, windows)
    return sorted({number for one in windows for number in one.cycles})


def _begun_in(case: Case, windows: Sequence[PlannedAuthorization]) -> list[int]:
    """The cycles that authorizations list and that begin in them."""
    return [
        cycle.cycle
        for cycle in case.cycles
        for one in windows
        if cycle.cycle in one.cycles and holds(one, cycle.start)
    ]


def _covers(case: Case, one: PlannedAuthorization, number: int) -> Iterator[str]:
    outside = [(day, what) for day, what in service_days(case, number) if not holds(one, day)]
    if outside:
        day, what = outside[0]
        more = f" ({len(outside)} such days)" if len(outside) > 1 else ""
        yield (
            f"cycle {number} has its {what} {day} outside {one.id}, {one.start} .. {one.end}{more}"
        )


def uncovered(case: Case) -> Iterator[str]:
    """The cycles, or where they may cross the days, that no authorization covers, or several."""
    known = slots(case)
    covered = {number for slot in known for number in slot.cycles}
    bare = tuple(cycle.cycle for cycle in case.cycles if cycle.cycle not in covered)
    if bare:
        yield f"{_cycles(bare, 'goes', 'go')} beyond every authorization"
    if not by_day(case):
        listed = [number for slot in known for number in slot.cycles]
        for number in sorted(covered):
            if listed.count(number) > 1:
                yield f"cycle {number} is under {listed.count(number)} authorizations"
        return
    for cycle in case.cycles:
        yield from _crosses(case, cycle.cycle)


def _crosses(case: Case, number: int) -> Iterator[str]:
    """By day: each day of a cycle lies inside some authorization, and just those that hold one of
    its days list it."""
    days = service_days(case, number)
    outside = [(day, what) for day, what in days if not _holders(case, day)]
    if outside:
        day, what = outside[0]
        yield f"cycle {number} has its {what} {day} outside every authorization"
    for one in case.plan.authorizations:
        held = any(_holders(case, day)[:1] == [one] for day, _ in days)
        touched = any(holds(one, day) for day, _ in days)
        if number in one.cycles and not touched:
            yield f"{one.id} lists cycle {number}, and holds no day of it"
        if held and number not in one.cycles:
            yield f"{one.id} holds a day of cycle {number}, and does not list it"


def _holders(case: Case, day: date) -> list[PlannedAuthorization]:
    return [one for one in case.plan.authorizations if holds(one, day)]


def _cycles(numbers: tuple[int, ...], does: str, do: str) -> str:
    one = len(numbers) == 1
    listed = ", ".join(str(number) for number in numbers)
    return f"{'cycle' if one else 'cycles'} {listed} {does if one else do}"


def renewal(case: Case, clause: RenewalClause) -> Iterator[str]:
    """Section IV: where coverage is not renewed no cycle beyond the first authorization, whether or
    not the payer gave a continued one; else no more cycles under continued ones, and in all, than
    the clause allows."""
    continued = [one for one in case.plan.authorizations if one.kind == "continued"]
    if not clause.renewable:
        beyond = _beyond_the_first(case)
        if beyond:
            goes = _cycles(beyond, "goes", "go")
            yield f"{goes} beyond the first authorization, and coverage may not be renewed"
        for one in continued:
            if one.cycles:
                yield f"{one.id} renews a coverage that may not be renewed"
        return
    numbers = _counted(case, continued)
    if clause.continued_cycles is not None and len(numbers) > clause.continued_cycles:
        yield (
            f"{len(numbers)} cycles of continued therapy: "
            f"{len(numbers)} > {clause.continued_cycles}"
        )
    last = max((cycle.cycle for cycle in case.cycles), default=0)
    if clause.total_cycles is not None and last > clause.total_cycles:
        yield f"{last} cycles of therapy in all: {last} > {clause.total_cycles}"


def _beyond_the_first(case: Case) -> tuple[int, ...]:
    """The plan's cycles that the initial authorization does not cover; none where nothing says how
    many it does."""
    first = [slot for slot in slots(case) if slot.kind == "initial"]
    covered = {number for slot in first for number in slot.cycles}
    return tuple(c.cycle for c in case.cycles if first and c.cycle not in covered)


def cycles(case: Case, clause: CyclesClause) -> Iterator[str]:
    """Section V: no more cycles in a course than printed."""
    last = max((cycle.cycle for cycle in case.cycles), default=0)
    if last > clause.at_most:
        yield f"the course has cycle {last}: {last} > {clause.at_most}"
