"""The report of real plans, its tables and its picture, held against plan.json."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from tests.report.pages import Node, read
from tests.report.written import Written

MARGIN = 8
BAND_HEIGHT = 60


def test_the_report(written: Written) -> None:
    page, plan = read(written.text("report.html")), written.plan
    figures = {
        name: [row[at] for row in page.by_id(name).rows()]
        for name, at in (("dispenses", 3), ("bags", 4), ("claims", 3))
    }
    assert figures == {
        "dispenses": [str(one["vials"]) for one in plan["dispenses"]],
        "bags": [str(one["vials"]) for one in plan["bags"]],
        "claims": [str(one["units"]) for one in plan["claims"]],
    }
    dates = {
        name: [row[0][-10:] for row in page.by_id(name).rows()]
        for name in ("dispenses", "bags", "claims")
    }
    assert dates == {
        "dispenses": [one["date"] for one in plan["dispenses"]],
        "bags": [one["hang"] for one in plan["bags"]],
        "claims": [one["date"] for one in plan["claims"]],
    }


def test_the_picture(written: Written) -> None:
    (svg,) = read(written.text("report.html")).pictures()
    plan = written.plan
    said = Counter(title.text() for rect in svg.all("rect") for title in rect.all("title"))
    for sent in plan["dispenses"]:
        vials = f"{sent['vials']} vial{'s' if sent['vials'] > 1 else ''}"
        assert said[f"{_day(sent['date'])}: {vials} for cycle {sent['cycle']}"] == 1
    for cycle in plan["cycles"]:
        past = " (past)" if cycle["past"] else ""
        dates = f"{_day(cycle['start'])} to {_day(cycle['disconnect'])}"
        assert said[f"Cycle {cycle['cycle']}{past}: {dates}"] == 1
    kinds = Counter(rect.attributes["class"] for rect in svg.all("rect"))
    assert kinds["infusion"] == kinds["free"] == len(plan["cycles"])
    assert kinds["bag"] == len(plan["bags"])
    assert kinds["dispense"] == len(plan["dispenses"])
    assert kinds["given"] + kinds["asked"] == len(plan["authorizations"])
    assert kinds["window"] == len(svg.all("polygon")) == len(plan["limits"])
    for limit in plan["limits"]:
        full = limit["peak"] >= limit["limit"]
        words = f": {limit['peak']:,} of {limit['limit']:,} {limit['unit']}"
        assert any(title.endswith(words) for title in said) is full
    titles = [words.text() for words in svg.all("text") if words.attributes.get("class") == "lane"]
    assert titles[4:] == [
        f"{one['clause']}: {_room(one)} ({one['peak']:,} of {one['limit']:,} {one['unit']} "
        f"in {one['per_days']} days)"
        for one in plan["limits"]
    ]


def _room(limit: dict[str, Any]) -> str:
    left = limit["limit"] - limit["peak"]
    return f"{left:,} left" if left else "full"


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%a} {iso}"


def test_the_bands_of_the_picture_and_their_tables(written: Written) -> None:
    page, plan = read(written.text("report.html")), written.plan
    (svg,) = page.pictures()
    first, per_day = _scale(svg)
    days = (int(svg.attributes["width"]) - 2 * MARGIN) // per_day
    bands = [area.attributes["points"] for area in svg.all("polygon")]
    for number, (limit, points) in enumerate(zip(plan["limits"], bands, strict=True), start=1):
        outline = [tuple(map(int, point.split(","))) for point in points.split()]
        base, most = outline[0][1], max(limit["limit"], limit["peak"])
        rows = page.by_id(f"use-{number}").rows()
        for offset in range(days):
            day = first + timedelta(days=offset)
            amount = _in_window(plan, limit, day)
            x = MARGIN + offset * per_day
            (height, *_) = [y for at, y in reversed(outline[1:-1]) if at <= x] or [base]
            if x >= outline[-1][0]:
                height = base
            assert height == base - amount * BAND_HEIGHT // most, (limit["clause"], day)
            told = [row[2] for row in rows if row[0][-10:] <= day.isoformat() <= row[1][-10:]]
            assert told in ([f"{amount:,}"], []), (limit["clause"], day)
            assert told or not amount


def _scale(svg: Node) -> tuple[date, int]:
    """The first date of the picture and the pixels of a day, by the box of the first cycle."""
    box = svg.all("rect", lambda rect: rect.attributes["class"] == "infusion")[0]
    starts, ends = re.findall(r"\d{4}-\d\d-\d\d", box.text())
    opens = date.fromisoformat(starts)
    per_day = int(box.attributes["width"]) // (date.fromisoformat(ends) - opens).days
    return opens - timedelta(days=(int(box.attributes["x"]) - MARGIN) // per_day), per_day


def _in_window(plan: dict[str, Any], limit: dict[str, Any], last: date) -> int:
    """What counts in the window that ends on a day: vials by dispense, units by date of service."""
    opens = (last - timedelta(days=limit["per_days"] - 1)).isoformat()
    if limit["unit"] == "vials":
        counted = [(sent["date"], sent["vials"]) for sent in plan["dispenses"]]
    else:
        low, high = map(int, re.findall(r"\d+", limit["clause"]))
        counted = [
            (line["date"], line["units"]) for line in plan["claims"] if low <= line["cycle"] <= high
        ]
    return sum(amount for day, amount in counted if opens <= day <= last.isoformat())
