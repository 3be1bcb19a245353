"""Words and figures shared by the printed reports: dates, counts, bars, and safe free text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from planner.documents.base import WEEKDAYS
from planner.documents.plan import (
    AuditResult,
    BagLeftOut,
    PlannedAuthorization,
    PlannedBag,
    RowUsed,
)


def shown(free_text: str) -> str:
    """Returns text from a file so that a terminal shows it and never obeys it.

    Control characters, line breaks, text-direction marks and broken surrogates come out as their
    escapes, an ESC as backslash, x, 1b; everything that can be read stays.
    """
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii")
        for mark in free_text
    )


def day(date_: date) -> str:
    """Returns a date with its weekday, 'Mon 2026-01-05', in every locale the same."""
    return f"{WEEKDAYS[date_.weekday()].capitalize()} {date_.isoformat()}"


def last_day_words(window: PlannedAuthorization) -> str:
    """The last day that an authorization covers, or who sets it."""
    return "set by the payer" if window.end is None else day(window.end)


def figure(value: Decimal | int) -> str:
    """Returns a number without trailing zeros, thousands set apart by commas."""
    exact = Decimal(value)
    if exact == exact.to_integral_value():
        return f"{int(exact):,}"
    return f"{exact.normalize():,f}"


def count(number: int, noun: str) -> str:
    """Returns a number with its noun: '1 vial', '22 vials', '2 dispenses'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def dose(mcg_per_day: Decimal) -> str:
    """Returns a daily dose with its unit."""
    return f"{figure(mcg_per_day)} mcg/day"


def graded(row: RowUsed) -> str:
    """Returns whose a row is: 'grade B' of the drug file, or 'the pharmacy's own'."""
    return "the pharmacy's own" if row.own else f"grade {row.grade}"


def bag_left_out(one: BagLeftOut) -> str:
    """Returns which bags are left out of which cycles, at what dose, and why."""
    hours = one.bag.removesuffix("h")
    length = f"{hours} h" if hours != one.bag else f"{one.bag.removesuffix('d')}-day"
    cycles = cycles_words(one.cycles)
    at = f"in {cycles} at {dose(one.mcg_per_day)}"
    return f"{length} bags are left out {at}: {shown(one.reason)}"


def in_force(begin: date | None, end: date | None) -> str:
    """Returns the dates of a policy: '2023-03-31 on', 'to 2026-12-31', 'not stated'."""
    if begin is None:
        return f"to {end}" if end else "not stated"
    return f"{begin} to {end}" if end else f"{begin} on"


def sources(bag: PlannedBag, show: Callable[[date], str]) -> str:
    """Returns the dispenses of a bag's vials: a date, or '2026-01-05 (4), 2026-01-12 (2)' with the
    vials of each; nothing where they are not known."""
    if len(bag.from_) == 1:
        return show(bag.from_[0].dispense)
    return ", ".join(f"{show(one.dispense)} ({one.vials})" for one in bag.from_)


def runs(cycles: Sequence[int]) -> str:
    """Returns ascending cycle numbers with successive ones joined: '1-5', '1, 3-4', '9'."""
    spans: list[tuple[int, int]] = []
    for cycle in cycles:
        if spans and cycle == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], cycle)
        else:
            spans.append((cycle, cycle))
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)


def titled(title: str) -> str:
    """Returns a scenario's title as plain text, or that it has none."""
    return shown(title) or "Untitled scenario"


def audited_words(audit: AuditResult) -> str:
    """Returns what an audit comes to: '65 clauses checked, no violation'."""
    found = len(audit.violations)
    verdict = count(found, "violation") if found else "no violation"
    return f"{count(audit.clauses, 'clause')} checked, {verdict}"


def cycles_words(cycles: Sequence[int]) -> str:
    """Returns ascending cycle numbers in words: 'cycle 9', 'cycles 1-5'."""
    return f"cycle{'s' if len(cycles) > 1 else ''} {runs(cycles)}"


def bar(part: int, whole: int, width: int) -> str:
    """Returns ``part`` of ``whole`` as a bar of ``width`` marks, full only at the whole.

    Any part above nothing shows at least one mark.
    """
    filled = min(width, part * width // whole)
    if part > 0:
        filled = max(1, filled)
    return "#" * filled + "." * (width - filled)
