"""Checks of a scenario against the policy and the drug file that it names."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from planner.documents.drug import Drug
from planner.documents.errors import described, escaped
from planner.documents.findings import Finding
from planner.documents.history_against import lived_findings
from planner.documents.own_row_checks import own_rows_against
from planner.documents.plausible import first_days
from planner.documents.policy import (
    AuthorizationClause,
    DoseBracket,
    DoseClause,
    Policy,
    RenewalClause,
    reading_value,
)
from planner.documents.positions import Path
from planner.documents.scenario import Authorization, Scenario
from planner.documents.suggest import near

NUMBER_CHOICE = "share"  # the name under which a reading's choices say that it takes a number


def findings_against(scenario: Scenario, policy: Policy, drug: Drug) -> Iterator[Finding]:
    """Everything in a scenario that its policy or drug file does not know."""
    if policy.drug != drug.id:
        yield Finding(
            ("drug",), f"the drug {drug.id}", f"{policy.drug}, the policy's", at=("policy",)
        )
    yield from _readings(scenario, policy)
    yield from _dates(scenario, policy)
    yield from _authorizations(scenario, policy)
    yield from _doses(scenario, policy)
    yield from _bags(scenario, drug)
    yield from own_rows_against(scenario.pharmacy.storage, scenario.pharmacy.preparation, drug)
    yield from lived_findings(scenario, policy, drug)


def _readings(scenario: Scenario, policy: Policy) -> Iterator[Finding]:
    known = list(policy.readings)
    for name, value in scenario.readings.items():
        path: Path = ("readings", name)
        if name not in policy.readings:
            allowed = f"a reading of the policy: {', '.join(known)}"
            yield Finding(
                path, f"the unknown reading '{escaped(name)}'", allowed, near(name, known)
            )
            continue
        choices = policy.readings[name].choices
        words = [choice for choice in choices if choice != NUMBER_CHOICE]
        allowed = ", ".join(words)
        if NUMBER_CHOICE in choices:
            allowed += ", or a number above 0 and up to 1"
        if isinstance(value, Decimal):
            if NUMBER_CHOICE not in choices or not 0 < value <= 1:
                yield Finding(path, f"the number {value}", allowed)
        elif value not in words:
            yield Finding(path, described(value), allowed, near(value, words))


def _dates(scenario: Scenario, policy: Policy) -> Iterator[Finding]:
    for index, past in enumerate(scenario.history.cycles):
        if policy.effective_from is not None and past.start < policy.effective_from:
            yield Finding(
                ("history", "cycles", index, "start"),
                f"the date {past.start}",
                f"a date from {policy.effective_from} on, when the policy begins",
                "name a policy file that holds for the whole course.",
            )
    path: Path = ("as_of",) if scenario.as_of else ("request", "first_infusion")
    day = scenario.as_of or first_days(scenario)[0]
    if policy.effective_from is not None and day < policy.effective_from:
        yield Finding(
            path,
            f"the date {day}",
            f"a date from {policy.effective_from} on, when the policy begins",
        )
    elif policy.effective_until is not None and day > policy.effective_until:
        yield Finding(
            path, f"the date {day}", f"a date up to {policy.effective_until}, when the policy ends"
        )


def _authorizations(scenario: Scenario, policy: Policy) -> Iterator[Finding]:
    """Of a kind that the policy prints no authorization of, the payer's dates are all there is. The
    first one may open with the first service. A renewal that is never given has none."""
    clauses = [c for c in policy.clauses.values() if scenario.indication in c.indications]
    printed = {c.kind for c in clauses if isinstance(c, AuthorizationClause)}
    never = any(isinstance(c, RenewalClause) and not c.renewable for c in clauses)
    per = "authorization.per"
    by_day = per in policy.readings and reading_value(policy, scenario.readings, per) == "day"
    for index, given in enumerate(scenario.authorizations):
        path: Path = ("authorizations", index)
        if by_day and given.units is not None:
            yield from _undated_units(given, path)
        if given.kind in printed or (given.kind == "continued" and never):
            continue
        needed = ("end",) if given.kind == "initial" else ("start", "end")
        for name in needed:
            if getattr(given, name) is None:
                yield Finding(
                    (*path, name),
                    f"no {name}",
                    f"a date: the policy prints no {given.kind} authorization to take it from",
                    about=(("indication",),),
                    at=path,
                )


def _undated_units(given: Authorization, path: Path) -> Iterator[Finding]:
    """Where a cycle may cross from one authorization into the next, units count by their date."""
    for name in ("start", "end"):
        if getattr(given, name) is None:
            yield Finding(
                (*path, name),
                f"no {name}",
                "a date: by authorization.per 'day' units granted are counted between two dates",
                at=path,
            )


def _doses(scenario: Scenario, policy: Policy) -> Iterator[Finding]:
    clauses = [
        clause
        for clause in policy.clauses.values()
        if isinstance(clause, DoseClause) and scenario.indication in clause.indications
    ]
    if not clauses:
        yield Finding(
            ("indication",),
            f"the indication {scenario.indication}",
            "an indication for which the policy has a dose",
        )
        return
    patient = scenario.patient
    weights = patient.weight_kg
    listed = [weights] if isinstance(weights, Decimal) else [entry.kg for entry in weights]
    known = patient.bsa_m2 is not None or patient.height_cm is not None
    brackets = [bracket_of(clause, kg) for clause in clauses for kg in listed]
    if not known and any(bracket is not None and by_surface(bracket) for bracket in brackets):
        yield Finding(
            ("patient",),
            f"neither height_cm nor bsa_m2 at {min(listed)} kg",
            "one of them, where the dose goes by body surface",
            about=(
                ("patient", "height_cm"),
                ("patient", "bsa_m2"),
                ("patient", "weight_kg"),
                ("indication",),
            ),
        )


def bracket_of(clause: DoseClause, kg: Decimal) -> DoseBracket | None:
    """The weight bracket that holds a weight; its lower bound belongs to it."""
    for bracket in clause.brackets:
        above = bracket.from_kg is None or kg >= bracket.from_kg
        if above and (bracket.below_kg is None or kg < bracket.below_kg):
            return bracket
    return None


def by_surface(bracket: DoseBracket) -> bool:
    """Whether any dose of a bracket goes by body surface."""
    return any(step.mcg_per_m2_per_day is not None for row in bracket.rows for step in row.steps)


def _bags(scenario: Scenario, drug: Drug) -> Iterator[Finding]:
    known = list(drug.bags)
    for index, name in enumerate(scenario.pharmacy.bags or ()):
        if name not in drug.bags:
            yield Finding(
                ("pharmacy", "bags", index),
                f"the bag {name}",
                f"a bag of the drug file: {', '.join(known)}",
            )
