"""Whether a scenario meets the criteria of a policy, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from planner.coverage.decide import Step, cases, contradictions, decided, missing, shortest_way
from planner.coverage.facts import Facts, facts_of
from planner.coverage.prove import any_patient
from planner.coverage.tree import Branch, Route, bearing, criteria_of
from planner.coverage.trees import Choice, NoCriteriaError, Trees
from planner.coverage.words import found_words, in_ages, notes
from planner.documents.base import Indication
from planner.documents.criteria import (
    Change,
    CriteriaAnswer,
    LeafAnswer,
    NeverMet,
    Outcome,
    RouteAnswer,
    Verdict,
)
from planner.documents.policy import Policy, reading_value
from planner.documents.scenario import Scenario

__all__ = ["DisagreementError", "NoCriteriaError", "answered", "criteria", "verdict"]


class DisagreementError(RuntimeError):
    """Two engines came to contrary verdicts: a fault of one of them."""


def criteria(scenario: Scenario, policy: Policy, *, renewal: bool = False) -> CriteriaAnswer:
    """Whether a scenario meets the approval criteria, or those of a renewal.

    The scenario's indication selects the routes that count; all others are tried and shown. A fact
    that is not given is unknown and never counts as met. Ages and dates are those of the first
    infusion day; where that day lies in a window and the outcome turns on it, it is unknown.

    Raises:
        NoCriteriaError: the policy file has none of the kind asked for.
        DisagreementError: the solver finds a patient where writing out every way finds none.
    """
    return answered(scenario, Trees(policy, "renewal" if renewal else "initial"))


def verdict(scenario: Scenario, policy: Policy, *, renewal: bool = False) -> Verdict | None:
    """The bare verdict of the criteria, asked of no solver; None where the policy has none."""
    try:
        trees = Trees(policy, "renewal" if renewal else "initial")
    except NoCriteriaError:
        return None
    facts = facts_of(scenario)
    tree = _Case(trees, scenario.indication, _choice(scenario, trees), facts).counted
    return decided(tree, facts)


def answered(scenario: Scenario, trees: Trees) -> CriteriaAnswer:
    """The answer for one of many scenarios under the same criteria (see ``criteria``)."""
    case = _Case(trees, scenario.indication, _choice(scenario, trees), facts_of(scenario))
    verdict = decided(case.counted, case.facts)
    outcomes = tuple(_outcomes(case))
    steps = () if verdict == "met" else shortest_way(case.counted, case.facts) or ()
    tried = tuple(_route(case, route) for route in trees.routes)
    return CriteriaAnswer(
        status="undecided" if verdict == "unknown" else verdict,
        kind=trees.kind,
        title=scenario.title,
        policy=trees.policy.id,
        revision=trees.policy.revision,
        indication=scenario.indication,
        start_from=case.facts.first_start,
        start_to=case.facts.last_start,
        routes=tried,
        by_cases=tuple(_by_cases(case)) if verdict == "met" else (),
        leaves=tuple(_leaves(case, verdict)),
        missing=tuple(case.facts.settles(path) for path in missing(case.counted, case.facts)),
        to_meet=tuple(_change(step, case.facts) for step in steps),
        depends_on_reading=any(
            outcome.can_be_met and outcome.status != verdict for outcome in outcomes
        ),
        readings=case.choice,
        outcomes=outcomes,
        never_met=tuple(_never_met(case, scenario)),
        notes=tuple(notes(trees, tried, case.counted, case.facts)),
    )


@dataclass(frozen=True)
class _Case:
    """A patient's facts and the trees they are held against, as read for this scenario."""

    trees: Trees
    own: Indication
    choice: Choice
    facts: Facts

    @property
    def counted(self) -> Branch:
        """The tree that decides."""
        return self.trees.of(self.own, self.choice)


def _choice(scenario: Scenario, trees: Trees) -> dict[str, str]:
    """The readings in force: the scenario's choices, else the policy's."""
    return {
        name: str(reading_value(trees.policy, scenario.readings, name)) for name in trees.readings
    }


def _change(step: Step, facts: Facts) -> Change:
    return Change(
        fact=step.path if step.known else facts.settles(step.path),
        found=found_words(facts, step.path),
        needs=step.needs,
        leaves=step.leaves,
    )


