"""What every document model shares: frozen, unknown keys refused, exact numbers, whole days.

Nothing is coerced: a number in quotes is text, ``true`` is not 1, a date is YYYY-MM-DD and no
time of day comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, Strict
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from planner.documents.dates import meant

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Indication = Literal[
    "adult-rr", "adult-consolidation", "pediatric-rr", "pediatric-mrd", "infant-interfant"
]
BagName = Literal["24h", "48h", "72h", "96h", "7d"]
Grade = Literal["A", "B", "C"]
ObjectiveName = Literal["changes", "delay", "vials", "dispenses", "bag_changes", "stock_days"]
DEFAULT_OBJECTIVES: tuple[ObjectiveName, ...] = (
    "delay",
    "vials",
    "dispenses",
    "bag_changes",
    "stock_days",
)

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
FIRST_BIRTH = date(1890, 1, 1)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIGNIFICANT_DIGITS = 15  # a double gives these back unchanged, so JSON keeps the value
_LARGEST = 10**30  # of a number with no bound of its own
HEAVIEST_KG = 300  # heavier is taken for a slip of the pen
MOST_MCG = 1_000  # a day; the fixed dose is 28
KG_PER_POUND = Decimal("0.45359237")  # exact by definition
CM_PER_INCH = Decimal("2.54")  # exact by definition


def refusal(allowed: str, maybe: str | None = None) -> PydanticCustomError:
    """An error that says what is allowed; the loader adds what was found, and where."""
    return PydanticCustomError(
        "planner", "allowed: {allowed}", {"allowed": allowed, "maybe": maybe}
    )


def _exact(value: object) -> object:
    """Reads a float by its shortest decimal form, so that 0.1 stays one tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise refusal("a number", _number_in(value))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or abs(number) > _LARGEST:
        raise refusal("a number of at most 30 digits")
    if len(number.normalize().as_tuple().digits) > _SIGNIFICANT_DIGITS:
        raise refusal(f"a number of at most {_SIGNIFICANT_DIGITS} digits")
    return number


def _number_in(value: object) -> str | None:
    """What a text that begins with a number was perhaps meant to be."""
    found = re.match(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z²/0-9]*)\s*$", str(value))
    if not isinstance(value, str) or not found:
        return None
    number, unit = found.groups()
    if unit.lower() in {"lb", "lbs", "pound", "pounds"}:
        return f"it is in pounds: write weight_lb: {number}."
    if unit.lower() in {"in", "inch", "inches"}:
        return f"it is in inches: write height_in: {number}."
    return f"write {number}, without {'the unit' if unit else 'quotes'}."


def _plain(value: Decimal) -> int | float:
    """Writes a decimal as a JSON number: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def _day_between(first: date, last: date) -> BeforeValidator:
    allowed = f"a date as YYYY-MM-DD from {first} to {last}"

    def read(value: object) -> object:
        if isinstance(value, date) and not isinstance(value, datetime):
            day = value
        elif isinstance(value, str) and _ISO_DAY.fullmatch(value):
            try:
                day = date.fromisoformat(value)
            except ValueError as fault:
                raise refusal(f"{allowed}; there is no such day in the calendar") from fault
        else:
            raise refusal(allowed, meant(value, first, last))
        if not first <= day <= last:
            raise refusal(allowed)
        return day

    return BeforeValidator(read)


def _cycle_key(value: object) -> object:
    """Mapping keys are text in JSON, and so in every document."""
    if isinstance(value, str) and re.fullmatch(r"[1-9]\d{0,2}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise refusal("a cycle number from 1 on")


def shape(value: object) -> str:
    """Tells the alternatives of a union apart by their form alone."""
    if isinstance(value, Mapping | BaseModel):
        return "<mapping>"
    if isinstance(value, list | tuple):
        return "<list>"
    if value is None:
        return "<none>"
    return "<word>" if isinstance(value, str) else "<plain>"


Exact = Annotated[
    Decimal,
    BeforeValidator(_exact),
    PlainSerializer(_plain, return_type=int | float),
    WithJsonSchema({"type": "number"}),
]
Whole = Annotated[int, Strict()]
# each bound is far beyond what a course can hold, and keeps every sum in whole numbers of 64 bits
CycleNumber = Annotated[int, Strict(), Field(ge=1, le=100)]
CycleCount = Annotated[int, Strict(), Field(gt=0, le=100)]
DayCount = Annotated[int, Strict(), Field(gt=0, le=36_600)]
Vials = Annotated[int, Strict(), Field(ge=1, le=1_000)]
Units = Annotated[int, Strict(), Field(ge=1, le=1_000_000)]
Flag = Annotated[bool, Strict()]
CycleKey = Annotated[
    int, BeforeValidator(_cycle_key), WithJsonSchema({"type": "string", "pattern": "^[1-9]\\d*$"})
]
Day = Annotated[date, _day_between(FIRST_DAY, LAST_DAY)]
BirthDay = Annotated[date, _day_between(FIRST_BIRTH, LAST_DAY)]
Positive = Annotated[
    Exact,
    Field(gt=0, le=1_000_000),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000}),
]


@dataclass(frozen=True)
class OtherUnit:
    """A key that is read in the place of another one: a value of it times ``factor`` is one of
    ``key``. ``name`` and ``short`` say the unit, ``most`` is the greatest value of it.
    """

    key: str
    factor: Decimal
    name: str
    short: str
    short_of_key: str
    most: int


class Document(BaseModel):
    """A frozen value that came from, or goes to, a file.

    What checks a type is built when the type is first used: a command needs few of them.
    ``in_other_units``: keys that a file may have in the place of others, and that are converted
    as it is read. ``examples``: the right form of the mappings of a whole file, by path.
    """

    examples: ClassVar[Mapping[str, str]] = {}
    in_other_units: ClassVar[Mapping[str, OtherUnit]] = {}

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        allow_inf_nan=False,
        defer_build=True,
    )
