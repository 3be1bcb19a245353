"""From file to explained and certified answer, for every scenario of the infeasible suite.

Run with ``python -m benchmarks.conflicts``: prints seconds a scenario (reading, planning,
explaining, certificate and remedies), then median, worst, and how the answers are proven.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from statistics import median

from planner import explain, load_scenario, plan

FOLDER = Path(__file__).parent.parent / "scenarios" / "infeasible"


def main() -> None:
    """Times the suite once, after one warm-up scenario that loads the solver."""
    files = [f for f in sorted(FOLDER.glob("*.yaml")) if not f.stem.endswith("-at-the-limit")]
    plan(load_scenario(files[0]))
    seconds: dict[str, float] = {}
    kinds: Counter[str] = Counter()
    for file in files:
        begun = time.perf_counter()
        scenario = load_scenario(file)
        outcome = plan(scenario)
        conflict = explain(scenario) if outcome.status == "infeasible" else None
        seconds[file.stem] = time.perf_counter() - begun
        kind = conflict.certificate.kind if conflict is not None else f"none ({outcome.status})"
        minimal = "minimal" if conflict is not None and conflict.minimal else "not proven minimal"
        kinds[f"{kind}, {minimal}"] += 1
        print(f"{seconds[file.stem]:8.2f} s  {kind:14} {minimal:18} {file.stem}", flush=True)
    print(f"{len(files)} scenarios: median {median(seconds.values()):.2f} s, ", end="")
    worst = max(seconds, key=lambda name: seconds[name])
    print(f"worst {seconds[worst]:.2f} s ({worst})")
    for kind, count in sorted(kinds.items()):
        print(f"{count:4} {kind}")


if __name__ == "__main__":
    main()
