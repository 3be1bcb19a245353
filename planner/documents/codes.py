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
_NAMES = dict(
    pair.split("=")
    for pair in _words(
        """
        alabama=AL alaska=AK arizona=AZ arkansas=AR california=CA colorado=CO connecticut=CT
        delaware=DE district_of_columbia=DC washington_dc=DC washington,_dc=DC washington,_d.c.=DC
        florida=FL georgia=GA hawaii=HI idaho=ID illinois=IL indiana=IN iowa=IA kansas=KS
        kentucky=KY louisiana=LA maine=ME maryland=MD massachusetts=MA michigan=MI minnesota=MN
        mississippi=MS missouri=MO montana=MT nebraska=NE nevada=NV new_hampshire=NH new_jersey=NJ
        new_mexico=NM new_york=NY north_carolina=NC north_dakota=ND ohio=OH oklahoma=OK oregon=OR
        pennsylvania=PA rhode_island=RI south_carolina=SC south_dakota=SD tennessee=TN texas=TX
        utah=UT vermont=VT virginia=VA washington=WA west_virginia=WV wisconsin=WI wyoming=WY
        american_samoa=AS guam=GU northern_mariana_islands=MP puerto_rico=PR virgin_islands=VI
        us_virgin_islands=VI u.s._virgin_islands=VI
        """
    )
)
_NDC_ALLOWED = "an NDC in 5-4-2 form with dashes, for example 55513-0160-01"


def diagnosis_code(code: str) -> str:
    """An ICD-10-CM code of the right form, with its dot; whether it is covered is the policy's.

    Raises a refusal for any other form.
    """
    if re.fullmatch(r"[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", code):
        return code
    raise refusal(
        "an ICD-10-CM code with its dot, for example C91.02", _write(diagnosis_form(code))
    )


def diagnosis_form(code: str) -> str | None:
    """The code that small letters or a missing dot leave no doubt of; else None."""
    bare = code.strip().upper()
    meant = re.fullmatch(r"([A-TV-Z]\d[0-9A-Z])(\.?)([0-9A-Z]{0,4})", bare)
    if meant is None or (meant[2] and not meant[3]):
        return None
    return f"{meant[1]}.{meant[3]}" if meant[3] else meant[1]


def state_code(code: str) -> str:
    """A US state or territory by its postal code (CNMI also by that name).

    Raises a refusal for any other.
    """
    if code in _STATES:
        return code
    allowed = "a US state or territory by its postal code, for example OR"
    raise refusal(allowed, _write(state_named(code)))


def state_named(text: str) -> str | None:
    """The postal code of a state or territory by its name, or its code in small letters."""
    code = text.strip().upper()
    return code if code in _STATES else _NAMES.get("_".join(text.casefold().split()))


def _write(meant: str | None) -> str | None:
    return f"write {meant}." if meant is not None else None


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
