"""What the searches by labels say of a course, held against the model of the whole course.

Each function asserts one thing that ``planner.search`` promises; the model (`build`, solved by
CP-SAT) is the judge, and the audit where every rule stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.audit import audit
from planner.calendar.lay_out import Stamps, plan_of
from planner.constraints.model import build, build_starts, contradictions
from planner.constraints.objectives import objectives
from planner.constraints.schedule import (
    COSTS,
    ChosenCycle,
    Schedule,
    cycle_keys,
    objective_values,
    read,
)
from planner.constraints.system import Active, everything
from planner.constraints.variables import Variables
from planner.labels.backward.fixed import NoWayError
from planner.labels.backward.search import BackwardSearch
from planner.labels.forward.search import ForwardSearch
from planner.labels.front import TooManyLabelsError
from planner.labels.problem import Problem
from planner.proof.members import members_of
from planner.regimen.course import Course
from planner.search.engine import Verdict, solve
from planner.search.find import find
from planner.search.found import Found, Reached
from planner.search.instance import Instance
from planner.search.on_starts import best_on
from planner.search.whole import solve_whole
from tests.constraints.boards import without

LIMIT = 20.0  # deterministic seconds, far above what a drawn course needs
STAMPS = Stamps("0" * 64, "0" * 64, "0" * 64)
MOST_STARTS = 60


def ground_of(course: Course, active: Active = everything) -> Problem | None:
    """What a search over the course stands on; None where labels do not fit its rules."""
    problem = Instance(course, active).problem()
    return problem if problem.fits() else None


def least_delay(course: Course, active: Active = everything) -> int | None:
    """The least delay by the model; None where it has no calendar."""
    board = build(course, active)
    answer = solve(board.system, board.system.objectives["delay"], limit=LIMIT)
    assert answer.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    return answer.value if answer.found else None


def assert_early_agrees(course: Course, active: Active = everything) -> None:
    """(a) no bound only where there is no calendar; (b) no calendar has less delay than the bound;
    (h) both under any rules; and a calendar that keeps every row has the delay it says."""
    if ground_of(course, active) is not None:
        assert_early_is_no_stricter(course, active)


def assert_early_is_no_stricter(course: Course, active: Active = everything) -> None:
    """(a), (b) and the delay of a calendar that keeps every row, where labels may not follow all
    the rules that stand, too."""
    problem = Instance(course, active).problem()
    early, least = ForwardSearch(problem), least_delay(course, active)
    try:
        bound = early.bound()
        if bound is None:
            assert least is None, "a calendar was proven away"
            return
        if least is not None:
            assert bound[0] <= least, "a calendar has less delay than the bound"
        schedule, delay = early.calendar()
    except TooManyLabelsError:
        return
    if schedule is not None and Instance(course, active).keeps(schedule):
        assert least is not None
        assert least <= delay
        assert delay == _delay(course, schedule)


def _delay(course: Course, schedule: Schedule) -> int:
    return objective_values(course, schedule)["delay"]


def assert_early_agrees_without_each_member(course: Course, members: Sequence[str] = ()) -> None:
    """(h) with each member of a conflict left out in turn."""
    for member in members or [m.id for m in members_of(course)]:
        try:
            assert_early_agrees(course, without(member))
        except AssertionError as error:
            raise AssertionError(f"without {member}: {error}") from error


def assert_calendar_is_one(course: Course) -> None:
    """(c) a calendar of whole bags keeps every row, and the audit accepts it."""
    problem = ground_of(course)
    if problem is None:
        return
    try:
        schedule, _ = ForwardSearch(problem).calendar()
    except TooManyLabelsError:
        return
    # what contradicts itself (too many cycles) is refused before anybody searches
    if schedule is not None and not contradictions(course):
        assert Instance(course).keeps(schedule), "no calendar: a row is broken"
        assert_audited(course, schedule)


def assert_audited(course: Course, schedule: Schedule) -> None:
    """The audit finds nothing in a schedule."""
    reached = tuple(
        Reached(name, value, value, True)
        for name, value in objective_values(course, schedule).items()
    )
    plan = plan_of(course, Found(Verdict.FEASIBLE, schedule, reached), STAMPS)
    assert audit(plan, policy=course.policy, drug=course.drug).violations == ()


def starts_of_least_delay(course: Course, delay: int) -> list[dict[int, int]]:
    """Every choice of starts that the model has a calendar of this delay on; fewer where there are
    too many."""
    found: list[dict[int, int]] = []
    board = build(course)
    system = board.system
    while len(found) < MOST_STARTS:
        answer = solve(system, caps={"delay": delay}, limit=LIMIT)
        assert answer.verdict is not Verdict.UNDECIDED
        if answer.values is None:
            break
        starts = read(board, answer.values).origins()
        found.append(starts)
        same = [board.cycles[n].origins[o] for n, o in starts.items()]
        system.add((), ("another", len(found)), [(v, 1) for v in same], high=len(same) - 1)
    return found


def some_starts(course: Course, most: int) -> list[dict[int, int]]:
    """Starts that the rules on starts alone allow, with little delay; the model need not have a
    calendar on them."""
    board = build_starts(course)
    found: list[dict[int, int]] = []
    while len(found) < most:
        delay = objectives(board)["delay"]
        answer = solve(board.system, delay, limit=LIMIT)
        assert answer.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
        if answer.values is None:
            break
        found.append(read(board, answer.values).origins())
        same = [board.cycles[n].origins[o] for n, o in found[-1].items()]
        board.system.add((), ("another", len(found)), [(v, 1) for v in same], high=len(same) - 1)
    return found


def assert_starts_hold_all_of_least_delay(course: Course) -> None:
    """(e) every choice of starts of least delay is among those to be looked at."""
    problem = ground_of(course)
    if problem is None:
        return
    early = ForwardSearch(problem)
    try:
        bound = early.bound()
        if bound is None or bound[0] != least_delay(course):
            return
        every = early.starts_like(*bound, 1000)
    except TooManyLabelsError:
        return
    assert every is not None
    assert len({tuple(one.items()) for one in every}) == len(every), "a choice stands twice"
    for starts in starts_of_least_delay(course, bound[0]):
        assert starts in every, f"starts {starts} are left out of {every}"


def by_costs(course: Course, reached: Sequence[Reached]) -> tuple[int, ...]:
    """The values of the objectives that a search on fixed starts looks at, in their order."""
    values = {r.name: r.value for r in reached}
    return tuple(values[name] for name in course.objectives if name in COSTS)


def assert_best_is_the_optimum(course: Course, starts: Mapping[int, int]) -> None:
    """(d) on fixed starts the ways that are bounds cost no more than the model's optimum, the
    calendars no less, and what is both costs just that."""
    instance = Instance(course)
    whole = solve_whole(course, limit=LIMIT, origins={n: (o,) for n, o in starts.items()})
    assert whole.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    try:
        search = BackwardSearch(instance.problem(starts=starts), course.objectives)
    except NoWayError:
        assert whole.schedule is None, "a calendar was proven away, each cycle apart"
        return
    loose, bound = search.best(quantity=False), search.best(quantity=True, split=True)
    some = search.best(quantity=True)
    if whole.schedule is None:
        for way in (bound, some):
            assert way is None or way.cycles is None or not instance.keeps(Schedule(way.cycles))
        return
    assert loose is not None, "a calendar was proven away without II.A"
    assert bound is not None, "a calendar was proven away"
    optimum = by_costs(course, whole.reached)
    assert max(loose.least, bound.least) <= optimum
    if bound.cycles is not None and instance.keeps(Schedule(bound.cycles)):
        assert bound.costs == optimum, "another optimum than the model's"
    if some is not None and some.cycles is not None:
        assert some.costs is not None
        assert some.costs >= optimum, "no calendar: it is better than the model's optimum"
        assert instance.keeps(Schedule(some.cycles)), "no calendar: a row is broken"
        assert some.costs == _costs(course, Schedule(some.cycles))


def assert_on_starts_agrees(course: Course, starts: Mapping[int, int]) -> None:
    """On fixed starts a bound and costs that the model's optimum lies between; the schedule keeps
    every row and costs what it says."""
    instance = Instance(course)
    found = best_on(instance, course.objectives, starts)
    whole = solve_whole(course, limit=LIMIT, origins={n: (o,) for n, o in starts.items()})
    assert whole.verdict in (Verdict.OPTIMAL, Verdict.INFEASIBLE)
    if whole.schedule is None:
        assert found.schedule is None
        return
    optimum = by_costs(course, whole.reached)
    assert found.least is not None, "a calendar was proven away"
    assert found.least <= optimum
    if found.schedule is not None and found.costs is not None:
        assert instance.keeps(found.schedule)
        assert optimum <= found.costs
        assert found.costs == _costs(course, found.schedule)
        assert not found.settled or found.costs == optimum


def _costs(course: Course, schedule: Schedule) -> tuple[int, ...]:
    values = objective_values(course, schedule)
    return tuple(values[name] for name in course.objectives if name in COSTS)


def assert_find_agrees(course: Course) -> None:
    """(g) the search over the whole course and the model agree on verdict and objectives."""
    if ground_of(course) is None:
        return
    found, whole = find(course, limit=LIMIT), solve_whole(course, limit=LIMIT)
    assert found.verdict is whole.verdict
    assert [(r.name, r.value, r.bound) for r in found.reached] == [
        (r.name, r.value, r.bound) for r in whole.reached
    ]


def latest_by_model(course: Course, before: Mapping[int, ChosenCycle], number: int) -> int | None:
    """The latest start of a cycle with the cycles before it just as they are, by trying every day
    from the last on."""
    for day in reversed(build(course).cycles[number].origins):
        board = build(course, origins={number: (day,)})
        for earlier in before.values():
            _fix(board, earlier)
        answer = solve(board.system, limit=LIMIT)
        assert answer.verdict is not Verdict.UNDECIDED
        if answer.found:
            return day
    return None


def _fix(board: Variables, chosen: ChosenCycle) -> None:
    """Holds the decisions of one cycle at what was chosen."""
    system, own = board.system, cycle_keys(chosen)
    for variable, key in enumerate(system.keys):
        if key[0] in ("s", "x", "h", "y", "q") and key[1] == chosen.number:
            value = own.get(key, 0)
            system.add((), ("fixed", *key), [(variable, 1)], low=value, high=value)


def assert_latest_starts_agree(course: Course) -> None:
    """(f) each latest start is the last day on which the rest can still be planned."""
    if ground_of(course) is None:
        return
    found = find(course, limit=LIMIT)
    if found.schedule is None:
        return
    before: dict[int, ChosenCycle] = {}
    latest = dict(found.latest)
    for chosen in found.schedule.cycles:
        cycle = next(c for c in course.cycles if c.number == chosen.number)
        if cycle.progress is None:
            assert latest[chosen.number] == latest_by_model(course, before, chosen.number)
        before[chosen.number] = chosen
