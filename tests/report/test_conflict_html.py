"""The report of a conflict: it says what conflict.json says, and obeys no text in it."""

from __future__ import annotations

from planner.documents.load import load_policy
from planner.report.conflict_html import conflict_html
from planner.report.text import shown
from tests.report.conflicts import conflict, late_conflict, two_pictures, window_of
from tests.report.hostile import every_text
from tests.report.pages import read

POLICY = load_policy("eocco-0382").policy


def test_the_tables_of_members_and_remedies_equal_the_conflict() -> None:
    made = conflict()
    page = read(conflict_html(made, POLICY))
    assert page.by_id("members").rows() == [
        [m.id, m.says, m.kind, f"scenario, line {m.line}" if m.path else "policy"]
        for m in made.conflict
    ]
    assert page.by_id("remedies").rows() == [
        [str(number), r.path, r.asked, r.nearest, "0", "56"]
        for number, r in enumerate(made.remedies, start=1)
    ]
    assert [item.text() for item in page.by_id("changes").all("li")] == [
        f"{r.says} Changes the request." for r in made.remedies
    ]


def test_a_default_and_a_member_found_elsewhere_say_where_they_stand() -> None:
    made = conflict()
    clause, first, second = made.conflict
    members = (
        clause,
        first.model_copy(update={"line": None, "assumed": True}),
        second.model_copy(update={"id": "another"}),
    )
    page = read(conflict_html(made.model_copy(update={"conflict": members}), POLICY))
    assert [row[3] for row in page.by_id("members").rows()] == [
        "policy",
        "not in the scenario: assumed",
        "request.dispenses.1: scenario, line 12",
    ]


def test_the_remedies_stand_beside_the_picture() -> None:
    (beside,) = [
        node
        for node in read(conflict_html(conflict(), POLICY)).walk()
        if node.attributes.get("class") == "beside"
    ]
    assert len(beside.pictures()) == 1
    assert beside.by_id("changes").all("li")


def test_ids_are_unique_with_two_pictures_on_one_page() -> None:
    page = read(conflict_html(two_pictures(), POLICY))
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(page.pictures()) == 2
    assert len(ids) == len(set(ids))
    for node in page.walk():
        assert set(node.attributes.get("aria-labelledby", "").split()) <= set(ids)
        assert node.attributes.get("href", "#content")[1:] in ids


def test_the_picture_and_its_table_show_the_window_that_overflows() -> None:
    page = read(conflict_html(conflict(), POLICY))
    # 28 + 28 = 56, 28 above the cap of 28
    assert page.by_id("window-1-table").rows() == [
        ["Mon 2026-01-05", "1", "28", "28", "0", "Two dispenses", "request.dispenses.0"],
        ["Mon 2026-02-09", "2", "28", "56", "28", "Two dispenses", "request.dispenses.1"],
    ]
    picture = page.by_id("window-1")
    assert picture.attributes["role"] == "img"
    assert "28 above the cap" in picture.all("desc")[0].text()
    assert len(picture.all("rect", lambda r: r.attributes["class"] == "bag")) == 2
    assert len(picture.all("rect", lambda r: r.attributes["class"] == "over")) == 1


def test_nothing_on_the_page_calls_a_conflict_a_plan() -> None:
    text = read(conflict_html(conflict(), POLICY)).text()
    assert "This plan" not in text
    assert "gives no advice on treatment" in text


def test_a_conflict_without_a_window_has_no_picture() -> None:
    page = read(conflict_html(conflict().model_copy(update={"window": None}), POLICY))
    assert not page.pictures()


def test_what_is_still_to_come_is_outlined_and_stands_by_its_latest_date() -> None:
    window = window_of(("2026-01-05", 28, "history.dispenses.0"), ("2026-02-01", 1, None))
    page = read(conflict_html(conflict().model_copy(update={"window": window}), POLICY))
    assert page.by_id("window-1-table").rows()[1] == [
        *("by Sun 2026-02-01", "2", "1", "29", "1"),  # 28 + 1 = 29, one above 28
        *("so many", "still to come"),
    ]
    boxes = page.by_id("window-1").all("rect")
    (outlined,) = [box for box in boxes if box.attributes["class"] == "other"]
    assert "at least 1 vial of cycle 2" in outlined.text()
    assert "Outlined bars are still to come" in page.text()
    assert "Outlined bars" not in read(conflict_html(conflict(), POLICY)).text()


@every_text
def test_hostile_text_arrives_as_text(text: str) -> None:
    html = conflict_html(conflict(text), POLICY)
    page, plain = read(html), read(conflict_html(conflict(), POLICY))
    assert [node.tag for node in page.walk()] == [node.tag for node in plain.walk()]
    assert page.by_id("members").rows()[0][1] == shown(text).strip()
    assert conflict_html(conflict(text), POLICY) == html


def test_nothing_is_loaded_and_without_the_policy_no_authorization_is_drawn() -> None:
    late = late_conflict("2026-07-07")  # 183 + 28 days; 30 weeks are 210
    assert len(read(conflict_html(late, POLICY)).pictures()) == 1
    assert not read(conflict_html(late, None)).pictures()
    page = read(conflict_html(conflict(), None))
    assert len(page.pictures()) == 1
    assert "no authorization is drawn" in page.text()
    assert not page.all("script")
    assert not page.all("link")
