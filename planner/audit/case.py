"""What an audit looks at: a finished plan beside the documents it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from planner.documents.clause import ClauseBase
from planner.documents.contractors import Contractors
from planner.documents.drug import Drug
from planner.documents.plan import (
    ClaimLine,
    Plan,
    PlannedAuthorization,
    PlannedBag,
    PlannedCycle,
    PlannedDispense,
)
from planner.documents.policy import Policy
from planner.documents.scenario import PastCycle, Scenario

AnyClause = TypeVar("AnyClause", bound=ClauseBase)

# What a plan-level reading means where a policy does not name it.
SILENT: Mapping[str, str] = {
    "window": "rolling",
    "units.range": "by-cycle",
    "date_of_service": "hang",
    "units.billed": "opened",
    "authorization.covers": "service",
    "authorization.per": "cycle",
    "authorization.start": "first-service",
    "quantity.days_supply": "off",
    "refill_threshold": "off",
    "interruption.length": "extends",
}


@dataclass(frozen=True)
class Case:
    """One plan under audit. The hashes are those of the files, None where they were not read;
    ``contractors`` is the policy's table, read where the plan speaks of coverage."""

    plan: Plan
    policy: Policy
    drug: Drug
    policy_sha256: str | None = None
    drug_sha256: str | None = None
    contractors: Contractors | None = None
    supposed: Mapping[str, object] = field(default_factory=dict)
    """Facts by path that criteria are tried with, where the scenario leaves them open."""

    @property
    def scenario(self) -> Scenario:
        """The scenario that the plan carries."""
        return self.plan.scenario.document

    def reading(self, name: str) -> str | Decimal:
        """The reading in force: the scenario's choice, else the policy's default."""
        if name in self.scenario.readings:
            return self.scenario.readings[name]
        if name in self.policy.readings:
            return self.policy.readings[name].default
        return SILENT[name]

    def clauses_of(self, family: type[AnyClause]) -> list[tuple[str, AnyClause]]:
        """The policy's clauses of one family that speak of the plan's indication, with ids."""
        return [
            (clause_id, clause)
            for clause_id, clause in self.policy.clauses.items()
            if isinstance(clause, family) and self.scenario.indication in clause.indications
        ]

    @cached_property
    def cycles(self) -> tuple[PlannedCycle, ...]:
        """The plan's cycles by number; of two with one number the first stands."""
        first: dict[int, PlannedCycle] = {}
        for cycle in self.plan.cycles:
            first.setdefault(cycle.cycle, cycle)
        return tuple(first[number] for number in sorted(first))

    @cached_property
    def planned(self) -> tuple[PlannedCycle, ...]:
        """The cycles still to begin, by number."""
        return tuple(cycle for cycle in self.cycles if not cycle.past)

    def cycle(self, number: int) -> PlannedCycle | None:
        """The plan's cycle of that number."""
        return next((cycle for cycle in self.cycles if cycle.cycle == number), None)

    def bags(self, number: int) -> tuple[PlannedBag, ...]:
        """The bags of a cycle, past ones too, by the day they are hung."""
        return tuple(
            sorted(
                (bag for bag in self.plan.bags if bag.cycle == number),
                key=lambda bag: (bag.hang, bag.days),
            )
        )

    @cached_property
    def new_bags(self) -> tuple[PlannedBag, ...]:
        """The bags still to be hung."""
        return tuple(bag for bag in self.plan.bags if not bag.past)

    def dispenses(self, number: int) -> tuple[PlannedDispense, ...]:
        """The dispenses for a cycle, past ones too, by date."""
        return tuple(
            sorted(
                (dispense for dispense in self.plan.dispenses if dispense.cycle == number),
                key=lambda dispense: dispense.date,
            )
        )

    @cached_property
    def new_dispenses(self) -> tuple[PlannedDispense, ...]:
        """The dispenses still to be made."""
        return tuple(dispense for dispense in self.plan.dispenses if not dispense.past)

    @cached_property
    def new_claims(self) -> tuple[ClaimLine, ...]:
        """The claim lines still to be billed."""
        return tuple(line for line in self.plan.claims if not line.past)

    def authorization(self, name: str | None) -> PlannedAuthorization | None:
        """The plan's authorization of that id."""
        return next((given for given in self.plan.authorizations if given.id == name), None)

    @cached_property
    def past_cycles(self) -> Mapping[int, PastCycle]:
        """The history's cycles by number."""
        return {past.cycle: past for past in self.scenario.history.cycles}


def in_force(clause: ClauseBase, day: date) -> bool:
    """Whether a clause speaks of that day; both its first and its last day belong to it."""
    begun = clause.effective_from is None or clause.effective_from <= day
    return begun and (clause.effective_until is None or day <= clause.effective_until)
