"""Why a calendar is as it is, as ``planner explain --json`` prints it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.documents.base import Document, Whole


class Against(Document):
    """What a wish cannot hold together with, or the wish itself. ``named`` as people count, from 1;
    ``id`` is that of a clause or the path in the scenario."""

    kind: Literal["clause", "request", "setting", "history", "wish"]
    id: str
    named: str
    line: Whole | None
    says: str


class Answered(Document):
    """A question and its answer. ``against``: what cannot hold together, where there is no calendar
    with a wish; the wish itself is one of them."""

    asks: str
    says: tuple[str, ...] = Field(min_length=1)
    against: tuple[Against, ...] = ()


class Why(Document):
    """What was asked after, as it was understood, and what there is to say of it."""

    format: Literal["planner-explain/1"] = "planner-explain/1"
    about: Literal["clause", "date", "cycle", "word"]
    what: str
    answers: tuple[Answered, ...] = Field(min_length=1)
