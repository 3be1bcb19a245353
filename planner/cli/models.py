"""``planner models``: the policies and drugs that a scenario can name, and shipped scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from planner.cli.options import Models

if TYPE_CHECKING:
    from planner.documents.find import ModelFile

Row = tuple[str, ...]


def list_model_files(models: Models) -> None:
    """List the policies and drugs that a scenario can name, and the shipped scenarios."""
    from planner.cli.output import screen
    from planner.documents.find import list_models
    from planner.report.layout import Column, heading, lines, table

    files = list_models(models)
    tables = (
        ("Policies", ("Id", "Payer", "Revision", "In force", "From"), _policies(files, models)),
        ("Drugs", ("Id", "Name", "NDC", "From"), _drugs(files, models)),
        ("Scenarios to try", ("Id", "Title"), _scenarios()),
    )
    console = screen()
    for title, heads, rows in tables:
        columns = [
            Column(head, wraps=head in ("Payer", "Revision", "From", "Title")) for head in heads
        ]
        for part in (heading(title), table(columns, rows)):
            for line in lines(part, console, max(80, console.width)):
                console.print(line, soft_wrap=True)


def _scenarios() -> Iterator[Row]:
    from planner.documents.find import shipped, shipped_scenarios
    from planner.documents.read_scenario import parse_scenario
    from planner.report.text import shown

    for name in shipped_scenarios():
        raw = shipped("scenarios").joinpath(f"{name}.yaml").read_bytes()
        yield name, shown(parse_scenario(raw, f"scenarios/{name}.yaml").scenario.title)


def _policies(files: tuple[ModelFile, ...], models: list[Path]) -> Iterator[Row]:
    from planner.documents.load import load_policy
    from planner.report.text import in_force, shown

    for file in files:
        if file.kind == "policies":
            policy = load_policy(file.id, models).policy
            yield (
                policy.id,
                shown(policy.payer),
                shown(policy.revision),
                in_force(policy.effective_from, policy.effective_until),
                shown(file.origin),
            )


def _drugs(files: tuple[ModelFile, ...], models: list[Path]) -> Iterator[Row]:
    from planner.documents.load import load_drug
    from planner.report.text import shown

    for file in files:
        if file.kind == "drugs":
            drug = load_drug(file.id, models).drug
            codes = ", ".join(package.ndc for package in drug.packages)
            yield drug.id, shown(f"{drug.name} ({drug.brand})"), codes, shown(file.origin)
