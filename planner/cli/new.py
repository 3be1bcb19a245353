"""``planner new``: a file to start from, a scenario or the parties to a claim."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass(frozen=True)
class Example:
    """An invented patient of one indication: what the policy asks of such a patient holds."""

    title: str
    patient: tuple[str, ...]
    facts: tuple[str, ...]


_PLAUSIBLE_ADULT = ("age: 41", "weight_kg: 70", "height_cm: 175")
_SINGLE = ("b_cell_precursor: true", "therapy: single-agent")

EXAMPLES = {
    "adult-rr": Example(
        "Adult, relapsed or refractory",
        (*_PLAUSIBLE_ADULT, "diagnosis: C91.02", "state: OR"),
        (*_SINGLE, "disease: relapsed-refractory", "philadelphia: negative"),
    ),
    "adult-consolidation": Example(
        "Adult, consolidation after a complete response",
        (*_PLAUSIBLE_ADULT, "diagnosis: C91.01", "state: OR"),
        (
            *_SINGLE,
            "disease: complete-response",
            "mrd: {status: positive, percent: 0.3, method: flow-cytometry}",
        ),
    ),
    "pediatric-rr": Example(
        "Child, relapsed or refractory",
        ("age: 7", "weight_kg: 23", "height_cm: 122", "diagnosis: C91.02", "state: OR"),
        (*_SINGLE, "disease: relapsed-refractory", "philadelphia: negative"),
    ),
    "pediatric-mrd": Example(
        "Child, minimal residual disease",
        ("age: 7", "weight_kg: 23", "height_cm: 122", "diagnosis: C91.01", "state: OR"),
        (
            *_SINGLE,
            "disease: minimal-residual-disease",
            "remission: first",
            "mrd: {status: positive, percent: 0.3, method: flow-cytometry}",
        ),
    ),
    "infant-interfant": Example(
        "Infant, with an Interfant regimen",
        ("age: 0.5", "weight_kg: 7.5", "height_cm: 67", "diagnosis: C91.00", "state: OR"),
        ("therapy: interfant", "disease: infant"),
    ),
}

# In the text below a line that begins '# ' is for reading; one that begins '#' and then a key, or
# with two spaces, is a part of the scenario left out: taking the '#' away puts it in.
_TEMPLATE = """\
# A scenario for the planner, of an invented patient: replace every value by your own.
# A line that begins with '#' and a key says what else can be said, with the value that holds
# unless you say otherwise, or an example. 'planner schema' tells all of it to an editor.
format: planner-scenario/1
title: {title}

# 'planner models' lists the policies and drugs.
policy: eocco-0382
#drug: blinatumomab

# No name and no record number: ref is a pseudonym. age is in years, 0.5 is six months, or give
# birth_date. weight_kg may be a dated list. Below 45 kg the dose goes by body surface, from
# height_cm, or given as bsa_m2.
patient:
  ref: A-0001
  {patient}
  # What the criteria of approval ask; leave out what is not known.
  facts:
    {facts}
    live_vaccine: {{last: never, during_therapy: false}}

# adult-rr, adult-consolidation, pediatric-rr, pediatric-mrd or infant-interfant
indication: {indication}

# first_infusion is a day, or {{earliest: 2027-01-04, latest: 2027-01-15}}.
request:
  first_infusion: 2027-01-04
#  cycles: 1
#  cycle_starts: {{1: 2027-01-04}}
#  max_delay_days: 28
#  finish_by: 2028-12-31

# bag_change_days: where not all seven are given, holidays are no bag-change days either.
# holidays is us-federal, none, or a list of dates; closed adds the pharmacy's own.
# A vial is there transit_days after its dispense and hung at most max_days_ahead after it.
#pharmacy:
#  bags: [24h, 48h]
#  bag_change_days: [mon, tue, wed, thu, fri, sat, sun]
#  dispense_days: [mon, tue, wed, thu, fri]
#  holidays: us-federal
#  closed: [2027-12-24]
#  transit_days: 1
#  max_days_ahead: 30
#  spare_vials: 0
#  renewal_lead_days: 14

# Authorizations that the payer has given; end and cycles come from the policy where left out.
#authorizations:
#  - {{number: PA-0001, kind: initial, start: 2027-01-04}}

# Where the policy's text leaves room: the choice to plan by.
#readings:
#  window: rolling

# The most important first.
#objectives: [delay, vials, dispenses, bag_changes, stock_days]
"""


def scenario_text(indication: str) -> str:
    """Returns a commented scenario file for an indication. Raises KeyError for an unknown one."""
    example = EXAMPLES[indication]
    return _TEMPLATE.format(
        title=example.title,
        patient="\n  ".join(example.patient),
        facts="\n    ".join(example.facts),
        indication=indication,
    )


# Every value is invented.
_PARTIES = """\
# Who bills whom for whom: 'planner plan FILE -o DIR --format 837 --parties THIS-FILE'.
# It names the patient: keep it where such files belong. Nothing of it gets into a plan.
format: planner-parties/1

# Who sends the file, and whom to call about it.
submitter: {name: Blue Mountain Infusion, id: SUB123, contact: Billing, phone: "5415550100"}
# The payer or its clearinghouse.
receiver: {name: A Clearinghouse, id: RCV456}

# The pharmacy. npi has ten digits, tax_id and the ZIP code nine.
provider:
  name: Blue Mountain Infusion
  npi: "1234567893"
  tax_id: "123456789"
  address: {line: 1 Main St, city: Pendleton, state: OR, zip: "978010001"}
  taxonomy: 3336H0001X

# The patient, who is the plan's member.
subscriber:
  last_name: Doe
  first_name: Jane
  member_id: AB12345C
  birth_date: 1985-02-03
  sex: F
  address: {line: 2 Main St, city: Pendleton, state: OR, zip: "97801"}

payer: {name: EOCCO, id: "93245"}

# Dollars charged for one billable unit (1 mcg).
price_per_unit: 4.753

# Place of service 12 is the patient's home; one control number more for every file sent.
#place_of_service: "12"
#control_number: 1
#usage: test
#services_from: 2027-01-04
#services_to: 2027-01-31
"""


def print_new_scenario(
    document: Annotated[
        str, typer.Argument(metavar="[scenario|parties]", help="Which file.")
    ] = "scenario",
    indication: Annotated[
        str, typer.Option("--indication", metavar="NAME", help=f"One of {', '.join(EXAMPLES)}.")
    ] = "adult-rr",
) -> None:
    """Print a commented file to start from: a scenario, or the parties to a claim."""
    if document == "parties":
        sys.stdout.write(_PARTIES)
        return
    if document != "scenario":
        raise typer.BadParameter(f"'{document}' is none of scenario, parties")
    if indication not in EXAMPLES:
        raise typer.BadParameter(f"'{indication}' is none of {', '.join(EXAMPLES)}")
    sys.stdout.write(scenario_text(indication))
