"""Text that means harm, or means nothing, in every place of a plan that takes free text."""

from __future__ import annotations

from typing import Any

from planner.documents.plan import Plan, Violation
from tests.report.plans import plan

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


def hostile(text: str, *, violations: bool = False) -> Plan:
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
            "readings": {text: text},
            "assumed": every(made.assumed, path=text, value=text, says=text),
            "rows_used": every(made.rows_used, row=text, source=text, revision=text, says=text),
            "notes": (text,),
            "audit": made.audit.model_copy(update={"violations": found}),
            "solver": made.solver.model_copy(update={"name": text, "version": text}),
        }
    )
