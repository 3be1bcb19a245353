"""The plan: a dispensing and billing calendar, as written by ``planner plan --json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from planner.documents.base import (
    BagName,
    Day,
    Document,
    Exact,
    Flag,
    Indication,
    ObjectiveName,
    Whole,
)
from planner.documents.coverage import Coverage
from planner.documents.limits import WITHIN, LimitUnit, Period
from planner.documents.replanned import Replanned
from planner.documents.scenario import Scenario

Site = Literal["home", "hospital"]


class ScenarioStamp(Document):
    """Which scenario was planned. ``document`` is the scenario itself, defaults left out, so that
    the plan can be audited from its own file.
    """

    title: str
    sha256: str
    document: Scenario


class PolicyStamp(Document):
    """Which policy was planned under, in which revision, and when that is in force (both days
    included; null where the policy file does not say).
    """

    id: str
    revision: str
    sha256: str
    effective_from: Day | None = Field(default=None, alias="from")
    effective_until: Day | None = Field(default=None, alias="until")


class DrugStamp(Document):
    """Which drug file was planned with."""

    id: str
    sha256: str


class PlannedCycle(Document):
    """One cycle. ``past`` ones stand in the history; their dates are facts, not choices."""

    cycle: Whole = Field(ge=1)
    phase: str
    start: Day
    last_infusion_day: Day
    disconnect: Day
    earliest_next: Day = Field(description="start + length (+ interruption, as read)")
    authorization: str | None = Field(description="The id of one of ``authorizations``.")
    latest_start: Day | None = Field(
        description="The latest day the cycle can start, those before it as planned, so that the "
        "rest can still be planned; null for a past cycle, or where not determined."
    )
    past: Flag = False


class VialSource(Document):
    """Vials of one bag that one day's dispense sent."""

    dispense: Day
    vials: Whole


class PlannedBag(Document):
    """One bag hung on ``hang`` for ``days`` days. ``from`` says which dispenses its vials come
    from, in order of date (none only for a past bag of unknown origin); ``dispense`` is the first.
    Where a plan has no ``from``, as before vials were interchangeable, all are of ``dispense``.
    """

    cycle: Whole
    hang: Day
    days: Whole
    mcg_per_day: Exact
    mcg: Exact
    vials: Whole
    dispense: Day | None
    from_: tuple[VialSource, ...] = Field(default=(), alias="from")
    site: Site = "home"
    past: Flag = False

    @model_validator(mode="before")
    @classmethod
    def _fed_by_one(cls, read: object) -> object:
        if not isinstance(read, Mapping) or "from" in read or "from_" in read:
            return read
        if read.get("dispense") is None or "vials" not in read:
            return read
        return {**read, "from": [{"dispense": read["dispense"], "vials": read["vials"]}]}


class PlannedDispense(Document):
    """One dispense for one cycle. ``vials`` counts all vials sent; ``spare`` those of them that
    no bag needs. ``days_supply`` is the infusion days of the bags whose first vials it sent.
    """

    date: Day
    delivered: Day
    cycle: Whole
    vials: Whole
    spare: Whole = 0
    days_supply: Whole
    authorization: str | None
    past: Flag = False


class ClaimLine(Document):
    """One claim line. Lines of one bag (or one dispense, as read) share date and cycle.

    ``modifier``: JW on a line of discarded drug, JZ where nothing was discarded, else null.
    ``ndc`` has 11 digits without dashes; ``ndc_units`` is the part of the vials (UN) that the
    line bills, in hundredths: those of one bag add up to its vials.
    """

    date: Day
    cycle: Whole
    hcpcs: str
    units: Whole
    modifier: Literal["JW", "JZ"] | None
    ndc: str
    ndc_units: Exact
    diagnosis: str | None
    authorization: str | None
    past: Flag = False


class PlannedAuthorization(Document):
    """``id`` is 'initial', 'continued-1', 'continued-2', ...; ``number`` the payer's, if known."""

    id: str
    kind: Literal["initial", "continued"]
    number: str | None
    start: Day
    end: Day | None = Field(description="The last day covered; null where the payer sets it.")
    cycles: tuple[Whole, ...]
    request_by: Day | None = Field(
        description="start - renewal_lead_days for one still to be asked for; null where given."
    )
    given: Flag = False


