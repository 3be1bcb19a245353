"""What is missing, and the shortest way to meet the criteria, against trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from random import Random
from typing import Any

import pytest

from planner.coverage import criteria
from planner.documents.load import load_policy
from tests.coverage.outcomes import CONNECTOR, expected
from tests.coverage.patients import ASKED, BASES, VALUES, Plain, put, reading, scenario

POLICY = load_policy("eocco-0382").policy
CASES = 40

# For each fact values of every outcome, none of them unknown or too rough to tell.
TRIED: dict[str, tuple[Any, ...]] = {
    **{
        path: tuple(value for value in values if value is not None)
        for path, values in VALUES.items()
    },
    "age": (0.05, 7, 41),
    "diagnosis": ("C92.00", "C91.01"),
    "facts.live_vaccine.last": ("never", "2026-01-01"),
    "facts.mrd.percent": (0.05, 0.3),
    "facts.tki.refractory": ([], ["imatinib"], ["dasatinib"], ["imatinib", "dasatinib"]),
    "facts.tki.intolerant": ([], ["imatinib"], ["dasatinib"], ["imatinib", "dasatinib"]),
}


def asked(written: Plain) -> list[str]:
    """The facts that bear on a patient's indication."""
    wanted = ASKED[written["indication"]]
    return [path for path in TRIED if path.startswith(wanted) and path != "facts.tki"]


def status(written: Plain) -> str:
    return expected(scenario(written), "initial").status


def filled(written: Plain, paths: Sequence[str]) -> Iterator[Plain]:
    """The patient with every combination of values of these facts."""
    for values in product(*(TRIED[path] for path in paths)):
        known = written
        for path, value in zip(paths, values, strict=True):
            known = put(known, path, value)
        yield known


def decides(written: Plain, paths: Sequence[str]) -> bool:
    return all(status(known) != "unknown" for known in filled(written, paths))


def fewest(written: Plain, paths: Sequence[str]) -> int:
    """The size of the smallest set of these facts that decides."""
    for size in range(len(paths) + 1):
        if any(decides(written, chosen) for chosen in combinations(paths, size)):
            return size
    raise AssertionError("not even all facts decide it")


def known_patient(draw: Random) -> Plain:
    """A patient of whom every fact is known."""
    return put(BASES[draw.choice(sorted(BASES))], "facts.remission", "first")


def blanked(draw: Random) -> tuple[Plain, list[str]]:
    """A patient of whom up to four facts are unknown, with those facts."""
    written = known_patient(draw)
    paths = sorted(draw.sample(asked(written), draw.choice((1, 2, 3, 3, 4))))
    for path in paths:
        written = put(written, path, None)
    return written, paths


@pytest.mark.parametrize("seed", range(CASES))
def test_what_is_missing_decides_it_and_nothing_shorter_does(seed: int) -> None:
    written, unknown = blanked(Random(seed))
    found = criteria(scenario(written), POLICY)
    missing = [path.removeprefix("patient.") for path in found.missing]
    assert (found.status == "undecided") == bool(missing)
    assert set(missing) <= set(unknown)
    assert decides(written, missing)
    # Sets of fewer facts are tried among all that are unknown.
    assert fewest(written, unknown) == len(missing)


def test_nothing_known_asks_for_what_the_indication_needs() -> None:
    """Not one of the ten can be left out: each may be the one that fails."""
    empty = {**BASES["adult.rr.ph-negative"]}
    empty["patient"] = {"weight_kg": 60}
    found = criteria(scenario(empty), POLICY)
    assert found.missing == (
        "patient.facts.live_vaccine.last",
        "patient.facts.live_vaccine.during_therapy",
        "patient.diagnosis",
        "patient.age",
        "patient.facts.b_cell_precursor",
        "patient.facts.disease",
        "patient.facts.therapy",
        "patient.facts.philadelphia",
        "patient.facts.tki.refractory",
        "patient.facts.tki.intolerant",
    )
    # With inotuzumab neither the Philadelphia status nor any TKI is asked for.
    assert [step.fact for step in found.to_meet] == [
        "patient.facts.live_vaccine.last",
        "patient.facts.live_vaccine.during_therapy",
        "patient.diagnosis",
        "patient.age",
        "patient.facts.b_cell_precursor",
        "patient.facts.disease",
        "patient.facts.therapy",
    ]
    assert found.to_meet[-1].needs == "inotuzumab-mini-hypercvd"


def test_a_tree_that_nobody_meets_is_not_met_whatever_the_fact_turns_out_to_be() -> None:
    """Residual disease unknown, read as printed: positive or negative, one branch fails."""
    base = BASES["adult.consolidation.mrd-negative"]
    written = reading(put(base, "facts.mrd.status", None), {CONNECTOR: "and"})
    found = criteria(scenario(written), POLICY)
    assert (found.status, found.missing) == ("not-met", ())
    assert found.to_meet == ()


def worsened(draw: Random) -> Plain:
    """A patient two of whose facts are unknown or changed."""
    written = known_patient(draw)
    for path in draw.sample(asked(written), 2):
        written = put(written, path, draw.choice((None, *TRIED[path])))
    return written


def meets(written: Plain, paths: Sequence[str]) -> bool:
    return any(status(known) == "met" for known in filled(written, paths))


@pytest.mark.parametrize("seed", range(20))
def test_the_shortest_way_meets_them_and_no_shorter_one_does(seed: int) -> None:
    """Two facts were touched, so a way of two at most exists; all of one fact are tried."""
    written = worsened(Random(seed))
    found = criteria(scenario(written), POLICY)
    steps = [step.fact.removeprefix("patient.") for step in found.to_meet]
    assert (found.status == "met") == (steps == [])
    assert len(steps) <= 2
    assert meets(written, steps)
    if len(steps) == 2:
        assert not any(meets(written, [path]) for path in asked(written))


def test_a_fact_to_learn_comes_before_a_fact_to_change() -> None:
    """One unknown fact or one known would do: Ph-negative disease would, so would inotuzumab."""
    base = put(BASES["adult.rr.ph-negative"], "facts.philadelphia", None)
    [step] = criteria(scenario(base), POLICY).to_meet
    assert (step.fact, step.found, step.needs) == (
        "patient.facts.philadelphia",
        "unknown",
        "negative",
    )


def test_each_step_names_the_leaves_that_ask_for_it() -> None:
    base = put(BASES["adult.consolidation.mrd-negative"], "facts.therapy", "interfant")
    [step] = criteria(scenario(base), POLICY).to_meet
    assert (step.fact, step.found, step.needs) == (
        "patient.facts.therapy",
        "interfant",
        "single-agent",
    )
    assert step.leaves == ("III.adult.consolidation.ph-negative-single-agent",)


def test_criteria_met_by_one_route_or_by_another_are_met_and_say_by_which() -> None:
    """Relapsed, a single agent after dasatinib: Philadelphia-positive it is by the route of later
    kinase inhibitors, negative by its own; which of the two is not known."""
    base = BASES["adult.rr.ph-positive.tki-experienced"]
    found = criteria(scenario(put(base, "facts.philadelphia", None)), POLICY)
    assert (found.status, found.missing, found.to_meet) == ("met", (), ())
    assert found.by_cases == ("adult.rr.ph-positive.tki-experienced", "adult.rr.ph-negative")
    assert not any(leaf.bears for leaf in found.leaves)
    without = put(put(base, "facts.philadelphia", None), "facts.tki", None)
    open_ = criteria(scenario(without), POLICY)
    assert (open_.status, open_.by_cases) == ("undecided", ())
