"""The courses that are measured: every shipped scenario, drawn ones, and one that grows."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.by_hand import laid, laid_out
from benchmarks.drawn import WEEK, draw
from planner.documents.load import load_scenario
from planner.regimen.course import BagOption, Course, Segment

ROOT = Path(__file__).parent.parent
HARD = "adult-rr-weekly-weekdays"
MCG_OF_A_BAGS_VIAL = 30  # what is infused of a vial of 35 mcg, beside what the line keeps
Instance = tuple[str, Course]


def shipped() -> Iterator[Instance]:
    """Every scenario of the project, the infeasible ones included, by name."""
    for folder in (ROOT / "scenarios", ROOT / "scenarios" / "infeasible"):
        for path in sorted(folder.glob("*.yaml")):
            yield path.stem, laid_out(load_scenario(path))


def drawn(seeds: range) -> Iterator[Instance]:
    """Drawn scenarios; the same seeds give the same ones."""
    for seed in seeds:
        yield f"drawn {seed}", laid(draw(seed))


def growing() -> Iterator[tuple[str, str, Course]]:
    """The hard course, made larger in one respect at a time: respect, size, course."""
    base = json.loads(
        load_scenario(ROOT / "scenarios" / f"{HARD}.yaml").scenario.model_dump_json(
            by_alias=True, exclude_unset=True
        )
    )
    for cycles in range(1, 10):
        yield "cycles", str(cycles), _with(base, ("request", "cycles"), cycles)
    for days in (0, 7, 14, 28, 56, 90):
        changed = _changed(base, ("request", "max_delay_days"), days)
        last = dt.date(2026, 1, 5) + dt.timedelta(days=days)
        changed["request"]["first_infusion"]["latest"] = last.isoformat()
        yield "days of slack", str(days), laid(changed)
    lengths = ["24h", "7d", "48h", "72h", "96h"]
    every_day = _changed(base, ("pharmacy", "bag_change_days"), list(WEEK))
    for bags in range(1, len(lengths) + 1):
        yield "bag lengths", str(bags), _with(every_day, ("pharmacy", "bags"), lengths[:bags])
    for made_up in ((5,), (5, 6)):
        course = _with(every_day, ("pharmacy", "bags"), lengths)
        yield "bag lengths", str(len(lengths) + len(made_up)), _lengthened(course, made_up)
    for past in (0, 2, 4, 6, 8):
        yield "past cycles", str(past), laid(_begun(base, past))
    for years in (0, 1, 2, 3):
        yield "years of history", str(years), laid(_spread(base, years))


def _lengthened(course: Course, days: Sequence[int]) -> Course:
    """The course with bags of more lengths, which no label has: of so many days, from as many vials
    as the daily bag's share of the dose comes to."""

    def more(segment: Segment) -> Segment:
        made_up = [_of_days(segment.options[0], length) for length in days]
        every = sorted((*segment.options, *made_up), key=lambda option: option.days)
        return replace(segment, options=tuple(every))

    cycles = [
        replace(
            cycle,
            variants=tuple(
                replace(v, segments=tuple(more(s) for s in v.segments)) for v in cycle.variants
            ),
        )
        for cycle in course.cycles
    ]
    return replace(course, cycles=tuple(cycles))


def _of_days(daily: BagOption, days: int) -> BagOption:
    vials = ceil(days * daily.mcg / MCG_OF_A_BAGS_VIAL)
    return replace(
        daily,
        days=days,
        vials=vials,
        mcg=days * daily.mcg,
        administered=days * daily.administered,
        opened=vials * daily.opened // daily.vials,
    )


def _begun(base: dict[str, Any], past: int) -> dict[str, Any]:
    """The course with so many cycles done: 42 days each up to the fifth, then 84."""
    if not past:
        return base
    changed = copy.deepcopy(base)
    start = dt.date(2024, 1, 8)
    changed["request"]["first_infusion"] = start.isoformat()
    cycles = []
    for number in range(1, past + 1):
        cycles.append({"cycle": number, "start": start.isoformat()})
        start += dt.timedelta(days=42 if number <= 5 else 84)
    changed["history"] = {"cycles": cycles}
    changed["as_of"] = (start - dt.timedelta(days=9)).isoformat()
    return changed


def _spread(base: dict[str, Any], years: int) -> dict[str, Any]:
    """The course after four cycles spread over so many years (none: at their usual distance), under
    an authorization whose given dates hold them."""
    changed = copy.deepcopy(base)
    as_of = dt.date(2026, 11, 2)
    last = as_of - dt.timedelta(days=33)
    first = as_of - dt.timedelta(days=365 * years) if years else last - dt.timedelta(days=3 * 42)
    cycles = [
        {"cycle": number + 1, "start": (first + number * (last - first) / 3).isoformat()}
        for number in range(4)
    ]
    end = last + dt.timedelta(days=42 + 28 + 10)  # the fifth cycle, with ten days to spare
    given = {"kind": "initial", "start": first.isoformat(), "end": end.isoformat(), "cycles": 5}
    changed["request"]["first_infusion"] = first.isoformat()
    changed["history"] = {"cycles": cycles}
    changed["as_of"] = as_of.isoformat()
    changed["authorizations"] = [given]
    return changed


def _with(base: dict[str, Any], path: tuple[str, str], value: Any) -> Course:
    return laid(_changed(base, path, value))


def _changed(base: dict[str, Any], path: tuple[str, str], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(base)
    changed[path[0]][path[1]] = value
    return changed
