"""Plans that were really made, with how they stand with the payer's criteria."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from planner import covered, criteria
from planner import plan as plan_scenario
from planner.documents.find import shipped
from planner.documents.load import parse_scenario
from planner.documents.plan import Plan


@cache
def planned(name: str, *, facts: bool = True, **request: object) -> Plan:
    """Returns the plan of a shipped scenario with another ``request``; without ``facts`` its
    criteria are open."""
    document: dict[str, Any] = YAML(typ="safe").load(
        shipped("scenarios").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    )
    if not facts:
        document["patient"].pop("facts")
    document["request"] |= request
    scenario = parse_scenario(json.dumps(document, default=str), f"{name}.json")
    made = plan_scenario(scenario)
    assert isinstance(made, Plan)
    return covered(made, criteria(scenario))
