"""Patients who pass, one for each route, and those that differ from them in one fact."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, Literal

from planner.documents.scenario import Scenario

START = date(2026, 1, 12)
Plain = dict[str, Any]
Kind = Literal["initial", "renewal"]


def plain(indication: str, age: Any, **facts: Any) -> Plain:
    """A scenario as it is written in a file."""
    return {
        "format": "planner-scenario/1",
        "policy": "eocco-0382",
        "patient": {
            "age": age,
            "weight_kg": 60,
            "height_cm": 165,
            "diagnosis": "C91.01",
            "facts": {"live_vaccine": {"last": "never", "during_therapy": False}, **facts},
        },
        "indication": indication,
        "request": {"first_infusion": START.isoformat(), "cycles": 2},
    }


def _ready(base: Plain) -> Plain:
    """The same patient with what a renewal asks for."""
    base["patient"]["facts"]["renewal"] = {
        "toxicity": "none",
        "response": "responded",
        "criteria_still_met": True,
    }
    return base


_MRD = {"status": "positive", "percent": 0.3, "method": "pcr"}
_NO_MRD = {"status": "negative", "percent": 0, "method": "pcr"}
_NO_TKI: Plain = {"refractory": [], "intolerant": []}

# Each passes by its own route alone, so that one fact the worse is enough to fail it.
BASES: dict[str, Plain] = {
    "adult.consolidation.mrd-positive": plain(
        "adult-consolidation",
        41,
        b_cell_precursor=True,
        disease="complete-response",
        mrd={**_MRD, "percent": 0.02},
        therapy="single-agent",
        philadelphia="positive",
        induction="other",
    ),
    "adult.consolidation.mrd-positive.by-level": plain(
        "adult-consolidation",
        41,
        b_cell_precursor=True,
        disease="complete-response",
        mrd=_MRD,
        therapy="inotuzumab-mini-hypercvd",
        philadelphia="negative",
        induction="other",
    ),
    "adult.consolidation.mrd-negative": plain(
        "adult-consolidation",
        41,
        b_cell_precursor=True,
        disease="complete-response",
        mrd=_NO_MRD,
        therapy="single-agent",
        philadelphia="negative",
        induction="inotuzumab-mini-hypercvd",
    ),
    "adult.rr.ph-positive.tki-experienced": plain(
        "adult-rr",
        41,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="single-agent",
        philadelphia="positive",
        tki={"refractory": ["dasatinib"], "intolerant": []},
    ),
    "adult.rr.ph-positive.tki-intolerant": plain(
        "adult-rr",
        41,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="single-agent",
        philadelphia="positive",
        tki={"refractory": ["imatinib"], "intolerant": ["nilotinib"]},
    ),
    "adult.rr.ph-positive.tki-intolerant.imatinib-too": plain(
        "adult-rr",
        41,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="single-agent",
        philadelphia="positive",
        tki={"refractory": [], "intolerant": ["ponatinib", "imatinib"]},
    ),
    "adult.rr.ph-negative": plain(
        "adult-rr",
        41,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="single-agent",
        philadelphia="negative",
        tki=_NO_TKI,
    ),
    "adult.rr.inotuzumab": plain(
        "adult-rr",
        41,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="inotuzumab-mini-hypercvd",
        philadelphia="positive",
        tki=_NO_TKI,
    ),
    "pediatric.mrd": plain(
        "pediatric-mrd",
        7,
        b_cell_precursor=True,
        disease="minimal-residual-disease",
        mrd=_MRD,
        remission="second",
        after_consolidation=False,
        therapy="single-agent",
    ),
    "pediatric.mrd.after-consolidation": plain(
        "pediatric-mrd",
        7,
        b_cell_precursor=True,
        disease="minimal-residual-disease",
        mrd=_MRD,
        after_consolidation=True,
        therapy="single-agent",
    ),
    "pediatric.rr": plain(
        "pediatric-rr",
        7,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="single-agent",
    ),
    "pediatric.interfant": plain("infant-interfant", 0.5, disease="infant", therapy="interfant"),
    "aya.rr": plain(
        "adult-rr",
        20,
        b_cell_precursor=True,
        disease="relapsed-refractory",
        therapy="single-agent",
        philadelphia="positive",
        tki={"refractory": ["bosutinib"], "intolerant": []},
    ),
}
BASES = {name: _ready(base) for name, base in BASES.items()}

# Every value of every fact, with some that bring a threshold into view; None is unknown.
VALUES: dict[str, tuple[Any, ...]] = {
    "age": (None, 0, 0.05, 0.08, 0.09, 14, 14.9, 15, 29, 30, 31, 38, 39, 40, 41),
    "diagnosis": (
        *(None, "C83.49", "C91.03", "C92.00", "C91.00", "C91.01", "C91.02"),
        *(f"C83.5{site}" for site in range(10)),
    ),
    "facts.live_vaccine.last": (
        *(None, "never"),
        *((START - timedelta(days)).isoformat() for days in (0, 13, 14, 15, 16)),
    ),
    "facts.live_vaccine.during_therapy": (None, True, False),
    "facts.b_cell_precursor": (None, True, False),
    "facts.disease": (
        None,
        "relapsed-refractory",
        "complete-response",
        "minimal-residual-disease",
        "infant",
    ),
    "facts.remission": (None, "first", "second"),
    "facts.after_consolidation": (None, True, False),
    "facts.mrd.status": (None, "positive", "negative"),
    "facts.mrd.percent": (None, 0, 0.05, 0.09, 0.099, 0.1, 0.11, 0.15, 0.2),
    "facts.mrd.method": (None, "flow-cytometry", "pcr"),
    "facts.philadelphia": (None, "positive", "negative"),
    "facts.therapy": (None, "single-agent", "inotuzumab-mini-hypercvd", "interfant"),
    "facts.induction": (None, "inotuzumab-mini-hypercvd", "other"),
    "facts.tki": (None,),
    "facts.tki.refractory": (
        None,
        [],
        ["imatinib"],
        ["dasatinib"],
        ["nilotinib"],
        ["bosutinib"],
        ["ponatinib"],
        ["asciminib"],
        ["Dasatinib "],
    ),
    "facts.tki.intolerant": (
        None,
        [],
        ["imatinib"],
        ["dasatinib"],
        ["nilotinib"],
        ["bosutinib"],
        ["ponatinib"],
        ["asciminib", "imatinib"],
        ["imatinib", "bosutinib"],
    ),
    "facts.renewal.toxicity": (None, "none", "unacceptable"),
    "facts.renewal.response": (None, "responded", "stable", "progressed"),
    "facts.renewal.criteria_still_met": (None, True, False),
}
CYCLES = (5, 8, 9, 10)
READINGS = tuple(
    {
        "III.adult.consolidation.connector": connector,
        "III.adult.consolidation.mrd-single-agent": single_agent,
    }
    for connector in ("or", "and")
    for single_agent in ("or", "and")
)

# Facts that the criteria of an indication ask for; those of another group are asked there.
GENERAL = ("age", "diagnosis", "facts.live_vaccine.", "facts.therapy", "facts.disease")
ASKED = {
    "adult-consolidation": (
        *GENERAL,
        "facts.b_cell",
        "facts.mrd.",
        "facts.philadelphia",
        "facts.induction",
    ),
    "adult-rr": (*GENERAL, "facts.b_cell", "facts.philadelphia", "facts.tki"),
    "pediatric-mrd": (
        *GENERAL,
        "facts.b_cell",
        "facts.mrd.",
        "facts.remission",
        "facts.after_consolidation",
    ),
    "pediatric-rr": (*GENERAL, "facts.b_cell"),
    "infant-interfant": GENERAL,
}
AT_RENEWAL = (
    "facts.renewal.",
    "facts.live_vaccine.during",
    "diagnosis",
    "facts.therapy",
    "facts.philadelphia",
)


def put(base: Plain, path: str, value: Any) -> Plain:
    """A copy with the patient's fact at a path replaced, or taken out for None."""
    changed = deepcopy(base)
    inner: Plain = changed["patient"]
    *above, last = path.split(".")
    for key in above:
        inner = inner.setdefault(key, {})
    if value is None:
        inner.pop(last, None)
    else:
        inner[last] = value
    return changed


