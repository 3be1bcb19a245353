"""Tables of the report as text cells, before any markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from planner.documents.plan import ClaimLine, Plan, PlannedBag
from planner.documents.policy import Policy
from planner.report.agenda import asked_words
from planner.report.text import count, day, dose, figure, last_day_words, runs, shown, sources
from planner.report.usage import RollingUse, room_by_cycle


@dataclass(frozen=True)
class Column:
    """A column's head; ``number`` columns stand right."""

    head: str
    number: bool = False


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own, or under none."""

    head: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Grid:
    """A table; the first cell of a row names the row."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all groups."""
        return sum(len(group.rows) for group in self.groups)


def headed(
    id_: str,
    caption: str,
    heads: Sequence[str],
    rows: Iterable[tuple[str, ...]],
    *,
    numbers: Sequence[str] = (),
) -> Grid:
    """Returns a table without groups; the columns of ``numbers`` stand right."""
    columns = tuple(Column(head, number=head in numbers) for head in heads)
    return Grid(id_, caption, columns, (Group("", tuple(rows)),))


_OfCycle = TypeVar("_OfCycle", PlannedBag, ClaimLine)
_DAY: Final = Column("Date")
_CYCLE: Final = Column("Cycle", number=True)
_PAST: Final = "past"


def cycles(plan: Plan) -> Grid:
    """Returns the dates of each cycle."""
    columns = (
        _CYCLE,
        Column("Phase"),
        Column("Start"),
        Column("Last infusion day"),
        Column("Disconnect"),
        Column("Next cycle from"),
        Column("Latest start"),
        Column("Authorization"),
    )
    return _grid(
        "cycles",
        "Cycles and their dates",
        columns,
        (
            (
                str(c.cycle),
                shown(c.phase),
                day(c.start),
                day(c.last_infusion_day),
                day(c.disconnect),
                day(c.earliest_next),
                _PAST if c.past else day(c.latest_start) if c.latest_start else "not worked out",
                shown(c.authorization or "none"),
            )
            for c in plan.cycles
        ),
    )


def taken(plan: Plan) -> Grid:
    """Returns what each cycle takes: dispenses, vials, bags, units."""
    heads = ("Dispenses", "Vials sent", "Bags", "Vials opened", "Units billed")
    return _grid(
        "taken",
        "What each cycle takes",
        (_CYCLE, *(Column(head, number=True) for head in heads)),
        (
            (
                str(c.cycle),
                figure(sum(1 for d in plan.dispenses if d.cycle == c.cycle)),
                figure(sum(d.vials for d in plan.dispenses if d.cycle == c.cycle)),
                figure(sum(1 for bag in plan.bags if bag.cycle == c.cycle)),
                figure(sum(bag.vials for bag in plan.bags if bag.cycle == c.cycle)),
                figure(sum(line.units for line in plan.claims if line.cycle == c.cycle)),
            )
            for c in plan.cycles
        ),
    )


def authorizations(plan: Plan) -> Grid:
    """Returns the authorizations, given and still to be asked for."""
    columns = (
        Column("Authorization"),
        Column("Number"),
        Column("From"),
        Column("To"),
        Column("Cycles"),
        Column("Ask for it by"),
    )
    return _grid(
        "authorizations",
        "Authorizations",
        columns,
        (
            (
                shown(a.id),
                shown(a.number or "not known"),
                day(a.start),
                last_day_words(a),
                runs(a.cycles),
                asked_words(plan, a),
            )
            for a in plan.authorizations
        ),
    )


def dispenses(plan: Plan) -> Grid:
    """Returns every dispense."""
    columns = (
        _DAY,
        Column("Delivered"),
        _CYCLE,
        Column("Vials", number=True),
        Column("Spare", number=True),
        Column("Days supply", number=True),
        Column("Authorization"),
        Column("State"),
    )
    return _grid(
        "dispenses",
        "Dispenses",
        columns,
        (
            (
                day(d.date),
                day(d.delivered),
                str(d.cycle),
                figure(d.vials),
                figure(d.spare),
                figure(d.days_supply),
                shown(d.authorization or "none"),
                _state(d.past),
            )
            for d in plan.dispenses
        ),
    )


def bags(plan: Plan) -> Grid:
    """Returns every bag, by cycle."""
    columns = (
        Column("Hang"),
        Column("Days", number=True),
        Column("Daily dose", number=True),
        Column("In all", number=True),
        Column("Vials", number=True),
        Column("From the dispense of"),
        Column("Site"),
        Column("State"),
    )

    def row(bag: PlannedBag) -> tuple[str, ...]:
        return (
            day(bag.hang),
            figure(bag.days),
            dose(bag.mcg_per_day),
            f"{figure(bag.mcg)} mcg",
            figure(bag.vials),
            sources(bag, day) or "not known",
            bag.site,
            _state(bag.past),
        )

    return Grid("bags", "Bags", columns, tuple(_by_cycle(plan, plan.bags, row)))


