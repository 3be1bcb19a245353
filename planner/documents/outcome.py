"""Answers that are not a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OUT_OF_TIME = (
    "Undecided: the time ran out before a calendar was found or ruled out. "
    "Maybe give --time-limit more seconds."
)
UNPROVEN = (
    "Undecided: the search found no calendar, and neither a certificate nor a second engine "
    "confirms that there is none. Maybe install the extra 'certify'."
)


@dataclass(frozen=True)
class Infeasible:
    """No compliant calendar exists: proven by the solver."""

    status: Literal["infeasible"] = "infeasible"


@dataclass(frozen=True)
class Undecided:
    """Neither a calendar nor a proof within the limit."""

    status: Literal["undecided"] = "undecided"


def undecided(because: str) -> dict[str, str]:
    """The document of an answer that is left open: ``because`` says why, in one of the above."""
    return {"status": "undecided", "because": because}
