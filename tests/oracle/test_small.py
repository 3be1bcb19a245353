"""Drawn cases are input the program accepts, varied in every feature, half of them feasible."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import chain

import pytest
from hypothesis import given, settings

from planner.documents.against import findings_against
from planner.documents.checks import scenario_findings
from planner.documents.model_checks import drug_findings, policy_findings
from planner.documents.policy import DiagnosesClause
from planner.documents.scenario import DateWindow
from tests.oracle.brute import Case, best, calendars, count_candidates
from tests.oracle.grants import allotments
from tests.oracle.rules import open_cycles
from tests.oracle.small import Triple, small_case, small_cases, small_drug, small_policy
from tests.sampled import sampled

SEEDS = range(200)


@cache
def drawn(seed: int) -> Triple:
    return small_case(seed, 300)


def features(triple: Triple) -> dict[str, bool]:
    """What a case has that a plain one has not."""
    scenario, policy, drug = triple
    pharmacy, request, history = scenario.pharmacy, scenario.request, scenario.history
    case = Case(*triple)
    read = {
        f"{name} {case.reading(name)}": case.reading(name) != policy.readings[name].default
        for name in sorted(policy.readings)
        if name not in ("refill_threshold",)
    }
    return {name: found for name, found in read.items() if found} | {
        "refill_threshold": case.reading("refill_threshold") != "off",
        "weekdays": len(pharmacy.bag_change_days) < 7,
        "dispense days": len(pharmacy.dispense_days) < 7,
        "holidays": pharmacy.holidays != "none",
        "closed": bool(pharmacy.closed),
        "transit": pharmacy.transit_days > 0,
        "spare": pharmacy.spare_vials > 0,
        "ready made": pharmacy.ready_made,
        "hospital": bool(pharmacy.hospital_days),
        "bags": pharmacy.bags is not None,
        "uncertain rows": bool(drug.uncertain),
        "surface": case.doses(1, case.earliest(1))[0].rate is not None,
        "dated weights": isinstance(scenario.patient.weight_kg, tuple),
        "window": isinstance(request.first_infusion, DateWindow),
        "pins": bool(request.cycle_starts),
        "dose": request.daily_dose_mcg is not None,
        "dispenses": bool(request.dispenses),
        "claims": bool(request.claims),
        "finish": request.finish_by is not None,
        "authorizations": bool(scenario.authorizations),
        "objectives": scenario.objectives[0] != "delay",
        "finished cycle": len(case.past) > len(open_cycles(case)),
        "cycle in progress": bool(open_cycles(case)),
        "wasted": bool(history.wasted),
        "interruption": bool(history.interruptions),
        "past dispenses": bool(history.dispenses),
        "past claims": bool(history.claims),
        "no past bags": any(cycle.bags is None for cycle in history.cycles),
        "dated code": any(
            code.effective_from or code.effective_until
            for _, clause in case.clauses(DiagnosesClause)
            for code in clause.codes
        ),
        "renewal": any(one.id != "initial" for one in allotments(case)),
        "three cycles": len(case.planned) == 3,
    }


@pytest.mark.long
def test_every_feature_is_drawn_in_feasible_and_infeasible_cases() -> None:
    """Over 200 seeds; between two and three fifths of the cases are feasible."""
    seen: Counter[tuple[str, bool]] = Counter()
    names: set[str] = set()
    for seed in SEEDS:
        triple = drawn(seed)
        feasible = best(*triple) is not None
        found = features(triple) | {"all": True}
        names |= set(found)
        seen.update((name, feasible) for name, has in found.items() if has)
    assert 80 <= seen["all", True] <= 120
    assert [name for name in sorted(names) if not seen[name, True]] == []
    assert [name for name in sorted(names) if not seen[name, False]] == []


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_drawn_cases_are_input_that_the_program_accepts(seed: int) -> None:
    scenario, policy, drug = drawn(seed)
    findings = chain(
        scenario_findings(scenario),
        policy_findings(policy),
        drug_findings(drug),
        findings_against(scenario, policy, drug),
    )
    assert [(one.path, one.found) for one in findings] == []


def test_a_seed_gives_the_same_case_again() -> None:
    assert small_case(7) == small_case(7)
    assert small_case(7) != small_case(8)


def test_the_small_policy_and_drug_do_not_contradict_themselves() -> None:
    assert list(policy_findings(small_policy())) == []
    assert list(drug_findings(small_drug(storage_days={"24h": 2}, uncertain={"48h": 2}))) == []


def test_vials_that_history_leaves_make_no_case_larger_than_asked_for() -> None:
    # with its history the case of this seed would have 12,960 candidates
    assert count_candidates(Case(*small_case(1890, 300))) <= 300


@settings(max_examples=25, deadline=None, derandomize=True)
@given(small_cases(300))
def test_a_case_is_no_larger_than_asked_for_and_best_says_if_it_has_calendars(
    triple: Triple,
) -> None:
    assert count_candidates(Case(*triple)) <= 300
    assert (best(*triple) is None) is (next(calendars(*triple), None) is None)
