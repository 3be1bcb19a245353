"""A small strict reader of iCalendar text, written from RFC 5545 and sharing nothing with the
library that writes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class Component:
    """A component's properties, name to text, its value kinds, and the components inside it."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    inside: list[Component] = field(default_factory=list)

    def day(self, name: str) -> date:
        """A property that is a DATE and nothing else."""
        assert self.kinds[name] == ";VALUE=DATE", (name, self.kinds[name])
        assert re.fullmatch(r"\d{8}", self.values[name])
        text = self.values[name]
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))

    def text(self, name: str) -> str:
        """A TEXT property, its escapes undone (3.3.11)."""
        raw = self.values[name]
        assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", raw), raw
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], raw)


def read(content: bytes) -> Component:
    """Reads one calendar; asserts what RFC 5545 asks of every line."""
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    for line in physical:
        assert len(line) <= 75, line  # 3.1: octets, line break not counted
        assert b"\r" not in line
        assert b"\n" not in line
    logical = b"\r\n".join(physical).replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    stack: list[Component] = [Component("")]
    for text in logical:
        found = _LINE.fullmatch(text)
        assert found, text
        name, kind, value = found.groups()
        if name == "BEGIN":
            stack.append(Component(value))
        elif name == "END":
            closed = stack.pop()
            assert closed.name == value
            stack[-1].inside.append(closed)
        else:
            assert name not in stack[-1].values, name
            stack[-1].values[name] = value
            stack[-1].kinds[name] = kind
    (calendar,) = stack[0].inside
    assert calendar.name == "VCALENDAR"
    assert {"PRODID", "VERSION"} <= calendar.values.keys()  # 3.6
    for event in calendar.inside:
        assert {"UID", "DTSTAMP", "DTSTART"} <= event.values.keys()  # 3.6.1
    return calendar
