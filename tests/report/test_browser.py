"""The report in a browser: no error, no request, no barrier, at every width, dark and printed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planner.documents.conflict import Conflict
from planner.documents.load import load_policy
from planner.documents.plan import Plan
from planner.report.conflict_html import conflict_html
from planner.report.html import report_html
from tests.report.chromium import Page, browser, page
from tests.report.conflicts import conflict, late_conflict, two_pictures
from tests.report.hostile import TEXTS, hostile
from tests.report.plans import plan

PROGRAM, AXE = browser(), os.environ.get("AXE", "")
POLICY = load_policy("eocco-0382").policy
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium on this machine"),
]

WIDTHS = (320, 360, 768, 1200)
PLANS: dict[str, Plan] = {
    "nine cycles": plan(9, number="PA-1", notes=("a note",)),
    "one cycle": plan(1),
    "script": hostile(TEXTS["script"], violations=True),
    "long": hostile(TEXTS["long"], violations=True),
    "direction": hostile(TEXTS["direction"]),
}
CONFLICTS: dict[str, Conflict] = {
    "a window": conflict(),
    "two pictures": two_pictures(),
    "a late cycle": late_conflict("2026-07-07"),
    "no window": conflict().model_copy(update={"window": None}),
    "nothing helps": conflict().model_copy(update={"remedies": (), "also": ()}),
    "hostile script": two_pictures(TEXTS["script"]),
    "hostile long": two_pictures(TEXTS["long"]),
    "hostile direction": two_pictures(TEXTS["direction"]),
}


@pytest.fixture(scope="module")
def screen() -> Iterator[Page]:
    assert PROGRAM
    with page(PROGRAM) as opened:
        yield opened


def _file(name: str, folder: Path) -> Path:
    text = (
        report_html(PLANS[name], POLICY)
        if name in PLANS
        else conflict_html(CONFLICTS[name], POLICY)
    )
    file = folder / "report.html"
    file.write_bytes(text.encode("utf-8", "backslashreplace"))
    return file


@pytest.fixture(params=PLANS, scope="module")
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a plan."""
    return _file(request.param, tmp_path_factory.mktemp("report"))


