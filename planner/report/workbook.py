"""The plan as a spreadsheet: one sheet a kind of row, real dates, codes as text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.documents.plan import Plan
from planner.report.coverage import contractor_words, marked
from planner.report.stamp import stamp
from planner.report.tables import Sheet, Value, sheets
from planner.report.terminal import CHECK_ROWS, NO_ADVICE
from planner.report.text import bag_left_out, graded, in_force

MOST_CHARACTERS = 32_767  # of one cell; a spreadsheet program refuses a file with more
CUT = " (cut)"
_WIDEST = 40


@dataclass(frozen=True)
class _Formats:
    head: Format
    day: Format
    text: Format


def workbook(plan: Plan) -> bytes:
    """Returns an xlsx file: about, cycles, bags, dispenses, claims, limits, authorizations; what is
    left of these day by day and the evidence for renewals, where a plan has them.

    Text is written as text whatever it looks like: neither formula, link nor number is made of it.
    Longer than a cell can hold, it is cut, and says so. The same plan gives the same bytes.
    """
    out = io.BytesIO()
    book = Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": "Plan", "created": stamp(plan).replace(tzinfo=None)})
    formats = _Formats(
        head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        text=book.add_format({"num_format": "@"}),
    )
    for sheet in sheets(plan):
        _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    _write_sheet(book.add_worksheet("about"), _about(plan), formats)
    book.close()
    return out.getvalue()


def _about(plan: Plan) -> Sheet:
    rows: list[tuple[Value, ...]] = [
        ("title", plan.scenario.title),
        ("indication", plan.indication),
        ("policy", f"{plan.policy.id} ({plan.policy.revision})"),
        ("policy in force", in_force(plan.policy.effective_from, plan.policy.effective_until)),
        ("criteria", marked(plan)),
        ("Medicare Part B contractor", contractor_words(plan)),
        ("scenario sha256", plan.scenario.sha256),
        ("policy sha256", plan.policy.sha256),
        ("drug sha256", plan.drug.sha256),
        ("solver", f"{plan.solver.name} {plan.solver.version}, seed {plan.solver.seed}"),
        ("clauses checked", plan.audit.clauses),
        ("violations", len(plan.audit.violations)),
        ("no advice", NO_ADVICE),
        ("drug file", CHECK_ROWS),
    ]
    rows += [
        (
            f"drug row ({graded(used)})",
            "; ".join(part for part in (used.row, used.source, used.revision, used.says) if part),
        )
        for used in plan.rows_used
    ]
    rows += [("bag length left out", bag_left_out(one)) for one in plan.left_out]
    return Sheet("about", ("what", "says"), tuple(rows))


def _write_sheet(tab: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for column, name in enumerate(sheet.columns):
        tab.write_string(0, column, name.replace("_", " "), formats.head)
        cells = [row[column] for row in sheet.rows]
        tab.set_column(column, column, _width(name, cells))
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write_cell(tab, number, column, value, formats)
    tab.freeze_panes(1, 0)
    tab.repeat_rows(0)
    tab.set_landscape()
    tab.fit_to_pages(1, 0)
    if sheet.rows:
        tab.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)


def _write_cell(tab: Worksheet, row: int, column: int, value: Value, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        tab.write_boolean(row, column, value)
    elif isinstance(value, date):
        tab.write_datetime(row, column, value, formats.day)
    elif isinstance(value, str):
        tab.write_string(row, column, _fitting(value), formats.text)
    else:
        tab.write_number(row, column, value)


def _fitting(text: str) -> str:
    encodable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(encodable) <= MOST_CHARACTERS:
        return encodable
    return encodable[: MOST_CHARACTERS - len(CUT)] + CUT


def _width(name: str, cells: Sequence[Value]) -> int:
    longest = max((len(_plain(cell)) for cell in cells), default=0)
    return min(_WIDEST, max(longest, len(name)) + 2)


def _plain(value: Value) -> str:
    if isinstance(value, Decimal | int):
        return f"{value:,}"
    return "" if value is None else str(value)
