"""A drug as data: vial, codes, preparation rows and storage, each with source and grade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from planner.documents.base import (
    HEAVIEST_KG,
    MOST_MCG,
    BagName,
    CycleNumber,
    Day,
    DayCount,
    Document,
    Exact,
    Flag,
    Grade,
    Vials,
    Whole,
)
from planner.documents.codes import ndc_package
from planner.documents.policy import Clause


class Sourced(Document):
    """A fact with its origin. Grade A: read on a page that states it; B: follows by arithmetic
    from A facts; C: recalled, never to be shown as the label's value.
    """

    source: str
    revision: str
    grade: Grade


class Package(Document):
    """A package code in 5-4-2 form with dashes, and from when it is marketed."""

    ndc: Annotated[str, AfterValidator(ndc_package)]
    marketed_from: Day | None = None
    source: str
    grade: Grade


class Vial(Sourced):
    """A single-dose vial: what it holds as labelled, and at what strength."""

    mcg: Whole = Field(
        gt=0, le=100_000, description="Labelled content; what is billed for one opened vial."
    )
    mcg_per_ml: Exact = Field(gt=0, le=100_000, description="After reconstitution.")
    usable_ml: Exact = Field(
        gt=0, le=10_000, description="Millilitres that hold the labelled content."
    )


class Bag(Sourced):
    """One bag length: who may have it, and whether it is offered unless the pharmacy says."""

    days: DayCount
    min_weight_kg: Exact | None = Field(default=None, gt=0, le=HEAVIEST_KG)
    for_step_dose: Flag = Field(description="May hold the step dose of a first cycle.")
    default: Flag = Field(description="Offered where the scenario names no bags.")
    generation: str


class FixedRow(Sourced):
    """Vials for one bag of a patient in the fixed-dose bracket (at least ``from_kg``)."""

    bag: BagName
    mcg_per_day: Exact = Field(gt=0, le=MOST_MCG)
    vials: Vials
    from_kg: Exact = Field(ge=0, le=HEAVIEST_KG)


class VolumeRow(Sourced):
    """The volume rule of one bag length: vials = ceil(mcg x prepared / infused / strength
    / usable volume of a vial), used where no fixed row fits.
    """

    bag: BagName
    prepared_ml: Exact = Field(gt=0, le=10_000)
    infused_ml: Exact = Field(gt=0, le=10_000)


class UncertainRow(Sourced):
    """Where the volume rule and other tables differ by a hair; the plan says so."""

    bag: BagName
    mcg_per_m2_per_day: Exact = Field(gt=0, le=MOST_MCG)
    bsa_from: Exact = Field(gt=0, le=4)
    bsa_to: Exact = Field(gt=0, le=4)
    vials: Vials | None = Field(
        default=None, description="At least this many in the band, the safer figure."
    )
    says: str


class StorageRow(Sourced):
    """Days from preparation until the end of infusion for a ready-made bag kept cold."""

    bag: BagName
    days_refrigerated: DayCount


class HospitalStay(Sourced):
    """Days of hospital stay the label advises at the opening of a cycle."""

    indications: tuple[str, ...]
    cycle: CycleNumber
    days: DayCount


class InterruptionRule(Sourced):
    """An interruption of at most ``same_cycle_up_to`` days goes on in the same cycle to its full
    infusion days; a longer one begins a new cycle.
    """

    same_cycle_up_to: Whole = Field(ge=0, le=3_660)


class LabelRule(Sourced):
    """A rule of the label, in the form of a policy's clause, for policies that print none."""

    clause: Clause


class Drug(Document):
    """One drug. A bag, dose or weight without a row here cannot be prepared."""

    format: Literal["planner-drug/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    brand: str
    packages: tuple[Package, ...] = Field(min_length=1)
    vial: Vial
    bags: dict[BagName, Bag]
    fixed: tuple[FixedRow, ...]
    volumes: tuple[VolumeRow, ...]
    uncertain: tuple[UncertainRow, ...] = ()
    storage: tuple[StorageRow, ...] = ()
    hospital: tuple[HospitalStay, ...] = ()
    interruption: InterruptionRule
    label: Mapping[str, LabelRule] = Field(
        default={}, description="Rules that a policy may take over; the key is the clause's id."
    )
