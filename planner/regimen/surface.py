"""Body surface area from height and weight, in exact decimals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

HUNDREDTH = Decimal("0.01")

# Each takes height in cm and weight in kg and returns m2. Sources: Mosteller 1987 (N Engl J Med
# 317:1098), DuBois 1916 (Arch Intern Med 17:863), Haycock 1978 (J Pediatr 93:62), Gehan and George
# 1970 (Cancer Chemother Rep 54:225), Boyd 1935 (weight in grams).
_FORMULAS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "mosteller": lambda cm, kg: (cm * kg / 3600).sqrt(),
    "dubois": lambda cm, kg: Decimal("0.007184") * cm ** Decimal("0.725") * kg ** Decimal("0.425"),
    "haycock": lambda cm, kg: (
        Decimal("0.024265") * cm ** Decimal("0.3964") * kg ** Decimal("0.5378")
    ),
    "gehan-george": lambda cm, kg: (
        Decimal("0.0235") * cm ** Decimal("0.42246") * kg ** Decimal("0.51456")
    ),
    "boyd": lambda cm, kg: (
        Decimal("0.0003207")
        * cm ** Decimal("0.3")
        * (kg * 1000) ** (Decimal("0.7285") - Decimal("0.0188") * (kg * 1000).log10())
    ),
}


def rounded(surface: Decimal) -> Decimal:
    """The surface in m2 rounded half up to 0.01 m2, as doses are computed from it."""
    return surface.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def body_surface(formula: str, height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Body surface in m2, rounded half up to 0.01 m2.

    Args:
        formula: mosteller, dubois, haycock, gehan-george or boyd.
        height_cm: body height, above 0.
        weight_kg: body weight, above 0.

    Raises:
        KeyError: the formula is none of these.
    """
    with localcontext(Context(prec=40)):
        return rounded(_FORMULAS[formula](height_cm, weight_kg))
