"""Which Medicare contractor serves a patient, by the table that the policy names."""

from __future__ import annotations

from planner.documents.contractors import Contractors, contractor, needs_county
from planner.documents.coverage import Contractor
from planner.documents.policy import ContractorsClause, Policy
from planner.documents.scenario import Scenario


def table_of(scenario: Scenario, policy: Policy) -> tuple[str, str] | None:
    """The policy's clause for the indication, and the table it names; None without one."""
    return next(
        (
            (name, clause.table)
            for name, clause in policy.clauses.items()
            if isinstance(clause, ContractorsClause) and scenario.indication in clause.indications
        ),
        None,
    )


def contractor_of(scenario: Scenario, clause: str, table: Contractors) -> Contractor | None:
    """The contractor of the patient's state, and of the county where that decides; None where the
    state is not given or the table does not name it.
    """
    state, county = scenario.patient.state, scenario.patient.county
    row = contractor(table, state, county) if state is not None else None
    if state is None or row is None:
        return None
    return Contractor(
        clause=clause,
        state=state,
        county=county,
        jurisdiction=row.jurisdiction,
        contractor=row.contractor,
        open_county=needs_county(table, state) and county is None,
        table=f"{table.title}; {table.revision}",
    )
