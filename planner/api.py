"""The program from Python: few functions, typed. What is heavy is imported where it is used."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.deadline import Deadline

if TYPE_CHECKING:
    from planner.documents.conflict import Conflict
    from planner.documents.contractors import Contractors
    from planner.documents.criteria import CriteriaAnswer
    from planner.documents.engines import Engines
    from planner.documents.load import LoadedDrug, LoadedPolicy, LoadedScenario
    from planner.documents.outcome import Infeasible, Undecided
    from planner.documents.plan import Plan, PolicyStamp
    from planner.documents.proof import Proof
    from planner.regimen.course import Course
    from planner.search.found import Found
    from planner.search.shared import Shared

DEFAULT_LIMIT = 60.0  # seconds by the clock for one scenario
PROVING = 30.0  # the same for the certificates of a plan
SCENARIO_LIMIT = 10.0  # the same for each of many
ModelForm = Literal["mps", "cp-sat"]


class Known:
    """What one process has read and solved, for the scenarios that follow: policies and drugs as
    they were first read, solved courses and blocks of cycles. Bounded, but for the models it is
    asked for.
    """

    def __init__(self, models: Sequence[str | Path] = ()) -> None:
        self.folders = tuple(models)
        self._policies: dict[str, LoadedPolicy] = {}
        self._drugs: dict[str, LoadedDrug] = {}
        self._contractors: dict[str, Contractors] = {}

    @cached_property
    def shared(self) -> Shared:
        """Solved courses, and blocks of cycles."""
        from planner.search.shared import Shared

        return Shared()

    def policy(self, name: str) -> LoadedPolicy:
        """The policy of that name. Raises InputErrors."""
        from planner.documents.load import load_policy

        if name not in self._policies:
            self._policies[name] = load_policy(name, self.folders)
        return self._policies[name]

    def drug(self, name: str) -> LoadedDrug:
        """The drug file of that name. Raises InputErrors."""
        from planner.documents.load import load_drug

        if name not in self._drugs:
            self._drugs[name] = load_drug(name, self.folders)
        return self._drugs[name]

    def contractors(self, name: str) -> Contractors:
        """The table of Medicare contractors of that name. Raises InputErrors."""
        from planner.documents.load import load_contractors

        if name not in self._contractors:
            self._contractors[name] = load_contractors(name, self.folders).contractors
        return self._contractors[name]

    def matched(self, scenario: LoadedScenario) -> tuple[LoadedPolicy, LoadedDrug]:
        """The policy and the drug file of a scenario that fits both. Raises InputErrors."""
        from planner.documents.errors import InputErrors
        from planner.documents.in_force import rules_missing
        from planner.documents.load import fitted

        policy, drug = fitted(scenario, self.policy, self.drug)
        problems = tuple(rules_missing(scenario, policy))
        if problems:
            raise InputErrors(problems)
        return policy, drug


def load_scenario(source: str | Path) -> LoadedScenario:
    """Reads a scenario file (YAML or JSON; ``-`` is standard input).

    Raises:
        InputErrors: everything that is wrong with the file, at once.
    """
    from planner.documents.read_scenario import load_scenario as load

    return load(source)


def plan(
    scenario: LoadedScenario,
    *,
    time_limit: float = DEFAULT_LIMIT,
    engine: Engines = "auto",
    models: Sequence[str | Path] = (),
    known: Known | None = None,
    deadline: Deadline | None = None,
) -> Plan | Infeasible | Undecided:
    """The best compliant calendar for a scenario, audited; or that none exists; or neither.

    This is the calendar alone. Whether the patient meets the payer's criteria is asked with
    ``criteria``, and written into the plan with ``covered``.

    Args:
        scenario: as read by ``load_scenario``.
        time_limit: seconds by the clock, latest starts included; 0 settles for what labels find.
        engine: all engines, or CP-SAT by itself ('cp-sat'): one model of every rule, no labels; the
            same values where its time suffices, which 0 does not.
        models: folders with policies and drugs, searched before the shipped ones.
        known: what earlier scenarios have read and solved, in the place of ``models``.
        deadline: of the whole command, where that has begun already; then ``time_limit`` only says
            whether there is time for more than labels.

    Returns:
        A plan whose ``audit`` lists no violation unless the program is at fault; Infeasible where
        the solver has proven that no calendar exists; Undecided where time ran out.

    Raises:
        InputErrors: the scenario does not fit its policy or drug.
    """
    from planner.documents.outcome import Infeasible, Undecided
    from planner.search.engine import Verdict
    from planner.search.find import find

    known = Known(models) if known is None else known
    _, _, course = course_of_scenario(scenario, known)
    found = find(course, limit=time_limit, shared=known.shared, engine=engine, deadline=deadline)
    if found.verdict is Verdict.INFEASIBLE:
        return Infeasible()
    if found.schedule is None:
        return Undecided()
    return laid_out(scenario, known, course, found)


def laid_out(scenario: LoadedScenario, known: Known, course: Course, found: Found) -> Plan:
    """The plan of a schedule, audited.

    Args:
        scenario: as read by ``load_scenario``.
        known: what it was read with.
        course: the scenario's course.
        found: what was found of it, with a schedule.

    Raises:
        ValueError: nothing was found.
    """
    from planner.audit import audit
    from planner.calendar.lay_out import Stamps, plan_of
    from planner.documents.plan import Assumption

    policy, drug = known.policy(scenario.scenario.policy), known.drug(scenario.scenario.drug)
    made = plan_of(course, found, Stamps(scenario.sha256, policy.sha256, drug.sha256))
    taken = [
        Assumption(path=t.path, value=t.value, says=t.says, given=True) for t in scenario.taken
    ]
    policy_stamp = dated(made.policy, policy)
    stopped = "time" if found.stopped else None
    made = made.model_copy(
        update={
            "policy": policy_stamp,
            "assumed": (*taken, *made.assumed),
            "stopped": stopped,
        }
    )
    return made.model_copy(update={"audit": audit(made, policy=policy.policy, drug=drug.drug)})


def prove(
    plan: Plan,
    *,
    models: Sequence[str | Path] = (),
    known: Known | None = None,
    deadline: Deadline | None = None,
) -> tuple[Plan, Proof]:
    """A plan with what of it is certified, and the certificates: for each objective that no
    calendar has less, in exact arithmetic.

    Args:
        plan: as ``plan`` returns it.
        models: folders with policies and drugs, searched before the shipped ones.
        known: what earlier scenarios have read and solved, in the place of ``models``.
        deadline: when the search for certificates ends; None: ``PROVING`` seconds by the clock.
    """
    from planner.documents.proof import Proof
    from planner.proof.optimal import optimality, shares_of
    from planner.regimen.build import course_of

    known = Known(models) if known is None else known
    document = plan.scenario.document
    policy, drug = known.policy(document.policy).policy, known.drug(document.drug).drug
    course = course_of(document, policy, drug)
    values: dict[str, int] = {o.name: o.value for o in plan.objectives}
    deadline = Deadline(PROVING) if deadline is None else deadline
    found = optimality(course, values, shares_of(plan, course), deadline)
    objectives = tuple(
        o.model_copy(
            update={
                "certified": own.certified,
                "proven": o.proven or own.certified,
                "bound": max(o.bound, own.bound),
            }
        )
        for o, own in zip(plan.objectives, found, strict=True)
    )
    proof = Proof(
        scenario=plan.scenario,
        policy=plan.policy,
        drug=plan.drug,
        cycles=tuple(cycle.number for cycle in course.cycles),
        objectives=found,
    )
    return plan.model_copy(update={"objectives": objectives}), proof


def model(
    scenario: LoadedScenario,
    *,
    form: ModelForm = "mps",
    models: Sequence[str | Path] = (),
    known: Known | None = None,
) -> str:
    """The whole model of a scenario, for any other solver: every row that a calendar has to keep.

    Args:
        scenario: as read by ``load_scenario``.
        form: free MPS, or the text of a CpModelProto ('cp-sat').
        models: folders with policies and drugs, searched before the shipped ones.
        known: what earlier scenarios have read and solved, in the place of ``models``.

    Raises:
        InputErrors: the scenario does not fit its policy or drug.
    """
    from planner.constraints.export import cp_sat, mps
    from planner.constraints.model import build

    policy, drug, course = course_of_scenario(scenario, Known(models) if known is None else known)
    about = (
        f"planner model; SHA-256 of the scenario {scenario.sha256},",
        f"of the policy {policy.sha256},",
        f"of the drug file {drug.sha256}.",
    )
    write = mps if form == "mps" else cp_sat
    return write(build(course).system, course.objectives, about)


def course_of_scenario(
    scenario: LoadedScenario, known: Known
) -> tuple[LoadedPolicy, LoadedDrug, Course]:
    """A scenario's policy and drug, and its course under them. Raises InputErrors."""
    from planner.documents.errors import InputErrors, in_order
    from planner.documents.findings import located
    from planner.documents.in_force import out_of_force
    from planner.regimen.build import course_of, needed
    from planner.regimen.reach import out_of_reach
    from planner.regimen.unfed import unfed

    policy, drug = known.matched(scenario)
    course = course_of(scenario.scenario, policy.policy, drug.drug)
    need = needed(course)
    problems = tuple(out_of_force(need, scenario, policy, drug)) if need else ()
    found_too = (*unfed(course), *out_of_reach(course))
    problems += located(found_too, scenario.file, scenario.positions)
    if problems:
        raise InputErrors(in_order(problems))
    return policy, drug, course


