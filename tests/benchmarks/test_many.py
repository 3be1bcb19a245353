"""What is asked of a batch is held against what it came to."""

from __future__ import annotations

from collections import Counter

from benchmarks import asked
from benchmarks.many import Checked, Ran, _demands

LINES = 100
FLAT = ((10, 100, 60), (50, 105, 60), (90, 110, 60))  # lines written, bytes of all, of the largest


def _last(ran: Ran, checked: Checked) -> list[str]:
    return asked.table(_demands(ran, checked, LINES)).splitlines()[-4:]


def test_a_batch_that_does_all_that_is_asked() -> None:
    told = _last(Ran(0, 10.0, 18.0, FLAT), Checked(Counter(infeasible=7)))

    assert told[0].endswith("| at least 10 | 10.0 | met |")
    assert told[1].endswith("| none | 0 | met |")
    assert told[2].endswith("| 0 without, of 7 infeasible | met |")
    assert told[3].endswith("| 1.10 times | met |")


def test_a_batch_that_misses_everything() -> None:
    grown = (*FLAT[:2], (90, 120, 60))
    checked = Checked(Counter(infeasible=7), uncertified=1, wrong=["drawn.jsonl:1: 2 lines"])

    assert all(
        line.endswith("| **missed** |") for line in _last(Ran(0, 11.0, 18.0, grown), checked)
    )
