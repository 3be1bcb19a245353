"""Plans laid out by hand, at a limit of EOCCO-0382 and one step over it, and what an audit has to
find in each: a policy in which a number was changed finds something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import get_args

from planner.documents.base import Indication
from planner.documents.plan import Plan
from planner.documents.policy import Policy
from tests.audit.plans import (
    Cycle,
    adult_dose,
    adult_vials,
    day,
    full_dose,
    lay_out,
    refused,
    scenario,
)
from tests.audit.tables import RR_WINDOWS, Dose

Windows = Sequence[tuple[str, int, int]]

SURFACE = Decimal(1)  # at 40 kg: 5 and 15 mcg a day
LARGE = Decimal(2)  # at 44 kg: 10 and 30 mcg, above the caps of 9 and 28
NINE = (0, 42, 84, 126, 168, 210, 294, 378, 462)  # 42 days a cycle up to the fifth, then 84
FOUR = NINE[:4]
WEEKS = (7, 7, 7, 7)
STEP_WEEKS = (2, 2, 2, 1, 7, 7, 7)  # no 7-day bag at the step dose
DAILY = (1,) * 28


@dataclass(frozen=True)
class Laid:
    """A plan and the clauses that an audit has to find broken."""

    name: str
    plan: Plan
    broken: frozenset[str]


# Of a cycle beyond every authorization it is not printed who covers it, nor when the next starts.
BEYOND = frozenset({"figures.coverage", "figures.authorizations", "figures.cycles"})


@cache
def laid_out() -> tuple[Laid, ...]:
    """The plans, those first that notice most for the time they take."""
    return (*_at_the_limits(), *_over_the_limits())


def _at_the_limits() -> Iterator[Laid]:
    rr, rr_child = "adult-rr", "pediatric-rr"
    yield _rr("nine cycles", NINE)
    yield _rr("nine cycles by surface", NINE, DAILY, who=rr, surface=SURFACE)
    yield _rr("nine cycles of a child at the caps", NINE, DAILY, who=rr_child, surface=LARGE)
    for name, who in (("consolidation", "adult-consolidation"), ("mrd", "pediatric-mrd")):
        yield _full(name, who, FOUR)
        yield _full(f"{name} by surface", who, FOUR, SURFACE)
        yield _full(f"{name} at the cap", who, FOUR[:1], LARGE)
    yield _full("interfant", "infant-interfant", FOUR[:1], SURFACE)
    yield _full("interfant at the cap", "infant-interfant", FOUR[:1], LARGE)
    yield _rr("45 kg", NINE[:1], kg=45)
    for number in (5, 9):
        yield _rr(f"28 vials in cycle {number} alone", NINE, daily={number})
    for code in COVERED:
        yield _diagnosis(code)


def _over_the_limits() -> Iterator[Laid]:
    tenth = {
        *("I.rr.initial", "I.rr.continued", "IV.rr.continued-cycles", "IV.rr.total-cycles"),
        *("V.rr.dose", "V.rr.length", "V.rr.cycles"),
    }
    ten, windows = (*NINE, 504), [*RR_WINDOWS, ("continued", 2, 168)]
    yield _rr("a tenth cycle after 42 days", ten, windows=windows, broken=tenth | BEYOND)
    yield _rr(
        "a tenth cycle by surface",
        (*NINE, 546),
        DAILY,
        surface=SURFACE,
        windows=windows,
        broken=(tenth - {"V.rr.length"}) | BEYOND,
    )
    thrice = [("initial", 5, 210), ("continued", 2, 168), *[("continued", 1, 168)] * 2]
    renewed = {"I.rr.continued", "figures.coverage", "figures.authorizations"}
    yield _rr("three renewals of nine cycles", NINE, windows=thrice, broken=renewed)
    for name, who in (("consolidation", "adult-consolidation"), ("mrd", "pediatric-mrd")):
        broken = {f"I.{name}", f"IV.{name}", f"V.{name}.cycles", f"V.{name}.dose"}
        for surface in (None, SURFACE):
            yield _full(
                f"a fifth cycle of {name}{' by surface' if surface else ''}",
                who,
                NINE[:5],
                surface,
                [("initial", 4, 168), ("continued", 1, 168)],
                broken | BEYOND,
            )
    interfant = {"I.interfant", "IV.interfant", "V.interfant.cycles", "V.interfant.dose"}
    windows = [("initial", 1, 28), ("continued", 1, 168)]
    yield _full(
        "a second cycle of interfant",
        "infant-interfant",
        (0, 42),
        SURFACE,
        windows,
        interfant | BEYOND - {"figures.cycles"},
    )
    # 27 bags of the sixth cycle and the first of the seventh, in 84 days: 27 x 35 + 210 = 1,155
    units = {"II.B.cycles-6-9"}
    yield _rr("28 vials in cycle 6 alone", NINE, daily={6}, broken=units)
    yield _spare()
    yield _early()
    for surface in (None, SURFACE):
        yield _rr(
            f"a 7-day bag of the step dose{' by surface' if surface else ''}",
            NINE[:1],
            WEEKS,
            surface=surface,
            broken={"pharmacy.bags"},
        )
    yield _rr(
        "a tenth cycle of a child after 42 days",
        ten,
        who="pediatric-rr",
        windows=[*RR_WINDOWS, ("continued", 2, 168)],
        broken=tenth | BEYOND,
    )
    for who in get_args(Indication):
        yield from _miscoded(who)


def _miscoded(who: str) -> Iterator[Laid]:
    """One cycle of each indication with a diagnosis, a code or a product that is not covered, and
    with no word on the contractor of its state."""
    surface = SURFACE if who == "infant-interfant" else None
    lay = _rr if who.endswith("-rr") else _full
    plan = lay("", who=who, starts=NINE[:1], surface=surface).plan
    document = plan.model_dump(mode="json", by_alias=True)
    for clause, key, other in (
        ("App1", "diagnosis", "C92.00"),
        ("VI.hcpcs", "hcpcs", "J9038"),
        ("VI.ndc", "ndc", "55513016101"),
    ):
        changed = deepcopy(document)
        if key == "diagnosis":
            changed["scenario"]["document"]["patient"]["diagnosis"] = other
        for line in changed["claims"]:
            line[key] = other
        yield Laid(f"{who} under {other}", Plan.model_validate(changed), frozenset({clause}))
    changed = deepcopy(document)
    changed["scenario"]["document"]["patient"]["state"] = "OR"
    changed["coverage"] = {"status": "undecided"}
    broken = {"figures.contractor", "figures.criteria", "figures.authorization_days"}
    yield Laid(f"{who} in a state", Plan.model_validate(changed), frozenset(broken))


COVERED = [f"C83.5{n}" for n in range(10)] + ["C91.00", "C91.01", "C91.02"]


def disagreement(policy: Policy, indications: Set[str] | None = None) -> str | None:
    """The first plan in which an audit by this policy finds other rules broken than it has to;
    of all plans, or of those of some indications."""
    for laid in laid_out():
        if indications is not None and laid.plan.indication not in indications:
            continue
        if set(refused(laid.plan, policy)) != laid.broken:
            return laid.name
    return None


def _rr(
    name: str,
    starts: Sequence[int],
    bags: Sequence[int] | None = None,
    *,
    who: str = "adult-rr",
    kg: int = 70,
    surface: Decimal | None = None,
    daily: Set[int] = frozenset(),
    windows: Windows | None = None,
    broken: Set[str] = frozenset(),
) -> Laid:
    """With the step week; bags of a week after it, or as said; of 24 h in the cycles ``daily``."""
    first, later = (bags or STEP_WEEKS, bags or WEEKS)
    cycles = [
        Cycle(number, day(offset), DAILY if number in daily else first if number == 1 else later)
        for number, offset in enumerate(starts, 1)
    ]
    dose = adult_dose if surface is None else _by_surface(surface, step=True)
    return _laid(name, who, cycles, dose, kg, surface, windows, broken)


def _full(
    name: str,
    who: str,
    starts: Sequence[int],
    surface: Decimal | None = None,
    windows: Windows | None = None,
    broken: Set[str] = frozenset(),
) -> Laid:
    """The full dose from the first day: 28 mcg, or by surface."""
    bags = WEEKS if surface is None else DAILY
    cycles = [Cycle(number, day(offset), bags) for number, offset in enumerate(starts, 1)]
    dose = full_dose if surface is None else _by_surface(surface, step=False)
    return _laid(name, who, cycles, dose, 45, surface, windows, broken)


def _laid(
    name: str,
    who: str,
    cycles: list[Cycle],
    dose: Dose,
    kg: int,
    surface: Decimal | None,
    windows: Windows | None,
    broken: Set[str],
) -> Laid:
    patient: dict[str, float] = {"weight_kg": kg}
    if surface is not None:
        patient = {"weight_kg": 40 if surface == SURFACE else 44, "bsa_m2": float(surface)}
    plan = lay_out(
        scenario(indication=who, patient=patient, request={"cycles": len(cycles)}),
        cycles,
        dose=dose,
        vials=_vials if surface is None else _light_vials,
        surface=None if surface is None else float(surface),
        windows=windows,
    )
    return Laid(name, plan, frozenset(broken))


def _spare() -> Laid:
    plan = lay_out(scenario(pharmacy={"spare_vials": 1}), [Cycle(1, day(0), spare=1)])
    return Laid("a vial too many", plan, frozenset({"II.A"}))


def _early() -> Laid:
    cycles = [Cycle(1, day(0)), Cycle(2, day(41))]
    broken = frozenset({"V.rr.length", "II.A", "II.B.cycles-1-5"})
    return Laid("a cycle a day early", lay_out(scenario(request={"cycles": 2}), cycles), broken)


def _diagnosis(code: str, broken: Set[str] = frozenset()) -> Laid:
    asked = scenario(patient={"diagnosis": code})
    plan = lay_out(asked, [Cycle(1, day(0), STEP_WEEKS)])
    return Laid(f"the diagnosis {code}", plan, frozenset(broken))


def _by_surface(surface: Decimal, *, step: bool) -> Dose:
    """5 mcg/m2 up to 9 for the step week, else 15 mcg/m2 up to 28."""

    def dose(cycle: int, index: int) -> Decimal:
        low = step and adult_dose(cycle, index) == 9
        rate, cap = (5, 9) if low else (15, 28)
        return min(rate * surface, Decimal(cap))

    return dose


def _vials(days: int, mcg_per_day: Decimal | int) -> int:
    """The table from 45 kg, with the 7-day bag at 9 mcg, which is not offered: two vials."""
    return 2 if (days, mcg_per_day) == (7, 9) else adult_vials(days, mcg_per_day)


def _light_vials(days: int, mcg_per_day: Decimal | int) -> int:
    """A bag of 24 h takes one vial up to 28 mcg: 28 x 275.5 / 240 / 12.5 is 2.6 of 2.8 mL. One of
    7 days at 15 mcg takes four by the billing sheet's range, at 5 mcg two: 35 x 110 / 100.8 / 12.5
    is 3.1 mL."""
    return 1 if days == 1 else 4 if mcg_per_day == 15 else 2
