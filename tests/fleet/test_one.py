"""What one scenario of a batch becomes, where the engines do not settle it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from planner.coverage import DisagreementError as ReadingsDisagreeError
from planner.coverage import covered
from planner.documents.find import shipped
from planner.documents.outcome import OUT_OF_TIME, UNPROVEN, Infeasible, Undecided
from planner.fleet.batch import exit_code
from planner.fleet.jobs import Job
from planner.fleet.one import Line, Options, plan_one, settings_of
from planner.fleet.record import Record
from planner.proof.certificate import DisagreementError
from tests.fleet.test_batch import scenario


def planned() -> tuple[Line, dict[str, Any]]:
    job = Job("one.jsonl:1", ".", json.dumps(scenario()).encode())
    line = plan_one(job, Options())
    return line, json.loads(line.text)


def code_of(line: Line, out: Path) -> int:
    """What a batch of this line alone leaves with."""
    with Record(out) as record:
        record.begin()
        record.write(line)
    return exit_code(record)


def test_the_time_limit_and_the_engine_of_a_batch_reach_the_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[object, object]] = []

    def remember(*_: object, **options: object) -> Undecided:
        asked.append((options["time_limit"], options["engine"]))
        return Undecided()

    monkeypatch.setattr("planner.api.plan", remember)
    job = Job("one.jsonl:1", ".", json.dumps(scenario()).encode())

    plan_one(job, Options(time_limit=2.5, engine="cp-sat"))

    assert asked == [(2.5, "cp-sat")]


@pytest.fixture
def no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.api.plan", lambda *_, **__: Infeasible())


@pytest.mark.usefixtures("no_calendar")
def test_what_neither_certificate_nor_second_engine_confirms_is_undecided(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("planner.api.explain", lambda *_, **__: None)
    line, found = planned()
    assert (line.status, found["status"]) == ("undecided", "undecided")
    assert found["result"] == {"status": "undecided", "because": UNPROVEN}
    assert code_of(line, tmp_path / "out.jsonl") == 4


def test_a_search_that_ran_out_of_time_is_undecided_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("planner.api.plan", lambda *_, **__: Undecided())
    line, found = planned()
    assert found["result"] == {"status": "undecided", "because": OUT_OF_TIME}
    assert code_of(line, tmp_path / "out.jsonl") == 4


@pytest.mark.usefixtures("no_calendar")
def test_engines_that_disagree_over_calendars_are_a_status_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def disagree(*_: object, **__: object) -> NoReturn:
        raise DisagreementError("z3 5.4", (1, 0))

    monkeypatch.setattr("planner.api.explain", disagree)
    line, found = planned()
    assert (line.status, found["status"]) == ("disagreement", "disagreement")
    (said,) = found["errors"]
    assert "proved that none exists" in said
    assert "z3 5.4 found one" in said
    assert "result" not in found
    assert code_of(line, tmp_path / "out.jsonl") == 5


def test_engines_that_disagree_over_a_reading_of_the_criteria_are_so_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def disagree(*_: object, **__: object) -> NoReturn:
        raise ReadingsDisagreeError("the printed reading: met, not met")

    monkeypatch.setattr("planner.api.criteria", disagree)
    line, found = planned()
    assert found["errors"] == ["the printed reading: met, not met"]
    assert code_of(line, tmp_path / "out.jsonl") == 5


def test_a_fault_of_the_program_names_its_kind_and_place_and_nothing_of_the_input(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise ValueError("Ana Lopez, 41")

    monkeypatch.setattr("planner.api.plan", fail)
    line, found = planned()
    [said] = found["errors"]
    assert re.fullmatch(r"a fault of the program: ValueError at planner/fleet/one\.py:\d+", said)
    assert code_of(line, tmp_path / "out.jsonl") == 1


def test_a_word_on_the_criteria_that_does_not_hold_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = {"missing": ()}
    monkeypatch.setattr(
        "planner.coverage.covered", lambda *asked: covered(*asked).model_copy(update=nothing)
    )
    line, found = planned()
    assert line.status == "fault"
    assert found["errors"] == ["a fault of the program: the plan breaks figures.criteria"]


def test_settings_are_others_where_a_result_could_be(tmp_path: Path) -> None:
    plain = Options()
    known = {settings_of(plain)}
    for changed in (
        replace(plain, time_limit=1.0),
        replace(plain, ignore_criteria=True),
        replace(plain, remedies=False),
        replace(plain, engine="cp-sat"),
    ):
        known.add(settings_of(changed))
    assert len(known) == 5
    assert settings_of(replace(plain, settings="of another batch")) in known
    (tmp_path / "policies").mkdir()
    assert settings_of(replace(plain, models=(str(tmp_path),))) in known
    (tmp_path / "policies" / "eocco-0382.yaml").write_text("id: another\n")
    assert settings_of(replace(plain, models=(str(tmp_path),))) not in known


def test_a_worker_reads_model_files_again_under_other_settings(tmp_path: Path) -> None:
    own = tmp_path / "policies" / "eocco-0382.yaml"
    own.parent.mkdir()
    text = shipped("models").joinpath("policies/eocco-0382.yaml").read_text(encoding="utf-8")
    hashes = []
    for payer in ("East", "West"):
        own.write_text(text.replace("payer: Eastern", f"payer: {payer}", 1), encoding="utf-8")
        options = Options(models=(str(tmp_path),))
        options = replace(options, settings=settings_of(options))
        job = Job("one.jsonl:1", ".", json.dumps(scenario()).encode())
        found = json.loads(plan_one(job, options).text)
        assert found["settings"] == options.settings
        hashes.append(found["result"]["policy"]["sha256"])
    assert hashes[0] != hashes[1]
