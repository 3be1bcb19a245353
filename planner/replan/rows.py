"""A plan's calendar as rows that people are told of, and which of two plans' belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from planner.documents.errors import counted
from planner.documents.plan import Plan
from planner.documents.replanned import Role, RowKind

ROLES: dict[RowKind, Role] = {
    "start": "patient",
    "visit": "patient",
    "disconnect": "patient",
    "dispense": "pharmacy",
    "claim": "billing",
    "authorization": "billing",
}


@dataclass(frozen=True)
class Row:
    """Something on a day; ``says`` is what of it may change without its day."""

    kind: RowKind
    cycle: int | None
    name: str
    day: date
    says: str


Pair = tuple[Row | None, Row | None]


def rows_of(plan: Plan) -> tuple[Row, ...]:
    """Every row of a plan, past ones too. A cycle's first bag change is its start."""
    return (*_visits(plan), *_dispenses(plan), *_claims(plan), *_authorizations(plan))


def _visits(plan: Plan) -> Iterator[Row]:
    for cycle in plan.cycles:
        number = cycle.cycle
        bags = sorted((b for b in plan.bags if b.cycle == number), key=lambda bag: bag.hang)
        for place, bag in enumerate(bags):
            kind: RowKind = "visit" if place else "start"
            site = " in hospital" if bag.site == "hospital" else ""
            says = f"bag for {counted(bag.days, 'day')}{site}"
            yield Row(kind, number, "", bag.hang, says)
        yield Row("disconnect", number, "", cycle.disconnect, "disconnect")


def _dispenses(plan: Plan) -> Iterator[Row]:
    for one in plan.dispenses:
        yield Row("dispense", one.cycle, "", one.date, counted(one.vials, "vial"))


def _claims(plan: Plan) -> Iterator[Row]:
    units: dict[tuple[int, date], int] = {}
    for line in plan.claims:
        units[line.cycle, line.date] = units.get((line.cycle, line.date), 0) + line.units
    for (cycle, day), billed in units.items():
        yield Row("claim", cycle, "", day, f"{billed:,} units")


def _authorizations(plan: Plan) -> Iterator[Row]:
    for one in plan.authorizations:
        asked = "given" if one.request_by is None else f"ask by {one.request_by}"
        yield Row("authorization", None, one.id, one.start, f"{one.id} to {one.end}, {asked}")


def paired(old: Iterable[Row], new: Iterable[Row]) -> list[Pair]:
    """Rows of two plans, each with the one that it has become: those of a kind and cycle that stay
    on their day, then the others in the order of their days, as near as they can be."""
    groups: dict[tuple[str, int, str], tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((old, new)):
        for row in rows:
            key = row.kind, row.cycle or 0, row.name
            groups.setdefault(key, ([], []))[side].append(row)
    pairs: list[Pair] = []
    for before, after in groups.values():
        stay = {row.day for row in before} & {row.day for row in after}
        by_day = {row.day: row for row in after}
        pairs += [(row, by_day[row.day]) for row in before if row.day in stay]
        pairs += _nearest(
            sorted((row for row in before if row.day not in stay), key=lambda row: row.day),
            sorted((row for row in after if row.day not in stay), key=lambda row: row.day),
        )
    return pairs


def _nearest(old: Sequence[Row], new: Sequence[Row]) -> list[Pair]:
    """As many pairs as there can be, in order, with the fewest days between them in all."""
    best: dict[tuple[int, int], tuple[int, int, list[Pair]]] = {}
    for i in range(len(old), -1, -1):
        for j in range(len(new), -1, -1):
            ways: list[tuple[int, int, list[Pair]]] = []
            if i == len(old) and j == len(new):
                ways.append((0, 0, []))
            if i < len(old):
                alone, days, pairs = best[i + 1, j]
                ways.append((alone + 1, days, [(old[i], None), *pairs]))
            if j < len(new):
                alone, days, pairs = best[i, j + 1]
                ways.append((alone + 1, days, [(None, new[j]), *pairs]))
            if i < len(old) and j < len(new):
                alone, days, pairs = best[i + 1, j + 1]
                apart = abs((old[i].day - new[j].day).days)
                ways.append((alone, days + apart, [(old[i], new[j]), *pairs]))
            best[i, j] = min(ways, key=lambda way: way[:2])
    return best[0, 0][2]
