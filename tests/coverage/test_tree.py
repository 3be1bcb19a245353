"""Gates join verdicts of three values, and each tree is the one that the text prints."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import get_args

import pytest

from planner.coverage.tree import bearing, criteria_of, every, some
from planner.coverage.trees import NoCriteriaError, Trees
from planner.documents.base import Indication
from planner.documents.criteria import AnyOf, Verdict
from planner.documents.load import load_policy
from tests.coverage import oracle
from tests.coverage.asked import by_leaf, told
from tests.coverage.outcomes import CONNECTOR, SINGLE_AGENT, Kind

POLICY = load_policy("eocco-0382").policy
INITIAL, RENEWAL = Trees(POLICY, "initial"), Trees(POLICY, "renewal")
INDICATIONS: tuple[Indication, ...] = get_args(Indication)
CHOICES = [
    {CONNECTOR: one, SINGLE_AGENT: other} for one in ("or", "and") for other in ("or", "and")
]
TREES = [
    ("renewal" if trees is RENEWAL else "initial", indication, choice)
    for trees in (INITIAL, RENEWAL)
    for indication in INDICATIONS
    for choice in (CHOICES if trees is INITIAL else CHOICES[:1])
    if indication == "adult-consolidation" or choice == CHOICES[0]
]
NAMES = [f"{kind}-{own}-{'-'.join(choice.values())}" for kind, own, choice in TREES]


def formula(kind: Kind, indication: Indication, choice: dict[str, str]) -> oracle.Formula:
    ways = (
        oracle.renewal_routes()
        if kind == "renewal"
        else oracle.initial_routes(choice[CONNECTOR], choice[SINGLE_AGENT])
    )
    return lambda v: any(way(v) for way in ways[indication].values())


@pytest.mark.parametrize(
    ("verdicts", "all_of", "any_of"),
    [
        ((), "met", "not-met"),
        (("met", "met"), "met", "met"),
        (("met", "not-met"), "not-met", "met"),
        (("not-met", "not-met"), "not-met", "not-met"),
        (("met", "unknown"), "unknown", "met"),
        (("unknown", "not-met"), "not-met", "unknown"),
        (("unknown", "unknown"), "unknown", "unknown"),
        (("unknown", "met", "not-met"), "not-met", "met"),
    ],
)
def test_unknown_stays_unknown_unless_the_others_decide(
    verdicts: tuple[Verdict, ...], all_of: Verdict, any_of: Verdict
) -> None:
    assert (every(verdicts), some(verdicts)) == (all_of, any_of)


@pytest.mark.parametrize(("kind", "indication", "choice"), TREES, ids=NAMES)
def test_every_truth_assignment_of_a_tree_comes_out_as_the_text_says(
    kind: Kind, indication: Indication, choice: dict[str, str]
) -> None:
    trees = RENEWAL if kind == "renewal" else INITIAL
    tree = by_leaf(trees.of(indication, choice))
    names = tuple(dict.fromkeys(leaf.leaf.id for leaf in criteria_of(tree)))
    assert sorted(names) == sorted(oracle.asked(indication, renewal=kind == "renewal"))
    holds = formula(kind, indication, choice)
    met = 0
    for values in product((True, False), repeat=len(names)):
        held = dict(zip(names, values, strict=True))
        verdict = tree.verdict(told(held))
        assert verdict == ("met" if holds(held) else "not-met"), held
        met += verdict == "met"
    never = indication in ("adult-consolidation", "pediatric-mrd", "infant-interfant")
    assert met > 0 or (kind == "renewal" and never)


@pytest.mark.parametrize(("kind", "indication", "choice"), TREES, ids=NAMES)
def test_assignments_with_unknowns_come_out_as_all_their_completions_agree(
    kind: Kind, indication: Indication, choice: dict[str, str]
) -> None:
    trees = RENEWAL if kind == "renewal" else INITIAL
    tree, holds = by_leaf(trees.of(indication, choice)), formula(kind, indication, choice)
    names = oracle.asked(indication, renewal=kind == "renewal")
    draw, seen = Random(382), set()
    for _ in range(1500):
        weights = draw.choice(((8, 1, 1), (4, 1, 3)))
        held = {name: draw.choices((True, False, None), weights)[0] for name in names}
        verdict = tree.verdict(told(held))
        assert verdict == oracle.verdict(holds, held), held
        seen.add(verdict)
    assert {"not-met", "unknown"} <= seen


def test_each_route_is_what_the_text_asks_on_the_way_to_it() -> None:
    """Trees for one route, over random truth assignments of the leaves of its indication."""
    draw = Random(382)
    for choice in CHOICES:
        ways = oracle.initial_routes(choice[CONNECTOR], choice[SINGLE_AGENT])
        for indication in INDICATIONS:
            names = oracle.asked(indication, renewal=False)
            for route, holds in ways[indication].items():
                tree = by_leaf(INITIAL.of(indication, choice, route))
                for _ in range(300):
                    held = {name: draw.random() < 0.85 for name in names}
                    assert tree.verdict(told(held)) == ("met" if holds(held) else "not-met")


def test_the_routes_are_the_ways_the_document_opens() -> None:
    assert {route.id: route.indications for route in INITIAL.routes} == {
        route: (indication,)
        for indication, ways in oracle.initial_routes().items()
        for route in ways
    }


def test_a_tree_of_which_nothing_is_left_is_met_by_nobody() -> None:
    """Criteria that say nothing of an indication approve nobody, whatever else holds."""
    criteria = POLICY.criteria
    assert criteria is not None
    *universal, groups = criteria.initial
    assert isinstance(groups, AnyOf)
    adult_alone = groups.model_copy(update={"parts": groups.parts[:1]})
    changed = criteria.model_copy(update={"initial": (*universal, adult_alone)})
    trees = Trees(POLICY.model_copy(update={"criteria": changed}), "initial")
    tree = by_leaf(trees.of("pediatric-rr", {}))
    held = {leaf.leaf.id: True for leaf in criteria_of(tree)}
    assert tree.verdict(told(held)) == "not-met"


def test_a_policy_without_criteria_of_a_kind_is_told_apart_from_one_that_refuses() -> None:
    criteria = POLICY.criteria
    assert criteria is not None
    without = criteria.model_copy(update={"renewal": ()})
    with pytest.raises(NoCriteriaError, match="no criteria of this kind: renewal"):
        Trees(POLICY.model_copy(update={"criteria": without}), "renewal")
    with pytest.raises(NoCriteriaError, match="eocco-0382"):
        Trees(POLICY.model_copy(update={"criteria": None}), "initial")


@pytest.mark.parametrize(("kind", "indication", "choice"), TREES, ids=NAMES)
def test_what_an_outcome_turns_on_is_enough_to_change_it_and_nothing_met(
    kind: Kind, indication: Indication, choice: dict[str, str]
) -> None:
    """Over 300 drawn sets of verdicts: nothing bears on what is met; else the leaves that bear are
    none of them met, and with all of them met the criteria are."""
    trees = INITIAL if kind == "initial" else RENEWAL
    tree = by_leaf(trees.of(indication, choice))
    names = [leaf.leaf.id for leaf in criteria_of(tree)]
    draw = Random(5)
    for _ in range(300):
        drawn = {name: draw.choice((True, True, True, False, None)) for name in names}
        found = {leaf.leaf.id for leaf in bearing(tree, told(drawn))}
        if tree.verdict(told(drawn)) == "met":
            assert found == set()
            continue
        assert found
        assert not any(drawn[name] for name in found)
        assert tree.verdict(told({**drawn, **dict.fromkeys(found, True)})) == "met"
