"""Which cases of a long parametrisation stay in ``make test``."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet


def sampled(cases: Iterable[object], every: int = 7) -> list[ParameterSet]:
    """Each case of one argument, in order; all but the first of ``every`` are marked ``long``.

    ``make test`` runs the sample, ``make test-long`` the rest, so that between them none is lost.
    The same list gives the same sample: tests that share it share what they plan.
    """
    return [
        pytest.param(case, marks=pytest.mark.long if number % every else ())
        for number, case in enumerate(cases)
    ]
