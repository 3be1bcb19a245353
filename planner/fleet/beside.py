"""Two calendars of one scenario beside each other, in words."""

from __future__ import annotations

from collections.abc import Sequence

from planner.documents.options import Measured

_WORDS = (("bag_changes", "visit"), ("vials", "vial"), ("dispenses", "dispense"))
_CAPS = (("day", "of delay"), ("visit", ""), ("vial", ""), ("dispense", ""))


def beside(plan: Measured, other: Measured) -> str:
    """What another calendar comes to beside the plan: "4 days later from cycle 4 on: 32 visits and
    8 vials fewer"."""
    gains: list[str] = []
    costs: list[str] = []
    for key, noun in _WORDS:
        more = getattr(other, key) - getattr(plan, key)
        if more:
            (costs if more > 0 else gains).append(_count(abs(more), noun))
    told = [f"{_listed(gains)} fewer"] if gains else []
    told += [f"{_listed(costs)} more"] if costs else []
    return f"{_later(plan, other)}: {', '.join(told) or 'no other difference'}"


def _later(plan: Measured, other: Measured) -> str:
    moved = {
        cycle: (start - plan.starts[cycle]).days
        for cycle, start in other.starts.items()
        if cycle in plan.starts and start != plan.starts[cycle]
    }
    late = sum(moved.values())
    if not late:
        return "no later in all" if moved else "on the same starts"
    words = "later" if late > 0 else "earlier"
    if len(set(moved.values())) > 1:
        return f"{_count(abs(late), 'day')} {words} in all, over {_count(len(moved), 'cycle')}"
    first, shift = next(iter(moved)), _count(abs(next(iter(moved.values()))), "day")
    if len(moved) == len(other.starts):
        return f"{shift} {words}"
    if len(moved) == 1:
        return f"cycle {first} {shift} {words}"
    if list(moved) == [cycle for cycle in other.starts if cycle >= first]:
        return f"{shift} {words} from cycle {first} on"
    return f"{len(moved)} cycles {shift} {words}"


def gap_words(zone: Sequence[int | None]) -> str:
    """What was not looked through: "calendars of at most 5 days of delay and 30 visits"."""
    caps = [
        " ".join(part for part in (_count(cap, noun), after) if part)
        for cap, (noun, after) in zip(zone, _CAPS, strict=True)
        if cap is not None
    ]
    return f"calendars of at most {_listed(caps)}" if caps else "every other calendar"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
