"""A scenario from its document, as if it stood in a file."""

from __future__ import annotations

import json
from typing import Any

from planner.documents.read_scenario import LoadedScenario, parse_scenario


def written(document: dict[str, Any]) -> LoadedScenario:
    """Reads the document as JSON."""
    return parse_scenario(json.dumps(document))
