"""The proof that a plan is the best: for each objective, that no calendar has less."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.documents.base import Document, ObjectiveName, Whole
from planner.documents.conflict import Certificate
from planner.documents.plan import DrugStamp, PolicyStamp, ScenarioStamp


class PartBound(Document):
    """Over some cycles, an objective comes to ``bound`` at least. The certificate is of their rows,
    of one more that asks for less, and of one for each objective before it."""

    cycles: tuple[int, ...]
    bound: Whole
    certificate: Certificate


class CertifiedObjective(Document):
    """An objective of a plan: no calendar whose objectives before it come to no more than the
    plan's has less than ``bound``. It is certified where that is its ``value``.

    What is certified of all cycles holds, and what is certified of single cycles adds up.
    """

    name: ObjectiveName
    value: Whole
    bound: Whole
    certified: bool
    parts: tuple[PartBound, ...] = ()


class Proof(Document):
    """Why a plan is the best, checkable without this program (``planner.proof.checker``)."""

    format: Literal["planner-proof/1"] = "planner-proof/1"
    scenario: ScenarioStamp
    policy: PolicyStamp
    drug: DrugStamp
    cycles: tuple[int, ...] = Field(description="The cycles that are planned, not past.")
    objectives: tuple[CertifiedObjective, ...]