class Limit(Document):
    """How near a limit comes: the fullest window ``from`` .. ``to`` (both included) and its sum,
    of mcg rounded up to whole ones.

    ``per_days`` is null where ``per`` is not days. A calendar year is whole; of another period the
    window is from the first date that counts to the last.
    """

    clause: str
    per_days: Whole | None
    per: Literal["days"] | Period = "days"
    limit: Whole
    unit: LimitUnit
    peak: Whole
    window_from: Day = Field(alias="from")
    window_to: Day = Field(alias="to")

    @property
    def within(self) -> str:
        """The time that the limit is counted in, in words."""
        return WITHIN.get(self.per, f"in {self.per_days} days")


class Objective(Document):
    """One objective: its value, the bound that was proven, and whether they meet. ``certified``:
    whether an exact certificate of that stands in the proof beside the plan; absent where none was
    asked for, and the bound is the word of this program's search."""

    name: ObjectiveName
    value: Whole
    bound: Whole
    proven: Flag
    certified: Flag | None = Field(default=None, exclude_if=lambda certified: certified is None)


class Totals(Document):
    """Sums over the planned (not past) part of the course. ``vials`` are vials opened."""

    vials: Whole
    units_billed: Whole
    mcg_administered: Exact
    units_discarded: Whole
    dispenses: Whole
    bag_changes: Whole
    delay_days: Whole
    vials_dispensed: Whole
    stock_days: Whole


class Assumption(Document):
    """A default that was used because the scenario is silent; or, where it is ``given``, what the
    scenario says in another form, and how it was understood.
    """

    path: str
    value: str
    says: str
    given: Flag = False


class RowUsed(Document):
    """A row that the plan rests on: of the drug file, or, where it is ``own``, of the pharmacy's
    own procedures, which has neither revision nor grade.
    """

    row: str
    source: str
    revision: str = ""
    grade: Literal["A", "B", "C"] | None = None
    says: str = ""
    own: Flag = Field(default=False, exclude_if=lambda own: not own)


class BagLeftOut(Document):
    """A bag length that is offered and may not hold a daily dose in some cycles, and why."""

    bag: BagName
    cycles: tuple[Whole, ...]
    mcg_per_day: Exact
    reason: str


class Violation(Document):
    """A clause that the plan does not keep, and how."""

    clause: str
    says: str


class AuditResult(Document):
    """``clauses``: how many clauses were checked."""

    clauses: Whole
    violations: tuple[Violation, ...] = ()


class SolverStamp(Document):
    """What found the plan; the same version and seed find it again."""

    name: str
    version: str
    seed: Whole


class Plan(Document):
    """A whole plan, as printed."""

    format: Literal["planner-plan/1"] = "planner-plan/1"
    status: Literal["planned"] = "planned"
    scenario: ScenarioStamp
    policy: PolicyStamp
    drug: DrugStamp
    indication: Indication
    weight_kg: Exact
    bsa_m2: Exact | None
    cycles: tuple[PlannedCycle, ...]
    bags: tuple[PlannedBag, ...]
    dispenses: tuple[PlannedDispense, ...]
    claims: tuple[ClaimLine, ...]
    authorizations: tuple[PlannedAuthorization, ...]
    limits: tuple[Limit, ...]
    objectives: tuple[Objective, ...]
    totals: Totals
    readings: Mapping[str, str | Exact]
    assumed: tuple[Assumption, ...]
    dose_arithmetic: tuple[str, ...] = Field(
        default=(), description="How each cycle's daily dose comes about, one sentence a dose."
    )
    rows_used: tuple[RowUsed, ...] = ()
    left_out: tuple[BagLeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    options: tuple[str, ...] = Field(
        default=(),
        exclude_if=lambda options: not options,
        description="What a small step buys beside this plan, where it buys much, in words.",
    )
    coverage: Coverage | None = Field(
        default=None, description="How the criteria stand; null where nobody asked."
    )
    stopped: Literal["time"] | None = Field(
        default=None,
        exclude_if=lambda stopped: stopped is None,
        description="Present where --time-limit cut something short: another run may find more.",
    )
    follows: str | None = Field(
        default=None,
        exclude_if=lambda follows: follows is None,
        description="Of a plan made by a replan: the SHA-256 of the plan file that it follows.",
    )
    changes: Whole | None = Field(
        default=None,
        exclude_if=lambda changes: changes is None,
        description="Of a plan made by a replan: how many rows of the one before it changes.",
    )
    replan: Replanned | None = Field(
        default=None,
        exclude_if=lambda replan: replan is None,
        description="Of a plan made by a replan: what has happened, and what changes.",
    )
    audit: AuditResult
    solver: SolverStamp
