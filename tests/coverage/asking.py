"""The planner's answer for a scenario as written, under EOCCO-0382."""

from __future__ import annotations

from planner.coverage import criteria
from planner.documents.criteria import CriteriaAnswer
from planner.documents.load import load_policy
from tests.coverage.patients import Plain, scenario

POLICY = load_policy("eocco-0382").policy
POSITIVE, BY_LEVEL = "adult.consolidation.mrd-positive", "adult.consolidation.mrd-positive.by-level"
NEGATIVE = "adult.consolidation.mrd-negative"
EXPERIENCED, INTOLERANT = (
    "adult.rr.ph-positive.tki-experienced",
    "adult.rr.ph-positive.tki-intolerant",
)


def answer(written: Plain, *, renewal: bool = False) -> CriteriaAnswer:
    """What the planner makes of a scenario."""
    return criteria(scenario(written), POLICY, renewal=renewal)
