"""Where commands write: documents as JSON, reports on a screen, progress beside them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from planner.documents.printed import document_json, to_json

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["document_json", "paged", "progress", "screen", "to_json"]


def screen() -> Console:
    """Returns standard output as a console: NO_COLOR is honoured, a pipe gets plain text."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Screen(file=sys.stdout, markup=False, emoji=False, highlight=False)


@contextmanager
def paged(console: Console) -> Iterator[None]:
    """Shows what is printed through a pager (PAGER, else less), on a terminal alone; what fits on
    one screen is just printed."""
    if not console.is_terminal:
        yield
        return
    os.environ.setdefault("LESS", "-RFX")
    with console.pager(styles=not console.no_color):
        yield


@contextmanager
def progress(words: str) -> Iterator[None]:
    """Shows that work goes on, on standard error and only where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True, markup=False, emoji=False).status(words):
        yield
