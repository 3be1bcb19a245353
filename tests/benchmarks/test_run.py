"""The benchmark's verdicts: what it refuses to print, and what makes it fail. No engine runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks import run
from benchmarks.engines import Timed
from benchmarks.instances import HARD, Grown, drawn
from benchmarks.run import main
from planner.regimen.course import Course

BEST = (8, 214, 35)


def _always(timed: Timed) -> Callable[[Course, float], Timed]:
    return lambda course, limit: timed


PRODUCT = _always(Timed("planned", 0.1, BEST))


def test_engines_that_agree_are_printed_with_their_ratio(
    capsys: pytest.CaptureFixture[str],
) -> None:
    engines = {"product": PRODUCT, "HiGHS": _always(Timed("planned", 2.0, BEST))}

    assert main(["--parts", "hard"], engines) == 0

    out = capsys.readouterr().out
    assert "| HiGHS | 2.000 | 20 |" in out
    assert "| hard course, faster than HiGHS | at least 10 times | 20.0 times | met |" in out
    assert "| hard course, faster than textbook | at least 50 times | not measured |" in out


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (Timed("planned", 2.0, (8, 214, 34)), "HiGHS planned [8, 214, 34]"),
        (Timed("infeasible", 2.0), "HiGHS infeasible []"),
    ],
)
def test_where_optima_differ_nothing_is_printed_but_who_proves_what(
    other: Timed, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--parts", "hard"], {"product": PRODUCT, "HiGHS": _always(other)}) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"refused: {HARD}: product planned [8, 214, 35], {told}" in printed.err


def test_a_difference_in_a_later_course_leaves_no_earlier_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[Course] = []

    def other(course: Course, limit: float) -> Timed:
        asked.append(course)
        return Timed("planned", 2.0, BEST if len(asked) == 1 else (9, 9, 9))

    arguments = ["--parts", "hard,drawn", "--drawn", "1"]
    assert main(arguments, {"product": PRODUCT, "CP-SAT": other}) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert "refused: drawn 0: " in printed.err


def test_an_engine_that_ran_out_of_time_proves_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    engines = {"product": PRODUCT, "HiGHS": _always(Timed("limit", 120.0))}

    assert main(["--parts", "hard"], engines) == 0

    assert "| HiGHS | > 120 | at least 1200 |" in capsys.readouterr().out


def test_an_engine_that_failed_is_listed_and_fails_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    engines = {"product": PRODUCT, "CP-SAT": _always(Timed("fault", 1.0))}

    assert main(["--parts", "hard"], engines) == 1

    printed = capsys.readouterr()
    assert "| CP-SAT | fault |" in printed.out
    assert f"fault: {HARD} by CP-SAT" in printed.err


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (Timed("planned", 0.1, BEST), ""),
        (Timed("limit", 10.0), ""),
        (Timed("fault", 0.1), "fault: days of slack 7: fault"),
        (Timed("infeasible", 0.1), "fault: days of slack 7: infeasible"),
        (
            Timed("planned", 0.1, (8, 215, 0)),
            "fault: days of slack 7: [8, 215, 0], with less [8, 214, 35]",
        ),
    ],
)
def test_growing_courses_fail_the_run_where_one_fails_or_gets_worse_with_more_freedom(
    second: Timed,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    course = next(drawn(range(1)))[1]
    grown = [Grown("days of slack", size, course) for size in ("0", "7")]
    monkeypatch.setattr(run, "growing", lambda: iter(grown))
    monkeypatch.setattr(run, "REPEATS", 1)
    results = iter((Timed("planned", 0.1, BEST), second))

    code = main(["--parts", "growth"], {"product": lambda course, limit: next(results)})

    printed = capsys.readouterr()
    assert code == (1 if told else 0)
    assert told in printed.err
    assert "| days of slack | 7 |" in printed.out
