"""An HTML page as a tree, read by the standard library's parser; strict about nesting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "link", "img"}


@dataclass
class Node:
    """An element with its attributes, its children and the text between them."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This element and all inside it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, tag: str, where: Callable[[Node], bool] = lambda _: True) -> list[Node]:
        """The elements of a tag inside this one."""
        return [node for node in self.walk() if node.tag == tag and where(node)]

    def pictures(self) -> list[Node]:
        """The pictures inside this element; what pictures share is none."""
        return self.all("svg", lambda node: node.attributes.get("role") == "img")

    def by_id(self, id_: str) -> Node:
        """The one element of an id."""
        (found,) = [node for node in self.walk() if node.attributes.get("id") == id_]
        return found

    def text(self) -> str:
        """All text inside, spaces as they are."""
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)

    def rows(self) -> list[list[str]]:
        """The body rows of a table, without the headings of groups, as text."""
        rows = [
            [cell for cell in row.children if isinstance(cell, Node)]
            for body in self.all("tbody")
            for row in body.all("tr", lambda row: row.attributes.get("class") != "group")
        ]
        return [[cell.text().strip() for cell in row] for row in rows]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {n: v or "" for n, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, (self._open[-1].tag, tag)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(html: str) -> Node:
    """Reads a page; asserts that every element is closed in its place."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader._open) == 1, reader._open[-1].tag
    return reader.root
