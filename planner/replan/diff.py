"""What a plan changes of the one it follows, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.documents.events import Events
from planner.documents.plan import Plan
from planner.documents.replanned import Change, Compared, Replanned
from planner.regimen.course import Course
from planner.replan.follow import Following
from planner.replan.rows import ROLES, Row, paired, rows_of
from planner.replan.why import Why
from planner.replan.words import event_words

# which kind comes first of one day
ORDER = ("start", "visit", "disconnect", "dispense", "claim", "authorization")


def replanned(
    old: Plan, new: Plan, events: Events, following: Following, course: Course
) -> Replanned:
    """The change from one plan to the next."""
    as_of = new.scenario.document.as_of
    opening = as_of or date.min
    pairs = paired(rows_of(old), rows_of(new))
    why = Why(old, new, len(events.events), following, course)
    stay = 0
    drift: list[Change] = []
    diff: list[Change] = []
    for before, after in pairs:
        if _same(before, after):
            assert after is not None
            stay += after.day >= opening
            continue
        days = [row.day for row in (before, after) if row is not None]
        over = max(days) < opening
        (drift if over else diff).append(_change(before, after, why, over=over))
    drift.sort(key=_place)
    diff.sort(key=_place)
    return Replanned(
        as_of=as_of,
        happened=tuple(
            event_words(event, following.resumes.get(place))
            for place, event in enumerate(events.events)
        ),
        summary=_summary(stay, diff, new, old, opening),
        stay=stay,
        drift=tuple(drift),
        diff=tuple(diff),
        totals=tuple(_totals(old, new, opening)),
    )


def _same(before: Row | None, after: Row | None) -> bool:
    return (
        before is not None
        and after is not None
        and (before.day, before.says) == (after.day, after.says)
    )


def _change(before: Row | None, after: Row | None, why: Why, *, over: bool) -> Change:
    row = before or after
    assert row is not None
    sign = "~" if before and after else "-" if before else "+"
    return Change(
        sign=sign,
        kind=row.kind,
        role=ROLES[row.kind],
        cycle=row.cycle,
        from_=before.day if before else None,
        to=after.day if after else None,
        old=before.says if before else None,
        new=after.says if after else None,
        because=why.happened(row.cycle) if over else why.because(before, after),
    )


def _place(change: Change) -> tuple[date, int, int]:
    day = change.to or change.from_ or date.min
    return day, ORDER.index(change.kind), change.cycle or 0


def _summary(stay: int, diff: Sequence[Change], new: Plan, old: Plan, opening: date) -> str:
    """'31 stay, 3 move, 1 is cancelled, 1 to ask for by 4 May'."""
    signs = [change.sign for change in diff if change.kind != "authorization"]
    moved = sum(c.sign == "~" and c.from_ != c.to for c in diff if c.kind != "authorization")
    other = signs.count("~") - moved
    parts = [f"{stay} {'stays' if stay == 1 else 'stay'}"]
    parts += [f"{moved} {'moves' if moved == 1 else 'move'}"] if moved else []
    parts += [f"{other} {'changes' if other == 1 else 'change'} on the day"] if other else []
    gone, come = signs.count("-"), signs.count("+")
    parts += [f"{gone} {'is' if gone == 1 else 'are'} cancelled"] if gone else []
    parts += [f"{come} {'is' if come == 1 else 'are'} new"] if come else []
    known = {one.id: one.request_by for one in old.authorizations}
    asks = [
        one.request_by
        for one in new.authorizations
        if one.request_by is not None
        and one.request_by >= opening
        and known.get(one.id) != one.request_by
    ]
    if asks:
        first = min(asks)
        parts.append(f"{len(asks)} to ask for by {first.day} {first:%B %Y}")
    return ", ".join(parts)


def _totals(old: Plan, new: Plan, opening: date) -> Iterator[Compared]:
    def ahead(plan: Plan) -> dict[str, int]:
        sent = [one.vials for one in plan.dispenses if one.date >= opening]
        return {
            "vials dispensed": sum(sent),
            "dispenses": len(sent),
            "bag changes": sum(bag.hang >= opening for bag in plan.bags),
            "units billed": sum(line.units for line in plan.claims if line.date >= opening),
        }

    before, after = ahead(old), ahead(new)
    for name, value in before.items():
        yield Compared(name=name, before=Decimal(value), after=Decimal(after[name]))
    since = new.scenario.document.as_of or min(cycle.start for cycle in old.cycles)
    ends = [max((c.disconnect for c in p.cycles), default=since) for p in (old, new)]
    days = [max(0, (end - since).days) for end in ends]
    name = "days to the last disconnect"
    yield Compared(name=name, before=Decimal(days[0]), after=Decimal(days[1]))
