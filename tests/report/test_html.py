"""The report as a document: what it says, and what it may not do."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from planner.documents.load import load_policy
from planner.documents.plan import Plan, Violation
from planner.report.html import report_html
from planner.report.page import dates
from planner.report.terminal import CHECK_ROWS, NO_ADVICE
from planner.report.text import day
from tests.report.pages import Node, read
from tests.report.plans import FIRST, plan

POLICY = load_policy("eocco-0382").policy


def _page(made: Plan) -> Node:
    return read(report_html(made, POLICY))


@pytest.fixture(scope="module")
def page() -> Node:
    return _page(plan(7, number="PA-1", notes=("a note",)))


def test_nothing_is_loaded_from_anywhere(page: Node) -> None:
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("img")
    for node in page.walk():
        for name in ("href", "src", "action", "srcset", "data"):
            assert node.attributes.get(name, "#").startswith("#"), node
        assert "style" not in node.attributes
        assert not [name for name in node.attributes if name.startswith("on")]
    assert "url(" not in re.sub(r"url\(#\w+\)", "", page.all("style")[0].text())
    assert "@import" not in page.all("style")[0].text()


def test_the_security_policy_allows_this_style_sheet_and_nothing_else(page: Node) -> None:
    (meta,) = page.all("meta", lambda n: "http-equiv" in n.attributes)
    digest = hashlib.sha256(page.all("style")[0].text().encode()).digest()
    assert meta.attributes == {
        "http-equiv": "Content-Security-Policy",
        "content": f"default-src 'none'; style-src 'sha256-{base64.b64encode(digest).decode()}'; "
        "base-uri 'none'; form-action 'none'",
    }


def test_ids_are_unique_and_every_reference_has_its_target(page: Node) -> None:
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for node in page.walk():
        for name in ("for", "aria-labelledby"):
            assert set(node.attributes.get(name, "").split()) <= set(ids)
        assert node.attributes.get("href", "#content")[1:] in ids


def test_headings_go_down_one_level_at_a_time(page: Node) -> None:
    levels = [int(node.tag[1]) for node in page.walk() if re.fullmatch("h[1-6]", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_speaks_english_and_fits_a_phone(page: Node) -> None:
    assert page.all("html")[0].attributes["lang"] == "en"
    (view,) = page.all("meta", lambda n: n.attributes.get("name") == "viewport")
    assert view.attributes["content"] == "width=device-width, initial-scale=1"


def test_every_table_has_a_caption_and_headed_columns_and_rows(page: Node) -> None:
    for table in page.all("table"):
        assert table.all("caption")[0].text()
        heads = table.all("thead")[0].all("th")
        assert all(head.attributes["scope"] == "col" for head in heads)
        for row in table.all("tbody")[0].all("tr"):
            cells = [cell for cell in row.children if isinstance(cell, Node)]
            if table.attributes.get("class") != "month" and len(cells) > 1:
                assert len(cells) == len(heads)
                assert cells[0].attributes["scope"] == "row"


def test_cycles_equal_the_plan() -> None:
    made = plan(7)
    assert _page(made).by_id("cycles").rows() == [
        [
            str(c.cycle),
            c.phase,
            day(c.start),
            day(c.last_infusion_day),
            day(c.disconnect),
            day(c.earliest_next),
            day(c.latest_start) if c.latest_start else "",
            c.authorization,
        ]
        for c in made.cycles
    ]


def test_dispenses_bags_and_claims_equal_the_plan() -> None:
    made = plan(3)
    page = _page(made)

    assert [row[:6] for row in page.by_id("dispenses").rows()] == [
        [day(d.date), day(d.delivered), str(d.cycle), str(d.vials), "0", str(d.days_supply)]
        for d in made.dispenses
    ]
    assert [row[:5] for row in page.by_id("bags").rows()] == [
        [day(b.hang), "1", f"{b.mcg_per_day} mcg/day", f"{b.mcg} mcg", "1"] for b in made.bags
    ]
    assert [row[:7] for row in page.by_id("claims").rows()] == [
        [
            day(c.date),
            "J9039",
            c.modifier or "none",
            str(c.units),
            "55513016001",
            str(c.ndc_units),
            "C91.02",
        ]
        for c in made.claims
    ]


def test_critical_dates_are_requests_ends_of_authorizations_and_latest_starts(page: Node) -> None:
    made = plan(7)
    expected = [d for a in made.authorizations for d in (a.request_by, a.end) if d]
    expected += [c.latest_start for c in made.cycles if c.latest_start]
    assert [row[0] for row in page.by_id("critical").rows()] == [day(d) for d in sorted(expected)]


def test_the_checklist_covers_thirty_days_and_every_line_can_be_ticked(page: Node) -> None:
    tasks = page.all("ul", lambda n: n.attributes.get("class") == "tasks")[0].all("li")
    days = [date.fromisoformat(t.all("time")[0].attributes["datetime"]) for t in tasks]
    opening = FIRST - timedelta(days=1)  # the first dispense

    assert max(days) < opening + timedelta(days=30)
    assert days == sorted(days)
    for task in tasks:
        (box,) = task.all("input")
        (label,) = task.all("label")
        assert box.attributes["type"] == "checkbox"
        assert label.attributes["for"] == box.attributes["id"]
    late = [task.text() for task, when in zip(tasks, days, strict=True) if when < opening]
    assert late
    assert all("due before this plan opens" in text for text in late)


def test_months_show_every_start_bag_change_disconnect_dispense_and_delivery() -> None:
    made = plan(2)
    shown = [
        (date.fromisoformat(cell.all("time")[0].attributes["datetime"]), item.text())
        for cell in _page(made).all("td", lambda n: bool(n.all("time")))
        for item in cell.all("li")
    ]
    expected = [(c.start, f"Start of cycle {c.cycle}") for c in made.cycles]
    starts = {c.start for c in made.cycles}
    expected += [(b.hang, "Bag change") for b in made.bags if b.hang not in starts]
    expected += [(c.disconnect, "Disconnect") for c in made.cycles]
    expected += [(d.date, "Dispense 28 vials") for d in made.dispenses]
    expected += [(d.delivered, "Delivery") for d in made.dispenses]
    assert sorted(shown) == sorted(expected)


def test_every_day_stands_under_its_weekday_and_says_in_words_whether_a_bag_runs() -> None:
    made = plan(1)
    running = {bag.hang for bag in made.bags}
    for month in _page(made).all("table", lambda n: n.attributes.get("class") == "month"):
        for row in month.all("tbody")[0].all("tr"):
            cells = [cell for cell in row.children if isinstance(cell, Node)]
            assert len(cells) == 7
            for column, cell in enumerate(cells):
                for time in cell.all("time"):
                    when = date.fromisoformat(time.attributes["datetime"])
                    assert (when.weekday() + 1) % 7 == column  # Sunday first
                    words = [n.text() for n in cell.all("span") if "key" in n.attributes["class"]]
                    assert words == (["infusion"] if when in running else [])


def test_the_report_gives_no_advice_and_asks_to_check_the_label(page: Node) -> None:
    assert NO_ADVICE in page.text()
    assert CHECK_ROWS in page.by_id("grounds").text()
    assert "grade A" in page.by_id("grounds").text()


def test_assumptions_and_readings_are_printed(page: Node) -> None:
    grounds = page.by_id("grounds").text()
    for words in (
        "pharmacy.transit_days",
        "a vial is there the next day",
        "date_of_service",
        POLICY.readings["date_of_service"].choices["hang"],
    ):
        assert words in grounds


def test_notes_and_the_rows_to_check_stand_before_anything_to_do(page: Node) -> None:
    head = page.all("header")[0]
    assert head.by_id("notes").all("li")[0].text() == "a note"
    # the one row that the plans of these tests rest on
    assert head.all("a", lambda a: a.attributes["href"] == "#rows")[0].text() == (
        "1 row of the drug file"
    )


def test_dates_in_running_text_are_kept_whole_and_the_text_stays_escaped() -> None:
    assert dates("<b> from Mon 2026-01-05 to 2026-01-06, 12026-01-07") == (
        '&lt;b&gt; from <span class="date">Mon 2026-01-05</span> to '
        '<span class="date">2026-01-06</span>, 12026-01-07'
    )


def test_every_month_says_on_paper_whose_it_is(page: Node) -> None:
    captions = [
        table.all("caption")[0]
        for table in page.all("table", lambda n: n.attributes.get("class") == "month")
    ]
    assert captions
    for caption in captions:
        (whose,) = caption.all("span", lambda n: n.attributes.get("class") == "whose")
        assert whose.text() == "RR-70"


def test_the_checklist_says_what_to_bill(page: Node) -> None:
    tasks = page.all("ul", lambda n: n.attributes.get("class") == "tasks")[0].all("li")
    (first, *_) = [t for t in tasks if t.all("strong")[0].text() == "Bill, cycle 1"]
    # 9 units given and 26 discarded of a vial a day, for the seven days of the low dose
    assert "35 units in 2 lines, daily until Sun 2026-01-11 (7 claims)" in first.text()


def test_an_objective_that_is_not_proven_says_so(page: Node) -> None:
    objectives = [item.text() for item in page.by_id("grounds").all("ol")[0].all("li")]
    assert objectives[0] == "Delay (days): 0, proven best by this program's search"
    assert objectives[1] == "Vials opened: 196, not proven best, no calendar has fewer than 195"


def test_a_plan_that_breaks_a_clause_is_not_called_compliant() -> None:
    made = plan(1)
    audit = made.audit.model_copy(update={"violations": (Violation(clause="II.A", says="29"),)})
    page = _page(made.model_copy(update={"audit": audit}))

    assert "Not compliant: 1 violation" in page.all("header")[0].text()
    assert "no violation" not in page.text()
    assert "II.A: 29" in page.by_id("audit").text()


def test_without_the_policy_the_report_says_that_use_is_not_drawn() -> None:
    page = read(report_html(plan(1), None))
    assert "was not at hand" in page.by_id("course").text()
    assert "28 in 42 days" in page.by_id("limits").text()


def test_a_plan_without_any_cycle_has_no_picture_and_nothing_due() -> None:
    made = plan(1).model_copy(
        update={"cycles": (), "bags": (), "dispenses": (), "claims": (), "authorizations": ()}
    )
    page = read(report_html(made, POLICY))
    assert not page.pictures()
    assert "Nothing is due." in page.text()


def test_the_same_plan_gives_the_same_text() -> None:
    assert report_html(plan(2), POLICY) == report_html(plan(2), POLICY)


_PAIRS = [
    *((ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "tint")),
    ("ink", "wash"),
    ("ink", "warn-wash"),
    ("warn", "paper"),
]


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
@pytest.mark.parametrize(("over", "under"), _PAIRS)
def test_text_stands_out_from_its_ground_as_wcag_asks(
    over: str, under: str, scheme: int, page: Node
) -> None:
    colours = _colours(page, scheme)
    assert _contrast(colours[over], colours[under]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_shapes_stand_out_as_wcag_asks(scheme: int, page: Node) -> None:
    colours = _colours(page, scheme)
    for shape, ground in (("accent", "paper"), ("soft", "paper"), ("ink", "band")):
        assert _contrast(colours[shape], colours[ground]) >= 3


def _colours(page: Node, scheme: int) -> dict[str, str]:
    roots = re.findall(r":root \{(.*?)\}", page.all("style")[0].text(), re.DOTALL)
    assert len(roots) == 3
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", roots[scheme]))


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
