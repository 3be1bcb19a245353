"""The options as one HTML file: a picture of what delay buys, over a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from planner.documents.options import Option, Options
from planner.report.drawing import SPAN, WIDTH, Drawing, Picture, Rule
from planner.report.grids import Grid, headed
from planner.report.html import INDICATIONS
from planner.report.options import HEADS, cells, gaps_told, says_of_all
from planner.report.page import page
from planner.report.svg import DIGIT, MARGIN, Box, Words
from planner.report.terminal import NO_ADVICE
from planner.report.text import count, figure, in_force, shown, titled

LANE: Final = 96
TITLE: Final = 20
MARK: Final = 10
AXIS: Final = 30
LANES: Final = (
    ("Visits (bag changes)", "bag_changes", "visit"),
    ("Vials to send", "vials_dispensed", "vial"),
    ("Dispenses", "dispenses", "dispense"),
)


def options_html(options: Options) -> str:
    """Returns the page. Every value is escaped, and control characters, line breaks and
    text-direction marks in free text are shown as their escapes. The same options give the same
    text."""
    return page(
        "options.html",
        title=titled(options.scenario.title),
        facts=tuple(_facts(options)),
        says=says_of_all(options),
        options=_table(options),
        picture=_picture(options) if len(options.options) > 1 else None,
        settled=all(option.proven for option in options.options),
        gaps=tuple(gaps_told(options)),
        readings=_readings(options) if options.readings else None,
        stopped=options.stopped is not None,
        no_advice=NO_ADVICE,
    )


def _facts(options: Options) -> Iterator[tuple[str, str]]:
    if options.scenario.ref:
        yield "Patient reference", shown(options.scenario.ref)
    yield "Indication", INDICATIONS[options.indication]
    yield "Policy", f"{shown(options.policy.id)} ({shown(options.policy.revision)})"
    dates = in_force(options.policy.effective_from, options.policy.effective_until)
    yield "Policy in force", dates


def _table(options: Options) -> Grid:
    heads = (*HEADS, "Beside the plan")
    rows = ((*cells(option), shown(option.says)) for option in options.options)
    return headed("options", "Options", heads, rows, numbers=HEADS[:5])


def _readings(options: Options) -> Grid:
    rows = (
        (shown(one.reading), shown(one.chosen), shown(one.other), shown(one.says))
        for one in options.readings
    )
    heads = ("Reading", "In force", "Other", "The plan under the other")
    return headed("readings", "Were the policy read otherwise", heads, rows)


def _picture(options: Options) -> Picture:
    first, last = options.options[0], options.options[-1]
    about = ", ".join(
        f"{key} {figure(getattr(first, field))} to {figure(getattr(last, field))}"
        for key, field, _ in ((name.lower(), key, noun) for name, key, noun in LANES)
    )
    return Picture(
        id="front",
        about="the options by their delay",
        title="What delay buys",
        description=f"From {count(first.delay_days, 'day')} of delay to "
        f"{count(last.delay_days, 'day')}: {about}.",
        key="A mark for each option, by its delay from left to right; the higher, the more. Marks "
        "of the plan are hatched.",
        drawing=_drawing(options.options),
        table=_table(options),
    )


def _drawing(options: Sequence[Option]) -> Drawing:
    """The options in a lane for each objective, in whole pixels: delay from left to right."""
    least, most = options[0].delay_days, options[-1].delay_days
    across = max(most - least, 1)
    boxes: list[Box] = []
    words: list[Words] = []
    rules: list[Rule] = []
    for place, (title, key, noun) in enumerate(LANES):
        top = place * (TITLE + LANE)
        base = top + TITLE + LANE
        words.append(Words(MARGIN, top + 14, title))
        rules.append(Rule("base", MARGIN, base, WIDTH - MARGIN, base))
        values = [getattr(option, key) for option in options]
        low, high = min(values), max(values)
        ends: dict[int, int] = {}  # where the last figure of a height ends
        for option, value in zip(options, values, strict=True):
            x = MARGIN + (option.delay_days - least) * (SPAN - MARK) // across
            y = base - MARK - (value - low) * (LANE - 3 * MARK) // max(high - low, 1)
            tip = f"Option {option.option}: {count(value, noun)}"
            boxes.append(Box("asked" if option.as_planned else "given", x, y, MARK, MARK, tip))
            told = figure(value)
            at = min(x, WIDTH - MARGIN - DIGIT * len(told))
            if ends.get(y, 0) <= at and value not in values[: values.index(value)]:
                words.append(Words(at, y - 3, told))
                ends[y] = at + DIGIT * (len(told) + 1)
    base = len(LANES) * (TITLE + LANE)
    left, right = count(least, "day"), f"{count(most, 'day')} of delay"
    ticks = (
        Words(MARGIN, base + AXIS - 12, left),
        Words(WIDTH - MARGIN - DIGIT * len(right), base + AXIS - 12, right),
    )
    return Drawing(
        base + AXIS, ticks=ticks, boxes=tuple(boxes), over=tuple(rules), words=tuple(words)
    )