def _route(case: _Case, route: Route) -> RouteAnswer:
    """A route under its own indication, everything asked on the way to it included."""
    counts = not route.indications or case.own in route.indications
    home = case.own if counts else route.indications[0]
    return RouteAnswer(
        id=route.id,
        status=case.trees.of(home, case.choice, route.id).verdict(case.facts),
        says=route.says,
        indications=route.indications,
        counts=counts,
        overlap=case.own not in route.group and in_ages(route.ages, case.facts),
    )


def _by_cases(case: _Case) -> Iterator[str]:
    """The routes that meet the criteria between them, however the open facts turn out; none where
    one does so alone."""
    if case.counted.verdict(case.facts) == "met":
        return
    turned_out = list(cases(case.counted, case.facts))
    for route in case.trees.routes:
        if not route.indications or case.own in route.indications:
            own = case.trees.of(case.own, case.choice, route.id)
            if any(own.verdict(facts) == "met" for facts in turned_out):
                yield route.id


def _leaves(case: _Case, verdict: Verdict) -> Iterator[LeafAnswer]:
    asked = {criterion.leaf.id for criterion in criteria_of(case.counted)}
    turns = () if verdict == "met" else bearing(case.counted, case.facts)
    bears = {criterion.leaf.id for criterion in turns}
    for criterion in case.trees.leaves:
        paths = dict.fromkeys(question.path for question in criterion.questions if question.path)
        yield LeafAnswer(
            id=criterion.leaf.id,
            section=criterion.leaf.section,
            says=criterion.leaf.asks,
            verdict=criterion.verdict(case.facts),
            counts=criterion.leaf.id in asked,
            bears=criterion.leaf.id in bears,
            facts=tuple(paths),
            found="; ".join(found_words(case.facts, path) for path in paths),
        )


def _outcomes(case: _Case) -> Iterator[Outcome]:
    """The status under every choice of the readings that join this indication's criteria."""
    names = case.trees.readings_for(case.own)
    for choice in case.trees.choices(names) if names else ():
        tree = case.trees.of(case.own, choice)
        yield Outcome(
            readings=choice,
            status=decided(tree, case.facts),
            can_be_met=shortest_way(tree, case.facts.nobody()) is not None,
        )


def _never_met(case: _Case, scenario: Scenario) -> Iterator[NeverMet]:
    """The readings, of this indication or chosen by the scenario, that no patient can meet."""
    trees, own = case.trees, case.trees.readings_for(case.own)
    for name, first in _homes(trees).items():
        if name not in own and name not in scenario.readings:
            continue
        home = case.own if name in own else first
        others = [other for other in trees.readings_for(home) if other != name]
        for choice in trees.policy.readings[name].choices:
            read = [trees.of(home, {**rest, name: choice}) for rest in trees.choices(others)]
            if all(shortest_way(tree, case.facts.nobody()) is None for tree in read):
                yield _proven(case, name, choice, read, others)


def _homes(trees: Trees) -> dict[str, Indication]:
    """Each reading that joins criteria, with the first indication whose criteria it joins."""
    homes: dict[str, Indication] = {}
    for indication in get_args(Indication):
        for name in trees.readings_for(indication):
            homes.setdefault(name, indication)
    return homes


def _proven(
    case: _Case, name: str, choice: str, read: Sequence[Branch], others: Sequence[str]
) -> NeverMet:
    nobody = case.facts.nobody()
    proof = any_patient(read[0], nobody, others)
    if proof.verdict == "patient":
        found = f"{proof.engine} finds a patient for {name}: {choice}"
        raise DisagreementError(f"{found}, and writing out every way finds none")
    steps = dict.fromkeys(step for tree in read for step in contradictions(tree, nobody))
    reasons = dict.fromkeys(f"{step.path} would have to be {step.needs}" for step in steps)
    return NeverMet(
        reading=name,
        choice=choice,
        says=f"No patient can meet the criteria so read: {'; '.join(reasons)}.",
        chosen=case.choice[name] == choice,
        proven=proof.verdict == "no-patient",
        engine=proof.engine,
    )
