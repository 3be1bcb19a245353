"""Why this date and no other, why a clause binds, what a word means.

A date is asked after by wishing for it: the wish is added to the scenario as a request, and either
there is a calendar with it, which is held beside the plan, or the conflict is explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planner import api
from planner.calendar.lay_out import Stamps, plan_of
from planner.deadline import Deadline
from planner.documents.against import findings_against
from planner.documents.checks import scenario_findings
from planner.documents.conflict import ConflictMember
from planner.documents.dates import readings
from planner.documents.glossary import glossary
from planner.documents.limits import LimitClause
from planner.documents.load import LoadedScenario
from planner.documents.plan import Limit, Plan, PlannedCycle
from planner.documents.suggest import near
from planner.documents.why import Against, Answered, Why
from planner.fleet.beside import beside
from planner.fleet.options import measured
from planner.regimen.build import course_of
from planner.report.agenda import events
from planner.report.text import count, cycles_words, day, last_day_words, runs
from planner.search.find import find

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
_CYCLE = re.compile(r"cycle (\d+)")


class UnknownError(ValueError):
    """What was asked after is neither a clause, a date, a cycle nor a word of the glossary."""


@dataclass(frozen=True)
class Ground:
    """A scenario with its plan, and what it was planned with."""

    scenario: LoadedScenario
    known: api.Known
    plan: Plan
    deadline: Deadline


def meaning(what: str) -> Why | None:
    """What a word of the glossary means; None where it is none."""
    words = {word.casefold(): (word, means) for word, means in glossary().items()}
    found = words.get(what.casefold()) or words.get(what.casefold().removesuffix("s"))
    if found is None:
        return None
    word, means = found
    return Why(about="word", what=word, answers=(Answered(asks="What it means", says=(means,)),))


def why(what: str, ground: Ground) -> Why:
    """What there is to say of a clause, a date or a cycle of a plan.

    Args:
        what: 'II.A', '2026-06-08' or 'Monday 8 June 2026', 'cycle 4'. Cycles count from 1.
        ground: the scenario and its plan.

    Raises:
        UnknownError: it is nothing of the kind.
    """
    cycle = _CYCLE.fullmatch(what.casefold())
    if cycle:
        return _of_cycle(int(cycle[1]), ground)
    days = readings(what, FIRST, LAST) or _within(what, ground.plan)
    if len(days) > 1:
        raise UnknownError(f"'{what}' is {' or '.join(day(one) for one in days)}")
    if days:
        return _of_date(days[0], ground)
    clauses = ground.known.policy(ground.scenario.scenario.policy).policy.clauses
    for key in clauses:
        if key.casefold() == what.casefold():
            return _of_clause(key, ground)
    maybe = near(what, [*clauses, *glossary()])
    allowed = "a clause of the policy, a date, 'cycle N' or a word of the glossary"
    raise UnknownError(f"'{what}' is not {allowed}" + (f". {maybe}" if maybe else ""))


def _within(what: str, plan: Plan) -> tuple[date, ...]:
    """The days of a plan that a date without a year may stand for."""
    if not plan.cycles:
        return ()
    first, last = plan.cycles[0].start, plan.cycles[-1].disconnect
    years = range(first.year, last.year + 1)
    return tuple(one for year in years for one in readings(f"{what} {year}", first, last))


# A cycle ------------------------------------------------------------------------------------------


def _of_cycle(number: int, ground: Ground) -> Why:
    cycles = {cycle.cycle: cycle for cycle in ground.plan.cycles}
    if number not in cycles:
        raise UnknownError(f"the plan has cycles {min(cycles)} to {max(cycles)}, and no {number}")
    return Why(
        about="cycle",
        what=f"cycle {number}",
        answers=tuple(_cycle_answers(cycles[number], cycles.get(number - 1), ground)),
    )


def _cycle_answers(
    cycle: PlannedCycle, before: PlannedCycle | None, ground: Ground
) -> Iterator[Answered]:
    starts = f"Cycle {cycle.cycle} starts on {day(cycle.start)}"
    if cycle.past:
        yield Answered(asks="Why then", says=(f"{starts}: that is history, and stands.",))
        return
    first = before.earliest_next if before else None
    says = [f"{starts}, {cycle.phase}, and is disconnected on {day(cycle.disconnect)}."]
    if first is not None and cycle.start == first and before is not None:
        says.append(
            f"That is the first day on which it may: cycle {before.cycle} started on "
            f"{day(before.start)}, and its length is over."
        )
    yield Answered(asks="Why then", says=tuple(says))
    if first is not None and cycle.start > first:
        yield _wished(cycle, first, ground)
    if cycle.latest_start is None:
        return
    if cycle.latest_start > cycle.start:
        latest = f"The rest can still be planned until it starts on {day(cycle.latest_start)}."
        yield Answered(asks="How late it can start", says=(latest,))
    yield _wished(cycle, cycle.latest_start + timedelta(days=1), ground)


# A date -------------------------------------------------------------------------------------------


def _of_date(day_: date, ground: Ground) -> Why:
    return Why(about="date", what=day(day_), answers=tuple(_date_answers(day_, ground)))


def _date_answers(day_: date, ground: Ground) -> Iterator[Answered]:
    planned = [
        f"{_of(event.cycle)}{event.what}: {event.detail}."
        for event in events(ground.plan)
        if event.date == day_
    ]
    running = [
        f"Infusion day {(day_ - cycle.start).days + 1} of cycle {cycle.cycle}."
        for cycle in ground.plan.cycles
        if cycle.start <= day_ <= cycle.last_infusion_day
    ]
    says = tuple([*planned, *running] or ["Nothing."])
    yield Answered(asks=f"What is planned for {day(day_)}", says=says)
    as_of = ground.scenario.scenario.as_of
    if as_of is not None and day_ < as_of:
        past = f"It lies before {day(as_of)}, the day the scenario is told as of: history stands."
        yield Answered(asks="Why nothing else", says=(past,))
        return
    ahead = [cycle for cycle in ground.plan.cycles if not cycle.past]
    nearest = min(ahead, key=lambda one: (abs((one.start - day_).days), one.cycle), default=None)
    if nearest is None:
        yield Answered(asks="Why no start", says=("No cycle is left to start.",))
    elif nearest.start != day_:
        yield _wished(nearest, day_, ground)
    else:
        yield from _cycle_answers(nearest, _before(nearest, ground), ground)


def _before(cycle: PlannedCycle, ground: Ground) -> PlannedCycle | None:
    return next((one for one in ground.plan.cycles if one.cycle == cycle.cycle - 1), None)


def _of(cycle: int | None) -> str:
    return f"Cycle {cycle}, " if cycle else ""


def _wished(cycle: PlannedCycle, start: date, ground: Ground) -> Answered:
    """What becomes of the wish that a cycle start on a day."""
    asks = f"Why cycle {cycle.cycle} does not start on {day(start)}"
    own = ground.scenario.scenario
    pins = {**own.request.cycle_starts, cycle.cycle: start}
    request = own.request.model_copy(update={"cycle_starts": pins})
    wished = replace(ground.scenario, scenario=own.model_copy(update={"request": request}))
    policy, drug = ground.known.policy(own.policy).policy, ground.known.drug(own.drug).drug
    findings = [
        *scenario_findings(wished.scenario),
        *findings_against(wished.scenario, policy, drug),
    ]
    if findings:
        told = tuple(f"Found {one.found}, allowed is {one.allowed}." for one in findings)
        return Answered(asks=asks, says=told)
    outcome = api.plan(wished, known=ground.known, time_limit=0, deadline=ground.deadline)
    if isinstance(outcome, Plan):
        return Answered(asks=asks, says=(_dearer(ground.plan, outcome),))
    if outcome.status == "undecided":
        return Answered(asks=asks, says=("Whether it could was not settled in the time given.",))
    conflict = api.explain(wished, known=ground.known, remedies=False, deadline=ground.deadline)
    if conflict is None:
        return Answered(asks=asks, says=("No calendar was found with it; no proof either.",))
    because = f"There is no calendar with it. {conflict.because.rstrip('.')}."
    against = tuple(_against(one, cycle.cycle, wished) for one in conflict.conflict)
    return Answered(asks=asks, says=(because,), against=against)


def _against(member: ConflictMember, cycle: int, wished: LoadedScenario) -> Against:
    wish = member.id == f"request.cycle_starts.{cycle}"
    return Against(
        kind="wish" if wish else member.kind,
        id=member.id,
        named="the wish" if wish else _counted(member, wished),
        line=member.line,
        says=member.says,
    )


def _counted(member: ConflictMember, wished: LoadedScenario) -> str:
    """A member by its name: a clause's id, or the path with entries counted from 1."""
    if member.kind == "clause":
        return member.id
    value: object = wished.scenario.model_dump(mode="json")
    named: list[str] = []
    for part in member.id.split("."):
        if isinstance(value, list) and part.isdigit():
            named[-1] = f"{named[-1]} (number {int(part) + 1})"
            value = value[int(part)]
        else:
            named.append(part)
            value = value.get(part) if isinstance(value, dict) else None
    return ".".join(named)


