"""That a plan is the best is certified objective by objective, and no more than is true."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest

from planner import load_scenario, plan, prove
from planner.api import Known
from planner.documents.plan import Plan
from planner.documents.printed import document_json
from planner.documents.proof import CertifiedObjective
from planner.proof.checker import check_proof, digest, least_of
from planner.proof.optimal import optimality, shares_of
from planner.proof.recheck import proof_refusals
from planner.regimen.build import course_of
from tests.proof.explained import FOLDER
from tests.sampled import sampled

SCENARIOS = FOLDER.parent
PLANNED = [
    str(path.relative_to(SCENARIOS).with_suffix(""))
    for path in sorted(SCENARIOS.glob("**/*.yaml"))
    if path.parent == SCENARIOS or path.stem.endswith("-at-the-limit")
]
# where the linear relaxation and few cases leave a gap, and what is then certified holds short of
# the plan's value (docs/proofs.md)
SHORT_OF = {
    "adult-consolidation-70kg",
    "adult-rr-70kg",
    "adult-rr-authorizations-given",
    "adult-rr-in-progress",
    "infeasible/spare-vials-at-the-limit",
    "infeasible/spare-vials-in-thirty-weeks-at-the-limit",
}


@lru_cache
def proven(name: str) -> tuple[Plan, dict[str, Any]]:
    """A plan, and its proof as it stands in its file."""
    known = Known()
    made = plan(load_scenario(SCENARIOS / f"{name}.yaml"), known=known)
    assert isinstance(made, Plan)
    certified, proof = prove(made, known=known)
    document: dict[str, Any] = json.loads(document_json(proof))
    return certified, document


@pytest.mark.parametrize("name", [n for n in sampled(PLANNED, 20) if n.values[0] not in SHORT_OF])
def test_every_objective_of_a_shipped_plan_is_certified_and_found_again(name: str) -> None:
    made, document = proven(name)
    assert [o.name for o in made.objectives if not o.certified] == []
    assert check_proof(document) == []
    assert proof_refusals(document, made) == []


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(SHORT_OF))
def test_what_is_certified_short_of_a_value_holds_as_well(name: str) -> None:
    made, document = proven(name)
    assert proof_refusals(document, made) == []
    assert all(o["bound"] <= o["value"] for o in document["objectives"])


def test_less_than_a_plan_has_is_never_certified_to_be_the_least() -> None:
    """A worse calendar's values are claimed: of none of them that differ a certificate is found."""
    known = Known()
    scenario = load_scenario(SCENARIOS / "infant-interfant-6kg.yaml")
    made = plan(scenario, known=known)
    assert isinstance(made, Plan)
    document = made.scenario.document
    course = course_of(
        document, known.policy(document.policy).policy, known.drug(document.drug).drug
    )
    values: dict[str, int] = {o.name: o.value for o in made.objectives}
    for name in values:
        worse = {n: v + (n == name) for n, v in values.items()}
        found: dict[str, CertifiedObjective] = {
            o.name: o for o in optimality(course, worse, shares_of(made, course))
        }
        assert not found[name].certified, name


def forged(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The proof with one figure changed, one after the other, its digests made anew."""
    found = []

    def keep(what: str, change: Any) -> None:
        other = json.loads(json.dumps(document))
        change(other)
        for objective in other["objectives"]:
            for part in objective["parts"]:
                part["certificate"]["sha256"] = digest(part["certificate"])
        found.append((what, other))

    for place in range(len(document["objectives"])):

        def own(other: dict[str, Any], place: int = place) -> Any:
            return other["objectives"][place]

        def row(other: dict[str, Any], place: int = place) -> Any:
            return other["objectives"][place]["parts"][0]["certificate"]["rows"][0]

        keep("value", lambda o: own(o).update(value=own(o)["value"] + 1))
        keep("bound", lambda o: own(o).update(bound=own(o)["bound"] + 1))
        keep("certified", lambda o: own(o).update(certified=not own(o)["certified"]))
        if own(document)["bound"]:  # that nothing is below 0 needs no part
            keep("no part", lambda o: own(o).update(parts=[]))
            keep("more", lambda o: own(o)["parts"][0].update(bound=own(o)["parts"][0]["bound"] + 1))
            keep("cycle", lambda o: own(o)["parts"][0].update(cycles=[7]))
            keep("high", lambda o: row(o).update(high=(row(o)["high"] or 0) - 1))
            keep("low", lambda o: row(o).update(low=(row(o)["low"] or 0) + 1))
            keep("terms", lambda o: row(o)["terms"][0].__setitem__(1, 5))
            keep("name", lambda o: row(o).update(about="another"))
            keep(
                "variable",
                lambda o: own(o)["parts"][0]["certificate"]["variables"][0].update(low=-1),
            )
    return found


@pytest.mark.parametrize("name", ["infant-interfant-6kg"])
def test_a_proof_with_a_figure_changed_is_refused(name: str) -> None:
    made, document = proven(name)
    assert proof_refusals(document, made) == []
    changed = forged(document)
    assert len(changed) > 30
    for what, other in changed:
        assert proof_refusals(other, made), what


def test_a_proof_of_another_plan_is_refused() -> None:
    made, _ = proven("adult-rr-40kg")
    _, document = proven("infant-interfant-6kg")
    assert "the proof is of another scenario, policy or drug file than the plan" in proof_refusals(
        document, made
    )


def test_bounds_of_cycles_add_up_where_none_is_counted_twice() -> None:
    """Of 1 alone 5, of 2 and 3 together 9, of 3 alone 4, of 2 alone nothing: 5 + 9 = 14; of 1 and 3
    5 + 4 = 9, as what is known of 2 and 3 says nothing of 3 alone."""
    parts = [
        {"cycles": [1], "bound": 5},
        {"cycles": [2, 3], "bound": 9},
        {"cycles": [3], "bound": 4},
    ]
    assert least_of(parts, [1, 2, 3]) == 14
    assert least_of(parts, [1, 3]) == 9
    assert least_of(parts, [2]) == 0
