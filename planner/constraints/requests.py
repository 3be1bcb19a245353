"""What the scenario asks for: each request holds exactly."""

from __future__ import annotations

from datetime import date

from planner.constraints.board import Board
from planner.constraints.windows import claimed_units
from planner.documents.policy import DiagnosesClause


def first_infusion(board: Board) -> None:
    """The first planned cycle starts inside the window asked for."""
    window = board.course.first_infusion
    if window is None or not board.active("request.first_infusion"):
        return
    fresh = [c for c in board.course.cycles if c.progress is None]
    if fresh and fresh[0].number in board.cycles:
        cycle = board.cycles[fresh[0].number]
        outside = [(v, 1) for o, v in cycle.origins.items() if not window.first <= o <= window.last]
        board.system.add(("request.first_infusion",), (window.first, window.last), outside, high=0)


def cycle_starts(board: Board) -> None:
    """A pinned cycle starts on its day."""
    for number, day in sorted(board.course.scenario.request.cycle_starts.items()):
        member = f"request.cycle_starts.{number}"
        if number in board.cycles and board.active(member):
            cycle = board.cycles[number]
            others = [(v, 1) for o, v in cycle.origins.items() if cycle.begun(o) != day.toordinal()]
            board.system.add((member,), (number, day.toordinal()), others, high=0)


def max_delay(board: Board) -> None:
    """A cycle starts at most ``max_delay_days`` behind its earliest day."""
    if not board.active("request.max_delay_days"):
        return
    most = board.course.scenario.request.max_delay_days
    for number, cycle in board.cycles.items():
        if cycle.cycle.progress is None and board.active("request.max_delay_days", (number,)):
            late = [(v, 1) for o, v in cycle.origins.items() if o > cycle.cycle.earliest + most]
            if late:
                board.system.add(("request.max_delay_days",), (number,), late, high=0)


def finish_by(board: Board) -> None:
    """The last disconnect is on the day asked for or before."""
    limit = board.course.scenario.request.finish_by
    if limit is None or not board.active("request.finish_by"):
        return
    for number, cycle in board.cycles.items():
        late = [
            (v, 1)
            for o, v in cycle.origins.items()
            if o + cycle.cycle.infusion_days > limit.toordinal()
        ]
        if late:
            board.system.add(("request.finish_by",), (number, limit.toordinal()), late, high=0)


def dispenses(board: Board) -> None:
    """A cycle with requested dispenses has these and no others."""
    entries = board.course.scenario.request.dispenses
    for number, cycle in board.cycles.items():
        asked = board.requested(number)
        if not asked:
            continue
        for day, quantity in cycle.vials.items():
            if day not in asked and board.active("request.dispenses"):
                board.system.add(("request.dispenses",), (number, day), [(quantity, 1)], high=0)
        for day, vials in asked.items():
            members = tuple(
                f"request.dispenses.{i}"
                for i, d in enumerate(entries)
                if d.cycle == number
                and d.date.toordinal() == day
                and board.active(f"request.dispenses.{i}")
            )
            terms = [(cycle.vials[day], 1)] if day in cycle.vials else []
            exact = vials if board.active("request.dispenses") else None
            board.system.add(members, (number, day), terms, low=vials, high=exact)


def claims(board: Board) -> None:
    """A cycle with requested claims is billed on these dates with these units, and on no others."""
    if not board.active("request.claims"):
        return
    entries = board.course.scenario.request.claims
    past: dict[tuple[int, int], int] = {}
    for u in board.course.past_units:
        past[u.cycle, u.day] = past.get((u.cycle, u.day), 0) + u.units
    for number in board.cycles:
        asked: dict[int, int] = {}
        for claim in entries:
            if claim.cycle == number:
                day = claim.date.toordinal()
                asked[day] = asked.get(day, 0) + claim.units
        if not asked:
            continue
        billed = claimed_units(board, number)
        for day in sorted({*billed, *asked}):
            members = tuple(
                f"request.claims.{i}"
                for i, c in enumerate(entries)
                if c.cycle == number and c.date.toordinal() == day
            ) or ("request.claims",)
            units = asked.get(day, 0) - past.get((number, day), 0)
            if all(board.active(m) for m in members):
                board.system.add(members, (number, day), billed.get(day, []), low=units, high=units)


def diagnosis(board: Board) -> None:
    """App1: the patient's diagnosis is a covered code on the days of service."""
    code = board.course.scenario.patient.diagnosis
    if code is None:
        return
    for key, clause in board.course.clause_of("diagnoses"):
        if not isinstance(clause, DiagnosesClause) or not board.active(key):
            continue
        if not board.active("patient.diagnosis"):
            continue
        covered = [c for c in clause.codes if c.code == code]
        if not covered:
            board.system.add((key, "patient.diagnosis"), (code,), [], low=1)
            continue
        for number, cycle in board.cycles.items():
            outside = [
                (v, 1)
                for o, v in cycle.origins.items()
                if not any(
                    _valid(
                        c.effective_from, c.effective_until, o, o + cycle.cycle.infusion_days - 1
                    )
                    for c in covered
                )
            ]
            if outside:
                board.system.add((key, "patient.diagnosis"), (code, number), outside, high=0)


def _valid(start: date | None, until: date | None, first: int, last: int) -> bool:
    return (start is None or start.toordinal() <= first) and (
        until is None or until.toordinal() >= last
    )
