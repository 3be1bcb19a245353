"""The gate of an audit: values so far out that no sum over them says anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from planner.documents.plan import Plan

EARLIEST, LATEST = date(1850, 1, 1), date(2200, 12, 31)
LARGEST = 10**9
LARGEST_OF = {"cycle": 1000, "cycles": 1000, "days": 366, "days_supply": 3660, "per_days": 36_600}

_MAY_BE_NEGATIVE = ("objectives", "totals")  # a start before its earliest day has such a delay


def bounds(plan: Plan) -> Iterator[str]:
    """Dates of a human course, counts from 0 on, days and cycles that a life could hold."""
    for path, value in _leaves("", plan):
        if isinstance(value, date) and not EARLIEST <= value <= LATEST:
            yield f"{path} is {value}, outside {EARLIEST} .. {LATEST}"
        elif isinstance(value, int | Decimal) and path != "solver.seed":
            most = LARGEST_OF.get(path.rsplit(".", 1)[-1].split("[")[0], LARGEST)
            least = -most if path.startswith(_MAY_BE_NEGATIVE) else 0
            if not least <= value <= most:
                yield f"{path} is not between {least} and {most}"
    for i, bag in enumerate(plan.bags):
        if bag.days < 1:
            yield f"bags[{i}].days is {bag.days}, a bag runs at least one day"


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Every plain value under ``value``, with its path."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves(f"{path}.{name}" if path else name, getattr(value, name))
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from _leaves(f"{path}.{key}", held)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for i, held in enumerate(value):
            yield from _leaves(f"{path}[{i}]", held)
    else:
        yield path, value
