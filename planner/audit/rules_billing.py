"""Claim lines, and what a payer allows beyond the policy: units granted, refills in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil

from planner.audit.case import Case
from planner.audit.claims import Line, counted_lines, due_claims, due_lines
from planner.audit.clauses_coverage import uncovered, windows
from planner.audit.cover import Slot, by_day, slots
from planner.audit.days import after
from planner.audit.past import past_claims
from planner.documents.plan import ClaimLine
from planner.documents.policy import AuthorizationClause, RenewalClause

_NDC_DIGITS = 11


def lines(case: Case) -> Iterator[str]:
    """Every bag or dispense is billed once: given and discarded units, modifiers, vials.

    What the history states of past claims is a fact; ``history.claims`` checks their sums.
    """
    due: dict[tuple[date, int, bool], Counter[Line]] = {}
    found: dict[tuple[date, int, bool], Counter[Line]] = {}
    for claim in due_claims(case):
        key = (claim.day, claim.cycle, claim.past)
        due.setdefault(key, Counter()).update(due_lines(case, claim))
    for line in case.plan.claims:
        key = (line.date, line.cycle, line.past)
        found.setdefault(key, Counter())[Line(line.units, line.modifier, line.ndc_units)] += 1
        if line.ndc_units <= 0:
            yield f"the claim of {line.date} for cycle {line.cycle} has a line without a quantity"
        if not (line.ndc.isascii() and line.ndc.isdigit() and len(line.ndc) == _NDC_DIGITS):
            yield f"the claim of {line.date} names {line.ndc}, not {_NDC_DIGITS} digits"
    for key in sorted({*due, *found}):
        day, number, past = key
        if past and past_claims(case, number):
            continue
        asked, stated = due.get(key, Counter()), found.get(key, Counter())
        if asked != stated:
            yield (
                f"the claim of {day} for cycle {number} has {_shown(stated)}, "
                f"due are {_shown(asked)}"
            )


def _shown(listed: Counter[Line]) -> str:
    texts = [
        f"{units:,} units{f' {modifier}' if modifier else ''} ({_plain(vials)} vials)"
        for units, modifier, vials in sorted(
            listed.elements(), key=lambda line: (line.modifier or "", line.units, line.ndc_units)
        )
    ]
    return " + ".join(texts) or "no lines"


def _plain(vials: Decimal) -> str:
    return f"{vials.normalize():f}"


def authorized_days(case: Case) -> Iterator[str]:
    """An authorization that the payer gave, and of whose kind the policy prints none, covers its
    cycles like any other. Where coverage is never renewed there is none (section IV)."""
    kinds = {clause.kind for _, clause in case.clauses_of(AuthorizationClause)}
    if not all(clause.renewable for _, clause in case.clauses_of(RenewalClause)):
        kinds.add("continued")
    yield from windows(case, [slot for slot in slots(case) if slot.kind not in kinds])
    if not case.clauses_of(AuthorizationClause) and case.scenario.authorizations:
        yield from uncovered(case)


def authorized_units(case: Case) -> Iterator[str]:
    """The units that count under an authorization are at most those the payer granted."""
    counted = counted_lines(case, case.plan.claims)
    for slot in slots(case):
        if slot.given is None or slot.given.units is None:
            continue
        total = sum(line.units for line in counted if _under(case, slot, line))
        if total > slot.given.units:
            yield f"{slot.id} is billed {total:,} units: {total:,} > {slot.given.units:,}"


def _under(case: Case, slot: Slot, line: ClaimLine) -> bool:
    """Whether a claim line counts for an authorization: as its cycle does or, where cycles may
    cross, as its date does."""
    return line.authorization == slot.id if by_day(case) else line.cycle in slot.cycles


def refill_threshold(case: Case) -> Iterator[str]:
    """A new dispense comes no sooner than the reading's share of the last one's days supply."""
    share = case.reading("refill_threshold")
    if not isinstance(share, Decimal):
        return
    fills = sorted(case.plan.dispenses, key=lambda one: (one.date, one.cycle))
    for before, fill in pairwise(fills):
        days = ceil(Fraction(share) * before.days_supply)
        if not fill.past and fill.date < after(before.date, days):
            yield (
                f"the dispense of {fill.date} follows that of {before.date} for "
                f"{before.days_supply} days, of which {share} is {days}: "
                f"not before {after(before.date, days)}"
            )
