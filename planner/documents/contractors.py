"""Medicare contractors by state, with the parts of a state that belong elsewhere (Appendix 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from planner.documents.base import Day, Document


class ContractorRow(Document):
    """One jurisdiction: its states and territories, and who serves them."""

    jurisdiction: str
    states: tuple[str, ...] = Field(min_length=1)
    contractor: str


class Enclave(Document):
    """Counties and cities of a state that belong to another jurisdiction than its rest."""

    state: str
    counties: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    jurisdiction: str


class Contractors(Document):
    """A table of contractors. ``aliases`` maps other codes in use to the table's own."""

    format: Literal["planner-contractors/1"]
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    source: str
    revision: str
    effective_from: Day = Field(alias="from")
    effective_until: Day | None = Field(default=None, alias="until")
    rows: tuple[ContractorRow, ...] = Field(min_length=1)
    exceptions: tuple[Enclave, ...] = ()
    aliases: Mapping[str, str] = {}


def contractor(table: Contractors, state: str, county: str | None = None) -> ContractorRow | None:
    """The jurisdiction that serves a place; None where the table does not name the state.

    ``county`` is a county ('Fairfax', 'Fairfax County') or an independent city ('Alexandria',
    'City of Alexandria'). Without it the state's general row is returned: ask
    :func:`needs_county` first.
    """
    code = table.aliases.get(state, state)
    for enclave in table.exceptions:
        if enclave.state == code and county is not None and _is_part(enclave, county):
            return next(row for row in table.rows if row.jurisdiction == enclave.jurisdiction)
    return next((row for row in table.rows if code in row.states), None)


def needs_county(table: Contractors, state: str) -> bool:
    """Whether the contractor of a state depends on the county."""
    code = table.aliases.get(state, state)
    return any(enclave.state == code for enclave in table.exceptions)


def _is_part(enclave: Enclave, place: str) -> bool:
    """Fairfax county is not Fairfax city: a word beside the name decides, where there is one."""
    words = place.casefold().replace(",", " ").split()
    name = " ".join(word for word in words if word not in {"city", "county", "of"})
    counties = {county.casefold() for county in enclave.counties}
    cities = {city.casefold() for city in enclave.cities}
    if "city" in words:
        return name in cities
    if "county" in words:
        return name in counties
    return name in counties or name in cities
