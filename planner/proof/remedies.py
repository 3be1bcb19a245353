"""The nearest changes under which a calendar exists, each tried with the search itself.

One change where one is enough: for each member of the conflict, in each direction, the nearest
value that works with everything else kept. Where none is, the fewest changes together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from planner.deadline import Deadline
from planner.documents.conflict import Remedy
from planner.documents.drug import Drug
from planner.documents.policy import Policy
from planner.documents.scenario import Scenario
from planner.proof.changes import Case, Change, Move
from planner.proof.changes_payer import payer_moves
from planner.proof.changes_pharmacy import pharmacy_moves
from planner.proof.changes_requested import requested_moves
from planner.proof.judge import Ruling
from planner.proof.members import members_of
from planner.proof.trials import Trials, Tried
from planner.regimen.build import course_of

RANK = {"request": 0, "pharmacy": 1, "payer": 2}
PATIENCE = 2  # values that fail before it is asked whether any can work
QUICK_PATIENCE = 8  # the same, where most were refused by quick questions
TRIES = 8  # values of one move that are searched in full
TOGETHER = 3  # changes at once, at most
ENOUGH = 3  # remedies of several changes


@dataclass(frozen=True)
class _Found:
    """A value that works; ``nearest``: every nearer one was proven not to."""

    move: Move
    change: Change
    case: Case
    tried: Tried
    nearest: bool


def remedies(
    scenario: Scenario,
    policy: Policy,
    drug: Drug,
    members: Sequence[str],
    *,
    probes: int = 60,
    deadline: Deadline | None = None,
) -> tuple[Remedy, ...]:
    """What would help a scenario for which no calendar exists.

    Args:
        scenario: the infeasible scenario.
        policy: its policy; clauses are changed in memory only.
        drug: its drug file.
        members: the ids of the conflict's members (``planner.proof.members``), or of several
            conflicts, each once.
        probes: searches in all. Where they run out, remedies are missing, never wrong.
        deadline: when the search for remedies ends, likewise.

    Returns:
        Remedies that were each tried and have a calendar: those of the one who asks first, then of
        the pharmacy, then of the payer, the nearest first. Several changes at once only where no
        single one works without the payer. ``costs`` are the objectives of the
        calendar found, which is the best one where the cycles join and delay comes first.
    """
    course = course_of(scenario, policy, drug)
    search = _Search(Trials(drug, probes, deadline), Case(scenario, policy))

    def moves_of(ids: Sequence[str]) -> list[Move]:
        found = [
            move
            for member in ids
            for make in (requested_moves, pharmacy_moves, payer_moves)
            for move in make(course, member)
        ]
        return sorted(found, key=lambda move: RANK[move.by])

    own = moves_of(members)
    singles = [found for move in own if (found := search.nearest(move, search.start))]
    if singles:
        one = [search.single(found) for found in sorted(singles, key=_order)]
        if any(found.move.by != "payer" for found in singles):
            return tuple(one)
        without_payer = [move for move in own if move.by != "payer"]
        two = search.together(without_payer, members, 2)
        return (*(search.several(found) for found in two), *one)
    wider = [m.id for m in members_of(course) if m.id not in members]
    for size in range(2, TOGETHER + 1):
        for moves in (own, [*own, *moves_of(wider)]):
            several = list(search.together(moves, [m.member for m in own], size))
            if several:
                return tuple(search.several(found) for found in several)
    return ()


def _order(found: _Found) -> tuple[int, int]:
    return RANK[found.move.by], found.change.steps


class _Search:
    """Looks for the first value of a move that works."""

    def __init__(self, trials: Trials, start: Case) -> None:
        self._trials = trials
        self.start = start

    def nearest(self, move: Move, case: Case, without: tuple[str, ...] = ()) -> _Found | None:
        """The nearest value of a move that works in a case, other members left out."""
        scan = self._halving if move.monotone else self._in_order
        return scan(move, case, without)

    def _hopeless(self, move: Move, case: Case, without: tuple[str, ...]) -> bool:
        """Whether no value of a move can work: none does even with the move's members left out."""
        freed = tuple(sorted({*without, *move.drops}))
        return bool(move.drops) and self._trials(case, freed).ruling is Ruling.NO

    def _in_order(self, move: Move, case: Case, without: tuple[str, ...]) -> _Found | None:
        proven, full = True, 0
        for seen, place in enumerate(self._promising(move, case, without)):
            change = move.changes[place]
            changed = change.made_in(case)
            tried = self._trials(changed, without)
            if tried.ruling is Ruling.YES:
                return _Found(move, change, changed, tried, proven)
            proven = proven and tried.ruling is Ruling.NO
            full += tried.searched
            if full >= TRIES or self._trials.spent:
                return None
            tired = seen == QUICK_PATIENCE or (full == PATIENCE and tried.searched)
            if tired and self._hopeless(move, case, without):
                return None
        return None

    def _promising(self, move: Move, case: Case, without: tuple[str, ...]) -> Iterator[int]:
        """The places of a move's values, those left out that the rules on starts rule out."""
        if move.pin is None:
            yield from range(len(move.changes))
            return
        freed = tuple(sorted({*without, *move.drops}))
        days = [
            int(change.made_in(case).scenario.request.cycle_starts[move.pin].toordinal())
            for change in move.changes
        ]
        sign = 1 if days[-1] >= days[0] else -1
        place: int | None = 0
        while place is not None and place < len(days):
            day = self._trials.nearest_start(case, move.pin, days[place], sign, freed)
            place = next((i for i, d in enumerate(days) if d == day), None)
            if place is not None:
                yield place
                place += 1

    def _halving(self, move: Move, case: Case, without: tuple[str, ...]) -> _Found | None:
        """The first value that works, where all further ones do: first of those that the quick
        questions leave open, then, from there on, by full search."""
        cases = [change.made_in(case) for change in move.changes]
        first = _first(len(cases), 0, lambda place: self._trials.possible(cases[place], without))
        if first is None:
            return None
        refused: dict[int, bool] = {}

        def works(place: int) -> bool:
            tried = self._trials(cases[place], without)
            refused[place] = tried.ruling is Ruling.NO
            return tried.ruling is Ruling.YES

        place = _first(len(cases), first, works)
        if place is None:
            return None
        before = place == first or refused[place - 1]
        tried = self._trials(cases[place], without)
        return _Found(move, move.changes[place], cases[place], tried, before)

    def together(
        self, moves: Sequence[Move], own: Sequence[str], size: int
    ) -> Iterator[list[_Found]]:
        """Sets of ``size`` changes that work together, at least one on a member of the conflict."""
        by_member: dict[str, list[Move]] = {}
        for move in moves:
            by_member.setdefault(move.member, []).append(move)
        count = 0
        for group in combinations(by_member, size):
            if count == ENOUGH or self._trials.spent:
                return
            if not set(group) & set(own):
                continue
            groups = [by_member[member] for member in group]
            if self._trials(self.start, _freed(groups)).ruling is Ruling.NO:
                continue
            found = self._each(groups, self.start)
            if found is not None:
                count += 1
                yield found

    def _each(self, groups: Sequence[Sequence[Move]], case: Case) -> list[_Found] | None:
        """The nearest value of the first member with the others left out, then, under it, of the
        next: each is the nearest that leaves the others a way out, of all directions."""
        rest = _freed(groups[1:])
        ways: list[list[_Found]] = []
        for move in groups[0]:
            found = self.nearest(move, case, rest)
            further = None if found is None else self._rest(groups[1:], found.case)
            if found is not None and further is not None:
                ways.append([found, *further])
        return min(ways, key=lambda way: [one.change.steps for one in way], default=None)

    def _rest(self, groups: Sequence[Sequence[Move]], case: Case) -> list[_Found] | None:
        return self._each(groups, case) if groups else []

    def single(self, found: _Found) -> Remedy:
        """One change as a remedy."""
        change, tried = found.change, found.tried
        assert tried.course is not None
        assert tried.schedule is not None
        if change.explain is not None:
            says = f"{change.explain(tried.course, tried.schedule)}."
        else:
            says = _sentence(found)
        return Remedy(
            path=change.path,
            asked=change.asked,
            nearest=change.value,
            says=says,
            by=found.move.by,
            costs=self._trials.costs(tried),
        )

    def several(self, found: Sequence[_Found]) -> Remedy:
        """Several changes as one remedy, as far from one's own hands as its farthest change."""
        first, last = found[0], found[-1]
        assert last.tried.course is not None
        assert last.tried.schedule is not None
        parts = [f.change.says for f in found]
        says = "; and ".join([parts[0], *(p[0].lower() + p[1:] for p in parts[1:])])
        return Remedy(
            path=first.change.path,
            asked=first.change.asked,
            nearest=first.change.value,
            says=f"{says} ({'both' if len(found) == 2 else 'all'} together).",
            by=max((f.move.by for f in found), key=lambda by: RANK[by]),
            changes=tuple((f.change.path, f.change.value) for f in found),
            costs=self._trials.costs(last.tried),
        )


def _freed(groups: Sequence[Sequence[Move]]) -> tuple[str, ...]:
    """The members to leave out where those of all groups may take any value."""
    return tuple(
        sorted({member for moves in groups for m in moves for member in (m.member, *m.drops)})
    )


def _first(count: int, start: int, works: Callable[[int], bool]) -> int | None:
    """The first place from ``start`` on that works, where all further ones do: doubles the step
    until one works, looks at the last one when some have failed, then halves what lies between."""
    low, step, high = start - 1, 1, count
    while high == count:
        place = min(low + step, count - 1)
        if place <= low:
            return None
        if works(place):
            high = place
        elif step >= PATIENCE and (place == count - 1 or not works(count - 1)):
            return None
        else:
            low, step = place, step * 2
    while high - low > 1:
        middle = (low + high) // 2
        if works(middle):
            high = middle
        else:
            low = middle
    return high


def _sentence(found: _Found) -> str:
    note = found.move.nearest if found.nearest else ""
    return f"{found.change.says}{': ' if note else ''}{note}."
