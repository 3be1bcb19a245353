"""Everything of a plan, printed: what a pharmacist finds on it, at 80 and at 100 columns."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from rich.console import Console

from planner.documents.plan import Assumption, AuditResult, Plan, Violation
from planner.report.terminal import render
from tests.report.plans import plan

ESC = "\x1b"


def printed(what: Plan, width: int = 100) -> str:
    out = io.StringIO()
    render(what, Console(file=out, width=width))
    return out.getvalue()


def section(text: str, heading: str) -> list[str]:
    body = text[text.index(f"\n{heading}") + 1 :].split("\n\n", 1)[0]
    return body.splitlines()[1:]


def words(row: str) -> str:
    return " ".join(row.split())


@pytest.mark.parametrize(("width", "widest"), [(60, 80), (80, 80), (100, 100), (200, 100)])
def test_no_line_is_wider_than_the_screen_and_no_cell_is_cut(width: int, widest: int) -> None:
    text = printed(plan(number="PA-2026-000123456789"), width)

    assert max(map(len, text.splitlines())) <= widest
    assert "…" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_a_plan_printed_to_a_file_is_plain_text() -> None:
    assert ESC not in printed(plan(2))


def test_the_same_plan_prints_the_same_bytes() -> None:
    assert printed(plan()) == printed(plan())


def test_markup_and_control_characters_in_a_title_arrive_as_text() -> None:
    text = printed(plan(1, title=f"[red]Ana[/red] {ESC}[2J\rB \u202etxt :smile:\nnext"))

    assert text.startswith("[red]Ana[/red] \\x1b[2J\\rB \\u202etxt :smile:\\nnext\n")


def test_markup_in_numbers_and_notes_arrives_as_text() -> None:
    text = printed(plan(1, number="[b]17[/b]", notes=(f"see [link=x]y[/link]{ESC}",)))

    assert "[b]17[/b]" in text
    assert "see [link=x]y[/link]\\x1b" in text


def test_an_untitled_scenario_is_called_so() -> None:
    assert printed(plan(1, title="")).startswith("Untitled scenario\n")


def test_the_head_names_indication_policy_and_revision() -> None:
    head = printed(plan(2)).splitlines()[:4]

    assert head == [
        "Adult, relapsed, 70 kg",
        "adult-rr, 70 kg",
        "Policy eocco-0382 (2023-03-31; in force: not stated)",  # in a plan by hand
        # 2 x 28 vials; 2 x 980 units
        "2 cycles; ahead: 2 dispenses, 56 vials, 56 bag changes, 1,960 units billed",
    ]


def test_the_full_report_lists_every_dispense_bag_and_claim_line() -> None:
    text = printed(plan(2))

    assert len(section(text, "Dispenses")) == 1 + 2
    assert len(section(text, "Bags of cycle 1")) == 1 + 28
    assert len(section(text, "Bags of cycle 2")) == 1 + 28
    # an administered and a discarded line for each of 2 x 28 bags
    assert len(section(text, "Claim lines")) == 1 + 112


def test_every_cycle_shows_what_it_takes() -> None:
    rows = section(printed(plan(9)), "What each cycle takes")[1:]

    assert [row.split() for row in rows] == [
        # 28 bags of one 35 mcg vial: 28 x 35 = 980 units
        [str(cycle), "1", "28", "28", "28", "980", authorization]
        for cycle, authorization in enumerate(
            ["initial"] * 5 + ["continued-1"] * 2 + ["continued-2"] * 2, start=1
        )
    ]


def test_a_claim_row_shows_units_modifier_code_vials_and_authorization() -> None:
    first, second = section(printed(plan(1)), "Claim lines")[1:3]

    assert words(first) == "Mon 2026-01-05 1 J9039 9 55513016001 0.26 initial"
    assert words(second) == "Mon 2026-01-05 1 J9039 26 JW 55513016001 0.74 initial"


def test_a_bag_row_shows_its_hang_dose_vials_and_dispense() -> None:
    row = section(printed(plan(1)), "Bags of cycle 1")[8]

    assert words(row) == "Mon 2026-01-12 1 28 mcg/day 28 1 2026-01-04 home"


def test_a_limit_says_in_words_how_much_room_is_left() -> None:
    rows = section(printed(plan(2)), "Limits at their fullest")[1:]

    assert words(rows[0]) == "II.A 28 of 28 vials [##########] full 2026-01-04 to 2026-02-14"
    # 980 - 945 = 35
    assert "945 of 980 units  [#########.]  35 left" in rows[1]


def test_a_limit_that_is_passed_is_called_over() -> None:
    whole = plan(2)
    over = whole.limits[0].model_copy(update={"peak": 29})

    text = printed(whole.model_copy(update={"limits": (over,)}))

    assert "29 of 28 vials  [##########]  OVER" in text


def test_a_renewal_shows_the_day_to_ask_for_it() -> None:
    rows = section(printed(plan(9)), "Authorizations")[1:]

    # 30 weeks from 2026-01-05 end on 2026-08-02; asked for 14 days before 2026-08-03
    assert words(rows[1]) == "continued-1 Mon 2026-08-03 2027-01-17 6-7 Mon 2026-07-20"


def test_an_objective_that_is_not_proven_says_so() -> None:
    rows = section(printed(plan(2)), "Objectives")[1:]

    assert rows[0].split() == [
        *("delay", "0", "days", "0"),
        *["yes,", "by", "this", "program's", "search"],
    ]
    assert rows[1].split() == ["vials", "56", "vials", "55", "no"]


def test_assumptions_readings_and_drug_rows_are_listed_and_explained() -> None:
    text = printed(plan(1))

    assert "(grade A)  billing sheet; 2018" in text
    assert "Check the drug file's rows against the label in force" in text
    assert section(text, "Assumed") == ["  pharmacy.transit_days: 1  a vial is there the next day"]
    assert section(text, "Readings") == ["  window           rolling", "  date_of_service  hang"]


def test_the_report_says_that_it_gives_no_advice_on_treatment() -> None:
    assert "It gives no advice on treatment" in " ".join(printed(plan(1), 80).split())


def test_the_audit_shows_how_many_clauses_it_checked_and_what_it_found() -> None:
    assert "12 clauses checked, no violation" in printed(plan(1))

    violated = AuditResult(clauses=12, violations=(Violation(clause="II.A", says="29 > 28"),))
    text = printed(plan(1).model_copy(update={"audit": violated}))
    assert "12 clauses checked, 1 violation\n  II.A  29 > 28" in text


def test_the_agenda_covers_thirty_days_and_the_requests_due_before() -> None:
    rows = section(printed(plan(9)), "Next, from Mon 2025-12-22 to Mon 2026-02-02")[1:]

    assert [row.split()[1] for row in rows] == [
        "2025-12-22",
        "2026-01-04",
        "2026-01-05",  # hang
        "2026-01-05",  # bill
        "2026-01-12",
        "2026-01-12",
        "2026-02-02",
    ]
    assert rows[2].endswith("9 mcg/day, 1 vial, daily until Sun 2026-01-11 (7 bags)")
    # 9 units given and 26 discarded of one vial
    assert rows[3].endswith("35 units in 2 lines, daily until Sun 2026-01-11 (7 claims)")


def test_the_agenda_opens_on_as_of_and_leaves_the_past_out() -> None:
    whole = plan(2)
    document = whole.scenario.document.model_copy(update={"as_of": date(2026, 2, 10)})
    begun = whole.model_copy(
        update={
            "scenario": whole.scenario.model_copy(update={"document": document}),
            "cycles": (whole.cycles[0].model_copy(update={"past": True}), whole.cycles[1]),
            "bags": tuple(b.model_copy(update={"past": b.cycle == 1}) for b in whole.bags),
            "dispenses": tuple(
                d.model_copy(update={"past": d.cycle == 1}) for d in whole.dispenses
            ),
            "claims": tuple(c.model_copy(update={"past": c.cycle == 1}) for c in whole.claims),
            "authorizations": (),
        }
    )

    text = printed(begun)
    rows = section(text, "Next, from Sun 2026-02-15")[1:]

    assert [row.split()[1] for row in rows] == ["2026-02-15", "2026-02-16", "2026-02-16"]
    assert section(text, "Cycles")[1].endswith("past")
    assert section(printed(begun), "Dispenses")[1].endswith("initial (past)")


def test_a_weight_is_shown_without_trailing_zeros_and_a_surface_with_two_decimals() -> None:
    child = plan(1).model_copy(update={"weight_kg": Decimal("20.50"), "bsa_m2": Decimal("0.80")})

    assert printed(child).splitlines()[1] == "adult-rr, 20.5 kg, 0.80 m2"


def test_the_dose_s_arithmetic_stands_in_the_head() -> None:
    line = "Cycles 1 to 4: 15 x 0.91 m2 = 13.65 mcg a day"
    text = printed(plan(1).model_copy(update={"dose_arithmetic": (line,)}))
    assert text.splitlines()[2] == line


def test_what_was_understood_stands_apart_from_what_was_assumed() -> None:
    read = Assumption(
        path="patient.weight_lb", value="69.85", says="154 lb is 69.85 kg.", given=True
    )
    made = plan(1)
    text = printed(made.model_copy(update={"assumed": (read, *made.assumed)}))
    assert words(section(text, "Understood from")[0]) == "patient.weight_lb 154 lb is 69.85 kg."
    assert "weight_lb" not in "".join(section(text, "Assumed,"))


def test_what_was_due_before_the_days_shown_says_so() -> None:
    made = plan(1)
    assert "(due before)" in printed(made)
    opens = made.authorizations[0].start
    document = made.scenario.document.model_copy(update={"as_of": opens})
    stamp = made.scenario.model_copy(update={"document": document})
    text = " ".join(printed(made.model_copy(update={"scenario": stamp})).split())
    assert "authorization initial, which opens Mon 2026-01-05 (overdue)" in text
    assert "(due before)" not in text


def test_notes_stand_before_what_is_to_be_done() -> None:
    text = printed(plan(1, notes=("the label advises a hospital stay",)))
    assert text.index("the label advises") < text.index("Next, from")
