"""The scenarios that benchmarks draw are ones that the planner reads, and the same each time."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.by_hand import hung, laid
from benchmarks.drawn import draw
from planner.api import Known, criteria
from planner.documents.load import parse_scenario

SEEDS = range(60)


def test_a_seed_draws_the_same_scenario_again_and_it_is_read_without_an_error() -> None:
    known = Known()
    for seed in SEEDS:
        document = draw(seed)
        assert draw(seed) == document
        known.matched(parse_scenario(json.dumps(document)))


def test_most_patients_meet_the_criteria_and_some_do_not_or_not_yet() -> None:
    known = Known()
    loaded = [parse_scenario(json.dumps(draw(seed))) for seed in SEEDS]
    answers = [answer.status for one in loaded if (answer := criteria(one, known=known))]
    assert set(answers) == {"met", "not-met", "undecided"}
    assert answers.count("met") > len(answers) / 2


def test_courses_under_way_come_with_their_bags_and_fills() -> None:
    begun = [document for document in map(draw, SEEDS) if "history" in document]
    assert begun
    for document in begun:
        history = document["history"]
        hangs = [bag["hang"] for cycle in history["cycles"] for bag in cycle["bags"]]
        opened = sum(bag["vials"] for cycle in history["cycles"] for bag in cycle["bags"])
        assert hangs == sorted(hangs)
        assert hangs[-1] < document["as_of"]
        assert opened <= sum(fill["vials"] for fill in history["dispenses"])


def test_bags_by_hand_reach_from_one_allowed_day_to_the_next() -> None:
    document: dict[str, Any] = {
        "format": "planner-scenario/1",
        "policy": "eocco-0382",
        "patient": {"age": 41, "weight_kg": 70, "diagnosis": "C91.01"},
        "indication": "adult-consolidation",
        "pharmacy": {
            "bags": ["24h", "48h"],
            "bag_change_days": ["mon", "tue", "wed", "thu", "fri"],
        },
        "request": {"first_infusion": "2026-03-02"},
    }
    assert _hung(document) is None  # 48 h do not reach from Friday to Monday
    document["pharmacy"] = {"bags": ["24h", "72h"], "bag_change_days": ["mon", "tue", "wed", "fri"]}
    # Monday 2 March: 72 h to Thursday is barred, 24 h to Tuesday, 72 h to Friday, 72 h to Monday
    assert _hung(document) == [1, 3, 3] * 4
    document["request"] = {"first_infusion": "2026-03-05"}  # a Thursday
    assert _hung(document) is None


def _hung(document: dict[str, Any]) -> list[int] | None:
    course = laid(document)
    bags = hung(course, course.cycles[0], course.cycles[0].earliest)
    return None if bags is None else [bag.days for bag in bags]
