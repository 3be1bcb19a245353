"""Criteria of approval and renewal as data: trees of questions, and the answer to them.

A tree's leaves are the bullets of the policy, each with its own id; its gates are the bullets'
connectors. What a leaf asks is a small closed set of tests on facts of the scenario, so that no
number and no word of a policy stands in code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from planner.documents.base import Day, DayCount, Document, Exact, Flag, Indication, Whole

Verdict = Literal["met", "not-met", "unknown"]
FlagFact = Literal[
    "patient.facts.b_cell_precursor",
    "patient.facts.after_consolidation",
    "patient.facts.live_vaccine.during_therapy",
    "patient.facts.renewal.criteria_still_met",
]
WordFact = Literal[
    "patient.facts.disease",
    "patient.facts.remission",
    "patient.facts.mrd.status",
    "patient.facts.mrd.method",
    "patient.facts.philadelphia",
    "patient.facts.therapy",
    "patient.facts.induction",
    "patient.facts.renewal.toxicity",
    "patient.facts.renewal.response",
]
NamesFact = Literal["patient.facts.tki.refractory", "patient.facts.tki.intolerant"]


class FlagTest(Document):
    """A yes-or-no fact has this value."""

    fact: FlagFact
    answer: Flag = Field(alias="is")


class WordTest(Document):
    """A fact is one of these words."""

    fact: WordFact
    one_of: tuple[str, ...] = Field(min_length=1)


class NumberTest(Document):
    """A number is not below ``at_least``."""

    fact: Literal["patient.facts.mrd.percent"]
    at_least: Exact = Field(gt=0, le=1_000_000)


class AgeSpan(Document):
    """Completed calendar months or years of age."""

    count: DayCount
    unit: Literal["months", "years"]


class AgeTest(Document):
    """The patient has completed this age on the first infusion day."""

    age_at_least: AgeSpan


class DaysBeforeTest(Document):
    """The fact never happened, or more than this many days before the first infusion day."""

    fact: Literal["patient.facts.live_vaccine.last"]
    days_before_start_above: Whole = Field(ge=0, le=3_660)


class NamesTest(Document):
    """A list of names holds at least one name of these lists (see ``Criteria.lists``).

    A name that no list of the policy knows settles nothing.
    """

    fact: NamesFact
    names_one_of: tuple[str, ...] = Field(min_length=1)


class CodeTest(Document):
    """The diagnosis is a code of this clause, valid on the first infusion day."""

    fact: Literal["patient.diagnosis"]
    code_of: str


class CyclesTest(Document):
    """The course, the cycles to be renewed included, stays within a renewal clause's counts."""

    cycles_within: str


class RenewableTest(Document):
    """A renewal clause allows renewal at all."""

    renewable: str


_TESTS = {
    "is": "<flag>",
    "one_of": "<words>",
    "at_least": "<number>",
    "age_at_least": "<age>",
    "days_before_start_above": "<days>",
    "names_one_of": "<names>",
    "code_of": "<code>",
    "cycles_within": "<cycles>",
    "renewable": "<renewable>",
}
_NODES = {"tests": "<leaf>", "all": "<all>", "any": "<any>", "connector": "<read>", "same": "<ref>"}


def _by_key(known: Mapping[str, str], allowed: str) -> Discriminator:
    """Tells the members of a union apart by the one key that only it has."""

    def form(value: Any) -> str:
        keys: Iterable[str] = value if isinstance(value, Mapping) else ()
        if isinstance(value, Document):
            fields = type(value).model_fields.items()
            keys = {field.alias or name for name, field in fields}
        return next((known[key] for key in known if key in keys), "<none>")

    return Discriminator(
        form,
        custom_error_type="planner",
        custom_error_message="allowed: {allowed}",
        custom_error_context={"allowed": allowed},
    )


Test = Annotated[
    Annotated[FlagTest, Tag("<flag>")]
    | Annotated[WordTest, Tag("<words>")]
    | Annotated[NumberTest, Tag("<number>")]
    | Annotated[AgeTest, Tag("<age>")]
    | Annotated[DaysBeforeTest, Tag("<days>")]
    | Annotated[NamesTest, Tag("<names>")]
    | Annotated[CodeTest, Tag("<code>")]
    | Annotated[CyclesTest, Tag("<cycles>")]
    | Annotated[RenewableTest, Tag("<renewable>")],
    _by_key(_TESTS, f"a test, with one of {', '.join(_TESTS)}"),
]


class Leaf(Document):
    """One bullet: met where all its tests are."""

    id: str = Field(pattern=r"^[A-Za-z0-9.-]+$")
    section: str
    asks: str = Field(description="The question in our own words.")
    tests: tuple[Test, ...] = Field(min_length=1)


