"""What the scenario asks for holds exactly, and nothing new is set before ``as_of``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from planner.audit.case import Case
from planner.audit.claims import counted_lines
from planner.audit.days import run
from planner.audit.dose import doses_by_day, requested_dose
from planner.audit.sums import earliest_days, first_asked
from planner.documents.policy import CyclesClause


def first_infusion(case: Case) -> Iterator[str]:
    """The first cycle still to begin starts on the date, or in the window, asked for. A date at
    or before the start of a past cycle describes the course's first cycle."""
    earliest, latest = first_asked(case)
    begun = any(earliest <= past.start for past in case.past_cycles.values())
    if begun or not case.planned:
        return
    first = case.planned[0]
    if not earliest <= first.start <= latest:
        asked = f"on {earliest}" if earliest == latest else f"from {earliest} to {latest}"
        yield f"cycle {first.cycle} starts on {first.start}, asked for is {asked}"


def cycles(case: Case) -> Iterator[str]:
    """The course has the cycles asked for, past ones among them; by default as many as the
    indication allows."""
    asked = case.scenario.request.cycles
    if asked is None:
        asked = min((one.at_most for _, one in case.clauses_of(CyclesClause)), default=None)
    last = max((cycle.cycle for cycle in case.cycles), default=0)
    if asked is not None and last != asked:
        yield f"the course goes up to cycle {last}, asked for are {asked}"


def cycle_starts(case: Case) -> Iterator[str]:
    """Each pinned cycle starts on its day."""
    for number, day in sorted(case.scenario.request.cycle_starts.items()):
        cycle = case.cycle(number)
        if cycle is None:
            yield f"cycle {number} is asked for on {day} and is not in the plan"
        elif cycle.start != day:
            yield f"cycle {number} starts on {cycle.start}, asked for is {day}"


def daily_dose_mcg(case: Case) -> Iterator[str]:
    """The requested dose is the full dose of its cycles; a step dose stays below it."""
    for cycle in case.cycles:
        asked = requested_dose(case, cycle.cycle)
        if asked is None:
            continue
        due = doses_by_day(case, cycle.cycle)
        for bag in case.bags(cycle.cycle):
            dose = due.get(bag.hang)
            if dose is not None and bag.mcg_per_day != dose.due:
                yield (
                    f"the bag of {bag.hang} gives {bag.mcg_per_day} mcg a day, at the "
                    f"{asked} asked for cycle {cycle.cycle} it has to give {dose.due}"
                )
                break


def dispenses(case: Case) -> Iterator[str]:
    """The dispenses asked for are all of their cycles' new dispenses."""
    asked: dict[int, Counter[date]] = {}
    for one in case.scenario.request.dispenses:
        asked.setdefault(one.cycle, Counter())[one.date] += one.vials
    for number in sorted(asked):
        found: Counter[date] = Counter()
        for dispense in case.dispenses(number):
            if not dispense.past:
                found[dispense.date] += dispense.vials
        yield from _compare(number, asked[number], found, "vials", "dispensed")


def claims(case: Case) -> Iterator[str]:
    """The claims asked for are all of their cycles' new claims; their units are those that
    count."""
    asked: dict[int, Counter[date]] = {}
    for one in case.scenario.request.claims:
        asked.setdefault(one.cycle, Counter())[one.date] += one.units
    counted = counted_lines(case, case.new_claims)
    for number in sorted(asked):
        found: Counter[date] = Counter()
        for line in counted:
            if line.cycle == number:
                found[line.date] += line.units
        yield from _compare(number, asked[number], found, "units", "billed")


def _compare(
    number: int, asked: Counter[date], found: Counter[date], unit: str, verb: str
) -> Iterator[str]:
    for day in sorted({*asked, *found}):
        if asked[day] != found[day]:
            yield (
                f"cycle {number} has {found[day]} {unit} {verb} on {day}, "
                f"asked for are {asked[day]}"
            )


def finish_by(case: Case) -> Iterator[str]:
    """The last disconnect is on the day asked for, or before."""
    latest = case.scenario.request.finish_by
    if latest is None:
        return
    for cycle in case.cycles:
        infused = run(case, cycle.cycle)
        if infused is not None and infused.disconnect > latest:
            yield f"cycle {cycle.cycle} is disconnected on {infused.disconnect}, after {latest}"


def max_delay_days(case: Case) -> Iterator[str]:
    """No cycle starts more than ``max_delay_days`` behind its earliest day."""
    most, earliest = case.scenario.request.max_delay_days, earliest_days(case)
    for cycle in case.planned:
        behind = (cycle.start - earliest[cycle.cycle]).days
        if behind > most:
            yield (
                f"cycle {cycle.cycle} starts on {cycle.start}, {behind} days behind "
                f"{earliest[cycle.cycle]}: {behind} > {most}"
            )


def as_of(case: Case) -> Iterator[str]:
    """Every new start, bag change and dispense is on ``as_of`` or after it."""
    today = case.scenario.as_of
    if today is None:
        return
    new = [(cycle.start, f"cycle {cycle.cycle} starts") for cycle in case.planned]
    new += [(bag.hang, f"a bag of cycle {bag.cycle} is hung") for bag in case.new_bags]
    new += [(one.date, f"cycle {one.cycle} is dispensed") for one in case.new_dispenses]
    for day, what in new:
        if day < today:
            yield f"{what} on {day}, before {today}"


def pins(case: Case) -> Iterator[str]:
    """Each field that a pin names is so in the plan."""
    for pin in case.scenario.request.pins:
        cycle, bags = case.cycle(pin.cycle), case.bags(pin.cycle)
        if pin.start is not None and (cycle is None or cycle.start != pin.start):
            yield f"cycle {pin.cycle} does not start on {pin.start}, as pinned"
        hung = [bag.days for bag in bags if bag.hang == pin.visit]
        if pin.visit is not None and (not hung or pin.days not in (None, *hung)):
            yield f"cycle {pin.cycle} has no such bag hung on {pin.visit} as pinned"
        if any(bag.hang == pin.free for bag in bags):
            yield f"cycle {pin.cycle} has a bag hung on {pin.free}, which a pin keeps free"
        sent = [one.vials for one in case.dispenses(pin.cycle) if one.date == pin.dispense]
        if pin.dispense is not None and (not sent or pin.vials not in (None, *sent)):
            yield f"cycle {pin.cycle} has no such dispense on {pin.dispense} as pinned"
