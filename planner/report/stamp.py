"""The moment that files carry which must name one: taken from the plan, never from a clock."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from planner.documents.plan import Plan
from planner.report.errors import ArtefactError

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"


def stamp(plan: Plan) -> datetime:
    """Returns SOURCE_DATE_EPOCH where it is set, else midnight UTC of the scenario's ``as_of``,
    else of the first date in the plan.

    Raises:
        ArtefactError: SOURCE_DATE_EPOCH is not a number of seconds of this calendar.
    """
    seconds = os.environ.get(EPOCH_VARIABLE)
    if seconds is None:
        day = plan.scenario.document.as_of or _first(plan)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise ArtefactError(f"{EPOCH_VARIABLE} is not a number of seconds since 1970") from fault


def _first(plan: Plan) -> date:
    days = [d.date for d in plan.dispenses] + [c.start for c in plan.cycles]
    return min([*days, *(a.start for a in plan.authorizations)], default=date(1980, 1, 1))
