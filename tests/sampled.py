"""Which part of a long run of cases stays in ``make test``: a sample, always the same one.

``make test-long`` has the rest (the mark ``long``), so that between them none is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")
EVERY = 7
MANY = 40  # times as many examples under the profile ``long``


def sampled(cases: Iterable[object], every: int = EVERY) -> list[ParameterSet]:
    """Each case of one argument, in order; all but the first of ``every`` are marked ``long``.

    The same list gives the same sample: tests that share it share what they plan.
    """
    return [
        pytest.param(case, marks=pytest.mark.long if number % every else ())
        for number, case in enumerate(cases)
    ]


def examples(
    number: int, drawn: SearchStrategy[Drawn], phases: Collection[Phase] = tuple(Phase)
) -> Callable[[Callable[[Drawn], None]], Callable[[int], None]]:
    """A check of one drawn value as a test of ``number`` fixed examples, marked ``long``, and one
    of the seventh part; forty times as many new ones under Hypothesis' profile ``long``."""
    many = settings.get_current_profile_name() == "long"

    def of(check: Callable[[Drawn], None]) -> Callable[[int], None]:
        @pytest.mark.parametrize(
            "count", [-(-number // EVERY), pytest.param(number, marks=pytest.mark.long)]
        )
        def test(count: int) -> None:
            settings(
                max_examples=MANY * count if many else count,
                derandomize=not many,
                deadline=None,
                database=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
                phases=phases,
            )(given(drawn)(check))()

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return of
