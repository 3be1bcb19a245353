"""Tries changes with the real search, within a number of probes. Every answer is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from planner.constraints.model import build_amounts, build_starts, build_unaged
from planner.constraints.schedule import Schedule, objective_values
from planner.constraints.system import Active, Linear, everything
from planner.deadline import Deadline, Work
from planner.documents.against import findings_against
from planner.documents.checks import scenario_findings
from planner.documents.drug import Drug
from planner.proof.bounds import Implied
from planner.proof.changes import Case
from planner.proof.judge import Judged, Ruling, Without, by_labels, by_models, of_rows
from planner.regimen.build import course_of
from planner.regimen.course import Course
from planner.relaxation.relax import infeasible
from planner.relaxation.rows import summed
from planner.search.engine import Verdict, solve
from planner.search.find import find
from planner.search.instance import Instance
from planner.search.shared import Shared

COSTED = 12  # looks at the deadline, some thousands of labels, to cost a remedy
RELAXED = 8_000_000  # iterations times rows of a linear program
STARTS = 0.5  # deterministic seconds for the rows on starts alone
WHOLE = 0.5  # deterministic seconds for the rows of the whole course
MODELS = 6  # probes that asking the rows counts as
CHEAP = 8  # questions about starts alone that count as one probe

_Question = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]


@dataclass(frozen=True)
class Tried:
    """YES with the course and a calendar of it; NO is proven; UNKNOWN is neither. ``searched``:
    the rows on starts alone did not settle it."""

    ruling: Ruling
    course: Course | None = None
    schedule: Schedule | None = None
    searched: bool = False


class Trials:
    """Asks whether a calendar exists for a changed case, some members perhaps left out."""

    def __init__(self, drug: Drug, probes: int, deadline: Deadline | None = None) -> None:
        self._deadline = Deadline() if deadline is None else deadline
        self._drug = drug
        self._left = probes * CHEAP
        self._shared = Shared()
        self._known: dict[_Question, Tried] = {}
        self._open: dict[_Question, bool] = {}

    @property
    def spent(self) -> bool:
        """Whether all probes, or the time, are used up."""
        return self._left <= 0 or self._deadline.over()

    def __call__(self, case: Case, without: tuple[str, ...] = ()) -> Tried:
        """Tries a case. A cheap refusal counts less than a search."""
        key = (case.made, without)
        if key not in self._known:
            if self.spent:
                return Tried(Ruling.UNKNOWN)
            self._known[key] = self._try(case, without)
        return self._known[key]

    def possible(self, case: Case, without: tuple[str, ...] = ()) -> bool:
        """Whether the quick questions leave a case open: is it a scenario that the planner reads,
        does what it lists fit the limits, do the rules on starts alone allow any starts?"""
        key = (case.made, without)
        if key not in self._open:
            if self.spent:
                return True
            self._open[key] = self._is_open(case, without)
        return self._open[key]

    def _is_open(self, case: Case, without: tuple[str, ...]) -> bool:
        if not self._fits(case):
            return False
        course = course_of(case.scenario, case.policy, self._drug)
        active = _active(without)
        if _amounts_clash(course, active):
            return False
        self._left -= 1
        starts = build_starts(course, active)
        return of_rows(starts.system, STARTS) is not Ruling.NO

    def _try(self, case: Case, without: tuple[str, ...]) -> Tried:
        if not self.possible(case, without):
            return Tried(Ruling.NO)
        self._left -= CHEAP - 1
        course = course_of(case.scenario, case.policy, self._drug)
        instance = Instance(course, _active(without), deadline=self._deadline)
        known = by_labels(instance, few=True)
        if known.ruling is Ruling.UNKNOWN:
            rows = build_unaged(course, _active(without)).system
            if infeasible(rows, seconds=self._deadline.left(), work=RELAXED):
                known = Judged(Ruling.NO)
        if known.ruling is Ruling.UNKNOWN:
            known = by_labels(instance)
        if known.ruling is Ruling.UNKNOWN and not instance.problem().fits():
            self._left -= CHEAP * (MODELS - 1)
            known = by_models(instance, course, _active(without), None, WHOLE, known.starts)
        return Tried(known.ruling, course, known.schedule, searched=True)

    def costs(self, tried: Tried) -> dict[str, int]:
        """The objectives of the best calendar for a case that works, or of the best that a few
        labels find; none where they find none."""
        assert tried.course is not None
        found = find(
            tried.course,
            limit=0.0,
            shared=self._shared,
            latest=False,
            deadline=Work(COSTED, self._deadline),
        ).schedule
        return {} if found is None else objective_values(tried.course, found)

    def _fits(self, case: Case) -> bool:
        """Whether a changed scenario is one that the planner reads."""
        findings = (
            *scenario_findings(case.scenario),
            *findings_against(case.scenario, case.policy, self._drug),
        )
        return not findings

    def nearest_start(
        self, case: Case, cycle: int, day: int, sign: int, without: tuple[str, ...]
    ) -> int | None:
        """The first day from ``day`` on (+1) or back (-1) on which the rules on starts alone let a
        cycle start; ``day`` itself where that was not settled or the cycle need not be, None where
        there is none."""
        self._left -= 1
        course = course_of(case.scenario, case.policy, self._drug)
        variables = build_starts(course, _active(without))
        if cycle not in variables.cycles:  # without what is left out there need be no such cycle
            return day
        own = variables.cycles[cycle].origins
        barred = frozenset(v for d, v in own.items() if (d - day) * sign < 0)
        if len(barred) == len(own):
            return None
        objective = Linear(tuple((v, d * sign) for d, v in own.items()))
        answer = solve(variables.system, objective, zero=barred, limit=STARTS)
        if answer.verdict is Verdict.INFEASIBLE:
            return None
        return answer.value * sign if answer.verdict is Verdict.OPTIMAL else day


def _active(without: tuple[str, ...]) -> Active:
    """The rules that stand."""
    return Without(frozenset(without)) if without else everything


def _amounts_clash(course: Course, active: Active) -> bool:
    """Whether what is listed and what history has passes a limit of section II by itself, or falls
    on a day that allows no dispense: what no calendar can mend."""
    system = build_amounts(course, active).system
    rows = [summed(i, row) for i, row in enumerate(system.rows)]
    return Implied(rows, system.low, system.high).conflict is not None
