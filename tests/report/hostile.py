"""Text that means harm, or means nothing, in every place of a plan that takes free text."""

from __future__ import annotations

from typing import Any

import pytest

from planner.documents.coverage import (
    Asked,
    AuthorizationDays,
    Contractor,
    Coverage,
    CoverageStatus,
    Evidence,
    Left,
    Renewal,
)
from planner.documents.plan import Plan, Violation
from planner.documents.policy import Policy
from tests.report.plans import plan
from tests.sampled import sampled

TEXTS = {
    "formula": "=cmd|' /C calc'!A0",
    "sum": "@SUM(A1:A9)",
    "script": "<script>alert(1)</script>",
    "attribute": "\"' onmouseover=alert(1) x='",
    "style": "</style><style>*{display:none}</style>",
    "entity": "&lt;b&gt; &#x41; &amp;",
    "template": "{{ 7 * 7 }}{% raw %}",
    "xml": "]]> <!-- _x0041_ -->",
    "breaks": "one\r\nBEGIN:VEVENT\nEND:VCALENDAR\rtwo",
    "property": "a;b,c:d\\n\\",
    "direction": "\u202eabc\u2066\u200f",
    "control": "\x01\x1b[31m\x07\x7f",
    "surrogate": "a\ud800b",
    "separators": "a\u2028b\u2029c\x85d",
    "wide": "\uff1d1+1",
    "emoji": "\U0001f489 \u00e9\u0301",
    "long": "x" * 10_000,
    "long words": "word " * 2_000,
}

every_text = pytest.mark.parametrize("text", sampled(TEXTS.values(), 4), ids=TEXTS.keys())


def hostile_policy(policy: Policy, text: str) -> Policy:
    """Returns the policy with the text in what a report prints of it, II.A under its name."""
    clauses = {
        text if key == "II.A" else key: clause.model_copy(update={"says": text})
        for key, clause in policy.clauses.items()
    }
    return policy.model_copy(update={"payer": text, "clauses": clauses})


def _coverage(made: Plan, text: str, status: CoverageStatus) -> Coverage:
    window = made.authorizations[0]
    asked = Asked(id=text, section=text, says=text, verdict="not-met", found=text)
    evidence = Evidence(**asked.model_dump(), by=window.start)
    left = Left(first=window.start, last=window.end, cycles_left=1, units_billed=1, units_left=1)
    return Coverage(
        status=status,
        routes=(text,),
        unmet=(asked,),
        open=(asked,),
        missing=(text,),
        depends_on_reading=True,
        notes=(text,),
        renewals=(
            Renewal(
                authorization=text,
                request_by=window.start,
                opens=window.start,
                ends=window.end,
                cycles=(1,),
                therapy_from=window.start,
                therapy_to=window.end,
                status="undecided",
                missing=(text,),
                checklist=(evidence,),
            ),
        ),
        authorizations=(AuthorizationDays(authorization=text, cycles=1, units=1, days=(left,)),),
        contractor=Contractor(
            clause=text,
            state="VA",
            county=text,
            jurisdiction=text,
            contractor=text,
            open_county=True,
            table=text,
        ),
    )


def hostile(text: str, *, violations: bool = False, coverage: CoverageStatus = "undecided") -> Plan:
    """Returns a plan with the text wherever its type takes any text."""
    made = plan(1)
    document = made.scenario.document
    patient = document.patient.model_copy(update={"ref": text, "county": text})
    document = document.model_copy(update={"title": text, "patient": patient})

    def every(items: Any, **update: object) -> Any:
        return tuple(item.model_copy(update=update) for item in items)

    found = (Violation(clause=text, says=text),) if violations else ()
    return made.model_copy(
        update={
            "scenario": made.scenario.model_copy(
                update={"title": text, "sha256": text, "document": document}
            ),
            "policy": made.policy.model_copy(update={"id": text, "revision": text, "sha256": text}),
            "drug": made.drug.model_copy(update={"id": text, "sha256": text}),
            "cycles": every(made.cycles, phase=text, authorization=text),
            "dispenses": every(made.dispenses, authorization=text),
            "claims": every(made.claims, hcpcs=text, ndc=text, diagnosis=text, authorization=text),
            "authorizations": every(made.authorizations, id=text, number=text),
            "limits": every(made.limits[:1], clause=text),
            "readings": {text: text},
            "coverage": _coverage(made, text, coverage),
            "assumed": every(made.assumed, path=text, value=text, says=text),
            "dose_arithmetic": (text,),
            "rows_used": every(made.rows_used, row=text, source=text, revision=text, says=text),
            "notes": (text,),
            "audit": made.audit.model_copy(update={"violations": found}),
            "solver": made.solver.model_copy(update={"name": text, "version": text}),
        }
    )
