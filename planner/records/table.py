"""A record's table: text with any delimiter, or a spreadsheet, as cells that know their place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from planner.documents.errors import InputErrors, Problem

DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS = 100_000
SPREADSHEETS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Cell:
    """A value as text, with its line and column from 1 on; in a spreadsheet row and column."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Table:
    """The heads of the columns, and the rows under them."""

    file: str
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def problem(self, cell: Cell, head: str, found: str, allowed: str, maybe: str = "") -> Problem:
        """What is wrong with a cell."""
        return Problem(self.file, cell.line, cell.column, head, found, allowed, maybe or None)


def read_table(raw: bytes, file: str) -> Table:
    """The table of a file. Raises InputErrors where there is none."""
    read = _sheet if Path(file).suffix.lower() in SPREADSHEETS else _text
    lines = read(raw, file)
    filled = [line for line in lines if any(cell.text for cell in line)]
    # titles above the table have fewer cells than its heads
    widest = max((sum(bool(cell.text) for cell in line) for line in filled), default=0)
    first = next(
        (i for i, line in enumerate(filled) if sum(bool(c.text) for c in line) * 2 > widest), 0
    )
    if widest < 2 or len(filled) <= first + 1:
        raise InputErrors(
            [Problem(file, 1, 1, "", "no table", "a line of heads, and rows under it")]
        )
    return Table(file, filled[first], tuple(filled[first + 1 :]))


def _text(raw: bytes, file: str) -> list[tuple[Cell, ...]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    lines = text.splitlines()
    if len(lines) > MOST_ROWS:
        found = f"{len(lines):,} lines"
        raise InputErrors([Problem(file, 1, 1, "", found, f"at most {MOST_ROWS:,}")])
    delimiter = max(DELIMITERS, key=lambda one: sum(line.count(one) for line in lines[:20]))
    found_lines = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    before = 0
    for values in reader:
        line, before = before + 1, reader.line_num
        found_lines.append(_cells(values, line, lines[line - 1]))
    return found_lines


def _cells(values: Sequence[str], line: int, written: str) -> tuple[Cell, ...]:
    """The cells of a line; a column is where the value begins in it."""
    cells, at = [], 0
    for value in values:
        place = written.find(value, at) if value else at
        place = at if place < 0 else place
        cells.append(Cell(value.strip(), line, place + 1))
        at = place + len(value) + 1
    return tuple(cells)


def _sheet(raw: bytes, file: str) -> list[tuple[Cell, ...]]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        maybe = "install the extra 'spreadsheets', or save it as CSV."
        found = Problem(file, 0, 0, "", "a spreadsheet", "a CSV file", maybe)
        raise InputErrors([found]) from None
    sheet = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
    return [
        tuple(Cell(_shown(value), line, column) for column, value in enumerate(values, 1))
        for line, values in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_ROWS), 1)
    ]


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
