"""What a check over several fields finds, before it knows line and column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.documents.errors import Problem
from planner.documents.positions import Path, Positions, shown


@dataclass(frozen=True)
class Finding:
    """One error at ``path``.

    ``about``: the other values it rests on; it is dropped where one of them was refused already.
    ``at``: where to point instead, for a path that is not in the file.
    """

    path: Path
    found: str
    allowed: str
    maybe: str | None = None
    about: tuple[Path, ...] = ()
    at: Path | None = None


def located(
    findings: Iterable[Finding], file: str, positions: Positions, broken: Sequence[Path] = ()
) -> tuple[Problem, ...]:
    """Findings with their line and column, without those that rest on a refused value."""
    problems = []
    for finding in findings:
        if any(_touch(path, bad) for path in (finding.path, *finding.about) for bad in broken):
            continue
        mark = positions.of(finding.path if finding.at is None else finding.at)
        problems.append(
            Problem(
                file,
                mark.line,
                mark.column,
                shown(finding.path),
                finding.found,
                finding.allowed,
                finding.maybe,
            )
        )
    return tuple(problems)


def _touch(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
