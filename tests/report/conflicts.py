"""A conflict made by hand: two dispenses of one window, 28 + 28 > 28."""

from __future__ import annotations

from planner.documents.conflict import Certificate, Conflict, ConflictMember, OtherConflict, Remedy
from planner.documents.load import load_policy
from planner.documents.plan import Assumption, DrugStamp, PolicyStamp, ScenarioStamp, SolverStamp
from planner.documents.scenario import Scenario

SECOND = "2026-02-09"  # 35 days after the first: inside its 42 dates


def conflict(text: str = "Two dispenses", second: str = SECOND) -> Conflict:
    """Returns the conflict with ``text`` in its free fields, and its second dispense on a date."""
    sent = [("2026-01-05", 1), (second, 2)]
    asked = {
        "first_infusion": "2026-01-05",
        "cycles": 2,
        "dispenses": [{"date": day, "vials": 28, "cycle": cycle} for day, cycle in sent],
    }
    document = Scenario.model_validate(
        {
            "format": "planner-scenario/1",
            "policy": "eocco-0382",
            "patient": {"age": 41, "weight_kg": 70},
            "indication": "adult-rr",
            "request": asked,
        }
    )
    policy = load_policy("eocco-0382")
    members = [ConflictMember(kind="clause", id="II.A", path=None, line=None, says=text)]
    members += [
        ConflictMember(kind="request", id=path, path=path, line=line, says=text)
        for path, line in (("request.dispenses.0", 11), ("request.dispenses.1", 12))
    ]
    return Conflict(
        proven=True,
        minimal=True,
        scenario=ScenarioStamp(title=text, sha256="0" * 64, document=document),
        policy=PolicyStamp(id="eocco-0382", revision=policy.policy.revision, sha256=policy.sha256),
        drug=DrugStamp(id="blinatumomab", sha256="0" * 64),
        indication="adult-rr",
        conflict=tuple(members),
        because=text,
        certificate=Certificate(kind="farkas", checked=True, barred=(text,)),
        also=(OtherConflict(members=("II.A",), because=text, minimal=True),),
        remedies=(
            Remedy(
                path="request.dispenses.1.date",
                asked=second,
                nearest="2026-02-16",
                says=text,
                costs={"delay": 0, "vials": 56},
            ),
        ),
        readings={"window": "rolling"},
        assumed=(Assumption(path="pharmacy.bags", value=text, says=text),),
        solver=SolverStamp(name="cp-sat", version="9.15", seed=1),
    )


def two_windows(text: str = "Two limits") -> Conflict:
    """Returns a conflict that names vials and units: 56 > 28 vials, and 980 + 35 > 980 units."""
    made = conflict(text)
    document = made.scenario.document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    document["request"]["claims"] = [
        {"date": day, "units": units, "cycle": 1}
        for day, units in (("2026-01-05", 980), ("2026-01-12", 35))
    ]
    members = [
        ConflictMember(kind="request", id=path, path=path, line=line, says=text)
        for path, line in (("request.claims.0", 13), ("request.claims.1", 14))
    ]
    clause = ConflictMember(kind="clause", id="II.B.cycles-1-5", path=None, line=None, says=text)
    stated = Scenario.model_validate(document)
    return made.model_copy(
        update={
            "scenario": made.scenario.model_copy(update={"document": stated}),
            "conflict": (*made.conflict, clause, *members),
        }
    )


def late_conflict(
    fifth: str, named: tuple[str, ...] = ("I.rr.initial",), **request: object
) -> Conflict:
    """Returns a conflict of five cycles from 5 January, whose fifth is pinned to a day."""
    made = conflict("A late cycle")
    document = made.scenario.document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    asked = {"first_infusion": "2026-01-05", "cycles": 5, "cycle_starts": {5: fifth}}
    document["request"] = {**asked, **request}
    members = [*named, "request.cycle_starts.5", "request.first_infusion"]
    return made.model_copy(
        update={
            "scenario": made.scenario.model_copy(
                update={"document": Scenario.model_validate(document)}
            ),
            "conflict": tuple(
                ConflictMember(kind="request", id=id_, path=None, line=None, says=id_)
                for id_ in members
            ),
        }
    )
