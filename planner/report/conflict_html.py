"""The report of a conflict: one HTML file that needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planner.documents.conflict import Certificate, Conflict, ConflictMember, ProofNode, Remedy
from planner.documents.policy import Policy
from planner.report.conflict import NO_ADVICE
from planner.report.drawing import Picture
from planner.report.grids import Grid, headed
from planner.report.html import INDICATIONS, OBJECTIVES, hashes_of, readings_used
from planner.report.late import late_cycle, late_picture
from planner.report.overflow import overflow_picture
from planner.report.page import page
from planner.report.text import bag_left_out, count, day, figure, shown, titled

BY: Final = {
    "request": "Changes the request.",
    "pharmacy": "Changes how the pharmacy works.",
    "payer": "Needs the payer's consent.",
}


@dataclass(frozen=True)
class Change:
    """A remedy in words, and whose word it takes."""

    says: str
    by: str


def conflict_html(conflict: Conflict, policy: Policy | None) -> str:
    """Returns the report of a conflict.

    ``policy`` is the one the scenario was read under; without it no authorization is drawn, and the
    report says so. Every value is escaped, and control characters, line breaks and text-direction
    marks in free text are shown as their escapes. The same conflict gives the same text.
    """
    return page(
        "conflict.html",
        conflict=conflict,
        title=titled(conflict.scenario.title),
        facts=tuple(_facts(conflict)),
        because=f"{shown(conflict.because).rstrip('.')}.",
        members=_members(conflict.conflict),
        minimal=_minimal(conflict),
        proof=tuple(_proof(conflict.certificate)),
        left_out=tuple(bag_left_out(one) for one in conflict.left_out),
        barred=tuple(shown(one) for one in conflict.certificate.barred),
        pictures=tuple(_pictures(conflict, policy)),
        policy_at_hand=policy is not None,
        changes=tuple(Change(shown(r.says), BY[r.by]) for r in conflict.remedies),
        remedies=_remedies(conflict.remedies) if conflict.remedies else None,
        also=_also(conflict) if conflict.also else None,
        evidence=_evidence(conflict) if conflict.evidence else None,
        readings=readings_used(conflict.readings, policy),
        hashes=(*hashes_of(conflict), ("Certificate", conflict.certificate.sha256)),
        no_advice=NO_ADVICE,
    )


def _pictures(conflict: Conflict, policy: Policy | None) -> Iterator[Picture]:
    drawn = 0
    if conflict.window is not None:
        drawn += 1
        yield overflow_picture(conflict.window, drawn)
    late = late_cycle(conflict, policy) if policy is not None else None
    if late is not None:
        yield late_picture(late, drawn + 1)


def _facts(conflict: Conflict) -> Iterator[tuple[str, str]]:
    document = conflict.scenario.document
    if document.patient.ref:
        yield "Patient reference", shown(document.patient.ref)
    yield "Indication", INDICATIONS[conflict.indication]
    yield "Policy", f"{shown(conflict.policy.id)} ({shown(conflict.policy.revision)})"
    if document.as_of is not None:
        yield "As of", day(document.as_of)


def _members(members: Sequence[ConflictMember]) -> Grid:
    heads = ("What", "In words", "Kind", "Where")
    rows = ((shown(m.id), shown(m.says), m.kind, _where(m)) for m in members)
    return headed("members", "What cannot hold together", heads, rows)


def _where(member: ConflictMember) -> str:
    """Where a member stands: in the policy, in a line of the scenario, or nowhere at all."""
    if member.path is None:
        return "policy"
    where = "not in the scenario: assumed" if member.assumed else "scenario"
    if member.event is not None:
        return f"event: {member.event}"
    if member.line is not None:
        where = f"scenario, line {member.line}"
    return where if member.path == member.id else f"{shown(member.path)}: {where}"


def _minimal(conflict: Conflict) -> str:
    if conflict.minimal:
        return "Leave any one of them out and a calendar exists."
    return "It is not proven that each of them is needed."


def _proof(certificate: Certificate) -> Iterator[str]:
    """The certificate in words, a sentence at a time."""
    if certificate.kind == "second-engine":
        engine = f" ({shown(certificate.engine)})" if certificate.engine else ""
        yield f"Two engines that share no code find no calendar; the second one{engine} agrees."
        return
    rows = f"{count(len(certificate.rows), 'rule')} over "
    yield (
        f"The clash is written down as {rows}{count(len(certificate.variables), 'whole number')}: "
        "each rule is a sum that must lie between two bounds, and comes from one of the members."
    )
    if certificate.kind == "farkas":
        yield "One weighted sum of these rules contradicts itself: no choice of dates can hold."
    else:
        cases = _cases(certificate.proof)
        yield (
            f"It is split into {count(cases, 'case')} that leave nothing out; in each one a "
            "weighted sum of the rules contradicts itself."
        )
    yield (
        "The sums were recomputed in exact fractions and hold."
        if certificate.checked
        else "The sums were not recomputed."
    )


def _cases(node: ProofNode | None) -> int:
    """How many leaves a proof has."""
    waiting, leaves = [node], 0
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        if one.split is None:
            leaves += 1
        waiting += [one.below, one.above]
    return leaves


def _remedies(remedies: Sequence[Remedy]) -> Grid:
    costed = [name for name in OBJECTIVES if any(name in remedy.costs for remedy in remedies)]
    costs = [OBJECTIVES[name] for name in costed]
    heads = ("Change", "Of what", "Asked", "Nearest that works", *costs)
    rows = (
        (
            str(number),
            shown(remedy.path),
            shown(remedy.asked),
            shown(remedy.nearest),
            *(_cost(remedy.costs, name) for name in costed),
        )
        for number, remedy in enumerate(remedies, start=1)
    )
    return headed("remedies", "What each change comes to", heads, rows, numbers=("Change", *costs))


def _cost(costs: Mapping[str, int], name: str) -> str:
    return figure(costs[name]) if name in costs else "not known"


def _also(conflict: Conflict) -> Grid:
    rows = (
        (
            ", ".join(shown(member) for member in other.members),
            shown(other.because),
            "yes" if other.minimal else "not proven",
        )
        for other in conflict.also
    )
    return headed("also", "Other conflicts", ("Members", "Because", "Each one needed"), rows)


def _evidence(conflict: Conflict) -> Grid:
    rows = (
        (
            shown(one.without),
            ", ".join(f"cycle {cycle} on {shown(start)}" for cycle, start in one.starts.items()),
            figure(len(one.bags)),
        )
        for one in conflict.evidence
    )
    heads = ("Without", "A calendar exists that starts", "Bags")
    return headed("evidence", "Calendars without one member", heads, rows, numbers=("Bags",))
