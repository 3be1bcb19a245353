"""Authorizations that the payer gave, from a scenario file to an audited plan or a conflict.

Daily bags, dispensed and hung on any day from Monday 5 January 2026 on: a cycle infuses for 28 days
and lasts 42.
"""

from __future__ import annotations

import pytest

from planner import explain, plan
from planner.documents.load import parse_scenario
from planner.documents.outcome import Infeasible
from planner.documents.plan import Plan

TEXT = """\
format: planner-scenario/1
policy: {policy}
indication: {indication}
patient: {{weight_kg: 70, diagnosis: C91.02}}
pharmacy: {{bags: [24h], dispense_days: [mon, tue, wed, thu, fri, sat, sun], holidays: none,
  transit_days: 0}}
request: {{first_infusion: 2026-01-05, cycles: {cycles}, max_delay_days: {delay}}}
authorizations:
{given}
"""
Covered = list[tuple[str, tuple[int, ...]]]


def text(
    *given: str,
    cycles: int,
    indication: str = "adult-rr",
    policy: str = "eocco-0382",
    delay: int = 84,
) -> str:
    rows = "\n".join(f"  - {{{one}}}" for one in given)
    return TEXT.format(policy=policy, indication=indication, cycles=cycles, delay=delay, given=rows)


def covered(scenario: str) -> Covered:
    """What each authorization of the plan covers."""
    made = plan(parse_scenario(scenario))
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    return [(one.id, one.cycles) for one in made.authorizations]


def refused(scenario: str) -> set[str]:
    """The members of the conflict."""
    loaded = parse_scenario(scenario)
    assert isinstance(plan(loaded), Infeasible)
    conflict = explain(loaded)
    assert conflict is not None
    assert (conflict.proven, conflict.minimal) == (True, True)
    return {member.id for member in conflict.conflict}


def test_the_payer_s_dates_bind_where_the_policy_prints_no_authorization() -> None:
    """5 January to 1 February are 28 days; 27 hold no cycle."""
    whole = "kind: initial, start: 2026-01-05, end: 2026-02-01"
    assert covered(text(whole, cycles=1, policy="dme-mac-l33794")) == [("initial", (1,))]
    short = "kind: initial, start: 2026-01-05, end: 2026-01-31"
    found = refused(text(short, cycles=1, policy="dme-mac-l33794"))
    assert found == {"authorizations.0"}


def test_a_renewal_that_the_payer_gave_covers_what_is_left_where_none_is_printed() -> None:
    first = "kind: initial, cycles: 1, start: 2026-01-05, end: 2026-02-01"
    second = "kind: continued, start: 2026-02-16, end: 2026-06-30"  # day 42
    found = covered(text(first, second, cycles=2, policy="dme-mac-l33794"))
    assert found == [("initial", (1,)), ("continued-1", (2,))]


@pytest.mark.parametrize("renewal", ["kind: continued", "kind: continued, start: 2026-02-10"])
def test_a_renewal_that_the_payer_gave_is_none_where_coverage_is_never_renewed(
    renewal: str,
) -> None:
    scenario = text("kind: initial, cycles: 1", renewal, cycles=2, indication="adult-consolidation")
    assert refused(scenario) == {"IV.consolidation", "authorizations.0", "request.cycles"}


def test_a_cycle_that_is_named_under_a_renewal_is_one() -> None:
    scenario = text("kind: continued, cycles: [2]", cycles=2, indication="adult-consolidation")
    assert refused(scenario) == {"IV.consolidation", "authorizations.0", "request.cycles"}


def test_without_a_renewal_given_the_first_authorization_s_number_is_the_limit_too() -> None:
    scenario = text("kind: initial, cycles: 1", cycles=2, indication="pediatric-mrd")
    assert refused(scenario) == {"IV.mrd", "authorizations.0", "request.cycles"}


def test_a_cycle_named_under_a_renewal_is_left_to_it() -> None:
    """Cycle 5 waits for the renewal: day 210, 42 days behind day 168."""
    found = covered(text("kind: continued, cycles: [5]", cycles=5))
    assert found == [("initial", (1, 2, 3, 4)), ("continued-1", (5,))]


def test_more_cycles_under_renewals_than_the_policy_gives_are_refused() -> None:
    """3 + 6: the policy gives 4 under renewals, 7 in all."""
    given = [
        "kind: initial, cycles: 3",
        "kind: continued, cycles: 3, start: 2026-05-11, end: 2026-12-31",
        "kind: continued, cycles: 3, start: 2027-01-01, end: 2028-12-31",
    ]
    found = refused(text(*given, cycles=9, delay=200))
    assert found == {"I.rr.continued", "authorizations.0", "request.cycles"}


@pytest.mark.parametrize(
    ("claims", "opens"),
    [
        ("", "2026-01-02"),  # a claim is dated by its dispense
        ("claims: [{date: 2026-01-05, units: 980, cycle: 1}]", "2026-01-05"),
    ],
)
def test_a_past_dispense_opens_an_authorization_as_far_as_a_claim_bears_its_date(
    claims: str, opens: str
) -> None:
    made = plan(
        parse_scenario(f"""\
format: planner-scenario/1
policy: eocco-0382
indication: adult-consolidation
patient: {{weight_kg: 70, diagnosis: C91.02}}
readings: {{date_of_service: dispense}}
request: {{first_infusion: 2026-01-05, cycles: 2}}
as_of: 2026-02-05
history:
  cycles: [{{cycle: 1, start: 2026-01-05}}]
  dispenses: [{{date: 2026-01-02, vials: 28, cycle: 1}}]
  {claims}
""")
    )
    assert isinstance(made, Plan)
    assert made.audit.violations == ()
    assert [one.start.isoformat() for one in made.authorizations] == [opens]
