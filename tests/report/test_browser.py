"""The report in a browser: no error, no request, no barrier to keyboard and screen reader."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from planner.report.html import report_html
from tests.report.chromium import Page
from tests.report.opened import POLICY, file_of, spoken
from tests.report.plans import plan

AXE = os.environ.get("AXE", "")
pytestmark = pytest.mark.browser


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
    screen.open(file_of("two pictures", tmp_path), width=360)
    stops = "[...document.querySelectorAll('a, .scroll')]"
    expected = screen.run(f"{stops}.map(e => e.textContent.trim().slice(0, 40))")
    reached = _tabbed(screen, len(expected), "e.textContent.trim().slice(0, 40)")
    assert [name for name, _ in reached] == expected
    assert all(outline != "none" for _, outline in reached)


def test_a_screen_reader_meets_the_pictures_and_remedies_of_a_conflict(
    screen: Page, tmp_path: Path
) -> None:
    screen.open(file_of("two pictures", tmp_path))
    pictures = [name for role, name in spoken(screen) if role in ("image", "img")]
    window, authorization = pictures
    assert window.startswith("II.A: vials in the 42 dates")
    assert authorization.startswith("Authorization initial, ")
    roles = {role for role, _ in spoken(screen)}
    assert {"navigation", "main", "heading", "table", "rowheader", "listitem"} <= roles


def test_a_screen_reader_meets_landmarks_headings_and_a_named_picture(
    screen: Page, report: Path
) -> None:
    screen.open(report)
    named = {(role, bool(name)) for role, name in spoken(screen)}
    for role in ("navigation", "region", "heading", "table", "columnheader", "rowheader"):
        assert (role, True) in named
    assert ("checkbox", True) in named
    assert ("checkbox", False) not in named
    assert ("image", True) in named or ("img", True) in named
    assert ("main", False) in named or ("main", True) in named
