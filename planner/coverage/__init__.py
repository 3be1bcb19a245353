"""Whether a patient is covered: criteria of approval and renewal."""

from planner.coverage.answer import DisagreementError, NoCriteriaError, criteria

__all__ = ["DisagreementError", "NoCriteriaError", "criteria"]
