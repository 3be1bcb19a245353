"""What the planner makes of a patient, and what the document's text makes of the same patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.coverage.answer import answered
from planner.coverage.facts import facts_of
from planner.coverage.trees import Trees
from planner.documents.policy import Policy
from planner.documents.scenario import Scenario
from tests.coverage import oracle

CONNECTOR = "III.adult.consolidation.connector"
SINGLE_AGENT = "III.adult.consolidation.mrd-single-agent"
Kind = Literal["initial", "renewal"]


@dataclass(frozen=True)
class Outcome:
    """Everything of an answer that a change of the criteria can move.

    ``status`` by the indication, ``anywhere`` by the criteria of all indications together, as the
    document prints them; each route with its verdict, whether it counts and whether the other
    group's footnote reaches the patient; each question with its section, its verdict and whether it
    bears on the indication; ``beyond`` where the patient is older than the footnote that bounds the
    group.
    """

    status: str
    anywhere: str
    routes: dict[str, tuple[str, bool, bool]]
    questions: dict[str, tuple[str, str, bool]]
    beyond: bool


class Planned:
    """The planner's outcomes under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.trees = {"initial": Trees(policy, "initial"), "renewal": Trees(policy, "renewal")}

    def outcome(self, patient: Scenario, kind: Kind) -> Outcome:
        trees = self.trees[kind]
        answer = answered(patient, trees)
        return Outcome(
            status=answer.status.replace("undecided", "unknown"),
            anywhere=trees.under(answer.readings).verdict(facts_of(patient)),
            routes={way.id: (way.status, way.counts, way.overlap) for way in answer.routes},
            questions={
                leaf.id: (leaf.section, leaf.verdict, leaf.counts) for leaf in answer.leaves
            },
            beyond=any("The patient is " in note for note in answer.notes),
        )


def expected(patient: Scenario, kind: Kind) -> Outcome:
    """The outcome by the oracle, under the patient's readings."""
    connector = str(patient.readings.get(CONNECTOR, "or"))
    single_agent = str(patient.readings.get(SINGLE_AGENT, "or"))
    renewal = kind == "renewal"
    ways = oracle.renewal_routes() if renewal else oracle.initial_routes(connector, single_agent)
    known, own = oracle.questions(patient), patient.indication
    adult, age = own in oracle.ADULT, oracle.months_old(patient)
    bears = oracle.asked(own, renewal=renewal)
    every = {name for indication in ways for name in oracle.asked(indication, renewal=renewal)}
    return Outcome(
        status=oracle.by_cases(lambda v: any(way(v) for way in ways[own].values()), patient),
        anywhere=oracle.verdict(
            lambda v: any(way(v) for routes in ways.values() for way in routes.values()), known
        ),
        routes={
            name: (
                oracle.verdict(way, known),
                indication == own,
                not renewal
                and adult != (indication in oracle.ADULT)
                and oracle.in_footnote(patient, indication),
            )
            for indication, routes in ways.items()
            for name, way in routes.items()
        },
        questions={
            name: (oracle.SECTIONS[name], word(known[name]), name in bears)
            for name in oracle.SECTIONS
            if name in every
        },
        beyond=not renewal and not adult and age is not None and age[1] >= 12 * 31,
    )


def word(held: bool | None) -> str:
    return "unknown" if held is None else "met" if held else "not-met"
