"""A cycle for a dose of which no bag is left: in a sentence, with the reason of each length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.regimen.course import Course


def no_bag(course: Course, ids: Sequence[str]) -> Iterator[str]:
    """The first cycle with days that none of the bags offered may hold.

    Args:
        course: the course that has no calendar.
        ids: the members of a minimal conflict of it.
    """
    if "pharmacy.bags" not in ids:
        return
    for cycle in course.cycles:
        for variant in cycle.variants:
            for segment in variant.segments:
                if not segment.options:
                    why = "; ".join(f"{one.bag}: {one.reason}" for one in segment.left_out)
                    yield (
                        f"No bag is left for cycle {cycle.number} at "
                        f"{segment.mcg_per_day.normalize():f} mcg a day: {why}"
                    )
