"""The plan's parts as rows and columns, and their CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from planner.documents.base import Document
from planner.documents.plan import Plan, PlannedBag
from planner.report.coverage import status_of

Value = str | int | Decimal | date | None  # a bool is an int
# The last four are the full-width forms of the first four: some spreadsheets obey them as well.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

CYCLES = (
    "cycle",
    "phase",
    "start",
    "last_infusion_day",
    "disconnect",
    "earliest_next",
    "latest_start",
    "authorization",
    "past",
)
BAGS = ("cycle", "hang", "days", "mcg_per_day", "mcg", "vials", "dispense", "from", "site", "past")
DISPENSES = (
    "date",
    "delivered",
    "cycle",
    "vials",
    "spare",
    "days_supply",
    "authorization",
    "authorization_number",
    "past",
    "criteria",
)
CLAIMS = (
    "date",
    "cycle",
    "hcpcs",
    "units",
    "modifier",
    "ndc",
    "ndc_units",
    "diagnosis",
    "authorization",
    "authorization_number",
    "past",
    "criteria",
)
AUTHORIZATIONS = ("id", "kind", "number", "start", "end", "cycles", "request_by", "given")
AUTHORIZATION_DAYS = (
    "authorization",
    "from",
    "to",
    "cycles_left",
    "units_billed",
    "units_left",
)
RENEWALS = ("authorization", "evidence_by", "criterion", "says", "verdict")
LIMITS = ("clause", "per_days", "per", "limit", "unit", "peak", "from", "to")
_ATTRIBUTE = {"from": "window_from", "to": "window_to"}


@dataclass(frozen=True)
class Sheet:
    """One kind of row. Columns are named as in the plan's JSON; ``authorization_number`` is the
    payer's number of the authorization, where it is known; ``from`` the days that a bag's vials
    were sent on, with how many; and ``criteria`` the status of the approval criteria, so that a row
    of a plan that is not covered says so wherever it goes.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def sheets(plan: Plan) -> tuple[Sheet, ...]:
    """Returns cycles, bags, dispenses, claims, limits and authorizations, in the plan's order."""
    return (
        _sheet(plan, "cycles", CYCLES, plan.cycles),
        _sheet(plan, "bags", BAGS, plan.bags),
        dispense_sheet(plan),
        claim_sheet(plan),
        _sheet(plan, "limits", LIMITS, plan.limits),
        _sheet(plan, "authorizations", AUTHORIZATIONS, plan.authorizations),
        *_coverage_sheets(plan),
    )


def _coverage_sheets(plan: Plan) -> tuple[Sheet, ...]:
    """What is left of each authorization day by day, and the evidence for each renewal."""
    if plan.coverage is None:
        return ()
    left = tuple(
        (
            one.authorization,
            run.first,
            run.last,
            run.cycles_left,
            run.units_billed,
            run.units_left,
        )
        for one in plan.coverage.authorizations
        for run in one.days
    )
    evidence = tuple(
        (one.authorization, leaf.by, leaf.id, leaf.says, leaf.verdict)
        for one in plan.coverage.renewals
        for leaf in one.checklist
    )
    return (
        Sheet("authorization days", AUTHORIZATION_DAYS, left),
        Sheet("renewals", RENEWALS, evidence),
    )


def dispense_sheet(plan: Plan) -> Sheet:
    """Returns the plan's dispenses."""
    return _sheet(plan, "dispenses", DISPENSES, plan.dispenses)


def claim_sheet(plan: Plan) -> Sheet:
    """Returns the plan's claim lines."""
    return _sheet(plan, "claims", CLAIMS, plan.claims)


def csv_text(sheet: Sheet) -> str:
    """Returns a sheet as RFC 4180 CSV: a header, CRLF, ISO dates, everything but numbers in quotes.

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in sheet.rows)
    return out.getvalue()


def _csv_cell(value: Value) -> str | int | Decimal:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return "" if value is None else value


def _sheet(plan: Plan, name: str, columns: tuple[str, ...], items: Iterable[Document]) -> Sheet:
    numbers = {window.id: window.number for window in plan.authorizations}

    def value(item: Document, column: str) -> Value:
        if column == "authorization_number":
            return numbers.get(_field(item, "authorization"))
        if column == "criteria":
            return status_of(plan)
        if isinstance(item, PlannedBag) and column == "from":
            return ", ".join(f"{one.dispense} ({one.vials})" for one in item.from_)
        found = _field(item, column)
        return ", ".join(map(str, found)) if isinstance(found, tuple) else found

    return Sheet(name, columns, tuple(tuple(value(i, c) for c in columns) for i in items))


def _field(item: Document, column: str) -> Any:
    return getattr(item, _ATTRIBUTE.get(column, column))
