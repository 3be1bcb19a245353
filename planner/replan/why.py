"""What forces a change: clauses, settings, requests and events, the nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from planner.documents.plan import Plan
from planner.documents.positions import Path
from planner.regimen.course import Course
from planner.replan.follow import Following
from planner.replan.rows import Row

EVENT = "events["
VISITS = ("start", "visit", "disconnect")


@dataclass(frozen=True)
class Why:
    """Finds what forces the changes from one plan to the next; ``events`` is how many there are."""

    old: Plan
    new: Plan
    events: int
    following: Following
    course: Course

    def because(self, before: Row | None, after: Row | None) -> tuple[str, ...]:
        """What bars the old row, or its cycle as it was; then the events behind that, else those of
        the nearest cycle before it that is changed, else all."""
        row = before or after
        assert row is not None
        found: dict[str, None] = {}
        if before is not None:
            found |= dict.fromkeys(self._bars(before))
        if row.kind == "authorization":
            found |= dict.fromkeys(self._named(("authorizations",)))
        elif row.cycle is not None:
            found |= dict.fromkeys(self._limits(row.cycle))
        found |= dict.fromkeys(self.happened(row.cycle))
        if not any(one.startswith(EVENT) for one in found):
            found |= dict.fromkeys(self._before(row.cycle))
        return tuple(found)

    def happened(self, cycle: int | None) -> tuple[str, ...]:
        """The events that speak of a cycle, or of the nearest before it."""
        touched = self.following.touched
        near = [number for number in touched if cycle is None or number <= cycle]
        return tuple(f"{EVENT}{place}]" for place in touched[max(near)]) if near else ()

    def _before(self, cycle: int | None) -> Iterator[str]:
        """The events that bar visits of cycles before, else all."""
        found = {
            event: None
            for one in self.old.bags
            if cycle is None or one.cycle <= cycle
            for bar in self.course.days.bars_hang(one.hang.toordinal())
            for event in self._named(tuple(bar.split(".")))
        }
        yield from found or (f"{EVENT}{place}]" for place in range(self.events))

    def _bars(self, row: Row) -> Iterator[str]:
        """What says of a row that it cannot be on its day."""
        day = row.day.toordinal()
        bars: tuple[str, ...] = ()
        if row.kind in VISITS and "hospital" not in row.says:
            bars = self.course.days.bars_hang(day)
        elif row.kind == "dispense":
            bars = self.course.days.bars_dispense(day)
        for bar in bars:
            yield bar
            yield from self._named(tuple(bar.split(".")))
        if self.course.as_of is not None and day < self.course.as_of:
            yield "as_of"
        yield from self._length(row)
        if row.cycle is not None and row.cycle not in {c.cycle for c in self.new.cycles}:
            yield "request.cycles"
            yield from self._named(("request", "cycles"))

    def _length(self, row: Row) -> Iterator[str]:
        """The clause on cycle lengths, where the cycle before leaves no room for the start."""
        starts = {one.cycle: one for one in self.new.cycles}
        old = next((one for one in self.old.cycles if one.cycle == row.cycle), None)
        before = starts.get((row.cycle or 0) - 1)
        if old is not None and before is not None and before.earliest_next > old.start:
            yield from (key for key, _ in self.course.clause_of("cycle-length"))

    def _limits(self, cycle: int) -> Iterator[str]:
        """The limits in running windows that a cycle as it was would break beside the others as
        they are now."""
        if not self.course.readings.rolling:
            return
        for key, clause in self.course.windows_on("vials"):
            sent = [d for d in self.new.dispenses if d.cycle != cycle]
            sent += [d for d in self.old.dispenses if d.cycle == cycle]
            vials = [(d.date, d.vials) for d in sent if clause.names(d.cycle)]
            if clause.names(cycle) and _peak(vials, clause.days) > clause.limit:
                yield key
        for key, clause in self.course.windows_on("units"):
            billed = [c for c in self.new.claims if c.cycle != cycle]
            billed += [c for c in self.old.claims if c.cycle == cycle]
            units = [(c.date, c.units) for c in billed if clause.names(c.cycle)]
            if clause.names(cycle) and _peak(units, clause.days) > clause.limit:
                yield key

    def _named(self, path: Path) -> Iterator[str]:
        """The events that changed what stands at a path of the scenario."""
        for one, place in self.following.causes.items():
            if one[: len(path)] == path:
                yield f"{EVENT}{place}]"


def _peak(entries: list[tuple[date, int]], per_days: int) -> int:
    """The fullest window of so many dates."""
    return max(
        (
            sum(amount for day, amount in entries if 0 <= (day - first).days < per_days)
            for first, _ in entries
        ),
        default=0,
    )
