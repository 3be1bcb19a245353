"""Caps: how much of something a policy allows in how much time, and what they count in a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag

from planner.documents.base import DayCount, Document, Whole, shape
from planner.documents.clause import ClauseBase, CycleRange

if TYPE_CHECKING:
    from planner.documents.plan import Plan

LimitUnit = Literal["vials", "units", "mcg", "cycles", "dispenses"]
Period = Literal["cycle", "authorization", "calendar-year", "lifetime"]
WITHIN: Mapping[str, str] = {
    "cycle": "in one cycle",
    "authorization": "under one authorization",
    "calendar-year": "in a calendar year",
    "lifetime": "in a lifetime",
}
_EARLIER: Mapping[object, LimitUnit] = {"quantity": "vials", "units": "units"}


class PerDays(Document):
    """In any ``days`` consecutive dates."""

    days: DayCount


class LimitClause(ClauseBase):
    """Section II: at most ``limit`` of something, of the named cycles, in some time.

    Vials and dispenses count by date of dispense, billable units by date of service, mcg (given
    from the bags) by hang, cycles by start. Under an authorization counts what is for its cycles.
    """

    rule: Literal["limit"]
    of: LimitUnit
    limit: Whole = Field(gt=0, le=1_000_000)
    per: Annotated[
        Annotated[PerDays, Tag("<mapping>")] | Annotated[Period, Tag("<word>")],
        Discriminator(
            shape,
            custom_error_type="planner",
            custom_error_message="allowed: {allowed}",
            custom_error_context={"allowed": f"days: a whole number, or {', '.join(WITHIN)}"},
        ),
    ]
    cycles: CycleRange | None = Field(default=None, description="None: all cycles.")

    @property
    def days(self) -> int:
        """The consecutive dates that the limit is counted in.

        Raises:
            TypeError: it is not counted so.
        """
        if not isinstance(self.per, PerDays):
            raise TypeError(f"a limit per {self.per} has no number of days")
        return self.per.days

    @property
    def within(self) -> str:
        """The time that it is counted in, in words."""
        return f"in {self.per.days} days" if isinstance(self.per, PerDays) else WITHIN[self.per]

    def names(self, cycle: int) -> bool:
        """Whether the limit counts what is for a cycle."""
        return self.cycles is None or self.cycles.first <= cycle <= self.cycles.last

    def period(self, day: date, cycle: int, authorization: str | None) -> str | int | None:
        """In which of its periods a limit that is not per days counts something; None: in none.

        Args:
            day: the date that it counts by.
            cycle: the cycle that it is for.
            authorization: the one that covers this cycle.
        """
        by: Mapping[str, str | int | None] = {
            "cycle": cycle,
            "authorization": authorization,
            "calendar-year": day.year,
            "lifetime": "lifetime",
        }
        return by[str(self.per)]


class Counted(NamedTuple):
    """``amount`` of what a limit counts: its date, and the cycle and authorization that it is
    for."""

    date: date
    cycle: int
    authorization: str | None
    amount: int | Decimal


def counted(plan: Plan, clause: LimitClause) -> tuple[Counted, ...]:
    """What a limit counts in a plan, history included."""
    covered = {cycle.cycle: cycle.authorization for cycle in plan.cycles}
    return tuple(
        Counted(day, cycle, covered.get(cycle), amount)
        for day, cycle, amount in _AMOUNTS[clause.of](plan)
        if clause.names(cycle)
    )


_Amounts = Iterable[tuple[date, int, int | Decimal]]


def _units(plan: Plan) -> _Amounts:
    given = plan.readings.get("units.billed") == "administered"
    return (
        (line.date, line.cycle, line.units)
        for line in plan.claims
        if not (given and line.modifier == "JW")
    )


_AMOUNTS: Mapping[LimitUnit, Callable[[Plan], _Amounts]] = {
    "vials": lambda plan: ((d.date, d.cycle, d.vials) for d in plan.dispenses),
    "units": _units,
    "mcg": lambda plan: ((b.hang, b.cycle, b.mcg) for b in plan.bags),
    "cycles": lambda plan: ((c.start, c.cycle, 1) for c in plan.cycles),
    "dispenses": lambda plan: ((d.date, d.cycle, 1) for d in plan.dispenses),
}


def as_limit(clause: object) -> object:
    """A clause in the form of ``LimitClause`` where it is written in the earlier one: the rules
    ``quantity`` (vials) and ``units``, and ``per_days`` for ``per: {days: ...}``."""
    if not isinstance(clause, Mapping) or clause.get("rule") not in {"limit", *_EARLIER}:
        return clause
    read = dict(clause)
    if read["rule"] in _EARLIER:
        read["of"] = read.get("of", _EARLIER[read["rule"]])
        read["rule"] = "limit"
    if "per_days" in read and "per" not in read:
        read["per"] = {"days": read.pop("per_days")}
    return read
