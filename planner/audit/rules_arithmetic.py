"""The dose's arithmetic in the head of a plan: each product, and each dose that it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from planner.audit.case import Case
from planner.audit.dose import DayDose, course_doses, surface_at, weight_at

_FIGURE = r"(\d{1,9}(?:\.\d{1,15})?)"
_LINE = re.compile(r"Cycles? (\d{1,4})(?: to (\d{1,4}))?(?:, days (\d{1,4}) to (\d{1,4}))?: (.*)")
_SURFACE = re.compile(rf"Body surface: (?:.* = )?{_FIGURE} m2\b.*")
_PRODUCT = re.compile(
    rf"{_FIGURE} x {_FIGURE} m2 = {_FIGURE} mcg a day(?:, (?:at most|cut to) {_FIGURE})?"
)
_FIXED = re.compile(rf"{_FIGURE} mcg a day at {_FIGURE} kg")
_ASKED = re.compile(rf"{_FIGURE} mcg a day, as requested; (.*)")


def arithmetic(case: Case) -> Iterator[str]:
    """What a plan says of its doses is so, for each cycle and day that it speaks of; a plan may say
    nothing."""
    areas = {surface_at(case, kg) for kg in _weights(case)}
    due = {cycle.cycle: course_doses(case, cycle.cycle) for cycle in case.cycles}
    for text in case.plan.dose_arithmetic:
        line, area = _LINE.fullmatch(text), _SURFACE.fullmatch(text)
        if line is not None:
            yield from _line(due, line)
        elif area is None or Decimal(area[1]) not in areas:
            yield f"dose_arithmetic says what is not so: {text}"


def _weights(case: Case) -> list[Decimal]:
    known = [weight_at(case, cycle.start) for cycle in case.cycles]
    return [kg for kg in known if kg is not None]


def _line(due: Mapping[int, Sequence[DayDose]], line: re.Match[str]) -> Iterator[str]:
    first, last = int(line[1]), int(line[2] or line[1])
    stated = _stated(line[5])
    for cycle, doses in due.items():
        if not first <= cycle <= last:
            continue
        days = doses if line[3] is None else doses[int(line[3]) - 1 : int(line[4])]
        if stated is None or any(dose.due != stated for dose in days):
            yield f"dose_arithmetic says what is not so of cycle {cycle}: {line[5]}"


def _stated(text: str) -> Decimal | None:
    """The dose that a line comes to; None where its own arithmetic is wrong."""
    asked = _ASKED.fullmatch(text)
    if asked is not None:
        return Decimal(asked[1]) if _stated(asked[2]) is not None else None
    product, fixed = _PRODUCT.fullmatch(text), _FIXED.fullmatch(text)
    if product is not None and Decimal(product[1]) * Decimal(product[2]) == Decimal(product[3]):
        return Decimal(product[4] or product[3])
    return None if fixed is None else Decimal(fixed[1])
