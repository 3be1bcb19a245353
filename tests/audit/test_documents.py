from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from planner.audit import audit
from planner.documents.errors import InputErrors
from planner.documents.load import shipped
from planner.documents.plan import Plan
from tests.audit.plans import POLICY, Cycle, changed, day, lay_out, refused, scenario

PLAN = lay_out(scenario(), [Cycle(1, day(0))])


def says(plan: Plan, models_dirs: Sequence[Path] = ()) -> list[str]:
    """What the audit has to say of the documents, read from their files."""
    found = audit(plan, models_dirs=models_dirs).violations
    return [violation.says for violation in found if violation.clause == "documents"]


def test_a_plan_is_audited_by_the_files_it_names() -> None:
    assert audit(PLAN).violations == ()


@pytest.mark.parametrize("stamp", ["policy", "drug"])
def test_another_hash_than_that_of_the_file_is_a_violation(stamp: str) -> None:
    found = says(changed(PLAN, f"{stamp}.sha256", "0" * 64))
    assert len(found) == 1
    assert f"the plan says {'0' * 64}" in found[0]


def test_a_policy_that_is_not_there_is_a_violation_and_no_crash() -> None:
    found = says(changed(PLAN, "scenario.document.policy", "eocco-0383"))
    assert len(found) == 1
    assert "cannot be read" in found[0]


def test_a_folder_that_is_not_there_is_the_caller_s_error(tmp_path: Path) -> None:
    with pytest.raises(InputErrors):
        audit(PLAN, models_dirs=[tmp_path / "nowhere"])


def test_a_policy_is_found_in_the_folders_given_first(tmp_path: Path) -> None:
    text = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "eocco-0382.yaml").write_text(text + "# another file\n")
    found = says(PLAN, models_dirs=[tmp_path])
    assert len(found) == 1
    assert "SHA-256" in found[0]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policy.id", "other"),
        ("policy.revision", "other"),
        ("drug.id", "other"),
        ("indication", "pediatric-rr"),
        ("scenario.title", "other"),
    ],
)
def test_a_stamp_that_is_not_the_document_s_is_a_violation(path: str, value: str) -> None:
    assert set(refused(changed(PLAN, path, value))) == {"documents"}


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"effective_until": day(27)}, set()),  # 28 infusion days, day 0 to day 27
        ({"effective_until": day(26)}, {"documents.dates"}),
        ({"effective_from": day(0)}, set()),
        ({"effective_from": day(1)}, {"documents.dates"}),
        ({"effective_from": None}, set()),
    ],
)
def test_a_policy_is_in_force_on_every_infusion_day(
    dates: dict[str, date | None], found: set[str]
) -> None:
    assert set(refused(PLAN, POLICY.model_copy(update=dates))) == found


def test_a_stamp_with_other_dates_than_the_policy_s_is_a_violation() -> None:
    stamped = PLAN.policy.model_copy(update={"effective_until": day(400)})
    found = refused(PLAN.model_copy(update={"policy": stamped}))
    assert set(found) == {"documents"}


def test_a_cycle_that_starts_before_every_dose_clause_is_refused() -> None:
    later = POLICY.clauses["V.rr.dose"].model_copy(update={"effective_from": day(1)})
    policy = POLICY.model_copy(update={"clauses": {**POLICY.clauses, "V.rr.dose": later}})
    assert refused(PLAN, policy) == {
        "documents": ["no dose clause of the policy is in force on 2026-01-05"]
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("bags.0.days", 0),
        ("bags.0.days", 10**7),
        ("bags.0.vials", -1),
        ("dispenses.0.vials", 10**10),
        ("cycles.0.cycle", 10**6),
    ],
)
def test_a_value_out_of_all_bounds_ends_the_audit_at_its_gate(path: str, value: int) -> None:
    found = refused(changed(PLAN, path, value))
    assert set(found) == {"nature.bounds"}
    assert path.replace(".0.", "[0].") in found["nature.bounds"][0]
