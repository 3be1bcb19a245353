"""What EOCCO-0382 prints, number by number, written down from its text and not from its file.

Each check takes a policy, so that it can be held against one in which something was changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from planner.documents.limits import LimitClause
from planner.documents.policy import (
    AuthorizationClause,
    ContractorsClause,
    CyclesClause,
    DiagnosesClause,
    DoseClause,
    HcpcsClause,
    InfusionDaysClause,
    LengthClause,
    NdcClause,
    Policy,
    RenewalClause,
)

Check = Callable[[Policy], None]
Steps = list[tuple[int, object, object, object, bool]]

REGIMENS = {
    "rr": ("adult-rr", "pediatric-rr"),
    "consolidation": ("adult-consolidation",),
    "mrd": ("pediatric-mrd",),
    "interfant": ("infant-interfant",),
}
EVERYONE = ("adult-rr", "adult-consolidation", "pediatric-rr", "pediatric-mrd", "infant-interfant")
SECTIONS = {"VI.hcpcs": "VI", "VI.ndc": "VI", "App1": "Appendix 1", "App2": "Appendix 2"}


def clause_names(policy: Policy) -> None:
    """No cycle length is printed for the Interfant regimen."""
    parts = ["dose", "days", "length", "cycles"]
    expected = {f"V.{regimen}.{part}" for regimen in REGIMENS for part in parts}
    expected -= {"V.interfant.length"}
    expected |= {"I.rr.initial", "I.rr.continued", "I.consolidation", "I.mrd", "I.interfant"}
    expected |= {"II.A", "II.B.cycles-1-5", "II.B.cycles-6-9", "VI.hcpcs", "VI.ndc"}
    expected |= {"IV.rr.continued-cycles", "IV.rr.total-cycles"}
    expected |= {"IV.consolidation", "IV.mrd", "IV.interfant", "App1", "App2"}
    assert set(policy.clauses) == expected


def head(policy: Policy) -> None:
    """The document, its last review, and the drug."""
    assert policy.format == "planner-policy/1"
    assert (policy.id, policy.document, policy.drug) == ("eocco-0382", "EOCCO-0382", "blinatumomab")
    assert policy.revision == "reviewed 2023-03-31"
    assert (policy.effective_from, policy.effective_until) == (date(2023, 3, 31), None)
    assert policy.from_label is None


def scope(policy: Policy) -> None:
    """Every clause is dated, stands where its id says, and speaks of its own indications."""
    for name, clause in policy.clauses.items():
        assert (clause.effective_from, clause.effective_until) == (date(2023, 3, 31), None)
        regimen = name.split(".")[1] if "." in name else ""
        assert clause.indications == REGIMENS.get(regimen, EVERYONE)
        section = "II." + name[3] if name.startswith("II.") else name.split(".")[0]
        assert clause.section == SECTIONS.get(name, section)


def authorizations(policy: Policy) -> None:
    """Section I: 30 weeks and 5 cycles; 24 weeks, twice, 4 cycles in all; 24 weeks; 28 days."""
    found = {
        name: (
            clause.kind,
            clause.length and (clause.length.count, clause.length.unit),
            clause.cycles,
            clause.at_most,
            clause.cycles_in_all,
            [(phase.phase, phase.cycles) for phase in clause.phases],
        )
        for name, clause in policy.clauses.items()
        if isinstance(clause, AuthorizationClause)
    }
    four = ("initial", (24, "weeks"), 4, 1, None, [("induction", 1), ("consolidation", 3)])
    five = [("induction", 2), ("consolidation", 3)]
    assert found == {
        "I.rr.initial": ("initial", (30, "weeks"), 5, 1, None, five),
        "I.rr.continued": ("continued", (24, "weeks"), 2, 2, 4, [("continued", 4)]),
        "I.consolidation": four,
        "I.mrd": four,
        "I.interfant": ("initial", (28, "days"), 1, 1, None, [("induction", 1)]),
    }


def limits(policy: Policy) -> None:
    """Section II: 28 vials in 42 days; 980 units, 28 x 35, in 42 and in 84."""
    vials = policy.clauses["II.A"]
    assert isinstance(vials, LimitClause)
    assert (vials.of, vials.limit, vials.days, vials.cycles) == ("vials", 28, 42, None)
    for name, days, cycles in (("1-5", 42, (1, 5)), ("6-9", 84, (6, 9))):
        units = policy.clauses[f"II.B.cycles-{name}"]
        assert isinstance(units, LimitClause)
        assert (units.of, units.limit, units.days) == ("units", 28 * 35, days)
        assert units.cycles is not None
        assert (units.cycles.first, units.cycles.last) == cycles


def renewals(policy: Policy) -> None:
    """Section IV: four continued cycles, nine in all; never for the others."""
    found = {
        name: (clause.renewable, clause.continued_cycles, clause.total_cycles)
        for name, clause in policy.clauses.items()
        if isinstance(clause, RenewalClause)
    }
    assert found == {
        "IV.rr.continued-cycles": (True, 4, None),
        "IV.rr.total-cycles": (True, None, 9),
        "IV.consolidation": (False, None, None),
        "IV.mrd": (False, None, None),
        "IV.interfant": (False, None, None),
    }


def courses(policy: Policy) -> None:
    """Section V: 28 infusion days; 42 days a cycle, 84 from the sixth; nine, four or one cycle."""
    lengths = {"rr": [(1, 5, 42), (6, 9, 84)], "consolidation": [(1, 4, 42)], "mrd": [(1, 4, 42)]}
    for regimen, cycles in (("rr", 9), ("consolidation", 4), ("mrd", 4), ("interfant", 1)):
        most, days = policy.clauses[f"V.{regimen}.cycles"], policy.clauses[f"V.{regimen}.days"]
        assert isinstance(most, CyclesClause)
        assert isinstance(days, InfusionDaysClause)
        assert (most.at_most, days.days) == (cycles, 28)
        length = policy.clauses.get(f"V.{regimen}.length")
        rows = length.rows if isinstance(length, LengthClause) else ()
        found = [(row.cycles.first, row.cycles.last, row.days) for row in rows]
        assert found == lengths.get(regimen, [])


def doses(policy: Policy) -> None:
    """Section V: the step week of cycle 1, 9 mcg or 5 mcg/m2 up to 9; else 28, or 15 up to 28."""
    full: Steps = [(28, 28, None, None, False)]
    by_surface: Steps = [(28, None, 15, 28, False)]
    step: Steps = [(7, 9, None, None, True), (21, 28, None, None, False)]
    step_by_surface: Steps = [(7, None, 5, 9, True), (21, None, 15, 28, False)]
    spans = [(1, 1), (2, 5), (6, 9)]
    heavy = list(zip(spans, [step, full, full], strict=True))
    light = list(zip(spans, [step_by_surface, by_surface, by_surface], strict=True))
    assert brackets(policy, "rr") == [((45, None), heavy), ((None, 45), light)]
    for regimen in ("consolidation", "mrd"):
        assert brackets(policy, regimen) == [
            ((45, None), [((1, 4), full)]),
            ((None, 45), [((1, 4), by_surface)]),
        ]
    assert brackets(policy, "interfant") == [((None, None), [((1, 1), by_surface)])]


def brackets(
    policy: Policy, regimen: str
) -> list[tuple[tuple[object, object], list[tuple[tuple[int, int], Steps]]]]:
    """The weights, cycles and steps of a regimen's doses."""
    clause = policy.clauses[f"V.{regimen}.dose"]
    assert isinstance(clause, DoseClause)
    return [
        (
            (bracket.from_kg, bracket.below_kg),
            [
                (
                    (row.cycles.first, row.cycles.last),
                    [
                        (s.days, s.mcg_per_day, s.mcg_per_m2_per_day, s.not_above, s.step_dose)
                        for s in row.steps
                    ],
                )
                for row in bracket.rows
            ],
        )
        for bracket in clause.brackets
    ]


