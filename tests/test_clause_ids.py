"""No code knows a clause by its id: under other ids a policy gives the same calendars."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner import api, audit
from planner.documents.load import load_scenario, shipped
from planner.documents.outcome import Infeasible
from planner.documents.plan import Plan
from tests.policies.driver import written
from tests.sampled import sampled

SCENARIOS = ("adult-rr-in-progress", "adult-consolidation-70kg", "infant-interfant-6kg")
CONFLICTS = ("vials-in-42-days", "third-continuation", "dose-adult-rr", "diagnosis-not-covered")


def other(name: str) -> str:
    """Another id for a clause of EOCCO-0382."""
    return f"rule-{sum(map(ord, name))}-{len(name)}"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the policy under the same name, every clause under another id."""
    value = written()
    names = {name: other(name) for name in value["clauses"]}
    assert len(set(names.values())) == len(names)
    value["clauses"] = {names[name]: clause for name, clause in value["clauses"].items()}
    value["criteria"] = _renamed(value["criteria"], names)
    folder = tmp_path_factory.mktemp("models")
    (folder / "policies").mkdir()
    text = json.dumps(value, default=float)
    (folder / "policies" / "eocco-0382.yaml").write_text(text, encoding="utf-8")
    return folder


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The criteria, what they say of clauses renamed; ids of leaves stay."""
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if isinstance(value, dict):
        of_clauses = ("code_of", "cycles_within", "renewable")
        return {
            key: names[one] if key in of_clauses else _renamed(one, names)
            for key, one in value.items()
        }
    return value


def calendar(made: Plan) -> dict[str, Any]:
    """All of a plan but the ids of clauses and the stamp of the policy."""
    plain = made.model_dump(mode="json", exclude={"policy", "audit"})
    for limit in plain["limits"]:
        del limit["clause"]
    if plain["coverage"] and plain["coverage"]["contractor"]:
        del plain["coverage"]["contractor"]["clause"]
    return plain


@pytest.mark.parametrize("name", sampled(SCENARIOS))
def test_a_calendar_is_the_same_under_other_ids(name: str, models: Path) -> None:
    loaded = load_scenario(str(shipped("scenarios").joinpath(f"{name}.yaml")))
    found = []
    for known in (api.Known(), api.Known([models])):
        made = api.plan(loaded, known=known)
        assert isinstance(made, Plan)
        assert made.audit.violations == ()
        found.append(api.covered(made, api.criteria(loaded, known=known), known=known))
    assert calendar(found[0]) == calendar(found[1])
    assert audit(found[1], models_dirs=[models]).violations == ()
    assert {limit.clause for limit in found[1].limits} == {
        other(limit.clause) for limit in found[0].limits
    }


@pytest.mark.parametrize("name", sampled(CONFLICTS))
def test_a_conflict_has_the_same_members_under_other_ids(name: str, models: Path) -> None:
    loaded = load_scenario(str(shipped("scenarios").joinpath("infeasible", f"{name}.yaml")))
    clauses = written()["clauses"]
    members = []
    for known in (api.Known(), api.Known([models])):
        assert isinstance(api.plan(loaded, known=known), Infeasible)
        conflict = api.explain(loaded, known=known)
        assert conflict is not None
        assert conflict.proven
        members.append([member.id for member in conflict.conflict])
    assert sorted(other(one) if one in clauses else one for one in members[0]) == sorted(members[1])
