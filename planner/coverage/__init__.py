"""Whether a patient is covered: criteria of approval and renewal."""

from planner.coverage.answer import DisagreementError, NoCriteriaError, criteria, verdict
from planner.coverage.covered import coverage_of, covered

__all__ = ["DisagreementError", "NoCriteriaError", "coverage_of", "covered", "criteria", "verdict"]
