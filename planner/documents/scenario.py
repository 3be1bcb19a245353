"""The scenario file: a patient, a payer's policy, the pharmacy's days, what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from planner.documents.base import (
    DEFAULT_OBJECTIVES,
    WEEKDAYS,
    BagName,
    BirthDay,
    CycleCount,
    CycleKey,
    CycleNumber,
    Day,
    Document,
    Exact,
    Flag,
    Indication,
    ObjectiveName,
    OtherUnit,
    Positive,
    Units,
    Vials,
    Weekday,
    Whole,
    shape,
)
from planner.documents.codes import diagnosis_code, state_code
from planner.documents.examples import EXAMPLES
from planner.documents.in_force_calendar import ChangeWeights, InForce, Pin
from planner.documents.measures import INCHES, DailyDose, Kilograms, pounds
from planner.documents.own_rows import OwnPreparation, OwnStorage


def _form(value: object) -> str:
    """A union's member by form alone, with text among the plain scalars."""
    return "<plain>" if shape(value) == "<word>" else shape(value)


def _by(form: Callable[[object], str], allowed: str) -> Discriminator:
    """Tells a union's members apart by their form, with one sentence for every other form."""
    return Discriminator(
        form,
        custom_error_type="planner",
        custom_error_message="allowed: {allowed}",
        custom_error_context={"allowed": allowed},
    )


def _never_or_day(value: object) -> str:
    return "<never>" if value == "never" else "<day>"


class DatedWeight(Document):
    """A weight and the day it was taken."""

    in_other_units: ClassVar[Mapping[str, OtherUnit]] = {"lb": pounds("kg")}

    date: Day
    kg: Kilograms


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
    """The last live vaccine before therapy, and whether one is given during it."""

    last: (
        Annotated[
            Annotated[Day, Tag("<day>")] | Annotated[Literal["never"], Tag("<never>")],
            Discriminator(_never_or_day),
        ]
        | None
    ) = Field(default=None, description="The date of the last one, or never.")
    during_therapy: Flag | None = None


class RenewalFacts(Document):
    """What a renewal asks beyond the criteria of the first authorization."""

    toxicity: Literal["none", "unacceptable"] | None = None
    response: Literal["responded", "stable", "progressed"] | None = None
    criteria_still_met: Flag | None = None


class Facts(Document):
    """What the criteria ask. Every one may be missing, and then is unknown."""

    b_cell_precursor: Flag | None = None
    disease: (
        Literal["relapsed-refractory", "complete-response", "minimal-residual-disease", "infant"]
        | None
    ) = None
    remission: Literal["first", "second"] | None = None
    after_consolidation: Flag | None = Field(
        default=None, description="Used after or at the end of consolidation."
    )
    mrd: Mrd = Mrd()
    philadelphia: Literal["positive", "negative"] | None = None
    therapy: Literal["single-agent", "inotuzumab-mini-hypercvd", "interfant"] | None = None
    induction: Literal["inotuzumab-mini-hypercvd", "other"] | None = None
    tki: Tki | None = None
    live_vaccine: LiveVaccine = LiveVaccine()
    renewal: RenewalFacts = RenewalFacts()


class Patient(Document):
    """Who is treated. No name and no record number belong here: ``ref`` is a pseudonym."""

    in_other_units: ClassVar[Mapping[str, OtherUnit]] = {
        "weight_lb": pounds("weight_kg"),
        "height_in": INCHES,
    }

    ref: str | None = Field(default=None, max_length=20_000, description="A pseudonym.")
    birth_date: BirthDay | None = None
    age: Exact | None = Field(
        default=None, ge=0, le=130, description="Years at the first infusion; 0.5 is six months."
    )
    weight_kg: Annotated[
        Annotated[Kilograms, Tag("<plain>")]
        | Annotated[tuple[DatedWeight, ...], Field(min_length=1), Tag("<list>")],
        _by(_form, "a weight in kilograms, or a list of {date, kg}"),
    ] = Field(description="Kilograms, one number or a list of dated weights.")
    weight_confirmed: Flag = Field(
        default=False,
        description="Weight, height and surface are as written, though unlikely for the age.",
    )
    height_cm: Exact | None = Field(default=None, ge=20, le=260, description="Centimetres.")
    bsa_m2: Exact | None = Field(
        default=None, gt=0, le=4, description="Body surface in m2, where known; wins over height."
    )
    bsa_formula: Literal["mosteller", "dubois", "haycock", "gehan-george", "boyd"] = Field(
        default="mosteller", description="Body surface from height and weight."
    )
    diagnosis: Annotated[str, AfterValidator(diagnosis_code)] | None = Field(
        default=None, description="ICD-10-CM with its dot, for example C91.02."
    )
    state: Annotated[str, AfterValidator(state_code)] | None = Field(
        default=None, description="US state or territory, for example OR."
    )
    county: str | None = Field(default=None, max_length=20_000)
    facts: Facts = Field(default=Facts(), description="What the criteria ask; missing is unknown.")


