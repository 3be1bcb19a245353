"""A payer's policy as data: one entry a clause, every number in its place once.

The key of a clause is its id everywhere: in this file, in plans, conflicts, `constraints/`,
`audit/` and tests. ``rule`` names the family that gives the clause its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator

from planner.documents.base import (
    HEAVIEST_KG,
    MOST_MCG,
    CycleCount,
    Day,
    DayCount,
    Document,
    Exact,
    Flag,
    Indication,
    Whole,
)
from planner.documents.clause import ClauseBase, CycleRange
from planner.documents.criteria import Criteria
from planner.documents.limits import LimitClause, as_limit


class Span(Document):
    """A length of time. Weeks are 7 days; months are calendar months."""

    count: DayCount
    unit: Literal["days", "weeks", "months"]


class Phase(Document):
    """``cycles`` successive cycles that carry one name."""

    phase: Literal["induction", "consolidation", "continued"]
    cycles: CycleCount


class AuthorizationClause(ClauseBase):
    """Section I: how long one authorization lasts and how many cycles it covers."""

    rule: Literal["authorization"]
    kind: Literal["initial", "continued"]
    length: Span | None = Field(
        default=None, description="How long one lasts; none printed: the payer sets it."
    )
    cycles: CycleCount | None = Field(
        default=None,
        description="Cycles one authorization covers; none printed: what its dates hold.",
    )
    at_most: CycleCount | Literal["any"] = Field(
        default=1, description="How many of this kind may be given; 'any': no limit is printed."
    )
    cycles_in_all: CycleCount | None = Field(
        default=None, description="Cycles all authorizations of this kind cover together."
    )
    phases: tuple[Phase, ...] = Field(
        default=(), description="In order, over all authorizations of this kind together."
    )

    def may_be(self, number: int) -> bool:
        """Whether there may be so many of this kind."""
        return self.at_most == "any" or number <= self.at_most


class Step(Document):
    """``days`` infusion days at one dose: fixed, or by body surface and not above a cap."""

    days: DayCount
    mcg_per_day: Exact | None = Field(default=None, gt=0, le=MOST_MCG)
    mcg_per_m2_per_day: Exact | None = Field(default=None, gt=0, le=MOST_MCG)
    not_above: Exact | None = Field(default=None, gt=0, le=MOST_MCG, description="mcg a day")
    step_dose: Flag = Field(
        default=False, description="The low dose a course opens with, before the full dose."
    )


class DoseRow(Document):
    """The steps of each cycle in a range, in order."""

    cycles: CycleRange
    steps: tuple[Step, ...] = Field(min_length=1)


class DoseBracket(Document):
    """Doses for patients of at least ``from_kg`` and less than ``below_kg``."""

    from_kg: Exact | None = Field(default=None, ge=0, le=HEAVIEST_KG)
    below_kg: Exact | None = Field(default=None, ge=0, le=HEAVIEST_KG)
    rows: tuple[DoseRow, ...] = Field(min_length=1)


class DoseClause(ClauseBase):
    """V.*.dose: the daily dose by weight bracket, cycle and infusion day."""

    rule: Literal["dose"]
    brackets: tuple[DoseBracket, ...] = Field(min_length=1)


class InfusionDaysClause(ClauseBase):
    """V.*.days: infusion days of one cycle."""

    rule: Literal["infusion-days"]
    days: DayCount


class LengthRow(Document):
    """The length of each cycle in a range."""

    cycles: CycleRange
    days: DayCount


class LengthClause(ClauseBase):
    """V.*.length: days from one cycle's start to the earliest start of the next."""

    rule: Literal["cycle-length"]
    rows: tuple[LengthRow, ...] = Field(min_length=1)


class CyclesClause(ClauseBase):
    """V.*.cycles: the most cycles of a course."""

    rule: Literal["cycles"]
    at_most: CycleCount


class RenewalClause(ClauseBase):
    """IV.*: whether coverage may be renewed, and up to how many cycles."""

    rule: Literal["renewal"]
    renewable: Flag
    continued_cycles: CycleCount | None = None
    total_cycles: CycleCount | None = None


