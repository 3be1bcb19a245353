"""Every dispense, bag and claim line of a plan, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType

from planner.documents.plan import ClaimLine, Plan
from planner.report.layout import Column, heading, table
from planner.report.text import day, dose, figure, shown, sources


def dispense_list(plan: Plan) -> Iterator[RenderableType]:
    """Yields every dispense with its delivery, vials, days supply and authorization."""
    yield heading("Dispenses")
    columns = (
        Column("Date"),
        Column("Delivered"),
        Column("Cycle", right=True),
        Column("Vials", right=True),
        Column("Days supply", right=True),
        Column("Authorization", wraps=True),
    )
    yield table(
        columns,
        (
            (
                day(d.date),
                day(d.delivered),
                str(d.cycle),
                f"{d.vials} (spare {d.spare})" if d.spare else str(d.vials),
                str(d.days_supply),
                _marked(d.authorization, d.past),
            )
            for d in plan.dispenses
        ),
    )


def bag_lists(plan: Plan) -> Iterator[RenderableType]:
    """Yields every bag, a table for each cycle."""
    columns = (
        Column("Hang"),
        Column("Days", right=True),
        Column("Dose", right=True),
        Column("mcg", right=True),
        Column("Vials", right=True),
        Column("From dispense"),
        Column("Site", wraps=True),
    )
    for cycle in plan.cycles:
        yield heading(f"Bags of cycle {cycle.cycle} (disconnect {day(cycle.disconnect)})")
        yield table(
            columns,
            (
                (
                    day(bag.hang),
                    str(bag.days),
                    dose(bag.mcg_per_day),
                    figure(bag.mcg),
                    str(bag.vials),
                    sources(bag, date.isoformat) or "not known",
                    _marked(bag.site, bag.past),
                )
                for bag in plan.bags
                if bag.cycle == cycle.cycle
            ),
        )


def claim_list(plan: Plan) -> Iterator[RenderableType]:
    """Yields every claim line."""
    yield heading("Claim lines")
    columns = (
        Column("Date"),
        Column("Cycle", right=True),
        Column("HCPCS"),
        Column("Units", right=True),
        Column("Mod"),
        Column("NDC"),
        Column("UN", right=True),
        Column("Authorization", wraps=True),
    )
    yield table(columns, (_claim_row(line) for line in plan.claims))


def _claim_row(line: ClaimLine) -> tuple[str, ...]:
    return (
        day(line.date),
        str(line.cycle),
        shown(line.hcpcs),
        figure(line.units),
        line.modifier or "",
        shown(line.ndc),
        figure(line.ndc_units),
        _marked(line.authorization, line.past),
    )


def _marked(words: str | None, past: bool) -> str:
    return f"{words or 'none'}{' (past)' if past else ''}"
