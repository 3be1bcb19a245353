"""Minimal conflicts on abstract families of sets, against all subsets one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from planner.proof.judge import Ruling
from planner.proof.minimal import conflicts, smallest

MEMBERS = "abcdef"
FAMILIES = st.lists(st.frozensets(st.sampled_from(MEMBERS), min_size=1, max_size=4), max_size=5)


def least(family: Iterable[frozenset[str]]) -> set[frozenset[str]]:
    sets = set(family)
    return {s for s in sets if not any(other < s for other in sets)}


def rules_of(family: Sequence[frozenset[str]]) -> Callable[[Sequence[str]], Ruling]:
    """Infeasible just where one of the family is contained."""
    return lambda some: Ruling.NO if any(s <= set(some) for s in family) else Ruling.YES


@given(FAMILIES.filter(bool))
def test_one_conflict_is_minimal_and_proven(family: list[frozenset[str]]) -> None:
    found = smallest(rules_of(family), MEMBERS)
    assert frozenset(found.members) in least(family)
    assert found.proven


@given(FAMILIES.filter(bool))
def test_of_two_conflicts_the_one_whose_members_stand_earlier_is_found(
    family: list[frozenset[str]],
) -> None:
    """The last member that is needed at all stands as early as in any conflict."""
    found = smallest(rules_of(family), MEMBERS)
    last = min(max(MEMBERS.index(m) for m in s) for s in least(family))
    assert max(MEMBERS.index(m) for m in found.members) == last


@given(FAMILIES)
def test_all_minimal_conflicts_are_found_the_smallest_first(family: list[frozenset[str]]) -> None:
    found = conflicts(rules_of(family), MEMBERS, at_most=99)
    assert {frozenset(c.members) for c in found} == least(family)
    assert len(found) == len(least(family))
    keys = [(len(c.members), [MEMBERS.index(m) for m in c.members]) for c in found]
    assert keys == sorted(keys)


@given(FAMILIES, st.integers(1, 3))
def test_no_more_conflicts_are_sought_than_asked_for(
    family: list[frozenset[str]], most: int
) -> None:
    assert len(conflicts(rules_of(family), MEMBERS, at_most=most)) == min(most, len(least(family)))


@given(FAMILIES.filter(bool), st.sets(st.frozensets(st.sampled_from(MEMBERS)), max_size=20))
def test_an_undecided_probe_keeps_its_members_and_marks_the_conflict(
    family: list[frozenset[str]], undecided: set[frozenset[str]]
) -> None:
    known = rules_of(family)
    asked: list[Ruling] = []

    def rules(some: Sequence[str]) -> Ruling:
        asked.append(Ruling.UNKNOWN if frozenset(some) in undecided else known(some))
        return asked[-1]

    found = smallest(rules, MEMBERS)
    assert any(s <= set(found.members) for s in family)
    assert found.proven or Ruling.UNKNOWN in asked
    if found.proven:
        assert frozenset(found.members) in least(family)


@given(FAMILIES.filter(bool), st.sets(st.sampled_from(MEMBERS)), st.randoms())
def test_what_is_likely_and_what_is_told_at_once_change_no_more_than_which_conflict_is_found(
    family: list[frozenset[str]], likely: set[str], chance: Random
) -> None:
    rules = rules_of(family)

    def refuted(some: Sequence[str]) -> bool:
        return rules(some) is Ruling.NO and chance.random() < 0.5

    found = smallest(rules, MEMBERS, refuted=refuted, likely=likely)
    assert frozenset(found.members) in least(family)
    assert found.proven


def test_with_nothing_decided_every_member_stays() -> None:
    found = smallest(lambda some: Ruling.UNKNOWN, MEMBERS)
    assert (found.members, found.proven) == (tuple(MEMBERS), False)


def test_what_clashes_without_any_member_is_an_empty_conflict() -> None:
    found = smallest(lambda some: Ruling.NO, MEMBERS)
    assert (found.members, found.proven) == ((), True)


def test_a_feasible_family_has_no_conflict() -> None:
    for size in range(len(MEMBERS) + 1):
        for some in combinations(MEMBERS, size):
            assert conflicts(rules_of([]), some, at_most=1) == []
