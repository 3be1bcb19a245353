"""The courses that are measured: every shipped scenario, drawn ones, and one that grows."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.by_hand import Hung, hung, laid, laid_out, told
from benchmarks.drawn import WEEK, draw
from planner.documents.load import load_scenario
from planner.regimen.build import most_cycles
from planner.regimen.course import BagOption, Course, CourseCycle, Segment
from planner.regimen.cycles import therapy

ROOT = Path(__file__).parent.parent
HARD = "adult-rr-weekly-weekdays"
MCG_OF_A_BAGS_VIAL = 30  # what is infused of a vial of 35 mcg, beside what the line keeps
SLACK = (0, 7, 14, 28, 56, 90)
YEARS = 3
DAYS_OF_A_YEAR = 365
Instance = tuple[str, Course]


class Grown(NamedTuple):
    """A course of the table of growth: what grows, to which size."""

    what: str
    size: str
    course: Course


def shipped() -> Iterator[Instance]:
    """Every scenario of the project, the infeasible ones included, by name."""
    for folder in (ROOT / "scenarios", ROOT / "scenarios" / "infeasible"):
        for path in sorted(folder.glob("*.yaml")):
            yield path.stem, laid_out(load_scenario(path))


def drawn(seeds: range) -> Iterator[Instance]:
    """Drawn scenarios; the same seeds give the same ones."""
    for seed in seeds:
        yield f"drawn {seed}", laid(draw(seed))


def growing() -> Iterator[Grown]:
    """The hard course, made larger in one respect at a time."""
    base = json.loads(
        load_scenario(ROOT / "scenarios" / f"{HARD}.yaml").scenario.model_dump_json(
            by_alias=True, exclude_unset=True
        )
    )
    most = most_cycles(laid(base).clauses)
    assert most is not None
    for cycles in range(1, most + 1):
        yield Grown("cycles", str(cycles), _with(base, ("request", "cycles"), cycles))
    for days in SLACK:
        yield Grown("days of slack", str(days), laid(_slack(base, days)))
    lengths = ["24h", "7d", "48h", "72h", "96h"]
    every_day = _changed(base, ("pharmacy", "bag_change_days"), list(WEEK))
    for bags in range(1, len(lengths) + 1):
        course = _with(every_day, ("pharmacy", "bags"), lengths[:bags])
        yield Grown("bag lengths", str(bags), course)
    for made_up in ((5,), (5, 6)):
        size = f"{len(lengths) + len(made_up)} ({len(made_up)} made up)"
        course = _with(every_day, ("pharmacy", "bags"), lengths)
        yield Grown("bag lengths", size, _lengthened(course, made_up))
    for past in range(0, most, 2):
        yield Grown("past cycles", str(past), laid(_begun(base, past)))
    for years in range(YEARS + 1):
        document = _in_years(base, years)
        yield Grown("years of history", f"{years}{_counted(document)}", laid(document))


GROWING = f"""
- Days of slack are those of a course that may start on Tuesday 6 January 2026, not on the Monday
  before: its second cycle would fall on a federal holiday, and without slack have no calendar.
- Bag lengths are those of a pharmacy that changes bags on all days of the week, at every size. No
  label has bags of 5 or 6 days: the sixth and the seventh length are made up.
