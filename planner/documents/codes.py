"""Codes written on claims: NDC, ICD-10-CM, US states and territories."""

from __future__ import annotations

import re

from planner.documents.base import refusal


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_STATES = _words(
    """
    AK AL AR AS AZ CA CNMI CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP
    MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY
    """
)
_NDC_ALLOWED = "an NDC in 5-4-2 form with dashes, for example 55513-0160-01"


def diagnosis_code(code: str) -> str:
    """An ICD-10-CM code of the right form, with its dot; whether it is covered is the policy's.

    Raises a refusal for any other form.
    """
    if re.fullmatch(r"[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", code):
        return code
    bare = code.strip().upper().replace(".", "")
    meant = re.fullmatch(r"([A-TV-Z]\d[0-9A-Z])([0-9A-Z]{0,4})", bare)
    maybe = None
    if meant:
        maybe = f"write {meant[1]}.{meant[2]}." if meant[2] else f"write {meant[1]}."
    raise refusal("an ICD-10-CM code with its dot, for example C91.02", maybe)


def state_code(code: str) -> str:
    """A US state or territory by its postal code (CNMI also by that name).

    Raises a refusal for any other.
    """
    if code in _STATES:
        return code
    meant = code.strip().upper()
    raise refusal(
        "a US state or territory by its postal code, for example OR",
        f"write {meant}." if meant in _STATES else None,
    )


def ndc_package(code: str) -> str:
    """A package code in 5-4-2 form with dashes.

    Raises a refusal for any other form. Ten digits without dashes are ambiguous: the missing zero
    may belong to the labeler, the product or the package.
    """
    if re.fullmatch(r"\d{5}-\d{4}-\d{2}", code):
        return code
    maybe = None
    if re.fullmatch(r"\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d", code):
        labeler, product, package = code.split("-")
        maybe = f"write {labeler:>05}-{product:>04}-{package:>02}."
    elif re.fullmatch(r"\d{11}", code):
        maybe = f"write {code[:5]}-{code[5:9]}-{code[9:]}."
    elif re.fullmatch(r"\d{10}", code):
        maybe = "ten digits without dashes are ambiguous: take the dashes from the package."
    raise refusal(_NDC_ALLOWED, maybe)


def ndc_claim_digits(package: str) -> str:
    """The eleven digits, without dashes, that a claim carries for a 5-4-2 package code."""
    return package.replace("-", "")


def ndc_label_form(package: str) -> str:
    """The ten-digit form with dashes that labels print, for a 5-4-2 package code.

    Raises ValueError where the product part has no leading zero to drop.
    """
    labeler, product, size = package.split("-")
    if not product.startswith("0"):
        raise ValueError("the product part has no leading zero")
    return f"{labeler}-{product[1:]}-{size}"
