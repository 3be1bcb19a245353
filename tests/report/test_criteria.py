"""The criteria as printed: what counts first, free text harmless, nothing wider than the page."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from planner.coverage import criteria
from planner.documents.load import load_policy
from planner.report.criteria import render
from planner.report.text import shown
from tests.coverage.outcomes import CONNECTOR
from tests.coverage.patients import BASES, Plain, put, reading, scenario
from tests.report.hostile import TEXTS

POLICY = load_policy("eocco-0382").policy


def page(written: Plain, width: int = 80, *, renewal: bool = False) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, markup=False, emoji=False, highlight=False)
    render(criteria(scenario(written), POLICY, renewal=renewal), console)
    return out.getvalue().splitlines()


def block(lines: list[str], head: str) -> list[str]:
    """The lines under a heading."""
    begin = lines.index(head) + 1
    end = next((at for at in range(begin, len(lines)) if not lines[at]), len(lines))
    return lines[begin:end]


def test_the_head_says_what_was_asked_of_whom_and_the_answer() -> None:
    lines = page({**BASES["adult.rr.ph-negative"], "title": "Adult, relapsed"})
    assert lines[:5] == [
        "Adult, relapsed",
        "Initial approval criteria, adult-rr, first infusion Mon 2026-01-12",
        "Policy eocco-0382 (reviewed 2023-03-31)",
        "",
        "MET by adult.rr.ph-negative",
    ]


def test_routes_that_count_come_first_and_those_of_other_indications_apart() -> None:
    lines = page(BASES["aya.rr"])
    own = block(lines, "Routes")
    others = block(lines, "Routes of other indications (they do not count)")
    assert [line.split()[0] for line in own if "adult.rr" in line] == ["met", "NOT", "NOT", "NOT"]
    assert any(line.split()[:2] == ["met", "pediatric.rr"] for line in others)
    assert lines.index("Routes") < lines.index("Criteria") < lines.index("For a reviewer")


def test_each_question_that_counts_stands_with_verdict_section_and_what_was_found() -> None:
    text = "\n".join(block(page(put(BASES["pediatric.rr"], "age", 0.05), 100), "Criteria"))
    assert "  NOT MET  III.pediatric.age (III, pediatric)\n" in text
    assert "Is the patient at least 1 month old? Found: 0 months" in text
    assert "III.adult" not in text


def test_what_is_missing_and_the_shortest_way_are_lists_of_facts() -> None:
    lines = page(put(BASES["pediatric.mrd"], "facts.mrd.percent", None), 100)
    missing = "Missing: the fewest facts that decide it, whatever they turn out to be"
    assert block(lines, missing) == ["  patient.facts.mrd.percent"]
    assert block(lines, "The shortest way to meet them")[1].split("  ") == [
        "",
        "patient.facts.mrd.percent",
        "unknown",
        "at least 0.1",
    ]


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("base", BASES)
def test_the_path_of_a_fact_stands_on_one_line_to_be_copied(base: str, width: int) -> None:
    answer = criteria(scenario(put(BASES[base], "facts", {})), POLICY)
    lines = page(put(BASES[base], "facts", {}), width)
    way = block(lines, "The shortest way to meet them")
    paths = [change.fact for change in answer.to_meet]
    assert "patient.facts.live_vaccine.during_therapy" in paths
    assert [line.split()[0] for line in way if line.startswith("  patient.")] == paths


def test_a_reading_on_which_it_turns_and_one_that_nobody_meets_are_said() -> None:
    text = " ".join(" ".join(page(BASES["adult.consolidation.mrd-positive"])).split())
    assert "The outcome depends on a reading: a reviewer decides." in text
    assert f"{CONNECTOR}: and (not chosen). No patient can meet the criteria so read" in text
    assert "(proven, CP-SAT " in text
    chosen = reading(BASES["adult.consolidation.mrd-negative"], {CONNECTOR: "and"})
    assert f"{CONNECTOR}: and (chosen here)" in " ".join(" ".join(page(chosen)).split())


def test_a_renewal_is_headed_as_one() -> None:
    assert page(BASES["pediatric.mrd"], renewal=True)[1].startswith("Renewal criteria, ")


@pytest.mark.parametrize("width", [40, 80, 100, 200])
@pytest.mark.parametrize("base", BASES)
def test_no_line_is_wider_than_the_page(base: str, width: int) -> None:
    lines = page(put(BASES[base], "facts.tki.refractory", ["x" * 120]), width)
    assert max(len(line) for line in lines) <= max(80, min(width, 100))


@pytest.mark.parametrize("text", [*TEXTS.values(), "[bold]x[/bold]"], ids=[*TEXTS, "markup"])
def test_free_text_is_printed_and_never_obeyed(text: str) -> None:
    written: dict[str, Any] = {**BASES["adult.rr.inotuzumab"], "title": "hostile"}
    answer = criteria(scenario(put(written, "facts.tki.refractory", [text])), POLICY)
    out = io.StringIO()
    render(answer.model_copy(update={"title": text, "revision": text}), Console(file=out, width=80))
    assert all(mark.isprintable() or mark == "\n" for mark in out.getvalue())
    joined, expected = "".join(out.getvalue().split()), "".join(shown(text).split())
    assert joined.startswith(expected)
    assert joined.count(expected) >= 2
