"""Reads an XML file into nodes that know their lines, for errors that a person can follow."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SaftError(Exception):
    """The file is not a usable SAF-T file; the message names the line and the element."""


class Node:
    """One XML element: local name, line, text, children."""

    __slots__ = ("children", "line", "name", "text")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.text = ""
        self.children: list[Node] = []

    def find(self, path: str) -> Node | None:
        """The first descendant along a path of names, e.g. `DebitAmount/Amount`."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                found = child.find(rest) if rest else child
                if found is not None:
                    return found
        return None

    def every(self, path: str) -> Iterator[Node]:
        """All descendants along a path of names."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                yield from child.every(rest) if rest else (child,)

    def get(self, path: str, default: str = "") -> str:
        """Text of a descendant, trimmed; the default if it is missing or empty."""
        found = self.find(path)
        return (found.text.strip() if found is not None else "") or default

    def need(self, path: str) -> str:
        """Text of a descendant that must be there."""
        if value := self.get(path):
            return value
        raise SaftError(f"line {self.line}: <{self.name}> has no <{path}>")

    def amount(self, path: str) -> Decimal:
        """Amount of a descendant; zero if it is missing."""
        found = self.find(path)
        if found is None or not found.text.strip():
            return Decimal(0)
        try:
            value = Decimal(found.text.strip())
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite():
            return value
        raise SaftError(f"line {found.line}: <{path}> is not an amount: {found.text.strip()!r}")

    def date(self, path: str, default: dt.date | None = None) -> dt.date:
        """Date of a descendant; it must be there unless a default is given."""
        text = self.get(path) if default is not None else self.need(path)
        if not text and default is not None:
            return default
        try:
            return dt.date.fromisoformat(text[:10])
        except ValueError:
            at = self.find(path) or self
            raise SaftError(f"line {at.line}: <{path}> is not a date: {text!r}") from None

    def number(self, path: str) -> int:
        """Whole number of a descendant that must be there."""
        text = self.need(path)
        try:
            return int(text)
        except ValueError:
            at = self.find(path) or self
            raise SaftError(f"line {at.line}: <{path}> is not a number: {text!r}") from None


def read_tree(path: Path) -> Node:
    """Parse an XML file into nodes that know their lines; document types are refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    top = Node("", 0)
    stack = [top]

    def start(name: str, _attributes: dict[str, str]) -> None:
        node = Node(name.rpartition(" ")[2], parser.CurrentLineNumber)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_name: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def doctype(*_: object) -> None:
        # No SAF-T file has one, and entities are how XML bombs are built.
        raise SaftError(f"line {parser.CurrentLineNumber}: a DOCTYPE is not allowed")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise SaftError(f"line {error.lineno}: not well-formed XML ({reason})") from error
    return top.children[0]
