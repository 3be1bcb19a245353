"""The plan as one FHIR R4B Bundle: care plan, orders, dispenses, requests and claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID, uuid5

from planner.documents.codes import ndc_label_form
from planner.documents.plan import (
    ClaimLine,
    Plan,
    PlannedAuthorization,
    PlannedBag,
    PlannedCycle,
    PlannedDispense,
)
from planner.documents.policy import Policy
from planner.documents.printed import to_json
from planner.report.calendar_ics import course_id
from planner.report.coverage import marked
from planner.report.stamp import stamp
from planner.report.text import shown

Resource = dict[str, Any]

UCUM: Final = "http://unitsofmeasure.org"
NDC: Final = "http://hl7.org/fhir/sid/ndc"
ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
HCPCS: Final = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
CLAIM_TYPE: Final = "http://terminology.hl7.org/CodeSystem/claim-type"
PRIORITY: Final = "http://terminology.hl7.org/CodeSystem/processpriority"
REFERENCE_SYSTEM: Final = "urn:planner:patient-reference"

MCG: Final = ("mcg", "ug")
MCG_PER_DAY: Final = ("mcg/day", "ug/d")
DAYS: Final = ("days", "d")
VIALS: Final = ("vials", "{vial}")

_CODE: Final = re.compile(r"[^\s]+(?:\s[^\s]+)*")


def fhir_json(plan: Plan, policy: Policy | None) -> str:
    """Returns the bundle as JSON text; see :func:`bundle`."""
    return to_json(bundle(plan, policy))


def bundle(plan: Plan, policy: Policy | None) -> Resource:
    """Returns a Bundle of type collection, whose references all resolve inside it.

    Patient (the pseudonym alone), Coverage, one CarePlan; for each cycle a MedicationRequest with a
    dosage instruction a bag; a MedicationDispense for each dispense; for each authorization a Claim
    for preauthorization; a Claim for each cycle and date of service. Ids come from the course and
    the thing's place in it, so that they outlive a replan. The provider and what is charged are not
    in a plan: whoever sends a claim on adds them. ``policy`` names the payer.
    """
    return _Writer(plan, policy).bundle()


class _Writer:
    def __init__(self, plan: Plan, policy: Policy | None) -> None:
        self._plan = plan
        self._payer = policy.payer if policy else plan.policy.id
        self._course = UUID(course_id(plan))
        self._created = stamp(plan).isoformat().replace("+00:00", "Z")
        self._numbers = {a.id: a.number for a in plan.authorizations}

    def bundle(self) -> Resource:
        resources = [
            self._patient(),
            self._coverage(),
            self._care_plan(),
            *(self._request(cycle) for cycle in self._plan.cycles),
            *self._dispenses(),
            *(self._preauthorization(window) for window in self._plan.authorizations),
            *self._claims(),
        ]
        return {
            "resourceType": "Bundle",
            "id": self._id("bundle"),
            "type": "collection",
            "timestamp": self._created,
            "entry": [
                {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
                for resource in resources
            ],
        }

    def _id(self, *place: object) -> str:
        return str(uuid5(self._course, "\x1f".join(shown(str(part)) for part in place)))

    def _to(self, *place: object) -> Resource:
        return {"reference": f"urn:uuid:{self._id(*place)}"}

    def _new(self, kind: str, *place: object) -> Resource:
        return {"resourceType": kind, "id": self._id(*place)}

    def _patient(self) -> Resource:
        patient = self._new("Patient", "patient")
        ref = _text(self._plan.scenario.document.patient.ref)
        if ref:
            patient["identifier"] = [{"system": REFERENCE_SYSTEM, "value": ref}]
        return patient

    def _coverage(self) -> Resource:
        return self._new("Coverage", "coverage") | {
            "status": "active",
            "beneficiary": self._to("patient"),
            "payor": [{"display": _text(self._payer) or "payer"}],
        }

    def _care_plan(self) -> Resource:
        plan = self._plan
        care = self._new("CarePlan", "care-plan") | {"status": "active", "intent": "plan"}
        title = _text(plan.scenario.title)
        if title:
            care["title"] = title
        care["subject"] = self._to("patient")
        if plan.cycles:
            care["period"] = _period(plan.cycles[0].start, plan.cycles[-1].disconnect)
        care["created"] = self._created
        if plan.cycles:
            care["activity"] = [
                {"reference": self._to("request", cycle.cycle)} for cycle in plan.cycles
            ]
        notes = [text for note in (*plan.notes, marked(plan)) if (text := _text(note))]
        if notes:
            care["note"] = [{"text": text} for text in notes]
        return care

    def _request(self, cycle: PlannedCycle) -> Resource:
        bags = [bag for bag in self._plan.bags if bag.cycle == cycle.cycle]
        lines = [line for line in self._plan.claims if line.cycle == cycle.cycle]
        request = self._new("MedicationRequest", "request", cycle.cycle) | {
            "status": "completed" if cycle.past else "active",
            "intent": "plan",
            "medicationCodeableConcept": self._medication(lines),
            "subject": self._to("patient"),
            "authoredOn": self._created,
            "insurance": [self._to("coverage")],
            "note": [{"text": f"Cycle {cycle.cycle}, {_text(cycle.phase) or 'no phase'}"}],
        }
        if bags:
            request["dosageInstruction"] = [
                _dosage(number, bag) for number, bag in enumerate(bags, start=1)
            ]
        request["dispenseRequest"] = {
            "validityPeriod": _period(cycle.start, cycle.last_infusion_day),
            "quantity": _quantity(sum(bag.vials for bag in bags), VIALS),
            "expectedSupplyDuration": _quantity(sum(bag.days for bag in bags), DAYS),
        }
        return request

    def _medication(self, lines: Sequence[ClaimLine]) -> Resource:
        drug = _text(self._plan.drug.id) or "drug"
        for line in lines or self._plan.claims:
            return _concept(NDC, _ndc(line.ndc)) | {"text": drug}
        return {"text": drug}

    def _dispenses(self) -> Iterator[Resource]:
        ordered = sorted(self._plan.dispenses, key=lambda d: (d.cycle, d.date))
        for cycle, of_cycle in groupby(ordered, lambda d: d.cycle):
            for ordinal, sent in enumerate(of_cycle, start=1):
                yield self._dispense(sent, cycle, ordinal)

    def _dispense(self, sent: PlannedDispense, cycle: int, ordinal: int) -> Resource:
        lines = [line for line in self._plan.claims if line.cycle == cycle]
        dispense = self._new("MedicationDispense", "dispense", cycle, ordinal) | {
            "status": "completed" if sent.past else "preparation",
            "medicationCodeableConcept": self._medication(lines),
            "subject": self._to("patient"),
            "authorizingPrescription": [self._to("request", cycle)],
            "quantity": _quantity(sent.vials, VIALS),
            "daysSupply": _quantity(sent.days_supply, DAYS),
            "whenPrepared": sent.date.isoformat(),
            "whenHandedOver": sent.delivered.isoformat(),
        }
        if sent.spare:
            dispense["note"] = [{"text": f"{sent.spare} of the vials are spare"}]
        return dispense

    def _preauthorization(self, window: PlannedAuthorization) -> Resource:
        lines = [line for line in self._plan.claims if line.authorization == window.id]
        units = sum(line.units for line in lines)
        claim = self._claim("preauthorization", window.id, lines, ("preauthorization", window.id))
        claim["billablePeriod"] = _period(window.start, window.end)
        if lines:
            asked: Resource = {"servicedPeriod": _period(window.start, window.end)}
            claim["item"] = [_item(1, lines[0].hcpcs, units, bool(claim.get("diagnosis"))) | asked]
        return claim

    def _claims(self) -> Iterator[Resource]:
        ordered = sorted(self._plan.claims, key=lambda line: (line.cycle, line.date))
        for cycle, of_cycle in groupby(ordered, lambda line: line.cycle):
            by_day = groupby(of_cycle, lambda line: line.date)
            for ordinal, (service, of_day) in enumerate(by_day, start=1):
                lines = list(of_day)
                place = ("claim", cycle, ordinal)
                claim = self._claim("claim", lines[0].authorization, lines, place)
                claim["billablePeriod"] = _period(service, service)
                claim["item"] = [
                    _line(number, line, bool(claim.get("diagnosis")))
                    for number, line in enumerate(lines, start=1)
                ]
                yield claim

    def _claim(
        self,
        use: str,
        authorization: str | None,
        lines: Sequence[ClaimLine],
        place: tuple[object, ...],
    ) -> Resource:
        insurance: Resource = {"sequence": 1, "focal": True, "coverage": self._to("coverage")}
        number = _text(self._numbers.get(authorization or ""))
        if number:
            insurance["preAuthRef"] = [number]
        claim = self._new("Claim", *place) | {
            "status": "active",
            "type": {"coding": [{"system": CLAIM_TYPE, "code": "professional"}]},
            "use": use,
            "patient": self._to("patient"),
            "created": self._created,
            "insurer": {"display": _text(self._payer) or "payer"},
            "provider": {"display": "The pharmacy"},
            "priority": {"coding": [{"system": PRIORITY, "code": "normal"}]},
            "insurance": [insurance],
        }
        diagnoses = dict.fromkeys(line.diagnosis for line in lines if line.diagnosis)
        if diagnoses:
            claim["diagnosis"] = [
                {"sequence": at, "diagnosisCodeableConcept": _concept(ICD_10_CM, code)}
                for at, code in enumerate(diagnoses, start=1)
            ]
        return claim


def _dosage(number: int, bag: PlannedBag) -> Resource:
    return {
        "sequence": number,
        "timing": {"event": [bag.hang.isoformat()]},
        "route": {"text": "intravenous"},
        "doseAndRate": [
            {
                "doseQuantity": _quantity(bag.mcg, MCG),
                "rateQuantity": _quantity(bag.mcg_per_day, MCG_PER_DAY),
            }
        ],
    }


def _line(number: int, line: ClaimLine, has_diagnosis: bool) -> Resource:
    item = _item(number, line.hcpcs, line.units, has_diagnosis)
    item["servicedDate"] = line.date.isoformat()
    if line.modifier:
        item["modifier"] = [_concept(HCPCS, line.modifier)]
    detail = {"sequence": 1, "productOrService": _concept(NDC, _ndc(line.ndc))}
    item["detail"] = [detail | {"quantity": _quantity(line.ndc_units, VIALS)}]
    return item


def _item(number: int, hcpcs: str, units: int, has_diagnosis: bool) -> Resource:
    pointed = {"diagnosisSequence": [1]} if has_diagnosis else {}
    service = {"productOrService": _concept(HCPCS, hcpcs), "quantity": {"value": units}}
    return {"sequence": number, **pointed, **service}


def _quantity(value: Decimal | int, unit: tuple[str, str]) -> Resource:
    exact = Decimal(value)
    plain = int(exact) if exact == exact.to_integral_value() else float(exact)
    return {"value": plain, "unit": unit[0], "system": UCUM, "code": unit[1]}


def _period(first: date, last: date | None) -> Resource:
    end = {} if last is None else {"end": last.isoformat()}
    return {"start": first.isoformat(), **end}


def _concept(system: str, code: str) -> Resource:
    """A code in its system; what cannot be a code is text."""
    if _CODE.fullmatch(code) and code.isprintable():
        return {"coding": [{"system": system, "code": code}]}
    return {"text": _text(code) or "none"}


def _ndc(digits: str) -> str:
    """The ten digits with dashes that FHIR and labels use, for eleven digits of a claim."""
    if not re.fullmatch(r"\d{11}", digits):
        return digits
    try:
        return ndc_label_form(f"{digits[:5]}-{digits[5:9]}-{digits[9:]}")
    except ValueError:  # which zero was added cannot be told; eleven digits are allowed as well
        return digits


def _text(text: str | None) -> str:
    return shown(text or "").strip()
