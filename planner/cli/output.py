"""Where commands write: documents as JSON, reports on a screen, progress beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from planner.documents.base import Document


def document_json(document: Document) -> str:
    """Returns a document as JSON: keys in the type's order, dates ISO, two spaces, a last newline.

    The scenario inside a plan comes as it was written, defaults left out. The same document gives
    the same text.
    """
    from planner.documents.plan import Plan

    plain = document.model_dump(mode="json", by_alias=True)
    if isinstance(document, Plan):
        asked = document.scenario.document
        plain["scenario"]["document"] = asked.model_dump(
            mode="json", by_alias=True, exclude_unset=True
        )
    return to_json(plain)


def to_json(plain: Any) -> str:
    """Returns plain values as JSON in the layout of every document this program writes."""
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def screen() -> Console:
    """Returns standard output as a console: NO_COLOR is honoured, a pipe gets plain text."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Screen(file=sys.stdout, markup=False, emoji=False, highlight=False)


@contextmanager
def progress(words: str) -> Iterator[None]:
    """Shows that work goes on, on standard error and only where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True, markup=False, emoji=False).status(words):
        yield
