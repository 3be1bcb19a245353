"""Exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command found out. A batch returns the gravest."""

    GOOD = 0
    FAULT = 1
    BAD_INPUT = 2
    INFEASIBLE = 3
    UNDECIDED = 4
    DISAGREEMENT = 5
    INTERRUPTED = 130
    CLOSED_PIPE = 141
