"""Checks certificates of infeasibility and of optimality with exact fractions, trusting nobody.

It imports nothing but the standard library and reads nothing but the file, so it can be copied out
and run alone: ``python checker.py CONFLICT.json``, or ``plan.proof.json``.

What it proves: no whole numbers within the variables' bounds keep every row of the certificate.
A weight is given to each of some rows. A positive weight takes the row's ``low``, a negative one
its ``high``, and either way the row times its weight reads ``weight x sum >= weight x bound``.
Added up, the rows say ``c.x >= b``. If the most that ``c.x`` can be within the bounds is less than
``b``, the rows contradict each other. Where one such sum is not enough, a variable is split into
at most ``v`` and at least ``v + 1``, which between them hold every whole number, and each side is
proven in turn.
That a plan is the best is proven the same way: no whole numbers keep the rows, one that asks for
less of an objective, and one for each objective before it. What is proven of some cycles in a row
adds up.
What it does not prove: that the rows say what the policy says. They are there to be read; each
names the rules that it comes from, or none, and then belongs to the nature of the problem.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

FORMAT = "planner-conflict/1"
PROOF_FORMAT = "planner-proof/1"
OBJECTIVE = "objectives."
EXACT_KINDS = ("farkas", "cases")
SECOND_ENGINE = "second-engine"
VALID, UNREADABLE, REFUSED, NOT_RECOMPUTED = 0, 2, 3, 4

_FIELDS = {
    "certificate": [
        *("kind", "checked", "engine", "part", "variables", "rows", "proof", "barred", "sha256")
    ],
    "objective": ["name", "value", "bound", "certified", "parts"],
    "part": ["cycles", "bound", "certificate"],
    "rows of": ["form", "cycles"],
    "variable": ["name", "low", "high"],
    "row": ["members", "about", "terms", "low", "high"],
    "proof": ["weights", "split", "at", "below", "above"],
}
_FRACTION = re.compile(r"-?[0-9]{1,300}(/[1-9][0-9]{0,299})?")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")

Bounds = Mapping[int, tuple[int, int]]


class RefusedError(Exception):
    """The certificate proves nothing, and why."""


def most_and_bound(
    weights: Mapping[int, Fraction], rows: Sequence[Mapping[str, Any]], bounds: Bounds
) -> tuple[Fraction, Fraction]:
    """The weighted rows say ``c.x >= b``: the most that ``c.x`` can be within the bounds, and b."""
    c: dict[int, Fraction] = {}
    b = Fraction(0)
    for index, weight in weights.items():
        row = rows[index]
        b += weight * (row["low"] if weight > 0 else row["high"])
        for variable, coefficient in row["terms"]:
            c[variable] = c.get(variable, Fraction(0)) + weight * coefficient
    most = Fraction(0)
    for variable, coefficient in c.items():
        low, high = bounds[variable]
        most += coefficient * (high if coefficient > 0 else low)
    return most, b


def check(document: Any) -> list[str]:
    """What is wrong with the certificate of a conflict document; empty where it holds.

    A certificate of a second engine carries nothing to recompute: its form and its digest are
    checked, no more (see ``exact``).
    """
    return _faults(_document, document)


def check_proof(document: Any) -> list[str]:
    """What is wrong with the proof that a plan is the best; empty where all of it holds."""
    return _faults(_optimality, document)


def _faults(checked: Callable[[Any], None], document: Any) -> list[str]:
    try:
        checked(document)
    except RefusedError as refused:
        return [str(refused)]
    except RecursionError:
        return ["nested too deeply"]
    return []


def exact(document: Mapping[str, Any]) -> bool:
    """Whether a valid certificate was recomputed."""
    return document["certificate"]["kind"] in EXACT_KINDS


def digest(certificate: Mapping[str, Any]) -> str:
    """SHA-256 of the certificate without its own digest: keys sorted, no spaces, UTF-8."""
    plain = {key: value for key, value in certificate.items() if key != "sha256"}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def checked_in_words(document: Mapping[str, Any]) -> list[str]:
    """What was checked, in a few lines, for a document whose certificate is valid."""
    certificate = document["certificate"]
    if not exact(document):
        return [
            "The certificate is in order, but there is nothing in it to recompute:",
            f"it rests on the word of a second engine, {certificate['engine']}.",
        ]
    leaves = _leaves(certificate["proof"])
    ruled = sum(1 for row in certificate["rows"] if row["members"])
    sums = "1 weighted sum contradicts" if leaves == 1 else f"{leaves} weighted sums contradict"
    rows, decisions = len(certificate["rows"]), len(certificate["variables"])
    lines = [
        f"{rows} {'row' if rows == 1 else 'rows'} over {decisions} whole-number "
        f"{'variable' if decisions == 1 else 'variables'}, {ruled} of them from members of the "
        "conflict.",
        f"Recomputed in exact fractions: {sums} the variables' bounds"
        + (", and the cases cover all whole numbers." if leaves > 1 else "."),
    ]
    if certificate["barred"]:
        lines.append("Taken as given, days on which nothing may happen:")
        lines += [f"  {_printable(line)}" for line in certificate["barred"]]
    return lines


def proof_in_words(document: Mapping[str, Any]) -> list[str]:
    """What was proven of each objective, a line each, for a proof that holds."""
    lines = []
    for objective in document["objectives"]:
        name, value, bound = (objective[key] for key in ("name", "value", "bound"))
        rows = sum(len(part["certificate"]["rows"]) for part in objective["parts"])
        says = "no calendar has less" if bound == value else f"that none has under {bound}"
        lines.append(f"{_printable(name)} {value}: {says} (exact, rows used: {rows}).")
    return lines


def load(text: str | bytes) -> Any:
    """A document from JSON; ValueError where it is none, or gives a key twice."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def main(arguments: Sequence[str]) -> int:
    """Checks one file and says what was found; returns 0, 2 unreadable, 3 refused, 4 not exact."""
    if len(arguments) != 1:
        print("usage: python -m planner.proof.checker CONFLICT.json", file=sys.stderr)
        return UNREADABLE
    try:
        with open(arguments[0], "rb") as file:
            document = load(file.read())
    except (OSError, ValueError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return UNREADABLE
    proof = isinstance(document, dict) and document.get("format") == PROOF_FORMAT
    faults = check_proof(document) if proof else check(document)
    said = proof_in_words if proof else checked_in_words
    for line in [f"refused: {_printable(f)}" for f in faults] or said(document):
        print(line)
    if faults:
        return REFUSED
    return VALID if proof or exact(document) else NOT_RECOMPUTED


def _document(document: Any) -> None:
    _need(isinstance(document, dict), "the document is not a mapping")
    _need(document.get("format") == FORMAT, f"the format is not {FORMAT}")
    _need(document.get("status") == "infeasible", "the status is not 'infeasible'")
    listed = document.get("conflict")
    _need(isinstance(listed, list), "the conflict is not a list")
    ids = {m["id"] for m in listed if isinstance(m, dict) and isinstance(m.get("id"), str)}
    _need(len(ids) == len(listed), "a member of the conflict has no id of its own")
    _certificate(document.get("certificate"), ids)


def _certificate(certificate: Any, ids: set[str] | None) -> None:
    """Refuses a certificate that does not hold; its rows name none but these members."""
    _keys(certificate, "certificate")
    _need(certificate["sha256"] == digest(certificate), "the digest is not that of the certificate")
    _need(certificate["checked"] is True, "the certificate does not say that it was checked")
    _texts(certificate["barred"], "barred")
    if certificate["kind"] == SECOND_ENGINE and ids is not None:
        _word_of_an_engine(certificate)
        return
    _need(certificate["kind"] in EXACT_KINDS, "the kind of certificate is unknown")
    _need(certificate["engine"] is None, "an exact certificate names an engine")
    if certificate["part"] is not None:
        _keys(certificate["part"], "rows of")
    bounds = _variables(certificate["variables"])
    _rows(certificate["rows"], len(bounds), ids)
    _keys(certificate["proof"], "proof")
    whole = certificate["proof"]["weights"] is not None
    _need(whole == (certificate["kind"] == "farkas"), "the proof is not of the kind it says")
    _proof(certificate["proof"], certificate["rows"], bounds)


def _optimality(document: Any) -> None:
    _need(isinstance(document, dict), "the document is not a mapping")
    _need(document.get("format") == PROOF_FORMAT, f"the format is not {PROOF_FORMAT}")
    every, listed = document.get("cycles"), document.get("objectives")
    numbers = isinstance(every, list) and all(map(_whole, every))
    _need(numbers and sorted(set(every)) == every, "the cycles are not in their order")
    _need(isinstance(listed, list), "the objectives are not a list")
    for place, objective in enumerate(listed):
        _keys(objective, "objective", place)
        _need(isinstance(objective["name"], str), f"objective {place}: no name")
        for number in (objective["value"], objective["bound"]):
            _need(_whole(number) and number >= 0, f"objective {place}: no number")
        _need(isinstance(objective["parts"], list), f"objective {place}: no list of parts")
        for part in objective["parts"]:
            _part(part, every, listed[:place], objective)
        least = min(objective["value"], least_of(objective["parts"], every))
        _need(objective["bound"] == least, f"{objective['name']}: its parts come to {least}")
        met = objective["bound"] == objective["value"]
        _need(objective["certified"] is met, f"{objective['name']}: certified is not what it is")
    names = {objective["name"] for objective in listed}
    _need(len(names) == len(listed), "an objective is named twice")


def _part(
    part: Any, every: Sequence[int], before: Sequence[Mapping[str, Any]], own: Mapping[str, Any]
) -> None:
    """Refuses a part whose certificate does not hold, or whose rows on objectives ask too much."""
    name = own["name"]
    _keys(part, "part")
    cycles, bound = part["cycles"], part["bound"]
    there = [n for n in every if isinstance(cycles, list) and n in cycles]
    place = every.index(there[0]) if there else len(every)
    in_a_row = cycles == list(every[place : place + len(there)])
    _need(in_a_row and there != [], f"{name}: a part is not of cycles in a row")
    _need(_whole(bound), f"{name}: the bound of a part is no number")
    _certificate(part["certificate"], None)
    rest = [number for number in every if number not in cycles]
    most = {o["name"]: o["value"] - least_of(o["parts"], rest) for o in before}
    most[name] = bound - 1
    for row in part["certificate"]["rows"]:
        for member in row["members"]:
            if member.startswith(OBJECTIVE):
                said = most.get(member.removeprefix(OBJECTIVE))
                more = said is not None and row["high"] is not None and row["high"] >= said
                good = more and row["low"] is None and len(row["members"]) == 1
                _need(good, f"{name}: a row on {member} does not ask for what is known")


def least_of(parts: Sequence[Mapping[str, Any]], cycles: Sequence[int]) -> int:
    """The most that bounds of parts, in a row of the cycles, come to with no cycle in two."""
    least = [0]
    for place, number in enumerate(cycles, 1):
        best = least[-1]
        for part in parts:
            own = part["cycles"]
            first = place - len(own)
            if first >= 0 and own[-1] == number and own == list(cycles[first:place]):
                best = max(best, least[first] + part["bound"])
        least.append(best)
    return least[-1]


def _word_of_an_engine(certificate: Mapping[str, Any]) -> None:
    engine = certificate["engine"]
    _need(isinstance(engine, str) and engine.strip() != "", "no engine is named")
    empty = certificate["proof"] is None and not certificate["rows"]
    _need(empty and not certificate["variables"], "a second engine's word comes without a proof")


def _variables(listed: Any) -> dict[int, tuple[int, int]]:
    _need(isinstance(listed, list), "the variables are not a list")
    for i, variable in enumerate(listed):
        _keys(variable, "variable", i)
        _need(isinstance(variable["name"], str), f"variable {i}: no name")
        _need(_whole(variable["low"]) and _whole(variable["high"]), f"variable {i}: no bounds")
        _need(variable["low"] <= variable["high"], f"variable {i}: its bounds cross")
    names = [variable["name"] for variable in listed]
    _need(len(set(names)) == len(names), "two variables have one name")
    return {i: (variable["low"], variable["high"]) for i, variable in enumerate(listed)}


def _rows(listed: Any, variables: int, members: set[str] | None) -> None:
    _need(isinstance(listed, list), "the rows are not a list")
    for i, row in enumerate(listed):
        _keys(row, "row", i)
        _texts(row["members"], f"row {i}: members")
        for member in row["members"]:
            known = members is None or member in members
            _need(known, f"row {i}: {member} is no member of the conflict")
        _need(isinstance(row["about"], str), f"row {i}: 'about' is no text")
        for bound in (row["low"], row["high"]):
            _need(bound is None or _whole(bound), f"row {i}: a bound is no whole number")
        _need(isinstance(row["terms"], list), f"row {i}: the terms are not a list")
        for term in row["terms"]:
            pair = isinstance(term, list) and len(term) == 2 and all(map(_whole, term))
            _need(pair, f"row {i}: a term is no pair of whole numbers")
            _need(0 <= term[0] < variables, f"row {i}: there is no variable {term[0]}")


def _proof(root: Any, rows: Sequence[Mapping[str, Any]], bounds: Bounds) -> None:
    open_nodes: list[tuple[Any, Bounds]] = [(root, bounds)]
    while open_nodes:
        node, within = open_nodes.pop()
        _keys(node, "proof")
        if node["weights"] is not None:
            _leaf(node, rows, within)
            continue
        variable, at = node["split"], node["at"]
        _need(_whole(variable) and variable in within, "a split names no variable")
        low, high = within[variable]
        _need(_whole(at) and low <= at < high, f"the split of variable {variable} leaves no cases")
        open_nodes.append((node["below"], {**within, variable: (low, at)}))
        open_nodes.append((node["above"], {**within, variable: (at + 1, high)}))


def _leaf(node: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], bounds: Bounds) -> None:
    stray = any(node[key] is not None for key in ("split", "at", "below", "above"))
    _need(isinstance(node["weights"], dict) and not stray, "a proof is not weights or a split")
    weights: dict[int, Fraction] = {}
    for key, written in node["weights"].items():
        _need(
            isinstance(key, str) and bool(_INDEX.fullmatch(key)) and int(key) < len(rows),
            f"there is no row {key}",
        )
        text = isinstance(written, str) and _FRACTION.fullmatch(written)
        _need(bool(text), f"row {key}: its weight is no fraction")
        weight = Fraction(written)
        _need(weight != 0, f"row {key}: its weight is nothing")
        bound = rows[int(key)]["low" if weight > 0 else "high"]
        _need(bound is not None, f"row {key}: it has no bound on the side of its weight")
        weights[int(key)] = weight
    most, least = most_and_bound(weights, rows, bounds)
    _need(
        most < least,
        f"no contradiction: the weighted sum can be {_short(most)} and need be {_short(least)}",
    )


def _leaves(root: Mapping[str, Any]) -> int:
    count, open_nodes = 0, [root]
    while open_nodes:
        node = open_nodes.pop()
        if node["weights"] is not None:
            count += 1
        else:
            open_nodes += [node["below"], node["above"]]
    return count


def _need(condition: bool, otherwise: str) -> None:
    if not condition:
        raise RefusedError(otherwise)


def _keys(value: Any, kind: str, index: int | None = None) -> None:
    what = kind if index is None else f"{kind} {index}"
    good = isinstance(value, dict) and sorted(value) == sorted(_FIELDS[kind])
    _need(good, f"{what}: its fields are not {', '.join(_FIELDS[kind])}")


def _texts(value: Any, what: str) -> None:
    good = isinstance(value, list) and all(isinstance(text, str) for text in value)
    _need(good, f"{what}: not a list of texts")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _short(number: Fraction) -> str:
    size = number.numerator.bit_length() + number.denominator.bit_length()
    return str(number) if size < 200 else "a number too long to print"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given a second time")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
