"""The words of the glossary, as they stand in ``docs/glossary.md``."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_FILE = "glossary.md"


def glossary() -> dict[str, str]:
    """Each word with what it means here, in the file's order."""
    package = files("planner")
    inside = package.joinpath(_FILE)
    source = inside if inside.is_file() else Path(str(package)).parent / "docs" / _FILE
    rows = [line.split("|") for line in source.read_text(encoding="utf-8").splitlines()]
    cells = [[cell.strip() for cell in row[1:-1]] for row in rows if len(row) == 4]
    return {word: means for word, means in cells[2:]}
