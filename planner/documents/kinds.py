"""The types of a document, taken apart: what may stand under a key."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from planner.documents.base import Document


def members(annotation: Any) -> list[Any]:
    """The plain types that a type stands for: unions opened, annotations taken off."""
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [plain for member in get_args(annotation) for plain in members(member)]
    return [] if annotation is NoneType else [annotation]


def step(kind: Any, part: str | int) -> list[Any]:
    """The types of what stands under one key or index of a type."""
    if is_document(kind):
        for name, field in kind.model_fields.items():
            if part in (field.alias, name):
                return members(field.annotation)
        return []
    inner = get_args(kind)
    if not inner:
        return []
    return members(inner[0] if get_origin(kind) is tuple else inner[-1])


def is_document(kind: Any) -> bool:
    """Whether a type is a document's."""
    return isinstance(kind, type) and issubclass(kind, Document)
