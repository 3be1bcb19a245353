"""A diagnosis is covered where its code is valid on every date of service."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from planner import api, audit
from planner.documents.load import load_policy, load_scenario, shipped
from planner.documents.outcome import Infeasible
from planner.documents.plan import Plan

SCENARIO = """\
format: planner-scenario/1
policy: POLICY
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
indication: adult-rr
pharmacy: {bags: [24h]}
request: {first_infusion: 2026-01-05, cycles: 1}
"""
# 28 bags of 24 h from 2026-01-05: the last is hung on 2026-02-01
CODE = re.compile(r"\{code: C91\.02, ")


def outcome(folder: Path, dates: str, scenario: str = SCENARIO) -> object:
    """What one cycle gives where the code has dates of its own."""
    text = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    policy = folder / "policy.yaml"
    policy.write_text(CODE.sub(f"{{code: C91.02, {dates}, ", text), encoding="utf-8")
    file = folder / "scenario.yaml"
    file.write_text(scenario.replace("POLICY", str(policy)), encoding="utf-8")
    return api.plan(load_scenario(file))


@pytest.mark.parametrize("dates", ["from: 2026-01-05", "until: 2026-02-01"])
def test_a_code_valid_on_the_first_and_the_last_date_of_service_is_covered(
    dates: str, tmp_path: Path
) -> None:
    made = outcome(tmp_path, dates)
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    assert (str(made.claims[0].date), str(made.claims[-1].date)) == ("2026-01-05", "2026-02-01")


@pytest.mark.parametrize("dates", ["from: 2026-01-06", "until: 2026-01-31"])
def test_a_code_that_is_not_valid_on_one_of_them_leaves_no_calendar(
    dates: str, tmp_path: Path
) -> None:
    assert isinstance(outcome(tmp_path, dates), Infeasible)


AHEAD = SCENARIO + "readings: {date_of_service: dispense}\n"


def test_vials_that_are_billed_when_dispensed_leave_before_a_code_is_valid(tmp_path: Path) -> None:
    """They are there a day after their dispense, so the first infusion day is too late for it."""
    assert isinstance(outcome(tmp_path, "from: 2026-01-05", AHEAD), Infeasible)
    conflict = api.explain(load_scenario(tmp_path / "scenario.yaml"))
    assert conflict is not None
    assert (conflict.proven, conflict.minimal) == (True, True)
    assert {member.id for member in conflict.conflict} == {
        "App1",
        "patient.diagnosis",
        "pharmacy.transit_days",
        "request.first_infusion",
    }


def test_what_is_billed_when_dispensed_may_be_infused_under_no_valid_code(tmp_path: Path) -> None:
    """One dispense on Friday 2026-01-02 serves the 28 days from Monday on. The code is valid until
    then, and on no infusion day."""
    made = outcome(tmp_path, "until: 2026-01-02", AHEAD)
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    assert {str(line.date) for line in made.claims} == {"2026-01-02"}


def test_a_bag_that_is_hung_in_time_may_run_past_the_code(tmp_path: Path) -> None:
    """Bags up to day 20, and one bag of 7 days from day 21, 2026-01-26, on."""
    longer = SCENARIO.replace("bags: [24h]", "bags: [24h, 7d]")
    made = outcome(tmp_path, "until: 2026-01-26", longer)
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    assert str(made.claims[-1].date) <= "2026-01-26"
    assert str(made.bags[-1].hang + timedelta(days=made.bags[-1].days)) == "2026-02-02"
    assert isinstance(outcome(tmp_path, "until: 2026-01-25", longer), Infeasible)


def test_the_conflict_is_of_the_code_and_the_list(tmp_path: Path) -> None:
    outcome(tmp_path, "from: 2026-01-06")
    conflict = api.explain(load_scenario(tmp_path / "scenario.yaml"))
    assert conflict is not None
    assert {"App1", "patient.diagnosis"} <= {member.id for member in conflict.conflict}


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ("from: 2026-01-05", "undecided"),
        ("from: 2026-01-06", "not-met"),
        ("until: 2026-01-04", "not-met"),
    ],
)
def test_the_criteria_ask_for_a_code_valid_on_the_first_infusion_day(
    dates: str, status: str, tmp_path: Path
) -> None:
    outcome(tmp_path, dates)
    answer = api.criteria(load_scenario(tmp_path / "scenario.yaml"))
    assert answer is not None
    assert answer.status == status  # undecided: no other fact is given
    verdicts = {leaf.id: leaf.verdict for leaf in answer.leaves}
    assert verdicts["App1.diagnosis"] == ("met" if status == "undecided" else "not-met")


@pytest.mark.parametrize(
    ("dates", "day"), [("from: 2026-01-06", "05"), ("until: 2026-01-31", "01")]
)
def test_the_audit_refuses_a_claim_on_a_date_on_which_its_code_is_not_valid(
    dates: str, day: str, tmp_path: Path
) -> None:
    made = outcome(tmp_path, "from: 2026-01-05")
    assert isinstance(made, Plan)
    outcome(tmp_path, dates)
    dated = load_policy(tmp_path / "policy.yaml")
    stamped = made.model_copy(
        update={"policy": made.policy.model_copy(update={"sha256": dated.sha256})}
    )
    found = audit(stamped, policy=dated.policy, drug=api.Known().drug("blinatumomab").drug)
    assert {violation.clause for violation in found.violations} == {"App1"}
    assert found.violations[0].says.endswith(f"-{day}")
