"""One HTML page of this package's templates, with its style sheet inside and a policy that allows
nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from planner.report.text import count, day, figure, shown

STYLE: Final = "report.css"
_DATE: Final = re.compile(r"(?:\b[A-Z][a-z]{2} )?\b\d{4}-\d{2}-\d{2}\b", re.ASCII)


def page(template: str, **values: object) -> str:
    """Returns a template filled in; every value is escaped, a missing one is an error.

    The template also gets ``style``, the style sheet, and ``style_hash`` for its security policy.
    """
    style = _source(STYLE)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), style_hash=digest, **values)  # our own file, no value in it
    )


def dates(text: str) -> Markup:
    """Returns text, escaped, whose dates do not break at their hyphens at the end of a line."""
    return Markup(_DATE.sub(r'<span class="date">\g<0></span>', str(escape(text))))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("planner.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(shown=shown, day=day, figure=figure, count=count, dates=dates)
    return environment


def _source(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]
