"""The Looker project as Looker reads it: files, refinements, Explores, and the SQL of a field.

Only what the project uses of LookML is known here; anything else is an error, so that it cannot be
passed over in silence.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import lkml
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    #: A dimension, measure, join and so on, as `lkml` gives it.
    Node = dict[str, Any]

#: `${view.field}`, `${field}`; `${TABLE}` is none.
REFERENCE = re.compile(r"\$\{(?!TABLE\})([\w.]+)\}")
_CONSTANT = re.compile(r"@\{(\w+)\}")
_AGGREGATES = {
    "sum": "coalesce(sum({}){}, 0)",
    "count_distinct": "count(distinct {}){}",
} | {name: name + "({}){}" for name in ("count", "average", "min", "max")}
#: What Looker makes of a date, where it is selected as where another field refers to it.
_PARTS = {
    "date": "date({})",
    "date_week": "to_char(date_trunc('week', {}), 'YYYY-MM-DD')",
    "date_month": "to_char(date_trunc('month', {}), 'YYYY-MM')",
    "date_time": "to_char(date_trunc('second', {}), 'YYYY-MM-DD HH24:MI:SS')",
}


@dataclass
class View:
    """A view with its refinements.

    Attributes:
        name: What fields are addressed by.
        table: Table, with its schema.
        label: What people read.
        fields: Dimensions and measures by name; `kind` tells which.
        sets: Fields of a set by its name, each as `view.field` or `field`.
    """

    name: str
    table: str
    label: str = ""
    fields: dict[str, Node] = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)

    def of(self, kind: str) -> dict[str, Node]:
        """Its dimensions, or its measures."""
        return {name: node for name, node in self.fields.items() if node["kind"] == kind}

    def expand(self, fields: list[str]) -> list[str]:
        """Fields in full, with those of sets."""
        found: list[str] = []
        for name in fields:
            if name.endswith("*"):
                found += self.expand(self.sets[name[:-1]])
            else:
                found.append(name if "." in name else f"{self.name}.{name}")
        return found

    def sql(self, name: str) -> str:
        """A field's SQL, as Looker writes it for Postgres.

        Raises:
            KeyError: A field is not there, or of a type that is not known here.
        """
        node = self.fields[name]
        text = str(node.get("sql", "")).replace("${TABLE}", self.name).strip()
        text = REFERENCE.sub(lambda found: self._referred(found[1]), text)
        kind = node.get("type", "string")
        if node["kind"] == "dimension":
            return _PARTS[kind].format(text) if kind in _PARTS else text
        if kind in {"number", "string"}:
            return text
        conditions = [
            condition(self.sql(filtered), value) for filtered, value in filters(node).items()
        ]
        where = f" filter (where {' and '.join(conditions)})" if conditions else ""
        return _AGGREGATES[kind].format(text or "*", where)

    def _referred(self, name: str) -> str:
        view, _, own = name.rpartition(".")
        if view not in {"", self.name}:
            raise KeyError(f"{self.name} refers to {name}, a field of another view")
        if own == self.name:
            raise KeyError(name)
        return f"({self.sql(own)})"


@dataclass
class Explore:
    """An Explore: a view and what is joined to it.

    Attributes:
        name: Its name.
        view: The view that it starts from.
        node: The rest, as `lkml` gives it.
    """

    name: str
    view: str
    node: Node

    @property
    def joins(self) -> list[Node]:
        """What is joined, in order."""
        return list(self.node.get("joins", ()))

    @property
    def views(self) -> list[str]:
        """Names of its views."""
        return [self.view, *(join["name"] for join in self.joins)]


@dataclass
class Project:
    """All of it.

    Attributes:
        texts: Text of each file, by path.
        constants: Values of the manifest's constants.
        model: The model file.
        views: By name.
        explores: By name.
        dashboards: By name.
        tests: Data tests.
        datagroups: By name.
        formats: Names of the project's own value formats.
        strings: Words by language, each by the word in the project.
    """

    texts: dict[Path, str]
    constants: dict[str, str] = field(default_factory=dict)
    manifest: Node = field(default_factory=dict)
    model: Node = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    explores: dict[str, Explore] = field(default_factory=dict)
    dashboards: dict[str, Node] = field(default_factory=dict)
    tests: list[Node] = field(default_factory=list)
    datagroups: dict[str, Node] = field(default_factory=dict)
    formats: set[str] = field(default_factory=set)
    strings: dict[str, dict[str, str]] = field(default_factory=dict)

    def find(self, explore: str, name: str) -> tuple[View, Node]:
        """A field of an Explore.

        Raises:
            KeyError: There is none of that name.
        """
        if not self.holds(explore, name):
            raise KeyError(name)
        view, _, own = name.rpartition(".")
        return self.views[view], self.views[view].fields[own]

    def holds(self, explore: str, name: str) -> bool:
        """Whether an Explore has a field."""
        view, _, own = name.rpartition(".")
        return view in self.explores[explore].views and own in self.views[view].fields

    def source(self, explore: str) -> str:
        """The tables of an Explore, joined, as they stand behind `from`."""
        one = self.explores[explore]
        parts = [f"{self.views[one.view].table} as {one.view}"]
        for join in one.joins:
            on = REFERENCE.sub(lambda found: self._sql(found[1]), join["sql_on"])
            parts.append(f"left join {self.views[join['name']].table} as {join['name']} on {on}")
        return "\n".join(parts)

    def query(
        self,
        explore: str,
        fields: list[str],
        where: Mapping[str, str] | None = None,
        sorts: list[str] | None = None,
        limit: int | None = None,
    ) -> str:
        """The query of some fields, grouped by the dimensions among them."""
        chosen = [(name, *self.find(explore, name)) for name in fields]
        columns = [f'{self._sql(name)} as "{name}"' for name, _, _ in chosen]
        keys = [
            str(number)
            for number, (_, _, node) in enumerate(chosen, 1)
            if node["kind"] == "dimension"
        ]
        conditions = [condition(self._sql(name), value) for name, value in (where or {}).items()]
        return "\n".join(
            [
                f"select {', '.join(columns)}",
                f"from {self.source(explore)}",
                f"where {' and '.join(conditions)}" if conditions else "",
                f"group by {', '.join(keys)}" if keys else "",
                f"order by {', '.join(self._order(sort) for sort in sorts)}" if sorts else "",
                f"limit {limit}" if limit else "",
            ]
        )

    def _order(self, sort: str) -> str:
        name, _, direction = sort.partition(" ")
        return f'"{name}" {direction or "asc"}'

    def _sql(self, name: str) -> str:
        view, _, own = name.rpartition(".")
        return self.views[view].sql(own)


def condition(sql: str, value: str) -> str:
    """A filter as SQL: words (`a,b`), `Yes` and `No`, `NOT NULL`, more than a number (`>0`).

    Raises:
        ValueError: A filter of another form.
    """
    if value in {"Yes", "No"}:
        return sql if value == "Yes" else f"not coalesce({sql}, false)"
    if value == "NOT NULL":
        return f"({sql}) is not null"
    if re.fullmatch(r">\d+", value):
        return f"({sql}) {value}"
    words = value.split(",")
    if not all(re.fullmatch(r"[A-Za-z0-9][\w-]*", word) for word in words):
        raise ValueError(f"a filter that is not known here: {value}")
    return f"({sql}) in ({', '.join(repr(word) for word in words)})"


def filters(node: Node) -> dict[str, str]:
    """The filters of a measure, an Explore's always_filter, a test's or an aggregate table's."""
    return {
        name: value
        for group in node.get("filters__all", ())
        for one in group
        for name, value in one.items()
    }


