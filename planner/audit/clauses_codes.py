"""Section VI and Appendix 1: the codes on claim lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planner.audit.case import Case, in_force
from planner.documents.policy import DiagnosesClause, DiagnosisCode, HcpcsClause, NdcClause


def hcpcs(case: Case, clause: HcpcsClause) -> Iterator[str]:
    """VI.hcpcs: every line carries the clause's code."""
    for line in case.plan.claims:
        if in_force(clause, line.date) and line.hcpcs != clause.code:
            yield f"the claim of {line.date} carries {line.hcpcs}, not {clause.code}"


def ndc(case: Case, clause: NdcClause) -> Iterator[str]:
    """VI.ndc: every line names, in 11 digits, a package of the covered product that is marketed
    on the date of service."""
    for line in case.plan.claims:
        if not in_force(clause, line.date):
            continue
        if not line.ndc.startswith(clause.labeler_product.replace("-", "")):
            yield f"the claim of {line.date} names {line.ndc}, not of {clause.labeler_product}"
        elif line.ndc not in _marketed(case, line.date):
            yield f"the claim of {line.date} names {line.ndc}, no package marketed on that day"


def _marketed(case: Case, day: date) -> list[str]:
    return [
        package.ndc.replace("-", "")
        for package in case.drug.packages
        if package.marketed_from is None or package.marketed_from <= day
    ]


def diagnoses(case: Case, clause: DiagnosesClause) -> Iterator[str]:
    """App1: the diagnosis is the patient's and one of the covered codes on the date of service.

    Where the scenario names no diagnosis the lines name none, and nothing can be said.
    """
    diagnosis = case.scenario.patient.diagnosis
    for line in case.plan.claims:
        if line.diagnosis != diagnosis:
            yield (
                f"the claim of {line.date} names the diagnosis {line.diagnosis}, "
                f"the patient's is {diagnosis}"
            )
    codes = {code.code: code for code in clause.codes}
    if diagnosis is None:
        return
    if diagnosis not in codes:
        yield f"the diagnosis {diagnosis} is not among the {len(codes)} covered codes"
        return
    for line in case.plan.claims:
        if not _valid(codes[diagnosis], line.date):
            yield f"the diagnosis {diagnosis} is not covered on {line.date}"


def _valid(code: DiagnosisCode, day: date) -> bool:
    begun = code.effective_from is None or code.effective_from <= day
    return begun and (code.effective_until is None or day <= code.effective_until)
