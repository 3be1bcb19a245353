"""A rule that has no value when a course needs it is an error of its file, never a fallback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner import api
from planner.cli.main import main
from planner.documents.errors import InputErrors
from planner.documents.load import load_policy, load_scenario, shipped
from planner.documents.outcome import Infeasible
from planner.documents.plan import Plan

SCENARIO = """\
format: planner-scenario/1
policy: POLICY
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
indication: adult-rr
request:
  first_infusion: FIRST
  cycles: 2
  max_delay_days: 28
"""
Planned = Callable[..., object]


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    """What two cycles from 2026-01-05 (or another day) give under a changed policy file.

    Cycle 1 infuses 2026-01-05 .. 2026-02-01, cycle 2 2026-02-16 .. 2026-03-15.
    """

    def run(*changes: tuple[str, str], first: str = "2026-01-05") -> object:
        text = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        policy = tmp_path / "policy.yaml"
        policy.write_text(text, encoding="utf-8")
        file = tmp_path / "scenario.yaml"
        file.write_text(SCENARIO.replace("POLICY", str(policy)).replace("FIRST", first))
        return api.plan(load_scenario(file))

    return run


def refused(planned: Planned, *changes: tuple[str, str], first: str = "2026-01-05") -> str:
    with pytest.raises(InputErrors) as errors:
        planned(*changes, first=first)
    return "\n".join(str(problem) for problem in errors.value.problems)


UNTIL = "from: 2023-03-31      # the last"


def until(day: str) -> tuple[str, str]:
    return UNTIL, f"until: {day}\n{UNTIL}"


def test_a_course_that_must_run_past_the_policy_is_refused_with_both_places(
    planned: Planned,
) -> None:
    found = refused(planned, until("2026-03-14"))
    assert "scenario.yaml:7:11: request.cycles: found cycle 2" in found
    assert "2026-03-15 at the earliest" in found
    assert "policy.yaml:10)" in found


def test_a_course_that_ends_with_the_policy_is_planned_and_stamped(planned: Planned) -> None:
    made = planned(until("2026-03-15"))
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    assert str(made.policy.effective_from) == "2023-03-31"
    assert str(made.policy.effective_until) == "2026-03-15"


def test_a_first_day_before_the_policy_is_refused(planned: Planned) -> None:
    """The pharmacy dispenses before: that is no date of service."""
    assert "a date from 2023-03-31 on" in refused(planned, first="2023-03-30")
    made = planned(first="2023-03-31")
    assert isinstance(made, Plan)
    assert str(made.dispenses[0].date) == "2023-03-30"
    assert made.audit.violations == ()


def test_a_course_begun_before_the_policy_is_refused_at_its_cycle(
    planned: Planned, tmp_path: Path
) -> None:
    planned()
    file = tmp_path / "scenario.yaml"
    text = file.read_text().replace("2026-01-05", "2023-03-20")
    history = "as_of: 2023-04-20\nhistory: {cycles: [{cycle: 1, start: 2023-03-20}]}\n"
    file.write_text(text + history)
    with pytest.raises(
        InputErrors, match=r"history\.cycles\[0\]\.start: found the date 2023-03-20"
    ):
        api.plan(load_scenario(file))


def test_a_calendar_that_runs_past_the_policy_by_its_delays_is_a_finding_of_the_audit(
    planned: Planned, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Closed on the day on which cycle 2 could start: it is a day late, and ends a day late."""
    assert isinstance(planned(until("2026-03-15")), Plan)
    file = tmp_path / "scenario.yaml"
    closed = "pharmacy:\n  closed: [2026-02-16]\nrequest:"
    file.write_text(file.read_text().replace("request:", closed))
    made = api.plan(load_scenario(file))
    assert isinstance(made, Plan)
    assert {violation.clause for violation in made.audit.violations} == {"documents.dates"}
    assert main(["plan", str(file)]) == 3
    err = capsys.readouterr().err
    assert "outside the policy's dates" in err
    assert "2026-03-16, the policy is in force to 2026-03-15" in err


@pytest.mark.parametrize(
    ("clause", "rule"),
    [("V.rr.dose", "dose"), ("V.rr.length", "cycle-length"), ("II.A", "limit")],
)
@pytest.mark.parametrize(
    ("dates", "bare"),
    [("    until: 2026-03-14\n", "2026-03-15"), ("    from: 2026-01-06\n", "2026-01-05")],
)
def test_a_clause_that_is_not_in_force_all_through_is_an_error_of_its_line(
    clause: str, rule: str, dates: str, bare: str, planned: Planned, tmp_path: Path
) -> None:
    old = f"  {clause}:\n    rule: {rule}\n"
    new = old + dates
    file = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    line = file[: file.index(old)].count("\n") + 1
    tail = file[file.index(old) :]
    head = tail[: tail.index("    from: 2023-03-31\n")]
    changes = ((old, new),)
    if "from" in dates:
        changes = ((head + "    from: 2023-03-31\n", head + dates),)
    found = refused(planned, *changes)
    assert f"policy.yaml:{line}:3: clauses.{clause}: found no value on {bare}" in found


@pytest.mark.parametrize(
    ("clause", "missing"), [("  VI.hcpcs:\n", "hcpcs"), ("  V.rr.cycles:\n", "cycles")]
)
def test_a_policy_without_a_rule_that_is_needed_is_an_error_of_its_file(
    clause: str, missing: str, planned: Planned, tmp_path: Path
) -> None:
    file = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    start = file.index(clause)
    end = file.index("\n\n", start)
    changes = (file[start:end], "")
    if missing == "hcpcs":
        assert f"clauses: found no rule {missing} for adult-rr" in refused(planned, changes)
        return
    assert not isinstance(planned(changes), Infeasible)  # request.cycles says how many
    path = tmp_path / "scenario.yaml"
    path.write_text(path.read_text().replace("  cycles: 2\n", ""))
    with pytest.raises(InputErrors, match=r"or request\.cycles in the scenario"):
        api.plan(load_scenario(path))


def test_a_product_that_is_not_marketed_is_an_error_of_the_drug_file(planned: Planned) -> None:
    found = refused(planned, ("labeler_product: 55513-0160", "labeler_product: 55513-0161"))
    assert "models/drugs/blinatumomab.yaml:10:1: packages: found no package of 55513-0161" in found


def test_two_values_of_one_rule_are_refused(tmp_path: Path) -> None:
    text = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    start = text.index("  V.rr.days:\n")
    again = text[start : text.index("\n\n", start)].replace("V.rr.days", "V.rr.days-2027")
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace("  V.rr.length:\n", f"{again}\n\n  V.rr.length:\n"))
    with pytest.raises(InputErrors, match=r"a second rule infusion-days for adult-rr"):
        load_policy(file)


def test_a_label_that_has_no_such_rule_is_an_error_of_the_policy(tmp_path: Path) -> None:
    name = "healthpartners-045816"
    text = shipped("models").joinpath("policies", f"{name}.yaml").read_text(encoding="utf-8")
    file = tmp_path / "policy.yaml"
    file.write_text(text.replace("[adult-rr, pediatric-rr]", "[infant-interfant]", 1))
    with pytest.raises(InputErrors, match=r"policy.yaml:\d+:\d+: from_label: found no rule dose"):
        load_policy(file)
    file.write_text(text.replace("  rr.cycles:\n", "  label.rr.dose:\n"))
    with pytest.raises(InputErrors, match=r"clauses.label.rr.dose: found a rule of the label"):
        load_policy(file)
