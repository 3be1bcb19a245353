"""The whole answer for a course without a calendar: conflict, sentence, certificate, remedies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.constraints.schedule import Schedule
from planner.constraints.system import System
from planner.deadline import Deadline
from planner.documents.conflict import (
    Certificate,
    Conflict,
    ConflictMember,
    Evidence,
    OtherConflict,
    Remedy,
)
from planner.documents.load import LoadedDrug, LoadedPolicy, LoadedScenario
from planner.documents.plan import DrugStamp, PolicyStamp, ScenarioStamp, SolverStamp
from planner.proof.because import because
from planner.proof.certificate import certificate_for, sealed
from planner.proof.explain import Explanation, explain
from planner.proof.members import Member
from planner.proof.parts import Part
from planner.proof.recheck import given
from planner.proof.remedies import remedies
from planner.proof.window import overflowing
from planner.regimen.course import Course
from planner.regimen.left_out import left_out
from planner.search.engine import SEED, solver_version


def conflict_of(
    course: Course,
    scenario: LoadedScenario,
    policy: LoadedPolicy,
    drug: LoadedDrug,
    *,
    evidence: bool = False,
    with_remedies: bool = True,
    deadline: Deadline | None = None,
) -> Conflict | None:
    """Explains a course that a search has called infeasible; None where that could not be proven.

    Args:
        course: the course.
        scenario: its scenario, for paths, lines and stamps.
        policy: the policy it stands under.
        drug: its drug file.
        evidence: keep, for each member, the calendar that exists without it.
        with_remedies: look for the nearest changes that work, which may take longer than the rest.
        deadline: when all of it ends; what is known by then stands.

    Raises:
        DisagreementError: a second engine finds a calendar.
    """
    deadline = Deadline() if deadline is None else deadline
    found = explain(course, deadline)
    if found is None:
        return None
    certificate = _certificate(found, deadline)
    if certificate is None:
        return None
    return Conflict(
        proven=certificate.checked,
        minimal=found.minimal,
        scenario=ScenarioStamp(
            title=course.scenario.title, sha256=scenario.sha256, document=course.scenario
        ),
        policy=PolicyStamp(
            id=course.policy.id, revision=course.policy.revision, sha256=policy.sha256
        ),
        drug=DrugStamp(id=course.drug.id, sha256=drug.sha256),
        indication=course.indication,
        conflict=tuple(_member(m, scenario) for m in found.members),
        because=because(course, found.members),
        window=overflowing(course, [m.id for m in found.members]),
        certificate=certificate,
        also=tuple(
            OtherConflict(
                members=tuple(m.id for m in other.members),
                because=because(course, other.members),
                minimal=other.minimal,
            )
            for other in found.others
        ),
        remedies=_remedies(course, found, deadline) if with_remedies else (),
        evidence=tuple(_evidence(m, s) for m, s in found.evidence) if evidence else (),
        readings=course.readings.chosen,
        assumed=course.assumed,
        left_out=left_out((cycle, one) for cycle in course.cycles for one in cycle.variants),
        solver=SolverStamp(name="ortools CP-SAT", version=solver_version(), seed=SEED),
    )


def _remedies(course: Course, found: Explanation, deadline: Deadline) -> tuple[Remedy, ...]:
    ids = [m.id for m in found.members]
    return remedies(course.scenario, course.policy, course.drug, ids, deadline=deadline)


def _certificate(found: Explanation, deadline: Deadline) -> Certificate | None:
    """An exact certificate from the plainest part that gives one, else a second engine's word."""
    asked: list[Part] = []

    def systems() -> Iterator[System]:
        for part in found.parts:
            asked.append(part)
            yield part.build(found.course, found.standing).system

    certificate = certificate_for(systems(), deadline=deadline)
    if certificate is None:
        return None
    barred = given(certificate, found.members, moves=found.moves)
    part = asked[-1].stated if certificate.proof is not None else None
    return sealed(certificate.model_copy(update={"barred": barred, "part": part}))


def _member(member: Member, scenario: LoadedScenario) -> ConflictMember:
    if member.kind == "clause":
        return ConflictMember(kind="clause", id=member.id, path=None, line=None, says=member.says)
    given = scenario.given(member.id)
    return ConflictMember(
        kind=member.kind,
        id=member.id,
        path=member.id,
        line=scenario.line(member.id) if given else None,
        says=member.says,
        assumed=not given,
    )


def _evidence(left_out: str, schedule: Schedule) -> Evidence:
    return Evidence(
        without=left_out,
        starts={c.number: date.fromordinal(c.origin).isoformat() for c in schedule.cycles},
        bags=tuple(
            (
                cycle.number,
                date.fromordinal(bag.day).isoformat(),
                bag.option.days,
                bag.option.vials,
                date.fromordinal(bag.source).isoformat(),
            )
            for cycle in schedule.cycles
            for bag in cycle.bags
        ),
    )