class Authorization(Document):
    """An authorization the payer has given. What is left out comes from the policy."""

    number: str | None = Field(default=None, description="The payer's authorization number.")
    kind: Literal["initial", "continued"]
    start: Day | None = None
    end: Day | None = Field(default=None, description="The last day covered.")
    cycles: Annotated[
        Annotated[CycleCount, Tag("<plain>")]
        | Annotated[tuple[CycleNumber, ...], Field(min_length=1), Tag("<list>")]
        | Annotated[None, Tag("<none>")],
        _by(_form, "a number of cycles, or a list of cycles"),
    ] = Field(default=None, description="How many cycles, or which.")
    units: Units | None = Field(default=None, description="Billable units granted in all.")


class Pharmacy(Document):
    """How the pharmacy works. Everything has a default that the plan prints."""

    bags: tuple[BagName, ...] | None = Field(
        default=None, min_length=1, description="Bag lengths offered; default: the drug file's."
    )
    bag_change_days: tuple[Weekday, ...] = Field(default=WEEKDAYS, min_length=1)
    bag_change_on_holidays: Flag | None = Field(
        default=None,
        description="Default: yes where bags are changed on all seven weekdays, else no.",
    )
    dispense_days: tuple[Weekday, ...] = Field(default=WEEKDAYS[:5], min_length=1)
    holidays: Annotated[
        Annotated[Literal["none", "us-federal"], Tag("<plain>")]
        | Annotated[tuple[Day, ...], Tag("<list>")],
        _by(_form, "none, us-federal, or a list of dates"),
    ] = Field(default="us-federal", description="none, us-federal, or a list of dates.")
    closed: tuple[Day, ...] = Field(
        default=(), description="Dates with neither dispenses nor bag changes."
    )
    transit_days: Whole = Field(
        default=1, ge=0, le=30, description="A vial is there this many days after its dispense."
    )
    max_days_ahead: Whole = Field(
        default=30, ge=0, le=90, description="A vial is hung at most this long after its dispense."
    )
    spare_vials: Whole = Field(
        default=0,
        ge=0,
        le=100,
        description="Vials sent beyond what the bags need, with each cycle's first dispense.",
    )
    renewal_lead_days: Whole = Field(
        default=14, ge=0, le=180, description="A renewal is asked for this long before it opens."
    )
    ready_made: Flag = Field(
        default=False,
        description="Bags leave the pharmacy ready to hang, and are over within the days that they "
        "keep: by `storage`, else by the drug file.",
    )
    storage: Mapping[BagName, OwnStorage] = Field(
        default={},
        description="Bag length to how long a ready-made bag keeps by the pharmacy's procedure; "
        "the drug file's rows where it is silent.",
    )
    preparation: tuple[OwnPreparation, ...] = Field(
        default=(),
        description="Vials for a bag by the pharmacy's procedure; the drug file's rows where it is "
        "silent.",
    )
    hospital_days: Mapping[CycleKey, Annotated[Whole, Field(ge=0, le=100)]] = Field(
        default={},
        description="Cycle to its opening days in hospital: bags are changed on any day there, "
        "and no bag runs from hospital to home.",
    )
    change_weights: ChangeWeights = Field(
        default=ChangeWeights(), description="What changing a calendar in force weighs."
    )


class DateWindow(Document):
    """From ``earliest`` to ``latest``, both included."""

    earliest: Day
    latest: Day


class Dispense(Document):
    """Vials sent for one cycle on one date."""

    date: Day
    vials: Vials
    cycle: CycleNumber


class Claim(Document):
    """Billable units of one cycle with one date of service."""

    date: Day
    units: Units
    cycle: CycleNumber


