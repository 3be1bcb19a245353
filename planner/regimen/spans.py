"""Lengths of time on ordinals."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from planner.documents.policy import Span

LONGEST_MONTH = 31


def last_day(start: int, span: Span) -> int:
    """The last day of a span that begins on ``start``: 24 weeks hold 168 days, and six months from
    the 5th end on the 4th, the day before the same day of the last month. Where that month has no
    such day, they end with it: nine months from 31 May on 28 February."""
    if span.unit == "days":
        return start + span.count - 1
    if span.unit == "weeks":
        return start + 7 * span.count - 1
    begin = date.fromordinal(start)
    month = begin.month - 1 + span.count
    year, month = begin.year + month // 12, month % 12 + 1
    days = monthrange(year, month)[1]
    if begin.day > days:
        return date(year, month, days).toordinal()
    return date(year, month, begin.day).toordinal() - 1


def opens_by(span: Span, last: int) -> int:
    """The first day that a span may begin on so that it does not end before ``last``."""
    if span.unit != "months":
        return last - span.count * (7 if span.unit == "weeks" else 1) + 1
    day = last - LONGEST_MONTH * span.count - 1
    while last_day(day, span) < last:
        day += 1
    return day
