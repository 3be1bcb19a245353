"""Codes of claims: NDC, ICD-10-CM, states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic_core import PydanticCustomError

from planner.documents.codes import (
    diagnosis_code,
    ndc_claim_digits,
    ndc_label_form,
    ndc_package,
    state_code,
)


def maybe(read: Callable[[str], str], code: str) -> str | None:
    """What a refused code is answered with."""
    with pytest.raises(PydanticCustomError) as refused:
        read(code)
    context = refused.value.context
    assert context is not None
    suggestion: str | None = context["maybe"]
    return suggestion


@pytest.mark.parametrize("code", ["C91.02", "C83.59", "Z51", "C91.A0", "S72.001A"])
def test_a_diagnosis_has_its_dot(code: str) -> None:
    assert diagnosis_code(code) == code


@pytest.mark.parametrize(
    ("code", "suggestion"),
    [
        ("C9102", "write C91.02."),
        ("c91.02", "write C91.02."),
        ("leukemia", None),
        ("", None),
        ("C91.", None),
    ],
)
def test_refuses_another_form_of_diagnosis(code: str, suggestion: str | None) -> None:
    assert maybe(diagnosis_code, code) == suggestion


def test_a_package_code_is_five_four_two_with_dashes() -> None:
    assert ndc_package("55513-0160-01") == "55513-0160-01"


@pytest.mark.parametrize(
    ("code", "suggestion"),
    [
        ("55513-160-01", "write 55513-0160-01."),
        ("5513-0160-01", "write 05513-0160-01."),
        ("55513-0160-1", "write 55513-0160-01."),
        ("55513016001", "write 55513-0160-01."),
        (
            "5551316001",
            "ten digits without dashes are ambiguous: take the dashes from the package.",
        ),
        ("55513-0160", None),
    ],
)
def test_refuses_another_form_of_ndc(code: str, suggestion: str | None) -> None:
    assert maybe(ndc_package, code) == suggestion


def test_a_claim_carries_eleven_digits_and_a_label_ten() -> None:
    assert ndc_claim_digits("55513-0160-01") == "55513016001"
    assert ndc_label_form("55513-0160-01") == "55513-160-01"
    with pytest.raises(ValueError, match="no leading zero"):
        ndc_label_form("55513-1160-01")


def test_states_are_postal_codes() -> None:
    assert state_code("CNMI") == "CNMI"
    assert maybe(state_code, "or") == "write OR."
    assert maybe(state_code, "Oregon") == "write OR."
    assert maybe(state_code, "new  york") == "write NY."
    assert maybe(state_code, "Cascadia") is None
