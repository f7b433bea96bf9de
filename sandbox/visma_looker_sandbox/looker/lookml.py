"""A LookML project as Looker reads it: manifest, includes, refinements, dashboards.

Only what changes an answer, and is understood here, is let through: any other parameter is an
error, so that a figure is never wrong in silence. The list of limits is in the README.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import lkml
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    #: A dimension, join and so on, as `lkml` gives it.
    Node = dict[str, Any]

_CONSTANT = re.compile(r"@\{(\w+)\}")
#: What people see; no query depends on it.
_WORDS = frozenset(
    {"name", "label", "description", "hidden", "links", "drill_fields", "value_format"}
    | {"value_format_name", "group_label", "group_item_label", "view_label", "tags"}
)
_FILE = frozenset({"includes", "views", "explores", "datagroups", "named_value_formats", "tests"})
_MODEL = _FILE | {"connection", "label", "persist_with"}
_VIEW = _WORDS | {"sql_table_name", "dimensions", "measures", "sets"}
_FIELD = _WORDS | {"type", "sql"}
_DIMENSION = _FIELD | {"primary_key", "datatype", "convert_tz", "order_by_field"}
_MEASURE = _FIELD | {"filters__all", "can_filter"}
# Aggregate tables are not used: what they would say is asked of the warehouse itself.
_EXPLORE = _WORDS | {"view_name", "access_filters", "always_filter", "sql_always_where", "joins"}
_EXPLORE |= {"persist_with", "aggregate_tables"}
_JOIN = _WORDS | {"type", "relationship", "sql_on"}
_DATED = frozenset({"date", "date_week", "date_month", "date_time"})
_KEPT = ("model", "pivots", "sorts", "total", "row_total", "column_limit")
_UNKNOWN_IN_TILES = ("dynamic_fields", "filter_expression", "merged_queries", "subtotals")


class LookMLError(Exception):
    """A project that cannot be read, or uses what the stand-in does not know."""


@dataclass(frozen=True)
class Field:
    """A dimension or a measure.

    Attributes:
        view: Name of its view.
        name: Its name within the view.
        measure: Whether it is a measure.
        node: Its parameters, refinements included.
    """

    view: str
    name: str
    measure: bool
    node: Node

    @property
    def full_name(self) -> str:
        """`view.field`."""
        return f"{self.view}.{self.name}"

    @property
    def type(self) -> str:
        """Its type; a string unless it is said."""
        return str(self.node.get("type", "string"))


@dataclass
class View:
    """A view: a table, its fields by name, and named sets of them."""

    name: str
    table: str
    fields: dict[str, Field] = field(default_factory=dict)
    sets: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Explore:
    """An Explore.

    Attributes:
        name: Its name.
        view: The view that it starts from.
        joins: What is joined, in order.
        node: The rest of its parameters.
    """

    name: str
    view: str
    joins: list[Node]
    node: Node

    @property
    def views(self) -> list[str]:
        """Names of its views."""
        return [self.view, *(join["name"] for join in self.joins)]


@dataclass
class Project:
    """A project of one model.

    Attributes:
        name: The model's.
        connection: The connection that its queries run on.
        persist_with: Datagroup of Explores that name none.
        views: By name.
        explores: By name.
        datagroups: By name.
        value_formats: How numbers are written, by name.
        dashboards: As in their files.
    """

    name: str
    connection: str
    persist_with: str | None
    views: dict[str, View] = field(default_factory=dict)
    explores: dict[str, Explore] = field(default_factory=dict)
    datagroups: dict[str, Node] = field(default_factory=dict)
    value_formats: dict[str, str] = field(default_factory=dict)
    dashboards: list[Node] = field(default_factory=list)


def filters(node: Node) -> dict[str, str]:
    """The filters of a measure or of `always_filter`, as `lkml` gives them, by field."""
    groups = node.get("filters__all", ())
    return {name: value for group in groups for one in group for name, value in one.items()}


def load(root: Path) -> Project:
    """Read a project.

    Args:
        root: Its directory, with `manifest.lkml` and one model file.

    Raises:
        LookMLError: Something cannot be read, or is not known here.
    """
    models = sorted(root.glob("*.model.lkml"))
    if len(models) != 1:
        raise LookMLError(f"{root} holds {len(models)} model files (*.model.lkml), not one.")
    manifest = root / "manifest.lkml"
    constants = {}
    if manifest.exists():
        constants = {one["name"]: one["value"] for one in _parse(manifest, {})["constants"]}
    reader = _Reader(root, constants)
    model = reader.read(models[0])
    _check(models[0].name, model, _MODEL)
    project = Project(
        models[0].name.removesuffix(".model.lkml"),
        model.get("connection", ""),
        model.get("persist_with"),
        dashboards=reader.dashboards,
    )
    for path, node in reader.nodes:
        if path != models[0]:
            _check(path.name, node, _FILE)
        for view in node.get("views", ()):
            _add_view(project, view)
        for explore in node.get("explores", ()):
            _add_explore(project, explore)
        project.datagroups |= {one["name"]: one for one in node.get("datagroups", ())}
        formats = node.get("named_value_formats", ())
        project.value_formats |= {one["name"]: one["value_format"] for one in formats}
    for explore in project.explores.values():
        _check_explore(project, explore)
    return project


def _parse(path: Path, constants: Mapping[str, str]) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        text = _CONSTANT.sub(lambda found: constants[found[1]], text)
        return yaml.safe_load(text) if path.suffix == ".lookml" else lkml.load(text)
    except KeyError as error:
        raise LookMLError(f"{path}: the manifest has no constant {error}.") from None
    except (OSError, SyntaxError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LookMLError(f"{path} cannot be read: {error}.") from error


@dataclass
class _Reader:
    """Reads files in the order of their includes, each once."""

    root: Path
    constants: Mapping[str, str]
    nodes: list[tuple[Path, Node]] = field(default_factory=list)
    dashboards: list[Node] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def read(self, path: Path) -> Node:
        self._seen.add(path)
        node: Node = _parse(path, self.constants)
        for pattern in node.get("includes", ()):
            for included in self._matching(path, pattern):
                if included in self._seen:
                    continue
                if included.suffix == ".lookml":
                    self._seen.add(included)
                    self.dashboards += _parse(included, self.constants)
                else:
                    self.read(included)
        self.nodes.append((path, node))
        return node

    def _matching(self, path: Path, pattern: str) -> list[Path]:
        start = self.root if pattern.startswith("/") else path.parent
        found = sorted(start.glob(pattern.lstrip("/")))
        if not found:
            raise LookMLError(f"{path}: nothing is found for include {pattern!r}.")
        return found


def _check(where: str, node: Node, known: frozenset[str]) -> None:
    unknown = sorted(node.keys() - known)
    if unknown:
        raise LookMLError(
            f"{where}: this stand-in does not know {', '.join(unknown)}. A figure might be wrong "
            "without it, so the project is not served."
        )


def _add_view(project: Project, node: Node) -> None:
    name = node["name"].removeprefix("+")
    _check(f"view {name}", node, _VIEW)
    if node["name"] == name:
        if "sql_table_name" not in node:
            raise LookMLError(f"view {name}: this stand-in knows views with sql_table_name only.")
        project.views[name] = View(name, node["sql_table_name"].strip())
    elif name not in project.views:
        raise LookMLError(f"view +{name} refines a view that is not included before it.")
    fields = project.views[name].fields
    for kind, known in (("dimensions", _DIMENSION), ("measures", _MEASURE)):
        for one in node.get(kind, ()):
            _check(f"{name}.{one['name']}", one, known)
            before = fields[one["name"]].node if one["name"] in fields else {}
            made = Field(name, one["name"], kind == "measures", {**before, **one})
            if made.type in _DATED and (made.node.get("convert_tz") or "yes") != "no":
                raise LookMLError(f"{made.full_name}: this stand-in knows convert_tz: no only.")
            fields[made.name] = made
    project.views[name].sets |= {one["name"]: one["fields"] for one in node.get("sets", ())}


def _add_explore(project: Project, node: Node) -> None:
    name = node["name"].removeprefix("+")
    _check(f"explore {name}", node, _EXPLORE)
    if node["name"] != name:
        if name not in project.explores:
            raise LookMLError(f"explore +{name} refines one that is not included before it.")
        there = project.explores[name]
        there.joins += node.get("joins", ())
        there.node |= {one: value for one, value in node.items() if one not in ("name", "joins")}
        return
    joins = list(node.get("joins", ()))
    project.explores[name] = Explore(name, node.get("view_name", name), joins, dict(node))


def _check_explore(project: Project, explore: Explore) -> None:
    for join in explore.joins:
        where = f"explore {explore.name}, join {join['name']}"
        _check(where, join, _JOIN)
        kind, relationship = join.get("type", "left_outer"), join.get("relationship", "many_to_one")
        # Others can repeat rows of the Explore's own view, which its measures would count again.
        if kind != "left_outer" or relationship not in ("many_to_one", "one_to_one"):
            raise LookMLError(f"{where}: a {kind} join, {relationship}, is not known here.")
    for name in explore.views:
        if name not in project.views:
            raise LookMLError(f"explore {explore.name}: there is no view {name}.")


def tiles(dashboard: Node) -> Iterator[tuple[Node, dict[str, Any] | None]]:
    """Yield each element of a dashboard with its query as the API has it; None for a text."""
    for element in dashboard.get("elements", ()):
        unknown = [name for name in _UNKNOWN_IN_TILES if name in element]
        if unknown:
            raise LookMLError(
                f"dashboard {dashboard['dashboard']}, {element['name']}: this stand-in does not "
                f"know {', '.join(unknown)}."
            )
        if "explore" not in element:
            yield element, None
            continue
        query = {name: element[name] for name in _KEPT if name in element}
        query |= {"view": element["explore"], "fields": element["fields"]}
        query["filters"] = {name: str(value) for name, value in element.get("filters", {}).items()}
        query["limit"] = str(element.get("limit", 500))
        yield element, query
