"""The scenario file: a patient, a payer's policy, the pharmacy's days, what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from planner.documents.base import (
    DEFAULT_OBJECTIVES,
    WEEKDAYS,
    BagName,
    Document,
    Exact,
    Indication,
    ObjectiveName,
    Weekday,
)


class DatedWeight(Document):
    date: date
    kg: Exact = Field(gt=0, le=300)


class Mrd(Document):
    """Minimal residual disease."""

    status: Literal["positive", "negative"] | None = None
    percent: Exact | None = Field(default=None, ge=0, le=100)
    method: Literal["flow-cytometry", "pcr"] | None = None


class Tki(Document):
    """Tyrosine kinase inhibitors by generic name."""

    refractory: tuple[str, ...] = ()
    intolerant: tuple[str, ...] = ()


class LiveVaccine(Document):
    last: date | Literal["never"] | None = None
    during_therapy: bool | None = None


class RenewalFacts(Document):
    toxicity: Literal["none", "unacceptable"] | None = None
    response: Literal["responded", "stable", "progressed"] | None = None
    criteria_still_met: bool | None = None


class Facts(Document):
    """What the criteria ask. Every one may be missing, and then is unknown."""

    b_cell_precursor: bool | None = None
    disease: (
        Literal["relapsed-refractory", "complete-response", "minimal-residual-disease", "infant"]
        | None
    ) = None
    remission: Literal["first", "second"] | None = None
    after_consolidation: bool | None = None
    mrd: Mrd = Mrd()
    philadelphia: Literal["positive", "negative"] | None = None
    therapy: Literal["single-agent", "inotuzumab-mini-hypercvd", "interfant"] | None = None
    induction: Literal["inotuzumab-mini-hypercvd", "other"] | None = None
    tki: Tki | None = None
    live_vaccine: LiveVaccine = LiveVaccine()
    renewal: RenewalFacts = RenewalFacts()


class Patient(Document):
    ref: str | None = Field(default=None, max_length=10_000, description="A pseudonym.")
    birth_date: date | None = None
    age: Exact | None = Field(
        default=None, ge=0, le=130, description="Years at the first infusion; 0.5 is six months."
    )
    weight_kg: Exact | tuple[DatedWeight, ...]
    height_cm: Exact | None = Field(default=None, ge=20, le=260)
    bsa_m2: Exact | None = Field(default=None, gt=0, le=4)
    bsa_formula: Literal["mosteller", "dubois", "haycock", "gehan-george", "boyd"] = "mosteller"
    diagnosis: str | None = None
    state: str | None = Field(default=None, pattern=r"^[A-Z]{2,4}$")
    county: str | None = None
    facts: Facts = Facts()


class Authorization(Document):
    """An authorization the payer has given. What is left out comes from the policy."""

    number: str | None = Field(default=None, description="The payer's authorization number.")
    kind: Literal["initial", "continued"]
    start: date | None = None
    end: date | None = Field(default=None, description="The last day covered.")
    cycles: int | tuple[int, ...] | None = Field(
        default=None, description="How many cycles, or which."
    )
    units: int | None = Field(default=None, gt=0, description="Billable units granted in all.")


class Pharmacy(Document):
    bags: tuple[BagName, ...] | None = Field(
        default=None, min_length=1, description="Bag lengths offered; default: the drug file's."
    )
    bag_change_days: tuple[Weekday, ...] = Field(default=WEEKDAYS, min_length=1)
    bag_change_on_holidays: bool | None = Field(
        default=None,
        description="Default: yes where bags are changed on all seven weekdays, else no.",
    )
    dispense_days: tuple[Weekday, ...] = Field(default=WEEKDAYS[:5], min_length=1)
    holidays: Literal["none", "us-federal"] | tuple[date, ...] = "us-federal"
    closed: tuple[date, ...] = Field(
        default=(), description="Dates with neither dispenses nor bag changes."
    )
    transit_days: int = Field(
        default=1, ge=0, le=30, description="A vial is there this many days after its dispense."
    )
    max_days_ahead: int = Field(
        default=30, ge=0, le=90, description="A vial is hung at most this long after its dispense."
    )
    spare_vials: int = Field(
        default=0,
        ge=0,
        le=100,
        description="Vials sent beyond what the bags need, with each cycle's first dispense.",
    )
    renewal_lead_days: int = Field(
        default=14, ge=0, le=180, description="A renewal is asked for this long before it opens."
    )
    ready_made: bool = Field(
        default=False,
        description="Bags leave the pharmacy ready to hang, within the drug file's storage limits.",
    )
    hospital_days: Mapping[int, int] = Field(
        default={},
        description="Cycle to its opening days in hospital: bags are changed on any day there, "
        "and no bag runs from hospital to home.",
    )


class DateWindow(Document):
    earliest: date
    latest: date


class Dispense(Document):
    date: date
    vials: int = Field(ge=1)
    cycle: int = Field(ge=1)


class Claim(Document):
    date: date
    units: int = Field(ge=1)
    cycle: int = Field(ge=1)


class Request(Document):
    first_infusion: date | DateWindow
    cycles: int | None = Field(default=None, ge=1, le=30)
    cycle_starts: Mapping[int, date] = {}
    daily_dose_mcg: Exact | Mapping[int, Exact] | None = Field(
        default=None,
        description="Replaces the clause's full dose, in all cycles or by cycle; a step dose "
        "stays, but never above this.",
    )
    dispenses: tuple[Dispense, ...] = Field(
        default=(), description="Complete for the cycles it names."
    )
    claims: tuple[Claim, ...] = Field(default=(), description="Complete for the cycles it names.")
    finish_by: date | None = Field(default=None, description="The last disconnect at the latest.")
    max_delay_days: int = Field(
        default=28,
        ge=0,
        le=730,
        description="How far a cycle may start behind the first possible infusion day plus the "
        "lengths of the cycles before it.",
    )


class PastBag(Document):
    """A bag hung before ``as_of``; it may still be running then."""

    hang: date
    days: int = Field(ge=1, le=14)
    vials: int = Field(ge=1)
    dispense: date | None = None


class PastCycle(Document):
    cycle: int = Field(ge=1)
    start: date
    bags: tuple[PastBag, ...] | None = Field(
        default=None, description="Complete where given; else 24 h bags are assumed."
    )


class Wasted(Document):
    """Vials dispensed and then broken, spoilt or lost: they serve no bag."""

    date: date
    vials: int = Field(ge=1)
    cycle: int = Field(ge=1)


class Interruption(Document):
    """``days`` days without infusion, the first of them ``start``."""

    cycle: int = Field(ge=1)
    start: date
    days: int = Field(ge=1, le=365)


class History(Document):
    cycles: tuple[PastCycle, ...] = ()
    dispenses: tuple[Dispense, ...] = ()
    claims: tuple[Claim, ...] = ()
    wasted: tuple[Wasted, ...] = ()
    interruptions: tuple[Interruption, ...] = ()


class Scenario(Document):
    format: Literal["planner-scenario/1"]
    title: str = ""
    policy: str
    drug: str = "blinatumomab"
    patient: Patient
    indication: Indication
    authorizations: tuple[Authorization, ...] = ()
    pharmacy: Pharmacy = Pharmacy()
    readings: Mapping[str, str | Exact] = {}
    request: Request
    history: History = History()
    as_of: date | None = Field(
        default=None, description="What lies before this day is fixed; nothing new is set before it."
    )
    objectives: tuple[ObjectiveName, ...] = Field(default=DEFAULT_OBJECTIVES, min_length=1)