def codes(policy: Policy) -> None:
    """Section VI and the appendices: J9039 by the microgram, 55513-0160, thirteen diagnoses."""
    hcpcs, ndc = policy.clauses["VI.hcpcs"], policy.clauses["VI.ndc"]
    assert isinstance(hcpcs, HcpcsClause)
    assert (hcpcs.code, hcpcs.mcg_per_unit) == ("J9039", 1)
    assert isinstance(ndc, NdcClause)
    assert ndc.labeler_product == "55513-0160"
    diagnoses, contractors = policy.clauses["App1"], policy.clauses["App2"]
    assert isinstance(diagnoses, DiagnosesClause)
    covered = [f"C83.5{n}" for n in range(10)] + ["C91.00", "C91.01", "C91.02"]
    assert [(c.code, c.effective_from, c.effective_until) for c in diagnoses.codes] == [
        (code, None, None) for code in covered
    ]
    assert isinstance(contractors, ContractorsClause)
    assert contractors.table == "contractors"


def readings(policy: Policy) -> None:
    """Where the text leaves room: the default agreed, and what else may be chosen."""
    found = {name: (one.default, tuple(one.choices)) for name, one in policy.readings.items()}
    assert found == {
        "window": ("rolling", ("rolling", "cycle")),
        "units.range": ("by-cycle", ("by-cycle",)),
        "date_of_service": ("hang", ("hang", "dispense")),
        "units.billed": ("opened", ("opened", "administered")),
        "authorization.covers": ("service", ("service", "all")),
        "authorization.start": ("first-service", ("first-service",)),
        "quantity.days_supply": ("off", ("off", "on")),
        "refill_threshold": ("off", ("off", "share")),
        "interruption.length": ("extends", ("extends", "absorbed")),
        "III.adult.consolidation.connector": ("or", ("or", "and")),
        "III.adult.consolidation.mrd-single-agent": ("or", ("or", "and")),
    }


def modifiers(policy: Policy) -> None:
    """Medicare's dates: JW from 2017, JZ from the middle of 2023."""
    found = [
        [(rule.modifier, rule.effective_from, rule.effective_until) for rule in rules]
        for rules in (policy.billing.discarded, policy.billing.nothing_discarded)
    ]
    assert found == [[("JW", date(2017, 1, 1), None)], [("JZ", date(2023, 7, 1), None)]]


PRINTED: tuple[Check, ...] = (
    clause_names,
    head,
    scope,
    authorizations,
    limits,
    renewals,
    courses,
    doses,
    codes,
    readings,
    modifiers,
)
