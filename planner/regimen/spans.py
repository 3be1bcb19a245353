"""Lengths of time on ordinals."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from planner.documents.policy import Span


def last_day(start: int, span: Span) -> int:
    """The last day of a span that begins on ``start``: 24 weeks hold 168 days, and six months
    from the 5th end on the 4th: the day before the same day of the last month, or before that
    month's last day where it is shorter."""
    if span.unit == "days":
        return start + span.count - 1
    if span.unit == "weeks":
        return start + 7 * span.count - 1
    begin = date.fromordinal(start)
    month = begin.month - 1 + span.count
    year, month = begin.year + month // 12, month % 12 + 1
    return date(year, month, min(begin.day, monthrange(year, month)[1])).toordinal() - 1
