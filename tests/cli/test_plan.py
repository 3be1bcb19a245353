"""``planner plan``: what is printed, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.api import Known
from planner.cli.main import main
from planner.cli.new import scenario_text
from planner.coverage import covered
from planner.deadline import Deadline
from planner.documents.find import shipped
from planner.documents.outcome import Infeasible, Undecided
from planner.documents.plan import AuditResult, Plan, Violation
from tests.cli.running import planner
from tests.report.plans import plan as plan_by_hand


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "one.yaml"
    file.write_text(scenario_text("infant-interfant"), encoding="utf-8")
    return file


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], None]:
    """Lets a test say what the search found, to see what the command makes of it."""

    def answer(outcome: object) -> None:
        monkeypatch.setattr("planner.api.plan", lambda *_, **__: outcome)
        monkeypatch.setattr("planner.api.covered", lambda plan, *_, **__: plan)

    return answer


def test_a_plan_is_printed_for_people(scenario: Path) -> None:
    done = planner("plan", str(scenario))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Infant, with an Interfant regimen (A-0001)\ninfant-int")
    assert "\x1b" not in done.stdout


def test_the_full_report_has_every_bag(scenario: Path) -> None:
    assert "Bags of cycle 1" not in planner("plan", str(scenario)).stdout
    assert "Bags of cycle 1" in planner("plan", str(scenario), "--full").stdout


def test_json_is_one_document_that_reads_back_as_the_same_plan(scenario: Path) -> None:
    done = planner("plan", str(scenario), "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("}\n")
    printed = json.loads(done.stdout)
    assert printed["status"] == "planned"
    # nothing was cut short, it follows no other plan, and no small step buys much
    left_out = {"stopped", "follows", "changes", "replan", "options"}
    assert list(printed) == [name for name in Plan.model_fields if name not in left_out]
    assert list(printed["limits"][0])[-2:] == ["from", "to"]
    assert Plan.model_validate(printed).model_dump(mode="json") == Plan.model_validate_json(
        done.stdout
    ).model_dump(mode="json")


def test_the_scenario_inside_a_plan_leaves_defaults_out(scenario: Path) -> None:
    document = json.loads(planner("plan", str(scenario), "--json").stdout)["scenario"]["document"]

    assert set(document) == {"format", "title", "policy", "patient", "indication", "request"}
    assert document["request"] == {"first_infusion": "2027-01-04"}


def test_the_same_scenario_gives_the_same_bytes(scenario: Path) -> None:
    first = planner("plan", str(scenario), "--json", env={"PYTHONHASHSEED": "1"})
    second = planner("plan", str(scenario), "--json", env={"PYTHONHASHSEED": "2"})

    assert first.stdout == second.stdout


def test_a_scenario_comes_from_standard_input(scenario: Path) -> None:
    text = scenario.read_text(encoding="utf-8")

    assert planner("plan", "-", stdin=text).stdout == planner("plan", str(scenario)).stdout


def test_a_shipped_scenario_is_found_by_its_name(
    answered: Callable[[object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    answered(plan_by_hand(1))

    assert main(["plan", "adult-rr-70kg"]) == 0
    assert main(["plan", "adult-rr-71kg"]) == 2
    assert "adult-rr-71kg" in capsys.readouterr().err


def test_bad_input_is_listed_on_standard_error_and_nothing_is_printed(scenario: Path) -> None:
    text = scenario.read_text(encoding="utf-8")
    broken = text.replace("weight_kg: 7.5", "weight_kg: heavy").replace("age: 0.5", "aeg: 0.5")

    done = planner("plan", "-", stdin=broken)

    assert (done.returncode, done.stdout) == (2, "")
    assert "patient.weight_kg" in done.stderr
    assert "aeg" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "no/such.yaml"]) == 2
    assert capsys.readouterr().err.startswith("no/such.yaml:")


def test_a_policy_that_nobody_knows_is_an_error_of_the_scenario_where_it_is_named(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = scenario.read_text(encoding="utf-8").replace("eocco-0382", "eoco-0382")
    scenario.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("policy: "))
    assert main(["plan", str(scenario)]) == 2
    said = capsys.readouterr().err
    # the name stands behind "policy: ", which is 8 characters
    assert said.startswith(f"{scenario}:{line}:9: policy: found the text 'eoco-0382', allowed ")
    assert "Maybe you meant eocco-0382." in said


@pytest.mark.parametrize("command", ["plan", "check", "criteria"])
def test_a_policy_named_by_a_path_is_looked_for_beside_the_scenario(
    command: str, scenario: Path
) -> None:
    own = shipped("models").joinpath("policies", "eocco-0382.yaml").read_text(encoding="utf-8")
    own = own.replace("id: eocco-0382", "id: beside", 1)
    (scenario.parent / "beside.yaml").write_text(own, encoding="utf-8")
    text = scenario.read_text(encoding="utf-8").replace("eocco-0382", "beside.yaml")
    scenario.write_text(text, encoding="utf-8")
    assert main([command, str(scenario)]) in {0, 4}  # 4: criteria ask for facts not given


def test_models_of_ones_own_are_used(scenario: Path, tmp_path: Path) -> None:
    shipped_policy = shipped("models").joinpath("policies", "eocco-0382.yaml")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a-payer.yaml").write_text(
        shipped_policy.read_text(encoding="utf-8").replace("id: eocco-0382", "id: a-payer", 1),
        encoding="utf-8",
    )
    text = scenario.read_text(encoding="utf-8").replace("eocco-0382", "a-payer", 1)

    done = planner("plan", "-", "--json", "--models", str(tmp_path), stdin=text)

    assert json.loads(done.stdout)["policy"]["id"] == "a-payer"


def test_a_folder_of_models_that_is_not_there_is_bad_input(scenario: Path, tmp_path: Path) -> None:
    done = planner("plan", str(scenario), "--models", str(tmp_path / "none"))

    assert done.returncode == 2
    assert "no such folder" in done.stderr


def test_a_plan_that_fails_its_audit_is_never_shown(
    scenario: Path, answered: Callable[[object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    violations = (Violation(clause="II.A", says="29 > 28"), Violation(clause="IV.rr", says="x"))
    audit = AuditResult(clauses=12, violations=violations)
    answered(plan_by_hand(1).model_copy(update={"audit": audit}))

    for form in ([], ["--json"], ["--full"]):
        assert main(["plan", str(scenario), *form]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err == "planner: a fault of the program: the plan breaks II.A, IV.rr\n"


@pytest.mark.parametrize("command", ["plan", "check"])
def test_nor_is_one_whose_word_on_the_criteria_does_not_hold(
    command: str,
    scenario: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The criteria are met, and the plan is made to say that nobody asked."""
    wrong = {"status": "not-asked"}
    monkeypatch.setattr(
        "planner.coverage.covered", lambda *asked: covered(*asked).model_copy(update=wrong)
    )

    assert main([command, str(scenario)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "planner: a fault of the program: the plan breaks figures.criteria\n"


@pytest.mark.parametrize("outcome", [Infeasible(), Undecided()])
def test_without_a_plan_or_a_proof_nothing_is_decided(
    outcome: Infeasible | Undecided,
    scenario: Path,
    answered: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An infeasible verdict that neither a certificate nor a second engine supports is none."""
    answered(outcome)
    monkeypatch.setattr("planner.api.explain", lambda *_, **__: None)

    assert main(["plan", str(scenario)]) == 4
    assert capsys.readouterr().out.startswith("Undecided:")

    assert main(["plan", str(scenario), "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["status"] == "undecided"


def test_the_time_limit_and_the_engine_reach_the_search(
    scenario: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: dict[str, object] = {}

    def remember(_: object, **options: object) -> Plan:
        asked.update(options)
        return plan_by_hand(1)

    monkeypatch.setattr("planner.api.plan", remember)
    monkeypatch.setattr("planner.api.covered", lambda plan, *_, **__: plan)

    options = ("--time-limit", "2.5", "--engine", "cp-sat", "--models", str(tmp_path))
    assert main(["plan", str(scenario), *options]) == 0
    known = asked.pop("known")
    assert isinstance(known, Known)
    assert known.folders == (tmp_path,)
    deadline = asked.pop("deadline")
    assert isinstance(deadline, Deadline)
    assert 0 < (deadline.left() or 0) <= 2.5
    assert asked == {"time_limit": 2.5, "engine": "cp-sat"}


def test_cp_sat_by_itself_prints_an_audited_plan_with_the_values_of_all_engines(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []
    for engine in ("auto", "cp-sat"):
        assert main(["plan", str(scenario), "--json", "--engine", engine]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    every, alone = printed

    assert alone["objectives"] == every["objectives"]
    assert all(objective["proven"] for objective in alone["objectives"])
    assert alone["audit"] == every["audit"]
    starts = [[cycle["latest_start"] for cycle in one["cycles"]] for one in printed]
    assert starts[0] == starts[1]


def test_a_refusal_by_cp_sat_is_explained_and_certified_as_any_other(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(f"{text}  cycles: 2\n", encoding="utf-8")  # Interfant has one
    printed = []
    for engine in ("auto", "cp-sat"):
        assert main(["plan", str(scenario), "--json", "--engine", engine]) == 3
        printed.append(capsys.readouterr().out)

    assert printed[0] == printed[1]
    assert json.loads(printed[1])["certificate"]["kind"] == "farkas"


def test_an_engine_that_there_is_not_is_wrong_usage(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(scenario), "--engine", "glop"]) == 2
    assert "'glop' is not one of 'auto', 'cp-sat'" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_error(scenario: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "planner", "plan", str(scenario), "--full"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()

    assert writer.stderr.read() == b""
    assert writer.wait(timeout=60) == 141
    writer.stderr.close()
