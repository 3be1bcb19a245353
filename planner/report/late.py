"""A cycle that cannot end inside its authorization: dates by the lengths alone, as a picture.

Counted again from the scenario inside the conflict; shares nothing with the proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from planner.documents.conflict import Conflict
from planner.documents.policy import InfusionDaysClause, LengthClause, Policy
from planner.regimen.authorizations import allot
from planner.regimen.build import indication_clauses
from planner.regimen.course import Slot
from planner.regimen.spans import last_day
from planner.report.drawing import WIDTH, Dates, Drawing, Picture, Rule, ticks
from planner.report.grids import headed
from planner.report.svg import DIGIT, MARGIN, ROW, Box, Words
from planner.report.text import count, day, figure

AUTHORIZATION_TOP: Final = 20
CYCLES_TOP: Final = 64
AXIS_HEIGHT: Final = 30


@dataclass(frozen=True)
class Infusion:
    """The infusion days of a cycle at the earliest: ``first`` .. ``last``, both included."""

    cycle: int
    first: date
    last: date


@dataclass(frozen=True)
class Late:
    """An authorization ``first`` .. ``last``, both included, whose last cycle here ends later.

    ``given`` says whether the scenario states its dates; else it lasts as long as the clause says.
    """

    id: str
    clause: str
    given: bool
    first: date
    last: date
    cycles: tuple[Infusion, ...]

    @property
    def days(self) -> int:
        """How many days too late the last of the cycles ends."""
        return (self.cycles[-1].last - self.last).days


def late_cycle(conflict: Conflict, policy: Policy) -> Late | None:
    """Returns the first cycle that the dates the conflict names push out of its authorization.

    A cycle starts a cycle length after the one before, or where a named request pins it. None
    where the conflict names no authorization, where the first infusion has no one date, or where
    a course is in progress: its past decides more than its lengths.
    """
    document = conflict.scenario.document
    named = {member.path or member.id for member in conflict.conflict}
    asked = document.request.cycles
    first = document.request.first_infusion
    if not isinstance(first, date) or asked is None or document.history.cycles:
        return None
    infusions = list(_earliest(conflict, policy, first, asked, named))
    for slot in allot(document, policy, asked):
        if slot.member not in named and slot.setting not in named:
            continue
        found = _late(slot, [one for one in infusions if one.cycle in slot.cycles])
        if found is not None:
            return found
    return None


def _earliest(
    conflict: Conflict, policy: Policy, first: date, asked: int, named: set[str]
) -> Iterator[Infusion]:
    clauses = list(indication_clauses(policy, conflict.indication).values())
    days = next((c.days for c in clauses if isinstance(c, InfusionDaysClause)), None)
    rows = [row for c in clauses if isinstance(c, LengthClause) for row in c.rows]
    if days is None or not rows:
        return
    pins = conflict.scenario.document.request.cycle_starts
    start = first
    for cycle in range(1, asked + 1):
        if f"request.cycle_starts.{cycle}" in named:
            start = max(start, pins[cycle])
        yield Infusion(cycle, start, start + timedelta(days=days - 1))
        length = next((r.days for r in rows if r.cycles.first <= cycle <= r.cycles.last), None)
        if length is None:
            return
        start += timedelta(days=length)


def _late(slot: Slot, cycles: list[Infusion]) -> Late | None:
    if not cycles:
        return None
    opens = slot.start if slot.start is not None else cycles[0].first.toordinal()
    ends = slot.end
    if ends is None and slot.length is not None:
        ends = last_day(opens, slot.length)
    if ends is None:
        return None
    closes = date.fromordinal(ends)
    over = next((at for at, one in enumerate(cycles, start=1) if one.last > closes), None)
    if over is None:
        return None
    given = slot.end is not None
    first = date.fromordinal(opens)
    return Late(slot.id, slot.member or slot.id, given, first, closes, tuple(cycles[:over]))


def late_picture(late: Late, number: int) -> Picture:
    """Returns the ``number``-th picture of a page: the authorization over its cycles."""
    over, last = late.cycles[-1], day(late.last)
    where = f"{day(late.first)} to {last}"
    rows = (
        (
            str(one.cycle),
            day(one.first),
            day(one.last),
            last,
            figure(max(0, (one.last - late.last).days)),
        )
        for one in late.cycles
    )
    heads = ("Cycle", "Starts at the earliest", "Infuses until", "Covered until", "Days too late")
    return Picture(
        id=f"window-{number}",
        about=f"the authorization {late.id} and its cycles",
        title=f"Authorization {late.id}, {where}",
        description=f"Cycle {over.cycle} infuses until {day(over.last)} at the earliest, "
        f"{count(late.days, 'day')} after the authorization ends.",
        key="The upper box is the authorization, those below are the infusion days of each cycle. "
        "The dashed line is the last day covered; infusion days after it are cross-hatched.",
        drawing=late_drawing(late),
        table=headed(
            f"window-{number}-table",
            f"Authorization {late.id} ({late.clause}): cycles at the earliest",
            heads,
            rows,
            numbers=("Cycle", "Days too late"),
        ),
    )


def late_drawing(late: Late) -> Drawing:
    """Returns the authorization over its cycles, in whole pixels."""
    over = late.cycles[-1]
    first = min(late.first, late.cycles[0].first)
    dates, base = Dates(first, (over.last - first).days + 1), CYCLES_TOP + ROW + 8

    def box(kind: str, opens: date, closes: date, top: int, tip: str = "") -> Box:
        return Box(kind, dates.x(opens), top, dates.width(opens, closes), ROW, tip)

    where = f"{late.id}: {day(late.first)} to {day(late.last)}"
    kind = "given" if late.given else "asked"
    boxes = [box(kind, late.first, late.last, AUTHORIZATION_TOP, where)]
    words = [Words(boxes[0].x + 4, AUTHORIZATION_TOP + 14, late.id)]
    for one in late.cycles:
        tip = f"Cycle {one.cycle}: {day(one.first)} to {day(one.last)}"
        drawn = box("infusion", one.first, one.last, CYCLES_TOP, tip)
        boxes.append(drawn)
        words.append(Words(drawn.x + 4, CYCLES_TOP + 14, str(one.cycle)))
    uncovered = late.last + timedelta(days=1)
    begins = max(over.first, uncovered)
    excess = f"{count(late.days, 'day')} too late"
    boxes.append(box("excess", begins, over.last, CYCLES_TOP))
    boxes.append(box("over", begins, over.last, CYCLES_TOP, excess))
    right, ends = WIDTH - MARGIN, dates.x(uncovered)
    words.append(Words(max(MARGIN, ends - DIGIT * len(excess) - 4), CYCLES_TOP - 8, excess))
    marks = tuple(ticks(dates, base))
    return Drawing(
        base + AXIS_HEIGHT,
        under=tuple(mark for mark, _ in marks),
        ticks=tuple(date_ for _, date_ in marks),
        boxes=tuple(boxes),
        over=(
            Rule("cap", ends, AUTHORIZATION_TOP - 14, ends, base),
            Rule("base", MARGIN, base, right, base),
        ),
        words=tuple(words),
    )
