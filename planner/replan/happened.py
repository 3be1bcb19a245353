"""Events that change what has happened: bags, vials, visits, dispenses, claims.

Each is applied to the calendar as the events before it have left it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from planner.documents.errors import listed
from planner.documents.events import (
    AnyEvent,
    BrokenBag,
    BrokenVial,
    CourseEnded,
    HungBag,
    Interruption,
    LateDispense,
    MissedVisit,
    MovedVisit,
    RefusedClaim,
    ShortDispense,
    in_time,
)
from planner.documents.findings import Finding
from planner.documents.in_force_calendar import Pin
from planner.documents.plan import Plan
from planner.documents.positions import Path
from planner.regimen.days import DayRules
from planner.replan.told import Bag, Broken, Pause, Told, later

NEAR = 5  # dates that an error names


@dataclass
class Happening:
    """Applies events to a calendar.

    ``same_cycle``: as many days without infusion leave the cycle going on (the drug file's
    ``interruption``). ``wait``: an interruption whose end is not told goes on for so many bag
    change days more. What cannot have happened is added to ``findings``; ``resumes`` are the days
    on which such interruptions end, by event.
    """

    plan: Plan
    told: Told
    events: tuple[AnyEvent, ...]
    as_of: date
    same_cycle: int
    wait: int = 0
    resumes: dict[int, date] = field(default_factory=dict)
    starts: dict[int, tuple[date, int]] = field(default_factory=dict)
    unbegun: dict[int, int] = field(default_factory=dict)
    pins: list[tuple[Pin, int]] = field(default_factory=list)
    ended: tuple[int, int] | None = None
    findings: list[Finding] = field(default_factory=list)

    def apply(self) -> None:
        """All of them, in the order of their dates."""
        for place, event in in_time(self.events):
            if isinstance(event, BrokenVial):
                self._broken_vial(place, event)
            elif isinstance(event, BrokenBag):
                self._broken_bag(place, event)
            elif isinstance(event, Interruption):
                self._interruption(place, event)
            elif isinstance(event, MovedVisit):
                self._moved(place, event)
            elif isinstance(event, MissedVisit):
                self._missed(place, event)
            elif isinstance(event, HungBag):
                self._hung(place, event)
            elif isinstance(event, LateDispense | ShortDispense):
                self._sent(place, event)
            elif isinstance(event, RefusedClaim):
                self._refused(place, event)
            elif isinstance(event, CourseEnded):
                self._ended(place, event)

    def _broken_vial(self, place: int, event: BrokenVial) -> None:
        cycle = self.told.supplied(event.date)
        if self._over(place, event.date) and cycle is None:
            self._refuse((place, "date"), f"the date {event.date}", "a day with vials on hand")
        elif cycle is not None:
            self.told.broken.append(Broken(event.date, cycle, event.vials, place))
            self.told.touch(cycle, place)

    def _broken_bag(self, place: int, event: BrokenBag) -> None:
        found = self._bag(place, event.date)
        if self._over(place, event.date) and found is not None:
            cycle, at = found
            vials = self.told.bags[cycle][at].vials
            self.told.broken.append(Broken(event.date, cycle, vials, place))
            self.told.touch(cycle, place)

    def _interruption(self, place: int, event: Interruption) -> None:
        if not self._over(place, event.date):
            return
        cycle = self._infusing(place, event.date)
        if cycle is None:
            return
        if event.days is not None and event.resumed is not None:
            self._refuse((place, "days"), f"{event.days} beside resumed", "one of the two")
            return
        end = event.resumed
        if end is None:
            end = self.as_of if event.days is None else later(event.date, event.days)
            end = self._resumed(place, end) if end >= self.as_of else end
        if end <= event.date:
            self._refuse((place, "resumed"), f"the date {end}", f"a date after {event.date}")
            return
        self._pause(place, cycle, event.date, end)

    def _resumed(self, place: int, day: date) -> date:
        """The day on which an infusion goes on again at home: the first from a day on with bag
        changes, or as many later as is waited for."""
        rules, wait = DayRules(self.plan.scenario.document.pharmacy), self.wait
        while rules.bars_hang(day.toordinal()) or wait:
            wait -= not rules.bars_hang(day.toordinal())
            day = later(day, 1)
        self.resumes[place] = day
        return day

    def _pause(self, place: int, cycle: int, start: date, end: date) -> None:
        """No infusion from ``start`` on and before ``end``; then as planned, where it is the same
        cycle."""
        gone = self.told.stop(cycle, start)
        self.told.pauses.append(Pause(cycle, start, end, place))
        self.told.touch(cycle, place)
        if (end - start).days > self.same_cycle or end >= self.as_of:
            return
        self.told.hang(cycle, [bag for bag in gone if bag.hang >= end])
        hung = {bag.hang for bag in self.told.bags[cycle]}
        hung |= {event.date for event in self.events if isinstance(event, HungBag)}
        if end not in hung:
            self._refuse(
                (place,),
                f"an infusion that went on on {end}, and no bag of that day",
                f"an event 'hung bag' of {end} beside it, or another day on which it went on",
            )

    def _moved(self, place: int, event: MovedVisit) -> None:
        found = self._bag(place, event.date)
        if found is None:
            return
        cycle, at = found
        days = (event.to - event.date).days
        self.told.touch(cycle, place)
        if event.date >= self.as_of <= event.to:
            if at == 0:
                self.starts[cycle] = event.to, place
            else:
                self.pins.append((Pin(cycle=cycle, visit=event.to, free=event.date), place))
            return
        if at == 0:
            moved = [replace(bag, hang=later(bag.hang, days)) for bag in self.told.bags[cycle]]
            self.told.bags[cycle] = moved
            self.told.starts[cycle] = event.to
            if event.to >= self.as_of:
                self.starts[cycle] = event.to, place
            return
        if event.to <= self.told.bags[cycle][at - 1].hang:
            before = self.told.bags[cycle][at - 1].hang
            self._refuse((place, "to"), f"the date {event.to}", f"a date after {before}")
            return
        gone = self.told.stop(cycle, min(event.date, event.to))
        if days > 0:
            self.told.pauses.append(Pause(cycle, event.date, event.to, place))
        self.told.hang(cycle, [replace(bag, hang=later(bag.hang, days)) for bag in gone])

    def _missed(self, place: int, event: MissedVisit) -> None:
        found = self._bag(place, event.date)
        if not self._over(place, event.date) or found is None:
            return
        cycle, at = found
        if at == 0:
            self.told.bags[cycle] = []
            self.told.touch(cycle, place)
            self.unbegun[cycle] = place
            return
        since = [e.date for e in self.events if isinstance(e, HungBag) and e.date > event.date]
        if not since:
            since.append(self._resumed(place, self.as_of))
        self._pause(place, cycle, event.date, min(since))

    def _hung(self, place: int, event: HungBag) -> None:
        cycle = self.told.cycle_on(event.date)
        if not self._over(place, event.date):
            return
        if cycle is None:
            self._refuse((place, "date"), f"the date {event.date}", "a day of a cycle")
            return
        bag = Bag(event.date, event.days, event.vials, None)
        gone = self.told.stop(cycle, event.date)
        self.told.hang(cycle, [bag, *(b for b in gone if b.hang >= bag.empty)])
        self.told.touch(cycle, place)

    def _sent(self, place: int, event: LateDispense | ShortDispense) -> None:
        rows = self.told.sent
        at = next((i for i, sent in enumerate(rows) if sent.day == event.date), None)
        if at is None:
            days = [sent.day for sent in rows]
            self._refuse((place, "date"), f"the date {event.date}", self._near(days, event.date))
            return
        row = rows.pop(at)
        self.told.touch(row.cycle, place)
        if isinstance(event, ShortDispense):
            if self._over(place, event.date) and event.vials:
                rows.insert(at, replace(row, vials=event.vials, event=place))
        elif event.sent is not None and event.sent < self.as_of:
            rows.insert(at, replace(row, day=event.sent, event=place))
        elif event.sent is not None:
            self.pins.append((Pin(cycle=row.cycle, dispense=event.sent), place))

    def _refused(self, place: int, event: RefusedClaim) -> None:
        claims = [line for line in self.plan.claims if line.date == event.date]
        if not claims:
            days = [line.date for line in self.plan.claims]
            self._refuse((place, "date"), f"the date {event.date}", self._near(days, event.date))
        elif not event.resubmit and self._over(place, event.date):
            self.told.refused.append((claims[0].cycle, event.date))
            self.told.touch(claims[0].cycle, place)

    def _ended(self, place: int, event: CourseEnded) -> None:
        cycle = self.told.cycle_on(event.date)
        if not self._over(place, event.date):
            return
        if cycle is None:
            self._refuse((place, "date"), f"the date {event.date}", "a day of a course that began")
            return
        if self.told.starts[cycle] < event.date < self.told.end(cycle):
            self._pause(place, cycle, event.date, later(event.date, self.same_cycle + 1))
        self.ended = cycle, place

    def _over(self, place: int, day: date) -> bool:
        """Whether a day is over, as what has happened has to be."""
        if day < self.as_of:
            return True
        allowed = f"a date before as_of, {self.as_of}"
        self._refuse((place, "date"), f"the date {day}", allowed)
        return False

    def _infusing(self, place: int, day: date) -> int | None:
        """The cycle that infuses on a day and did on the day before."""
        for cycle, start in self.told.starts.items():
            if start < day < self.told.end(cycle):
                return cycle
        spans = [
            f"{later(start, 1)} to {later(self.told.end(cycle), -1)} (cycle {cycle})"
            for cycle, start in self.told.starts.items()
            if self.told.bags[cycle] and start < self.as_of
        ]
        allowed = (
            f"a day on which an infusion runs: {listed(spans)}" if spans else "no interruption"
        )
        self._refuse((place, "date"), f"the date {day}", allowed)
        return None

    def _bag(self, place: int, day: date) -> tuple[int, int] | None:
        found = self.told.at(day)
        if found is None:
            days = [bag.hang for bags in self.told.bags.values() for bag in bags]
            self._refuse((place, "date"), f"the date {day}", self._near(days, day))
        return found

    def _near(self, days: list[date], day: date) -> str:
        near = sorted(set(days), key=lambda one: abs((one - day).days))[:NEAR]
        return f"a date of the plan; the nearest are {listed(str(one) for one in sorted(near))}"

    def _refuse(self, path: Path, found: str, allowed: str) -> None:
        self.findings.append(Finding(("events", *path), found, allowed))
