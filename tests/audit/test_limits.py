from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.audit.case import Case
from planner.audit.windows import Event, fullest, window, windows
from planner.documents.limits import LimitClause, PerDays
from tests.audit.plans import DRUG, POLICY, Cycle, day, lay_out, refused, scenario

ROLLING = Case(lay_out(scenario(), [Cycle(1, day(0))]), POLICY, DRUG)
A_CAP = LimitClause.model_validate(POLICY.clauses["II.A"].model_dump(by_alias=True))
EVENTS = st.lists(
    st.builds(
        lambda offset, cycle, count: Event(day(offset), cycle, count),
        st.integers(0, 120),
        st.integers(1, 4),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=12,
)


@given(EVENTS, st.integers(1, 90))
def test_no_run_of_dates_holds_more_than_the_fullest_window(
    events: list[Event], per_days: int
) -> None:
    # every run that touches an event, a day at a time, opened well before and after
    runs = [
        sum(event.count for event in events if 0 <= (event.day - opened).days < per_days)
        for opened in (day(offset) for offset in range(-per_days, 121))
    ]
    rolling = A_CAP.model_copy(update={"per": PerDays(days=per_days)})
    best = fullest(windows(ROLLING, rolling, events))
    assert best is not None
    assert best.total == max(runs)


def test_a_window_holds_its_first_and_its_last_date_and_neither_neighbour() -> None:
    events = [Event(day(offset), 1, 1) for offset in (-1, 0, 41, 42)]
    held = window(events, day(0), 42)
    assert held.counts == ((day(0), 1), (day(41), 1))
    assert held.last == day(41)


def test_a_limit_met_exactly_is_no_violation_and_one_more_vial_is() -> None:
    asked = scenario(pharmacy={"spare_vials": 1})
    plan = lay_out(asked, [Cycle(1, day(0), spare=1)])
    assert refused(plan)["II.A"] == [
        "29 vials on 2026-01-05 fall in the 42 dates 2026-01-05 .. 2026-02-15: 29 > 28"
    ]
    assert refused(lay_out(scenario(), [Cycle(1, day(0))])) == {}


def late_first_fill(cycle_2_fill: int, window: str) -> set[str]:
    """Cycle 1 in two fills, most of it late; cycle 2 is sent ``cycle_2_fill`` days before."""
    cycles = [
        Cycle(1, day(0), fills=[(0, 4), (4, 24)]),
        Cycle(2, day(42), fills=[(-cycle_2_fill, 28)]),
    ]
    document = scenario(request={"cycles": 2}, readings={"window": window})
    return set(refused(lay_out(document, cycles)))


def test_a_window_that_opens_within_a_cycle_is_seen_by_the_rolling_reading_alone() -> None:
    # 24 vials on day 4 and 28 on day 42 fall in the dates 4 .. 45
    assert late_first_fill(0, "rolling") == {"II.A"}
    assert late_first_fill(0, "cycle") == set()


def test_by_cycle_each_cycle_s_own_vials_count_from_its_first_dispense() -> None:
    # cycle 2 is sent on day 40, within the 42 dates from day 0: it is not cycle 1's
    assert late_first_fill(2, "cycle") == set()
    spare = scenario(pharmacy={"spare_vials": 1}, readings={"window": "cycle"})
    assert set(refused(lay_out(spare, [Cycle(1, day(0), spare=1)]))) == {"II.A"}


def test_the_limit_of_one_range_of_cycles_does_not_count_the_other() -> None:
    # cycle 5 on day 168, cycle 6 on day 210: 84 dates hold 980 units of each, and that is fine
    numbers = [(n, 42 * (n - 1)) for n in range(1, 7)]
    plan = lay_out(scenario(request={"cycles": 6}), [Cycle(n, day(at)) for n, at in numbers])
    assert refused(plan) == {}
    peaks = {limit.clause: limit.peak for limit in plan.limits}
    assert peaks == {"II.A": 28, "II.B.cycles-1-5": 980, "II.B.cycles-6-9": 980}


def test_units_of_two_cycles_too_close_are_over_the_units_limit() -> None:
    # cycle 2 begins on day 41: its first bag and the last 27 of cycle 1 are 28, and two too many
    cycles = [Cycle(1, day(0)), Cycle(2, day(41))]
    found = refused(lay_out(scenario(request={"cycles": 2}), cycles))
    assert {"II.A", "II.B.cycles-1-5", "V.rr.length"} <= set(found)
    assert found["II.B.cycles-1-5"] == [
        "1,015 units on 29 dates from 2026-01-05 to 2026-02-15 fall in the 42 dates "
        "2026-01-05 .. 2026-02-15: 1,015 > 980"
    ]


@pytest.mark.parametrize(("until", "clauses"), [("2026-02-14", set()), ("2026-02-15", {"II.A"})])
def test_a_clause_counts_the_dates_it_is_in_force_on(until: str, clauses: set[str]) -> None:
    # 28 vials on 5 January and 1 on 15 February, as in the worked figure
    changed = POLICY.clauses["II.A"].model_copy(
        update={"effective_until": date.fromisoformat(until)}
    )
    policy = POLICY.model_copy(update={"clauses": {**POLICY.clauses, "II.A": changed}})
    cycles = [Cycle(1, day(0)), Cycle(2, day(42), fills=[(-1, 1), (0, 27)])]
    found = refused(lay_out(scenario(request={"cycles": 2}), cycles), policy)
    assert set(found) - {"figures.limits"} == clauses


def test_the_days_supply_reading_asks_for_the_limit_s_rate_of_every_dispense() -> None:
    # 24 vials for 28 days: 24 x 42 = 1,008 > 28 x 28 = 784
    on = scenario(indication="adult-consolidation", readings={"quantity.days_supply": "on"})
    weekly = Cycle(1, day(0), (7, 7, 7, 7))
    found = refused(lay_out(on, [weekly], dose=lambda cycle, index: 28))
    assert set(found) == {"II.A"}
    assert "24 x 42 = 1,008 > 28 x 28 = 784" in found["II.A"][0]
    plain = scenario(indication="adult-consolidation")
    assert refused(lay_out(plain, [weekly], dose=lambda cycle, index: 28)) == {}


def test_a_low_dose_in_long_bags_keeps_the_rate() -> None:
    # 15 mcg a day, 48 h bags: 30 x 275.5 / 240 / 35 = 0.98, one vial; 14 x 42 = 588 <= 784
    document = scenario(
        indication="adult-consolidation",
        readings={"quantity.days_supply": "on"},
        request={"daily_dose_mcg": 15},
    )
    plan = lay_out(
        document,
        [Cycle(1, day(0), (2,) * 14)],
        dose=lambda cycle, index: 15,
        vials=lambda days, mcg: 1,
    )
    assert refused(plan) == {}


@pytest.mark.parametrize(
    ("share", "days", "found"),
    [
        (0.75, 6, set()),
        (0.75, 5, {"refill_threshold"}),
        (1, 7, set()),
        (1, 6, {"refill_threshold"}),
        ("off", 1, set()),
    ],
)
def test_a_fill_waits_for_its_share_of_the_days_before(
    share: float | str, days: int, found: set[str]
) -> None:
    # the first fill is 7 days supply; 0.75 x 7 = 5.25, so 6 days
    document = scenario(readings={"refill_threshold": share})
    plan = lay_out(document, [Cycle(1, day(0), fills=[(0, 7), (days, 21)])])
    assert set(refused(plan)) == found


def test_a_fill_for_the_next_cycle_waits_as_well() -> None:
    document = scenario(
        readings={"refill_threshold": 1}, request={"cycles": 2}, pharmacy={"max_days_ahead": 60}
    )
    cycles = [Cycle(1, day(0)), Cycle(2, day(42), fills=[(-15, 28)])]
    # 28 days supply on day 0; the next fill is on day 27
    assert "refill_threshold" in refused(lay_out(document, cycles))
    cycles[1] = Cycle(2, day(42), fills=[(-14, 28)])
    assert "refill_threshold" not in refused(lay_out(document, cycles))


def test_the_window_shown_may_be_any_that_holds_the_peak() -> None:
    plan = lay_out(scenario(), [Cycle(1, day(0))])
    shown = plan.limits[0].model_copy(
        update={"window_from": day(-1), "window_to": day(-1) + timedelta(days=41)}
    )
    assert refused(plan.model_copy(update={"limits": (shown, *plan.limits[1:])})) == {}
