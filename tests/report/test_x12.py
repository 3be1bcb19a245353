"""837P claims, read back by two X12 readers and by checks of what they let pass."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest
from pydantic import ValidationError
from pyx12.params import params
from pyx12.x12n_document import x12n_document
from x12sdk.io import X12ModelReader

from planner.documents.parties import Parties, is_x12_text
from planner.documents.plan import Plan
from planner.report.x12 import ClaimError, claims_837
from tests.report.hostile import every_text
from tests.report.parties import PARTIES
from tests.report.plans import FIRST, plan


def _parties(**update: Any) -> Parties:
    return Parties.model_validate({**PARTIES, **update})


def _segments(text: str) -> list[list[str]]:
    assert text.endswith("~\n")
    return [segment.split("*") for segment in text[:-2].split("~\n")]


def _validated(text: str) -> dict[str, Any]:
    """What the validator reports of an interchange."""
    found = io.StringIO()
    good = x12n_document(params(), io.StringIO(text), io.StringIO(), None, fd_json=found)
    report: dict[str, Any] = json.loads(found.getvalue())
    report["good"] = good
    return report


def _service_lines(segments: Sequence[list[str]]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    number = None
    for segment in segments:
        if segment[0] == "CLM":
            number = None
        elif segment[:2] == ["REF", "G1"]:
            number = segment[2]
        elif segment[0] == "SV1":
            code = segment[1].split(":")
            modifier = code[2] if len(code) > 2 else None
            lines.append(
                {"hcpcs": code[1], "modifier": modifier, "units": int(segment[4]), "pa": number}
            )
        elif segment[0] == "DTP":
            lines[-1]["date"] = segment[3]
        elif segment[0] == "LIN":
            lines[-1]["ndc"] = segment[3]
        elif segment[0] == "CTP":
            lines[-1]["vials"] = Decimal(segment[4])
    return lines


@pytest.mark.parametrize("cycles", [1, 6])
def test_the_validator_accepts_the_interchange(cycles: int) -> None:
    report = _validated(claims_837(plan(cycles, number="PA-1"), _parties()))

    (interchange,) = report["interchanges"]
    (group,) = interchange["groups"]
    (transaction,) = group["transactions"]
    assert report["good"] is True
    assert (group["ack_code"], transaction["ack_code"]) == ("A", "A")
    assert [interchange["errors"], group["errors"], transaction["errors"]] == [[], [], []]


def test_the_validator_is_no_rubber_stamp() -> None:
    text = claims_837(plan(1), _parties()).replace("HI*ABK:C9102~\n", "", 1)
    assert _validated(text)["good"] is False


def _typed(text: str) -> Any:
    """The one transaction of an interchange, as the second reader's model."""
    with X12ModelReader(text) as reader:
        (transaction,) = reader.models()
    return transaction


@pytest.mark.parametrize("cycles", [1, 6])
def test_the_second_reader_finds_the_lines_of_the_plan_and_writes_the_same_segments(
    cycles: int,
) -> None:
    made = plan(cycles, number="PA-1")
    numbers = {window.id: window.number for window in made.authorizations}
    text = claims_837(made, _parties())
    transaction = _typed(text)

    assert transaction.x12() == text[text.index("ST*") : text.index("GE*")].rstrip("\n")
    assert [
        (
            line.sv1_segment.product_service_id_qualifier.split(":"),
            line.sv1_segment.service_unit_count,
            line.dtp_segment[0].date_time_period,
            line.loop_2410.lin_segment.national_drug_code_universal_product_number,
            line.loop_2410.ctp_segment.quantity,
            [ref.reference_identification for ref in sent.claim.ref_segment],
            sent.claim.hi_segment[0].health_care_code_1,
        )
        for sent in transaction.claims()
        for line in sent.claim.loop_2400
    ] == [
        (
            ["HC", line.hcpcs, *([line.modifier] if line.modifier else [])],
            *(line.units, line.date, line.ndc, line.ndc_units),
            [number] if (number := numbers[line.authorization or ""]) else [],
            ["ABK", "C9102"],
        )
        for line in made.claims
    ]


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("HI*ABK:C9102~\n", ""),
        ("CLM*C1N1*166.36", "CLM*C1N1*166.37"),
        ("D8*20260105", "D8*20261305"),
    ],
)
def test_the_second_reader_is_no_rubber_stamp(written: str, instead: str) -> None:
    text = claims_837(plan(1), _parties())
    assert written in text
    with pytest.raises(ValueError, match="HealthCareClaimProfessional"):
        _typed(text.replace(written, instead, 1))


