"""A cycle's phase, length, infusion days and segments, by the clauses of section V."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from planner.documents.base import BagName
from planner.documents.drug import Drug
from planner.documents.plan import Site
from planner.documents.policy import (
    AuthorizationClause,
    Clause,
    DoseClause,
    HcpcsClause,
    InfusionDaysClause,
    LengthClause,
)
from planner.documents.scenario import Pharmacy, Scenario
from planner.regimen import bags
from planner.regimen.course import Segment, Variant
from planner.regimen.doses import (
    WeightSpan,
    clause_dose,
    dose_row,
    dosed_days,
    over_cap,
    requested_dose,
    weight_spans,
)


@dataclass(frozen=True)
class Therapy:
    """An indication's clauses of section V and VI, as far as the policy prints them."""

    dose: DoseClause
    infusion_days: int
    lengths: LengthClause | None
    mcg_per_unit: int
    phases: tuple[str, ...]

    def length(self, cycle: int) -> int:
        """Days from the cycle's start to the next start at the earliest; a cycle past the last
        row takes the last row, one without any lasts as long as it infuses."""
        if self.lengths is None:
            return self.infusion_days
        for row in self.lengths.rows:
            if row.cycles.first <= cycle <= row.cycles.last:
                return row.days
        return max(self.lengths.rows, key=lambda row: row.cycles.last).days

    def phase(self, cycle: int) -> str:
        """induction, consolidation or continued; past the printed phases the last one."""
        if not self.phases:
            return "treatment"
        return self.phases[min(cycle, len(self.phases)) - 1]


def therapy(clauses: Mapping[str, Clause]) -> Therapy:
    """Collects what an indication's clauses say of one cycle.

    Raises:
        LookupError: the policy prints no dose for the indication.
    """
    dose = next((c for c in clauses.values() if isinstance(c, DoseClause)), None)
    if dose is None:
        raise LookupError("the policy prints no dose for this indication")
    days = next((c.days for c in clauses.values() if isinstance(c, InfusionDaysClause)), None)
    steps = dose.brackets[0].rows[0].steps
    phases: list[str] = []
    authorizations = [c for c in clauses.values() if isinstance(c, AuthorizationClause)]
    for clause in sorted(authorizations, key=lambda c: c.kind != "initial"):
        for phase in clause.phases:
            phases += [phase.phase] * phase.cycles
    hcpcs = next((c for c in clauses.values() if isinstance(c, HcpcsClause)), None)
    return Therapy(
        dose=dose,
        infusion_days=days if days is not None else sum(step.days for step in steps),
        lengths=next((c for c in clauses.values() if isinstance(c, LengthClause)), None),
        mcg_per_unit=hcpcs.mcg_per_unit if hcpcs is not None else 1,
        phases=tuple(phases),
    )


def variants(scenario: Scenario, drug: Drug, plan: Therapy, cycle: int) -> tuple[Variant, ...]:
    """The cycle's segments for each weight that may be the latest at its start."""
    return tuple(
        _variant(scenario, drug, plan, cycle, span) for span in weight_spans(scenario.patient)
    )


def freer(scenario: Scenario, drug: Drug, *, dose: bool, bags: bool, ready_made: bool) -> Scenario:
    """The scenario without its dose request, its choice of bags, or its ready-made bags: then the
    clause's dose holds, every bag of the drug file is offered, vials travel instead of bags."""
    pharmacy = scenario.pharmacy
    if bags:
        pharmacy = pharmacy.model_copy(update={"bags": tuple(drug.bags)})
    if ready_made:
        pharmacy = pharmacy.model_copy(update={"ready_made": False})
    request = scenario.request
    if dose:
        request = request.model_copy(update={"daily_dose_mcg": None})
    return scenario.model_copy(update={"pharmacy": pharmacy, "request": request})


def _variant(
    scenario: Scenario,
    drug: Drug,
    plan: Therapy,
    cycle: int,
    span: WeightSpan,
) -> Variant:
    row = dose_row(plan.dose, span.kg, cycle)
    asked = requested_dose(scenario, cycle)
    dosed = dosed_days(row, span.bsa_m2, asked)
    hospital = min(scenario.pharmacy.hospital_days.get(cycle, 0), plan.infusion_days)
    names = scenario.pharmacy.bags or bags.default_bags(drug)
    segments: list[Segment] = []
    first = 0
    for step, days in zip(row.steps, dosed, strict=True):
        by_surface = None
        if step.mcg_per_m2_per_day is not None and span.bsa_m2 is not None:
            by_surface = (step.mcg_per_m2_per_day, span.bsa_m2)
        if days.mcg_per_day != clause_dose(step, span.bsa_m2):
            by_surface = None
        given = bags.Dosed(days.mcg_per_day, span.kg, days.step_dose, by_surface)
        fitting, left = bags.options(drug, scenario.pharmacy, names, given, plan.mcg_per_unit)
        for start, length, site in _sites(first, days.days, hospital):
            segments.append(
                Segment(
                    first=start,
                    days=length,
                    mcg_per_day=days.mcg_per_day,
                    step_dose=days.step_dose,
                    site=site,
                    options=fitting,
                    left_out=left,
                    by_surface=by_surface,
                )
            )
        first += days.days
    return Variant(
        first_start=span.first,
        last_start=span.last,
        weight_kg=span.kg,
        bsa_m2=span.bsa_m2,
        segments=_merged(segments),
        cap_exceeded=over_cap(dosed),
    )


def _merged(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments, those behind each other with one dose, site and bags as one: a bag may cross
    from one step into the next where the dose stays as it is."""
    found: list[Segment] = []
    for segment in segments:
        last = found[-1] if found else None
        if (
            last is not None
            and last.mcg_per_day == segment.mcg_per_day
            and (last.site, last.options) == (segment.site, segment.options)
        ):
            found[-1] = replace(
                last,
                days=last.days + segment.days,
                step_dose=last.step_dose and segment.step_dose,
                left_out=tuple(dict.fromkeys((*last.left_out, *segment.left_out))),
            )
        else:
            found.append(segment)
    return tuple(found)


def _sites(first: int, days: int, hospital: int) -> list[tuple[int, int, Site]]:
    inside = max(0, min(hospital - first, days))
    parts: list[tuple[int, int, Site]] = []
    if inside:
        parts.append((first, inside, "hospital"))
    if inside < days:
        parts.append((first + inside, days - inside, "home"))
    return parts


def segment_at(variant: Variant, offset: int) -> Segment:
    """The segment that holds an infusion day's offset.

    Raises:
        LookupError: the offset lies past the cycle's infusion days.
    """
    for segment in variant.segments:
        if segment.first <= offset < segment.first + segment.days:
            return segment
    raise LookupError(f"no infusion day at offset {offset}")


def past_bag_units(
    drug: Drug,
    pharmacy: Pharmacy,
    name: BagName,
    segment: Segment,
    weight_kg: Decimal,
    days: int,
    mcg_per_unit: int,
) -> tuple[int, int]:
    """(vials, administered units) of a bag that history does not describe."""
    travelling = pharmacy.model_copy(update={"ready_made": False})
    dosed = bags.Dosed(segment.mcg_per_day, weight_kg, segment.step_dose, segment.by_surface)
    fitting, _ = bags.options(drug, travelling, (name,), dosed, mcg_per_unit)
    return fitting[0].vials, ceil(segment.mcg_per_day * days / mcg_per_unit)
