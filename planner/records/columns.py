"""Which column is what: as told with ``--map``, else by its head."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.documents.errors import InputErrors, Problem, listed
from planner.records.table import Table

# what a column holds: the heads it goes by, letters and digits alone
HEADS: Mapping[str, tuple[str, ...]] = {
    "date": (
        "date",
        "filled",
        "datefilled",
        "filldate",
        "dispensed",
        "dispensedate",
        "datedispensed",
        "shipped",
        "shipdate",
        "dateshipped",
        "dateofservice",
        "dos",
        "servicedate",
    ),
    "vials": ("vials", "qty", "quantity", "qtydispensed", "quantitydispensed", "vialssent"),
    "hang": ("hung", "baghung", "hangdate", "hang", "bagstart", "infusionstart", "visitdate"),
    "days": ("days", "bagdays", "daysinfused", "duration", "bagduration"),
    "used": ("vialsused", "vialsinbag", "used", "vialsopened"),
    "ndc": ("ndc", "ndccode", "ndc11", "productid"),
    "product": ("product", "drug", "drugname", "medication", "item", "description", "productname"),
    "status": ("status", "claimstatus", "transaction", "type", "transactiontype", "action"),
    "cycle": ("cycle", "cyclenumber", "cycleno"),
}
DISPENSES, BAGS = ("date", "vials"), ("hang", "days", "used")


def columns_of(table: Table, told: Mapping[str, str]) -> dict[str, int]:
    """The place of each column that is known. Raises InputErrors where one is not there, two would
    do, or neither dispenses nor bags can be read."""
    found: dict[str, int] = {}
    problems: list[Problem] = []
    plain = [_plain(cell.text) for cell in table.heads]
    for what, names in HEADS.items():
        if what in told:
            places = [i for i, head in enumerate(plain) if head == _plain(told[what])]
            allowed = f"one of {listed(cell.text for cell in table.heads if cell.text)}"
        else:
            places = [i for i, head in enumerate(plain) if head in names]
            allowed = f"one column: --map {what}=HEAD says which"
        if len(places) == 1:
            found[what] = places[0]
        elif places or what in told:
            at = table.heads[places[0] if places else 0]
            heads = listed(table.heads[i].text for i in places) if places else told[what]
            problems.append(table.problem(at, what, f"'{heads}'", allowed))
    for what in told.keys() - HEADS.keys():
        known = f"one of {listed(HEADS)}"
        problems.append(table.problem(table.heads[0], "--map", f"'{what}'", known))
    whole = [kind for kind in (DISPENSES, BAGS) if all(one in found for one in kind)]
    if not problems and not whole:
        heads = listed(f"'{cell.text}'" for cell in table.heads if cell.text)
        allowed = "columns for date and vials, or for hang, days and used: --map date=HEAD,..."
        problems.append(table.problem(table.heads[0], "", f"the heads {heads}", allowed))
    if problems:
        raise InputErrors(problems)
    return found


def shown(table: Table, columns: Mapping[str, int]) -> str:
    """The columns as ``--map`` would say them."""
    return ",".join(f"{what}={table.heads[place].text}" for what, place in columns.items())


def _plain(head: str) -> str:
    return re.sub(r"[^a-z0-9]", "", head.lower())
