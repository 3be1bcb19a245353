"""The criteria as a tree that can be asked: connectors read, references followed, three values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from planner.coverage.facts import Facts
from planner.coverage.questions import Question, question
from planner.documents.base import Indication
from planner.documents.criteria import (
    All,
    Connected,
    Criteria,
    Footnote,
    Gate,
    Leaf,
    Same,
    Verdict,
    leaves_of,
)
from planner.documents.policy import Policy


@dataclass(frozen=True)
class Criterion:
    """A leaf and its questions, all of which must be met."""

    leaf: Leaf
    questions: tuple[Question, ...]

    def verdict(self, facts: Facts) -> Verdict:
        """Met where every question is, not met where one is not, else unknown."""
        return every(question.verdict(facts) for question in self.questions)


@dataclass(frozen=True)
class Branch:
    """A gate: ``all`` or ``any`` of its parts; ``reading`` names the reading that chose which."""

    need: Literal["all", "any"]
    parts: tuple[Criterion | Branch, ...]
    reading: str | None = None
    indications: tuple[Indication, ...] | None = None
    route: str | None = None
    says: str = ""
    ages: Footnote | None = None

    def verdict(self, facts: Facts) -> Verdict:
        """The verdict of the parts, joined."""
        join = every if self.need == "all" else some
        return join(part.verdict(facts) for part in self.parts)


Part = Criterion | Branch
Kind = Literal["initial", "renewal"]


@dataclass(frozen=True)
class Route:
    """A way to approval: the branch that carries its id, and what holds for all above it.

    ``group`` are the indications of the branch whose footnote on ages is ``ages``.
    """

    id: str
    says: str
    indications: tuple[Indication, ...]
    group: tuple[Indication, ...]
    ages: Footnote | None


_NOWHERE = Route("", "", (), (), None)


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's AND: not met wins over unknown, unknown over met."""
    joined: Verdict = "met"
    for verdict in verdicts:
        if verdict == "not-met":
            return "not-met"
        if verdict == "unknown":
            joined = "unknown"
    return joined


def some(verdicts: Iterable[Verdict]) -> Verdict:
    """Kleene's OR: met wins over unknown, unknown over not met. Of nothing: not met."""
    joined: Verdict = "not-met"
    for verdict in verdicts:
        if verdict == "met":
            return "met"
        if verdict == "unknown":
            joined = "unknown"
    return joined


def grown(policy: Policy, criteria: Criteria, kind: Kind, chosen: Mapping[str, str]) -> Branch:
    """The tree of a policy's criteria under a choice of readings, for all indications together.

    Raises KeyError where a reading that joins criteria is not chosen.
    """
    known = {
        leaf.id: Criterion(leaf, tuple(question(test, policy, criteria) for test in leaf.tests))
        for node in (*criteria.initial, *criteria.renewal)
        for leaf in leaves_of(node)
    }
    nodes = criteria.initial if kind == "initial" else criteria.renewal
    return Branch("all", tuple(_grown(node, known, chosen) for node in nodes))


def _grown(
    node: Leaf | Gate | Same, known: Mapping[str, Criterion], chosen: Mapping[str, str]
) -> Part:
    if isinstance(node, Leaf):
        return known[node.id]
    if isinstance(node, Same):
        return known[node.same]
    return Branch(
        need=_need(node, chosen),
        parts=tuple(_grown(part, known, chosen) for part in node.parts),
        reading=node.connector if isinstance(node, Connected) else None,
        indications=node.indications,
        route=node.route,
        says=node.says,
        ages=node.ages,
    )


def _need(gate: Gate, chosen: Mapping[str, str]) -> Literal["all", "any"]:
    if isinstance(gate, Connected):
        return "all" if chosen[gate.connector] == "and" else "any"
    return "all" if isinstance(gate, All) else "any"


def trimmed(branch: Branch, indication: Indication) -> Branch:
    """The tree of one indication. A gate of which no part is left can be met by nobody."""
    parts: list[Part] = []
    for part in branch.parts:
        if isinstance(part, Criterion):
            parts.append(part)
        elif part.indications is None or indication in part.indications:
            parts.append(trimmed(part, indication))
    if not parts:
        return replace(branch, need="any", parts=())
    return replace(branch, parts=tuple(parts))


def routes(branch: Branch, above: Route = _NOWHERE) -> Iterator[Route]:
    """The routes of a tree, in the order of the file."""
    here = replace(above, indications=branch.indications or above.indications)
    if branch.ages is not None:
        here = replace(here, group=here.indications, ages=branch.ages)
    if branch.route is not None:
        yield replace(here, id=branch.route, says=branch.says)
    for part in branch.parts:
        if isinstance(part, Branch):
            yield from routes(part, here)


def through(branch: Branch, route: str) -> Branch:
    """The tree as it is for one route: where one part is enough, the part that leads there."""
    parts = tuple(
        through(part, route) if isinstance(part, Branch) and _leads(part, route) else part
        for part in branch.parts
    )
    if branch.need == "any":
        leading = tuple(p for p in parts if isinstance(p, Branch) and _leads(p, route))
        parts = leading or parts
    return replace(branch, parts=parts)


def _leads(branch: Branch, route: str) -> bool:
    return branch.route == route or any(
        _leads(part, route) for part in branch.parts if isinstance(part, Branch)
    )


def criteria_of(branch: Branch) -> Iterator[Criterion]:
    """The leaves of a tree in the order of the file; one that is asked again comes again."""
    for part in branch.parts:
        if isinstance(part, Criterion):
            yield part
        else:
            yield from criteria_of(part)


def bearing(part: Part, facts: Facts) -> Iterator[Criterion]:
    """The leaves on which an outcome that is not 'met' still turns.

    Where every part must hold, those of the parts that do not; where one is enough, those of the
    parts that may still hold, and of all where none may.
    """
    verdict = part.verdict(facts)
    if verdict == "met":
        return
    if isinstance(part, Criterion):
        yield part
        return
    for below in part.parts:
        dead = part.need == "any" and verdict == "unknown" and below.verdict(facts) == "not-met"
        if not dead:
            yield from bearing(below, facts)


def readings_of(branch: Branch) -> tuple[str, ...]:
    """The readings that join criteria of a tree, in the order of the file."""
    found = [branch.reading] if branch.reading else []
    for part in branch.parts:
        if isinstance(part, Branch):
            found += readings_of(part)
    return tuple(dict.fromkeys(found))
