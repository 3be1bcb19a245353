"""Every rule of the specification, by id: the table of contents of an audit.

A clause of a policy is checked by the function of its family, once for each clause that speaks
of the plan's indication; the clause's id is the id of what it finds. The other rules hold under
every policy and have ids of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from planner.audit import (
    clauses_codes,
    clauses_coverage,
    clauses_dosing,
    clauses_limits,
    rules_arithmetic,
    rules_billing,
    rules_coverage,
    rules_documents,
    rules_figures,
    rules_history,
    rules_nature,
    rules_pharmacy,
    rules_request,
)
from planner.audit.case import Case
from planner.documents.clause import ClauseBase
from planner.documents.limits import LimitClause
from planner.documents.policy import (
    AuthorizationClause,
    CyclesClause,
    DiagnosesClause,
    DoseClause,
    HcpcsClause,
    InfusionDaysClause,
    LengthClause,
    NdcClause,
    RenewalClause,
)

Rule = Callable[[Case], Iterator[str]]

# The families of clauses that a plan can be held against. The remaining one, contractors
# (Appendix 2), names an office and sets no rule for a calendar: ``figures.contractor``.
FAMILIES: dict[type[ClauseBase], Callable[[Case, Any], Iterator[str]]] = {
    AuthorizationClause: clauses_coverage.authorization,
    LimitClause: clauses_limits.limit,
    RenewalClause: clauses_coverage.renewal,
    DoseClause: clauses_dosing.dose,
    InfusionDaysClause: clauses_dosing.infusion_days,
    LengthClause: clauses_dosing.cycle_length,
    CyclesClause: clauses_coverage.cycles,
    HcpcsClause: clauses_codes.hcpcs,
    NdcClause: clauses_codes.ndc,
    DiagnosesClause: clauses_codes.diagnoses,
}

DATES = "documents.dates"  # a plan may break it without a fault of the search: its dates ran out

RULES: dict[str, Rule] = {
    "documents": rules_documents.documents,
    DATES: rules_documents.dates,
    "nature.cycles": rules_nature.cycles,
    "nature.bag_chain": rules_nature.bag_chain,
    "nature.one_dose": rules_nature.one_dose,
    "nature.mcg": rules_nature.mcg,
    "nature.vials_per_bag": rules_nature.vials_per_bag,
    "nature.dispensed": rules_nature.dispensed,
    "nature.days_supply": rules_nature.days_supply,
    "pharmacy.bags": rules_pharmacy.bags,
    "pharmacy.bag_change_days": rules_pharmacy.bag_change_days,
    "pharmacy.dispense_days": rules_pharmacy.dispense_days,
    "pharmacy.holidays": rules_pharmacy.holidays,
    "pharmacy.closed": rules_pharmacy.closed,
    "pharmacy.transit_days": rules_pharmacy.transit_days,
    "pharmacy.max_days_ahead": rules_pharmacy.max_days_ahead,
    "pharmacy.ready_made": rules_pharmacy.ready_made,
    "pharmacy.spare_vials": rules_pharmacy.spare_vials,
    "pharmacy.hospital_days": rules_pharmacy.hospital_days,
    "request.first_infusion": rules_request.first_infusion,
    "request.cycles": rules_request.cycles,
    "request.cycle_starts": rules_request.cycle_starts,
    "request.daily_dose_mcg": rules_request.daily_dose_mcg,
    "request.dispenses": rules_request.dispenses,
    "request.claims": rules_request.claims,
    "request.pins": rules_request.pins,
    "request.finish_by": rules_request.finish_by,
    "request.max_delay_days": rules_request.max_delay_days,
    "as_of": rules_request.as_of,
    "history.cycles": rules_history.cycles,
    "history.bags": rules_history.bags,
    "history.dispenses": rules_history.dispenses,
    "history.claims": rules_history.claims,
    "history.wasted": rules_history.wasted,
    "billing.lines": rules_billing.lines,
    "authorizations.given": rules_billing.authorized_days,
    "authorizations.units": rules_billing.authorized_units,
    "refill_threshold": rules_billing.refill_threshold,
    "figures.patient": rules_figures.patient,
    "figures.dose_arithmetic": rules_arithmetic.arithmetic,
    "figures.cycles": rules_figures.cycles,
    "figures.coverage": rules_figures.coverage,
    "figures.authorizations": rules_figures.authorizations,
    "figures.limits": rules_figures.limits,
    "figures.objectives": rules_figures.objectives,
    "figures.totals": rules_figures.sums,
    "figures.readings": rules_figures.readings,
    "figures.criteria": rules_coverage.criteria,
    "figures.contractor": rules_coverage.contractor,
    "figures.renewals": rules_coverage.renewals,
    "figures.authorization_days": rules_coverage.authorization_days,
}


def clause_rules(case: Case) -> dict[str, Rule]:
    """The policy's clauses that speak of the plan's indication, each with its function."""
    return {
        name: _bound(FAMILIES[type(clause)], clause)
        for name, clause in case.policy.clauses.items()
        if type(clause) in FAMILIES and case.scenario.indication in clause.indications
    }


def all_rules(case: Case) -> dict[str, Rule]:
    """Everything that a plan is held against, in the order in which it is reported."""
    return {**clause_rules(case), **RULES}


def _bound(family: Callable[[Case, Any], Iterator[str]], clause: ClauseBase) -> Rule:
    return partial(_applied, family, clause)


def _applied(
    family: Callable[[Case, Any], Iterator[str]], clause: ClauseBase, case: Case
) -> Iterator[str]:
    return family(case, clause)
