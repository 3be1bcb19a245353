"""The answer where no compliant calendar exists: who clashes, the proof, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.documents.base import Day, Document, Exact, Indication
from planner.documents.limits import LimitUnit
from planner.documents.plan import (
    Assumption,
    BagLeftOut,
    DrugStamp,
    PolicyStamp,
    ScenarioStamp,
    SolverStamp,
)

MemberKind = Literal["clause", "request", "setting", "history"]


class ConflictMember(Document):
    """One rule, request, setting or fact that has a part in the clash.

    ``path`` and ``line`` say where the scenario file states it; both are null for a clause, and
    ``line`` is null for a default that was assumed. ``event``, in words, is what has happened where
    a replan knows that the member comes from it; then ``line`` is that of the events file.
    """

    kind: MemberKind
    id: str
    path: str | None
    line: int | None
    says: str
    assumed: bool = False
    event: str | None = Field(default=None, exclude_if=lambda event: event is None)


class WindowEntry(Document):
    """``amount`` vials or units in a window. ``says`` is the entry in words.

    ``member`` is the member of the conflict that states it, on ``date``. Where it is null the
    amount is the least that is still to come, at the latest from ``date`` on.
    """

    date: Day
    amount: int
    says: str
    cycle: int
    member: str | None = None


class Window(Document):
    """The dates ``from`` .. ``to``, both included, in which more than ``limit`` stand.

    ``sum`` adds up ``entries``, which are in the order of their dates.
    """

    clause: str
    window_from: Day = Field(alias="from")
    window_to: Day = Field(alias="to")
    sum: int
    limit: int
    unit: LimitUnit
    entries: tuple[WindowEntry, ...]

    @property
    def per_days(self) -> int:
        """How many dates it has."""
        return (self.window_to - self.window_from).days + 1


class CertificateRow(Document):
    """low <= sum(coefficient x variable) <= high. ``members`` it comes from; ``about`` says which
    day, window or cycle."""

    members: tuple[str, ...]
    about: str
    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None


class CertificateVariable(Document):
    """A whole-number decision and its bounds."""

    name: str
    low: int
    high: int


class ProofNode(Document):
    """Either the weights of rows (by index) that contradict each other, as exact fractions, or a
    split of one variable (by index) into at most ``at`` and at least ``at + 1``, each with its own
    proof. A positive weight takes the row's ``low``, a negative one its ``high``."""

    weights: Mapping[int, str] | None = None
    split: int | None = None
    at: int | None = None
    below: ProofNode | None = None
    above: ProofNode | None = None


class ModelPart(Document):
    """Which rows those of a certificate are among: some of the rules (``form``) over some cycles
    (none: all), under the members of the conflict alone. ``planner verify`` builds them again.
    """

    form: Literal["plain", "amounts", "starts", "chains", "unaged", "supply", "whole"]
    cycles: tuple[int, ...] = ()


class Certificate(Document):
    """Why there is no calendar, checkable without this program (``planner.proof.checker``).

    ``part`` says where the rows come from; null for a second engine's word. ``engine`` is null but
    for that: its name and version. ``barred`` says which member bars which days; what would happen
    on them has no variable. ``sha256`` is over the certificate without itself, in canonical JSON.
    """

    kind: Literal["farkas", "cases", "second-engine"]
    checked: bool
    engine: str | None = None
    part: ModelPart | None = None
    variables: tuple[CertificateVariable, ...] = ()
    rows: tuple[CertificateRow, ...] = ()
    proof: ProofNode | None = None
    barred: tuple[str, ...] = ()
    sha256: str = ""


class Remedy(Document):
    """A change that was tried and works: ``nearest`` is the value nearest to the one asked for.

    ``changes`` holds all changes where one is not enough. ``costs`` are the plan's objectives
    under it. ``by`` says who can make it.
    """

    path: str
    asked: str
    nearest: str
    says: str
    by: Literal["request", "pharmacy", "payer"] = "request"
    changes: tuple[tuple[str, str], ...] = ()
    costs: Mapping[str, int] = {}


class Evidence(Document):
    """A calendar that exists without one member: cycle starts, bags and dispenses, in short."""

    without: str
    starts: Mapping[int, str]
    bags: tuple[tuple[int, str, int, int, str], ...] = Field(
        description="cycle, hang, days, vials, dispense"
    )


class OtherConflict(Document):
    """Another conflict of the scenario; ``minimal``: each member was seen to be needed."""

    members: tuple[str, ...]
    because: str
    minimal: bool


class Conflict(Document):
    """No compliant calendar exists: ``conflict`` is a smallest clash, ``because`` its sentence.

    ``window`` is the one window that overflows, where the clash is of that kind.

    ``proven``: the certificate was recomputed, or a second engine agrees. ``minimal``: a calendar
    was found without each of the members.
    """

    format: Literal["planner-conflict/1"] = "planner-conflict/1"
    status: Literal["infeasible"] = "infeasible"
    proven: bool
    minimal: bool
    scenario: ScenarioStamp
    policy: PolicyStamp
    drug: DrugStamp
    indication: Indication
    conflict: tuple[ConflictMember, ...]
    because: str
    window: Window | None = None
    certificate: Certificate
    also: tuple[OtherConflict, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    readings: Mapping[str, str | Exact] = {}
    assumed: tuple[Assumption, ...] = ()
    left_out: tuple[BagLeftOut, ...] = ()
    stopped: Literal["time"] | None = Field(
        default=None,
        exclude_if=lambda stopped: stopped is None,
        description="Present where --time-limit cut something short: another run may find more.",
    )
    solver: SolverStamp
