"""What a little more of one objective buys in the others: calendars of one scenario side by side,
and its plan under other readings of the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner import api
from planner.constraints.schedule import Schedule, objective_values
from planner.deadline import Deadline
from planner.documents.errors import InputErrors
from planner.documents.load import LoadedScenario
from planner.documents.options import Gap, Measured, Option, Options, OptionsStamp, ReadingCost
from planner.documents.outcome import Infeasible, Undecided
from planner.documents.plan import Plan, PolicyStamp
from planner.fleet.beside import beside, gap_words
from planner.fleet.compare import BrokenPlanError
from planner.regimen.build import course_of
from planner.regimen.course import Course
from planner.search.engine import Verdict
from planner.search.find import find
from planner.search.found import Found, Reached
from planner.search.front import MEASURES, Front, Point, Zone, front, steps
from planner.search.instance import Instance
from planner.search.latest import latest_starts
from planner.search.on_starts import improved

STEP = 7  # days by which a start may move in a step that is worth a word
MUCH = 10  # a step is worth it that saves one in so many
SHARE = 0.8  # of the time for options; the rest is for readings
NUMBER = "share"  # the choice of a reading that stands for a number


@dataclass(frozen=True)
class Offered:
    """The options of a scenario, and what their plans are made from."""

    options: Options
    scenario: LoadedScenario
    known: api.Known
    course: Course
    plan: Found
    points: tuple[Point, ...]

    def take(self, number: int, deadline: Deadline) -> Plan:
        """The plan of an option, audited. Its objectives are proven as far as they are no worse
        than the best in their order.

        Args:
            number: of the option, from 1.
            deadline: when the search for less waiting and for the latest starts ends.

        Raises:
            ValueError: there is no option of that number.
            BrokenPlanError: the plan fails its audit.
        """
        if not 1 <= number <= len(self.points):
            raise ValueError(f"{number} is none of the options 1 to {len(self.points)}")
        point = self.points[number - 1]
        kept = tuple(zip(MEASURES, point.values, strict=True))
        course = replace(self.course, caps=kept)
        instance = Instance(course, deadline=deadline)
        schedule = improved(instance, (*MEASURES[1:], "stock_days"), point.schedule)
        found = _found(self.course, self.plan.reached, schedule)
        latest = latest_starts(self.course, schedule, deadline, thorough=False)
        return _audited(self.scenario, self.known, self.course, replace(found, latest=latest))


def options(
    scenario: LoadedScenario, known: api.Known, deadline: Deadline, *, rows: bool = True
) -> Offered | Infeasible | Undecided:
    """The options of a scenario: no calendar is better than one of them in delay, bag changes,
    vials or dispenses and no worse in the others.

    Args:
        scenario: as read by ``load_scenario``.
        known: what earlier scenarios have read.
        deadline: when the search ends; what was not looked through by then is named.
        rows: whether to look for more than labels find.

    Raises:
        InputErrors: the scenario does not fit its policy or drug.
        BrokenPlanError: a calendar fails its audit.
    """
    policy, _, course = api.course_of_scenario(scenario, known)
    limit = api.DEFAULT_LIMIT if rows else 0
    plan = find(course, limit=limit, latest=False, deadline=deadline)
    if plan.verdict is Verdict.INFEASIBLE:
        return Infeasible()
    if plan.schedule is None:
        return Undecided()
    part = deadline.part(SHARE)
    looked = front(course, part, plan=plan, rows=rows)
    made = _audited(scenario, known, course, plan)
    own = measured(made)
    offered = tuple(_options(scenario, known, course, plan, own, looked))
    readings = tuple(_readings(scenario, known, course, own, deadline))
    stopped = part.stopped or deadline.stopped
    document = Options(
        scenario=OptionsStamp(
            title=scenario.scenario.title,
            ref=scenario.scenario.patient.ref,
            sha256=scenario.sha256,
        ),
        policy=api.dated(
            PolicyStamp(id=policy.policy.id, revision=policy.policy.revision, sha256=policy.sha256),
            policy,
        ),
        indication=course.indication,
        plan=own,
        options=offered,
        complete=not looked.open and all(option.proven for option in offered),
        gaps=tuple(_gap(zone) for zone in looked.open),
        readings=readings,
        stopped="time" if stopped else None,
    )
    return Offered(document, scenario, known, course, plan, looked.points)


def small_steps(
    scenario: LoadedScenario, known: api.Known, plan: Plan, deadline: Deadline
) -> tuple[str, ...]:
    """What a little more delay buys, where it buys much, and what a window that rolls costs beside
    one that starts anew, in words; nothing where no cycle could do with fewer bag changes or vials.

    Args:
        scenario: as read by ``load_scenario``.
        known: what earlier scenarios have read.
        plan: its plan.
        deadline: when the search ends; what is not found by then is not told.
    """
    _, _, course = api.course_of_scenario(scenario, known)
    own = measured(plan)
    values = (own.delay_days, own.bag_changes, own.vials, own.dispenses)
    told: list[str] = []
    possible = False
    for schedule in steps(course, values, STEP, deadline):
        possible = True
        one = measured(_audited(scenario, known, course, _found(course, (), schedule)))
        if _much(own.bag_changes, one.bag_changes) or _much(own.vials, one.vials):
            told.append(beside(own, one))
    if possible and course.readings.rolling:
        told += [
            f"{one.reading} {one.other} instead of {one.chosen}: {one.says}"
            for one in _readings(scenario, known, course, own, deadline, windows=True)
            if one.plan is not None and one.plan != own
        ]
    return tuple(dict.fromkeys(told))


def _much(planned: int, other: int) -> bool:
    return (planned - other) * MUCH >= planned > other


def measured(plan: Plan) -> Measured:
    """What a plan comes to."""
    totals = plan.totals
    return Measured(
        delay_days=totals.delay_days,
        bag_changes=totals.bag_changes,
        vials=totals.vials,
        vials_dispensed=totals.vials_dispensed,
        dispenses=totals.dispenses,
        starts={cycle.cycle: cycle.start for cycle in plan.cycles if not cycle.past},
        last_day=max((cycle.disconnect for cycle in plan.cycles), default=None),
    )


def _options(
    scenario: LoadedScenario,
    known: api.Known,
    course: Course,
    plan: Found,
    own: Measured,
    looked: Front,
) -> Iterator[Option]:
    for number, point in enumerate(looked.points, start=1):
        found = _found(course, plan.reached, point.schedule)
        one = measured(_audited(scenario, known, course, found))
        yield Option(
            **dict(one),
            option=number,
            proven=point.proven,
            as_planned=point.schedule == plan.schedule,
            says="as planned" if point.schedule == plan.schedule else beside(own, one),
        )


def _found(course: Course, best: Sequence[Reached], schedule: Schedule) -> Found:
    """A schedule as the search would give it: each objective is proven while all of them so far are
    those of the best in their order, as far as that is known."""
    values = objective_values(course, schedule)
    reached: list[Reached] = []
    bounds = [one.bound for one in best] or [0] * len(course.objectives)
    for name, least in zip(course.objectives, bounds, strict=True):
        met = all(one.proven for one in reached)
        bound = least if met else 0
        reached.append(Reached(name, values[name], bound, met and values[name] == bound))
    return Found(Verdict.FEASIBLE, schedule, tuple(reached))


def _audited(scenario: LoadedScenario, known: api.Known, course: Course, found: Found) -> Plan:
    made = api.laid_out(scenario, known, course, found)
    if made.audit.violations:
        broken = dict.fromkeys(violation.clause for violation in made.audit.violations)
        raise BrokenPlanError(f"a calendar breaks {', '.join(broken)}")
    return made


def _gap(zone: Zone) -> Gap:
    delay, changes, vials, dispenses = zone
    return Gap(
        delay_days=delay,
        bag_changes=changes,
        vials=vials,
        dispenses=dispenses,
        says=gap_words(zone),
    )


def _readings(
    scenario: LoadedScenario,
    known: api.Known,
    course: Course,
    own: Measured,
    deadline: Deadline,
    *,
    windows: bool = False,
) -> Iterator[ReadingCost]:
    """The plan under each other reading that changes what a calendar has to keep, by what labels
    find of it.

    Args:
        scenario: as read by ``load_scenario``.
        known: what earlier scenarios have read.
        course: the scenario's course.
        own: what its plan comes to.
        deadline: when the search ends.
        windows: only the reading that says whether windows roll.
    """
    policy = known.policy(scenario.scenario.policy).policy
    drug = known.drug(scenario.scenario.drug).drug
    for name, reading in policy.readings.items():
        chosen = str(course.readings.chosen[name])
        for other in reading.choices:
            if other in (chosen, NUMBER) or chosen not in reading.choices or deadline.over():
                continue
            readings = {**scenario.scenario.readings, name: other}
            asked = scenario.scenario.model_copy(update={"readings": readings})
            under = course_of(asked, policy, drug)
            if replace(under.readings, chosen={}) == replace(course.readings, chosen={}):
                continue  # it speaks of the criteria
            if windows and under.readings.rolling == course.readings.rolling:
                continue
            one = replace(scenario, scenario=asked)
            yield _cost(one, known, own, name, chosen, other, deadline)


def _cost(
    asked: LoadedScenario,
    known: api.Known,
    own: Measured,
    name: str,
    chosen: str,
    other: str,
    deadline: Deadline,
) -> ReadingCost:
    try:
        outcome = api.plan(asked, known=known, time_limit=0, deadline=deadline)
    except InputErrors as errors:
        says = "; ".join(f"found {one.found}, allowed {one.allowed}" for one in errors.problems)
        return ReadingCost(reading=name, chosen=chosen, other=other, plan=None, says=says)
    plan = measured(outcome) if isinstance(outcome, Plan) else None
    if plan is not None:
        says = beside(own, plan)
    else:
        says = "no calendar" if outcome.status == "infeasible" else "not settled in the time given"
    return ReadingCost(reading=name, chosen=chosen, other=other, plan=plan, says=says)