class Footnote(Document):
    """The ages, in completed years and both included, to which a group of criteria may extend."""

    section: str
    says: str
    from_years: Whole | None = Field(default=None, ge=0, le=130)
    to_years: Whole = Field(ge=0, le=130)
    bounds: Flag = Field(
        default=False,
        description="Whether the footnote is the group's only word on an upper age, so that a "
        "reviewer decides beyond it.",
    )


class GateBase(Document):
    """What every gate can say of the part of the tree below it."""

    indications: tuple[Indication, ...] | None = Field(
        default=None, min_length=1, description="Left out of the tree for every other indication."
    )
    route: str | None = Field(
        default=None, description="The id of a way to approval that leads through this gate."
    )
    says: str = Field(default="", description="The route, or the group, in our own words.")
    ages: Footnote | None = None


class All(GateBase):
    """Every part must hold."""

    parts: tuple[Node, ...] = Field(alias="all", min_length=1)


class AnyOf(GateBase):
    """One part must hold."""

    parts: tuple[Node, ...] = Field(alias="any", min_length=1)


class Connected(GateBase):
    """Joined by a reading of the policy: its choice ``and`` asks for every part, ``or`` for one."""

    connector: str = Field(description="The reading's name.")
    parts: tuple[Node, ...] = Field(alias="of", min_length=1)


class Same(Document):
    """A leaf that stands elsewhere in the criteria, asked again."""

    same: str = Field(description="The leaf's id.")


Node = Annotated[
    Annotated[Leaf, Tag("<leaf>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Connected, Tag("<read>")]
    | Annotated[Same, Tag("<ref>")],
    _by_key(_NODES, f"a leaf with tests, or a gate with one of {', '.join(list(_NODES)[1:])}"),
]
Gate = All | AnyOf | Connected


class Criteria(Document):
    """The criteria of one policy."""

    lists: Mapping[str, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        default={}, description="Names that belong together, such as a generation of drugs."
    )
    initial: tuple[Node, ...] = Field(
        min_length=1, description="For the first authorization; every part must hold."
    )
    renewal: tuple[Node, ...] = Field(
        default=(), description="The same for a renewal; empty: the file does not say."
    )


def leaves_of(node: Leaf | Gate | Same) -> Iterator[Leaf]:
    """The leaves below a node, in the order of the file."""
    if isinstance(node, Leaf):
        yield node
    elif not isinstance(node, Same):
        for part in node.parts:
            yield from leaves_of(part)


class RouteAnswer(Document):
    """One way to approval. ``counts``: whether the scenario's indication goes this way."""

    id: str
    status: Verdict
    says: str
    indications: tuple[Indication, ...]
    counts: Flag
    overlap: Flag = Field(
        description="Does not count, but the patient is of an age to which its footnote extends."
    )


class LeafAnswer(Document):
    """One question and its verdict. ``counts``: whether it is asked for this indication."""

    id: str
    section: str
    says: str
    verdict: Verdict
    counts: Flag
    bears: Flag = Field(description="Whether the outcome, not met or open, still turns on it.")
    facts: tuple[str, ...] = Field(description="The paths of the facts it rests on.")
    found: str = Field(description="What the scenario says of them.")


class Change(Document):
    """A fact and what it has to be for the criteria to be met."""

    fact: str
    found: str
    needs: str
    leaves: tuple[str, ...]


class Outcome(Document):
    """The status under one choice of readings."""

    readings: Mapping[str, str]
    status: Verdict
    can_be_met: Flag = Field(description="Whether any patient at all can meet the criteria so.")


class NeverMet(Document):
    """A reading under which the criteria can be met by no patient, and how that was proven."""

    reading: str
    choice: str
    says: str
    chosen: Flag
    proven: Flag
    engine: str


class CriteriaAnswer(Document):
    """Whether a scenario meets the criteria, and what that rests on."""

    format: Literal["planner-criteria/1"] = "planner-criteria/1"
    status: Literal["met", "not-met", "undecided"]
    kind: Literal["initial", "renewal"]
    title: str
    policy: str
    revision: str
    indication: Indication
    start_from: Day = Field(description="The first infusion day at the earliest.")
    start_to: Day
    routes: tuple[RouteAnswer, ...]
    by_cases: tuple[str, ...] = Field(
        default=(),
        description="Where they are met whatever the open facts turn out to be: by which routes.",
    )
    leaves: tuple[LeafAnswer, ...]
    missing: tuple[str, ...] = Field(
        description="The fewest facts that decide it, whatever they turn out to be."
    )
    to_meet: tuple[Change, ...] = Field(
        description="The fewest facts that would have to be known, or different, for it to be met."
    )
    depends_on_reading: Flag
    readings: Mapping[str, str]
    outcomes: tuple[Outcome, ...]
    never_met: tuple[NeverMet, ...]
    notes: tuple[str, ...]
