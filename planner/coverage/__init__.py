"""Whether a patient is covered: criteria of approval and renewal."""

from planner.coverage.answer import DisagreementError, NoCriteriaError, criteria, verdict
from planner.coverage.contractor import contractor_of, table_of
from planner.coverage.covered import coverage_of, covered

__all__ = [
    "DisagreementError",
    "NoCriteriaError",
    "contractor_of",
    "coverage_of",
    "covered",
    "criteria",
    "table_of",
    "verdict",
]
