"""The bag lengths that a pharmacy offers and a course may not use, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable

from planner.documents.plan import BagLeftOut
from planner.regimen.course import CourseCycle, LeftOut, Variant


def left_out(chosen: Iterable[tuple[CourseCycle, Variant]]) -> tuple[BagLeftOut, ...]:
    """What is left out of cycles by the weight at their start; equal reasons are one entry."""
    cycles: dict[LeftOut, dict[int, None]] = {}
    for cycle, variant in chosen:
        for segment in variant.segments:
            for one in segment.left_out:
                cycles.setdefault(one, {})[cycle.number] = None
    return tuple(
        BagLeftOut(bag=one.bag, cycles=tuple(found), mcg_per_day=one.mcg_per_day, reason=one.reason)
        for one, found in cycles.items()
    )
