"""Weights, heights and doses as a scenario may give them, with their bounds and units."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator
from pydantic.json_schema import WithJsonSchema

from planner.documents.base import (
    CM_PER_INCH,
    HEAVIEST_KG,
    KG_PER_POUND,
    MOST_MCG,
    Exact,
    OtherUnit,
    refusal,
)

_HUNDREDTH = Decimal("0.01")
_HEAVIEST_LB, _TALLEST_IN = 661, 102  # 299.8 kg and 259 cm


def pounds(key: str) -> OtherUnit:
    """Pounds in the place of a key in kilograms."""
    return OtherUnit(key, KG_PER_POUND, "pounds", "lb", "kg", _HEAVIEST_LB)


def _kilograms(kg: Decimal) -> Decimal:
    if not 0 < kg <= HEAVIEST_KG:
        meant = kg * KG_PER_POUND
        maybe = f"it is in pounds: weight_lb: {kg} is {meant:.1f} kg." if kg > 0 else None
        raise refusal(f"kilograms, above 0 and up to {HEAVIEST_KG}", maybe)
    return kg


Kilograms = Annotated[
    Exact,
    AfterValidator(_kilograms),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": HEAVIEST_KG}),
]


def _daily_dose(mcg: Decimal) -> Decimal:
    if not 0 < mcg <= MOST_MCG or mcg != mcg.quantize(_HUNDREDTH):
        raise refusal(f"mcg a day with at most two decimals, above 0 and up to {MOST_MCG}")
    return mcg


DailyDose = Annotated[
    Exact,
    AfterValidator(_daily_dose),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MOST_MCG}),
]
INCHES = OtherUnit("height_cm", CM_PER_INCH, "inches", "in", "cm", _TALLEST_IN)