def _dearer(plan: Plan, other: Plan) -> str:
    """Why a calendar that exists was not taken: the first objective in which it is worse."""
    own, one = measured(plan), measured(other)
    values = {objective.name: objective.value for objective in other.objectives}
    for objective in plan.objectives:
        more = values[objective.name] - objective.value
        if more > 0:
            name = objective.name.replace("_", " ")
            return (
                f"It could: {beside(own, one)}. The plan is the better by {name}, "
                f"{objective.value:,} to {values[objective.name]:,}, which come in the order of "
                "objectives before what it costs."
            )
        if more < 0:
            return f"It could, and the plan may not be the best: {beside(own, one)}."
    return f"It could, and nothing would be lost: {beside(own, one)}."


# A clause -----------------------------------------------------------------------------------------


def _of_clause(key: str, ground: Ground) -> Why:
    clause = ground.known.policy(ground.scenario.scenario.policy).policy.clauses[key]
    says = [f"Section {clause.section}: {clause.says}"]
    answers = [Answered(asks="What it says", says=tuple(says))]
    limits = [limit for limit in ground.plan.limits if limit.clause == key]
    answers += [_fullest(limit, ground) for limit in limits]
    if isinstance(clause, LimitClause):
        answers.append(_twice(key, clause, ground))
    granted = [one for one in ground.plan.authorizations if clause.rule == "authorization"]
    if granted:
        told = tuple(
            f"{one.id}: {day(one.start)} to {last_day_words(one)}, "
            f"cycles {runs(one.cycles) or 'none'}."
            for one in granted
        )
        answers.append(Answered(asks="What it comes to in the plan", says=told))
    return Why(about="clause", what=key, answers=tuple(answers))