def criteria(
    scenario: LoadedScenario,
    *,
    renewal: bool = False,
    models: Sequence[str | Path] = (),
    known: Known | None = None,
) -> CriteriaAnswer | None:
    """Whether a scenario meets the payer's criteria; None where the policy file has none.

    Args:
        scenario: as read by ``load_scenario``.
        renewal: ask the criteria of a renewal, not those of a first authorization.
        models: folders with policies and drugs, searched before the shipped ones.
        known: what earlier scenarios have read and solved, in the place of ``models``.

    Raises:
        InputErrors: the scenario does not fit its policy or drug.
        planner.coverage.DisagreementError: two engines disagree over a reading.
    """
    from planner.coverage import NoCriteriaError
    from planner.coverage import criteria as asked

    policy, _ = (Known(models) if known is None else known).matched(scenario)
    try:
        return asked(scenario.scenario, policy.policy, renewal=renewal)
    except NoCriteriaError:
        return None


def covered(
    plan: Plan,
    answer: CriteriaAnswer | None,
    *,
    models: Sequence[str | Path] = (),
    known: Known | None = None,
) -> Plan:
    """The plan with what ``criteria`` found written into it, for every file made from it; with the
    checklist of each renewal, and with what is left of each authorization day by day.

    A plan whose criteria are not met is thereby marked as not covered; one whose criteria are
    undecided lists what is open. All of it is audited with the plan.

    Args:
        plan: as ``plan`` returns it.
        answer: the answer of ``criteria`` for the same scenario.
        models: folders with policies and drugs, searched before the shipped ones.
        known: what earlier scenarios have read and solved, in the place of ``models``.
    """
    from planner.audit import audit
    from planner.coverage import contractor_of, table_of
    from planner.coverage import covered as coverage

    known = Known(models) if known is None else known
    scenario = plan.scenario.document
    policy = known.policy(scenario.policy).policy
    named = table_of(scenario, policy)
    table = known.contractors(named[1]) if named else None
    served = contractor_of(scenario, named[0], table) if named and table else None
    made = plan.model_copy(update={"coverage": coverage(plan, policy, answer, served)})
    drug = known.drug(scenario.drug).drug
    found = audit(made, policy=policy, drug=drug, contractors=table, models_dirs=known.folders)
    return made.model_copy(update={"audit": found})


