"""The defaults a plan rests on because the scenario is silent."""

from __future__ import annotations

from pydantic import BaseModel

from planner.documents.drug import Drug
from planner.documents.plan import Assumption
from planner.documents.scenario import Scenario
from planner.regimen.bags import default_bags
from planner.regimen.days import changes_on_holidays


def assumed_defaults(scenario: Scenario, drug: Drug, cycles: int) -> tuple[Assumption, ...]:
    """Every default in force, in the order of the scenario file."""
    pharmacy, request = scenario.pharmacy, scenario.request
    holidays = pharmacy.holidays if isinstance(pharmacy.holidays, str) else "as listed"
    shown: list[tuple[BaseModel, str, str, str]] = [
        (
            pharmacy,
            "bags",
            ", ".join(pharmacy.bags or default_bags(drug)),
            "Bag lengths the drug file offers by default.",
        ),
        (pharmacy, "bag_change_days", " ".join(pharmacy.bag_change_days), "Bags change any day."),
        (
            pharmacy,
            "bag_change_on_holidays",
            "yes" if changes_on_holidays(pharmacy) else "no",
            "Bags change on holidays only where they change on every weekday.",
        ),
        (
            pharmacy,
            "dispense_days",
            " ".join(pharmacy.dispense_days),
            "The pharmacy dispenses Monday to Friday.",
        ),
        (pharmacy, "holidays", holidays, "No dispenses on US federal holidays."),
        (
            pharmacy,
            "transit_days",
            str(pharmacy.transit_days),
            "Vials arrive the day after their dispense.",
        ),
        (
            pharmacy,
            "max_days_ahead",
            str(pharmacy.max_days_ahead),
            "A vial hangs at most this many days after its dispense.",
        ),
        (pharmacy, "spare_vials", str(pharmacy.spare_vials), "No spare vials."),
        (
            pharmacy,
            "renewal_lead_days",
            str(pharmacy.renewal_lead_days),
            "Days before its start that a renewal is asked for.",
        ),
        (request, "cycles", str(cycles), "As many cycles as the indication allows."),
        (
            request,
            "max_delay_days",
            str(request.max_delay_days),
            "A cycle starts at most this far behind its earliest day.",
        ),
        (scenario, "objectives", ", ".join(scenario.objectives), "The default order."),
    ]
    patient = scenario.patient
    if patient.height_cm is not None and patient.bsa_m2 is None:
        says = "Body surface is computed from height and weight by this formula."
        shown.insert(0, (patient, "bsa_formula", patient.bsa_formula, says))
    prefix = {
        id(patient): "patient.",
        id(pharmacy): "pharmacy.",
        id(request): "request.",
        id(scenario): "",
    }
    found = [
        Assumption(path=prefix[id(owner)] + name, value=value, says=says)
        for owner, name, value, says in shown
        if name not in owner.model_fields_set
    ]
    if scenario.patient.diagnosis is None:
        found.append(
            Assumption(
                path="patient.diagnosis",
                value="none",
                says="No diagnosis is given: the claims carry none until one is.",
            )
        )
    return tuple(found)
