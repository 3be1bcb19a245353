"""Reads a plan back from its JSON file."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import ValidationError

from planner.documents.errors import InputErrors
from planner.documents.find import read_file
from planner.documents.load import STANDARD_INPUT, in_order
from planner.documents.plan import Plan
from planner.documents.positions import MAX_BYTES, read_yaml
from planner.documents.translate import translated


def load_plan(source: str) -> Plan:
    """Reads a plan file, or standard input for '-'.

    Raises InputErrors with file, line and column of everything that is not as a plan has it.
    """
    read = read_yaml(_bytes(source), source)
    try:
        plan = Plan.model_validate(read.value)
    except ValidationError as errors:
        raise InputErrors(in_order((*read.problems, *translated(errors, read, Plan)))) from None
    if read.problems:
        raise InputErrors(in_order(read.problems))
    return plan


def _bytes(source: str) -> bytes:
    if source == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return read_file(Path(source), source)
