"""The sentence for vials that come faster than windows let them pass."""

from __future__ import annotations

import pytest

import planner
from planner.documents.conflict import Conflict
from planner.documents.load import parse_scenario
from planner.proof.rate import outpaced, too_fast
from planner.regimen.build import course_of
from tests.proof.explained import FOLDER
from tests.proof.models import DRUG, POLICY, known

TEXT = (FOLDER / "spare-vials-in-thirty-weeks.yaml").read_text(encoding="utf-8")
MEMBERS = (
    "I.rr.initial",
    "II.A",
    "V.rr.days",
    "request.cycles",
    "pharmacy.bags",
    "pharmacy.spare_vials",
    "history.cycles.0",
    "history.dispenses.0",
)


def sentences(text: str, *ids: str) -> list[str]:
    course = course_of(parse_scenario(text).scenario, POLICY, DRUG)
    return list(outpaced(course, ids))


def test_the_dates_end_with_the_authorization_less_the_days_in_transit() -> None:
    # from 5 Jan 30 weeks go to 2 Aug; with a day in transit the last vial leaves on 1 Aug
    [says] = sentences(TEXT, *MEMBERS)
    assert "from 5 Jan 2026 to 2 Aug 2026" in says
    slower = TEXT.replace("transit_days: 0", "transit_days: 1")
    slower = slower.replace("{date: 2026-01-05,", "{date: 2026-01-04,")
    [says] = sentences(slower, *MEMBERS, "pharmacy.transit_days")
    assert "from 4 Jan 2026 to 1 Aug 2026" in says
    assert says.endswith("144 > 5 x 28 = 140")


def test_the_end_of_a_given_authorization_counts_where_it_is_a_member() -> None:
    given = "authorizations: [{kind: initial, start: 2026-01-05, end: 2026-08-01}]\n"
    members = ["authorizations.0" if m == "I.rr.initial" else m for m in MEMBERS]
    [says] = sentences(TEXT + given, *members)
    assert "from 5 Jan 2026 to 1 Aug 2026" in says


@pytest.mark.parametrize(
    ("left_out", "because"),
    [
        ("pharmacy.spare_vials", "28 + 4 x 28 = 140 vials fit into 5 x 28"),
        ("I.rr.initial", "nothing says when the cycles end"),
        ("history.cycles.0", "nothing says when the authorization begins"),
        ("history.dispenses.0", "nothing says what was sent and when"),
        ("pharmacy.bags", "nothing says how many vials a day takes"),
        ("V.rr.days", "nothing says how many days a cycle has"),
        ("II.A", "nothing limits vials"),
    ],
)
def test_without_one_of_its_members_there_is_no_such_sum(left_out: str, because: str) -> None:
    assert not sentences(TEXT, *(m for m in MEMBERS if m != left_out)), because


def test_four_cycles_fit() -> None:
    # 28 + 3 x 29 = 115 <= 140
    assert not sentences(TEXT.replace("cycles: 5}", "cycles: 4}"), *MEMBERS)


BEGUN = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-rr
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
pharmacy: {bags: [24h], transit_days: 0, holidays: none, spare_vials: 1, max_days_ahead: 14}
as_of: 2026-02-03
history:
  cycles:
    - {cycle: 1, start: 2026-01-05}
  dispenses:
    - {date: 2026-01-05, vials: 28, cycle: 1}