@pytest.fixture(params=[*PLANS, *CONFLICTS], scope="module")
def any_report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a plan or of a conflict."""
    return _file(request.param, tmp_path_factory.mktemp("report"))


def test_the_browser_reports_nothing_and_asks_the_network_for_nothing(
    screen: Page, any_report: Path
) -> None:
    screen.open(any_report)
    screen.run("new Promise(done => setTimeout(done, 200))")

    told = screen.reported("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
    assert told == []
    asked = [event["request"]["url"] for event in screen.reported("Network.requestWillBeSent")]
    assert asked == [any_report.as_uri()]


def test_the_style_sheet_is_in_force_under_the_security_policy(
    screen: Page, any_report: Path
) -> None:
    screen.open(any_report)
    assert screen.run("getComputedStyle(document.querySelector('.skip')).position") == "absolute"
    assert screen.run("document.querySelectorAll('style').length") == 1


def test_the_security_policy_stops_a_script(screen: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    text = report_html(plan(1), POLICY)
    file.write_text(text.replace("</main>", "<script>window.ran = true</script></main>"))
    screen.open(file)
    assert screen.run("window.ran === undefined") is True


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(screen: Page, any_report: Path, width: int) -> None:
    screen.open(any_report, width=width)
    assert screen.run("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.skipif(not AXE, reason="AXE does not name axe.min.js; make browser fetches it")
def test_axe_finds_nothing(screen: Page, any_report: Path, width: int, scheme: str) -> None:
    screen.open(any_report, width=width)
    screen.media(scheme=scheme)
    screen.run(Path(AXE).read_text(encoding="utf-8") + ";0")
    found: list[Any] = screen.run(
        "axe.run(document, {resultTypes: ['violations']}).then("
        "r => r.violations.map(v => [v.id, v.impact, v.nodes[0].html]))"
    )
    screen.media()
    assert found == []


@pytest.mark.parametrize("width", [360, 1200])
def test_everything_to_press_is_at_least_24_pixels_high(
    screen: Page, any_report: Path, width: int
) -> None:
    screen.open(any_report, width=width)
    heights = screen.run(
        "[...document.querySelectorAll('nav a, input, summary')]"
        ".map(e => e.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 24


def _tabbed(screen: Page, times: int, told: str) -> list[tuple[str, str]]:
    """What the Tab key reaches: ``told`` of each element, and the outline it has then."""
    reached = []
    for _ in range(times):
        for kind in ("keyDown", "keyUp"):
            screen.send("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
        script = f"(e => [{told}, getComputedStyle(e).outlineStyle])(document.activeElement)"
        reached.append(screen.run(script))
    return reached


def test_the_keyboard_reaches_the_skip_link_first_and_then_every_control(
    screen: Page, report: Path
) -> None:
    screen.open(report)
    links = screen.run("document.querySelectorAll('header a').length")
    reached = _tabbed(screen, 1 + links + 2, "e.className || e.tagName.toLowerCase()")
    assert [name for name, _ in reached] == ["skip", *["a"] * links, "input", "input"]
    assert all(outline != "none" for _, outline in reached)


def test_the_keyboard_walks_a_conflict_in_the_order_of_the_page(
    screen: Page, tmp_path: Path
) -> None:
    screen.open(_file("two pictures", tmp_path), width=360)
    stops = "[...document.querySelectorAll('a, .scroll')]"
    expected = screen.run(f"{stops}.map(e => e.textContent.trim().slice(0, 40))")
    reached = _tabbed(screen, len(expected), "e.textContent.trim().slice(0, 40)")
    assert [name for name, _ in reached] == expected
    assert all(outline != "none" for _, outline in reached)


def test_a_screen_reader_meets_the_pictures_and_remedies_of_a_conflict(
    screen: Page, tmp_path: Path
) -> None:
    screen.open(_file("two pictures", tmp_path))
    pictures = [name for role, name in _spoken(screen) if role in ("image", "img")]
    window, authorization = pictures
    assert window.startswith("II.A: vials in the 42 dates")
    assert authorization.startswith("Authorization initial, ")
    roles = {role for role, _ in _spoken(screen)}
    assert {"navigation", "main", "heading", "table", "rowheader", "listitem"} <= roles


def _spoken(screen: Page) -> list[tuple[str, str]]:
    """Role and name of everything that a screen reader is told of."""
    screen.send("Accessibility.enable")
    nodes = screen.send("Accessibility.getFullAXTree")["nodes"]
    screen.send("Accessibility.disable")
    return [
        (node.get("role", {}).get("value", ""), node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored")
    ]


def test_a_screen_reader_meets_landmarks_headings_and_a_named_picture(
    screen: Page, report: Path
) -> None:
    screen.open(report)
    named = {(role, bool(name)) for role, name in _spoken(screen)}
    for role in ("navigation", "region", "heading", "table", "columnheader", "rowheader"):
        assert (role, True) in named
    assert ("checkbox", True) in named
    assert ("checkbox", False) not in named
    assert ("image", True) in named or ("img", True) in named
    assert ("main", False) in named or ("main", True) in named


@pytest.mark.parametrize(
    ("name", "tables"), [("nine cycles", ["critical", "limits"]), ("a late cycle", ["members"])]
)
def test_what_matters_most_is_read_on_a_phone_without_scrolling_sideways(
    screen: Page, tmp_path: Path, name: str, tables: list[str]
) -> None:
    screen.open(_file(name, tmp_path), width=360)
    for table in tables:
        frame = f"document.querySelector('#{table}').parentElement"
        assert screen.run(f"(e => e.scrollWidth <= e.clientWidth)({frame})"), table
    roles = [role for role, _ in _spoken(screen)]
    assert roles.count("table") == screen.run(
        "[...document.querySelectorAll('table')].filter(t => t.checkVisibility()).length"
    )


def test_the_whole_course_is_seen_at_once_on_a_desk(screen: Page, tmp_path: Path) -> None:
    screen.open(_file("nine cycles", tmp_path), width=1280)
    assert screen.run("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('figure *'))")


def test_only_paper_says_on_every_month_whose_it_is(screen: Page, tmp_path: Path) -> None:
    screen.open(_file("one cycle", tmp_path))
    shown = "getComputedStyle(document.querySelector('.whose')).display"
    assert screen.run(shown) == "none"
    screen.media(kind="print")
    assert screen.run(shown) != "none"
    screen.media()


def test_print_leaves_out_what_only_a_screen_needs(
    screen: Page, report: Path, tmp_path: Path
) -> None:
    screen.open(report)
    screen.print_pdf(tmp_path / "report.pdf")
    shown = screen.run(
        "['nav', 'details', '#picture', '.month', '#claims'].map("
        "s => { const e = document.querySelector(s);"
        " return e ? getComputedStyle(e).display !== 'none' : null })"
    )
    screen.media()
    assert shown == [False, False, True, True, True]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("width", [360, 768, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_text_of_the_picture_leaves_it(
    screen: Page, any_report: Path, width: int, scheme: str
) -> None:
    screen.open(any_report, width=width)
    screen.media(scheme=scheme)
    outside = screen.run(
        "[...document.querySelectorAll('svg[role=img] text:not(.lane)')].filter(t => {"
        " const b = t.ownerSVGElement.getBoundingClientRect(), r = t.getBoundingClientRect();"
        " return r.left < b.left - 1 || r.right > b.right + 1 }).map(t => t.textContent)"
    )
    screen.media()
    assert outside == []


@pytest.mark.parametrize("name", ["a window", "two pictures", "a late cycle"])
def test_remedies_and_picture_stand_side_by_side_where_there_is_room(
    screen: Page, tmp_path: Path, name: str
) -> None:
    file = _file(name, tmp_path)
    where = (
        "['.remedies', '.pictures'].map(s => document.querySelector(s).getBoundingClientRect())"
        ".map(r => [r.left, r.top])"
    )
    screen.open(file, width=1280)
    (left, top), (beside, level) = screen.run(where)
    assert beside > left
    assert level == top
    screen.open(file, width=360)
    (left, top), (beside, below) = screen.run(where)
    assert beside == left
    assert below > top


def test_a_conflict_is_printed_with_its_picture(screen: Page, tmp_path: Path) -> None:
    screen.open(_file("a window", tmp_path))
    screen.print_pdf(tmp_path / "report.pdf")
    shown = screen.run(
        "['nav', '#window-1', '#changes', '#window-1-table'].map("
        "s => getComputedStyle(document.querySelector(s)).display !== 'none')"
    )
    screen.media()
    assert shown == [False, True, True, True]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
