"""Tables of the report on coverage: criteria, renewals, authorizations day by day."""

from __future__ import annotations

from planner.documents.plan import Plan
from planner.report.coverage import asked, behind
from planner.report.grids import Column, Grid, Group
from planner.report.text import day, figure, runs, shown


def criteria(plan: Plan) -> Grid | None:
    """Returns the questions of the criteria to look at, where there are any."""
    leaves = asked(plan.coverage) if plan.coverage else ()
    columns = tuple(
        Column(head) for head in ("Criterion", "Verdict", "Question", "Found", "Section")
    )
    rows = tuple(
        (shown(a.id), a.verdict, shown(a.says), shown(a.found), shown(a.section)) for a in leaves
    )
    head = "Criteria of approval that are not met, or open"
    return Grid("criteria", head, columns, (Group("", rows),)) if rows else None


def renewals(plan: Plan) -> Grid | None:
    """Returns the evidence that each renewal still to be asked for wants, with its date."""
    stated = plan.coverage.renewals if plan.coverage is not None else ()
    if not stated:
        return None
    heads = ("Criterion", "Evidence due", "As it stands", "Question")
    groups = tuple(
        Group(
            f"{shown(one.authorization)}, cycles {runs(one.cycles)}, from {day(one.opens)} to "
            f"{day(one.ends) if one.ends is not None else 'a day that the payer sets'}",
            (
                (
                    "all",
                    day(one.request_by),
                    one.status,
                    f"Ask for it, with evidence {behind(one)}.",
                ),
                *(
                    (shown(leaf.id), day(leaf.by), leaf.verdict, shown(leaf.says))
                    for leaf in one.checklist
                ),
            ),
        )
        for one in stated
    )
    columns = tuple(Column(head) for head in heads)
    return Grid("renewals", "Renewals and the evidence they ask for", columns, groups)


def authorization_days(plan: Plan) -> tuple[Grid, ...]:
    """Returns what is left of each authorization day by day, days alike together."""
    columns = (
        Column("From"),
        Column("To"),
        Column("Cycles left", number=True),
        Column("Units billed", number=True),
        Column("Units left", number=True),
    )
    stated = plan.coverage.authorizations if plan.coverage is not None else ()
    return tuple(
        Grid(
            f"left-{number}",
            f"Authorization {shown(one.authorization)} day by day",
            columns,
            (
                Group(
                    "",
                    tuple(
                        (
                            day(left.first),
                            day(left.last),
                            "no limit" if left.cycles_left is None else figure(left.cycles_left),
                            figure(left.units_billed),
                            "no limit" if left.units_left is None else figure(left.units_left),
                        )
                        for left in one.days
                    ),
                ),
            ),
        )
        for number, one in enumerate(stated, start=1)
    )
