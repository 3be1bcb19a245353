"""``planner explain``: why a date, a cycle or a clause is as it is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from planner import api
from planner.cli.main import main
from planner.deadline import Deadline
from planner.documents.glossary import glossary
from planner.documents.plan import Plan
from planner.documents.why import Answered, Why
from planner.fleet.why import Ground, UnknownError, meaning, why
from tests.written import written

# Five cycles of 42 days from Monday 2026-01-05 under an authorization of 30 weeks, the last day of
# which is 2026-08-02: 14 days of delay in all. Cycle 3 starts on 30 March at the earliest.
COURSE: dict[str, Any] = {
    "format": "planner-scenario/1",
    "policy": "eocco-0382",
    "patient": {"age": 41, "weight_kg": 70, "diagnosis": "C91.02"},
    "indication": "adult-rr",
    "pharmacy": {"holidays": "none", "bags": ["24h"]},
    "authorizations": [{"kind": "initial", "start": "2026-01-05", "end": "2026-08-02"}],
    "request": {"first_infusion": "2026-01-05", "cycles": 5},
}


@pytest.fixture(scope="module")
def ground() -> Ground:
    scenario, known = written(COURSE), api.Known()
    plan = api.plan(scenario, known=known)
    assert isinstance(plan, Plan)
    return Ground(scenario, known, plan, Deadline())


def asked(found: Why, words: str) -> Answered:
    return next(answer for answer in found.answers if words in answer.asks)


def test_a_start_that_the_cycles_lengths_forbid_is_explained_by_them(ground: Ground) -> None:
    answer = asked(why("2026-03-27", ground), "Why cycle 3 does not start on Fri 2026-03-27")
    assert answer.says[0].startswith("There is no calendar with it.")
    assert {one.id for one in answer.against} >= {"V.rr.length", "request.cycle_starts.3"}
    assert [one.named for one in answer.against if one.kind == "wish"] == ["the wish"]


def test_a_start_after_which_the_authorization_is_too_short_is_explained_by_it(
    ground: Ground,
) -> None:
    # 30 March + 15 days: cycle 5 would infuse until 19 July + 15 = 3 August
    answer = asked(why("14 April 2026", ground), "Why cycle 3 does not start")
    assert "authorizations (number 1)" in " ".join(one.named for one in answer.against)
    assert "1 day too late" in answer.says[0]


def test_a_start_that_could_be_says_what_it_would_cost(ground: Ground) -> None:
    answer = asked(why("31 March", ground), "Why cycle 3 does not start on Tue 2026-03-31")
    # cycles 3, 4 and 5 each a day later
    assert answer.says[0].startswith("It could: 1 day later from cycle 3 on")
    assert "better by delay, 0 to 3" in answer.says[0]
    assert answer.against == ()


def test_a_cycle_says_its_first_day_and_what_forbids_the_day_after_its_latest_start(
    ground: Ground,
) -> None:
    found = why("cycle 3", ground)
    assert "cycle 2 started on Mon 2026-02-16" in found.answers[0].says[1]
    assert asked(found, "How late").says == (
        "The rest can still be planned until it starts on Mon 2026-04-13.",
    )
    assert asked(found, "Tue 2026-04-14").against


def test_a_clause_says_what_fills_it_and_what_twice_as_much_would_change(ground: Ground) -> None:
    found = why("ii.a", ground)
    assert found.what == "II.A"
    full = asked(found, "fullest").says[0]
    assert "28 of 28 vials" in full
    assert "It is full" in full
    # a dispense for each cycle, bags of 24 h alone: no more vials would be of use
    assert asked(found, "costs").says == (
        "Nothing: the plan would be the same with twice as much.",
    )


def test_what_is_planned_for_a_day_is_told(ground: Ground) -> None:
    says = why("2026-01-12", ground).answers[0].says
    assert "Infusion day 8 of cycle 1." in says
    assert any(words.startswith("Cycle 1, hang: 28 mcg/day") for words in says)


@pytest.mark.parametrize("what", ["cycle 6", "II.Z", "03/04/2026", "the weather"])
def test_what_is_nothing_of_the_kind_or_two_things_is_refused(what: str, ground: Ground) -> None:
    with pytest.raises(UnknownError):
        why(what, ground)


def test_every_word_of_the_glossary_is_told() -> None:
    words = glossary()
    assert len(words) > 60
    for word, means in words.items():
        found = meaning(word)
        assert found is not None
        assert found.answers[0].says == (means,)


def test_the_command_takes_words_and_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(COURSE))
    assert main(["explain", "cycle", "2", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["what"] == "cycle 2"
    assert main(["explain", "bag", "change"]) == 0
    assert capsys.readouterr().out.startswith("bag change\n")
    assert main(["explain", "nonsense"]) == 2
    assert main(["explain", "II.Q", str(file)]) == 2
    assert "is not a clause of the policy" in capsys.readouterr().err


def test_dates_are_iso_in_what_is_told(ground: Ground) -> None:
    assert date(2026, 3, 31).isoformat() in why("31 March", ground).what
