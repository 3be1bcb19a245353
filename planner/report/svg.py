"""The whole course as one picture: where each shape stands, in whole pixels; no markup here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from planner.documents.plan import Plan, PlannedAuthorization, PlannedCycle
from planner.report.agenda import in_use, to_ask_for
from planner.report.grids import room
from planner.report.months import MONTHS
from planner.report.text import count, day, dose, last_day_words, runs, shown
from planner.report.usage import RollingUse

MARGIN: Final = 8
LEAST_WIDTH: Final = 960
LEAST_PER_DAY: Final = 2
AXIS_HEIGHT: Final = 24
TITLE_HEIGHT: Final = 22
LANE_GAP: Final = 8
DIGIT: Final = 7
ROW: Final = 20
BAG_HEIGHT: Final = 30
DISPENSE_HEIGHT: Final = 36
BAND_HEIGHT: Final = 60
LONGEST_LABEL: Final = 40


@dataclass(frozen=True)
class Box:
    """A rectangle. ``kind`` says how it is filled, ``tip`` what it stands for, in words."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    tip: str = ""


@dataclass(frozen=True)
class Words:
    """Text that begins at ``x`` on the base line ``y``."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Area:
    """A filled outline."""

    kind: str
    points: str


@dataclass(frozen=True)
class Lane:
    """One row of the picture: its title over its shapes."""

    title: str
    title_y: int
    bottom: int
    boxes: tuple[Box, ...] = ()
    words: tuple[Words, ...] = ()
    areas: tuple[Area, ...] = ()
    rules: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chart:
    """The picture: ``per_day`` pixels a day, the first day at ``MARGIN``."""

    first: date
    last: date
    per_day: int
    height: int
    months: tuple[Words, ...]
    lanes: tuple[Lane, ...]
    as_of: int | None

    @property
    def width(self) -> int:
        """The width of the picture in pixels."""
        return 2 * MARGIN + ((self.last - self.first).days + 1) * self.per_day


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    per_day: int

    def x(self, day_: date) -> int:
        return MARGIN + (min(max(day_, self.first), self._after) - self.first).days * self.per_day

    def width(self, first: date, after: date) -> int:
        return self.x(after) - self.x(first)

    @property
    def _after(self) -> date:
        return self.last + timedelta(days=1)


def chart(plan: Plan, uses: Sequence[RollingUse]) -> Chart | None:
    """Returns the picture of a plan; None where it has no cycle.

    A day is at least two pixels wide, and a short course fills a page's width. Lanes, from the
    top: authorizations, cycles, bags (as high as their daily dose), dispenses (as high as their
    vials), and each limit's use against its cap.
    """
    days = _days(plan)
    if not plan.cycles:
        return None
    first, last = min(days), max(days)
    per_day = max(LEAST_PER_DAY, LEAST_WIDTH // ((last - first).days + 1))
    scale = _Scale(first, last, per_day)
    lanes: list[Lane] = []
    top = AXIS_HEIGHT
    for draw in (_authorizations, _cycles, _bags, _dispenses):
        lanes.append(draw(plan, scale, top + TITLE_HEIGHT))
        top = lanes[-1].bottom + LANE_GAP
    for used in uses:
        lanes.append(_band(used, scale, top + TITLE_HEIGHT))
        top = lanes[-1].bottom + LANE_GAP
    as_of = plan.scenario.document.as_of
    return Chart(
        first=first,
        last=last,
        per_day=per_day,
        height=top,
        months=tuple(_months(scale)),
        lanes=tuple(lanes),
        as_of=None if as_of is None or not first <= as_of <= last else scale.x(as_of),
    )


def _days(plan: Plan) -> list[date]:
    days = [day_ for c in plan.cycles for day_ in (c.start, c.disconnect, c.earliest_next)]
    days += [d.date for d in plan.dispenses]
    for window in plan.authorizations:
        days += [window.start, window.end or window.start, to_ask_for(plan, window) or window.start]
    return days


def _months(scale: _Scale) -> Iterator[Words]:
    month = scale.first.replace(day=1)
    while month <= scale.last:
        if month >= scale.first:
            name = MONTHS[month.month - 1][:3]
            opens_year = month.month == 1 or month - scale.first < timedelta(days=31)
            text = f"{name} {month.year}" if opens_year else name
            room = scale.width(month, scale.last)
            shown_text = text if len(text) * DIGIT + 4 <= room else ""
            yield Words(scale.x(month), AXIS_HEIGHT - 8, shown_text)
        month = (month + timedelta(days=31)).replace(day=1)


def _authorizations(plan: Plan, scale: _Scale, top: int) -> Lane:
    boxes, words = [], []
    asks = top + ROW + 4
    for window in plan.authorizations:
        name = shown(window.id)
        shown_to = window.end or max(c.disconnect for c in plan.cycles)
        after = shown_to + timedelta(days=1)
        x, width = scale.x(window.start), scale.width(window.start, after)
        tip = (
            f"{name}, cycles {runs(window.cycles)}: {day(window.start)} to "
            f"{last_day_words(window)}, {_standing(plan, window)}"
        )
        boxes.append(Box("given" if window.given else "asked", x, top, width, ROW, tip))
        words += _label(x, top, width, name)
        by = to_ask_for(plan, window)
        if by is not None:
            at = scale.x(by)
            boxes.append(Box("ask", at, asks, 4, 12, f"Ask for {name} by {day(by)}"))
            words.append(Words(at + 8, asks + 10, f"ask by {by.isoformat()}"))
    return Lane("Authorizations", top - 6, asks + 14, tuple(boxes), tuple(words))


def _standing(plan: Plan, window: PlannedAuthorization) -> str:
    if window.given:
        return "given"
    return "in use, not in the scenario" if in_use(plan, window) else "still to be given"


def _label(x: int, top: int, width: int, text: str) -> list[Words]:
    fits = len(text) * DIGIT + 8 <= width and len(text) <= LONGEST_LABEL
    return [Words(x + 4, top + 14, text)] if fits else []


def _cycles(plan: Plan, scale: _Scale, top: int) -> Lane:
    boxes, words = [], []
    for cycle, until in zip(plan.cycles, _free_until(plan.cycles), strict=True):
        x, width = scale.x(cycle.start), scale.width(cycle.start, cycle.disconnect)
        past = " (past)" if cycle.past else ""
        tip = f"Cycle {cycle.cycle}{past}: {day(cycle.start)} to {day(cycle.disconnect)}"
        boxes.append(Box("infusion", x, top, width, ROW, tip))
        free = f"Free of treatment, {day(cycle.disconnect)} to {day(until)}"
        after = scale.x(cycle.disconnect)
        boxes.append(Box("free", after, top, scale.width(cycle.disconnect, until), ROW, free))
        words.append(Words(x + 4, top + 14, str(cycle.cycle)))
    return Lane("Cycles", top - 6, top + ROW, tuple(boxes), tuple(words))


def _free_until(cycles: Sequence[PlannedCycle]) -> list[date]:
    return [later.start for later in cycles[1:]] + [cycles[-1].earliest_next]


def _bags(plan: Plan, scale: _Scale, top: int) -> Lane:
    highest = max((bag.mcg_per_day for bag in plan.bags), default=1)
    boxes = []
    for bag in plan.bags:
        height = max(4, int(bag.mcg_per_day * BAG_HEIGHT / highest))
        after = bag.hang + timedelta(days=bag.days)
        tip = (
            f"{day(bag.hang)}, {count(bag.days, 'day')} at {dose(bag.mcg_per_day)}, "
            f"{count(bag.vials, 'vial')}"
        )
        width = max(1, scale.width(bag.hang, after) - 1)
        base = top + BAG_HEIGHT
        boxes.append(Box("bag", scale.x(bag.hang), base - height, width, height, tip))
    return Lane("Bags, as high as their daily dose", top - 6, top + BAG_HEIGHT, tuple(boxes))


def _dispenses(plan: Plan, scale: _Scale, top: int) -> Lane:
    most = max((d.vials for d in plan.dispenses), default=1)
    boxes, words = [], []
    free_from = 0
    for sent in sorted(plan.dispenses, key=lambda d: (d.date, d.cycle)):
        height = max(4, sent.vials * (DISPENSE_HEIGHT - 14) // most)
        x, y = scale.x(sent.date), top + DISPENSE_HEIGHT - height
        tip = f"{day(sent.date)}: {count(sent.vials, 'vial')} for cycle {sent.cycle}"
        boxes.append(Box("dispense", x, y, 4, height, tip))
        if x >= free_from:
            words.append(Words(x - 2, y - 3, str(sent.vials)))
            free_from = x + DIGIT * len(str(sent.vials)) + 4
    return Lane("Dispenses, in vials", top - 6, top + DISPENSE_HEIGHT, tuple(boxes), tuple(words))


def _band(used: RollingUse, scale: _Scale, top: int) -> Lane:
    limit = used.limit
    most, base = max(limit.limit, limit.peak), top + BAND_HEIGHT

    def y(amount: int) -> int:
        return base - amount * BAND_HEIGHT // most

    inside = [use for use in used.runs if scale.first <= use.last and use.first <= scale.last]
    points = [(scale.x(use.first), y(use.amount), scale.x(_after(use.last))) for use in inside]
    outline = " ".join(f"{x},{at} {to},{at}" for x, at, to in points)
    edge = f"{points[0][0]},{base} {outline} {points[-1][2]},{base}" if points else ""
    full = [
        Box(
            "full" if use.amount == limit.limit else "over",
            scale.x(use.first),
            y(use.amount),
            scale.width(use.first, _after(use.last)),
            base - y(use.amount),
            f"{day(use.first)} to {day(use.last)}: {use.amount:,} of {limit.limit:,} {limit.unit}",
        )
        for use in inside
        if use.amount >= limit.limit
    ]
    opens, closes = limit.window_from, _after(limit.window_to)
    where = f"Fullest window: {day(limit.window_from)} to {day(limit.window_to)}"
    window = Box("window", scale.x(opens), base + 3, scale.width(opens, closes), 5, where)
    return Lane(
        title=f"{shown(limit.clause)}: {room(limit.limit - limit.peak)} ({limit.peak:,} of "
        f"{limit.limit:,} {limit.unit} {limit.within})",
        title_y=top - 6,
        bottom=base + 10,
        boxes=(*full, window),
        areas=(Area("use", edge),) if edge else (),
        rules=(y(limit.limit), base),
    )


def _after(day_: date) -> date:
    return day_ + timedelta(days=1)
