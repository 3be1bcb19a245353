"""Section V and IV: dose, cycle length, number of cycles, renewal."""

from __future__ import annotations

from itertools import pairwise

from planner.constraints.board import Board
from planner.constraints.moments import not_both
from planner.documents.policy import CyclesClause, RenewalClause
from planner.regimen.course import CourseCycle


def dose(board: Board) -> None:
    """V.*.dose: dose asked <= dose of the clause, on every infusion day."""
    if not board.active("request.daily_dose_mcg"):
        return
    for key, _ in board.course.clause_of("dose"):
        for number, cycle in board.cycles.items():
            for index, variant in enumerate(cycle.variants):
                starts = [v for o, v in cycle.origins.items() if cycle.variant_of(o) == index]
                if variant.cap_exceeded and starts and board.active(key, (number,)):
                    board.system.add(
                        (key, "request.daily_dose_mcg"),
                        (number,),
                        [(v, 1) for v in starts],
                        high=0,
                    )


def gap_after(board: Board, cycle: CourseCycle) -> int:
    """Days from a cycle's start to the next start at the earliest: the clause's length, or, where
    it is left out, the infusion days, since two cycles cannot run at once."""
    keys = [key for key, _ in board.course.clause_of("cycle-length")]
    infusing = cycle.infusion_days + cycle.shift
    if not keys or board.active(keys[0], (cycle.number,)):
        return cycle.until_next
    return infusing if board.exact_days() else 1


def cycle_length(board: Board) -> None:
    """V.*.length: next start >= start + length. For every day: a cycle that begins on it or later,
    and a next one that begins less than the length after it, exclude each other.

    Without the clause the next cycle still starts no earlier than this one's infusion ends.
    """
    keys = tuple(key for key, _ in board.course.clause_of("cycle-length"))
    for before, after in pairwise(board.cycles):
        if after != before + 1:
            continue
        stands = bool(keys) and board.active(keys[0], (before,))
        gap = gap_after(board, board.cycles[before].cycle)
        this, following = board.start(before), board.start(after)
        for day in this.days:
            not_both(
                board.system,
                keys[:1] if stands else (),
                (before, day),
                this.since(day),
                following.until(day + gap - 1),
            )
    _after_past(board, keys)


def _after_past(board: Board, keys: tuple[str, ...]) -> None:
    past = board.course.past
    if not past or not past[-1].finished or not board.cycles:
        return
    first = next(iter(board.cycles.values()))
    if first.cycle.number != past[-1].number + 1:
        return
    member = f"history.cycles.{len(past) - 1}"
    if not board.active(member) or not all(board.active(k, (past[-1].number,)) for k in keys):
        return
    early = [(v, 1) for o, v in first.origins.items() if o < past[-1].earliest_next]
    if early:
        board.system.add((*keys, member), (past[-1].number,), early, high=0)


def past_lengths(board: Board) -> None:
    """V.*.length between two cycles of history: the later one began no earlier than the length (or
    a longer interruption) behind the earlier one."""
    for key, _ in board.course.clause_of("cycle-length")[:1]:
        for index, (before, after) in enumerate(pairwise(board.course.past)):
            members = (key, f"history.cycles.{index}", f"history.cycles.{index + 1}")
            early = after.start < before.earliest_next
            if early and all(board.active(m, (before.number,)) for m in members):
                board.system.add(members, (before.number, after.number), (), high=-1)


def who_asks(board: Board, number: int) -> str:
    """What a cycle comes from: history where it has begun, else the number of cycles asked for."""
    begun = (i for i, past in enumerate(board.course.past) if past.number == number)
    return next((f"history.cycles.{i}" for i in begun), "request.cycles")


def numbers(board: Board) -> list[int]:
    """The cycles that take place, in order: those of history and those of the board."""
    past = [
        p.number for i, p in enumerate(board.course.past) if board.active(f"history.cycles.{i}")
    ]
    return sorted({*past, *board.cycles})


def number_of_cycles(board: Board) -> None:
    """V.*.cycles: a cycle past the last does not take place."""
    for key, clause in board.course.clause_of("cycles"):
        if isinstance(clause, CyclesClause):
            _none_after(board, key, clause.at_most)


def renewal(board: Board) -> None:
    """IV.*: not above the total cycles. What is said of cycles under renewals goes by who covers
    them (``authorizations.how_many``)."""
    for key, clause in board.course.clause_of("renewal"):
        if isinstance(clause, RenewalClause) and clause.total_cycles is not None:
            _none_after(board, key, clause.total_cycles)


def _none_after(board: Board, key: str, last: int) -> None:
    for number in numbers(board):
        if number > last and board.active(key, (number,)):
            board.system.add((key, who_asks(board, number)), (number,), (), high=-1)