class HcpcsClause(ClauseBase):
    """VI.hcpcs: the billing code and what one unit of it is."""

    rule: Literal["hcpcs"]
    code: str
    mcg_per_unit: Whole = Field(gt=0, le=100_000)


class NdcClause(ClauseBase):
    """VI.ndc: the covered product, labeler and product part of the 5-4-2 code."""

    rule: Literal["ndc"]
    labeler_product: str = Field(pattern=r"^\d{5}-\d{4}$")


class DiagnosisCode(Document):
    """One covered code, with its dot, and the dates of service it is valid for."""

    code: str = Field(pattern=r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$")
    says: str
    effective_from: Day | None = Field(default=None, alias="from")
    effective_until: Day | None = Field(default=None, alias="until")


class DiagnosesClause(ClauseBase):
    """App1: the covered ICD-10-CM codes."""

    rule: Literal["diagnoses"]
    codes: tuple[DiagnosisCode, ...] = Field(min_length=1)


class ContractorsClause(ClauseBase):
    """App2: which Medicare contractor serves a state; ``table`` names a file of models/medicare."""

    rule: Literal["contractors"]
    table: str


Clause = Annotated[
    AuthorizationClause
    | LimitClause
    | DoseClause
    | InfusionDaysClause
    | LengthClause
    | CyclesClause
    | RenewalClause
    | HcpcsClause
    | NdcClause
    | DiagnosesClause
    | ContractorsClause,
    Field(discriminator="rule"),
]


class Reading(Document):
    """Where the document leaves room: the choice made, its alternatives, and why."""

    default: str
    choices: Mapping[str, str] = Field(
        description="Choice to what it means; the choice 'share' stands for a number in (0, 1]."
    )
    why: str


class ModifierRule(Document):
    """A claim-line modifier and the dates of service it is asked for."""

    modifier: Literal["JW", "JZ"]
    effective_from: Day = Field(alias="from")
    effective_until: Day | None = Field(default=None, alias="until")
    source: str


class Billing(Document):
    """How claim lines are written; not printed in most policies, so a setting of the file."""

    discarded: tuple[ModifierRule, ...] = Field(
        default=(), description="Empty: no second line for discarded drug is asked for."
    )
    nothing_discarded: tuple[ModifierRule, ...] = ()
    why: str


class FromLabel(Document):
    """Rules that the document leaves to the label: taken from the drug file, and said so."""

    rules: tuple[Literal["dose", "infusion-days", "cycle-length", "cycles"], ...] = Field(
        min_length=1
    )
    indications: tuple[Indication, ...] = Field(min_length=1)
    why: str


class Policy(Document):
    """One payer's policy for one drug, in one revision.

    A rule that changes within a course is another revision, and so another file. Without
    ``from`` the file does not know when the document came into force, and holds on any date.
    """

    format: Literal["planner-policy/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    payer: str
    title: str
    document: str = Field(description="The document's own number.")
    revision: str = Field(description="The revision the file was written from.")
    effective_from: Day | None = Field(default=None, alias="from")
    effective_until: Day | None = Field(default=None, alias="until")
    drug: str
    clauses: Mapping[str, Clause]
    from_label: FromLabel | None = None
    criteria: Criteria | None = Field(
        default=None, description="Sections III and IV; none: the file does not say."
    )
    readings: Mapping[str, Reading]
    billing: Billing

    @field_validator("clauses", mode="before")
    @classmethod
    def _earlier_forms(cls, read: object) -> object:
        if not isinstance(read, Mapping):
            return read
        return {key: as_limit(clause) for key, clause in read.items()}

    def covers(self, day: date) -> bool:
        """Whether the policy is in force on a day; both its first and its last day belong to it."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )


def reading_value(policy: Policy, chosen: Mapping[str, str | Decimal], name: str) -> str | Decimal:
    """The reading in force: the scenario's choice, else the policy's default.

    Raises KeyError where the policy has no reading of that name.
    """
    return chosen.get(name, policy.readings[name].default)
