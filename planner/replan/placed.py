"""Where the parts of the scenario that follows a plan stand: in the plan, or in the events file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.documents.checks import scenario_findings
from planner.documents.drug import Drug
from planner.documents.errors import InputErrors, Problem, in_order
from planner.documents.events import LoadedEvents
from planner.documents.findings import located
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from planner.documents.positions import Mark, Path, Positions, read_yaml
from planner.documents.printed import to_json
from planner.documents.read_scenario import LoadedScenario, sha256
from planner.documents.scenario import Scenario
from planner.regimen.build import course_of
from planner.replan.told import Causes


@dataclass(frozen=True)
class LoadedPlan:
    """A plan, the SHA-256 of its bytes, and where each part of it stands in its file."""

    plan: Plan
    sha256: str
    file: str
    positions: Positions


def written(scenario: Scenario) -> bytes:
    """A scenario as its file would have it, defaults left out."""
    plain = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return to_json(plain).encode()


def placed(
    scenario: Scenario, causes: Causes, plan: LoadedPlan, events: LoadedEvents
) -> LoadedScenario:
    """The scenario as if read: what events say stands where they say it, the rest in the plan.

    Raises:
        InputErrors: it cannot have been so.
    """
    raw = written(scenario)
    paths = read_yaml(raw, plan.file).positions
    root: Path = ("scenario", "document")
    at = Positions()
    for path in paths.values:
        event = cause_of(causes, path)
        if event is not None:
            at.values[path] = events.positions.of(("events", event))
        else:
            at.values[path] = plan.positions.values.get((*root, *path), Mark(1, 1))
    problems: list[Problem] = []
    for finding in scenario_findings(scenario):
        behind = (_behind(causes, path) for path in (finding.path, *finding.about))
        event = next((one for one in behind if one is not None), None)
        found = located([finding], plan.file, at)
        problems += found if event is None else [_moved(one, event, events) for one in found]
    if problems:
        raise InputErrors(in_order(problems))
    return LoadedScenario(scenario, sha256(raw), plan.file, at)


def told_of_event(problem: Problem, causes: Causes, events: LoadedEvents) -> Problem:
    """A problem of a scenario that follows a plan, at the event that it comes from, if any."""
    parts = problem.path.replace("[", ".").replace("]", "").split(".")
    event = _behind(causes, tuple(int(part) if part.isdigit() else part for part in parts))
    return problem if event is None else _moved(problem, event, events)


def _moved(problem: Problem, event: int, events: LoadedEvents) -> Problem:
    """A problem that an event has made, at its place."""
    mark = events.positions.of(("events", event))
    return replace(problem, file=events.file, line=mark.line, column=mark.column)


def _behind(causes: Causes, path: Path) -> int | None:
    """The event that a path comes from, or a part of it."""
    event = cause_of(causes, path)
    parts = (place for one, place in causes.items() if one[: len(path)] == path)
    return next(parts, None) if event is None else event


def cause_of(causes: Causes, path: Path) -> int | None:
    """The event that a path, or what it is part of, comes from."""
    while path:
        if path in causes:
            return causes[path]
        path = path[:-1]
    return None


def roomy(loaded: LoadedScenario, policy: Policy, drug: Drug) -> LoadedScenario:
    """Where the request does not bound delay, the default leaves the starts in force as much room
    as it left them when they were planned: what has happened may let a cycle begin earlier."""
    scenario = loaded.scenario
    if "max_delay_days" in scenario.request.model_fields_set or scenario.in_force is None:
        return loaded
    default = scenario.request.max_delay_days
    starts = {one.cycle: one.start for one in scenario.in_force.cycles}
    late = [
        start.toordinal() - cycle.earliest
        for cycle in course_of(scenario, policy, drug).cycles
        for start in [starts.get(cycle.number)]
        if start is not None
    ]
    most = max([default, *(days + default for days in late if days > 0)])
    if most == default:
        return loaded
    request = scenario.request.model_copy(update={"max_delay_days": most})
    scenario = scenario.model_copy(update={"request": request})
    return replace(loaded, scenario=scenario, sha256=sha256(written(scenario)))
