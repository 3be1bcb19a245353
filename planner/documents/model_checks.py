"""Checks over several fields of a policy, a drug file or a table of contractors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.documents.base import Document
from planner.documents.checks import once
from planner.documents.clause import CycleRange
from planner.documents.contractors import Contractors
from planner.documents.criteria_checks import criteria_findings
from planner.documents.drug import Drug, FixedRow, StorageRow, UncertainRow, VolumeRow
from planner.documents.findings import Finding
from planner.documents.policy import (
    AuthorizationClause,
    Clause,
    ContractorsClause,
    CyclesClause,
    DiagnosesClause,
    DoseBracket,
    DoseClause,
    HcpcsClause,
    InfusionDaysClause,
    LengthClause,
    NdcClause,
    Policy,
    Step,
)
from planner.documents.positions import Path

_SINGLE = (
    AuthorizationClause,
    DoseClause,
    InfusionDaysClause,
    LengthClause,
    CyclesClause,
    HcpcsClause,
    NdcClause,
    DiagnosesClause,
    ContractorsClause,
)


def policy_findings(policy: Policy) -> Iterator[Finding]:
    """Numbers of a policy that contradict one another."""
    yield from _dated(policy, ())
    for name, clause in policy.clauses.items():
        path: Path = ("clauses", name)
        yield from _dated(clause, path)
        if isinstance(clause, DoseClause):
            yield from _doses(clause, path, policy)
        elif isinstance(clause, LengthClause):
            yield from _ranges([row.cycles for row in clause.rows], (*path, "rows"))
        elif isinstance(clause, AuthorizationClause):
            yield from _phases(clause, path)
        elif isinstance(clause, DiagnosesClause):
            yield from once([code.code for code in clause.codes], (*path, "codes"))
    yield from _single(policy)
    yield from criteria_findings(policy)
    for name, reading in policy.readings.items():
        if reading.default not in reading.choices or reading.default == "share":
            allowed = ", ".join(choice for choice in reading.choices if choice != "share")
            yield Finding(("readings", name, "default"), f"the text '{reading.default}'", allowed)


def _single(policy: Policy) -> Iterator[Finding]:
    """A rule has one value for an indication; what changes by date is another revision."""
    seen: dict[tuple[str, str], str] = {}
    for name, clause in policy.clauses.items():
        rule: str = clause.rule
        if isinstance(clause, AuthorizationClause):
            rule = f"{rule}, {clause.kind}"
        if not isinstance(clause, _SINGLE):
            continue
        for indication in clause.indications:
            other = seen.setdefault((rule, indication), name)
            if other != name:
                found = f"a second rule {rule} for {indication}, beside {other}"
                allowed = "one; another revision is another file"
                yield Finding(("clauses", name, "rule"), found, allowed)
                break


def _dated(value: Document, path: Path) -> Iterator[Finding]:
    begin, end = getattr(value, "effective_from", None), getattr(value, "effective_until", None)
    if begin is not None and end is not None and end < begin:
        yield Finding((*path, "until"), f"the date {end}", f"a date from {begin} on")


def _doses(clause: DoseClause, path: Path, policy: Policy) -> Iterator[Finding]:
    days = _infusion_days(clause, policy)
    for index, bracket in enumerate(clause.brackets):
        where: Path = (*path, "brackets", index)
        yield from _ranges([row.cycles for row in bracket.rows], (*where, "rows"))
        for place, row in enumerate(bracket.rows):
            total = sum(step.days for step in row.steps)
            if days is not None and total != days:
                yield Finding(
                    (*where, "rows", place, "steps"), f"{total} days", f"{days} infusion days"
                )
            for number, step in enumerate(row.steps):
                yield from _step(step, (*where, "rows", place, "steps", number))
    yield from _brackets(clause.brackets, (*path, "brackets"))


def _infusion_days(clause: Clause, policy: Policy) -> int | None:
    for other in policy.clauses.values():
        if isinstance(other, InfusionDaysClause) and other.indications == clause.indications:
            return other.days
    return None


def _step(step: Step, path: Path) -> Iterator[Finding]:
    if (step.mcg_per_day is None) == (step.mcg_per_m2_per_day is None):
        found = "both doses" if step.mcg_per_day else "no dose"
        yield Finding(path, found, "either mcg_per_day or mcg_per_m2_per_day")
    elif step.not_above is not None and step.mcg_per_day is not None:
        yield Finding(
            (*path, "not_above"), "a cap on a fixed dose", "a cap beside mcg_per_m2_per_day"
        )


def _brackets(brackets: Sequence[DoseBracket], path: Path) -> Iterator[Finding]:
    """Brackets cover every weight once."""
    order = sorted(brackets, key=lambda bracket: bracket.from_kg or 0)
    edges = [order[0].from_kg is None, order[-1].below_kg is None]
    edges += [
        one.below_kg is not None and one.below_kg == other.from_kg for one, other in pairwise(order)
    ]
    if not all(edges):
        yield Finding(path, "weights without a bracket, or in two", "every weight in one bracket")


def _ranges(ranges: Sequence[CycleRange], path: Path) -> Iterator[Finding]:
    """Ranges follow one another from cycle 1 without gaps."""
    following = 1
    for index, span in enumerate(ranges):
        if span.first != following or span.last < span.first:
            found = f"cycles {span.first} to {span.last}"
            yield Finding((*path, index, "cycles"), found, f"a range that begins with {following}")
        following = span.last + 1


def _phases(clause: AuthorizationClause, path: Path) -> Iterator[Finding]:
    total = sum(phase.cycles for phase in clause.phases)
    covered = clause.cycles_in_all if clause.cycles_in_all is not None else clause.cycles
    if clause.phases and covered is not None and total != covered:
        yield Finding((*path, "phases"), f"{total} cycles", f"the {covered} cycles covered")


def drug_findings(drug: Drug) -> Iterator[Finding]:
    """Rows of a drug file that contradict one another or name no bag of it."""
    for name, bag in drug.bags.items():
        days = int(name[:-1]) if name.endswith("d") else int(name[:-1]) // 24
        if bag.days != days:
            yield Finding(("bags", name, "days"), f"{bag.days} days", f"{days} days for {name}")
    tables: dict[str, Sequence[FixedRow | VolumeRow | UncertainRow | StorageRow]] = {
        "fixed": drug.fixed,
        "volumes": drug.volumes,
        "uncertain": drug.uncertain,
        "storage": drug.storage,
    }
    for table, rows in tables.items():
        for index, row in enumerate(rows):
            if row.bag not in drug.bags:
                yield Finding((table, index, "bag"), f"the bag {row.bag}", ", ".join(drug.bags))
    yield from once([package.ndc for package in drug.packages], ("packages",))
    keys = [f"{row.bag} at {row.mcg_per_day} from {row.from_kg}" for row in drug.fixed]
    yield from once(keys, ("fixed",))
    yield from once([row.bag for row in drug.volumes], ("volumes",))
    yield from once([row.bag for row in drug.storage], ("storage",))
    for index, volume in enumerate(drug.volumes):
        if volume.prepared_ml < volume.infused_ml:
            allowed = f"at least what is infused, {volume.infused_ml}"
            yield Finding(("volumes", index, "prepared_ml"), f"{volume.prepared_ml}", allowed)
    for index, band in enumerate(drug.uncertain):
        if band.bsa_to < band.bsa_from:
            yield Finding(("uncertain", index, "bsa_to"), f"{band.bsa_to}", f"from {band.bsa_from}")


def contractor_findings(table: Contractors) -> Iterator[Finding]:
    """Jurisdictions named twice, or in an exception only."""
    known = [row.jurisdiction for row in table.rows]
    yield from once(known, ("rows",))
    states = [state for row in table.rows for state in row.states]
    if len(set(states)) != len(states):
        twice = next(state for state in states if states.count(state) > 1)
        yield Finding(("rows",), f"{twice} in two jurisdictions", "each state in one")
    for index, enclave in enumerate(table.exceptions):
        path: Path = ("exceptions", index)
        if enclave.jurisdiction not in known:
            found = f"the text '{enclave.jurisdiction}'"
            yield Finding((*path, "jurisdiction"), found, "a jurisdiction of the table")
        if enclave.state not in states:
            yield Finding((*path, "state"), f"the text '{enclave.state}'", "a state of the table")
