"""The course drawn with one mark a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.report.timeline import MEANING, axis, legend, timeline
from tests.report.plans import plan


def test_a_cycle_of_24_h_bags_shows_dispense_bags_disconnect_and_free_days() -> None:
    row = timeline(plan(1), 80).rows[0]

    # one day before the start, then 28 + 1 + 13 = 42 days
    assert row.marks == "D" + "o" * 28 + "x" + "." * 13
    assert row.cut == 0


@pytest.mark.parametrize("width", [40, 56, 84, 85, 200])
def test_free_days_that_do_not_fit_are_counted(width: int) -> None:
    row = timeline(plan(9), width).rows[8]

    # one day before the start and the 84 days of cycle 9
    assert len(row.marks) + row.cut == 1 + 84
    assert len(row.marks) == min(width, 85)


def test_no_infusion_day_is_ever_cut() -> None:
    assert timeline(plan(1), 5).rows[0].marks == "D" + "o" * 28 + "x"


def test_a_late_next_start_shows_as_more_free_days() -> None:
    course = plan(2)
    late = course.cycles[1].model_copy(update={"start": course.cycles[1].start + timedelta(days=5)})

    row = timeline(course.model_copy(update={"cycles": (course.cycles[0], late)}), 80).rows[0]

    assert row.marks.endswith("x" + "." * (13 + 5))


def test_days_without_a_bag_inside_a_cycle_are_marked() -> None:
    course = plan(1)
    gap = course.model_copy(update={"bags": course.bags[:10] + course.bags[13:]})

    assert timeline(gap, 80).rows[0].marks[11:14] == "~~~"


def test_a_dispense_on_the_day_of_a_bag_change_has_a_mark_of_its_own() -> None:
    course = plan(1)
    more = course.dispenses[0].model_copy(
        update={"date": course.cycles[0].start + timedelta(days=7)}
    )

    row = timeline(course.model_copy(update={"dispenses": (*course.dispenses, more)}), 80).rows[0]

    assert row.marks[:10] == "D" + "o" * 7 + "*" + "o"


def test_longer_bags_run_after_the_day_they_are_hung() -> None:
    course = plan(1)
    weekly = tuple(b.model_copy(update={"days": 7}) for b in course.bags[::7])

    row = timeline(course.model_copy(update={"bags": weekly}), 80).rows[0]

    assert row.marks == "D" + "o------" * 4 + "x" + "." * 13


def test_rows_start_at_the_same_column() -> None:
    course = plan(2)
    early = course.dispenses[0].model_copy(
        update={"date": course.cycles[0].start - timedelta(days=3)}
    )

    drawn = timeline(course.model_copy(update={"dispenses": (early, course.dispenses[1])}), 80)

    assert drawn.lead == 3
    assert [row.marks[:4] for row in drawn.rows] == ["D  o", "  Do"]


def test_the_axis_numbers_the_first_day_of_each_week() -> None:
    assert axis(2, 2 + 15) == "  1      8      15"


def test_only_marks_that_stand_in_a_row_are_explained() -> None:
    assert timeline(plan(1), 80).used() == ("o", "D", "x", ".")


@pytest.mark.parametrize("width", [30, 78, 98])
def test_the_legend_keeps_each_entry_on_one_line(width: int) -> None:
    lines = legend(tuple(MEANING), width).split("\n")

    assert max(map(len, lines)) <= width
    entries = [entry for line in lines for entry in line.split("   ")]
    assert entries == [f"{mark} {words}" for mark, words in MEANING.items()]
