"""The report of a conflict: it says what conflict.json says, and obeys no text in it."""

from __future__ import annotations

import pytest

from planner.documents.load import load_policy
from planner.report.conflict_html import conflict_html
from planner.report.text import shown
from tests.report.conflicts import conflict
from tests.report.hostile import TEXTS
from tests.report.pages import read

POLICY = load_policy("eocco-0382").policy


def test_the_tables_of_members_and_remedies_equal_the_conflict() -> None:
    made = conflict()
    page = read(conflict_html(made, POLICY))
    assert page.by_id("members").rows() == [
        [m.id, m.kind, m.path or "in the policy", str(m.line or "none"), m.says]
        for m in made.conflict
    ]
    assert page.by_id("remedies").rows() == [
        [r.path, r.says, "the request", r.asked, r.nearest, "0", "56"] for r in made.remedies
    ]


def test_the_picture_and_its_table_show_the_window_that_overflows() -> None:
    page = read(conflict_html(conflict(), POLICY))
    # 28 + 28 = 56, 28 above the cap of 28
    assert page.by_id("window-1-table").rows() == [
        ["Mon 2026-01-05", "1", "28", "28", "0", "request.dispenses.0", "yes"],
        ["Mon 2026-02-09", "2", "28", "56", "28", "request.dispenses.1", "yes"],
    ]
    picture = page.by_id("window-1")
    assert picture.attributes["role"] == "img"
    assert "28 above the cap" in picture.all("desc")[0].text()
    assert len(picture.all("rect", lambda r: r.attributes["class"] == "bag")) == 2
    assert len(picture.all("rect", lambda r: r.attributes["class"] == "over")) == 1


@pytest.mark.parametrize(("second", "drawn"), [("2026-02-15", 1), ("2026-02-16", 0)])
def test_day_41_is_inside_the_window_and_day_42_outside(second: str, drawn: int) -> None:
    assert len(read(conflict_html(conflict(second=second), POLICY)).all("svg")) == drawn


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_arrives_as_text(name: str) -> None:
    text = TEXTS[name]
    html = conflict_html(conflict(text), POLICY)
    page, plain = read(html), read(conflict_html(conflict(), POLICY))
    assert [node.tag for node in page.walk()] == [node.tag for node in plain.walk()]
    assert page.by_id("members").rows()[0][4] == shown(text).strip()
    assert conflict_html(conflict(text), POLICY) == html


def test_nothing_is_loaded_and_without_the_policy_no_window_is_drawn() -> None:
    page = read(conflict_html(conflict(), None))
    assert not page.all("svg")
    assert "no window is drawn" in page.text()
    assert not page.all("script")
    assert not page.all("link")