def _fullest(limit: Limit, ground: Ground) -> Answered:
    """What fills the fullest window of a limit."""
    inside = [
        one for one in ground.plan.dispenses if limit.window_from <= one.date <= limit.window_to
    ]
    lines = [one for one in ground.plan.claims if limit.window_from <= one.date <= limit.window_to]
    if limit.unit == "vials":
        told = ", ".join(f"{one.vials} on {day(one.date)}" for one in inside)
    else:
        of = sorted({one.cycle for one in lines})
        told = f"{count(len(lines), 'claim line')} of {cycles_words(of)}"
    room = limit.limit - limit.peak
    state = "It is full" if not room else f"It has room for {room:,} more"
    return Answered(
        asks="Where it is at its fullest",
        says=(
            f"{day(limit.window_from)} to {day(limit.window_to)}: {limit.peak:,} of "
            f"{limit.limit:,} {limit.unit} ({told}). {state}.",
        ),
    )


def _twice(key: str, clause: LimitClause, ground: Ground) -> Answered:
    """What the plan would be, were the limit twice as high."""
    asks = "What it costs"
    scenario = ground.scenario.scenario
    policy, drug = ground.known.policy(scenario.policy), ground.known.drug(scenario.drug)
    loose = clause.model_copy(update={"limit": 2 * clause.limit})
    clauses = {**policy.policy.clauses, key: loose}
    course = course_of(scenario, policy.policy.model_copy(update={"clauses": clauses}), drug.drug)
    found = find(course, limit=0, latest=False, deadline=ground.deadline)
    if found.schedule is None:
        return Answered(asks=asks, says=("That was not settled in the time given.",))
    stamps = Stamps(ground.scenario.sha256, policy.sha256, drug.sha256)
    own, one = measured(ground.plan), measured(plan_of(course, found, stamps))
    if own == one:
        same = "Nothing: the plan would be the same with twice as much."
        return Answered(asks=asks, says=(same,))
    told = f"With twice as much ({2 * clause.limit:,}) the plan would be, {beside(own, one)}."
    return Answered(asks=asks, says=(told,))
