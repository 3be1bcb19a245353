"""Checks over several fields of one scenario; each yields every error it finds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from planner.documents.findings import Finding
from planner.documents.history_checks import history_findings
from planner.documents.in_force_checks import in_force_findings
from planner.documents.own_row_checks import own_row_findings
from planner.documents.plausible import body_findings, first_days, whole_months
from planner.documents.positions import Path
from planner.documents.scenario import Claim, DateWindow, Dispense, Request, Scenario


def scenario_findings(scenario: Scenario) -> Iterator[Finding]:
    """Everything that can be judged without policy and drug file."""
    checks: tuple[Callable[[Scenario], Iterable[Finding]], ...] = (
        _ages,
        _weight_dates,
        body_findings,
        _authorizations,
        _pharmacy,
        _first_infusion,
        _requested_cycles,
        _requested_once,
        history_findings,
        in_force_findings,
    )
    for check in checks:
        yield from check(scenario)


def _ages(scenario: Scenario) -> Iterator[Finding]:
    birth, age = scenario.patient.birth_date, scenario.patient.age
    if birth is None:
        return
    path: Path = ("patient", "birth_date")
    earliest, latest = first_days(scenario)
    bounds: list[tuple[str, date, Path]] = [
        ("the first infusion", latest, ("request", "first_infusion"))
    ]
    if scenario.as_of is not None:
        bounds.append(("as_of", scenario.as_of, ("as_of",)))
    for name, day, about in bounds:
        if birth > day:
            yield Finding(path, f"the date {birth}", f"a date up to {name}, {day}", about=(about,))
            return
    if age is None:
        return
    spread = range(whole_months(birth, earliest), whole_months(birth, latest) + 1)
    whole = age == age.to_integral_value() and age >= 1
    meant = int(age * 12)
    fits = any(months // 12 == age if whole else abs(months - meant) <= 1 for months in spread)
    if not fits:
        yield Finding(
            ("patient", "age"),
            f"the age {age}, and a birth date that makes it {_years(spread[0])}",
            "either one, or both where they agree",
            about=(path, ("request", "first_infusion")),
        )


def _years(months: int) -> str:
    return f"{months // 12}" if months >= 24 else f"{months} months"


def _weight_dates(scenario: Scenario) -> Iterator[Finding]:
    weights = scenario.patient.weight_kg
    if not isinstance(weights, tuple):
        return
    root: Path = ("patient", "weight_kg")
    yield from rising([weight.date for weight in weights], root, "date")
    birth = scenario.patient.birth_date
    for index, weight in enumerate(weights):
        if birth is not None and weight.date < birth:
            yield Finding(
                (*root, index, "date"),
                f"the date {weight.date}",
                f"a date from birth on, {birth}",
                about=(("patient", "birth_date"),),
            )


def _authorizations(scenario: Scenario) -> Iterator[Finding]:
    seen: dict[int, int] = {}
    for index, given in enumerate(scenario.authorizations):
        path: Path = ("authorizations", index)
        if given.start and given.end and given.end < given.start:
            yield Finding((*path, "end"), f"the date {given.end}", f"a date from {given.start} on")
        if not isinstance(given.cycles, tuple):
            continue
        yield from _one_by_one(given.cycles, (*path, "cycles"))
        for place, cycle in enumerate(given.cycles):
            if seen.setdefault(cycle, index) != index:
                yield Finding(
                    (*path, "cycles", place),
                    f"cycle {cycle} under a second authorization",
                    "each cycle under one authorization",
                )
    yield from _in_turn(scenario)


def _one_by_one(cycles: Sequence[int], path: Path) -> Iterator[Finding]:
    """The cycles of one authorization follow each other."""
    for place, (before, cycle) in enumerate(pairwise(cycles), 1):
        if cycle != before + 1:
            yield Finding((*path, place), str(cycle), f"{before + 1}, the cycle after {before}")


def _in_turn(scenario: Scenario) -> Iterator[Finding]:
    """The cycles of a later authorization come after those of an earlier one; the initial one is
    the earliest, whatever its place in the file."""
    listed = [
        (index, given.cycles)
        for kind in ("initial", "continued")
        for index, given in enumerate(scenario.authorizations)
        if given.kind == kind and isinstance(given.cycles, tuple)
    ]
    for (earlier, before), (index, cycles) in pairwise(listed):
        if cycles[0] < before[-1] and cycles[0] not in before:
            yield Finding(
                ("authorizations", index, "cycles", 0),
                f"cycle {cycles[0]}",
                f"a cycle after {before[-1]}, which authorizations[{earlier}] covers",
                about=(("authorizations", earlier, "cycles"),),
            )


def _pharmacy(scenario: Scenario) -> Iterator[Finding]:
    pharmacy = scenario.pharmacy
    lists: tuple[tuple[str, Sequence[Hashable]], ...] = (
        ("bags", pharmacy.bags or ()),
        ("bag_change_days", pharmacy.bag_change_days),
        ("dispense_days", pharmacy.dispense_days),
        ("holidays", pharmacy.holidays if isinstance(pharmacy.holidays, tuple) else ()),
        ("closed", pharmacy.closed),
    )
    for name, values in lists:
        yield from once(values, ("pharmacy", name))
    yield from own_row_findings(pharmacy.preparation)
    if pharmacy.max_days_ahead < pharmacy.transit_days:
        yield Finding(
            ("pharmacy", "max_days_ahead"),
            f"the number {pharmacy.max_days_ahead}",
            f"at least transit_days, {pharmacy.transit_days}: no vial could be hung",
            about=(("pharmacy", "transit_days"),),
            at=("pharmacy",),
        )


def _first_infusion(scenario: Scenario) -> Iterator[Finding]:
    first = scenario.request.first_infusion
    path: Path = ("request", "first_infusion")
    if not isinstance(first, DateWindow):
        return
    if first.latest < first.earliest:
        yield Finding(
            (*path, "latest"), f"the date {first.latest}", f"a date from {first.earliest} on"
        )
    elif first.latest - first.earliest > timedelta(days=730):
        yield Finding(
            (*path, "latest"), f"the date {first.latest}", "a window of at most two years"
        )


def _requested_cycles(scenario: Scenario) -> Iterator[Finding]:
    request, last = scenario.request, scenario.request.cycles
    if last is None:
        return
    root: Path = ("request",)
    named: list[tuple[Path, int]] = [
        ((*root, "cycle_starts", str(cycle)), cycle) for cycle in request.cycle_starts
    ]
    for name, entries in _requested(request):
        named += [((*root, name, i, "cycle"), entry.cycle) for i, entry in enumerate(entries)]
    doses = request.daily_dose_mcg
    if isinstance(doses, Mapping):
        named += [((*root, "daily_dose_mcg", str(cycle)), cycle) for cycle in doses]
    for index, past in enumerate(scenario.history.cycles):
        named.append((("history", "cycles", index, "cycle"), past.cycle))
    for path, cycle in named:
        if cycle > last:
            yield Finding(
                path,
                f"cycle {cycle}",
                f"a cycle of those asked for, 1 to {last}",
                "request.cycles is too low: it is the course's last cycle, past ones counted.",
                (("request", "cycles"),),
            )


def _requested_once(scenario: Scenario) -> Iterator[Finding]:
    request = scenario.request
    yield from once(scenario.objectives, ("objectives",))
    for name, entries in _requested(request):
        keys = [f"cycle {entry.cycle} on {entry.date}" for entry in entries]
        yield from once(keys, ("request", name))


def _requested(request: Request) -> Iterator[tuple[str, Sequence[Dispense | Claim]]]:
    yield "dispenses", request.dispenses
    yield "claims", request.claims


def once(values: Sequence[Hashable], path: Path) -> Iterator[Finding]:
    """No value of a list stands in it twice."""
    seen: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        if seen.setdefault(value, index) != index:
            yield Finding((*path, index), f"{value} a second time", "each once")


def rising(values: Sequence[date], path: Path, key: str) -> Iterator[Finding]:
    """Each date of a list comes after the one before; it stands under ``key``."""
    for index, (before, value) in enumerate(pairwise(values), 1):
        if value <= before:
            yield Finding((*path, index, key), str(value), f"after {before}, the one before it")
