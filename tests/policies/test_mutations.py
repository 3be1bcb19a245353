"""No number, code, date or connector of EOCCO-0382 can change without a test that notices."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from planner.documents.load import load_policy
from planner.documents.policy import Policy
from tests.audit.plans import refused
from tests.coverage.changes import changes
from tests.policies.audited import Laid, disagreement, laid_out
from tests.policies.driver import noticed, policy_in, unnoticed, written
from tests.policies.mutations import PROSE, Mutant, Path, Plain, at, mutants, paths, shown
from tests.policies.printed import PRINTED, Check, limits

POLICY = load_policy("eocco-0382").policy
WRITTEN = written()
MUTANTS = list(mutants(WRITTEN))


def agree(policy: Policy) -> None:
    """An audit by the policy finds in each plan laid out by hand what it has to.

    Of a policy with one changed clause, the plans of the indications it speaks of or spoke of.
    """
    spoken = {
        indication
        for one, other in ((policy, POLICY), (POLICY, policy))
        for name, clause in one.clauses.items()
        if clause != other.clauses.get(name)
        for indication in clause.indications
    }
    assert disagreement(policy, spoken or None) is None


@pytest.mark.parametrize("check", PRINTED, ids=lambda check: check.__name__)
def test_the_policy_is_as_printed(check: Check) -> None:
    check(POLICY)


@pytest.mark.parametrize("laid", laid_out(), ids=lambda laid: laid.name)
def test_an_audit_finds_in_a_plan_at_or_over_a_limit_what_it_has_to(laid: Laid) -> None:
    assert set(refused(laid.plan)) == laid.broken


def test_every_change_of_the_policy_is_noticed() -> None:
    """By what is printed, or by a plan at or over a limit."""
    assert len(MUTANTS) > 700
    assert unnoticed(MUTANTS, (*PRINTED, agree)) == []


@pytest.mark.long
def test_every_number_of_a_clause_moves_the_audit_of_a_plan() -> None:
    """A number that is written down twice and used nowhere would pass the test above."""
    numbers = [
        mutant
        for mutant in MUTANTS
        if mutant.path[0] == "clauses"
        and isinstance(_value(mutant.path), int)
        and not mutant.name.endswith("left out")
    ]
    assert len(numbers) > 150
    assert unnoticed(numbers, (agree,)) == []


def _value(path: Path) -> object:
    try:
        return at(WRITTEN, path)
    except (KeyError, IndexError):
        return None


def test_everything_written_in_the_file_is_changed_once_at_least() -> None:
    """Every scalar outside the prose: here by these changes, in the criteria by those of a tree."""
    touched = {mutant.path for mutant in MUTANTS}
    assert [shown(path) for path in paths(WRITTEN) if path not in touched] == []
    criteria = WRITTEN["criteria"]
    trees = [changed for _, changed in changes(criteria)]
    left = [shown(p) for p in _scalars(criteria) if all(_same(criteria, c, p) for c in trees)]
    assert left == []


def _scalars(value: Any, path: Path = ()) -> list[Path]:
    if isinstance(value, dict):
        return [p for k, v in value.items() if k not in PROSE for p in _scalars(v, (*path, k))]
    if isinstance(value, list):
        return [p for i, v in enumerate(value) for p in _scalars(v, (*path, i))]
    return [path]


def _same(one: Plain, other: Plain, path: Path) -> bool:
    try:
        return bool(at(one, path) == at(other, path))
    except (KeyError, IndexError):
        return False


# The driver itself -------------------------------------------------------------------------------


def test_the_file_as_it_stands_is_not_noticed() -> None:
    unchanged = Mutant("unchanged", (), deepcopy(WRITTEN))
    assert unnoticed([unchanged], (*PRINTED, agree)) == ["unchanged"]


def test_a_number_that_no_check_knows_of_is_reported() -> None:
    """Without the checks of section II, its numbers change and nobody says so."""
    others = tuple(check for check in PRINTED if check is not limits)
    left = unnoticed(MUTANTS, others)
    assert {name for name in left if "limit: " in name or "per.days: " in name} == {
        f"clauses.{clause}.{key}: {number + step}"
        for clause, numbers in (
            ("II.A", {"limit": 28, "per.days": 42}),
            ("II.B.cycles-1-5", {"limit": 980, "per.days": 42}),
            ("II.B.cycles-6-9", {"limit": 980, "per.days": 84}),
        )
        for key, number in numbers.items()
        for step in (-1, 1)
    }


def test_a_new_number_in_the_file_has_to_be_known_to_a_check() -> None:
    """A limit that somebody adds to a clause is accepted by the file's form alone."""
    added = deepcopy(WRITTEN)
    added["billing"]["discarded"][0]["until"] = "2099-12-31"
    added["clauses"]["App1"]["codes"][0]["until"] = "2099-12-31"
    policy = policy_in(added)
    assert policy is not None
    assert noticed(policy, PRINTED)
    blind: tuple[Check, ...] = (limits,)
    new = [m for m in mutants(added) if m.path[-1] == "until" and "left out" not in m.name]
    assert len(new) == 4
    assert unnoticed(new, blind) == [mutant.name for mutant in new]


def test_a_change_that_the_form_refuses_is_noticed_by_the_form() -> None:
    broken = deepcopy(WRITTEN)
    broken["clauses"]["V.rr.days"]["days"] = 27
    assert policy_in(broken) is None
