"""Documents as JSON text, the same wherever they are printed or written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.documents.base import Document


def document_json(document: Document) -> str:
    """Returns a document as JSON: keys in the type's order, dates ISO, two spaces, a last newline;
    a proof, which is long, without spaces.

    The scenario inside a plan or conflict comes as it was written, defaults left out. The same
    document gives the same text.
    """
    from planner.documents.conflict import Conflict
    from planner.documents.plan import Plan
    from planner.documents.proof import Proof

    plain = document.model_dump(mode="json", by_alias=True)
    if isinstance(document, Plan | Conflict | Proof):
        asked = document.scenario.document
        plain["scenario"]["document"] = asked.model_dump(
            mode="json", by_alias=True, exclude_unset=True
        )
    return compact(plain) if isinstance(document, Proof) else to_json(plain)


def compact(plain: Any) -> str:
    """Returns plain values as JSON on one line, for what only programs read."""
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def to_json(plain: Any) -> str:
    """Returns plain values as JSON in the layout of every document this program writes."""
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
