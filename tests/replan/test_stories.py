"""Drawn stories: to courses of some kind one to six things happen (``benchmarks/stories.py``)."""

from __future__ import annotations

import pytest

from benchmarks.stories import story
from tests.replan.courses import KNOWN
from tests.sampled import sampled

SEEDS = (3, 6, 7, 9, 11, 0, 2, 4, 5, 8, 12, 13, 15, 18, 19, 20, 21, 22)


@pytest.mark.parametrize("seed", sampled(SEEDS))
def test_each_replan_is_audited_and_proven_and_every_change_has_a_cause(seed: int) -> None:
    """Or is a conflict with a certificate, or refused as what cannot have happened."""
    for step in story(seed, KNOWN):
        assert step.answer in ("planned", "infeasible", "refused")
        assert not step.faults, step.events
