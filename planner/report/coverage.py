"""How the criteria stand, in the words that every report of a plan uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from planner.documents.coverage import Asked, Coverage, CoverageStatus, Renewal
from planner.documents.plan import Plan
from planner.report.layout import heading, items, paragraph
from planner.report.text import day, runs, shown

MARKS: Final = {
    "met": "Criteria met",
    "not-met": "NOT COVERED",
    "undecided": "Criteria not decided",
    "not-asked": "Criteria not known",
}
_VERDICTS: Final = {"met": "met", "not-met": "NOT MET", "unknown": "unknown"}


def status_of(plan: Plan) -> CoverageStatus | None:
    """The status of the criteria as tables have it; None where nobody asked."""
    return plan.coverage.status if plan.coverage is not None else None


def sentence(coverage: Coverage) -> str:
    """What the status means for the plan, in one sentence without the mark."""
    if coverage.status == "met":
        return ", ".join(coverage.routes) or "all of them"
    if coverage.status == "not-met":
        asked = f": {', '.join(leaf.id for leaf in coverage.unmet)}" if coverage.unmet else ""
        return f"the payer's approval criteria are not met{asked}"
    if coverage.status == "undecided":
        return f"open are {', '.join(coverage.missing)}" if coverage.missing else "facts are open"
    return "the policy file has no criteria, so that coverage is for the payer to say"


def marked(plan: Plan) -> str:
    """Mark and sentence on one line; empty where nobody asked."""
    found = plan.coverage
    return f"{MARKS[found.status]}: {shown(sentence(found))}" if found is not None else ""


def warning(plan: Plan) -> str:
    """The line for files that leave the plan's other pages behind; empty unless not covered."""
    return marked(plan) if status_of(plan) == "not-met" else ""


def coverage_parts(plan: Plan) -> Iterator[RenderableType]:
    """The criteria as the terminal lists them: what is not met, what is open, what to review."""
    found = plan.coverage
    if found is None:
        return
    if found.unmet or found.open or found.depends_on_reading or found.notes:
        yield heading("Criteria of approval")
    if found.unmet or found.open:
        yield items((_VERDICTS[leaf.verdict], asked_words(leaf)) for leaf in asked(found))
    if found.missing:
        yield paragraph(f"The fewest facts that decide it: {', '.join(found.missing)}")
    if found.depends_on_reading:
        yield Text("  The outcome depends on a reading of the policy: a reviewer decides.")
    for note in found.notes:
        yield paragraph(f"For a reviewer: {shown(note)}")


def contractor_words(plan: Plan) -> str:
    """Who serves the patient's place for Medicare Part B; empty where that is not known."""
    found = plan.coverage.contractor if plan.coverage is not None else None
    if found is None:
        return ""
    place = found.state if found.county is None else f"{shown(found.county)}, {found.state}"
    words = f"{shown(found.contractor)}, jurisdiction {shown(found.jurisdiction)}, for {place}"
    if not found.open_county:
        return words
    return f"{words}; parts of {found.state} belong elsewhere, so give patient.county"


def asked(coverage: Coverage) -> tuple[Asked, ...]:
    """The questions to look at: first those not met, then those open."""
    return (*coverage.unmet, *coverage.open)


def asked_words(leaf: Asked) -> str:
    """A question with its id, section and what the scenario says of it."""
    found = f" Found: {shown(leaf.found)}." if leaf.found else ""
    return f"{leaf.id} ({shown(leaf.section)}): {shown(leaf.says)}{found}"


def renewal_parts(plan: Plan) -> Iterator[RenderableType]:
    """The renewals to ask for with their dates, and the evidence that the payer wants for each;
    where it is the same for several, once.
    """
    renewals = plan.coverage.renewals if plan.coverage is not None else ()
    if not renewals:
        return
    yield heading("Renewals to ask for, and the evidence to have in hand by then")
    yield items((renewal.authorization, renewal_words(renewal)) for renewal in renewals)
    asked: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for renewal in renewals:
        asked.setdefault(_lines(renewal), []).append(renewal.authorization)
    for checklist, names in asked.items():
        if len(asked) > 1:
            yield paragraph(f"For {', '.join(names)}:")
        yield items(checklist)


def behind(renewal: Renewal) -> str:
    """The therapy that evidence can speak of by the day of the request."""
    if renewal.therapy_from is None or renewal.therapy_to is None:
        return "of no therapy yet"
    return f"on the therapy from {renewal.therapy_from} to {renewal.therapy_to}"


def renewal_words(renewal: Renewal) -> str:
    """A renewal's dates in one sentence."""
    status = MARKS[renewal.status] if renewal.status != "not-met" else "Criteria NOT MET"
    until = renewal.ends or "a day that the payer sets"
    return (
        f"by {day(renewal.request_by)}, for cycles {runs(renewal.cycles)}, {renewal.opens} to "
        f"{until}; evidence {behind(renewal)}. {status} as the scenario stands."
    )


def _lines(renewal: Renewal) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_VERDICTS[leaf.verdict], f"{leaf.id}: {shown(leaf.says)}") for leaf in renewal.checklist
    )
