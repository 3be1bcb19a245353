"""Checks of a policy's criteria: what they name exists, and nothing stands in them twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Literal, get_args, get_origin

from planner.documents.base import Document, Indication
from planner.documents.criteria import (
    CodeTest,
    Connected,
    Criteria,
    CyclesTest,
    Gate,
    GateBase,
    Leaf,
    NamesTest,
    RenewableTest,
    Same,
    Test,
    WordTest,
)
from planner.documents.errors import listed
from planner.documents.findings import Finding
from planner.documents.policy import DiagnosesClause, Policy, RenewalClause
from planner.documents.positions import Path
from planner.documents.scenario import Scenario
from planner.documents.suggest import near

AnyNode = Leaf | Gate | Same
_CONNECTORS = ("or", "and")


def criteria_findings(policy: Policy) -> Iterator[Finding]:
    """Everything in a policy's criteria that the rest of its file does not know."""
    criteria = policy.criteria
    if criteria is None:
        return
    yield from _lists(criteria)
    nodes = list(_nodes(criteria))
    leaves = [node.id for _, node in nodes if isinstance(node, Leaf)]
    yield from _once(nodes, "id")
    yield from _once(nodes, "route")
    for tree in ("initial", "renewal"):
        for index, node in enumerate(getattr(criteria, tree)):
            yield from _narrower(("criteria", tree, index), node, get_args(Indication))
    for path, node in nodes:
        if isinstance(node, Same):
            yield from _known((*path, "same"), "leaf", node.same, leaves)
        elif isinstance(node, Leaf):
            for index, test in enumerate(node.tests):
                yield from _test((*path, "tests", index), test, policy, criteria)
        else:
            yield from _gate(path, node, policy)


def _nodes(criteria: Criteria) -> Iterator[tuple[Path, AnyNode]]:
    for tree in ("initial", "renewal"):
        for index, node in enumerate(getattr(criteria, tree)):
            yield from _below(("criteria", tree, index), node)


def _narrower(path: Path, node: AnyNode, above: tuple[Indication, ...]) -> Iterator[Finding]:
    """A gate speaks of no indication that one above it leaves out."""
    if not isinstance(node, GateBase):
        return
    for index, indication in enumerate(node.indications or ()):
        if indication not in above:
            at: Path = (*path, "indications", index)
            yield Finding(
                at, f"the indication {indication}", f"one of those above: {listed(above)}"
            )
    for below, part in _parts(path, node):
        yield from _narrower(below, part, node.indications or above)


def _below(path: Path, node: AnyNode) -> Iterator[tuple[Path, AnyNode]]:
    yield path, node
    for below, part in _parts(path, node):
        yield from _below(below, part)


def _parts(path: Path, node: AnyNode) -> Iterator[tuple[Path, AnyNode]]:
    if isinstance(node, GateBase):
        key = type(node).model_fields["parts"].alias or "parts"
        for index, part in enumerate(node.parts):
            yield (*path, key, index), part


def _once(nodes: Sequence[tuple[Path, AnyNode]], key: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, node in nodes:
        name = getattr(node, key, None)
        if name in seen:
            yield Finding((*path, key), f"{name} a second time", "each once")
        if name is not None:
            seen.add(name)


def _lists(criteria: Criteria) -> Iterator[Finding]:
    home: dict[str, str] = {}
    for name, words in criteria.lists.items():
        for index, word in enumerate(words):
            path: Path = ("criteria", "lists", name, index)
            if word != word.strip().lower():
                yield Finding(path, f"the text '{word}'", "a name in lower case")
            if word in home:
                yield Finding(path, f"{word} a second time", f"each once; it is in {home[word]}")
            home[word] = name


def _gate(path: Path, gate: Gate, policy: Policy) -> Iterator[Finding]:
    if isinstance(gate, Connected):
        yield from _reading((*path, "connector"), gate.connector, policy)
    ages = gate.ages
    if ages is not None and ages.from_years is not None and ages.to_years < ages.from_years:
        at: Path = (*path, "ages", "to_years")
        yield Finding(at, f"the number {ages.to_years}", f"at least {ages.from_years}")


def _reading(path: Path, name: str, policy: Policy) -> Iterator[Finding]:
    if name not in policy.readings:
        yield from _known(path, "reading", name, list(policy.readings))
    elif sorted(policy.readings[name].choices) != sorted(_CONNECTORS):
        found = f"the reading '{name}' with {listed(policy.readings[name].choices)}"
        yield Finding(path, found, "a reading with the choices 'or' and 'and'")


def _test(path: Path, test: Test, policy: Policy, criteria: Criteria) -> Iterator[Finding]:
    clauses = policy.clauses.items()
    if isinstance(test, WordTest):
        for index, word in enumerate(test.one_of):
            yield from _known((*path, "one_of", index), "value", word, words_of(test.fact))
    elif isinstance(test, NamesTest):
        for index, name in enumerate(test.names_one_of):
            yield from _known((*path, "names_one_of", index), "list", name, list(criteria.lists))
    elif isinstance(test, CodeTest):
        known = [name for name, clause in clauses if isinstance(clause, DiagnosesClause)]
        yield from _known((*path, "code_of"), "clause", test.code_of, known)
    elif isinstance(test, CyclesTest):
        counted = [
            name
            for name, clause in clauses
            if isinstance(clause, RenewalClause)
            and (clause.continued_cycles or clause.total_cycles) is not None
        ]
        yield from _known((*path, "cycles_within"), "clause", test.cycles_within, counted)
    elif isinstance(test, RenewableTest):
        known = [name for name, clause in clauses if isinstance(clause, RenewalClause)]
        yield from _known((*path, "renewable"), "clause", test.renewable, known)


def _known(
    path: Path, kind: str, name: str, known: list[str] | tuple[str, ...]
) -> Iterator[Finding]:
    if name not in known:
        allowed = listed(known) if known else f"no {kind}, as there is none"
        yield Finding(path, f"the unknown {kind} '{name}'", allowed, near(name, known))


@cache
def words_of(fact: str) -> tuple[str, ...]:
    """The words that a scenario may give for a fact, by its path; none for other facts."""
    annotation: Any = Scenario
    for part in fact.split("."):
        annotation = next(iter(_models(annotation))).model_fields[part].annotation
    return tuple(word for word in _literals(annotation) if isinstance(word, str))


def _models(annotation: Any) -> Iterator[type[Document]]:
    if isinstance(annotation, type) and issubclass(annotation, Document):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _literals(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for inner in get_args(annotation):
        yield from _literals(inner)
