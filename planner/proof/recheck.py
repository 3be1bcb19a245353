"""What a conflict says, found again from the scenario within it: what differs is refused.

The checker proves that the rows of a certificate contradict each other; here the rows are built
again from scenario, policy and drug file, and with them every sentence that follows from those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.documents.conflict import Certificate, Conflict, ConflictMember
from planner.documents.errors import InputErrors
from planner.documents.find import is_path
from planner.documents.load import LoadedDrug, LoadedPolicy, load_drug, load_policy
from planner.documents.plan import Plan
from planner.documents.proof import Proof
from planner.proof import checker
from planner.proof.because import because
from planner.proof.judge import Without
from planner.proof.members import Member, members_of
from planner.proof.optimal import asking, lower
from planner.proof.parts import Part
from planner.proof.rebuilt import foreign
from planner.proof.window import overflowing
from planner.regimen.build import course_of
from planner.regimen.course import Course

ONE_START = "no member names a date, so one start stands for every other"


def given(certificate: Certificate, members: Sequence[Member], *, moves: bool) -> tuple[str, ...]:
    """What a certificate takes as given: members that no row cites have shaped which decisions
    there are, and one start may stand for all."""
    cited = {m for row in certificate.rows for m in row.members}
    shaping = tuple(f"{m.id}: {m.says}" for m in members if m.id not in cited)
    return (*shaping, *((ONE_START,) if moves else ()))


def refusals(document: Mapping[str, Any], models: Sequence[str | Path] = ()) -> list[str]:
    """What is wrong with a conflict; empty where all that it claims was found again.

    Args:
        document: the conflict as it stands in its file.
        models: folders with policies and drugs, searched before the shipped ones.
    """
    faults = checker.check(document)
    if faults:
        return faults
    try:
        conflict = Conflict.model_validate(document)
    except ValidationError as errors:
        return _in_words(errors)
    try:
        policy, drug = _found_under(conflict, models)
    except InputErrors as errors:
        return ["; ".join(map(str, errors.problems))]
    return list(_refusals(conflict, policy, drug))


def proof_refusals(
    document: Mapping[str, Any], plan: Plan, models: Sequence[str | Path] = ()
) -> list[str]:
    """What is wrong with the proof that a plan is the best; empty where it holds and is the plan's.

    Args:
        document: the proof as it stands in its file.
        plan: the plan beside it.
        models: folders with policies and drugs, searched before the shipped ones.
    """
    faults = checker.check_proof(document)
    if faults:
        return faults
    try:
        proof = Proof.model_validate(document)
    except ValidationError as errors:
        return _in_words(errors)
    try:
        policy, drug = _found_under(proof, models)
    except InputErrors as errors:
        return ["; ".join(map(str, errors.problems))]
    course = course_of(proof.scenario.document, policy.policy, drug.drug)
    return list(_not_of(proof, plan, course))


def _not_of(proof: Proof, plan: Plan, course: Course) -> Iterator[str]:
    if (proof.scenario, proof.policy, proof.drug) != (plan.scenario, plan.policy, plan.drug):
        yield "the proof is of another scenario, policy or drug file than the plan"
    said = {o.name: (o.value, o.certified) for o in proof.objectives}
    if list(said.items()) != [(o.name, (o.value, o.certified)) for o in plan.objectives]:
        yield "the proof is of other objectives than the plan's"
    if proof.cycles != tuple(cycle.number for cycle in course.cycles):
        yield "the proof is of other cycles than the course's"
    for place, objective in enumerate(proof.objectives):
        for part in objective.parts:
            stated = part.certificate.part
            if stated is None or (stated.cycles or proof.cycles) != part.cycles:
                yield f"{objective.name}: a certificate does not say which rows it is of"
                continue
            rest = [number for number in proof.cycles if number not in part.cycles]
            earlier = proof.objectives[:place]
            before: dict[str, int] = {o.name: o.value - lower(o.parts, rest) for o in earlier}
            asked = _asked(part.certificate)
            system = asking(
                course,
                Part(stated.form, part.cycles),
                {name: asked.get(name, most) for name, most in before.items()},
                objective.name,
                asked.get(objective.name, part.bound - 1),
            )
            yield from foreign(part.certificate, system)


def _asked(certificate: Certificate) -> dict[str, int]:
    """What the rows on objectives ask for, no less than is known, as the checker has seen."""
    return {
        member.removeprefix(checker.OBJECTIVE): row.high
        for row in certificate.rows
        for member in row.members
        if member.startswith(checker.OBJECTIVE) and row.high is not None
    }


def _in_words(errors: ValidationError) -> list[str]:
    listed = errors.errors(include_url=False)
    return [f"{'.'.join(map(str, e['loc']))}: {e['msg'].lower()}" for e in listed]


def _found_under(
    answer: Conflict | Proof, models: Sequence[str | Path]
) -> tuple[LoadedPolicy, LoadedDrug]:
    """The policy and drug file of an answer, by their ids wherever they lay when it was written.
    Raises InputErrors."""
    scenario = answer.scenario.document
    policy = answer.policy.id if is_path(scenario.policy) else scenario.policy
    drug = answer.drug.id if is_path(scenario.drug) else scenario.drug
    return load_policy(policy, models), load_drug(drug, models)


def _refusals(conflict: Conflict, policy: LoadedPolicy, drug: LoadedDrug) -> Iterator[str]:
    yield from _stamps(conflict, policy, drug)
    course = course_of(conflict.scenario.document, policy.policy, drug.drug)
    own = {member.id: member for member in members_of(course)}
    named = [own[m.id] for m in conflict.conflict if m.id in own]
    for member in conflict.conflict:
        if member.id not in own:
            yield f"{member.id} is no member of this course"
        elif not _same(member, own[member.id]):
            yield f"{member.id} says: {own[member.id].says}"
    if len(named) < len(conflict.conflict):
        return
    yield from _certificate(conflict.certificate, course, own, named)
    if conflict.proven != conflict.certificate.checked:
        yield "proven is what the certificate was checked for"
    others = {
        o.members: because(course, [own[m] for m in o.members if m in own]) for o in conflict.also
    }
    for found, said, name in (
        (because(course, named), conflict.because, "because"),
        (overflowing(course, [m.id for m in named]), conflict.window, "window"),
        (course.readings.chosen, dict(conflict.readings), "readings"),
        (course.assumed, conflict.assumed, "assumed"),
        (course.scenario.title, conflict.scenario.title, "scenario.title"),
        (course.indication, conflict.indication, "indication"),
        (others, {o.members: o.because for o in conflict.also}, "also"),
    ):
        if found != said:
            yield f"{name} is not what scenario and policy say"


def _stamps(conflict: Conflict, policy: LoadedPolicy, drug: LoadedDrug) -> Iterator[str]:
    stamp, file = conflict.policy, policy.policy
    own = (file.id, file.revision, policy.sha256, file.effective_from, file.effective_until)
    if own != (
        *(stamp.id, stamp.revision, stamp.sha256),
        *(stamp.effective_from, stamp.effective_until),
    ):
        yield f"the policy file {policy.file} is not the one that it was found under"
    if (drug.drug.id, drug.sha256) != (conflict.drug.id, conflict.drug.sha256):
        yield f"the drug file {drug.file} is not the one that it was found under"


def _same(said: ConflictMember, own: Member) -> bool:
    path = None if own.kind == "clause" else own.id
    return (said.kind, said.says, said.path) == (own.kind, own.says, path)


def _certificate(
    certificate: Certificate, course: Course, own: Mapping[str, Member], named: Sequence[Member]
) -> Iterator[str]:
    standing = Without(frozenset(own) - {m.id for m in named})
    part = certificate.part
    moves = False
    if certificate.proof is not None:
        if part is None:
            yield "the certificate does not say which part of the problem its rows are of"
            return
        built = Part(part.form, part.cycles)
        moves = built.moves(course, standing)
        yield from foreign(certificate, built.build(course, standing).system)
    if certificate.barred != given(certificate, named, moves=moves):
        yield "barred is not what the certificate takes as given"
