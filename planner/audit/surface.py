"""Body surface from height and weight, computed to 60 digits before it is rounded."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext

_DIGITS = 60
_HUNDREDTH = Decimal("0.01")


def mosteller(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Mosteller 1987: the root of height x weight / 3600."""
    return (height_cm * weight_kg / 3600).sqrt()


def dubois(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """DuBois and DuBois 1916."""
    return Decimal("0.007184") * height_cm ** Decimal("0.725") * weight_kg ** Decimal("0.425")


def haycock(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Haycock 1978."""
    return Decimal("0.024265") * height_cm ** Decimal("0.3964") * weight_kg ** Decimal("0.5378")


def gehan_george(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Gehan and George 1970."""
    return Decimal("0.0235") * height_cm ** Decimal("0.42246") * weight_kg ** Decimal("0.51456")


def boyd(height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """Boyd 1935, with the weight in grams."""
    grams = weight_kg * 1000
    exponent = Decimal("0.7285") - Decimal("0.0188") * grams.log10()
    return Decimal("0.0003207") * height_cm ** Decimal("0.3") * grams**exponent


FORMULAS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "mosteller": mosteller,
    "dubois": dubois,
    "haycock": haycock,
    "gehan-george": gehan_george,
    "boyd": boyd,
}


def rounded(surface_m2: Decimal) -> Decimal:
    """A surface to 0.01 m2, half up."""
    with localcontext() as context:
        context.prec = _DIGITS
        return surface_m2.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def surface(formula: str, height_cm: Decimal, weight_kg: Decimal) -> Decimal:
    """The body surface in m2, to 0.01, by the named formula."""
    with localcontext() as context:
        context.prec = _DIGITS
        return rounded(FORMULAS[formula](height_cm, weight_kg))
