"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from planner.documents.engines import Engines


def folder(help_: str) -> OptionInfo:
    """The option -o DIR of a command; ``help_`` says what is written into it."""
    option: OptionInfo = typer.Option("-o", "--out", metavar="DIR", file_okay=False, help=help_)
    return option


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Models = Annotated[
    list[Path],
    typer.Option(
        "--models",
        metavar="DIR",
        help="A folder of model files of your own (policies/, drugs/, medicare/), looked up "
        "before the shipped ones; may be given again.",
        default_factory=list,
        show_default=False,
    ),
]


def _scenarios(incomplete: str) -> list[str]:
    """Files and shipped scenarios that a word may go on to."""
    from planner.documents.find import shipped_scenarios

    folder = Path(incomplete).parent if "/" in incomplete else Path()
    files = [
        f"{one}/" if one.is_dir() else str(one)
        for one in sorted(folder.iterdir() if folder.is_dir() else ())
        if one.is_dir() or one.suffix in (".yaml", ".yml", ".json")
    ]
    return [one for one in (*files, *shipped_scenarios()) if one.startswith(incomplete)]


def _policies(incomplete: str) -> list[str]:
    """Policies that a word may go on to, the last of a list."""
    from planner.documents.find import list_models

    *before, last = incomplete.split(",")
    known = [file.id for file in list_models() if file.kind == "policies"]
    return [",".join((*before, one)) for one in known if one.startswith(last)]


ScenarioFile = Annotated[
    str,
    typer.Argument(
        autocompletion=_scenarios,
        metavar="FILE",
        help="A scenario file, '-' for standard input, or the name of a shipped scenario.",
    ),
]
Evidence = Annotated[
    bool,
    typer.Option(
        "--evidence",
        help="With --json, show for each member of a conflict a calendar without it.",
    ),
]
TimeLimit = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        min=0.0,
        help="Seconds by the clock for all of it, explanation and latest starts included; what is "
        "known then stands. 0 settles for what labels find.",
    ),
]
Policies = Annotated[
    str | None,
    typer.Option(
        "--policies",
        autocompletion=_policies,
        metavar="LIST",
        help="Which policies, separated by commas; default: the scenario's own, then all others "
        "that 'planner models' lists.",
    ),
]
Engine = Annotated[
    Engines,
    typer.Option(
        "--engine",
        help="All engines, or CP-SAT by itself: one model of every rule and no search by labels, "
        "slower, to the same values.",
    ),
]
IgnoreCriteria = Annotated[
    bool,
    typer.Option(
        "--ignore-criteria",
        help="Go on where the payer's criteria are not met; the plan is marked as not covered.",
    ),
]
