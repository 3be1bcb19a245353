"""The plan's claims as X12 837P (005010X222A1): one claim a date of service, J-code lines with
their NDC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Final

from planner.documents.parties import Address, Parties, is_x12_text
from planner.documents.plan import ClaimLine, Plan
from planner.report.coverage import status_of
from planner.report.errors import ArtefactError
from planner.report.stamp import stamp

VERSION: Final = "005010X222A1"
MOST_LINES: Final = 50  # of one claim
MOST_DIAGNOSES: Final = 12
MOST_CLAIMS: Final = 100  # of one subscriber's loop; then it is opened again
CENT: Final = Decimal("0.01")
_DIAGNOSIS: Final = re.compile(r"[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")

Segment = tuple[str, ...]


class ClaimError(ArtefactError):
    """A claim line that an 837 cannot carry."""


def claims_837(plan: Plan, parties: Parties) -> str:
    """Returns the claims still to be sent, one transaction set in one interchange.

    A claim holds the lines of one cycle and date of service; past ones, and those outside
    ``services_from`` .. ``services_to``, are left out. What is charged is ``price_per_unit`` times
    the units, each line to the cent. Codes go without their dots and dashes, modifiers in SV101-3,
    the part of the vials that a line bills as UN in CTP, and the authorization's number in REF G1
    where it is known. A claim is sent on or after its date of service, not before.

    Raises:
        ClaimError: there is no such line, or one has no diagnosis, or a code, a number or a count
            that an 837 cannot carry. The message names the cycle and the field, never the value.
    """
    first, last = parties.services_from, parties.services_to
    due = [
        line
        for line in sorted(plan.claims, key=lambda line: (line.date, line.cycle))
        if not line.past and (first or line.date) <= line.date <= (last or line.date)
    ]
    if not due:
        raise ClaimError("there is no claim line to send")
    _refuse_uncovered(plan, due)
    segments = [
        *_opening(plan, parties),
        *_provider(parties),
        *_subscriber_claims(plan, parties, due),
    ]
    return _interchange(plan, parties, segments)


def _refuse_uncovered(plan: Plan, due: Sequence[ClaimLine]) -> None:
    """Without met criteria only what the payer has authorized all the same is billed."""
    given = {window.id for window in plan.authorizations if window.given}
    bare = next((line for line in due if line.authorization not in given), None)
    if status_of(plan) == "not-met" and bare is not None:
        raise ClaimError(
            f"the plan is not covered, and no authorization is given for the claim of cycle "
            f"{bare.cycle}"
        )


def _interchange(plan: Plan, parties: Parties, inside: Sequence[Segment]) -> str:
    moment, control = stamp(plan), parties.control_number
    sender, receiver = parties.submitter.id, parties.receiver.id
    for id_ in (sender, receiver):
        if len(id_) > 15:
            raise ClaimError("submitter.id and receiver.id have at most 15 characters")
    usage = "P" if parties.usage == "production" else "T"
    transaction = [("ST", "837", "0001", VERSION), *inside]
    transaction.append(("SE", str(len(transaction) + 1), "0001"))
    segments = [
        (
            *("ISA", "00", " " * 10, "00", " " * 10, "ZZ", sender.ljust(15), "ZZ"),
            *(receiver.ljust(15), f"{moment:%y%m%d}", f"{moment:%H%M}", "^", "00501"),
            *(f"{control:09}", "0", usage, ":"),
        ),
        (
            *("GS", "HC", sender, receiver, f"{moment:%Y%m%d}", f"{moment:%H%M}"),
            *(str(control), "X", VERSION),
        ),
        *transaction,
        ("GE", "1", str(control)),
        ("IEA", "1", f"{control:09}"),
    ]
    return "".join(f"{'*'.join(segment)}~\n" for segment in segments)


def _opening(plan: Plan, parties: Parties) -> Iterator[Segment]:
    moment, reference = stamp(plan), str(parties.control_number)
    yield ("BHT", "0019", "00", reference, f"{moment:%Y%m%d}", f"{moment:%H%M}", "CH")
    submitter, receiver = parties.submitter, parties.receiver
    yield ("NM1", "41", "2", submitter.name, "", "", "", "", "46", submitter.id)
    yield ("PER", "IC", submitter.contact, "TE", submitter.phone)
    yield ("NM1", "40", "2", receiver.name, "", "", "", "", "46", receiver.id)


def _provider(parties: Parties) -> Iterator[Segment]:
    provider = parties.provider
    yield ("HL", "1", "", "20", "1")
    if provider.taxonomy:
        yield ("PRV", "BI", "PXC", provider.taxonomy)
    yield ("NM1", "85", "2", provider.name, "", "", "", "", "XX", provider.npi)
    yield from _address(provider.address)
    yield ("REF", "EI", provider.tax_id)


def _subscriber_claims(plan: Plan, parties: Parties, due: Sequence[ClaimLine]) -> Iterator[Segment]:
    claims = _claims(plan, parties, due)
    for at in range(0, len(claims), MOST_CLAIMS):
        yield from _subscriber(parties, 2 + at // MOST_CLAIMS)
        for claim in claims[at : at + MOST_CLAIMS]:
            yield from claim


def _subscriber(parties: Parties, level: int) -> Iterator[Segment]:
    patient, payer = parties.subscriber, parties.payer
    yield ("HL", str(level), "1", "22", "0")
    yield ("SBR", "P", "18", "", "", "", "", "", "", payer.filing)
    names = (patient.last_name, patient.first_name)
    yield ("NM1", "IL", "1", *names, "", "", "", "MI", patient.member_id)
    yield from _address(patient.address)
    yield ("DMG", "D8", f"{patient.birth_date:%Y%m%d}", patient.sex)
    yield ("NM1", "PR", "2", payer.name, "", "", "", "", "PI", payer.id)


def _address(address: Address) -> Iterator[Segment]:
    yield ("N3", address.line)
    yield ("N4", address.city, address.state, address.zip)


def _claims(plan: Plan, parties: Parties, due: Sequence[ClaimLine]) -> list[tuple[Segment, ...]]:
    numbers = {window.id: window.number for window in plan.authorizations}
    counts: dict[int, int] = {}
    claims = []
    for (_, cycle), lines in groupby(due, lambda line: (line.date, line.cycle)):
        counts[cycle] = counts.get(cycle, 0) + 1
        billed = list(lines)
        number = numbers.get(billed[0].authorization or "")
        claims.append(tuple(_claim(f"C{cycle}N{counts[cycle]}", billed, number, parties)))
    return claims


def _claim(
    id_: str, lines: Sequence[ClaimLine], number: str | None, parties: Parties
) -> Iterator[Segment]:
    cycle = lines[0].cycle
    if len(lines) > MOST_LINES:
        raise ClaimError(f"cycle {cycle}: a claim has at most {MOST_LINES} lines")
    total = sum((_charge(line, parties) for line in lines), Decimal(0))
    place = f"{parties.place_of_service}:B:1"
    yield ("CLM", id_, _amount(total), "", "", place, "Y", "A", "Y", "Y")
    if number:
        yield ("REF", "G1", _carried(number, cycle, "authorization number", 50))
    diagnoses = list(dict.fromkeys(line.diagnosis for line in lines))
    if len(diagnoses) > MOST_DIAGNOSES:
        raise ClaimError(f"cycle {cycle}: a claim has at most {MOST_DIAGNOSES} diagnoses")
    codes = [_diagnosis(code, cycle) for code in diagnoses]
    yield ("HI", *(f"{'ABF' if at else 'ABK'}:{code}" for at, code in enumerate(codes)))
    for at, line in enumerate(lines, start=1):
        yield from _line(at, line, diagnoses.index(line.diagnosis) + 1, parties)


def _line(at: int, line: ClaimLine, pointer: int, parties: Parties) -> Iterator[Segment]:
    hcpcs = _matching(r"[A-Z0-9]{5}", line.hcpcs, line.cycle, "HCPCS code")
    service = ":".join(("HC", hcpcs, *((line.modifier,) if line.modifier else ())))
    yield ("LX", str(at))
    charge = _amount(_charge(line, parties))
    yield ("SV1", service, charge, "UN", str(line.units), "", "", str(pointer))
    yield ("DTP", "472", "D8", f"{line.date:%Y%m%d}")
    yield ("LIN", "", "N4", _matching(r"\d{11}", line.ndc, line.cycle, "NDC of eleven digits"))
    if line.ndc_units <= 0:
        raise ClaimError(f"cycle {line.cycle}: a claim line has no quantity of its NDC")
    yield ("CTP", "", "", "", _amount(line.ndc_units), "UN")


def _charge(line: ClaimLine, parties: Parties) -> Decimal:
    return (line.units * parties.price_per_unit).quantize(CENT, ROUND_HALF_UP)


def _amount(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _diagnosis(code: str | None, cycle: int) -> str:
    if code is None:
        raise ClaimError(f"cycle {cycle}: a claim line has no diagnosis")
    if not _DIAGNOSIS.fullmatch(code):
        raise ClaimError(f"cycle {cycle}: the diagnosis is not an ICD-10-CM code")
    return code.replace(".", "")


def _matching(form: str, value: str, cycle: int, what: str) -> str:
    if not re.fullmatch(form, value, re.ASCII):
        raise ClaimError(f"cycle {cycle}: there is no {what} on a claim line")
    return value


def _carried(value: str, cycle: int, what: str, most: int) -> str:
    if len(value) <= most and is_x12_text(value):
        return value
    raise ClaimError(f"cycle {cycle}: an 837 cannot carry the {what}")
