"""The window that a conflict overflows, against its limit: as a picture and as marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from planner.documents.conflict import Window, WindowEntry
from planner.report.drawing import SPAN, WIDTH, Dates, Drawing, Picture, Rule, ticks
from planner.report.grids import headed
from planner.report.svg import DIGIT, MARGIN, Area, Box, Words
from planner.report.text import count, day, figure, shown

TOP: Final = 24
BARS_HEIGHT: Final = 130
AXIS_HEIGHT: Final = 30
LEAST_BAR: Final = 4


def running(window: Window) -> Iterator[tuple[WindowEntry, int]]:
    """Returns each entry with the sum of all up to it."""
    so_far = 0
    for entry in window.entries:
        so_far += entry.amount
        yield entry, so_far


def when(entry: WindowEntry) -> str:
    """Returns the date of an entry; of what is still to come, the latest."""
    return f"{'' if entry.member else 'by '}{day(entry.date)}"


def overflow_title(window: Window) -> str:
    """Returns what the window is of, its dates and its limit."""
    return (
        f"{shown(window.clause)}: {window.unit} in the {window.per_days} dates "
        f"{day(window.window_from)} to {day(window.window_to)}, at most {window.limit:,}"
    )


def overflow_bars(window: Window, width: int) -> Iterator[str]:
    """Returns a line of marks for each entry, behind those before it: ``#`` up to the limit, which
    is ``|``, and ``!`` above it. No line is longer than ``width``, which is at least 3."""
    cap = min(width - 2, max(1, window.limit * (width - 1) // window.sum))
    for entry, sum_ in running(window):
        begin = (sum_ - entry.amount) * (width - 1) // window.sum
        end = max(begin + 1, sum_ * (width - 1) // window.sum)
        if sum_ > window.limit:
            end = max(end, cap + 1)
        marks = [" " if n < begin else "#" if n < cap else "!" for n in range(end)]
        marks += [" "] * (cap - len(marks))
        yield "".join([*marks[:cap], "|", *marks[cap:]])


def overflow_picture(window: Window, number: int) -> Picture:
    """Returns the ``number``-th picture of a page: the window, in words, drawn and as a table."""
    clause, unit = shown(window.clause), window.unit
    to_come = any(entry.member is None for entry in window.entries)
    outlined = " Outlined bars are still to come, at the latest from their date on."
    heads = ("Date", "Cycle", unit.capitalize(), "So far", "Above the cap")
    rows = (
        (
            when(entry),
            str(entry.cycle),
            figure(entry.amount),
            figure(sum_),
            figure(max(0, sum_ - window.limit)),
            shown(entry.says),
            shown(entry.member or "still to come"),
        )
        for entry, sum_ in running(window)
    )
    return Picture(
        id=f"window-{number}",
        about=f"the window of {clause}",
        title=overflow_title(window),
        description=f"At most {window.limit:,} {unit} may fall in these {window.per_days} dates; "
        f"{window.sum:,} {unit} stand in them, {window.sum - window.limit:,} above the cap.",
        key="One column is one date. Each bar stands on those before it; the number over it is the "
        "sum so far. The dashed line is the cap; what lies above it is cross-hatched."
        f"{outlined if to_come else ''}",
        drawing=overflow_drawing(window),
        table=headed(
            f"window-{number}-table",
            f"{clause}: {unit} from {day(window.window_from)} to {day(window.window_to)}",
            (*heads, "In words", "Stated in"),
            rows,
            numbers=heads[1:],
        ),
    )


def overflow_drawing(window: Window) -> Drawing:
    """Returns the picture of a window, in whole pixels.

    Each bar stands on the sum of those before it, so that the last ones rise over the cap; what
    lies above the cap is cross-hatched until the window closes.
    """
    dates, base = Dates(window.window_from, window.per_days), TOP + BARS_HEIGHT

    def y(amount: int) -> int:
        return base - amount * BARS_HEIGHT // window.sum

    right, cap = WIDTH - MARGIN, y(window.limit)
    outline = [(dates.x(window.entries[0].date), base)]
    boxes: list[Box] = []
    words: list[Words] = []
    free_from = 0
    for entry, sum_ in running(window):
        left, low, high = dates.x(entry.date), y(sum_ - entry.amount), y(sum_)
        outline += [(left, low), (left, high)]
        tip = f"{_what(entry, window.unit)}, {sum_:,} so far"
        kind = "bag" if entry.member else "other"
        bar = Box(kind, left, high, _bar(window), low - high, tip)
        boxes.append(bar)
        if left >= free_from:
            label = f"{sum_:,}" if sum_ <= window.limit else f"{sum_:,}, above {window.limit:,}"
            at = min(left, right - DIGIT * len(label))
            words.append(Words(at, high - 6, label))
            free_from = at + DIGIT * len(label) + MARGIN
    outline += [(right, y(window.sum)), (right, base)]
    over = dates.x(next(entry.date for entry, sum_ in running(window) if sum_ > window.limit))
    excess = f"{window.sum - window.limit:,} {window.unit} above the cap"
    top = y(window.sum)
    boxes.append(Box("excess", over, top, right - over, cap - top))
    boxes.append(Box("over", over, top, right - over, cap - top, excess))
    marks = tuple(ticks(dates, base))
    area = Area("use", " ".join(f"{at},{height}" for at, height in outline))
    return Drawing(
        base + AXIS_HEIGHT,
        under=tuple(mark for mark, _ in marks),
        ticks=tuple(date_ for _, date_ in marks),
        areas=(area,),
        boxes=tuple(boxes),
        over=(Rule("cap", MARGIN, cap, right, cap), Rule("base", MARGIN, base, right, base)),
        words=tuple(words),
    )


def _bar(window: Window) -> int:
    return max(LEAST_BAR, SPAN // window.per_days - 2)


def _what(entry: WindowEntry, unit: str) -> str:
    least = "" if entry.member else "at least "
    amount = count(entry.amount, unit.removesuffix("s"))
    return f"{when(entry)}: {least}{amount} of cycle {entry.cycle}"