# Parsing everything takes two seconds; copies of the project share what they have in common.
@cache
def _parsed(text: str) -> Node:
    node: Node = lkml.load(text)
    return node


@cache
def _dashboards(text: str) -> list[Node]:
    dashboards: list[Node] = yaml.safe_load(text)
    return dashboards


def load(root: Path) -> Project:
    """Read a Looker project.

    Args:
        root: Its directory.
    """
    paths = sorted(path for path in root.rglob("*") if path.suffix in {".lkml", ".lookml", ".json"})
    project = Project({path: path.read_text(encoding="utf-8") for path in paths})
    parsed = {path: _parsed(text) for path, text in project.texts.items() if path.suffix == ".lkml"}
    project.manifest = parsed[root / "manifest.lkml"]
    project.constants = {one["name"]: one["value"] for one in project.manifest["constants"]}
    nodes = {path: _resolved(node, project.constants) for path, node in parsed.items()}
    (project.model,) = (node for path, node in nodes.items() if path.name.endswith(".model.lkml"))
    # Refinements after everything that they refine.
    for refining in (False, True):
        for node in nodes.values():
            _add(project, node, "+" if refining else "")
    for path, text in project.texts.items():
        if path.name.endswith(".dashboard.lookml"):
            project.dashboards |= {one["dashboard"]: one for one in _dashboards(text)}
        if path.name.endswith(".strings.json"):
            project.strings[path.name.split(".")[0]] = json.loads(text)
    return project


def _add(project: Project, node: Node, refining: str) -> None:
    for explore in node.get("explores", ()):
        name = explore["name"].removeprefix("+")
        if explore["name"] == refining + name:
            there = project.explores.get(name, Explore(name, explore.get("view_name", name), {}))
            project.explores[name] = replace(there, node=there.node | explore)
    for view in node.get("views", ()):
        if view["name"] == refining + view["name"].removeprefix("+"):
            _add_view(project, view)
    if not refining:
        project.tests += node.get("tests", ())
        project.datagroups |= {one["name"]: one for one in node.get("datagroups", ())}
        project.formats |= {one["name"] for one in node.get("named_value_formats", ())}


def _add_view(project: Project, node: Node) -> None:
    name = node["name"].removeprefix("+")
    if node["name"] == name:
        project.views[name] = View(name, node["sql_table_name"].strip())
    view = project.views[name]
    view.label = node.get("label", view.label)
    for kind in ("dimension", "measure"):
        for one in node.get(f"{kind}s", ()):
            view.fields[one["name"]] = view.fields.get(one["name"], {"kind": kind}) | one
    view.sets |= {one["name"]: one["fields"] for one in node.get("sets", ())}


def _resolved(node: Any, constants: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {name: _resolved(value, constants) for name, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_resolved(value, constants) for value in node]
    if isinstance(node, str):
        return _CONSTANT.sub(lambda found: constants[found[1]], node)
    return node


def links(project: Project) -> Iterator[tuple[str, str]]:
    """Each link of a field with where it is."""
    for view in project.views.values():
        for name, node in view.fields.items():
            for link in node.get("links", ()):
                yield f"{view.name}.{name}", link["url"]
