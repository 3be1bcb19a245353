"""How the report looks in a browser: at every width, dark and printed, all words can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.chromium import Page
from tests.report.opened import file_of, spoken

WIDTHS = (320, 360, 768, 1200)
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_scrolls_sideways(screen: Page, any_report: Path, width: int) -> None:
    screen.open(any_report, width=width)
    assert screen.run("document.documentElement.scrollWidth") <= width


_TEXTS = """
(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = walk.nextNode()); ) {
    const around = node.parentElement;
    if (node.data.trim() && around.checkVisibility() && !around.closest('svg, .quiet, style'))
      found.push(node);
  }
  return found;
})()
"""


@pytest.mark.parametrize("width", [360, 768, 1200, None], ids=str)
def test_no_words_of_a_table_lie_over_those_beside_them(
    screen: Page, any_report: Path, width: int | None
) -> None:
    screen.open(any_report, width=width or 680)  # a sheet is about so wide
    screen.media(kind="screen" if width else "print")
    over = screen.run(
        f"""
        (texts => {{
          const rows = new Map();
          for (const node of texts) {{
            const row = node.parentElement.closest('tr');
            if (!row) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const r of range.getClientRects())
              rows.set(row, [...(rows.get(row) ?? []), [r, node]]);
          }}
          const found = [];
          for (const all of rows.values())
            for (const [a, one] of all) for (const [b, other] of all)
              if (one !== other && a.left < b.left && a.right > b.left + 1
                  && a.top < b.bottom - 2 && b.top < a.bottom - 2)
                found.push([one.data.slice(0, 40), other.data.slice(0, 40)]);
          return found.slice(0, 5);
        }})({_TEXTS})
        """
    )
    screen.media()
    assert over == []


@pytest.mark.parametrize("width", [360, 768, 1200])
def test_no_date_is_broken_at_the_end_of_a_line(screen: Page, any_report: Path, width: int) -> None:
    screen.open(any_report, width=width)
    broken = screen.run(
        f"""
        {_TEXTS}.flatMap(node => [...node.data.matchAll(/\\d{{4}}-\\d\\d-\\d\\d/g)].map(m => {{
          const range = document.createRange();
          range.setStart(node, m.index);
          range.setEnd(node, m.index + m[0].length);
          return [node.data, new Set([...range.getClientRects()].map(r => r.top)).size];
        }})).filter(([_, lines]) => lines > 1)
        """
    )
    assert broken == []


@pytest.mark.parametrize("name", ["a window", "two pictures", "a late cycle"])
def test_a_phone_shows_the_whole_picture_of_a_conflict_and_a_desk_a_larger_one(
    screen: Page, tmp_path: Path, name: str
) -> None:
    seen = (
        "[...document.querySelectorAll('.pictures svg')].map(s => {"
        " const r = s.getBoundingClientRect(), words = s.querySelector('text');"
        " return [r.left >= 0 && r.right <= innerWidth, r.width,"
        " parseFloat(getComputedStyle(words).fontSize) * r.width / s.viewBox.baseVal.width] })"
    )
    file = file_of(name, tmp_path)
    for width, least in ((360, 320), (768, 480), (1280, 480)):
        screen.open(file, width=width)
        found = screen.run(seen)
        assert found
        for whole, wide, letters in found:
            assert whole
            assert wide >= least
            assert 11 <= letters <= 16  # pixels


def test_a_phone_shows_that_a_table_goes_on_to_the_right_and_keeps_what_names_the_row(
    screen: Page, tmp_path: Path
) -> None:
    screen.open(file_of("nine cycles", tmp_path), width=360)
    shade = "getComputedStyle(document.querySelector('#bags').parentElement).backgroundImage"
    assert screen.run(shade).count("gradient") == 2
    left = "document.querySelector('#bags tbody tr:last-child th').getBoundingClientRect().left"
    before = screen.run(left)
    screen.run("document.querySelector('#bags').parentElement.scrollLeft = 200")
    assert screen.run("document.querySelector('#bags').parentElement.scrollLeft") == 200
    assert screen.run(left) == before


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("nine cycles", ["critical", "limits"]),
        ("weekly", ["renewals"]),
        ("open criteria", ["criteria"]),
        ("a window", ["members", "remedies", "window-1-table", "also"]),
        ("a late cycle", ["members", "window-1-table"]),
    ],
)
def test_what_matters_most_is_read_on_a_phone_without_scrolling_sideways(
    screen: Page, tmp_path: Path, name: str, tables: list[str]
) -> None:
    screen.open(file_of(name, tmp_path), width=360)
    for table in tables:
        frame = f"document.querySelector('#{table}').parentElement"
        assert screen.run(f"(e => e.scrollWidth <= e.clientWidth)({frame})"), table
    roles = [role for role, _ in spoken(screen)]
    assert roles.count("table") == screen.run(
        "[...document.querySelectorAll('table')].filter(t => t.checkVisibility()).length"
    )


def test_the_whole_course_is_seen_at_once_on_a_desk(screen: Page, tmp_path: Path) -> None:
    screen.open(file_of("nine cycles", tmp_path), width=1280)
    assert screen.run("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('figure *'))")


def test_only_paper_says_on_every_month_whose_it_is(screen: Page, tmp_path: Path) -> None:
    screen.open(file_of("one cycle", tmp_path))
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
    file = file_of(name, tmp_path)
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
    screen.open(file_of("a window", tmp_path))
    screen.print_pdf(tmp_path / "report.pdf")
    shown = screen.run(
        "['nav', '#window-1', '#changes', '#window-1-table'].map("
        "s => getComputedStyle(document.querySelector(s)).display !== 'none')"
    )
    screen.media()
    assert shown == [False, True, True, True]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
