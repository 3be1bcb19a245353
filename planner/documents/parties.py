"""Who bills whom for whom: what an electronic claim needs and no plan holds.

This file names the patient. It is read only where claims are asked for, and nothing of it gets
into a plan, a log or a file name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError

from planner.documents.base import BirthDay, Day, Document, Positive, Whole, refusal
from planner.documents.errors import InputErrors
from planner.documents.find import read_file
from planner.documents.positions import read_yaml
from planner.documents.translate import translated

# X12's basic and extended character sets, less the delimiters * : ^ ~
_X12 = re.compile(r"[A-Za-z0-9 !\"&'()+,./;?=%@_{}|<>#$\[\]\\-]+")


def is_x12_text(text: str) -> bool:
    """Whether an X12 element can carry the text."""
    return bool(_X12.fullmatch(text)) and text == text.strip()


def x12_text(text: str) -> str:
    """Text that an X12 element can carry. Raises a refusal for any other."""
    if not is_x12_text(text):
        raise refusal("letters, digits, spaces and punctuation of US-ASCII, without * : ^ ~")
    return text


def npi(digits: str) -> str:
    """A National Provider Identifier: ten digits, the last one checking the others.

    Raises a refusal for any other. The check is Luhn's over the digits behind 80840.
    """
    if re.fullmatch(r"[12]\d{9}", digits):
        total = 0
        for place, digit in enumerate(reversed("80840" + digits)):
            doubled = int(digit) * (2 if place % 2 else 1)
            total += doubled - 9 if doubled > 9 else doubled
        if total % 10 == 0:
            return digits
    raise refusal("a National Provider Identifier: ten digits with a right check digit")


_Text = Annotated[str, AfterValidator(x12_text)]
Name = Annotated[_Text, Field(max_length=60)]
Id = Annotated[_Text, Field(min_length=2, max_length=80)]


class Address(Document):
    """A street address in the United States."""

    line: Annotated[_Text, Field(max_length=55)]
    city: Annotated[_Text, Field(min_length=2, max_length=30)]
    state: str = Field(pattern=r"^[A-Z]{2}$")
    zip: str = Field(pattern=r"^\d{5}(\d{4})?$", description="Five or nine digits, no dash.")


class ProviderAddress(Address):
    """A billing provider's address, of which an 837P wants all nine digits of the ZIP code."""

    zip: str = Field(pattern=r"^\d{9}$", description="Nine digits, no dash.")


class Submitter(Document):
    """Who sends the file, and whom to call about it."""

    name: Name
    id: Id
    contact: Name
    phone: str = Field(pattern=r"^\d{10}$")


class Receiver(Document):
    """Who takes the file: the payer or its clearinghouse."""

    name: Name
    id: Id


class Provider(Document):
    """The pharmacy that bills."""

    name: Name
    npi: Annotated[str, AfterValidator(npi)]
    tax_id: str = Field(pattern=r"^\d{9}$", description="Employer's identification number.")
    address: ProviderAddress
    taxonomy: str | None = Field(default=None, pattern=r"^[A-Z0-9]{10}$")


class Subscriber(Document):
    """The patient, who is the plan's member."""

    last_name: Name
    first_name: Annotated[_Text, Field(max_length=35)]
    member_id: Id
    birth_date: BirthDay
    sex: Literal["F", "M", "U"]
    address: Address


class Payer(Document):
    """Who pays. ``filing`` is the claim filing indicator, MC for Medicaid."""

    name: Name
    id: Id
    filing: str = Field(default="MC", pattern=r"^[A-Z0-9]{2}$")


class Parties(Document):
    """What an 837P file says beside the plan, and which dates of service it is for."""

    format: Literal["planner-parties/1"]
    submitter: Submitter
    receiver: Receiver
    provider: Provider
    subscriber: Subscriber
    payer: Payer
    price_per_unit: Positive = Field(description="Dollars charged for one billable unit.")
    place_of_service: str = Field(
        default="12", pattern=r"^\d{2}$", description="12 is the patient's home."
    )
    control_number: Whole = Field(
        default=1, ge=1, le=999_999_999, description="One number more for every file sent."
    )
    usage: Literal["test", "production"] = "test"
    services_from: Day | None = Field(
        default=None, description="Claims of an earlier date of service are left out."
    )
    services_to: Day | None = Field(
        default=None, description="Claims of a later date of service are left out."
    )


def load_parties(file: str | Path) -> Parties:
    """Reads a file of parties (YAML or JSON).

    Raises InputErrors with everything that is wrong with it, at once.
    """
    name = str(file)
    read = read_yaml(read_file(Path(name), name), name)
    try:
        found = Parties.model_validate(read.value)
    except ValidationError as errors:
        raise InputErrors([*read.problems, *translated(errors, read, Parties)]) from None
    if read.problems:
        raise InputErrors(list(read.problems))
    return found
