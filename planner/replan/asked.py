"""Events that change what holds from now on: weights, days, authorizations, the payer, the request.

Each changes the scenario as the events before it have left it, and says which paths it changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from planner.documents.errors import listed
from planner.documents.events import (
    AnyEvent,
    Closed,
    HospitalStay,
    NewPayer,
    NewRequest,
    Renewal,
    Weighed,
    in_time,
)
from planner.documents.findings import Finding
from planner.documents.plan import Plan, PlannedAuthorization
from planner.documents.positions import Path
from planner.documents.scenario import Authorization, DatedWeight, DateWindow, Scenario
from planner.replan.told import Causes, Told, later


@dataclass
class Asking:
    """Applies events to a scenario; what does not fit the plan is added to ``findings``."""

    plan: Plan
    told: Told
    as_of: date | None
    scenario: Scenario
    causes: Causes = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def apply(self, events: tuple[AnyEvent, ...]) -> None:
        """All of them, in the order of their dates."""
        for place, event in in_time(events):
            if isinstance(event, Weighed):
                self._weighed(place, event)
            elif isinstance(event, HospitalStay):
                self._stay(place, event)
            elif isinstance(event, Closed):
                self._closed(place, event)
            elif isinstance(event, NewPayer):
                self._set("authorizations", (), place)
                self._set("readings", {}, place)
                self._set("policy", event.policy, place)
            elif isinstance(event, NewRequest):
                self._request(place, event)
            elif isinstance(event, Renewal):
                self._renewal(place, event)

    def ask(self, place: int | None, **values: Any) -> None:
        """Changes parts of the request, for an event where there is one."""
        request = self.scenario.request.model_copy(update=values)
        self.scenario = self.scenario.model_copy(update={"request": request})
        if place is not None:
            self.causes |= {("request", key): place for key in values}

    def _set(self, key: str, value: object, place: int) -> None:
        self.scenario = self.scenario.model_copy(update={key: value})
        self.causes[key,] = place

    def _weighed(self, place: int, event: Weighed) -> None:
        known = self.scenario.patient.weight_kg
        if isinstance(known, Decimal):
            first = min([*self.told.starts.values(), _first(self.scenario), event.date])
            known = (DatedWeight(date=first, kg=known),)
        weights = [one for one in known if one.date != event.date]
        weights.append(DatedWeight(date=event.date, kg=event.kg))
        weights.sort(key=lambda one: one.date)
        patient = self.scenario.patient.model_copy(update={"weight_kg": tuple(weights)})
        self.scenario = self.scenario.model_copy(update={"patient": patient})
        self.causes["patient", "weight_kg"] = place

    def _stay(self, place: int, event: HospitalStay) -> None:
        cycle = next((n for n, day in self.told.starts.items() if day == event.date), None)
        if cycle is None:
            days = sorted(self.told.starts.values())
            allowed = f"the start of a cycle: {listed(str(day) for day in days)}"
            self._refuse((place, "date"), f"the date {event.date}", allowed)
            return
        stays = {**self.scenario.pharmacy.hospital_days, cycle: event.days}
        self._pharmacy("hospital_days", dict(sorted(stays.items())), place)

    def _closed(self, place: int, event: Closed) -> None:
        until = event.until or event.date
        if until < event.date:
            self._refuse((place, "until"), f"the date {until}", f"a date from {event.date} on")
            return
        days = [later(event.date, n) for n in range((until - event.date).days + 1)]
        closed = tuple(sorted({*self.scenario.pharmacy.closed, *days}))
        self._pharmacy("closed", closed, place)

    def _pharmacy(self, key: str, value: object, place: int) -> None:
        pharmacy = self.scenario.pharmacy.model_copy(update={key: value})
        self.scenario = self.scenario.model_copy(update={"pharmacy": pharmacy})
        self.causes["pharmacy", key] = place

    def _request(self, place: int, event: NewRequest) -> None:
        asked = {key: getattr(event, key) for key in ("cycles", "finish_by", "max_delay_days")}
        values = {key: value for key, value in asked.items() if value is not None}
        if event.cycle_starts:
            values["cycle_starts"] = {
                **self.scenario.request.cycle_starts,
                **event.cycle_starts,
            }
        self.ask(place, **values)

    def _renewal(self, place: int, event: Renewal) -> None:
        window = self._window(place, event)
        if window is None:
            return
        if event.event == "refused renewal":
            self._refused(place, window)
            return
        if event.event == "late renewal" and event.start is None:
            self._refuse((place, "start"), "nothing", "the day on which it opens")
            return
        given: list[Authorization] = []
        own = list(self.scenario.authorizations)
        for kind in ("initial", "continued"):
            known = [one for one in own if one.kind == kind]
            for one in (w for w in self.plan.authorizations if w.kind == kind):
                if known:
                    given.append(known.pop(0))
                elif one.kind == window.kind and one.start < window.start:
                    given.append(_as_planned(one))
                if one.id == window.id:
                    replaced = given.pop() if window.given else _as_planned(one)
                    self.causes["authorizations", len(given)] = place
                    given.append(_granted(replaced, event))
            given += known
        self.scenario = self.scenario.model_copy(update={"authorizations": tuple(given)})

    def _window(self, place: int, event: Renewal) -> PlannedAuthorization | None:
        windows = self.plan.authorizations
        if event.authorization is None:
            open_ = [one for one in windows if not one.given and one.kind == "continued"]
            if open_:
                return open_[0]
        found = next((one for one in windows if one.id == event.authorization), None)
        if found is None:
            names = [one.id for one in windows]
            said = "nothing" if event.authorization is None else f"'{event.authorization}'"
            self._refuse((place, "authorization"), said, f"one of the plan: {listed(names)}")
        return found

    def _refused(self, place: int, window: PlannedAuthorization) -> None:
        begun = [n for n in window.cycles if self.as_of and self.told.starts[n] < self.as_of]
        first = min(window.cycles, default=0)
        if begun or first < 2:
            allowed = "an authorization of cycles that have not begun"
            self._refuse((place, "authorization"), window.id, allowed)
            return
        self.ask(place, cycles=first - 1)
        starts = {n: d for n, d in self.scenario.request.cycle_starts.items() if n < first}
        self.ask(place, cycle_starts=starts)

    def _refuse(self, path: Path, found: str, allowed: str) -> None:
        self.findings.append(Finding(("events", *path), found, allowed))


def _first(scenario: Scenario) -> date:
    asked = scenario.request.first_infusion
    return asked.earliest if isinstance(asked, DateWindow) else asked


def _as_planned(window: PlannedAuthorization) -> Authorization:
    return Authorization(
        kind=window.kind,
        number=window.number,
        start=window.start,
        end=window.end,
        cycles=window.cycles or None,
    )


def _granted(planned: Authorization, event: Renewal) -> Authorization:
    """The authorization as the payer gives it: where another start is told, the policy's length
    counts from there."""
    said = {
        key: getattr(event, key)
        for key in ("number", "start", "end", "cycles", "units")
        if getattr(event, key) is not None
    }
    if "start" in said and "end" not in said:
        said["end"] = None
    return planned.model_copy(update=said)