request: {first_infusion: 2026-01-05, cycles: 2, max_delay_days: 10}
"""
DELAYED = ("II.A", "V.rr.days", "request.max_delay_days", "pharmacy.bags", "pharmacy.spare_vials")


def test_the_dates_end_with_the_last_start_that_delay_allows() -> None:
    # cycle 2 may start 42 + 10 days after 5 January, on 26 February, and ends 27 days later, on
    # 25 March: 3 February to 25 March are 51 dates, two windows; 28 + 1 <= 56
    assert not sentences(BEGUN, *DELAYED)
    # without delay it ends on 15 March: 41 dates, one window
    [says, *_] = sentences(BEGUN.replace("max_delay_days: 10", "max_delay_days: 0"), *DELAYED)
    assert says == (
        "Cycle 2 takes at least 29 vials, in bags of 24h and 1 spare with each cycle, all sent "
        "from 3 Feb 2026 to 15 Mar 2026, and II.A allows 28 in the one window of 42 dates there: "
        "29 > 28"
    )


def test_dispenses_made_before_are_added() -> None:
    # 5 January to 22 March (7 days of delay) are 77 dates, two windows: 28 + 29 = 57 > 56
    text = BEGUN.replace("max_delay_days: 10", "max_delay_days: 7")
    says = sentences(text, *DELAYED, "history.dispenses.0")
    assert any(one.endswith("57 > 2 x 28 = 56") for one in says)
    assert any(one.startswith("Cycles 1 to 2 take at least 57 vials") for one in says)


def test_windows_that_begin_with_each_cycle_leave_no_such_sum() -> None:
    # the vials of each cycle are counted by themselves then: 28 + 1 spare are over as well, but
    # not for the reason this sentence gives
    text = TEXT + "readings: {window: cycle}\n"
    assert sentences(TEXT, *MEMBERS)
    assert not sentences(text, *MEMBERS)


RATE = """\
format: planner-scenario/1
policy: eocco-0382
indication: adult-consolidation
patient: {age: 41, weight_kg: 70, diagnosis: C91.02}
readings: {quantity.days_supply: on}
request: {first_infusion: 2026-01-05, cycles: 1}
"""


def test_a_rate_that_no_bag_keeps_is_told_by_the_bag_that_takes_the_fewest_vials() -> None:
    # bags of 24 h and 48 h take a vial a day, the 7-day bag 6 for 7 days: 6 x 42 > 28 x 7
    course = course_of(parse_scenario(RATE).scenario, POLICY, DRUG)
    assert list(too_fast(course, ["II.A"])) == [
        "No bag for cycle 1 takes fewer vials a day than 6 vials for 7 days, and II.A allows 28 "
        "for a supply of 42 days: 6 x 42 = 252 > 28 x 7 = 196"
    ]
    off = RATE.replace("readings: {quantity.days_supply: on}\n", "")
    assert not list(too_fast(course_of(parse_scenario(off).scenario, POLICY, DRUG), ["II.A"]))


def test_a_rate_that_no_bag_keeps_is_a_conflict_of_the_clause_alone() -> None:
    answer = planner.explain(parse_scenario(RATE), remedies=False, known=known())
    assert isinstance(answer, Conflict)
    assert [member.id for member in answer.conflict] == ["II.A"]
    assert answer.minimal


def test_a_rate_is_looked_at_cycle_by_cycle_before_the_bags_that_a_step_dose_allows() -> None:
    # of cycle 1 the step dose has bags of a vial for 4 days; cycle 2 has none such
    text = RATE.replace("adult-consolidation", "adult-rr").replace("cycles: 1", "cycles: 9")
    answer = planner.explain(parse_scenario(text), remedies=False, known=known())
    assert isinstance(answer, Conflict)
    assert [member.id for member in answer.conflict] == ["II.A", "request.cycles"]
    assert answer.because.startswith("No bag for cycle 2 takes fewer vials a day")


def test_bags_of_the_days_behind_the_last_whole_window_are_added() -> None:
    """24 weeks from 8 November end on 24 April; from the dispense on the 6th on these are 170
    dates, four windows and two days, on which two bags of a day hang at most. 28 are sent, and 28
    and 2 spare ones for each of three cycles: 28 + 90 = 118."""
    text = """\
format: planner-scenario/1
policy: eocco-0382
indication: pediatric-mrd
patient: {age: 15, weight_kg: 50, bsa_m2: 1.45, diagnosis: C91.01}
pharmacy: {bags: [24h], spare_vials: 2, transit_days: 0}
request: {first_infusion: 2026-11-08, cycles: 4}
history:
  cycles: [{cycle: 1, start: 2026-11-08}]
  dispenses: [{date: 2026-11-06, vials: 28, cycle: 1}]
as_of: 2026-12-10
"""
    members = (
        "I.mrd",
        "II.A",
        "V.mrd.days",
        "pharmacy.bags",
        "pharmacy.spare_vials",
        "request.cycles",
        "history.cycles.0",
        "history.dispenses.0",
    )
    [says, *_] = sentences(text, *members)
    assert says == (
        "Cycles 1 to 4 take at least 118 vials, in bags of 24h and 2 spare with each cycle, all "
        "sent from 6 Nov 2026 to 24 Apr 2027, and II.A allows 28 in each of the 4 windows of 42 "
        "dates there, and bags of the 2 days behind take 2 vials: 118 > 4 x 28 + 2 = 114"
    )
    # with one spare vial for each they take 28 + 87 = 115, with none 112
    one = text.replace("spare_vials: 2", "spare_vials: 1")
    assert "115 > 4 x 28 + 2 = 114" in sentences(one, *members)[0]
    assert not sentences(text.replace("spare_vials: 2", "spare_vials: 0"), *members)


def test_where_any_bags_take_too_much_the_sum_is_that_of_those_offered() -> None:
    """28 bags of a day take 28 vials and one spare; the cheapest bags of the drug file take 24 and
    one, too few to clash with 28: the pharmacy's bags have a part in it."""
    whatever = tuple(member for member in DELAYED if member != "pharmacy.bags")
    no_delay = BEGUN.replace("max_delay_days: 10", "max_delay_days: 0")
    assert sentences(no_delay, *DELAYED)
    assert not sentences(no_delay, *whatever)
    # with five spare ones 24 + 5 = 29 > 28 in whatever bags, and 28 + 5 = 33 in those of a day
    five = no_delay.replace("spare_vials: 1", "spare_vials: 5")
    [says, *_] = sentences(five, *whatever)
    assert "at least 33 vials, in bags of 24h (29 in whatever bags)" in says
    assert says.endswith("33 > 28")
