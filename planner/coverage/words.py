"""What the answer says in words: facts as they were found, and notes for a reviewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from planner.coverage.facts import AGE, CYCLES, MONTHS, START, Facts, Months
from planner.coverage.questions import unlisted
from planner.coverage.tree import Branch, criteria_of
from planner.coverage.trees import Trees
from planner.documents.criteria import Footnote, RouteAnswer

_YEARS_FROM = 24  # months; a younger patient's age is told in months


def found_words(facts: Facts, path: str) -> str:
    """A fact as the scenario gives it, 'unknown' where it does not."""
    if path == AGE:
        return _age(facts.months())
    if path == START:
        days = dict.fromkeys((facts.first_start, facts.last_start))
        return " to ".join(day.isoformat() for day in days)
    value = facts[path]
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if path == CYCLES:
        return f"cycle {value}"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _age(months: Months | None) -> str:
    if months is None:
        return "unknown"
    unit, size = ("years", MONTHS) if months.least >= _YEARS_FROM else ("months", 1)
    ages = dict.fromkeys((months.least // size, months.most // size))
    return f"{' to '.join(str(age) for age in ages)} {unit}"


def in_ages(footnote: Footnote | None, facts: Facts) -> bool:
    """Whether the patient is known to be of the ages of a footnote, in completed years."""
    months = facts.months()
    if months is None or footnote is None:
        return False
    youngest, oldest = months.least // MONTHS, months.most // MONTHS
    return (footnote.from_years or 0) <= youngest and oldest <= footnote.to_years


def notes(
    trees: Trees, tried: Sequence[RouteAnswer], counted: Branch, facts: Facts
) -> Iterator[str]:
    """What a reviewer has to look at: ages at the edge of a group, other routes, unlisted names."""
    if not any(route.counts for route in tried):
        yield "The policy has no criteria for this indication."
    footnotes = [route.ages for route in trees.routes]
    for ages in dict.fromkeys(
        ages for route, ages in zip(tried, footnotes, strict=True) if route.counts
    ):
        months = facts.months()
        if ages and ages.bounds and months and months.most // MONTHS > ages.to_years:
            yield f"{ages.says} The patient is {_age(months)} old: a reviewer decides."
    for route, ages in zip(tried, footnotes, strict=True):
        if route.overlap and route.status == "met" and ages is not None:
            other = ", ".join(route.indications)
            yield (
                f"{route.says} ({route.id}) is met as well, under the indication {other}. "
                f"{ages.says} A reviewer decides which criteria apply."
            )
    asked = dict.fromkeys(q.path for leaf in criteria_of(counted) for q in leaf.questions)
    for path in asked:
        names = facts[path]
        for name in unlisted(names, trees.criteria.lists) if isinstance(names, tuple) else ():
            yield f"{path} names '{name}', which the policy file does not list: a reviewer decides."
