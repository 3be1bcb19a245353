"""Small boards, and what a calendar written by hand breaks on them."""

from __future__ import annotations

from typing import Any

from planner.constraints.model import build
from planner.constraints.schedule import cycle_keys, values_on
from planner.constraints.system import Active, Row, everything
from planner.constraints.variables import Variables
from planner.documents.drug import Drug
from planner.documents.policy import Policy
from planner.regimen.build import course_of
from planner.regimen.course import Course
from tests.oracle.builders import day, small_drug, small_policy, small_scenario
from tests.oracle.hand import sent_for
from tests.oracle.values import Bag, Calendar
from tests.search.decisions import schedule_of

NOT_OPEN = "not open"


def on(offset: int) -> int:
    """The ordinal of a day of small courses, which begin on day 0."""
    return day(offset).toordinal()


def laid(policy: Policy | None = None, drug: Drug | None = None, /, **parts: Any) -> Course:
    """The course of a small scenario."""
    return course_of(small_scenario(**parts), policy or small_policy(), drug or small_drug())


def of_bags(*bags: Bag, **starts: int) -> Calendar:
    """A calendar with just the dispenses that its bags need; ``c2=6`` starts cycle 2 on day 6.

    Without ``starts`` cycle 1 starts on day 0.
    """
    days = {int(name[1:]): offset for name, offset in (starts or {"c1": 0}).items()}
    return Calendar(tuple((n, day(offset)) for n, offset in days.items()), bags, sent_for(bags))


def board_for(course: Course, calendar: Calendar, active: Active = everything) -> Variables:
    """The board that holds just the calendar's decisions."""
    schedule = schedule_of(course, calendar)
    return build(
        course,
        active,
        origins={number: (origin,) for number, origin in schedule.origins().items()},
        only={key for chosen in schedule.cycles for key in cycle_keys(chosen)},
    )


def broken_rows(course: Course, calendar: Calendar, active: Active = everything) -> list[Row]:
    """The rows that a calendar breaks.

    Raises:
        LookupError: it takes a decision that is not open.
    """
    board = board_for(course, calendar, active)
    values = values_on(board, schedule_of(course, calendar))
    if values is None:
        raise LookupError(NOT_OPEN)
    return [row for row in board.system.rows if not row.holds(values)]


def breaks(course: Course, calendar: Calendar, active: Active = everything) -> list[str]:
    """What a calendar breaks, each once: the rules of a row, or the kind of a row of nature."""
    try:
        rows = broken_rows(course, calendar, active)
    except LookupError as error:
        return [str(error)]
    return list(dict.fromkeys(" + ".join(r.members) or f"nature: {r.instance[0]}" for r in rows))


def without(*members: str) -> Active:
    """All rules stand but these."""

    def active(member: str, instance: tuple[str | int, ...] = ()) -> bool:
        return member not in members

    return active
