"""Plans put together by hand, so that reports and commands are tested without a solver.

A plan here follows the worked example of the specification: adult relapsed/refractory disease,
70 kg, nine cycles from Monday 5 January 2026, bags of equal length, one dispense a cycle on the
day before its start.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from planner.documents.plan import (
    Assumption,
    AuditResult,
    ClaimLine,
    DrugStamp,
    Limit,
    Objective,
    Plan,
    PlannedAuthorization,
    PlannedBag,
    PlannedCycle,
    PlannedDispense,
    PolicyStamp,
    RowUsed,
    ScenarioStamp,
    SolverStamp,
    Totals,
)
from planner.documents.scenario import Scenario

FIRST = date(2026, 1, 5)
INFUSION_DAYS = 28
STARTS = (0, 42, 84, 126, 168, 210, 294, 378, 462)
VIAL_MCG = 35
PHASES = ("induction",) * 2 + ("consolidation",) * 3 + ("continued",) * 4
AUTHORIZATIONS = ("initial",) * 5 + ("continued-1",) * 2 + ("continued-2",) * 2


def scenario(title: str = "Adult, relapsed, 70 kg") -> Scenario:
    """Returns the scenario that the plans below answer."""
    return Scenario.model_validate(
        {
            "format": "planner-scenario/1",
            "title": title,
            "policy": "eocco-0382",
            "patient": {"ref": "RR-70", "age": 41, "weight_kg": 70, "diagnosis": "C91.02"},
            "indication": "adult-rr",
            "request": {"first_infusion": FIRST.isoformat()},
        }
    )


def plan(
    cycles: int = 9,
    *,
    title: str = "Adult, relapsed, 70 kg",
    number: str | None = None,
    notes: tuple[str, ...] = (),
) -> Plan:
    """Returns a plan of 24 h bags for the first ``cycles`` cycles."""
    starts = [FIRST + timedelta(days=days) for days in STARTS[:cycles]]
    numbered = list(enumerate(starts, start=1))
    bags = tuple(bag for cycle, start in numbered for bag in _bags(cycle, start))
    dispenses = tuple(_dispense(cycle, start) for cycle, start in numbered)
    vials = sum(bag.vials for bag in bags)
    return Plan(
        scenario=ScenarioStamp(title=title, sha256="0" * 64, document=scenario(title)),
        policy=PolicyStamp(id="eocco-0382", revision="2023-03-31", sha256="1" * 64),
        drug=DrugStamp(id="blinatumomab", sha256="2" * 64),
        indication="adult-rr",
        weight_kg=Decimal(70),
        bsa_m2=None,
        cycles=tuple(_cycle(cycle, start) for cycle, start in numbered),
        bags=bags,
        dispenses=dispenses,
        claims=tuple(line for bag in bags for line in _claims(bag)),
        authorizations=_authorizations(cycles, number),
        limits=_limits(cycles),
        objectives=(
            Objective(name="delay", value=0, bound=0, proven=True),
            Objective(name="vials", value=vials, bound=vials - 1, proven=False),
        ),
        totals=Totals(
            vials=vials,
            units_billed=vials * VIAL_MCG,
            mcg_administered=sum((bag.mcg for bag in bags), Decimal(0)),
            units_discarded=vials * VIAL_MCG - int(sum(bag.mcg for bag in bags)),
            dispenses=len(dispenses),
            bag_changes=len(bags),
            delay_days=0,
            vials_dispensed=vials,
            stock_days=sum(1 + day for _ in starts for day in range(INFUSION_DAYS)),
        ),
        readings={"window": "rolling", "date_of_service": "hang"},
        assumed=(
            Assumption(
                path="pharmacy.transit_days", value="1", says="a vial is there the next day"
            ),
        ),
        rows_used=(
            RowUsed(row="fixed 24h 28 mcg/day", source="billing sheet", revision="2018", grade="A"),
        ),
        notes=notes,
        audit=AuditResult(clauses=12),
        solver=SolverStamp(name="cp-sat", version="9.15", seed=1),
    )


def _mcg(cycle: int, infusion_day: int) -> Decimal:
    return Decimal(9) if cycle == 1 and infusion_day < 7 else Decimal(28)


def _length(cycle: int) -> int:
    return 42 if cycle <= 5 else 84


def _bags(cycle: int, start: date) -> tuple[PlannedBag, ...]:
    return tuple(
        PlannedBag(
            cycle=cycle,
            hang=start + timedelta(days=day),
            days=1,
            mcg_per_day=_mcg(cycle, day),
            mcg=_mcg(cycle, day),
            vials=1,
            dispense=start - timedelta(days=1),
        )
        for day in range(INFUSION_DAYS)
    )


def _cycle(cycle: int, start: date) -> PlannedCycle:
    return PlannedCycle(
        cycle=cycle,
        phase=PHASES[cycle - 1],
        start=start,
        last_infusion_day=start + timedelta(days=INFUSION_DAYS - 1),
        disconnect=start + timedelta(days=INFUSION_DAYS),
        earliest_next=start + timedelta(days=_length(cycle)),
        authorization=AUTHORIZATIONS[cycle - 1],
        latest_start=start + timedelta(days=14),
    )


def _dispense(cycle: int, start: date) -> PlannedDispense:
    return PlannedDispense(
        date=start - timedelta(days=1),
        delivered=start,
        cycle=cycle,
        vials=INFUSION_DAYS,
        days_supply=INFUSION_DAYS,
        authorization=AUTHORIZATIONS[cycle - 1],
    )


def _claims(bag: PlannedBag) -> tuple[ClaimLine, ...]:
    used = int(bag.mcg)
    given = Decimal(-(-100 * used // VIAL_MCG)) / 100
    lines: tuple[tuple[int, Literal["JW"] | None, Decimal], ...] = (
        (used, None, given),
        (VIAL_MCG * bag.vials - used, "JW", bag.vials - given),
    )
    return tuple(
        ClaimLine(
            date=bag.hang,
            cycle=bag.cycle,
            hcpcs="J9039",
            units=units,
            modifier=modifier,
            ndc="55513016001",
            ndc_units=vials,
            diagnosis="C91.02",
            authorization=AUTHORIZATIONS[bag.cycle - 1],
        )
        for units, modifier, vials in lines
    )


def _authorizations(cycles: int, number: str | None) -> tuple[PlannedAuthorization, ...]:
    end = FIRST + timedelta(weeks=30, days=-1)
    windows = [
        PlannedAuthorization(
            id="initial",
            kind="initial",
            number=number,
            start=FIRST,
            end=end,
            cycles=tuple(range(1, min(cycles, 5) + 1)),
            request_by=FIRST - timedelta(days=14),
        )
    ]
    for renewal, first_cycle in ((1, 6), (2, 8)):
        if cycles < first_cycle:
            break
        ended = windows[-1].end
        assert ended is not None
        opens = ended + timedelta(days=1)
        windows.append(
            PlannedAuthorization(
                id=f"continued-{renewal}",
                kind="continued",
                number=None,
                start=opens,
                end=opens + timedelta(weeks=24, days=-1),
                cycles=tuple(range(first_cycle, min(cycles, first_cycle + 1) + 1)),
                request_by=opens - timedelta(days=14),
            )
        )
    return tuple(windows)


def _limits(cycles: int) -> tuple[Limit, ...]:
    vials = Limit(
        clause="II.A",
        per_days=42,
        limit=28,
        unit="vials",
        peak=28,
        window_from=FIRST - timedelta(days=1),
        window_to=FIRST + timedelta(days=40),
    )
    units = Limit(
        clause="II.B.cycles-1-5",
        per_days=42,
        limit=980,
        unit="units",
        peak=945,
        window_from=FIRST,
        window_to=FIRST + timedelta(days=41),
    )
    late = units.model_copy(update={"clause": "II.B.cycles-6-9", "per_days": 84})
    return (vials, units, late) if cycles > 5 else (vials, units)