def born(base: Plain, birth: date) -> Plain:
    """A copy with a date of birth in the place of an age."""
    return put(put(base, "age", None), "birth_date", birth.isoformat())


def asking(base: Plain, cycles: int) -> Plain:
    """A copy that asks for a course of so many cycles."""
    changed = deepcopy(base)
    changed["request"]["cycles"] = cycles
    return changed


def reading(base: Plain, readings: dict[str, str]) -> Plain:
    """A copy under other readings."""
    return {**deepcopy(base), "readings": readings}


def variants(base: Plain) -> Iterator[tuple[Kind, str, Plain]]:
    """Every patient who differs in one fact, with what is asked of that patient."""
    for path, values in VALUES.items():
        for value in values:
            written = put(base, path, value)
            if path.startswith(ASKED[base["indication"]]):
                yield "initial", f"{path} = {value}", written
            if path.startswith(AT_RENEWAL):
                yield "renewal", f"{path} = {value}", written
    for cycles in CYCLES:
        yield "renewal", f"{cycles} cycles", asking(base, cycles)
    if base["indication"] == "adult-consolidation":
        for readings in READINGS:
            yield "initial", str(readings), reading(base, readings)


def scenario(written: Plain) -> Scenario:
    """A scenario as the planner reads it."""
    return Scenario.model_validate(written)


def family() -> Iterator[tuple[Kind, str, Scenario]]:
    """All of them, each once; the bases first, as what matters to many shows there at once."""
    seen: set[tuple[str, str]] = set()
    kinds: tuple[Kind, ...] = ("initial", "renewal")
    named = [(kind, name, base) for name, base in BASES.items() for kind in kinds]
    named += [
        (kind, f"{name}, {change}", written)
        for name, base in BASES.items()
        for kind, change, written in variants(base)
    ]
    for kind, name, written in named:
        if (kind, repr(written)) not in seen:
            seen.add((kind, repr(written)))
            yield kind, name, scenario(written)