def claims(plan: Plan) -> Grid:
    """Returns every claim line, by cycle."""
    columns = (
        Column("Date of service"),
        Column("HCPCS"),
        Column("Modifier"),
        Column("Units", number=True),
        Column("NDC"),
        Column("NDC quantity (UN)", number=True),
        Column("Diagnosis"),
        Column("Authorization"),
        Column("State"),
    )
    numbers = {a.id: f"{a.id}, {a.number}" for a in plan.authorizations if a.number}

    def row(line: ClaimLine) -> tuple[str, ...]:
        asked = line.authorization or "none"
        return (
            day(line.date),
            shown(line.hcpcs),
            line.modifier or "none",
            figure(line.units),
            shown(line.ndc),
            figure(line.ndc_units),
            shown(line.diagnosis or "not given"),
            shown(numbers.get(asked, asked)),
            _state(line.past),
        )

    return Grid("claims", "Claim lines", columns, tuple(_by_cycle(plan, plan.claims, row)))


def limits(plan: Plan, policy: Policy | None) -> Grid:
    """Returns each limit with its fullest window and the room that is left there."""
    columns = (
        Column("Clause"),
        Column("What it says"),
        Column("Fullest", number=True),
        Column("Room left"),
        Column("Fullest window"),
    )
    says = {key: clause.says for key, clause in policy.clauses.items()} if policy else {}
    return _grid(
        "limits",
        "Limits at their fullest",
        columns,
        (
            (
                shown(limit.clause),
                shown(says.get(limit.clause, f"{limit.limit:,} {limit.within}")),
                f"{limit.peak:,} of {limit.limit:,} {limit.unit}",
                room(limit.limit - limit.peak),
                f"{day(limit.window_from)} to {day(limit.window_to)}",
            )
            for limit in plan.limits
        ),
    )


def room(left: int) -> str:
    """Returns the room under a limit in words: '4 left', 'full', or 'over by 2'."""
    if left > 0:
        return f"{left:,} left"
    return "full" if left == 0 else f"over by {-left:,}"


def room_of_cycles(plan: Plan, uses: Sequence[RollingUse]) -> Grid:
    """Returns the least room under each limit while a cycle runs: what a broken vial would need."""
    columns = (
        _CYCLE,
        *(Column(f"{shown(used.limit.clause)} ({used.limit.unit})") for used in uses),
    )
    by_limit = [[found for _, found in room_by_cycle(plan, used)] for used in uses]
    rows = []
    for at, cycle in enumerate(plan.cycles):
        cells = [str(cycle.cycle)]
        for used, found in zip(uses, by_limit, strict=True):
            here = found[at]
            cells.append(
                f"{room(used.limit.limit - here.amount)}, first on {day(here.first)}"
                if here and here.amount
                else "does not count here"
            )
        rows.append(tuple(cells))
    return _grid("room", "Least room while a cycle runs", columns, rows)


def use_of(used: RollingUse, number: int) -> Grid:
    """Returns a limit's use day by day, days of equal use together."""
    limit = used.limit
    columns = (
        Column("From"),
        Column("To"),
        Column(f"{limit.unit.capitalize()} in the window", number=True),
        Column(f"Room under {limit.limit:,}"),
    )
    return _grid(
        f"use-{number}",
        f"Use of {shown(limit.clause)}, {limit.unit} {limit.within}",
        columns,
        (
            (day(u.first), day(u.last), figure(u.amount), room(limit.limit - u.amount))
            for u in used.runs
        ),
    )


def _state(past: bool) -> str:
    return _PAST if past else "planned"


def _grid(
    id_: str, caption: str, columns: tuple[Column, ...], rows: Iterable[tuple[str, ...]]
) -> Grid:
    return Grid(id_, caption, columns, (Group("", tuple(rows)),))


def _by_cycle(
    plan: Plan, items: Sequence[_OfCycle], row: Callable[[_OfCycle], tuple[str, ...]]
) -> Iterator[Group]:
    for cycle in plan.cycles:
        rows = tuple(row(item) for item in items if item.cycle == cycle.cycle)
        if rows:
            yield Group(f"Cycle {cycle.cycle}, {count(len(rows), 'row')}", rows)
