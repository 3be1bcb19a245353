"""From file to explained and certified answer, for every scenario of the infeasible suite."""

from __future__ import annotations

import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median

from planner import explain, load_scenario, plan
from planner.api import Known

FOLDER = Path(__file__).parent.parent / "scenarios" / "infeasible"
FAULT = "fault:"


@dataclass(frozen=True)
class Explained:
    """Processor seconds to the certified conflict and to the one with remedies, and its proof."""

    proof: str
    certified: float
    remedied: float


@dataclass(frozen=True)
class Suite:
    """The suite as a table in Markdown, what failed, and the median to the certified conflict."""

    table: str
    faults: list[str]
    median: float


def conflicts() -> Suite:
    """Times the suite once, after one warm-up scenario that loads the solver."""
    files = [f for f in sorted(FOLDER.glob("*.yaml")) if not f.stem.endswith("-at-the-limit")]
    plan(load_scenario(files[0]))
    found = {file.stem: _explained(file) for file in files}
    lines = [
        "\n## Certified conflicts, in processor seconds from the file\n",
        "| scenario | conflict and certificate | with remedies | proof |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one.certified:.2f} | {one.remedied:.2f} | {one.proof} |"
        for name, one in found.items()
    ]
    certified = [one.certified for one in found.values()]
    remedied = [one.remedied for one in found.values()]
    lines.append(f"| median | {median(certified):.2f} | {median(remedied):.2f} | |")
    lines.append(f"| worst | {max(certified):.2f} | {max(remedied):.2f} | |")
    proofs = Counter(one.proof for one in found.values())
    told = ", ".join(f"{count} {proof}" for proof, count in sorted(proofs.items()))
    lines.append(f"\n{len(found)} scenarios: {told}.")
    failed = [f"{name}: {one.proof}" for name, one in found.items() if one.proof.startswith(FAULT)]
    return Suite("\n".join(lines), failed, median(certified))


def _explained(file: Path) -> Explained:
    try:
        one = _timed(file)
    except Exception as fault:  # one scenario less must not cost the whole run; it is shown
        traceback.print_exc()
        one = Explained(f"{FAULT} {type(fault).__name__}", inf, inf)
    told = f"{one.certified:.2f} {one.remedied:.2f} {one.proof}"
    print(f"{file.stem}: {told}", file=sys.stderr, flush=True)
    return one


def _timed(file: Path) -> Explained:
    times = []
    proof = ""
    for remedies in (False, True):
        begun = time.process_time()
        scenario, known = load_scenario(file), Known()
        outcome = plan(scenario, known=known)
        infeasible = outcome.status == "infeasible"
        conflict = explain(scenario, remedies=remedies, known=known) if infeasible else None
        times.append(time.process_time() - begun)
        if conflict is None:
            proof = f"none ({outcome.status})"
        else:
            minimal = "minimal" if conflict.minimal else "not proven minimal"
            proof = f"{conflict.certificate.kind}, {minimal}"
    return Explained(proof, times[0], times[1])
