"""Small systems drawn at random, and what trying all values says of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import strategies as st

from planner.constraints.system import Linear, System


def system_of(
    bounds: list[tuple[int, int]],
    *rows: tuple[dict[int, int], int | None, int | None],
    **objectives: dict[int, int],
) -> System:
    """A system of variables with bounds, rows of (coefficients, low, high), and objectives."""
    system = System()
    for i, (low, high) in enumerate(bounds):
        system.variable(("x", i), low, high)
    for i, (terms, least, most) in enumerate(rows):
        system.add((f"rule-{i}",), (i,), terms.items(), low=least, high=most)
    system.objectives = {
        name: Linear(tuple(terms.items()), constant=3) for name, terms in objectives.items()
    }
    return system


def solutions(system: System) -> Iterator[tuple[int, ...]]:
    """All of them, by trying all values."""
    ranges = (range(a, b + 1) for a, b in zip(system.low, system.high, strict=True))
    return (values for values in product(*ranges) if system.broken(values) is None)


def value(objective: Linear, values: tuple[int, ...]) -> int:
    """What an objective comes to."""
    return objective.constant + sum(c * values[v] for v, c in objective.terms)


def outcomes(system: System) -> list[tuple[int, ...]]:
    """The objectives' values in all solutions, each once, the best first."""
    of_all = {tuple(value(o, x) for o in system.objectives.values()) for x in solutions(system)}
    return sorted(of_all)


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Up to five variables, six rows and three objectives, with numbers small and not so small."""
    count = draw(st.integers(1, 5))
    bounds = []
    for _ in range(count):
        low = draw(st.integers(-2, 2))
        bounds.append((low, low + draw(st.integers(0, 3))))
    coefficients = st.integers(-5, 5) | st.sampled_from([-385, 168, 35])

    def terms() -> dict[int, int]:
        return draw(st.dictionaries(st.integers(0, count - 1), coefficients))

    rows: list[Any] = []
    for _ in range(draw(st.integers(0, 6))):
        least = draw(st.none() | st.integers(-6, 8))
        most = draw(st.none() | st.integers(0 if least is None else least, 10))
        rows.append((terms(), least, most))
    return system_of(bounds, *rows, **{name: terms() for name in ("first", "then", "last")})