class Request(Document):
    """What is asked for; every part of it holds exactly."""

    first_infusion: Annotated[
        Annotated[Day, Tag("<plain>")] | Annotated[DateWindow, Tag("<mapping>")],
        _by(_form, "a date as YYYY-MM-DD, or {earliest, latest}"),
    ] = Field(description="The course's first infusion day: a date, or the window it lies in.")
    cycles: Whole | None = Field(
        default=None,
        ge=1,
        le=30,
        description="The course's last cycle, past ones counted; default: all the policy allows.",
    )
    cycle_starts: Mapping[CycleKey, Day] = Field(
        default={}, description="Cycle to the day it starts on."
    )
    daily_dose_mcg: Annotated[
        Annotated[DailyDose, Tag("<plain>")]
        | Annotated[Mapping[CycleKey, DailyDose], Tag("<mapping>")]
        | Annotated[None, Tag("<none>")],
        _by(_form, "mcg a day, or a mapping of cycle to mcg a day"),
    ] = Field(
        default=None,
        description="Replaces the clause's full dose, in all cycles or by cycle; a step dose "
        "stays, but never above this.",
    )
    dispenses: tuple[Dispense, ...] = Field(
        default=(), description="Complete for the cycles it names."
    )
    claims: tuple[Claim, ...] = Field(default=(), description="Complete for the cycles it names.")
    pins: tuple[Pin, ...] = Field(
        default=(), description="Fields of the calendar that hold, whatever else moves."
    )
    finish_by: Day | None = Field(default=None, description="The last disconnect at the latest.")
    max_delay_days: Whole = Field(
        default=28,
        ge=0,
        le=730,
        description="How far a cycle may start behind the first possible infusion day plus the "
        "lengths of the cycles before it.",
    )


class PastBag(Document):
    """A bag hung before ``as_of``; it may still be running then."""

    hang: Day
    days: Whole = Field(ge=1, le=14)
    vials: Vials
    dispense: Day | None = None


class PastCycle(Document):
    """A cycle begun before ``as_of``."""

    cycle: CycleNumber
    start: Day
    bags: tuple[PastBag, ...] | None = Field(
        default=None, description="Complete where given; else 24 h bags are assumed."
    )


class Wasted(Document):
    """Vials dispensed and then broken, spoilt or lost: they serve no bag."""

    date: Day
    vials: Vials
    cycle: CycleNumber


class Interruption(Document):
    """``days`` days without infusion, the first of them ``start``."""

    cycle: CycleNumber
    start: Day
    days: Whole = Field(ge=1, le=365)


class History(Document):
    """What happened before ``as_of``. It is fixed, and counts in every window."""

    cycles: tuple[PastCycle, ...] = ()
    dispenses: tuple[Dispense, ...] = ()
    claims: tuple[Claim, ...] = ()
    wasted: tuple[Wasted, ...] = ()
    interruptions: tuple[Interruption, ...] = ()


class Scenario(Document):
    """One patient's course under one policy, as the pharmacy asks for it."""

    examples: ClassVar[Mapping[str, str]] = EXAMPLES

    format: Literal["planner-scenario/1"]
    title: str = Field(default="", max_length=20_000)
    policy: str = Field(
        min_length=1, description="A file name under models/policies without .yaml, or a path."
    )
    drug: str = Field(
        default="blinatumomab",
        min_length=1,
        description="A file name under models/drugs without .yaml, or a path.",
    )
    patient: Patient
    indication: Indication
    authorizations: tuple[Authorization, ...] = Field(
        default=(), description="Those the payer has given, in order."
    )
    pharmacy: Pharmacy = Pharmacy()
    readings: Mapping[
        str,
        Annotated[
            Annotated[str, Tag("<word>")] | Annotated[Positive, Tag("<plain>")],
            _by(shape, "one of the reading's choices, or a number where it takes one"),
        ],
    ] = Field(default={}, description="Overrides the policy's choices where it leaves room.")
    request: Request
    history: History = History()
    as_of: Day | None = Field(
        default=None,
        description="What lies before this day is fixed; nothing new is set before it.",
    )
    in_force: InForce | None = Field(
        default=None, description="What of an earlier plan's calendar is still to come."
    )
    objectives: tuple[ObjectiveName, ...] = Field(
        default=DEFAULT_OBJECTIVES, min_length=1, description="The most important first."
    )
