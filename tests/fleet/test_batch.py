"""``planner batch``: every scenario once, whatever happens on the way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from planner.documents.find import shipped
from planner.documents.positions import MAX_BYTES
from planner.fleet.jobs import jobs
from planner.proof import checker
from tests.sampled import sampled

SMALL = "infant-interfant-6kg"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def scenario(number: int = 0) -> dict[str, Any]:
    """One cycle of an infant, on days of its own for each number."""
    return {
        "format": "planner-scenario/1",
        "title": f"Infant {number}",
        "policy": "eocco-0382",
        "patient": {"age": 0.5, "weight_kg": 6, "bsa_m2": 0.33, "diagnosis": "C91.00"},
        "indication": "infant-interfant",
        "request": {"first_infusion": f"2026-{1 + number // 28:02}-{1 + number % 28:02}"},
    }


def infeasible() -> dict[str, Any]:
    return {**scenario(), "request": {"first_infusion": "2026-01-01", "cycles": 2}}


def lines_of(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(scenario(n)) + "\n" for n in range(count)))
    return path


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "planner", "batch", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def batch(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "planner", "batch", *map(str, arguments)],
        capture_output=True,
        check=False,
        timeout=120,
    )


def results(out: Path | bytes) -> dict[str, dict[str, Any]]:
    """The results by source; each source stands there once."""
    text = out if isinstance(out, bytes) else out.read_bytes()
    found = [json.loads(line) for line in text.splitlines()]
    sources = Counter(one["source"] for one in found)
    assert set(sources.values()) <= {1}
    return {one["source"]: one for one in found}


def wait_for_lines(path: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not path.exists() or path.read_bytes().count(b"\n") < count:
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.01)


def test_a_folder_gives_one_audited_plan_a_file(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.json").write_text(json.dumps(scenario(number)))
    (tmp_path / "named.yaml").write_bytes(
        shipped("scenarios").joinpath(f"{SMALL}.yaml").read_bytes()
    )
    (tmp_path / "scenario.schema.json").write_text("{}")
    done = batch(tmp_path, "--workers", "1")
    assert done.returncode == 0
    assert done.stderr == b""
    found = results(done.stdout)
    assert sorted(found) == ["0.json", "1.json", "2.json", "named.yaml"]
    for one in found.values():
        assert one["status"] == "planned"
        assert one["result"]["audit"]["violations"] == []
        assert one["result"]["totals"]["vials_dispensed"] > 0


def test_cp_sat_by_itself_has_time_and_proves_the_same_values(tmp_path: Path) -> None:
    source = lines_of(tmp_path / "one.jsonl", 1)
    every, alone = (
        json.loads(batch(source, "--engine", engine).stdout) for engine in ("auto", "cp-sat")
    )

    assert alone["status"] == "planned"
    assert alone["result"]["objectives"] == every["result"]["objectives"]
    assert alone["settings"] != every["settings"]


def test_a_bad_scenario_is_reported_and_the_others_are_planned(tmp_path: Path) -> None:
    source = tmp_path / "many.jsonl"
    wrong = {**scenario(), "patient": {"weight_kg": -3}}
    source.write_text(
        "\n".join([json.dumps(scenario()), "{", "", json.dumps(wrong), json.dumps(infeasible())])
    )
    (tmp_path / "out.jsonl").unlink(missing_ok=True)
    done = batch(source, "-o", tmp_path / "out.jsonl", "--workers", "1")
    found = results(tmp_path / "out.jsonl")
    statuses = {name: one["status"] for name, one in found.items()}
    assert statuses == {
        "many.jsonl:1": "planned",
        "many.jsonl:2": "refused",
        "many.jsonl:4": "refused",
        "many.jsonl:5": "infeasible",
    }
    assert any("weight_kg" in error for error in found["many.jsonl:4"]["errors"])
    assert done.returncode == 2  # bad input is graver than infeasible


def test_an_infeasible_scenario_is_the_gravest_where_all_others_are_planned(tmp_path: Path) -> None:
    source = tmp_path / "two.jsonl"
    source.write_text(json.dumps(scenario()) + "\n" + json.dumps(infeasible()) + "\n")
    assert batch(source, "--workers", "1").returncode == 3


@pytest.mark.parametrize("more", sampled([(), ("--no-remedies",)]))
def test_an_infeasible_scenario_comes_with_its_certified_conflict(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps(infeasible()))
    (one,) = results(batch(source, "--workers", "1", *more).stdout).values()
    conflict = one["result"]
    assert conflict["format"] == "planner-conflict/1"
    assert "request.cycles" in [member["id"] for member in conflict["conflict"]]
    assert (checker.check(conflict), checker.exact(conflict)) == ([], True)
    nearest = [(remedy["path"], remedy["nearest"]) for remedy in conflict["remedies"]]
    assert nearest == ([] if more else [("request.cycles", "1")])


def test_results_are_never_written_over(tmp_path: Path) -> None:
    source = lines_of(tmp_path / "few.jsonl", 1)
    out = tmp_path / "out.jsonl"
    out.write_text("kept\n")
    done = batch(source, "-o", out)
    assert done.returncode == 2
    assert b"--resume" in done.stderr
    assert out.read_text() == "kept\n"


@pytest.mark.parametrize("place", ["nothing-there", "empty"])
def test_no_scenarios_are_bad_input_and_leave_no_results(tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out.jsonl"
    done = batch(tmp_path / place, "-o", out)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert not out.exists()


def test_a_cluster_that_is_not_there_leaves_no_results(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    out = tmp_path / "out.jsonl"
    done = batch(lines_of(tmp_path / "few.jsonl", 1), "-o", out, "--cluster", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert not out.exists()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names of files are text there")
def test_a_name_that_is_no_text_is_written_out_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    for name in (b"bad\xff.json", b"good.json"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(json.dumps(scenario()))
    done = batch(tmp_path, "--workers", "1")
    assert done.returncode == 0
    assert set(results(done.stdout)) == {"bad\\xff.json", "good.json"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files")
def test_what_is_no_plain_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.yaml").mkdir()
    done = batch(tmp_path, "--workers", "1")
    assert done.returncode == 2
    found = results(done.stdout)
    assert found["pipe.json"]["errors"] == ["pipe.json: no plain file"]
    assert found["folder.yaml"]["errors"] == ["folder.yaml: no plain file"]


def test_a_line_longer_than_a_scenario_may_be_is_refused_and_the_next_is_read(
    tmp_path: Path,
) -> None:
    source = tmp_path / "long.jsonl"
    good = json.dumps(scenario()).encode() + b"\n"
    source.write_bytes(b'{"title": "' + b"x" * (MAX_BYTES * 2) + b'"}\n\n' + good)
    assert [len(job.raw or b"") <= MAX_BYTES + 1 for job in jobs(source)] == [True, True]
    done = batch(source, "--workers", "1")
    found = results(done.stdout)
    assert found["long.jsonl:1"]["status"] == "refused"
    assert found["long.jsonl:3"]["status"] == "planned"


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_batch_that_was_ended_goes_on_and_loses_and_repeats_nothing(
    tmp_path: Path, ending: signal.Signals
) -> None:
    count = 60
    source, out = lines_of(tmp_path / "many.jsonl", count), tmp_path / "out.jsonl"
    process = start(source, "-o", out, "--workers", "2")
    wait_for_lines(out, 5, process)
    os.kill(process.pid, ending)
    assert process.wait(timeout=30) == (130 if ending is signal.SIGINT else -signal.SIGKILL)
    before = results(out.read_bytes()[: out.read_bytes().rfind(b"\n") + 1])
    assert 5 <= len(before) < count
    with out.open("ab") as file:  # as if the last line had been cut in the middle
        file.write(b'{"format": "planner-batch/1", "sou')
    done = batch(source, "-o", out, "--resume", "--workers", "2")
    assert done.returncode == 0
    after = results(out)
    assert sorted(after) == sorted(f"many.jsonl:{n}" for n in range(1, count + 1))
    assert all(after[name] == one for name, one in before.items())


@pytest.mark.long
def test_no_worker_outlives_a_batch_that_was_killed(tmp_path: Path) -> None:
    source, out = lines_of(tmp_path / "many.jsonl", 60), tmp_path / "out.jsonl"
    process = start(source, "-o", out, "--workers", "2")
    wait_for_lines(out, 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    until = time.monotonic() + 20
    while _alive(process.pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def _alive(session: int) -> list[int]:
    """Processes of a session that are left, by /proc."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def _workers(session: int) -> list[int]:
    return [
        pid for pid in _alive(session) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


@pytest.mark.long
def test_a_worker_that_is_killed_takes_no_scenario_with_it(tmp_path: Path) -> None:
    count = 40
    source, out = lines_of(tmp_path / "many.jsonl", count), tmp_path / "out.jsonl"
    process = start(source, "-o", out, "--workers", "2")
    wait_for_lines(out, 3, process)
    os.kill(_workers(process.pid)[0], signal.SIGKILL)
    assert process.wait(timeout=60) == 0
    assert len(results(out)) == count


def test_resuming_plans_again_only_what_has_changed(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.json").write_text(json.dumps(scenario(number)))
    out = tmp_path / "out.jsonl"
    batch(tmp_path, "-o", out, "--workers", "1")
    before = out.read_bytes().splitlines()
    (tmp_path / "1.json").write_text(json.dumps(scenario(20)))
    (tmp_path / "2.json").unlink()
    (tmp_path / "3.json").write_text(json.dumps(infeasible()))
    done = batch(tmp_path, "-o", out, "--resume", "--workers", "1")
    found = results(out)
    assert sorted(found) == ["0.json", "1.json", "3.json"]
    assert out.read_bytes().splitlines()[0] in before
    assert found["1.json"]["result"]["scenario"]["title"] == "Infant 20"
    assert done.returncode == 3  # earlier results count too
    kept = out.read_bytes()
    again = batch(tmp_path, "-o", out, "--resume", "--workers", "1")
    assert again.returncode == 3
    assert out.read_bytes() == kept


def test_resuming_under_other_options_plans_all_again(tmp_path: Path) -> None:
    source, out = lines_of(tmp_path / "few.jsonl", 2), tmp_path / "out.jsonl"
    batch(source, "-o", out, "--workers", "1")
    before = results(out)
    assert batch(source, "-o", out, "--resume", "--workers", "1").returncode == 0
    assert results(out) == before
    batch(source, "-o", out, "--resume", "--workers", "1", "--no-remedies")
    after = results(out)
    assert set(after) == set(before)
    assert all(after[one]["settings"] != before[one]["settings"] for one in after)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="no file locks")
def test_a_second_batch_into_the_same_file_is_refused_and_the_first_loses_nothing(
    tmp_path: Path,
) -> None:
    count = 40
    source, out = lines_of(tmp_path / "many.jsonl", count), tmp_path / "out.jsonl"
    first = start(source, "-o", out, "--workers", "1")
    wait_for_lines(out, 2, first)
    os.kill(first.pid, signal.SIGSTOP)
    second = batch(source, "-o", out, "--resume", "--workers", "1")
    os.kill(first.pid, signal.SIGCONT)
    assert second.returncode == 2
    assert b"another batch" in second.stderr
    assert first.wait(timeout=60) == 0
    assert len(results(out)) == count


@pytest.mark.long
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3])
def test_ctrl_c_while_the_workers_start_shows_no_traceback(tmp_path: Path, seconds: float) -> None:
    """A terminal sends Ctrl-C to the workers too, which may just be importing."""
    source = lines_of(tmp_path / "many.jsonl", 60)
    process = start(source, "-o", tmp_path / "out.jsonl", "--workers", "2")
    until = time.monotonic() + 30
    while not _workers(process.pid):
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said in (b"", b"planner: stopped; go on with --resume\n")


@pytest.mark.long
def test_progress_is_shown_on_a_terminal_and_results_are_the_same(tmp_path: Path) -> None:
    import pty

    source, out = lines_of(tmp_path / "few.jsonl", 3), tmp_path / "out.jsonl"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "planner", "batch", str(source), "-o", str(out)]
    process = subprocess.Popen([*command, "--workers", "1"], stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux: the other end is closed
        while more := os.read(ours, 4096):
            shown += more
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"3/3" in shown
    assert b"3 planned" in shown
    assert len(results(out)) == 3


def test_a_file_of_something_else_is_not_resumed(tmp_path: Path) -> None:
    source, out = lines_of(tmp_path / "few.jsonl", 1), tmp_path / "out.jsonl"
    out.write_text('{"format": "something"}\n')
    done = batch(source, "-o", out, "--resume")
    assert done.returncode == 2
    assert out.read_text() == '{"format": "something"}\n'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["few.jsonl", "out.jsonl"]