def test_every_line_of_the_plan_is_there_and_no_other() -> None:
    made = plan(2, number="PA-1")
    assert _service_lines(_segments(claims_837(made, _parties()))) == [
        {
            "hcpcs": line.hcpcs,
            "modifier": line.modifier,
            "units": line.units,
            "pa": "PA-1",
            "date": f"{line.date:%Y%m%d}",
            "ndc": line.ndc,
            "vials": line.ndc_units,
        }
        for line in made.claims
    ]


def test_every_line_states_its_part_of_the_vials_and_the_parts_of_a_bag_are_its_vials() -> None:
    segments = _segments(claims_837(plan(1), _parties()))
    quantities = [segment[4:] for segment in segments if segment[0] == "CTP"]
    # 9 of 35 units and 26 of 35, then 28 of 35 and 7 of 35
    assert quantities[:2] == [["0.26", "UN"], ["0.74", "UN"]]
    assert quantities[-2:] == [["0.8", "UN"], ["0.2", "UN"]]
    assert sum(Decimal(part) for part, _ in quantities) == 28


def test_a_line_without_a_quantity_is_not_sent() -> None:
    made = plan(1)
    first, *others = made.claims
    bare = first.model_copy(update={"ndc_units": Decimal(0)})
    with pytest.raises(ClaimError, match="cycle 1: a claim line has no quantity of its NDC"):
        claims_837(made.model_copy(update={"claims": (bare, *others)}), _parties())


def test_a_claim_is_a_date_of_service_and_its_charge_is_the_sum_of_its_lines() -> None:
    made = plan(1)
    segments = _segments(claims_837(made, _parties()))
    claims = [segment for segment in segments if segment[0] == "CLM"]
    charges: list[list[Decimal]] = []
    for segment in segments:
        if segment[0] == "CLM":
            charges.append([])
        elif segment[0] == "SV1":
            charges[-1].append(Decimal(segment[2]))

    assert len(claims) == len({line.date for line in made.claims})
    assert [Decimal(claim[2]) for claim in claims] == [sum(lines) for lines in charges]
    # 9 units at 4.753 are 42.777, to the cent 42.78; 26 are 123.578, 123.58
    assert charges[0] == [Decimal("42.78"), Decimal("123.58")]


def test_amounts_have_no_more_than_two_decimals_and_codes_neither_dot_nor_dash() -> None:
    for segment in _segments(claims_837(plan(1), _parties())):
        if segment[0] in ("CLM", "SV1"):
            assert re.fullmatch(r"\d+(\.\d{1,2})?", segment[2])
        if segment[0] == "HI":
            assert segment[1] == "ABK:C9102"
        if segment[0] == "LIN":
            assert re.fullmatch(r"\d{11}", segment[3])


def test_claim_ids_are_unique_and_segments_are_counted() -> None:
    segments = _segments(claims_837(plan(3), _parties()))
    ids = [segment[1] for segment in segments if segment[0] == "CLM"]
    assert len(set(ids)) == len(ids)

    opened = next(at for at, segment in enumerate(segments) if segment[0] == "ST")
    closed = next(at for at, segment in enumerate(segments) if segment[0] == "SE")
    assert segments[closed][1:] == [str(closed - opened + 1), segments[opened][2]]


def test_a_hundred_claims_at_most_follow_one_opening_of_the_subscriber() -> None:
    segments = _segments(claims_837(plan(9), _parties()))
    followed: list[int] = []
    for segment in segments:
        if segment[0] == "SBR":
            followed.append(0)
        elif segment[0] == "CLM":
            followed[-1] += 1
    assert followed == [100, 100, 52]  # nine cycles of 28 days
    levels = [segment[1:4] for segment in segments if segment[0] == "HL"]
    assert levels == [["1", "", "20"], ["2", "1", "22"], ["3", "1", "22"], ["4", "1", "22"]]


def test_only_the_dates_of_service_asked_for_are_sent() -> None:
    made = plan(1)
    first, last = FIRST + timedelta(days=3), FIRST + timedelta(days=5)
    text = claims_837(made, _parties(services_from=first, services_to=last))
    dates = [line["date"] for line in _service_lines(_segments(text))]
    assert sorted(set(dates)) == ["20260108", "20260109", "20260110"]


