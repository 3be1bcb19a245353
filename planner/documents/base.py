"""What every document model shares: frozen, unknown keys refused, exact numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Indication = Literal[
    "adult-rr", "adult-consolidation", "pediatric-rr", "pediatric-mrd", "infant-interfant"
]
BagName = Literal["24h", "48h", "72h", "96h", "7d"]
ObjectiveName = Literal["delay", "vials", "dispenses", "bag_changes", "stock_days"]
DEFAULT_OBJECTIVES: tuple[ObjectiveName, ...] = (
    "delay",
    "vials",
    "dispenses",
    "bag_changes",
    "stock_days",
)


def _exact(value: object) -> object:
    """Reads a YAML or JSON float by its shortest decimal form, so that 0.1 stays one tenth."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def _plain(value: Decimal) -> int | float:
    """Writes a decimal as a JSON number: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


Exact = Annotated[
    Decimal, BeforeValidator(_exact), PlainSerializer(_plain, return_type=int | float)
]


class Document(BaseModel):
    """A frozen value that came from, or goes to, a file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False
    )
