"""The rows of a record as dispenses and bags; what is doubtful is asked by line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from planner.documents.base import FIRST_DAY, LAST_DAY
from planner.documents.dates import readings
from planner.documents.drug import Drug
from planner.documents.errors import Problem, escaped
from planner.records.table import Cell, Table

Form = Literal["iso", "mdy", "dmy"]
REVERSED = re.compile(r"revers|void|cancel|return|reject|denied|refus", re.IGNORECASE)
FIGURES = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b")
MOST_VIALS, MOST_DAYS = 1_000, 14


@dataclass(frozen=True)
class Entry:
    """A row: vials sent, or a bag hung for ``days`` days; ``cycle`` where the record names it."""

    day: date
    vials: int
    days: int | None
    cycle: int | None
    at: Cell
    table: Table = field(repr=False, compare=False)


@dataclass
class Record:
    """What a table says, and what has to be asked. ``others``: rows of other products."""

    entries: list[Entry]
    problems: list[Problem]
    others: int = 0
    reversals: int = 0


def record_of(
    table: Table, columns: Mapping[str, int], drug: Drug, form: Form | None = None
) -> Record:
    """Reads the rows of one product.

    Args:
        table: the record.
        columns: the place of each column that is known.
        drug: its packages say which rows are meant and, of a row without a code, its names.
        form: how dates with figures alone are written; None: as the column tells.
    """
    found = Record([], [])
    kinds = [kind for kind in (("hang", "used"), ("date", "vials")) if kind[0] in columns]
    for day_key, vials_key in kinds:
        if vials_key in columns:
            _read(found, table, columns, (day_key, vials_key), drug, form)
    found.entries.sort(key=lambda entry: (entry.day, entry.at.line))
    return found


def _read(
    found: Record,
    table: Table,
    columns: Mapping[str, int],
    keys: tuple[str, str],
    drug: Drug,
    form: Form | None,
) -> None:
    day_key, vials_key = keys
    rows = [row for row in table.rows if _cell(row, columns, day_key).text]
    own = [row for row in rows if _ours(row, columns, drug)]
    found.others += len(rows) - len(own)
    form = form or _form([_cell(row, columns, day_key).text for row in own])
    reversals: list[tuple[Entry, bool]] = []
    for row in own:
        at = _cell(row, columns, day_key)
        day = _day(found, table, at, day_key, form)
        vials = _number(found, table, _cell(row, columns, vials_key), vials_key, MOST_VIALS)
        days = None
        if day_key == "hang":
            days = _number(found, table, _cell(row, columns, "days"), "days", MOST_DAYS)
            if days is None:
                continue
        if day is None or vials is None:
            continue
        cycle = _cell(row, columns, "cycle").text
        number = int(cycle) if cycle.isdigit() else None
        entry = Entry(day, abs(vials), days, number, at, table)
        if vials < 0 or REVERSED.search(_cell(row, columns, "status").text):
            reversals.append((entry, vials < 0))
        elif vials:
            found.entries.append(entry)
    for entry, returned in reversals:
        _reverse(found, table, entry, returned=returned)


def _reverse(found: Record, table: Table, gone: Entry, *, returned: bool) -> None:
    """Takes out the row that a reversal speaks of: the same vials, of its day or the last before;
    of vials ``returned``, which may be fewer, the newest row that has them."""
    before = [one for one in found.entries if one.day <= gone.day and one.days == gone.days]
    same = [one for one in before if one.vials == gone.vials]
    if returned and not same:
        same = [one for one in before if one.vials > gone.vials]
    if not same:
        words = f"a reversal of {gone.vials} vials on {gone.day}"
        allowed = "one with a row of as many vials, of that day or before"
        found.problems.append(table.problem(gone.at, "status", words, allowed))
        return
    row = max(same, key=lambda one: (one.day, one.at.line))
    found.entries.remove(row)
    if row.vials > gone.vials:
        found.entries.append(replace(row, vials=row.vials - gone.vials))
    found.reversals += 1


def _ours(row: Sequence[Cell], columns: Mapping[str, int], drug: Drug) -> bool:
    """Whether a row is of the drug: by its NDC, else by its name, else any."""
    ndc = _product(_cell(row, columns, "ndc").text)
    if ndc:
        return ndc in {_product(package.ndc) for package in drug.packages}
    product = _cell(row, columns, "product").text.casefold()
    known = (drug.name, drug.brand) if drug.brand else (drug.name,)
    return not product or any(name.casefold() in product for name in known)


def _product(ndc: str) -> str:
    """Labeler and product of a package code, nine digits."""
    parts = re.findall(r"\d+", ndc)
    if len(parts) == 3:
        return f"{parts[0]:0>5}{parts[1]:0>4}"
    return "".join(parts)[:9]


def _form(texts: Sequence[str]) -> Form | None:
    """The order of day and month that a column's dates allow, where it is one alone."""
    fits: list[Form] = [
        form
        for form in ("mdy", "dmy")
        if all(_in_form(text, form) for text in texts if FIGURES.match(text))
    ]
    return fits[0] if len(fits) == 1 else None


def _days(text: str) -> tuple[date, ...]:
    return readings(re.sub(r"[ T]\d{1,2}:\d{2}.*$", "", text), FIRST_DAY, LAST_DAY)


def _in_form(text: str, form: Form) -> date | None:
    figures = FIGURES.match(text)
    if figures is None:
        return None
    one, two, year = (int(part) for part in figures.groups())
    year += 2000 if year < 100 else 0
    month, day = (one, two) if form == "mdy" else (two, one)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(found: Record, table: Table, at: Cell, key: str, form: Form | None) -> date | None:
    days = _days(at.text)
    if len(days) > 1 and form is not None:
        told = _in_form(at.text, form)
        days = (told,) if told is not None else days
    if len(days) == 1:
        return days[0]
    said = f"the text '{escaped(at.text)}'"
    if days:
        both = " or ".join(f"{day} with --dates {_named(at.text, day)}" for day in days)
        found.problems.append(table.problem(at, key, said, "a date of one reading", f"{both}."))
    else:
        found.problems.append(table.problem(at, key, said, "a date"))
    return None


def _named(text: str, day: date) -> str:
    return "mdy" if _in_form(text, "mdy") == day else "dmy"


def _number(found: Record, table: Table, at: Cell, key: str, most: int) -> int | None:
    written = re.fullmatch(r"([-(]?)(\d+)(?:\.0+)?\)?(?: ?(?:d|days?|vials?|ea))?", at.text.lower())
    number = int(written[2]) if written else None
    if number is None or number > most:
        words = f"the text '{escaped(at.text)}'" if at.text else "nothing"
        found.problems.append(table.problem(at, key, words, f"a whole number up to {most:,}"))
        return None
    return -number if written and written[1] else number


def _cell(row: Sequence[Cell], columns: Mapping[str, int], key: str) -> Cell:
    place = columns.get(key)
    if place is None or place >= len(row):
        last = row[-1]
        return Cell("", last.line, last.column + len(last.text))
    return row[place]
