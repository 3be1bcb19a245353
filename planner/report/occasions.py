"""The days of a plan that a calendar shows: who has to do what, one occasion at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal, TypeVar

from planner.documents.plan import ClaimLine, Plan, PlannedBag, PlannedDispense
from planner.report.agenda import to_ask_for
from planner.report.coverage import warning
from planner.report.text import count, day, dose, figure, shown

Audience = Literal["patient", "pharmacy", "billing"]
AUDIENCES: Final[tuple[Audience, ...]] = ("patient", "pharmacy", "billing")

_OfCycle = TypeVar("_OfCycle", PlannedDispense, ClaimLine)


@dataclass(frozen=True)
class Occasion:
    """Something that somebody does on one whole day.

    ``kind``, ``part`` and ``ordinal`` name it whatever its date: the n-th of its kind in a cycle
    or an authorization. ``summary`` holds nothing of the patient and no free text of a file.
    """

    audience: Audience
    kind: str
    part: str
    ordinal: int
    date: date
    summary: str
    detail: str


def occasions(plan: Plan) -> tuple[Occasion, ...]:
    """Returns every occasion of a plan, past ones too, by date, audience, kind and order."""
    found: list[Occasion] = [
        *_infusion(plan),
        *_dispenses(plan),
        *_preparation(plan),
        *_latest_starts(plan),
        *_claims(plan),
        *_authorizations(plan),
    ]
    not_covered = warning(plan)
    if not_covered:
        found = [_warned(occasion, not_covered) for occasion in found]
    return tuple(
        sorted(
            found, key=lambda o: (o.date, AUDIENCES.index(o.audience), o.kind, o.part, o.ordinal)
        )
    )


def _warned(occasion: Occasion, not_covered: str) -> Occasion:
    """The pharmacy and billing read that the plan is not covered; the patient's calendar goes to
    the patient, who hears it from a person."""
    if occasion.audience == "patient":
        return occasion
    return replace(occasion, detail=f"{not_covered}. {occasion.detail}")


def _infusion(plan: Plan) -> Iterator[Occasion]:
    for cycle in plan.cycles:
        part, bags = f"cycle {cycle.cycle}", _bags_of(plan, cycle.cycle)
        for ordinal, bag in enumerate(bags, start=1):
            what = "infusion starts" if ordinal == 1 else "bag change"
            site = " in hospital" if bag.site == "hospital" else ""
            ends = day(bag.hang + timedelta(days=bag.days))
            yield Occasion(
                "patient",
                "hang",
                part,
                ordinal,
                bag.hang,
                f"Cycle {cycle.cycle}: {what}{site}",
                f"Bag {ordinal} of {len(bags)}, for {count(bag.days, 'day')}, until {ends}.",
            )
        yield Occasion(
            "patient",
            "disconnect",
            part,
            1,
            cycle.disconnect,
            f"Cycle {cycle.cycle}: disconnect",
            f"The infusion ends. The next cycle starts on {day(cycle.earliest_next)} or later.",
        )


def _dispenses(plan: Plan) -> Iterator[Occasion]:
    for cycle, dispenses in _by_cycle(plan.dispenses):
        for ordinal, sent in enumerate(dispenses, start=1):
            spare = f", {sent.spare} of them spare" if sent.spare else ""
            vials = count(sent.vials, "vial")
            yield Occasion(
                "pharmacy",
                "dispense",
                f"cycle {cycle}",
                ordinal,
                sent.date,
                f"Cycle {cycle}: dispense {vials}",
                f"{vials}{spare}, for {count(sent.days_supply, 'infusion day')}; "
                f"there on {day(sent.delivered)}.",
            )


def _preparation(plan: Plan) -> Iterator[Occasion]:
    """Bags leave the pharmacy ready-made with their dispense, or are prepared where they hang."""
    ready_made = plan.scenario.document.pharmacy.ready_made
    for cycle in plan.cycles:
        for ordinal, bag in enumerate(_bags_of(plan, cycle.cycle), start=1):
            prepared, where = bag.hang, "in hospital" if bag.site == "hospital" else "at home"
            if ready_made and bag.dispense is not None:
                prepared, where = bag.dispense, "at the pharmacy"
            yield Occasion(
                "pharmacy",
                "prepare",
                f"cycle {cycle.cycle}",
                ordinal,
                prepared,
                f"Cycle {cycle.cycle}: prepare a bag for {count(bag.days, 'day')} {where}",
                f"{dose(bag.mcg_per_day)}, {figure(bag.mcg)} mcg in all, "
                f"{count(bag.vials, 'vial')}; hang it on {day(bag.hang)}.",
            )


def _latest_starts(plan: Plan) -> Iterator[Occasion]:
    for cycle in plan.cycles:
        if cycle.latest_start is not None:
            yield Occasion(
                "pharmacy",
                "latest-start",
                f"cycle {cycle.cycle}",
                1,
                cycle.latest_start,
                f"Cycle {cycle.cycle}: latest day to start",
                f"Planned for {day(cycle.start)}. After this day the rest of the course can no "
                "longer be planned.",
            )


def _claims(plan: Plan) -> Iterator[Occasion]:
    for cycle, lines in _by_cycle(plan.claims):
        claims = groupby(sorted(lines, key=lambda line: line.date), lambda line: line.date)
        for ordinal, (service, of_day) in enumerate(claims, start=1):
            billed = list(of_day)
            yield Occasion(
                "billing",
                "claim",
                f"cycle {cycle}",
                ordinal,
                service,
                f"Cycle {cycle}: bill {count(sum(line.units for line in billed), 'unit')}",
                f"{'; '.join(_line(line) for line in billed)}. "
                f"Authorization: {shown(billed[0].authorization or 'none')}.",
            )


def _line(line: ClaimLine) -> str:
    modifier = f" {line.modifier}" if line.modifier else ""
    code, ndc = shown(line.hcpcs), shown(line.ndc)
    quantity = f"quantity {figure(line.ndc_units)} UN"
    return f"{code}{modifier} {count(line.units, 'unit')}, NDC {ndc}, {quantity}"


def _authorizations(plan: Plan) -> Iterator[Occasion]:
    for window in plan.authorizations:
        by = to_ask_for(plan, window)
        if by is not None:
            yield Occasion(
                "billing",
                "request",
                window.id,
                1,
                by,
                f"Ask for authorization {shown(window.id)}",
                f"It opens on {day(window.start)}.{_evidence(plan, window.id)}",
            )
        if window.end is None:
            continue
        yield Occasion(
            "billing",
            "authorization-ends",
            window.id,
            1,
            window.end,
            f"Last day of authorization {shown(window.id)}",
            f"It opened on {day(window.start)}.",
        )


def _evidence(plan: Plan, authorization: str) -> str:
    """The ids of the criteria of which a renewal asks for evidence."""
    asked = plan.coverage.renewals if plan.coverage is not None else ()
    ids = [leaf.id for one in asked if one.authorization == authorization for leaf in one.checklist]
    return f" Evidence: {', '.join(shown(name) for name in ids)}." if ids else ""


def _bags_of(plan: Plan, cycle: int) -> list[PlannedBag]:
    return sorted((bag for bag in plan.bags if bag.cycle == cycle), key=lambda bag: bag.hang)


def _by_cycle(items: Iterable[_OfCycle]) -> Iterator[tuple[int, list[_OfCycle]]]:
    ordered = sorted(items, key=lambda item: (item.cycle, item.date))
    for cycle, of_cycle in groupby(ordered, lambda item: item.cycle):
        yield cycle, list(of_cycle)
