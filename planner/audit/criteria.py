"""Section III and Appendix 1 over the scenario's facts: each question, and what follows from all.

A question is met or not met on every first infusion day that is still possible, or else unknown,
as where a fact that it rests on is not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor

from planner.audit.case import Case
from planner.audit.days import after
from planner.audit.sums import first_asked
from planner.documents.base import Document
from planner.documents.criteria import (
    AgeTest,
    All,
    CodeTest,
    Connected,
    CyclesTest,
    DaysBeforeTest,
    FlagTest,
    Leaf,
    NamesTest,
    Node,
    NumberTest,
    RenewableTest,
    Same,
    Test,
    Verdict,
    WordTest,
    leaves_of,
)
from planner.documents.criteria_checks import words_of
from planner.documents.policy import AuthorizationClause, DiagnosesClause, RenewalClause

_MONTHS = 12
_START = "request.first_infusion"


def status(case: Case) -> Verdict | None:
    """Whether the criteria of a first authorization are met; None where the policy has none."""
    nodes = _top(case)
    if not nodes:
        return None
    found = _joined(case, nodes, need_all=True)
    if found != "unknown":
        return found
    tried = {_joined(one, nodes, need_all=True) for one in _turned_out(case, nodes)}
    return tried.pop() if len(tried) == 1 else "unknown"


def _turned_out(case: Case, nodes: Iterable[Node]) -> Iterator[Case]:
    """The plan with each value of the open facts of which questions want one or another, and on
    each first infusion day; whatever else is open may well be all met, or all not met."""
    wanted: dict[str, set[object]] = {}
    for node in nodes:
        for leaf in _leaves(case, node):
            for test in leaf.tests:
                if isinstance(test, FlagTest | WordTest) and _fact(case, test.fact) is None:
                    asked = test.answer if isinstance(test, FlagTest) else test.one_of
                    wanted.setdefault(test.fact, set()).add(asked)
    options: dict[str, list[object]] = {
        path: list(words_of(path)) or [True, False]
        for path, several in wanted.items()
        if len(several) > 1
    }
    options[_START] = list(_starts(case))
    for values in product(*options.values()):
        yield replace(case, supposed=dict(zip(options, values, strict=True)))


def turning(case: Case) -> list[tuple[Leaf, Verdict]]:
    """The questions on which an outcome that is not 'met' turns, in the order of the file, each
    once: those not met or unknown, but none behind which another way is still open."""
    nodes = _top(case)
    if status(case) in (None, "met"):
        return []
    found = {leaf.id: leaf for node in nodes for leaf in _turns(case, node)}
    order = [leaf.id for node in nodes for leaf in _leaves(case, node)]
    return [
        (found[name], _answer(case, found[name])) for name in dict.fromkeys(order) if name in found
    ]


def waits_for(case: Case) -> set[str]:
    """The facts that may settle a question that is unknown, by their paths."""
    return {
        path
        for node in _top(case)
        for leaf in _leaves(case, node)
        for test in leaf.tests
        if _holds(case, test) == "unknown"
        for path in _paths(case, test)
    }


def _top(case: Case) -> list[Node]:
    criteria = case.policy.criteria
    return [] if criteria is None else _standing(case, criteria.initial)


def _standing(case: Case, nodes: Iterable[Node]) -> list[Node]:
    """The parts that speak of the plan's indication."""
    own = case.scenario.indication
    return [
        node
        for node in nodes
        if isinstance(node, Leaf | Same) or node.indications is None or own in node.indications
    ]


def _asked(case: Case, node: Leaf | Same) -> Leaf:
    if isinstance(node, Leaf):
        return node
    criteria = case.policy.criteria
    everywhere = () if criteria is None else (*criteria.initial, *criteria.renewal)
    return next(one for top in everywhere for one in leaves_of(top) if one.id == node.same)


def _leaves(case: Case, node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf | Same):
        yield _asked(case, node)
    else:
        for part in _standing(case, node.parts):
            yield from _leaves(case, part)


def _needs_all(case: Case, node: Node) -> bool:
    if isinstance(node, Connected):
        chosen = case.scenario.readings.get(node.connector)
        return (chosen or case.policy.readings[node.connector].default) == "and"
    return isinstance(node, All)


def _verdict(case: Case, node: Node) -> Verdict:
    if isinstance(node, Leaf | Same):
        return _answer(case, _asked(case, node))
    parts = _standing(case, node.parts)
    return _joined(case, parts, need_all=_needs_all(case, node)) if parts else "not-met"


def _joined(case: Case, parts: Iterable[Node], *, need_all: bool) -> Verdict:
    return _join([_verdict(case, part) for part in parts], need_all=need_all)


def _join(found: list[Verdict], *, need_all: bool) -> Verdict:
    """One that is not met settles what needs all, one that is met what needs any."""
    settles: Verdict = "not-met" if need_all else "met"
    otherwise: Verdict = "met" if need_all else "not-met"
    return settles if settles in found else "unknown" if "unknown" in found else otherwise


def _turns(case: Case, node: Node) -> Iterator[Leaf]:
    verdict = _verdict(case, node)
    if verdict == "met":
        return
    if isinstance(node, Leaf | Same):
        yield _asked(case, node)
        return
    others_open = verdict == "unknown" and not _needs_all(case, node)
    for part in _standing(case, node.parts):
        if not (others_open and _verdict(case, part) == "not-met"):
            yield from _turns(case, part)


