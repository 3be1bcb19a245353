"""FHIR and 837 of real plans, each read by two libraries that did not write it, and held against
the plan as plan.json states it.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any

import fhirkit
from fhir.resources.R4B.bundle import Bundle
from pyx12.params import params
from pyx12.x12n_document import x12n_document
from x12sdk.io import X12ModelReader

from tests.report.written import Written, claims_of


def _resources(written: Written, kind: str) -> list[Any]:
    """The resources of a kind, as the models read them."""
    read: Any = Bundle.model_validate_json(written.text("plan.fhir.json"))
    found = (entry.resource for entry in read.entry)
    return [one for one in found if one.get_resource_type() == kind]


def test_the_fhir_bundle(written: Written) -> None:
    text = written.text("plan.fhir.json")
    read = Bundle.model_validate_json(text)
    assert json.loads(read.model_dump_json()) == json.loads(text)
    assert fhirkit.validate(json.loads(text)) == []
    kinds = Counter(e["resource"]["resourceType"] for e in json.loads(text)["entry"])
    plan = written.plan
    assert kinds == {
        "Patient": 1,
        "Coverage": 1,
        "CarePlan": 1,
        "MedicationRequest": len(plan["cycles"]),
        "MedicationDispense": len(plan["dispenses"]),
        "Claim": len(plan["authorizations"]) + len(list(claims_of(plan))),
    }


def test_the_orders_and_dispenses_of_the_fhir_bundle(written: Written) -> None:
    plan = written.plan
    orders = _resources(written, "MedicationRequest")
    for order, cycle in zip(orders, plan["cycles"], strict=True):
        assert order.status == ("completed" if cycle["past"] else "active")
        doses = [
            (
                str(dosage.timing.event[0]),
                dosage.doseAndRate[0].doseQuantity.value,
                dosage.doseAndRate[0].rateQuantity.value,
            )
            for dosage in order.dosageInstruction
        ]
        assert doses == [
            (bag["hang"], Decimal(bag["mcg"]), Decimal(bag["mcg_per_day"]))
            for bag in plan["bags"]
            if bag["cycle"] == cycle["cycle"]
        ]
    dispenses = [
        (str(d.whenPrepared), str(d.whenHandedOver), d.quantity.value, d.daysSupply.value)
        for d in _resources(written, "MedicationDispense")
    ]
    assert dispenses == [
        (d["date"], d["delivered"], d["vials"], d["days_supply"])
        for d in sorted(plan["dispenses"], key=lambda d: (d["cycle"], d["date"]))
    ]


def test_the_claims_of_the_fhir_bundle(written: Written) -> None:
    plan, numbers = written.plan, written.numbers()
    claims = _resources(written, "Claim")
    billed = [claim for claim in claims if claim.use == "claim"]
    for claim, (_, lines) in zip(billed, claims_of(plan), strict=True):
        number = numbers[lines[0]["authorization"]]
        assert claim.insurance[0].preAuthRef == ([number] if number else None)
        items = [
            (
                str(item.servicedDate),
                item.productOrService.coding[0].code,
                item.quantity.value,
                item.modifier[0].coding[0].code if item.modifier else None,
                item.detail[0].productOrService.coding[0].code,
                item.detail[0].quantity.value,
            )
            for item in claim.item
        ]
        assert items == [
            (
                *(line["date"], line["hcpcs"], line["units"], line["modifier"]),
                *("55513-160-01", Decimal(line["ndc_units"])),  # 55513016001 on the plan
            )
            for line in lines
        ]
    asked = [claim for claim in claims if claim.use == "preauthorization"]
    assert [(str(c.billablePeriod.start), str(c.billablePeriod.end)) for c in asked] == [
        (one["start"], one["end"]) for one in plan["authorizations"]
    ]
    assert [claim.item[0].quantity.value for claim in asked] == [
        sum(line["units"] for line in plan["claims"] if line["cycle"] in one["cycles"])
        for one in plan["authorizations"]
    ]
    (coverage,) = _resources(written, "Coverage")
    assert {claim.insurance[0].coverage.reference for claim in claims} == {
        f"urn:uuid:{coverage.id}"
    }


def test_every_code_of_the_fhir_bundle_is_of_its_system(written: Written) -> None:
    forms = {
        "http://hl7.org/fhir/sid/ndc": r"55513-160-0[12]",
        "http://hl7.org/fhir/sid/icd-10-cm": r"C9\d\.\d\d",
        "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": r"J9039|JW|JZ",
        "http://terminology.hl7.org/CodeSystem/claim-type": r"professional",
        "http://terminology.hl7.org/CodeSystem/processpriority": r"normal",
        "http://unitsofmeasure.org": r"ug|ug/d|d|\{vial\}",
    }
    codes = re.findall(r'"system": "([^"]+)",\s*"code": "([^"]+)"', written.text("plan.fhir.json"))
    assert {system for system, _ in codes} == forms.keys()
    for system, code in set(codes):
        assert re.fullmatch(forms[system], code), (system, code)


def test_the_837(written: Written) -> None:
    text = written.text("claims.837")
    found = io.StringIO()
    assert x12n_document(params(), io.StringIO(text), io.StringIO(), None, fd_json=found) is True
    with X12ModelReader(text) as reader:
        transaction: Any
        (transaction,) = reader.models()
    lines = [
        (
            line.dtp_segment[0].date_time_period.isoformat(),
            line.sv1_segment.product_service_id_qualifier.split(":"),
            int(line.sv1_segment.service_unit_count),
            line.loop_2410.lin_segment.national_drug_code_universal_product_number,
            line.loop_2410.ctp_segment.quantity,
            [ref.reference_identification for ref in claim.claim.ref_segment or ()],
            claim.claim.hi_segment[0].health_care_code_1,
        )
        for claim in transaction.claims()
        for line in claim.claim.loop_2400
    ]
    ahead = sorted(
        (line for line in written.plan["claims"] if not line.get("past")),
        key=lambda line: (line["date"], line["cycle"]),
    )
    assert lines == [
        (
            line["date"],
            ["HC", line["hcpcs"], *([line["modifier"]] if line["modifier"] else [])],
            *(line["units"], line["ndc"], Decimal(line["ndc_units"])),
            [number] if (number := written.numbers()[line["authorization"]]) else [],
            ["ABK", line["diagnosis"].replace(".", "")],
        )
        for line in ahead
    ]
