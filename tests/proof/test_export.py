"""Certificates in the open format are accepted by a checker that shares nothing with their writer,
and refused where anything of them is changed."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest

from planner.cli.main import main
from planner.constraints.system import System
from planner.proof.certificate import certify
from planner.proof.export import VERSIONS, Version, veripb
from tests.proof.explained import FOLDER, NAMES, conflict_in
from tests.proof.test_certificate import system_of
from tests.proof.veripb import Refused, check
from tests.sampled import sampled

# 2x + 2y = 7 with x from 1 to 5 and y from 0 to 9: whole numbers make it even
ODD = system_of([(1, 5), (0, 9)], ({0: 2, 1: 2}, 7, 7))
# x + y = x + z = y + z = 1 holds at one half each, and in no whole numbers
HALVES = system_of([(0, 1)] * 3, ({0: 1, 1: 1}, 1, 1), ({0: 1, 2: 1}, 1, 1), ({1: 1, 2: 1}, 1, 1))


@pytest.mark.parametrize("name", sampled(NAMES))
@pytest.mark.parametrize("version", VERSIONS)
def test_each_conflict_of_the_suite_is_accepted(name: str, version: Version) -> None:
    certificate = conflict_in(name).certificate
    if certificate.proof is not None:
        check(*veripb(certificate, version))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("system", [ODD, HALVES], ids=["wide", "0-1"])
def test_cases_of_any_variable_are_accepted(system: System, version: Version) -> None:
    """A number from 1 to 5 has bits 1, 2 and 4 above 1; a split of it has a literal of its own."""
    certificate = certify(system)
    assert certificate is not None
    assert certificate.kind == "cases"
    formula, proof = veripb(certificate, version)
    assert ("\nred " in proof) == (system is ODD)
    check(formula, proof)


@pytest.mark.parametrize("name", ["broken-vial", "units-cycles-6-9"])
def test_a_proof_with_a_bound_or_a_weight_changed_is_refused(name: str) -> None:
    """Each constraint that the proof cites asks for nothing; each multiple is left out."""
    certificate = conflict_in(name).certificate
    formula, proof = veripb(certificate, "2.0")
    cited = {int(at) for at in re.findall(r"(?<= )(\d+) \d+ \*", proof)}
    lines = formula.splitlines()
    first = next(i for i, line in enumerate(lines) if not line.startswith("*"))
    for at in sorted(cited):
        line = lines[first + at - 1]
        changed = re.sub(r"(-?\d+) ;$", lambda m: f"{int(m[1]) - 10**6} ;", line)
        weaker = "\n".join([*lines[: first + at - 1], changed, *lines[first + at :]])
        with pytest.raises(Refused):
            check(weaker, proof)
    assert len(cited) > 1
    for step in islice(re.finditer(r" (?:~?x)?\d+ \d+ \* \+", proof), 20):
        with pytest.raises(Refused):
            check(formula, proof[: step.start()] + proof[step.end() :])


def test_the_files_are_written_for_a_conflict_and_for_a_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["plan", str(FOLDER / "broken-vial.yaml"), "-o", str(out)]) == 3
    assert main(["verify", str(out / "conflict.json"), "--export", str(tmp_path / "pb")]) == 0
    assert sorted(f.name for f in (tmp_path / "pb").iterdir()) == [
        f"conflict.{version}.{end}" for version in VERSIONS for end in ("opb", "pbp")
    ]

    assert main(["plan", "infant-interfant-6kg", "--prove", "-o", str(out)]) == 0
    assert main(["verify", str(out / "plan.json"), "--export", str(tmp_path / "plan")]) == 0
    written = {f.name: f.read_text() for f in (tmp_path / "plan").iterdir()}
    assert "vials-1.2.0.opb" in written
    for version in VERSIONS:
        check(written[f"vials-1.{version}.opb"], written[f"vials-1.{version}.pbp"])
    capsys.readouterr()


def test_a_plan_without_certificates_has_nothing_to_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "infant-interfant-6kg", "-o", str(tmp_path), "--format", "json"]) == 0
    assert main(["verify", str(tmp_path / "plan.json"), "--export", str(tmp_path / "pb")]) == 2
    assert "--prove" in capsys.readouterr().err