- Past cycles are begun as early as the policy lets them; those that are left are planned.
- Years of history have one cycle to plan, the next one: without history, or after cycles spread
  over so many years, with every bag, dispense and claim of them. After {YEARS} years it is the last
  that the policy has; the first began with the policy."""


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


def _slack(base: dict[str, Any], days: int) -> dict[str, Any]:
    """The course with so many days of slack, from a day on which it can be planned without any."""
    changed = _changed(base, ("request", "max_delay_days"), days)
    first = _first(base) + 1
    window = {"earliest": _iso(first), "latest": _iso(first + days)}
    return _changed(changed, ("request", "first_infusion"), window)


def _begun(base: dict[str, Any], past: int) -> dict[str, Any]:
    """The course with so many cycles done, each as early as the policy's lengths let it; planned
    just before the next one."""
    if not past:
        return base
    plan = therapy(laid(base).clauses)
    start = dt.date(2024, 1, 8).toordinal()
    changed = _changed(base, ("request", "first_infusion"), _iso(start))
    cycles = []
    for number in range(1, past + 1):
        cycles.append({"cycle": number, "start": _iso(start)})
        start += plan.length(number)
    changed["history"] = {"cycles": cycles}
    changed["as_of"] = _iso(start - base["pharmacy"]["max_days_ahead"])
    return changed


def _in_years(base: dict[str, Any], years: int) -> dict[str, Any]:
    """The next cycle alone, after so many years of history: cycles that are spread evenly over
    them, with weekly fills and a claim a bag, under authorizations whose given dates hold them."""
    whole = laid(base)
    past = (len(whole.cycles) - 1) * years // YEARS
    ahead, slack = base["pharmacy"]["max_days_ahead"], base["request"]["max_delay_days"]
    coming = _first(base)
    if (since := whole.policy.effective_from) is not None:  # all of history is under the policy
        coming = max(coming, since.toordinal() + ahead + DAYS_OF_A_YEAR * YEARS)
    window = {"earliest": _iso(coming), "latest": _iso(coming + slack)}
    changed = _changed(base, ("request", "first_infusion"), window)
    changed["request"]["cycles"] = past + 1
    if not past:
        return changed
    plan = therapy(whole.clauses)
    begun = _spread(whole, past, coming - DAYS_OF_A_YEAR * years, coming - plan.length(past))
    history: dict[str, Any] = told(whole, begun, coming - ahead, weekly=True)
    units = whole.drug.vial.mcg // plan.mcg_per_unit
    history["claims"] = [
        {"date": bag["hang"], "units": int(bag["vials"] * units), "cycle": cycle["cycle"]}
        for cycle in history["cycles"]
        for bag in cycle["bags"]
    ]
    changed["request"]["first_infusion"] = history["cycles"][0]["start"]
    after = coming + slack + plan.infusion_days + 1
    starts = [*(bags[0].day for _, bags in begun), coming, after]
    changed["authorizations"] = [
        {
            "kind": slot.kind,
            "start": min(d["date"] for d in history["dispenses"] if d["cycle"] == slot.cycles[0]),
            "end": _iso(starts[min(slot.cycles[-1], past + 1)] - 1),
            "cycles": list(slot.cycles),
        }
        for slot in whole.slots
        if slot.cycles[0] <= past
    ]
    return {**changed, "history": history, "as_of": _iso(coming - ahead)}


def _spread(
    course: Course, cycles: int, first: int, last: int
) -> list[tuple[CourseCycle, tuple[Hung, ...]]]:
    """The bags of so many cycles that start evenly from one day to another, each on the next day
    on which it can be laid out."""
    spread = []
    for index, cycle in enumerate(course.cycles[:cycles]):
        day = first + index * (last - first) // max(cycles - 1, 1)
        tried = (hung(course, cycle, start) for start in range(day, day + len(WEEK)))
        spread.append((cycle, next(bags for bags in tried if bags)))
    return spread


def _counted(document: dict[str, Any]) -> str:
    """How much history a scenario has, in brackets."""
    history = document.get("history")
    if history is None:
        return ""
    bags = sum(len(cycle["bags"]) for cycle in history["cycles"])
    cycles, fills, claims = (len(history[name]) for name in ("cycles", "dispenses", "claims"))
    return f" ({cycles} cycles, {bags} bags, {fills} dispenses, {claims} claims)"


def _first(base: dict[str, Any]) -> int:
    """The first day that the course may start on, as an ordinal."""
    return dt.date.fromisoformat(base["request"]["first_infusion"]["earliest"]).toordinal()


def _iso(day: int) -> str:
    return dt.date.fromordinal(day).isoformat()


def _with(base: dict[str, Any], path: tuple[str, str], value: Any) -> Course:
    return laid(_changed(base, path, value))


def _changed(base: dict[str, Any], path: tuple[str, str], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(base)
    changed[path[0]][path[1]] = value
    return changed
