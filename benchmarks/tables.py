"""What ``make bench`` has measured, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from statistics import median

from benchmarks.engines import SETTLED, Timed
from benchmarks.instances import GROWING, Grown

Results = Mapping[str, Timed]  # by engine
LEAST = 0.001  # seconds below which two times are not compared


def shown(timed: Timed) -> str:
    """Its seconds, or the bound that it passed, or that it failed."""
    if timed.status == "fault":
        return "fault"
    if timed.status == "limit":
        return f"> {timed.seconds:.0f}" if timed.seconds >= 1 else f"> {timed.seconds:.1f}"
    return f"{timed.seconds:.3f}"


def ratio(seconds: float, own: float) -> float:
    """How many times as long as another an engine took."""
    return max(seconds, LEAST) / max(own, LEAST)


def one_course(title: str, found: Results) -> str:
    """One course by each engine."""
    own = found["product"]
    lines = [f"\n## {title}\n", "| engine | processor s | times the product's |", "|---|---|---|"]
    for engine, timed in found.items():
        least = "" if timed.status in SETTLED else "at least "
        told = f"{least}{ratio(timed.seconds, own.seconds):.0f}"
        if own.status not in SETTLED or timed.status == "fault":
            told = "not settled"
        lines.append(f"| {engine} | {shown(timed)} | {told} |")
    return "\n".join(lines)


def each(title: str, results: Mapping[str, Results]) -> str:
    """Many courses, one a line, and what each comes to."""
    engines = _engines(results)
    lines = [
        f"\n## {title}, in processor seconds to the proof\n",
        f"| scenario | {' | '.join(engines)} | result |",
        f"|---|{'---|' * len(engines)}---|",
    ]
    for name, found in results.items():
        times = " | ".join(shown(found[engine]) for engine in engines)
        settled = next((t.status for t in found.values() if t.status in SETTLED), "none")
        lines.append(f"| {name} | {times} | {settled} |")
    return "\n".join(lines)


def summary(title: str, results: Mapping[str, Results], limit: float) -> str:
    """What engines come to on many courses."""
    lines = [
        f"\n## {title}, at most {limit:g} s for each engine\n",
        "| engine | settled | median s | 9 in 10 below s | all s "
        "| times the product's (geometric mean) |",
        "|---|---|---|---|---|---|",
    ]
    own = counted(results, "product", limit)
    for engine in _engines(results):
        times = counted(results, engine, limit)
        settled = sum(found[engine].status in SETTLED for found in results.values())
        lines.append(
            f"| {engine} | {settled} | {median(times):.3f} "
            f"| {sorted(times)[int(len(times) * 0.9)]:.3f} "
            f"| {sum(times):.0f} | {_mean_ratio(times, own):.1f} |"
        )
    return "\n".join(lines)


def counted(results: Mapping[str, Results], engine: str, limit: float) -> list[float]:
    """An engine's seconds for each course. One that it did not settle counts with its limit, so
    that the ratio of an engine that fails often is too kind to it."""
    return [
        timed.seconds if timed.status in SETTLED else max(timed.seconds, limit)
        for timed in (found[engine] for found in results.values())
    ]


def growth(measured: Sequence[tuple[Grown, Timed]]) -> str:
    """The product's time on courses that grow, with what has to be known of them."""
    lines = [
        f"\n## How the product's time grows, from the hard course\n{GROWING}\n",
        "| what grows | size | processor s | result |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {grown.what} | {grown.size} | {shown(timed)} | {timed.status} |"
        for grown, timed in measured
    ]
    return "\n".join(lines)


def _engines(results: Mapping[str, Results]) -> tuple[str, ...]:
    return tuple(next(iter(results.values())))


def _mean_ratio(times: Sequence[float], own: Sequence[float]) -> float:
    ratios = (log(ratio(one, other)) for one, other in zip(times, own, strict=True))
    return exp(sum(ratios) / len(times))