def _answer(case: Case, leaf: Leaf) -> Verdict:
    return _join([_holds(case, test) for test in leaf.tests], need_all=True)


# One question ------------------------------------------------------------------------------------


def _fact(case: Case, path: str) -> object:
    """What the scenario says of a fact; None where it does not. A list that is left out says
    nothing, one that is empty says that there is none."""
    if path in case.supposed:
        return case.supposed[path]
    found: object = case.scenario
    for name in path.split("."):
        if not isinstance(found, Document):
            return None
        given = name in found.model_fields_set
        found = getattr(found, name)
        if isinstance(found, tuple) and not given:
            return None
    return found


def _starts(case: Case) -> list[date]:
    """The days that the first infusion of the course may fall on."""
    supposed = case.supposed.get(_START)
    if isinstance(supposed, date):
        return [supposed]
    first, last = first_asked(case)
    begun = [past.start for past in case.past_cycles.values()]
    first, last = min([first, *begun]), min([last, *begun])
    return [after(first, n) for n in range((last - first).days + 1)]


def _of(held: bool) -> Verdict:
    return "met" if held else "not-met"


def _on_every_day(held: Iterable[bool]) -> Verdict:
    found = set(held)
    return "unknown" if len(found) > 1 else _of(True in found)


def _holds(case: Case, test: Test) -> Verdict:
    if isinstance(test, AgeTest):
        span = test.age_at_least
        return _old_enough(case, span.count * (_MONTHS if span.unit == "years" else 1))
    if isinstance(test, CyclesTest | RenewableTest):
        return _of(_renewed(case, test))
    found = _fact(case, test.fact)
    if found is None:
        return "unknown"
    if isinstance(test, FlagTest):
        return _of(found is test.answer)
    if isinstance(test, WordTest):
        return _of(found in test.one_of)
    if isinstance(test, NumberTest):
        return _of(isinstance(found, Decimal) and found >= test.at_least)
    if isinstance(test, NamesTest):
        return _names(case, test, found if isinstance(found, tuple) else ())
    if isinstance(test, DaysBeforeTest):
        if not isinstance(found, date):
            return "met"  # never
        return _on_every_day(
            (start - found).days > test.days_before_start_above for start in _starts(case)
        )
    return _covered(case, test, found)


def _old_enough(case: Case, months: int) -> Verdict:
    """By the date of birth; or a stated age, which is known to its last digit."""
    birth, years = case.scenario.patient.birth_date, case.scenario.patient.age
    if birth is not None:
        return _on_every_day(_completed(birth, start) >= months for start in _starts(case))
    if years is None:
        return "unknown"
    exponent = years.as_tuple().exponent
    digit = Fraction(10) ** min(exponent if isinstance(exponent, int) else 0, 0)
    least = floor(Fraction(years) * _MONTHS)
    below = ceil((Fraction(years) + digit) * _MONTHS)
    return _on_every_day(completed >= months for completed in {least, below - 1})


def _completed(birth: date, day: date) -> int:
    """Months of age that are completed, by the number of the day of birth."""
    return _MONTHS * (day.year - birth.year) + day.month - birth.month - (day.day < birth.day)


def _names(case: Case, test: NamesTest, found: tuple[object, ...]) -> Verdict:
    """A name that stands in no list of the policy settles nothing."""
    lists = case.policy.criteria.lists if case.policy.criteria is not None else {}
    names = [str(name).strip().lower() for name in found]
    if any(name in lists[key] for key in test.names_one_of for name in names):
        return "met"
    known = {name for words in lists.values() for name in words}
    return "not-met" if set(names) <= known else "unknown"


def _covered(case: Case, test: CodeTest, found: object) -> Verdict:
    clause = case.policy.clauses[test.code_of]
    codes = clause.codes if isinstance(clause, DiagnosesClause) else ()
    code = next((one for one in codes if one.code == found), None)
    if code is None:
        return "not-met"
    first, last = code.effective_from or date.min, code.effective_until or date.max
    return _on_every_day(first <= start <= last for start in _starts(case))


def _renewed(case: Case, test: CyclesTest | RenewableTest) -> bool:
    clause = case.policy.clauses[
        test.cycles_within if isinstance(test, CyclesTest) else test.renewable
    ]
    if not isinstance(clause, RenewalClause):
        return False
    if isinstance(test, RenewableTest):
        return clause.renewable
    last = max([case.scenario.request.cycles or 0, *(n + 1 for n in case.past_cycles), 1])
    first = [
        other.cycles
        for _, other in case.clauses_of(AuthorizationClause)
        if other.kind == "initial" and other.cycles is not None
    ]
    within = clause.total_cycles is None or last <= clause.total_cycles
    more = clause.continued_cycles
    return within and (more is None or not first or last <= first[0] + more)


def _paths(case: Case, test: Test) -> list[str]:
    """The facts that may settle a test: a rough age is settled by the date of birth, what turns on
    the day of the first infusion by that day."""
    start = [_START] if len(_starts(case)) > 1 else []
    if isinstance(test, AgeTest):
        if case.scenario.patient.birth_date is not None:
            return start
        return ["patient.age"] if case.scenario.patient.age is None else ["patient.birth_date"]
    if isinstance(test, CyclesTest | RenewableTest):
        return []
    if _fact(case, test.fact) is None:
        return [test.fact, *start]
    return [test.fact] if isinstance(test, NamesTest) else start
