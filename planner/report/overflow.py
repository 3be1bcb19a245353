"""The window that overflows: dated requests and history against the cap of a clause, as a picture.

Counted again from the scenario inside the conflict; shares nothing with the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from planner.documents.conflict import Conflict
from planner.documents.policy import ClauseBase, Policy, QuantityClause, UnitsClause
from planner.report.drawing import LEAST_WIDTH, Drawing, Picture, Rule, ticks
from planner.report.grids import headed
from planner.report.svg import DIGIT, LEAST_PER_DAY, MARGIN, Area, Box, Words
from planner.report.text import day, figure, shown
from planner.report.usage import counted_on

OWN_WINDOW: Final = "cycle"
TOP: Final = 44
BARS_HEIGHT: Final = 220
AXIS_HEIGHT: Final = 30
LEAST_BAR: Final = 4


@dataclass(frozen=True)
class Entry:
    """``amount`` vials or units of one cycle on one date; ``member`` is its path in the scenario.

    ``named`` says whether the conflict names it.
    """

    date: date
    cycle: int
    amount: int
    member: str
    named: bool


@dataclass(frozen=True)
class Overflow:
    """The dates ``first`` .. ``last``, both included, in which more than ``limit`` stand."""

    clause: str
    unit: str
    per_days: int
    limit: int
    first: date
    last: date
    entries: tuple[Entry, ...]

    @property
    def total(self) -> int:
        """What all entries come to."""
        return sum(entry.amount for entry in self.entries)

    @property
    def named(self) -> int:
        """What the entries come to that the conflict names."""
        return sum(entry.amount for entry in self.entries if entry.named)

    def running(self) -> Iterator[tuple[Entry, int]]:
        """Each entry with the sum of all up to it, by date."""
        so_far = 0
        for entry in self.entries:
            so_far += entry.amount
            yield entry, so_far


def overflows(conflict: Conflict, policy: Policy) -> tuple[Overflow, ...]:
    """Returns the fullest overflowing window of each II.A or II.B clause that the conflict names.

    Only dated dispenses and claims that the scenario states count: those asked for, and those of
    its history. A window in which the named ones alone pass the cap goes before any other; of
    equally full ones the earliest. By the reading ``window: cycle`` a cycle has one window, from
    its first stated dispense. A clause whose stated dates fit under its cap has no window here.
    """
    named = [m.id for m in conflict.conflict if m.kind == "clause" and m.id in policy.clauses]
    found = (_overflow(conflict, name, policy.clauses[name]) for name in named)
    return tuple(one for one in found if one is not None)


def _overflow(conflict: Conflict, name: str, clause: ClauseBase) -> Overflow | None:
    if not isinstance(clause, QuantityClause | UnitsClause):
        return None
    vials = isinstance(clause, QuantityClause)
    counted = _entries(conflict, vials=vials)
    if isinstance(clause, UnitsClause):
        span = range(clause.cycles.first, clause.cycles.last + 1)
        counted = (entry for entry in counted if entry.cycle in span)
    entries = sorted(
        (entry for entry in counted if counted_on(clause, entry.date)),
        key=lambda entry: (entry.date, entry.cycle, entry.member),
    )
    unit, per_days, limit = "vials" if vials else "units", clause.per_days, clause.limit
    windows = [
        Overflow(name, unit, per_days, limit, opens, opens + timedelta(days=per_days - 1), within)
        for opens, within in _windows(conflict, entries, per_days)
    ]
    over = [window for window in windows if window.total > limit]
    return max(
        over,
        key=lambda w: (w.named if w.named > limit else 0, w.total, -w.first.toordinal()),
        default=None,
    )


def _entries(conflict: Conflict, *, vials: bool) -> Iterator[Entry]:
    document = conflict.scenario.document
    members = {member.path or member.id for member in conflict.conflict}
    for where, stated in (("history", document.history), ("request", document.request)):
        if vials:
            rows = [(d.date, d.cycle, d.vials) for d in stated.dispenses]
        else:
            rows = [(c.date, c.cycle, c.units) for c in stated.claims]
        for index, (date_, cycle, amount) in enumerate(rows):
            path = f"{where}.{'dispenses' if vials else 'claims'}.{index}"
            yield Entry(date_, cycle, amount, path, path in members)


def _windows(
    conflict: Conflict, entries: Sequence[Entry], per_days: int
) -> Iterator[tuple[date, tuple[Entry, ...]]]:
    if conflict.readings.get("window") != OWN_WINDOW:
        for opens in sorted({entry.date for entry in entries}):
            yield opens, _within(entries, opens, per_days)
        return
    sent = list(_entries(conflict, vials=True))
    for cycle in sorted({entry.cycle for entry in sent}):
        opens = min(entry.date for entry in sent if entry.cycle == cycle)
        yield opens, _within((e for e in entries if e.cycle == cycle), opens, per_days)


def _within(entries: Iterable[Entry], opens: date, per_days: int) -> tuple[Entry, ...]:
    closes = opens + timedelta(days=per_days)
    return tuple(entry for entry in entries if opens <= entry.date < closes)


def overflow_picture(window: Overflow, number: int) -> Picture:
    """Returns the ``number``-th picture of a page: the window, in words, drawn and as a table."""
    where = f"{day(window.first)} to {day(window.last)}"
    clause, unit = shown(window.clause), window.unit
    sums = f"{window.total:,} {unit} stand in it, {window.total - window.limit:,} above the cap"
    others = window.total - window.named
    rest = f" {others:,} of them the conflict does not name." if others else ""
    apart = " Filled bars are in the clash, outlined ones are not." if others else ""
    heads = ("Date", "Cycle", unit.capitalize(), "So far", "Above the cap")
    rows = (
        (
            day(entry.date),
            str(entry.cycle),
            figure(entry.amount),
            figure(sum_),
            figure(max(0, sum_ - window.limit)),
            entry.member,
            "yes" if entry.named else "no",
        )
        for entry, sum_ in window.running()
    )
    return Picture(
        id=f"window-{number}",
        about=f"the window of {clause}",
        title=f"{clause}: {unit} in the {window.per_days} dates {where}, at most {window.limit:,}",
        description=f"At most {window.limit:,} {unit} may fall in these {window.per_days} dates; "
        f"{sums}.{rest}",
        key="One column is one date. Each bar stands on those before it; the number over it is the "
        f"sum so far. The dashed line is the cap; what lies above it is cross-hatched.{apart}",
        drawing=overflow_drawing(window),
        table=headed(
            f"window-{number}-table",
            f"{clause}: {unit} stated from {where}",
            (*heads, "Stated in", "In the clash"),
            rows,
            numbers=heads[1:],
        ),
    )


def overflow_drawing(window: Overflow) -> Drawing:
    """Returns the picture of a window, in whole pixels.

    Each bar stands on the sum of those before it, so that the last ones rise over the cap; what
    lies above the cap is cross-hatched until the window closes.
    """
    per_day = max(LEAST_PER_DAY, LEAST_WIDTH // window.per_days)
    width = 2 * MARGIN + window.per_days * per_day
    base = TOP + BARS_HEIGHT

    def x(date_: date) -> int:
        return MARGIN + (date_ - window.first).days * per_day

    def y(amount: int) -> int:
        return base - amount * BARS_HEIGHT // window.total

    right, cap = width - MARGIN, y(window.limit)
    outline = [(x(window.entries[0].date), base)]
    boxes: list[Box] = []
    words: list[Words] = []
    free_from = 0
    for entry, sum_ in window.running():
        left, low, high = x(entry.date), y(sum_ - entry.amount), y(sum_)
        outline += [(left, low), (left, high)]
        tip = f"{_what(entry, window.unit)}, {sum_:,} so far"
        bar = Box("bag" if entry.named else "other", left, high, _bar(per_day), low - high, tip)
        boxes.append(bar)
        if left >= free_from:
            label = f"{sum_:,}" if sum_ <= window.limit else f"{sum_:,}, above {window.limit:,}"
            at = min(left, right - DIGIT * len(label))
            words.append(Words(at, high - 6, label))
            free_from = at + DIGIT * len(label) + MARGIN
    outline += [(right, y(window.total)), (right, base)]
    over = next(entry.date for entry, sum_ in window.running() if sum_ > window.limit)
    excess = f"{window.total - window.limit:,} {window.unit} above the cap"
    top = y(window.total)
    boxes.append(Box("excess", x(over), top, right - x(over), cap - top))
    boxes.append(Box("over", x(over), top, right - x(over), cap - top, excess))
    marks = tuple(ticks(window.first, window.per_days, per_day, base))
    area = Area("use", " ".join(f"{at},{height}" for at, height in outline))
    return Drawing(
        width,
        base + AXIS_HEIGHT,
        under=tuple(mark for mark, _ in marks),
        ticks=tuple(date_ for _, date_ in marks),
        areas=(area,),
        boxes=tuple(boxes),
        over=(Rule("cap", MARGIN, cap, right, cap), Rule("base", MARGIN, base, right, base)),
        words=tuple(words),
    )


def _bar(per_day: int) -> int:
    return max(LEAST_BAR, per_day - 2)


def _what(entry: Entry, unit: str) -> str:
    return f"{day(entry.date)}: {entry.amount:,} {unit} of cycle {entry.cycle}"
