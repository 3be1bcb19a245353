"""``planner history``: a dispensing record as the history of a scenario."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from planner.cli.options import Models

if TYPE_CHECKING:
    from planner.records.table import Table

Dates = Literal["iso", "mdy", "dmy"]


def read_history(
    records: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="CSV with any delimiter, or spreadsheets; '-' for standard input. What was "
            "dispensed and what was hung may stand in files of their own.",
        ),
    ],
    models: Models,
    columns: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="LIST",
            help="Which column is what, as date=Filled,vials=Qty: date, vials, hang, days, used, "
            "ndc, product, status, cycle. What is left out is guessed by its head, and shown.",
        ),
    ] = None,
    dates: Annotated[
        Dates | None,
        typer.Option("--dates", help="How 03/04/2026 is meant, where the column does not tell."),
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option(
            "--start",
            metavar="CYCLE=DATE",
            help="The day on which a cycle started, where no bag says so; may be given again.",
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Print this scenario with the history in it, for 'planner plan' and then "
            "'planner replan'.",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Default: the day after the last row of the record."
        ),
    ] = None,
) -> None:
    """Read what was dispensed and hung from a pharmacy's own record.

    Reversals take out the row they speak of, rows of other products are left out, and vials and
    bags get their cycles by their dates. Whatever is doubtful is asked by line and column, and
    nothing is printed.
    """
    from planner import api
    from planner.cli.output import to_json
    from planner.documents.read_scenario import load_scenario, source_bytes
    from planner.documents.scenario import Pharmacy, Scenario
    from planner.records.columns import columns_of, shown
    from planner.records.cycles import history_of
    from planner.records.rows import record_of
    from planner.records.table import read_table

    told = _pairs(columns.split(",") if columns else [], "--map")
    days = _pairs(start or [], "--start").items()
    starts = {_cycle(cycle): _date(day, "--start") for cycle, day in days}
    loaded = load_scenario(scenario, models) if scenario is not None else None
    named = loaded.scenario.drug if loaded else Scenario.model_fields["drug"].default
    drug = api.Known(models).drug(named).drug
    read = []
    for record in records:
        table = read_table(source_bytes(record), record)
        places = columns_of(table, told if len(records) == 1 else _of(told, table))
        print(f"{record} is read as --map {shown(table, places)}", file=sys.stderr)
        rows = record_of(table, places, drug, dates)
        for count, what in ((rows.reversals, "reversed"), (rows.others, "of other products")):
            if count:
                print(f"{record}, left out: {count} {what}", file=sys.stderr)
        read.append(rows)
    pharmacy = loaded.scenario.pharmacy if loaded else Pharmacy()
    history = history_of(read, drug, starts, pharmacy.transit_days)
    told_of = [entry.day for rows in read for entry in rows.entries]
    if not told_of:
        raise typer.BadParameter(f"no row is of {drug.name}")
    last = max([*told_of, *(cycle.start for cycle in history.cycles)])
    over = _date(as_of, "--as-of") if as_of else last + timedelta(days=1)
    part: dict[str, Any] = {
        "as_of": over.isoformat(),
        "history": history.model_dump(mode="json", by_alias=True, exclude_unset=True),
    }
    part["history"] = {key: value for key, value in part["history"].items() if value}
    for cycle in part["history"].get("cycles", []):
        if cycle.get("bags") is None:
            cycle.pop("bags", None)
    if loaded is not None:
        whole = loaded.scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
        part = {**whole, **part}
    sys.stdout.write(to_json(part))


def _of(told: dict[str, str], table: Table) -> dict[str, str]:
    """Of what was told of several files, what speaks of this one."""
    heads = {cell.text.casefold() for cell in table.heads}
    return {what: head for what, head in told.items() if head.casefold() in heads}


def _pairs(texts: list[str], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise typer.BadParameter(f"{option} takes NAME=VALUE, found '{text}'")
        found[key.strip()] = value.strip()
    return found


def _cycle(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise typer.BadParameter(f"--start takes the number of a cycle, found '{text}'")
    return int(text)


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} takes a date as YYYY-MM-DD, found '{text}'") from None
