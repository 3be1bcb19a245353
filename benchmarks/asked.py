"""What is asked of the planner, beside what was measured: the last table of a benchmark.

A figure that misses is shown and no more: machines are busy, and only wrong answers fail a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One demand: what it is of, what is asked, what was measured, and whether that meets it;
    ``met`` is None where it was not measured."""

    what: str
    asked: str
    measured: str
    met: bool | None


def at_most(what: str, most: float, measured: float | None) -> Asked:
    """A demand of seconds."""
    if measured is None:
        return _unknown(what, f"at most {most:g} s")
    return Asked(what, f"at most {most:g} s", f"{measured:.3f} s", measured <= most)


def below(what: str, bound: float, measured: float | None) -> Asked:
    """A demand of fewer seconds than a bound."""
    if measured is None:
        return _unknown(what, f"below {bound:g} s")
    return Asked(what, f"below {bound:g} s", f"{measured:.3f} s", measured < bound)


def at_least(
    what: str, least: float, measured: float | None, unit: str = "", known: bool = True
) -> Asked:
    """A demand of a rate or a ratio; not ``known`` is one that may be higher than measured."""
    if measured is None:
        return _unknown(what, f"at least {least:g}{unit}")
    told = f"{measured:.1f}{unit}" if known else f"at least {measured:.1f}{unit}"
    met = True if measured >= least else False if known else None
    return Asked(what, f"at least {least:g}{unit}", told, met)


def table(demands: Iterable[Asked]) -> str:
    """The demands in Markdown."""
    met = {True: "met", False: "**missed**", None: "not known"}
    lines = [
        "\n## What was asked\n",
        "| what | asked | measured | met |",
        "|---|---|---|---|",
    ]
    lines += [f"| {d.what} | {d.asked} | {d.measured} | {met[d.met]} |" for d in demands]
    return "\n".join(lines)


def _unknown(what: str, asked: str) -> Asked:
    return Asked(what, asked, "not measured", None)
