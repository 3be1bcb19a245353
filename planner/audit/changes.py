"""What a plan leaves of the calendar in force, counted again: the objective ``changes``."""

from __future__ import annotations

from datetime import date

from planner.audit.case import Case
from planner.documents.in_force_calendar import ChangeWeights, InForce

Row = tuple[int, date]  # cycle and day


def changes(case: Case) -> int:
    """Each row of the calendar in force that the plan has not, by its kind, times the factor of
    what has happened to it; each row of the plan that is not in force, by its kind, times the
    factor of the days to the nearest in force of its kind and cycle; each vial that a dispense on
    its day, or a cycle in all, has more or fewer; and each vial more that is left. What a cycle has
    more of visits or dispenses than it had weighs besides."""
    force = case.scenario.in_force or InForce()
    weights, hung = _weights(case), case.reading("date_of_service") == "hang"
    visit = weights.visit + (weights.claim if hung else 0)
    dispense = weights.dispense + (0 if hung else weights.claim)
    ahead = {bag.cycle for bag in case.new_bags}
    going = [cycle for cycle in case.cycles if not cycle.past or cycle.cycle in ahead]
    sent = {(one.cycle, one.date): one.vials for one in force.dispenses}
    total = _moved(
        case,
        {(one.cycle, one.start): False for one in force.cycles if one.start is not None},
        {(cycle.cycle, cycle.start) for cycle in going if not cycle.past},
        weights.start,
    )
    total += _moved(
        case,
        {(one.cycle, one.disconnect): False for one in force.cycles},
        {(cycle.cycle, cycle.disconnect) for cycle in going},
        weights.visit,
    )
    total += _moved(
        case,
        {(one.cycle, one.date): one.shipped for one in force.visits},
        {(bag.cycle, bag.hang) for bag in case.new_bags},
        visit,
    )
    new = {(one.cycle, one.date): one.vials for one in case.new_dispenses}
    total += _moved(case, dict.fromkeys(sent, False), set(new), dispense)
    apart = sum(abs(vials - sent[row]) for row, vials in new.items() if row in sent)
    for number in {number for number, _ in (*sent, *new)}:
        sums = [sum(v for (n, _), v in rows.items() if n == number) for rows in (sent, new)]
        apart += abs(sums[1] - sums[0])
    total += weights.vials * apart + weights.unused * max(0, _unused(case) - force.unused)
    for number in ahead | {cycle.cycle for cycle in going}:
        visits = sum(bag.cycle == number for bag in case.new_bags)
        had = sum(one.cycle == number for one in force.visits)
        total += visit * weights.more * max(0, visits - had)
        made = sum(cycle == number for cycle, _ in new)
        had = sum(one.cycle == number for one in force.dispenses)
        total += dispense * weights.more * max(0, made - had)
    return total


def _unused(case: Case) -> int:
    """The vials sent that no bag has taken, nor takes, and that did not break."""
    sent = sum(one.vials for one in case.plan.dispenses)
    taken = sum(source.vials for bag in case.plan.bags for source in bag.from_)
    return sent - taken - sum(one.vials for one in case.scenario.history.wasted)


def _moved(case: Case, old: dict[Row, bool], new: set[Row], kind: int) -> int:
    """Of one kind: ``old`` rows with whether their vials have left, and ``new`` ones."""
    weights, told = _weights(case), (case.scenario.in_force or InForce()).told_until
    total = 0
    for row, shipped in old.items():
        if row not in new:
            known = told is not None and row[1] < told
            total += kind * (weights.shipped if shipped else weights.told if known else 1)
    for cycle, day in new - set(old):
        apart = [abs((day - other).days) for number, other in old if number == cycle]
        factors = [band.factor for band in weights.bands if apart and min(apart) <= band.days]
        total += kind * (factors[0] if factors else weights.beyond)
    return total


def _weights(case: Case) -> ChangeWeights:
    return case.scenario.pharmacy.change_weights