def explain(
    scenario: LoadedScenario,
    *,
    models: Sequence[str | Path] = (),
    evidence: bool = False,
    remedies: bool = True,
    known: Known | None = None,
    deadline: Deadline | None = None,
) -> Conflict | None:
    """Why a scenario has no compliant calendar: the smallest conflict, certified, with remedies.

    Args:
        scenario: as read by ``load_scenario``, one that ``plan`` has called infeasible.
        models: folders with policies and drugs, searched before the shipped ones.
        evidence: keep, for each member of the conflict, a calendar that exists without it.
        remedies: look for the nearest changes that work; without, the answer comes sooner.
        known: what earlier scenarios have read and solved, in the place of ``models``.
        deadline: of the whole command; what is known of the conflict by then stands.

    Returns:
        The conflict, or None where neither a certificate nor a second engine supports one: then
        nothing is proven.

    Raises:
        InputErrors: the scenario does not fit its policy or drug.
        planner.proof.certificate.DisagreementError: a second engine finds a calendar.
    """
    from planner.proof.conflict import conflict_of
    from planner.regimen.build import course_of

    known = Known(models) if known is None else known
    policy = known.policy(scenario.scenario.policy)
    drug = known.drug(scenario.scenario.drug)
    course = course_of(scenario.scenario, policy.policy, drug.drug)
    deadline = Deadline() if deadline is None else deadline
    conflict = conflict_of(
        course,
        scenario,
        policy,
        drug,
        evidence=evidence,
        with_remedies=remedies,
        deadline=deadline,
    )
    if conflict is None:
        return None
    stopped = "time" if deadline.stopped else None
    return conflict.model_copy(
        update={"policy": dated(conflict.policy, policy), "stopped": stopped}
    )


def dated(stamp: PolicyStamp, policy: LoadedPolicy) -> PolicyStamp:
    """The stamp of a policy with the dates it is in force."""
    begin, end = policy.policy.effective_from, policy.policy.effective_until
    return stamp.model_copy(update={"effective_from": begin, "effective_until": end})
