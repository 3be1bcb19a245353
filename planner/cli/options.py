"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.documents.engines import Engines

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
ScenarioFile = Annotated[
    str,
    typer.Argument(
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
