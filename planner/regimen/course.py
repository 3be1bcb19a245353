"""A patient under a policy, with nothing decided yet: the values the model is built from.

Days are proleptic ordinals (``date.toordinal``); an infusion day has an offset from 0 within its
cycle. No solver here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from planner.documents.base import BagName, Indication, ObjectiveName
from planner.documents.drug import Drug
from planner.documents.limits import LimitClause, LimitUnit, PerDays
from planner.documents.plan import Assumption, RowUsed, Site
from planner.documents.policy import Clause, Policy, Span
from planner.documents.scenario import Scenario
from planner.regimen.days import DayRules
from planner.regimen.spans import last_day


@dataclass(frozen=True)
class BagOption:
    """A bag that a segment may use: ``days`` infusion days from ``vials`` vials.

    ``administered`` are its billable units rounded up, ``opened`` those of its opened vials.
    ``kept_days``: days from dispense to the end of infusion at most; None where vials travel.
    ``rows``: those of the drug file, or of the pharmacy's own, that say all this.
    """

    name: BagName
    days: int
    vials: int
    mcg: Decimal
    administered: int
    opened: int
    kept_days: int | None
    rows: tuple[RowUsed, ...]
    uncertain: str | None


@dataclass(frozen=True)
class LeftOut:
    """A bag length that is offered and may not hold a dose, in mcg a day, and why."""

    bag: BagName
    mcg_per_day: Decimal
    reason: str


@dataclass(frozen=True)
class Segment:
    """Infusion days ``first`` .. ``first + days - 1`` of a cycle at one dose and one site.

    ``by_surface``: (mcg per m2 a day, body surface) where the dose follows from them.
    """

    first: int
    days: int
    mcg_per_day: Decimal
    step_dose: bool
    site: Site
    options: tuple[BagOption, ...]
    left_out: tuple[LeftOut, ...] = field(default=(), compare=False)
    by_surface: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Variant:
    """The segments of a cycle that starts on ``first_start`` .. ``last_start``, by the weight
    known then. ``cap_exceeded`` holds (asked, cap) in mcg/day where a requested dose passes it."""

    first_start: int
    last_start: int
    weight_kg: Decimal
    bsa_m2: Decimal | None
    segments: tuple[Segment, ...]
    cap_exceeded: tuple[Decimal, Decimal] | None


@dataclass(frozen=True)
class Progress:
    """A cycle that history left unfinished: ``infused`` infusion days are done (or running) by
    ``resume``, the day of its next bag change."""

    infused: int
    resume: int


@dataclass(frozen=True)
class CourseCycle:
    """One cycle still to be planned, or to be finished (``progress``).

    ``earliest`` is the day that delays count from; ``pinned`` a start that history fixed.
    ``shift`` are days of interruption so far, which move the disconnect; ``next_shift`` those
    that also move the next cycle's earliest start.
    """

    number: int
    phase: str
    infusion_days: int
    length: int
    earliest: int
    variants: tuple[Variant, ...]
    slot: int | None
    progress: Progress | None = None
    pinned: int | None = None
    shift: int = 0
    next_shift: int = 0

    @property
    def until_next(self) -> int:
        """Days from the cycle's start to the next one's at the earliest: the clause's length, but
        never before the last infusion day."""
        return max(self.length + self.next_shift, self.infusion_days + self.shift)


@dataclass(frozen=True)
class PastBag:
    """A bag hung before ``as_of``, given or assumed, with the units of its vials.

    ``sources`` are the days its vials were sent on, in order, with how many; ``dispense`` is the
    first. Before it is settled a bag has no sources, and names the dispense that history says."""

    cycle: int
    hang: int
    days: int
    vials: int
    mcg_per_day: Decimal
    administered: int
    opened: int
    dispense: int | None
    site: Site
    sources: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class PastDispense:
    """``members``: the history entries it comes from, which a conflict may cite."""

    day: int
    cycle: int
    vials: int
    days_supply: int
    member: str


@dataclass(frozen=True)
class PastUnits:
    """Billable units that count for a cycle on a date of service; ``bag`` where inferred."""

    day: int
    cycle: int
    units: int
    discarded: int
    vials: int
    listed: bool
    member: str


@dataclass(frozen=True)
class Stock:
    """Vials of a past dispense that are still unused, besides ``wasted`` that broke. Those of a
    cycle are there for its bags, and for those of every later cycle."""

    day: int
    cycle: int
    vials: int
    wasted: int


@dataclass(frozen=True)
class PastCycle:
    """A cycle with at least one infusion day before ``as_of``. ``cap_exceeded`` as of a variant."""

    number: int
    phase: str
    start: int
    infused: int
    infusion_end: int
    earliest_next: int
    slot: int | None
    finished: bool
    cap_exceeded: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True)
class Slot:
    """An authorization, given or to be asked for; ``cycles`` are allotted in order.

    ``start`` is None where the plan decides it, ``end`` where it follows from the start and the
    clause's ``length``; ``index`` counts the kind from 1.
    ``member`` is the clause, ``setting`` the path of the given authorization.
    Where ``by_dates``, it has those of the cycles it ``may`` have that fit its dates, at ``most``
    so many (None: no number is said), and ``cycles`` is empty until they are known.
    """

    id: str
    kind: Literal["initial", "continued"]
    index: int
    number: str | None
    start: int | None
    end: int | None
    length: Span | None
    cycles: tuple[int, ...]
    units: int | None
    member: str | None
    setting: str | None
    by_dates: bool = False
    may: tuple[int, ...] = ()
    most: int | None = None

    def last(self, opened: int) -> int | None:
        """The last day covered where it opens on a day; None where nothing says it."""
        if self.end is None and self.length is not None:
            return last_day(opened, self.length)
        return self.end


@dataclass(frozen=True)
class Readings:
    """The readings in force, typed. ``refill_threshold`` is a share in (0, 1] or None."""

    rolling: bool
    service_by_hang: bool
    opened_billed: bool
    dispenses_covered: bool
    supply_rate: bool
    refill_threshold: Decimal | None
    interruption_extends: bool
    authorized_by_day: bool
    chosen: Mapping[str, str | Decimal]

    @property
    def authorizations_see_dispenses(self) -> bool:
        """Whether a dispense has to lie inside an authorization: as read, or as a claim's date."""
        return self.dispenses_covered or not self.service_by_hang


