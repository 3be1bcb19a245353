"""The sentence of a conflict, from its members alone: no search is made here."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from planner.documents.load import parse_scenario
from planner.proof.because import because
from planner.proof.members import members_of
from planner.regimen.build import course_of
from tests.proof.models import DRUG, POLICY

HEAD = """\
format: planner-scenario/1
policy: eocco-0382
indication: {indication}
patient: {{age: 41, weight_kg: 70, diagnosis: C91.02}}
pharmacy: {{bags: [{bags}], transit_days: 0, holidays: none}}
"""
BEGUN = """\
as_of: 2026-02-10
history:
  cycles:
    - {cycle: 1, start: 2026-01-05}
  dispenses:
    - {date: 2026-01-05, vials: 28, cycle: 1}
"""
BILLED = """\
  claims:
    - {date: 2026-01-05, units: 945, cycle: 1}
    - {date: 2026-02-02, units: 35, cycle: 1}
"""
LATE_UNITS = ("II.B.cycles-1-5", "V.rr.days", "request.max_delay_days", "pharmacy.bags")


def sentence(body: str, *ids: str, indication: str = "adult-rr", bags: str = "24h") -> str:
    return because_of(HEAD.format(indication=indication, bags=bags) + body, ids)


def because_of(text: str, ids: Sequence[str]) -> str:
    """The sentence for these members of a scenario."""
    scenario = parse_scenario(text).scenario
    course = course_of(scenario, POLICY, DRUG)
    members = [m for m in members_of(course) if m.id in ids]
    assert {m.id for m in members} == set(ids)
    return because(course, members)


def request(rest: str) -> str:
    return f"request: {{first_infusion: 2026-01-05, {rest}}}\n"


def test_claims_that_pass_the_units_of_a_window_are_added_up() -> None:
    body = request("cycles: 2") + (
        "readings: {date_of_service: dispense}\n"
        + BEGUN
        + "  claims:\n"
        + "    - {date: 2026-01-05, units: 980, cycle: 1}\n"
        + "    - {date: 2026-02-09, units: 35, cycle: 1}\n"
    )
    # 5 January to 15 February are 42 dates: 980 + 35
    assert sentence(body, "II.B.cycles-1-5", "history.claims.0", "history.claims.1") == (
        "980 units on 5 Jan 2026 and 35 units on 9 Feb 2026 fall in one 42-day window: 1,015 > 980"
    )


def test_one_claim_can_pass_the_units_alone() -> None:
    claims = "claims: [{date: 2026-01-05, units: 981, cycle: 1}]"
    assert sentence(request(f"cycles: 1, {claims}"), "II.B.cycles-1-5", "request.claims.0") == (
        "981 units on 5 Jan 2026 fall in one 42-day window: 981 > 980"
    )


def test_claims_of_other_cycles_do_not_count_against_a_line_of_units() -> None:
    five, six = (
        "{date: 2026-08-02, units: 980, cycle: 5}",
        "{date: 2026-08-03, units: 35, cycle: 6}",
    )
    claims = f"claims: [{five}, {six}]"
    ids = ("II.B.cycles-6-9", "request.claims.0", "request.claims.1")
    assert sentence(request(f"cycles: 6, {claims}"), *ids).startswith("Because ")


def test_a_cycle_that_cannot_wait_counts_with_what_was_billed_before() -> None:
    body = request("cycles: 2, max_delay_days: 0") + BEGUN + BILLED
    # cycle 2 starts from 10 to 16 February, so its 28 bags are hung up to 15 March, the last of
    # the 42 dates from 2 February: 28 x 35 = 980
    assert sentence(body, *LATE_UNITS, "history.claims.1") == (
        "35 units on 2 Feb 2026 and at least 980 of cycle 2, which starts by 16 Feb 2026, "
        "fall in one 42-day window: 1,015 > 980"
    )


def test_bags_hung_behind_the_window_are_not_counted() -> None:
    body = request("cycles: 2, max_delay_days: 1") + BEGUN + BILLED
    # from 17 February on the last bag is hung on 16 March, outside: 35 + 27 x 35 = 980
    assert sentence(body, *LATE_UNITS, "history.claims.1").startswith("Because ")


def test_the_bags_that_bill_the_fewest_units_are_taken() -> None:
    body = request("cycles: 2, max_delay_days: 0") + BEGUN + BILLED
    # 4 bags of 7 days from 6 vials each bill 4 x 210 = 840: 35 + 840 = 875
    assert sentence(body, *LATE_UNITS, "history.claims.1", bags="24h, 7d").startswith("Because ")


CROWDED = ("II.A", "V.rr.days", "pharmacy.bags", "pharmacy.max_days_ahead", "pharmacy.spare_vials")


TRANSIT = "pharmacy.transit_days"


def spare(settings: str, *more: str, bags: str = "24h") -> str:
    """The sentence of spare vials beside bags, with these settings of the pharmacy."""
    head = HEAD.replace("transit_days: 0, ", "") if TRANSIT in more else HEAD
    text = head.format(indication="adult-rr", bags=bags).rstrip("}\n") + f", {settings}}}\n"
    return because_of(text + request("cycles: 2"), CROWDED + more)


def test_vials_that_all_go_out_within_a_window_are_added_up() -> None:
    # 28 bags of 24 h, from day -14 to day 27
    assert spare("max_days_ahead: 14, spare_vials: 1") == (
        "Cycle 1 takes at least 28 vials in bags of 24h and 1 spare vial, all sent on the 42 dates "
        "from 14 days before its start to its last infusion day, and II.A allows 28 on any 42: "
        "29 > 28"
    )
    # on day 26 at the latest, where they travel for a day
    assert spare("max_days_ahead: 15, spare_vials: 2, transit_days: 1", TRANSIT).endswith(
        "and 2 spare vials, all sent on the 42 dates from 15 days before its start to 1 day before "
        "its last infusion day, and II.A allows 28 on any 42: 30 > 28"
    )


def test_vials_that_need_not_go_out_within_a_window_are_not() -> None:
    assert spare("max_days_ahead: 15, spare_vials: 1").startswith("Because ")  # 43 dates
    # 4 vials in the step week, 3 x 6 in the others: 22 + 1
    assert spare("max_days_ahead: 14, spare_vials: 1", bags="24h, 48h, 7d").startswith("Because ")


def test_a_pinned_start_is_counted_from_the_first_infusion() -> None:
    body = request("cycles: 2, cycle_starts: {2: 2026-02-09}")
    ids = ("V.rr.length", "request.cycle_starts.2", "request.first_infusion")
    assert sentence(body, *ids) == (
        "Cycle 2 on 9 Feb 2026 is 35 days after cycle 1 on 5 Jan 2026, and it lasts 42 days: "
        "35 < 42"
    )


def test_the_lengths_of_all_cycles_between_two_starts_are_added_up() -> None:
    body = request("cycles: 7, cycle_starts: {7: 2026-10-25}")
    ids = ("V.rr.length", "request.cycle_starts.7", "request.first_infusion")
    # 5 x 42 + 84 = 294
    assert sentence(body, *ids) == (
        "Cycle 7 on 25 Oct 2026 is 293 days after cycle 1 on 5 Jan 2026, and cycles 1 to 6 last "
        "294 days: 293 < 294"
    )


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        ("extends", "and with interruptions it lasts 45 days: 41 < 45"),  # 42 + 3
        ("absorbed", "and it lasts 42 days: 41 < 42"),
    ],
)
def test_a_pinned_start_is_counted_from_a_cycle_of_the_history(reading: str, says: str) -> None:
    body = (
        request("cycles: 2, cycle_starts: {2: 2026-02-15}")
        + f"readings: {{interruption.length: {reading}}}\n"
        + BEGUN
        + "  interruptions: [{cycle: 1, start: 2026-01-15, days: 3}]\n"
    )
    ids = ("V.rr.length", "request.cycle_starts.2", "history.cycles.0")
    assert sentence(body, *ids) == (
        f"Cycle 2 on 15 Feb 2026 is 41 days after cycle 1 on 5 Jan 2026, {says}"
    )


def test_starts_far_enough_apart_are_not_blamed_on_the_length() -> None:
    body = request("cycles: 2, cycle_starts: {2: 2026-02-16}")
    ids = ("V.rr.length", "request.cycle_starts.2", "request.first_infusion")
    assert sentence(body, *ids).startswith("Because ")


def test_an_authorization_that_opened_in_the_past_is_counted_from_there() -> None:
    body = (
        request("cycles: 4, cycle_starts: {4: 2026-05-26}")
        + "as_of: 2026-05-01\nhistory:\n  cycles:\n"
        + "    - {cycle: 1, start: 2026-01-05}\n"
        + "    - {cycle: 2, start: 2026-02-16}\n"
        + "    - {cycle: 3, start: 2026-03-30}\n"
    )
    ids = ("I.consolidation", "request.cycle_starts.4", "history.cycles.0")
    # 24 weeks from 5 January end on 21 June; 26 May + 27 = 22 June
    assert sentence(body, *ids, indication="adult-consolidation") == (
        "Cycle 4 infuses until 22 Jun 2026 at the earliest, and the initial authorization from "
        "5 Jan 2026 ends on 21 Jun 2026: 1 day too late"
    )


FOUR_CYCLES = "authorizations: [{kind: initial, cycles: 4}]\n"
WAITING = ("I.rr.initial", "I.rr.continued", "authorizations.0", "request.cycles")


@pytest.mark.parametrize(("most", "says"), [(41, "1 day too late"), (35, "7 days too late")])
def test_a_cycle_that_cannot_wait_for_its_renewal_is_counted_to_it(most: int, says: str) -> None:
    body = FOUR_CYCLES + request(f"cycles: 5, max_delay_days: {most}")
    latest = {41: "2 Aug 2026", 35: "27 Jul 2026"}[most]
    # 30 weeks from 5 January end on 2 August; cycle 5 may start from 4 x 42 = day 168, 22 June, on
    ids = (*WAITING, "request.first_infusion", "request.max_delay_days")
    assert sentence(body, *ids) == (
        f"Cycle 5 starts on {latest} at the latest, and its continued-1 authorization opens on "
        f"3 Aug 2026 at the earliest: {says}"
    )


def test_a_cycle_that_reaches_its_renewal_is_not_blamed_on_it() -> None:
    body = FOUR_CYCLES + request("cycles: 5, max_delay_days: 42")
    ids = (*WAITING, "request.first_infusion", "request.max_delay_days")
    assert sentence(body, *ids).startswith("Because ")


@pytest.mark.parametrize(
    ("ids", "cycles", "given", "says"),
    [
        (
            ("IV.consolidation", "authorizations.0"),
            2,
            "{kind: initial, cycles: 1}",
            "2 cycles are asked for, authorizations.0 covers 1 and IV.consolidation gives no "
            "renewal: 2 > 1",
        ),
        (
            ("I.consolidation", "IV.consolidation"),
            5,
            "{kind: initial}",
            "5 cycles are asked for, I.consolidation covers 4 and IV.consolidation gives no "
            "renewal: 5 > 4",
        ),
        (
            ("IV.consolidation", "authorizations.0"),
            3,
            "{kind: continued, cycles: [2]}",
            "3 cycles are asked for, the first authorization covers 1 and IV.consolidation gives "
            "no renewal: 3 > 1",
        ),
    ],
)
def test_where_nothing_is_renewed_it_says_who_covers_how_many_cycles(
    ids: tuple[str, ...], cycles: int, given: str, says: str
) -> None:
    body = f"authorizations: [{given}]\n" + request(f"cycles: {cycles}")
    found = sentence(body, *ids, "request.cycles", indication="adult-consolidation")
    assert found == says


def test_the_cycles_under_renewals_are_added_to_those_of_the_first_authorization() -> None:
    ids = ("I.rr.continued", "authorizations.0", "request.cycles")
    # 4 of the payer, and section I's 4 in renewals
    assert sentence(FOUR_CYCLES + request("cycles: 9"), *ids) == (
        "9 cycles are asked for, authorizations.0 covers 4 and I.rr.continued gives 4 more: 9 > 8"
    )
    assert sentence(request("cycles: 10"), "I.rr.continued", "request.cycles") == (
        "10 cycles are asked for, the first authorization covers 5 and I.rr.continued gives 4 "
        "more: 10 > 9"
    )


def test_renewals_that_the_payer_gave_are_added_one_by_one() -> None:
    body = (
        "authorizations: [{kind: initial}, {kind: continued, cycles: 1}, "
        "{kind: continued, cycles: 1}]\n" + request("cycles: 8")
    )
    ids = ("I.rr.continued", "authorizations.1", "authorizations.2", "request.cycles")
    assert sentence(body, *ids) == (
        "8 cycles are asked for, the first authorization covers 5, authorizations.1 covers 1, "
        "authorizations.2 covers 1 and I.rr.continued gives no third renewal: 8 > 7"
    )


def test_a_renewal_waits_for_one_that_opened_with_the_history() -> None:
    body = (
        FOUR_CYCLES
        + request("cycles: 5, max_delay_days: 41")
        + "as_of: 2026-05-20\nhistory:\n  cycles:\n"
        + "".join(
            f"    - {{cycle: {number}, start: {day}}}\n"
            for number, day in enumerate(
                ("2026-01-05", "2026-02-16", "2026-03-30", "2026-05-11"), 1
            )
        )
    )
    ids = (*WAITING, "history.cycles.0", "request.max_delay_days")
    assert sentence(body, *ids) == (
        "Cycle 5 starts on 2 Aug 2026 at the latest, and its continued-1 authorization opens on "
        "3 Aug 2026 at the earliest: 1 day too late"
    )


def test_a_course_that_is_all_past_has_its_sentence_too() -> None:
    body = (
        request("cycles: 1")
        + BEGUN
        + "  claims:\n"
        + "    - {date: 2026-01-05, units: 980, cycle: 1}\n"
        + "    - {date: 2026-02-09, units: 35, cycle: 1}\n"
    )
    ids = ("I.rr.initial", "history.claims.0", "history.claims.1")
    assert sentence(body, *ids).startswith("Because I.rr.initial")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("{kind: initial}", "an initial authorization"),
        ("{kind: continued, start: 2026-08-03}", "a continued authorization from 2026-08-03"),
        ("{kind: initial, end: 2026-08-02}", "an initial authorization to 2026-08-02"),
        (
            "{kind: initial, start: 2026-01-05, end: 2026-08-02, units: 4900}",
            "an initial authorization from 2026-01-05 to 2026-08-02 for 4,900 units",
        ),
        ("{kind: initial, cycles: 1}", "an initial authorization for 1 cycle"),
        (
            "{kind: initial, cycles: 4, units: 3920, end: 2026-08-02}",
            "an initial authorization to 2026-08-02 for 4 cycles and 3,920 units",
        ),
        ("{kind: continued, cycles: [6, 7]}", "a continued authorization for cycles 6, 7"),
        ("{kind: continued, cycles: [6]}", "a continued authorization for cycle 6"),
    ],
)
def test_an_authorization_that_is_given_says_all_that_was_given(given: str, says: str) -> None:
    text = HEAD.format(indication="adult-rr", bags="24h") + request("cycles: 7")
    scenario = parse_scenario(text + f"authorizations: [{given}]\n").scenario
    course = course_of(scenario, POLICY, DRUG)
    (member,) = (m for m in members_of(course) if m.id == "authorizations.0")
    assert member.says == says


def test_bags_that_no_choice_of_the_pharmacy_makes_longer_are_told_too() -> None:
    # below 5.4 kg there are bags of 24 h and 48 h alone: Friday's ends on Sunday
    body = "request: {first_infusion: 2026-01-05, cycles: 1}\n"
    week = "bag_change_days: [mon, tue, wed, thu, fri], transit_days: 0"
    text = HEAD.format(indication="infant-interfant", bags="24h, 48h, 7d") + body
    text = text.replace("transit_days: 0", week).replace("weight_kg: 70", "weight_kg: 5")
    text = text.replace("age: 41", "age: 0.5, bsa_m2: 0.33").replace("C91.02", "C91.00")
    says = because_of(text, ("V.interfant.days", "pharmacy.bag_change_days"))
    assert says.startswith("Bags of at most 2 days hold the dose, and with bag changes on mon tue")


def test_a_supply_that_no_history_lists_is_told_with_the_cycle_it_is_taken_for() -> None:
    # one fill a day before the start; with its dispenses listed there is nothing to take
    body = "as_of: 2026-01-15\nhistory:\n  cycles:\n    - {cycle: 1, start: 2026-01-06}\n"
    text = HEAD.format(indication="adult-rr", bags="24h") + body + request("cycles: 1")
    text = text.replace("transit_days: 0", "transit_days: 1").replace("05, cycles", "06, cycles")
    course = course_of(parse_scenario(text).scenario, POLICY, DRUG)
    [member] = [m for m in members_of(course) if m.id == "history.cycles.0"]
    assert member.says == (
        "cycle 1 started on 2026-01-06, and is taken as supplied with 28 vials on 2026-01-05"
    )
    listed = text.replace(
        "start: 2026-01-06}\n",
        "start: 2026-01-06}\n  dispenses: [{date: 2026-01-05, vials: 28, cycle: 1}]\n",
    )
    course = course_of(parse_scenario(listed).scenario, POLICY, DRUG)
    [member] = [m for m in members_of(course) if m.id == "history.cycles.0"]
    assert member.says == "cycle 1 started on 2026-01-06"
