"""The picture of the course against the plan it is drawn from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from planner.documents.load import load_policy
from planner.documents.plan import Plan
from planner.report.html import report_html
from planner.report.svg import MARGIN, Box, Chart, Lane, chart
from planner.report.text import day
from planner.report.usage import RollingUse, rolling_use
from tests.report.pages import read
from tests.report.plans import FIRST, plan

POLICY = load_policy("eocco-0382").policy


def _uses(made: Plan) -> tuple[RollingUse, ...]:
    return tuple(rolling_use(made, limit, POLICY) for limit in made.limits)


def _chart(made: Plan) -> Chart:
    drawn = chart(made, _uses(made))
    assert drawn
    return drawn


def _lane(drawn: Chart, title: str) -> Lane:
    (lane,) = [lane for lane in drawn.lanes if lane.title.startswith(title)]
    return lane


def _first(drawn: Chart, box: Box) -> date:
    days, rest = divmod(box.x - MARGIN, drawn.per_day)
    assert rest == 0
    return drawn.first + timedelta(days=days)


def _days(drawn: Chart, box: Box) -> int:
    days, rest = divmod(box.width, drawn.per_day)
    assert rest == 0
    return days


@pytest.mark.parametrize("cycles", [1, 2, 9])
def test_infusion_days_and_free_days_of_each_cycle_stand_where_they_fall(cycles: int) -> None:
    made = plan(cycles)
    drawn = _chart(made)
    boxes = _lane(drawn, "Cycles").boxes

    infusing = [box for box in boxes if box.kind == "infusion"]
    assert [(_first(drawn, box), _days(drawn, box)) for box in infusing] == [
        (cycle.start, 28) for cycle in made.cycles
    ]
    free = [box for box in boxes if box.kind == "free"]
    assert [_first(drawn, box) for box in free] == [cycle.disconnect for cycle in made.cycles]


@pytest.mark.parametrize("cycles", [1, 9])
def test_every_bag_stands_where_it_hangs_and_as_high_as_its_dose(cycles: int) -> None:
    made = plan(cycles)
    drawn = _chart(made)
    boxes = _lane(drawn, "Bags").boxes

    assert [_first(drawn, box) for box in boxes] == [bag.hang for bag in made.bags]
    # 30 pixels for 28 mcg a day, and 30 x 9 / 28 = 9.6 for 9
    assert [box.height for box in boxes[:8]] == [9] * 7 + [30]


def test_every_dispense_stands_on_its_date_and_is_named_in_words() -> None:
    made = plan(9)
    drawn = _chart(made)
    boxes = _lane(drawn, "Dispenses").boxes

    assert [_first(drawn, box) for box in boxes] == [sent.date for sent in made.dispenses]
    assert boxes[0].tip == f"{day(made.dispenses[0].date)}: 28 vials for cycle 1"


def test_authorizations_stand_from_their_first_to_their_last_day() -> None:
    made = plan(9)
    drawn = _chart(made)
    boxes = [box for box in _lane(drawn, "Authorizations").boxes if box.kind != "ask"]

    assert [(_first(drawn, box), _days(drawn, box)) for box in boxes] == [
        (window.start, (window.end - window.start).days + 1)
        for window in made.authorizations
        if window.end is not None
    ]
    asks = [box for box in _lane(drawn, "Authorizations").boxes if box.kind == "ask"]
    assert [_first(drawn, box) for box in asks] == [w.request_by for w in made.authorizations]


def test_a_limits_band_is_its_use_and_its_cap_is_a_line() -> None:
    made = plan(2)
    drawn = _chart(made)
    lane = _lane(drawn, "II.A")
    cap, base = lane.rules

    (area,) = lane.areas
    points = [tuple(map(int, point.split(","))) for point in area.points.split()]
    assert min(y for _, y in points) == cap  # 28 of 28 reaches the cap
    assert {y for _, y in points} == {cap, base}
    (full,) = [box for box in lane.boxes if box.kind == "full"]
    assert _first(drawn, full) == FIRST - timedelta(days=1)


def test_the_title_of_a_limit_says_first_how_much_room_is_left() -> None:
    # 980 - 945 = 35
    assert [lane.title for lane in _chart(plan(2)).lanes[4:]] == [
        "II.A: full (28 of 28 vials in 42 days)",
        "II.B.cycles-1-5: 35 left (945 of 980 units in 42 days)",
    ]


def test_where_room_is_left_the_band_stays_below_the_cap() -> None:
    made = plan(1)
    fewer = made.dispenses[0].model_copy(update={"vials": 14})
    limit = made.limits[0].model_copy(update={"peak": 14})
    made = made.model_copy(update={"dispenses": (fewer,), "limits": (limit,)})
    lane = _lane(_chart(made), "II.A")
    cap, base = lane.rules

    ys = {int(point.split(",")[1]) for point in lane.areas[0].points.split()}
    assert ys == {base, (cap + base) // 2}
    assert not [box for box in lane.boxes if box.kind == "full"]


def test_nothing_stands_outside_the_picture() -> None:
    for cycles in (1, 5, 9):
        drawn = _chart(plan(cycles))
        for lane in drawn.lanes:
            for box in lane.boxes:
                assert box.x >= 0
                assert box.y >= 0
                assert box.x + box.width <= drawn.width
                assert box.y + box.height <= drawn.height


def test_no_month_is_named_where_its_name_would_leave_the_picture() -> None:
    for cycles in range(1, 10):
        drawn = _chart(plan(cycles))
        for month in drawn.months:
            assert month.x + 7 * len(month.text) <= drawn.width


def test_the_day_the_plan_is_read_from_is_marked() -> None:
    made = plan(1)
    document = made.scenario.document.model_copy(update={"as_of": FIRST + timedelta(days=7)})
    made = made.model_copy(
        update={"scenario": made.scenario.model_copy(update={"document": document})}
    )
    drawn = _chart(made)
    assert drawn.as_of == MARGIN + (FIRST + timedelta(days=7) - drawn.first).days * drawn.per_day
    assert _chart(plan(1)).as_of is None


def test_the_picture_has_a_title_a_description_and_its_data_as_tables() -> None:
    made = plan(2)
    page = read(report_html(made, POLICY))
    (svg,) = page.pictures()

    assert svg.attributes["role"] == "img"
    title, description = (page.by_id(i) for i in svg.attributes["aria-labelledby"].split())
    assert title.tag == "title"
    assert made.scenario.title in title.text()
    assert "II.A is at most 28 of 28 vials" in description.text()
    for number, used in enumerate(_uses(made), start=1):
        assert [row[:3] for row in page.by_id(f"use-{number}").rows()] == [
            [day(use.first), day(use.last), f"{use.amount:,}"] for use in used.runs
        ]


def test_every_shape_of_the_picture_is_in_the_page_as_it_was_laid_out() -> None:
    made = plan(3)
    drawn = _chart(made)
    (svg,) = read(report_html(made, POLICY)).pictures()

    rectangles = [
        tuple(int(node.attributes[name]) for name in ("x", "y", "width", "height"))
        for node in svg.all("rect")
    ]
    assert rectangles == [
        (box.x, box.y, box.width, box.height) for lane in drawn.lanes for box in lane.boxes
    ]