@dataclass(frozen=True)
class Window:
    """The first planned cycle's start, first and last day allowed."""

    first: int
    last: int


@dataclass(frozen=True)
class Course:
    """One patient under one policy and drug: what is fixed, and what is still to be decided."""

    scenario: Scenario
    policy: Policy
    drug: Drug
    indication: Indication
    clauses: Mapping[str, Clause]
    readings: Readings
    cycles: tuple[CourseCycle, ...]
    past: tuple[PastCycle, ...]
    past_bags: tuple[PastBag, ...]
    past_dispenses: tuple[PastDispense, ...]
    past_units: tuple[PastUnits, ...]
    stock: tuple[Stock, ...]
    slots: tuple[Slot, ...]
    first_infusion: Window | None
    as_of: int | None
    objectives: tuple[ObjectiveName, ...]
    assumed: tuple[Assumption, ...]
    not_there: tuple[tuple[int, int], ...] = ()
    """(place under history.wasted, vials) of what broke and no dispense had sent by then."""
    caps: tuple[tuple[ObjectiveName, int], ...] = ()
    """Objectives that may come to no more than a value, where only such calendars are asked for."""

    def clause_of(self, rule: str) -> tuple[tuple[str, Clause], ...]:
        """The indication's clauses of one family, with their ids, in the file's order."""
        return self._families.get(rule, ())

    def limits_on(self, unit: LimitUnit) -> tuple[tuple[str, LimitClause], ...]:
        """The indication's limits on one unit, with their ids, in the file's order."""
        found = self.clause_of("limit")
        return tuple((k, c) for k, c in found if isinstance(c, LimitClause) and c.of == unit)

    def windows_on(self, unit: LimitUnit) -> tuple[tuple[str, LimitClause], ...]:
        """Those of them that are counted in windows of consecutive dates."""
        return tuple((k, c) for k, c in self.limits_on(unit) if isinstance(c.per, PerDays))

    @cached_property
    def days(self) -> DayRules:
        """The pharmacy's calendar, each day of which is looked up once."""
        return DayRules(self.scenario.pharmacy)

    @cached_property
    def _families(self) -> Mapping[str, tuple[tuple[str, Clause], ...]]:
        found: dict[str, tuple[tuple[str, Clause], ...]] = {}
        for key, clause in self.clauses.items():
            found[clause.rule] = (*found.get(clause.rule, ()), (key, clause))
        return found