def test_past_claims_are_not_sent_again() -> None:
    made = plan(2)
    past = tuple(
        line.model_copy(update={"past": line.cycle == 1}) if line.cycle == 1 else line
        for line in made.claims
    )
    text = claims_837(made.model_copy(update={"claims": past}), _parties())
    assert len(_service_lines(_segments(text))) == 56


def test_with_nothing_to_send_no_file_is_made() -> None:
    with pytest.raises(ClaimError, match="no claim line to send"):
        claims_837(plan(1), _parties(services_to=date(2020, 1, 1)))


@pytest.mark.parametrize("field", ["hcpcs", "ndc", "diagnosis"])
@every_text
def test_a_code_that_is_none_is_refused_and_not_repeated(field: str, text: str) -> None:
    with pytest.raises(ClaimError) as refused:
        claims_837(_with(plan(1), **{field: text}), _parties())
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "number", ["PA*1", "PA~", "a:b", "x" * 51, " PA", "\u202e1", "P\r\nA", "\u0661"]
)
def test_an_authorization_number_that_would_break_a_segment_is_refused(number: str) -> None:
    with pytest.raises(ClaimError, match="authorization number"):
        claims_837(plan(1, number=number), _parties())


_FREE = (
    ("submitter", "name"),
    ("submitter", "contact"),
    ("receiver", "name"),
    ("provider", "name"),
    ("subscriber", "last_name"),
    ("subscriber", "first_name"),
    ("subscriber", "member_id"),
    ("payer", "name"),
    ("payer", "id"),
)


@pytest.mark.parametrize(("party", "field"), _FREE)
@every_text
def test_hostile_text_of_a_party_arrives_as_text_or_is_refused_where_it_is_read(
    party: str, field: str, text: str
) -> None:
    changed = {**PARTIES, party: {**PARTIES[party], field: text}}
    if not is_x12_text(text):
        with pytest.raises(ValidationError, match=field):
            Parties.model_validate(changed)
        return
    try:
        parties = Parties.model_validate(changed)
    except ValidationError as refused:
        assert "at most" in str(refused)  # noqa: PT017 - too long for its element
        return
    written = claims_837(plan(1), parties)
    assert _validated(written)["good"] is True
    carried = [part for segment in _segments(written) for part in segment if part == text]
    harmless = [segment[0] for segment in _segments(claims_837(plan(1), _parties()))]
    assert carried
    assert [segment[0] for segment in _segments(written)] == harmless
    assert text in [part for segment in _typed_segments(written) for part in segment]


def _typed_segments(text: str) -> list[list[str]]:
    """The segments as the second reader writes them again."""
    return [segment.split("*") for segment in _typed(text).x12().split("~")]


def test_a_claim_without_a_diagnosis_is_refused() -> None:
    with pytest.raises(ClaimError, match="cycle 1: a claim line has no diagnosis"):
        claims_837(_with(plan(1), diagnosis=None), _parties())


def test_more_lines_than_a_claim_may_have_are_refused() -> None:
    with pytest.raises(ClaimError, match="at most 50 lines"):
        claims_837(_with(plan(1), date=FIRST), _parties())


def test_the_file_is_a_test_until_it_says_production() -> None:
    assert _segments(claims_837(plan(1), _parties()))[0][15] == "T"
    assert _segments(claims_837(plan(1), _parties(usage="production")))[0][15] == "P"


def test_the_same_plan_gives_the_same_bytes_and_a_new_run_its_own_number() -> None:
    assert claims_837(plan(1), _parties()) == claims_837(plan(1), _parties())
    second = _segments(claims_837(plan(1), _parties(control_number=42)))
    assert (second[0][13], second[1][6], second[-1][2]) == ("000000042", "42", "000000042")


def test_lines_of_one_day_and_two_cycles_are_two_claims() -> None:
    made = plan(2)
    same_day = tuple(
        line.model_copy(update={"date": FIRST})
        for _, lines in groupby(made.claims, lambda line: line.cycle)
        for line in list(lines)[:2]
    )
    segments = _segments(claims_837(made.model_copy(update={"claims": same_day}), _parties()))
    assert [segment[1] for segment in segments if segment[0] == "CLM"] == ["C1N1", "C2N1"]


def _with(made: Plan, **update: Any) -> Plan:
    lines = tuple(line.model_copy(update=update) for line in made.claims)
    return made.model_copy(update={"claims": lines})
