"""The trees of one policy's criteria, each grown once: by readings, indication and route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from planner.coverage.tree import (
    Branch,
    Criterion,
    Kind,
    Route,
    criteria_of,
    grown,
    readings_of,
    routes,
    through,
    trimmed,
)
from planner.documents.base import Indication
from planner.documents.policy import Policy

Choice = Mapping[str, str]


class NoCriteriaError(ValueError):
    """The policy file has no criteria of the kind asked for."""


class Trees:
    """The criteria of a policy, for a first authorization or a renewal.

    A choice of readings may leave readings out; those are read as the policy has them by default.
    Raises NoCriteriaError where the policy file has none of this kind.
    """

    def __init__(self, policy: Policy, kind: Kind) -> None:
        if policy.criteria is None or not getattr(policy.criteria, kind):
            raise NoCriteriaError(f"the policy {policy.id} has no criteria of this kind: {kind}")
        self.policy = policy
        self.criteria = policy.criteria
        self.kind = kind
        self._defaults = {name: reading.default for name, reading in policy.readings.items()}
        self._grown: dict[tuple[str, ...], Branch] = {}
        self._trimmed: dict[tuple[tuple[str, ...], Indication, str], Branch] = {}

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """The readings that join criteria, in the order of the file."""
        return readings_of(grown(self.policy, self.criteria, self.kind, self._defaults))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The ways to approval, of all indications."""
        return tuple(routes(self.under({})))

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        """Every question once, in the order of the file."""
        return tuple({leaf.leaf.id: leaf for leaf in criteria_of(self.under({}))}.values())

    def under(self, choice: Choice) -> Branch:
        """The tree of all indications together."""
        key = self._key(choice)
        if key not in self._grown:
            chosen = dict(zip(self.readings, key, strict=True))
            self._grown[key] = grown(self.policy, self.criteria, self.kind, chosen)
        return self._grown[key]

    def of(self, indication: Indication, choice: Choice, route: str = "") -> Branch:
        """The tree of one indication, or what of it lies on the way of one of its routes."""
        key = (self._key(choice), indication, route)
        if key not in self._trimmed:
            tree = trimmed(self.under(choice), indication)
            self._trimmed[key] = through(tree, route) if route else tree
        return self._trimmed[key]

    def readings_for(self, indication: Indication) -> tuple[str, ...]:
        """The readings that join the criteria of one indication."""
        return readings_of(self.of(indication, {}))

    def choices(self, names: Sequence[str]) -> Iterator[dict[str, str]]:
        """Every choice of these readings, in the order of the policy file."""
        for values in product(*(self.policy.readings[name].choices for name in names)):
            yield dict(zip(names, values, strict=True))

    def _key(self, choice: Choice) -> tuple[str, ...]:
        return tuple(choice.get(name, self._defaults[name]) for name in self.readings)
