"""A conflict made by hand: two dispenses of one window, 28 + 28 > 28."""

from __future__ import annotations

from datetime import date, timedelta

from planner.documents.conflict import (
    Certificate,
    Conflict,
    ConflictMember,
    OtherConflict,
    Remedy,
    Window,
    WindowEntry,
)
from planner.documents.load import load_policy
from planner.documents.plan import Assumption, DrugStamp, PolicyStamp, ScenarioStamp, SolverStamp
from planner.documents.scenario import Scenario

POLICY = load_policy("eocco-0382")
SECOND = "2026-02-09"  # 35 days after the first: inside its 42 dates


def window_of(*entries: tuple[str, int, str | None], text: str = "so many") -> Window:
    """Returns the 42 dates from the first entry (date, vials, member) on, of at most 28 vials."""
    opens = date.fromisoformat(entries[0][0])
    return Window(
        clause="II.A",
        window_from=opens,
        window_to=opens + timedelta(days=41),
        sum=sum(vials for _, vials, _ in entries),
        limit=28,
        unit="vials",
        entries=tuple(
            WindowEntry(date=date.fromisoformat(day), amount=vials, says=text, cycle=n, member=by)
            for n, (day, vials, by) in enumerate(entries, start=1)
        ),
    )


def conflict(text: str = "Two dispenses") -> Conflict:
    """Returns the conflict with ``text`` in its free fields."""
    sent = [("2026-01-05", 1), (SECOND, 2)]
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
    members = [ConflictMember(kind="clause", id="II.A", path=None, line=None, says=text)]
    members += [
        ConflictMember(kind="request", id=path, path=path, line=line, says=text)
        for path, line in (("request.dispenses.0", 11), ("request.dispenses.1", 12))
    ]
    return Conflict(
        proven=True,
        minimal=True,
        scenario=ScenarioStamp(title=text, sha256="0" * 64, document=document),
        policy=PolicyStamp(id="eocco-0382", revision=POLICY.policy.revision, sha256=POLICY.sha256),
        drug=DrugStamp(id="blinatumomab", sha256="0" * 64),
        indication="adult-rr",
        conflict=tuple(members),
        because=text,
        window=window_of(
            ("2026-01-05", 28, "request.dispenses.0"),
            (SECOND, 28, "request.dispenses.1"),
            text=text,
        ),
        certificate=Certificate(kind="farkas", checked=True, barred=(text,)),
        also=(OtherConflict(members=("II.A",), because=text, minimal=True),),
        remedies=(
            Remedy(
                path="request.dispenses.1.date",
                asked=SECOND,
                nearest="2026-02-16",
                says=text,
                costs={"delay": 0, "vials": 56},
            ),
        ),
        readings={"window": "rolling"},
        assumed=(Assumption(path="pharmacy.bags", value=text, says=text),),
        solver=SolverStamp(name="cp-sat", version="9.15", seed=1),
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
            "window": None,
            "conflict": tuple(
                ConflictMember(kind="request", id=id_, path=None, line=None, says=id_)
                for id_ in members
            ),
        }
    )


def two_pictures(text: str = "Two pictures") -> Conflict:
    """Returns a conflict with a window that overflows and a cycle that its authorization is too
    short for."""
    made, late = conflict(text), late_conflict("2026-07-07")
    asked = {"document": late.scenario.document}
    return made.model_copy(
        update={
            "scenario": made.scenario.model_copy(update=asked),
            "conflict": (*made.conflict, *late.conflict),
        }
    )
