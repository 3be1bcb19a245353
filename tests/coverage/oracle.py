"""The criteria a second time, as Python expressions written from the document's text.

It shares nothing with the policy file or with ``planner.coverage``. A fact is True, False or None,
unknown. What follows from facts with unknowns among them: met where it holds with every unknown
taken as False, not met where it fails with every unknown taken as True. That is exact, as every
connector of the document is AND or OR and none is NOT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import product

from planner.documents.scenario import DateWindow, Scenario

Held = Mapping[str, bool]
Known = Mapping[str, bool | None]
Formula = Callable[[Held], bool]

ADULT = ("adult-rr", "adult-consolidation")
LATER_TKIS = ("dasatinib", "nilotinib", "bosutinib", "ponatinib")
COVERED = (
    *(f"C83.5{site}" for site in range(10)),  # lymphoblastic lymphoma, by site
    *("C91.00", "C91.01", "C91.02"),  # acute lymphoblastic leukemia
)

# The section in which each question stands.
SECTIONS = {
    "III.universal.live-vaccine-before": "III, universal criteria",
    "III.universal.live-vaccine-during": "III, universal criteria",
    "App1.diagnosis": "Appendix 1",
    "III.adult.age": "III, adult",
    "III.adult.b-cell": "III, adult",
    "III.adult.consolidation.complete-response": "III, adult, consolidation",
    "III.adult.consolidation.mrd-positive": "III, adult, consolidation, MRD+",
    "III.adult.consolidation.single-agent": "III, adult, consolidation, MRD+",
    "III.adult.consolidation.mrd-level": "III, adult, consolidation, MRD+",
    "III.adult.consolidation.mrd-negative": "III, adult, consolidation, MRD-",
    "III.adult.consolidation.ph-negative-single-agent": "III, adult, consolidation, MRD-",
    "III.adult.consolidation.induction": "III, adult, consolidation, MRD-",
    "III.adult.rr.disease": "III, adult, relapsed or refractory",
    "III.adult.rr.ph-positive-single-agent": "III, adult, relapsed or refractory, Ph+",
    "III.adult.rr.tki-refractory": "III, adult, relapsed or refractory, Ph+",
    "III.adult.rr.tki-intolerant": "III, adult, relapsed or refractory, Ph+",
    "III.adult.rr.imatinib-intolerant": "III, adult, relapsed or refractory, Ph+",
    "III.adult.rr.imatinib-refractory": "III, adult, relapsed or refractory, Ph+",
    "III.adult.rr.ph-negative-single-agent": "III, adult, relapsed or refractory, Ph-",
    "III.adult.rr.inotuzumab": "III, adult, relapsed or refractory",
    "III.pediatric.age": "III, pediatric",
    "III.pediatric.single-agent": "III, pediatric",
    "III.pediatric.b-cell": "III, pediatric",
    "III.pediatric.mrd.positive": "III, pediatric, MRD+",
    "III.pediatric.mrd.level": "III, pediatric, MRD+",
    "III.pediatric.mrd.remission": "III, pediatric, MRD+",
    "III.pediatric.mrd.after-consolidation": "III, pediatric, MRD+",
    "III.pediatric.rr.disease": "III, pediatric, relapsed or refractory",
    "III.pediatric.interfant.regimen": "III, pediatric, Interfant",
    "IV.still-met": "IV",
    "IV.toxicity": "IV",
    "IV.response": "IV",
    "IV.rr.continued-cycles": "IV, relapsed or refractory",
    "IV.rr.total-cycles": "IV, relapsed or refractory",
    "IV.consolidation": "IV, consolidation",
    "IV.mrd": "IV, MRD+",
    "IV.interfant": "IV, Interfant",
}


# The questions that bear on each indication, besides the universal criteria and the diagnosis.
ASKED = {
    "adult-consolidation": ("III.adult.age", "III.adult.b-cell", "III.adult.consolidation."),
    "adult-rr": ("III.adult.age", "III.adult.b-cell", "III.adult.rr."),
    "pediatric-mrd": (
        "III.pediatric.age",
        "III.pediatric.single-agent",
        "III.pediatric.b-cell",
        "III.pediatric.mrd.",
    ),
    "pediatric-rr": (
        "III.pediatric.age",
        "III.pediatric.single-agent",
        "III.pediatric.b-cell",
        "III.pediatric.rr.",
    ),
    "infant-interfant": ("III.pediatric.age", "III.pediatric.interfant."),
}
RENEWAL_ASKED = {
    "adult-consolidation": ("IV.consolidation",),
    "adult-rr": (
        "III.adult.rr.ph-positive-single-agent",
        "III.adult.rr.ph-negative-single-agent",
        "III.adult.rr.inotuzumab",
        "IV.rr.",
    ),
    "pediatric-mrd": ("IV.mrd",),
    "pediatric-rr": ("III.pediatric.single-agent", "IV.rr."),
    "infant-interfant": ("IV.interfant",),
}


def asked(indication: str, *, renewal: bool) -> tuple[str, ...]:
    """The questions that bear on an indication."""
    if renewal:
        general: tuple[str, ...] = (
            "III.universal.live-vaccine-during",
            "App1.",
            "IV.still-met",
            "IV.toxicity",
            "IV.response",
        )
    else:
        general = ("III.universal.", "App1.")
    own = (RENEWAL_ASKED if renewal else ASKED)[indication]
    return tuple(name for name in SECTIONS if name.startswith((*general, *own)))


def by_cases(formula: Formula, patient: Scenario) -> str:
    """Met or not met where that holds however the open facts turn out of which questions want one
    word or another."""
    found = {verdict(formula, questions(one)) for one in turned_out(patient)}
    return found.pop() if len(found) == 1 else "unknown"


def turned_out(patient: Scenario) -> Iterator[Scenario]:
    """The patient with each word for disease, MRD, Philadelphia chromosome and therapy that are not
    given."""
    facts = patient.patient.facts
    words: dict[str, tuple[str, ...]] = {
        "disease": (
            "relapsed-refractory",
            "complete-response",
            "minimal-residual-disease",
            "infant",
        ),
        "philadelphia": ("positive", "negative"),
        "therapy": ("single-agent", "inotuzumab-mini-hypercvd", "interfant"),
    }
    open_words = [name for name in words if getattr(facts, name) is None]
    statuses = ("positive", "negative") if facts.mrd.status is None else (facts.mrd.status,)
    for status in statuses:
        for chosen in product(*(words[name] for name in open_words)):
            mrd = facts.mrd.model_copy(update={"status": status})
            update = {**dict(zip(open_words, chosen, strict=True)), "mrd": mrd}
            known = patient.patient.model_copy(update={"facts": facts.model_copy(update=update)})
            yield patient.model_copy(update={"patient": known})


def verdict(formula: Formula, known: Known) -> str:
    """Met, not met or unknown."""
    if formula({name: bool(value) for name, value in known.items()}):
        return "met"
    if not formula({name: value is not False for name, value in known.items()}):
        return "not-met"
    return "unknown"


# Section III ---------------------------------------------------------------------------------


def universal(v: Held) -> bool:
    return (
        v["III.universal.live-vaccine-before"]
        and v["III.universal.live-vaccine-during"]
        and v["App1.diagnosis"]
    )


def adult(v: Held) -> bool:
    return universal(v) and v["III.adult.age"] and v["III.adult.b-cell"]


def consolidation_positive(v: Held, single_agent: str) -> bool:
    alone = v["III.adult.consolidation.single-agent"]
    level = v["III.adult.consolidation.mrd-level"]
    joined = (alone and level) if single_agent == "and" else (alone or level)
    return v["III.adult.consolidation.mrd-positive"] and joined


def consolidation_negative(v: Held) -> bool:
    return (
        v["III.adult.consolidation.mrd-negative"]
        and v["III.adult.consolidation.ph-negative-single-agent"]
        and v["III.adult.consolidation.induction"]
    )


def consolidation_routes(connector: str = "or", single_agent: str = "or") -> dict[str, Formula]:
    """The two branches; as printed, with AND between them, each needs the other."""

    def shared(v: Held) -> bool:
        return adult(v) and v["III.adult.consolidation.complete-response"]

    def positive(v: Held) -> bool:
        return shared(v) and consolidation_positive(v, single_agent)

    def negative(v: Held) -> bool:
        return shared(v) and consolidation_negative(v)

    def both(v: Held) -> bool:
        return positive(v) and negative(v)

    printed = connector == "and"
    return {
        "adult.consolidation.mrd-positive": both if printed else positive,
        "adult.consolidation.mrd-negative": both if printed else negative,
    }


def rr_routes() -> dict[str, Formula]:
    def shared(v: Held) -> bool:
        return adult(v) and v["III.adult.rr.disease"]

    def positive(v: Held) -> bool:
        return shared(v) and v["III.adult.rr.ph-positive-single-agent"]

    return {
        "adult.rr.ph-positive.tki-experienced": lambda v: (
            positive(v) and v["III.adult.rr.tki-refractory"]
        ),
        "adult.rr.ph-positive.tki-intolerant": lambda v: (
            positive(v)
            and v["III.adult.rr.tki-intolerant"]
            and (v["III.adult.rr.imatinib-intolerant"] or v["III.adult.rr.imatinib-refractory"])
        ),
        "adult.rr.ph-negative": lambda v: shared(v) and v["III.adult.rr.ph-negative-single-agent"],
        "adult.rr.inotuzumab": lambda v: shared(v) and v["III.adult.rr.inotuzumab"],
    }


def single_agent_child(v: Held) -> bool:
    return (
        universal(v)
        and v["III.pediatric.age"]
        and v["III.pediatric.single-agent"]
        and v["III.pediatric.b-cell"]
    )


def mrd_routes() -> dict[str, Formula]:
    return {
        "pediatric.mrd": lambda v: (
            single_agent_child(v)
            and v["III.pediatric.mrd.positive"]
            and v["III.pediatric.mrd.level"]
            and (v["III.pediatric.mrd.remission"] or v["III.pediatric.mrd.after-consolidation"])
        )
    }


def child_rr_routes() -> dict[str, Formula]:
    return {"pediatric.rr": lambda v: single_agent_child(v) and v["III.pediatric.rr.disease"]}


def interfant_routes() -> dict[str, Formula]:
    return {
        "pediatric.interfant": lambda v: (
            universal(v) and v["III.pediatric.age"] and v["III.pediatric.interfant.regimen"]
        )
    }


def initial_routes(
    connector: str = "or", single_agent: str = "or"
) -> dict[str, dict[str, Formula]]:
    """The routes of each indication."""
    return {
        "adult-consolidation": consolidation_routes(connector, single_agent),
        "adult-rr": rr_routes(),
        "pediatric-mrd": mrd_routes(),
        "pediatric-rr": child_rr_routes(),
        "infant-interfant": interfant_routes(),
    }


# Section IV ----------------------------------------------------------------------------------


def still(v: Held) -> bool:
    return (
        v["III.universal.live-vaccine-during"]
        and v["App1.diagnosis"]
        and v["IV.still-met"]
        and v["IV.toxicity"]
        and v["IV.response"]
    )


def counts(v: Held) -> bool:
    return v["IV.rr.continued-cycles"] and v["IV.rr.total-cycles"]


def renewal_routes() -> dict[str, dict[str, Formula]]:
    """Adult and pediatric relapsed or refractory disease can be renewed, the others never."""
    return {
        "adult-rr": {
            "renewal.adult-rr": lambda v: (
                still(v)
                and counts(v)
                and (
                    v["III.adult.rr.ph-positive-single-agent"]
                    or v["III.adult.rr.ph-negative-single-agent"]
                    or v["III.adult.rr.inotuzumab"]
                )
            )
        },
        "pediatric-rr": {
            "renewal.pediatric-rr": lambda v: (
                still(v) and counts(v) and v["III.pediatric.single-agent"]
            )
        },
        "adult-consolidation": {
            "renewal.consolidation": lambda v: still(v) and v["IV.consolidation"]
        },
        "pediatric-mrd": {"renewal.mrd": lambda v: still(v) and v["IV.mrd"]},
        "infant-interfant": {"renewal.interfant": lambda v: still(v) and v["IV.interfant"]},
    }


# The questions of one patient ------------------------------------------------------------------


def _is(value: object, *wanted: object) -> bool | None:
    return None if value is None else value in wanted


def _and(*values: bool | None) -> bool | None:
    return False if False in values else None if None in values else True


def start_of(patient: Scenario) -> date:
    first = patient.request.first_infusion
    assert not isinstance(first, DateWindow)
    return first


def months_old(patient: Scenario) -> tuple[int, int] | None:
    """The least and the most completed months that the scenario leaves room for."""
    birth, age = patient.patient.birth_date, patient.patient.age
    if birth is not None:
        start = start_of(patient)
        months = 12 * (start.year - birth.year) + start.month - birth.month
        if start.day < birth.day:
            months -= 1
        return months, months
    if age is None:
        return None
    digits = -int(age.as_tuple().exponent) if age != int(age) else 0
    months = 0
    while months + 1 <= 12 * age:
        months += 1
    most = months
    while most + 1 < 12 * (age + Decimal(10) ** -digits):
        most += 1
    return months, most


def old_enough(patient: Scenario, months: int) -> bool | None:
    known = months_old(patient)
    if known is None or known[0] < months <= known[1]:
        return None
    return known[0] >= months


def one_of(names: tuple[str, ...] | None, wanted: tuple[str, ...]) -> bool | None:
    """A TKI that the document does not name may be a later one or none: that is unknown."""
    if names is None:
        return None
    plain = [name.strip().lower() for name in names]
    if any(name in wanted for name in plain):
        return True
    return None if any(name not in ("imatinib", *LATER_TKIS) for name in plain) else False


def questions(patient: Scenario) -> dict[str, bool | None]:
    """Every question of sections III and IV, asked of a patient."""
    facts, mrd = patient.patient.facts, patient.patient.facts.mrd
    vaccine, start = facts.live_vaccine, start_of(patient)
    before = (
        None
        if vaccine.last is None
        else vaccine.last == "never" or (start - date.fromisoformat(str(vaccine.last))).days > 14
    )
    tki = facts.tki
    known = tki.model_fields_set if tki is not None else set()
    refractory = tki.refractory if tki is not None and "refractory" in known else None
    intolerant = tki.intolerant if tki is not None and "intolerant" in known else None
    level = _and(
        None if mrd.percent is None else mrd.percent >= Decimal("0.1"),
        _is(mrd.method, "flow-cytometry", "pcr"),
    )
    alone = _is(facts.therapy, "single-agent")
    rr = _is(facts.disease, "relapsed-refractory")
    b_cell = facts.b_cell_precursor
    cycles = patient.request.cycles or 1
    return {
        "III.universal.live-vaccine-before": before,
        "III.universal.live-vaccine-during": _is(vaccine.during_therapy, False),
        "App1.diagnosis": _is(patient.patient.diagnosis, *COVERED),
        "III.adult.age": old_enough(patient, 12 * 15),
        "III.adult.b-cell": b_cell,
        "III.adult.consolidation.complete-response": _is(facts.disease, "complete-response"),
        "III.adult.consolidation.mrd-positive": _is(mrd.status, "positive"),
        "III.adult.consolidation.single-agent": alone,
        "III.adult.consolidation.mrd-level": level,
        "III.adult.consolidation.mrd-negative": _is(mrd.status, "negative"),
        "III.adult.consolidation.ph-negative-single-agent": _and(
            alone, _is(facts.philadelphia, "negative")
        ),
        "III.adult.consolidation.induction": _is(facts.induction, "inotuzumab-mini-hypercvd"),
        "III.adult.rr.disease": rr,
        "III.adult.rr.ph-positive-single-agent": _and(alone, _is(facts.philadelphia, "positive")),
        "III.adult.rr.tki-refractory": one_of(refractory, LATER_TKIS),
        "III.adult.rr.tki-intolerant": one_of(intolerant, LATER_TKIS),
        "III.adult.rr.imatinib-intolerant": one_of(intolerant, ("imatinib",)),
        "III.adult.rr.imatinib-refractory": one_of(refractory, ("imatinib",)),
        "III.adult.rr.ph-negative-single-agent": _and(alone, _is(facts.philadelphia, "negative")),
        "III.adult.rr.inotuzumab": _is(facts.therapy, "inotuzumab-mini-hypercvd"),
        "III.pediatric.age": old_enough(patient, 1),
        "III.pediatric.single-agent": alone,
        "III.pediatric.b-cell": b_cell,
        "III.pediatric.mrd.positive": _is(mrd.status, "positive"),
        "III.pediatric.mrd.level": level,
        "III.pediatric.mrd.remission": _is(facts.remission, "first", "second"),
        "III.pediatric.mrd.after-consolidation": facts.after_consolidation,
        "III.pediatric.rr.disease": rr,
        "III.pediatric.interfant.regimen": _and(
            _is(facts.therapy, "interfant"), _is(facts.disease, "infant")
        ),
        "IV.still-met": facts.renewal.criteria_still_met,
        "IV.toxicity": _is(facts.renewal.toxicity, "none"),
        "IV.response": _is(facts.renewal.response, "responded", "stable"),
        "IV.rr.continued-cycles": cycles - 5 <= 4,
        "IV.rr.total-cycles": cycles <= 9,
        "IV.consolidation": False,
        "IV.mrd": False,
        "IV.interfant": False,
    }


def in_footnote(patient: Scenario, indication: str) -> bool:
    """Whether the patient is of the ages of the other group's footnote: the adult criteria may
    apply from 15 to 39 years, the pediatric ones up to 30."""
    known = months_old(patient)
    if known is None:
        return False
    first, last = (15, 39) if indication in ADULT else (0, 30)
    return first <= known[0] // 12 and known[1] // 12 <= last
