"""The plan document: what earlier versions wrote is still read."""

from __future__ import annotations

from datetime import date
from typing import Any

from planner.documents.plan import PlannedBag

WRITTEN: dict[str, Any] = {
    "cycle": 1,
    "hang": "2026-01-05",
    "days": 7,
    "mcg_per_day": 28,
    "mcg": 196,
    "vials": 6,
    "dispense": "2026-01-02",
}


def read(**parts: Any) -> list[tuple[date, int]]:
    bag = PlannedBag.model_validate({**WRITTEN, **parts})
    return [(source.dispense, source.vials) for source in bag.from_]


def test_a_bag_without_its_sources_has_all_its_vials_from_the_one_dispense_it_names() -> None:
    assert read() == [(date(2026, 1, 2), 6)]


def test_a_past_bag_of_unknown_origin_has_no_sources() -> None:
    assert read(dispense=None, past=True) == []


def test_sources_are_read_as_written_and_written_as_from() -> None:
    parts = [{"dispense": "2026-01-02", "vials": 2}, {"dispense": "2026-01-05", "vials": 4}]
    bag = PlannedBag.model_validate({**WRITTEN, "from": parts})
    assert bag.model_dump(mode="json", by_alias=True)["from"] == parts
