"""Policies and drug files that contradict themselves are refused with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.documents.load import (
    InputErrors,
    load_contractors,
    load_drug,
    load_policy,
    shipped,
)

LOADERS = {"policies": load_policy, "drugs": load_drug, "medicare": load_contractors}
NAMES = {"policies": "eocco-0382", "drugs": "blinatumomab", "medicare": "contractors"}


def errors_after(tmp_path: Path, kind: str, old: str, new: str) -> str:
    """The errors of a shipped file in which ``old`` was replaced, once, by ``new``."""
    text = shipped("models").joinpath(kind, f"{NAMES[kind]}.yaml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "model.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputErrors) as refused:
        LOADERS[kind](file)
    return str(refused.value).replace(str(file), "model.yaml")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("{days: 21, mcg_per_day: 28}", "{days: 20, mcg_per_day: 28}", "27 days, allowed 28"),
        ("first: 2, last: 5", "first: 3, last: 5", "a range that begins with 2"),
        ("below_kg: 45", "below_kg: 44", "weights without a bracket"),
        (
            "{days: 21, mcg_per_day: 28}",
            "{days: 21, mcg_per_day: 28, mcg_per_m2_per_day: 15}",
            "both doses",
        ),
        (
            "{days: 21, mcg_per_day: 28}",
            "{days: 21, mcg_per_day: 28, not_above: 28}",
            "a cap on a fixed dose",
        ),
        ("phase: induction, cycles: 2", "phase: induction, cycles: 3", "6 cycles, allowed the 5"),
        ("default: rolling", "default: yearly", "'yearly', allowed rolling, cycle"),
        ("default: off\n    choices:\n      off: A", "default: share\n    choices:\n      off: A",
         "readings.refill_threshold.default"),
        ("code: C91.02", "code: C91.01", "C91.01 a second time"),
        ("code: C91.02", "code: C9102", "an ICD-10-CM code with its dot"),
        ("from: 2023-03-31", "from: 2023-03-31\nuntil: 2023-03-30", "a date from 2023-03-31 on"),
        ("limit: 28\n", "limit: -28\n", "a number above 0"),
        ("rule: limit", "rule: limits", "Maybe you meant limit."),
        ("limit: 28", "limits: 28", "Maybe you meant limit."),
        ("labeler_product: 55513-0160", "labeler_product: 55513-160", "labeler and product"),
    ],
)  # fmt: skip
def test_refuses_a_policy(tmp_path: Path, old: str, new: str, error: str) -> None:
    assert error in errors_after(tmp_path, "policies", old, new)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("ndc: 55513-0160-01", "ndc: '5551316001'", "ten digits without dashes are ambiguous"),
        ("ndc: 55513-0160-01", "ndc: 55513-160-01", "Maybe write 55513-0160-01."),
        ("ndc: 55513-0160-21", "ndc: 55513-0160-01", "a second time"),
        ("days: 7", "days: 6", "6 days, allowed 7 days for 7d"),
        ("prepared_ml: 275.5", "prepared_ml: 239.5", "at least what is infused, 240"),
        ("bsa_to: 1.09", "bsa_to: 0.99", "uncertain[0].bsa_to"),
        ("bag: 24h, mcg_per_day: 28", "bag: 24h, mcg_per_day: 9", "a second time"),
        ("grade: A", "grade: D", "found the text 'D', allowed A, B or C"),
        ("bag: 24h", "bag: 36h", "found the text '36h'"),
    ],
)
def test_refuses_a_drug_file(tmp_path: Path, old: str, new: str, error: str) -> None:
    assert error in errors_after(tmp_path, "drugs", old, new)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("states: [MI, IN]", "states: [MI, OR]", "OR in two jurisdictions"),
        ("cities: [Alexandria], jurisdiction: L (12)", "jurisdiction: L", "a jurisdiction of"),
        ("{state: VA", "{state: XX", "a state of the table"),
    ],
)
def test_refuses_a_table_of_contractors(tmp_path: Path, old: str, new: str, error: str) -> None:
    assert error in errors_after(tmp_path, "medicare", old, new)


def test_an_error_points_at_its_line(tmp_path: Path) -> None:
    """Replacing in place keeps the lines: the step stands where it stood."""
    old = "{days: 21, mcg_per_day: 28}"
    text = shipped("models").joinpath("policies/eocco-0382.yaml").read_text(encoding="utf-8")
    steps_key = text[: text.index(old)].count("\n")  # `steps:` is two lines above, counted from 1
    error = errors_after(tmp_path, "policies", old, "{days: 20, mcg_per_day: 28}")
    assert error.startswith(f"model.yaml:{steps_key - 1}:")
