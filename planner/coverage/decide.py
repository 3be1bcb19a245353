"""What would decide a tree of criteria, and the shortest way to meet it.

Both rest on samples: for each fact a few values that have every outcome the tree's questions can
have on it. Verdicts only ever settle as facts become known, so a verdict reached early stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, combinations, product

from planner.coverage.facts import START, Facts, Value
from planner.coverage.questions import OneOf, Question
from planner.coverage.tree import Branch, Criterion, Part, criteria_of
from planner.documents.criteria import Verdict


@dataclass(frozen=True)
class Asked:
    """A question and the leaf that asks it."""

    question: Question
    leaf: str


@dataclass(frozen=True)
class Step:
    """A fact that has to be known, or different, and the leaves that ask for it."""

    path: str
    needs: str
    leaves: tuple[str, ...]
    known: bool


def decided(tree: Branch, facts: Facts) -> Verdict:
    """The verdict of a tree, by cases: one that comes out the same however the open facts turn out.

    Questions that ask a word or an answer of one fact exclude one another; only on those facts, and
    on the first infusion day, does it make a difference to try every case. All others may be met
    together, or not met together.
    """
    verdict = tree.verdict(facts)
    if verdict != "unknown":
        return verdict
    found = {tree.verdict(supposed) for supposed in cases(tree, facts)}
    return found.pop() if len(found) == 1 else "unknown"


def cases(tree: Branch, facts: Facts) -> Iterator[Facts]:
    """The facts as they may turn out, as far as questions exclude one another."""
    paths = [path for path in _open(tree, facts) if path == START or _exclusive(tree, path)]
    for values in product(*(samples(tree, facts, path) for path in paths)):
        supposed = facts
        for path, value in zip(paths, values, strict=True):
            supposed = supposed.supposing(path, value)
        yield supposed


def _exclusive(tree: Branch, path: str) -> bool:
    """Whether questions of a tree want different values of a fact."""
    wanted = {
        asked.question.wanted
        for asked in questions_of(tree)
        if isinstance(asked.question, OneOf) and asked.question.path == path
    }
    return len(wanted) > 1


def missing(tree: Branch, facts: Facts) -> tuple[str, ...]:
    """The fewest open facts that decide the tree, whatever they turn out to be.

    Of several sets of that size, the one whose facts the policy asks for first. Empty where it is
    decided already.
    """
    if _settled(tree, facts, ()):
        return ()
    open_facts = _open(tree, facts)
    needed = tuple(
        path
        for path in open_facts
        if not _settled(tree, facts, tuple(other for other in open_facts if other != path))
    )
    others = [path for path in open_facts if path not in needed]
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            chosen = tuple(path for path in open_facts if path in needed or path in more)
            if _settled(tree, facts, chosen):
                return chosen
    return open_facts


def _settled(tree: Branch, facts: Facts, paths: Sequence[str]) -> bool:
    """Whether the tree is decided for every value of these facts."""
    if tree.verdict(facts) != "unknown":
        return True
    if not paths:
        return decided(tree, facts) != "unknown"
    path, *rest = paths
    return all(
        _settled(tree, facts.supposing(path, value), rest) for value in samples(tree, facts, path)
    )


def _open(tree: Branch, facts: Facts) -> tuple[str, ...]:
    """The facts that unknown verdicts wait for; the first infusion day comes last."""
    found = dict.fromkeys(
        path
        for asked in questions_of(tree)
        if asked.question.verdict(facts) == "unknown"
        for path in asked.question.open(facts)
    )
    return tuple(sorted(found, key=lambda path: path == START))


def questions_of(tree: Part) -> Iterator[Asked]:
    """The questions of a tree with their leaves, in the order of the file."""
    leaves = (tree,) if isinstance(tree, Criterion) else criteria_of(tree)
    for criterion in leaves:
        for question in criterion.questions:
            yield Asked(question, criterion.leaf.id)


def samples(tree: Branch, facts: Facts, path: str) -> tuple[Value, ...]:
    """Values of a fact, one for each combination of verdicts of the questions that rest on it."""
    asked = [entry.question for entry in questions_of(tree)]
    if path == START:
        values: Iterable[Value] = _days(facts)
    else:
        asked = [question for question in asked if question.path == path]
        values = chain.from_iterable(question.samples(facts) for question in asked)
    classes: dict[tuple[str, ...], Value] = {}
    for value in values:
        supposed = facts.supposing(path, value)
        classes.setdefault(tuple(question.verdict(supposed) for question in asked), value)
    return tuple(classes.values())


def _days(facts: Facts) -> Iterator[date]:
    for ahead in range((facts.last_start - facts.first_start).days + 1):
        yield facts.first_start + timedelta(ahead)


def shortest_way(tree: Branch, facts: Facts) -> tuple[Step, ...] | None:
    """The fewest facts that would have to be known, or different, for the tree to be met.

    Of several, the one with fewer known facts to change, then the one that stands first in the
    file. Empty where it is met already; None where it can be met by no patient.
    """
    found = (_steps(way, facts) for way in _ways(tree))
    ways = [steps for steps in found if steps is not None]
    cost = {steps: (len(steps), sum(step.known for step in steps)) for steps in ways}
    best = min(cost, key=cost.__getitem__, default=None)
    exclusive = [path for path in _open(tree, facts) if _exclusive(tree, path)]
    for steps in ways if exclusive and best else ():
        shorter = tuple(step for step in steps if step.path not in exclusive)
        if best and 0 < len(shorter) < len(best) and _meets(tree, facts, shorter):
            best = shorter
    return best


def _meets(tree: Branch, facts: Facts, steps: Sequence[Step]) -> bool:
    """Whether the criteria are met by cases once these facts are as the steps need them."""
    supposed = facts
    for step in steps:
        group = [a for a in questions_of(tree) if a.question.path == step.path]
        group = [asked for asked in group if asked.leaf in step.leaves]
        if step.path == START or not group:
            return False
        known = facts.without(step.path) if step.known else facts
        answers = _answers(step.path, group, known)
        if not answers:
            return False
        supposed = supposed.supposing(step.path, answers[0])
    return decided(tree, supposed) == "met"


def _ways(tree: Part) -> Iterator[tuple[Asked, ...]]:
    """Every choice of questions that together meet the tree."""
    if isinstance(tree, Criterion):
        yield tuple(questions_of(tree))
    elif tree.need == "any":
        for part in tree.parts:
            yield from _ways(part)
    else:
        for chosen in product(*(tuple(_ways(part)) for part in tree.parts)):
            yield tuple(chain.from_iterable(chosen))


def _steps(way: Sequence[Asked], facts: Facts) -> tuple[Step, ...] | None:
    """The facts to settle for a way; None where its questions contradict one another."""
    steps: list[Step] = []
    starts: list[Asked] = []
    for path, group in _by_path(way).items():
        verdicts = [asked.question.verdict(facts) for asked in group]
        if all(verdict == "met" for verdict in verdicts):
            continue
        if "not-met" not in verdicts and not _waits_for(path, group, facts):
            starts += group
            continue
        known = "not-met" in verdicts and facts[path] is not None
        if not _answers(path, group, facts.without(path) if known else facts):
            return None
        steps.append(_step(path, group, known=known))
    if not starts:
        return tuple(steps)
    days = [day for day in _days(facts) if _all_met(starts, facts.supposing(START, day))]
    if not days:
        return None
    needs = f"{days[0]} to {days[-1]}" if len(days) > 1 else f"{days[0]}"
    return (*steps, Step(START, needs, _leaves(starts), known=False))


def _by_path(way: Sequence[Asked]) -> dict[str, list[Asked]]:
    groups: dict[str, list[Asked]] = {}
    for asked in way:
        groups.setdefault(asked.question.path, []).append(asked)
    return groups


def _waits_for(path: str, group: Sequence[Asked], facts: Facts) -> bool:
    """Whether an unknown verdict waits for the fact itself, and not for the first infusion day."""
    return any(path in asked.question.open(facts) for asked in group)


def _answers(path: str, group: Sequence[Asked], facts: Facts) -> list[Value]:
    """The sampled values of a fact with which every question of a group is met."""
    values = chain.from_iterable(asked.question.samples(facts) for asked in group)
    return [value for value in values if _all_met(group, facts.supposing(path, value))]


def _all_met(group: Sequence[Asked], facts: Facts) -> bool:
    return all(asked.question.verdict(facts) == "met" for asked in group)


def _step(path: str, group: Sequence[Asked], *, known: bool) -> Step:
    needs = " and ".join(dict.fromkeys(asked.question.needs for asked in group))
    return Step(path, needs, _leaves(group), known)


def _leaves(group: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(asked.leaf for asked in group))


def contradictions(tree: Branch, facts: Facts) -> tuple[Step, ...]:
    """For a tree that nobody can meet: in each way, the first fact that would need two values."""
    found: dict[Step, None] = {}
    for way in _ways(tree):
        for path, group in _by_path(way).items():
            if not (_all_met(group, facts) or _answers(path, group, facts)):
                found[_step(path, group, known=False)] = None
                break
    return tuple(found)
