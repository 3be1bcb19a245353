"""Folders of files that real plans were written into, and their plan.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

# weeks and weekdays; a past; numbers that the payer gave; doses with decimals and discarded drug;
# one cycle
NAMES = (
    "adult-rr-weekly-weekdays",
    "adult-rr-in-progress",
    "adult-rr-authorizations-given",
    "pediatric-mrd-20kg",
    "infant-interfant-6kg",
)


@dataclass(frozen=True)
class Written:
    """A folder of files, and the plan in it as a reader of JSON sees it."""

    folder: Path
    plan: dict[str, Any]

    def text(self, name: str) -> str:
        """A file as it is, line ends and all."""
        return (self.folder / name).read_bytes().decode()

    def events(self, name: str = "calendar.ics") -> list[Event]:
        """The events of a calendar file."""
        return IcsCalendarStream.calendar_from_ics(self.text(name)).events

    def numbers(self) -> dict[str, str | None]:
        """The payer's number of each authorization."""
        return {one["id"]: one["number"] for one in self.plan["authorizations"]}


def read_folder(folder: Path) -> Written:
    """A folder with its plan; numbers with a point are exact."""
    content = (folder / "plan.json").read_bytes()
    return Written(folder, json.loads(content, parse_float=Decimal))


def claims_of(plan: dict[str, Any]) -> Iterator[tuple[tuple[str, int], list[dict[str, Any]]]]:
    """The plan's claim lines by date of service and cycle."""
    lines = sorted(plan["claims"], key=lambda line: (line["cycle"], line["date"]))
    for (cycle, day), of_day in groupby(lines, key=lambda line: (line["cycle"], line["date"])):
        yield (day, cycle), list(of_day)
