"""Runs tests against every change of the policy file: ``make mutants``.

Unlike ``test_mutations``, which asks a battery of checks in one process, each change is a whole run
of pytest that finds the changed file by PLANNER_MODELS, unless the form of policy files refuses it.
Tests that fail on the unchanged file as it is written here, such as those of its hash, are left
out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.coverage.changes import changes
from tests.policies.driver import policy_in, written
from tests.policies.mutations import Mutant, mutants

# Those that notice a change soonest come first: 843 changes take two hours.
DEFAULT = ("tests/policies/test_mutations.py", "tests/audit", "tests/coverage")
OF_CRITERIA = ("tests/coverage/test_outcomes.py", "tests/coverage", *DEFAULT[:2])
NAME = "eocco-0382"


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 where each change makes a test fail, 1 where one does not."""
    asked = _asked(arguments)
    value = written(NAME)
    every = [*mutants(value), *_of_criteria(value)]
    named = [mutant for mutant in every if asked.only in mutant.name]
    read = [mutant for mutant in named if policy_in(mutant.value) is not None]
    chosen = read[:: asked.every][: asked.first]
    tests = asked.tests or list(DEFAULT)
    left_out = _failing(value, tests)
    print(
        f"{len(named)} changes, of which {len(read)} leave a file that is read; "
        f"{len(chosen)} are tried; {len(left_out)} tests fail on the unchanged file",
        flush=True,
    )
    unnoticed = 0
    for mutant in chosen:
        own = OF_CRITERIA if mutant.path == ("criteria",) and not asked.tests else tests
        if _passes(mutant.value, own, left_out):
            unnoticed += 1
            print(f"not noticed: {mutant.name}", flush=True)
    print(f"{unnoticed} changes were not noticed")
    return 1 if unnoticed else 0


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="changes whose name has this in it")
    parser.add_argument("--every", type=int, default=1, help="one of so many changes")
    parser.add_argument("--first", type=int, default=None, help="no more than so many changes")
    parser.add_argument("tests", nargs="*", help=f"default: {' '.join(DEFAULT)}")
    return parser.parse_args(arguments)


def _of_criteria(value: dict[str, Any]) -> list[Mutant]:
    return [
        Mutant(f"criteria: {name}", ("criteria",), {**value, "criteria": changed})
        for name, changed in changes(value["criteria"])
    ]


def _failing(value: dict[str, Any], tests: Sequence[str]) -> list[str]:
    done = _pytest(value, [*tests, "-rf"])
    return re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)


def _passes(value: dict[str, Any], tests: Sequence[str], left_out: Sequence[str]) -> bool:
    options = [f"--deselect={test}" for test in left_out]
    return _pytest(value, [*tests, "-x", *options]).returncode == 0


def _pytest(value: dict[str, Any], options: Sequence[str]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        policies = Path(folder) / "policies"
        policies.mkdir()
        text = json.dumps(value, default=_number, ensure_ascii=False)
        (policies / f"{NAME}.yaml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow and not browser"]
        return subprocess.run(
            [*command, "-p", "no:cacheprovider", *options],
            env={**os.environ, "PLANNER_MODELS": folder},
            capture_output=True,
            text=True,
            check=False,
        )


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
