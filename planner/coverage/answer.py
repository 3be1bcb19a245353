"""Whether a scenario meets the criteria of a policy, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import get_args

from planner.coverage.decide import contradictions, missing, shortest_way
from planner.coverage.facts import Facts, facts_of
from planner.coverage.prove import any_patient
from planner.coverage.tree import (
    Branch,
    Kind,
    Route,
    criteria_of,
    grown,
    readings_of,
    routes,
    through,
    trimmed,
)
from planner.coverage.words import found_words, in_ages, notes
from planner.documents.base import Indication
from planner.documents.criteria import (
    Change,
    Criteria,
    CriteriaAnswer,
    LeafAnswer,
    NeverMet,
    Outcome,
    RouteAnswer,
)
from planner.documents.policy import Policy, reading_value
from planner.documents.scenario import Scenario


class NoCriteriaError(ValueError):
    """The policy file has no criteria of the kind asked for."""


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
    kind: Kind = "renewal" if renewal else "initial"
    case = _Case(scenario, policy, _criteria(policy, kind), kind, facts_of(scenario))
    counted = trimmed(case.tree, scenario.indication)
    verdict = counted.verdict(case.facts)
    outcomes = tuple(_outcomes(case))
    steps = () if verdict == "met" else shortest_way(counted, case.facts) or ()
    tried = tuple(_route(case, route) for route in routes(case.tree))
    return CriteriaAnswer(
        status="undecided" if verdict == "unknown" else verdict,
        kind=kind,
        title=scenario.title,
        policy=policy.id,
        revision=policy.revision,
        indication=scenario.indication,
        start_from=case.facts.first_start,
        start_to=case.facts.last_start,
        routes=tried,
        leaves=tuple(_leaves(case, counted)),
        missing=tuple(case.facts.settles(path) for path in missing(counted, case.facts)),
        to_meet=tuple(
            Change(
                fact=case.facts.settles(step.path),
                found=found_words(case.facts, step.path),
                needs=step.needs,
                leaves=step.leaves,
            )
            for step in steps
        ),
        depends_on_reading=any(
            outcome.can_be_met and outcome.status != verdict for outcome in outcomes
        ),
        readings={name: case.chosen(name) for name in readings_of(case.tree)},
        outcomes=outcomes,
        never_met=tuple(_never_met(case)),
        notes=tuple(notes(case.criteria, tried, tuple(routes(case.tree)), counted, case.facts)),
    )


@dataclass(frozen=True)
class _Case:
    """A scenario's facts and a policy's criteria, ``tree`` being theirs as read."""

    scenario: Scenario
    policy: Policy
    criteria: Criteria
    kind: Kind
    facts: Facts

    @cached_property
    def tree(self) -> Branch:
        return self.under({})

    def under(self, readings: Mapping[str, str]) -> Branch:
        """The tree under some readings, the others as in force."""
        chosen = {name: self.chosen(name) for name in self.policy.readings}
        return grown(self.policy, self.criteria, self.kind, {**chosen, **readings})

    def chosen(self, reading: str) -> str:
        """The reading in force: the scenario's choice, else the policy's."""
        return str(reading_value(self.policy, self.scenario.readings, reading))

    def choices(self, names: Sequence[str]) -> Iterator[dict[str, str]]:
        """Every choice of these readings, in the order of the policy file."""
        for values in product(*(self.policy.readings[name].choices for name in names)):
            yield dict(zip(names, values, strict=True))


def _criteria(policy: Policy, kind: Kind) -> Criteria:
    if policy.criteria is None or not getattr(policy.criteria, kind):
        raise NoCriteriaError(f"the policy {policy.id} has no criteria for this kind: {kind}")
    return policy.criteria


def _route(case: _Case, route: Route) -> RouteAnswer:
    """A route under its own indication, everything asked on the way to it included."""
    own = case.scenario.indication
    counts = not route.indications or own in route.indications
    home = own if counts else route.indications[0]
    tree = through(trimmed(case.tree, home), route.id)
    return RouteAnswer(
        id=route.id,
        status=tree.verdict(case.facts),
        says=route.says,
        indications=route.indications,
        counts=counts,
        overlap=own not in route.group and in_ages(route.ages, case.facts),
    )


def _leaves(case: _Case, counted: Branch) -> Iterator[LeafAnswer]:
    asked = {criterion.leaf.id for criterion in criteria_of(counted)}
    every = {criterion.leaf.id: criterion for criterion in criteria_of(case.tree)}
    for criterion in every.values():
        paths = dict.fromkeys(question.path for question in criterion.questions if question.path)
        yield LeafAnswer(
            id=criterion.leaf.id,
            section=criterion.leaf.section,
            says=criterion.leaf.asks,
            verdict=criterion.verdict(case.facts),
            counts=criterion.leaf.id in asked,
            facts=tuple(paths),
            found="; ".join(found_words(case.facts, path) for path in paths),
        )


def _outcomes(case: _Case) -> Iterator[Outcome]:
    """The status under every choice of the readings that join this indication's criteria."""
    own = case.scenario.indication
    names = readings_of(trimmed(case.tree, own))
    for readings in case.choices(names) if names else ():
        tree = trimmed(case.under(readings), own)
        yield Outcome(
            readings=readings,
            status=tree.verdict(case.facts),
            can_be_met=shortest_way(tree, case.facts.nobody()) is not None,
        )


def _never_met(case: _Case) -> Iterator[NeverMet]:
    """The readings, of this indication or chosen by the scenario, that no patient can meet."""
    homes = _homes(case.tree)
    own = readings_of(trimmed(case.tree, case.scenario.indication))
    for name in homes:
        if name not in own and name not in case.scenario.readings:
            continue
        home = case.scenario.indication if name in own else homes[name]
        others = [other for other in readings_of(trimmed(case.tree, home)) if other != name]
        for choice in case.policy.readings[name].choices:
            trees = [
                trimmed(case.under({**readings, name: choice}), home)
                for readings in case.choices(others)
            ]
            if all(shortest_way(tree, case.facts.nobody()) is None for tree in trees):
                yield _proven(case, name, choice, trees, others)


def _homes(tree: Branch) -> dict[str, Indication]:
    """Each reading that joins criteria, with the first indication whose criteria it joins."""
    homes: dict[str, Indication] = {}
    for indication in get_args(Indication):
        for name in readings_of(trimmed(tree, indication)):
            homes.setdefault(name, indication)
    return homes


def _proven(
    case: _Case, name: str, choice: str, trees: Sequence[Branch], others: Sequence[str]
) -> NeverMet:
    nobody = case.facts.nobody()
    proof = any_patient(trees[0], nobody, others)
    if proof.verdict == "patient":
        found = f"{proof.engine} finds a patient for {name}: {choice}"
        raise DisagreementError(f"{found}, and writing out every way finds none")
    steps = dict.fromkeys(step for tree in trees for step in contradictions(tree, nobody))
    reasons = dict.fromkeys(f"{step.path} would have to be {step.needs}" for step in steps)
    return NeverMet(
        reading=name,
        choice=choice,
        says=f"No patient can meet the criteria so read: {'; '.join(reasons)}.",
        chosen=case.chosen(name) == choice,
        proven=proof.verdict == "no-patient",
        engine=proof.engine,
    )
