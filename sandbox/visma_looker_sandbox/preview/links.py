"""Where a figure leads: addresses in the form of Looker's own."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from liquid import Environment

from visma_looker_sandbox.looker.expressions import filterable
from visma_looker_sandbox.looker.lookml import filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from liquid import BoundTemplate

    from visma_looker_sandbox.looker.lookml import Field, Project

_ROWS = 500
_LIQUID = Environment()
_HERE = re.compile(r"/(?![/\\])[^\x00-\x1f]*")


class Link(NamedTuple):
    """A link.

    Attributes:
        label: What it leads to.
        url: Address, relative to the server.
    """

    label: str
    url: str


def explore_url(
    model: str, explore: str, names: list[str], conditions: Mapping[str, str], sorts: str = ""
) -> str:
    """The address of a query, as Looker has it."""
    asked = {"fields": ",".join(names)}
    # Empty ones, too: they lift what the Explore would filter by itself.
    asked |= {f"f[{name}]": value for name, value in sorted(conditions.items())}
    asked |= {"sorts": sorts} if sorts else {}
    asked["limit"] = str(_ROWS)
    return f"/explore/{model}/{explore}?{urlencode(asked)}"


def drill(
    project: Project,
    query: Mapping[str, Any],
    measure: Field,
    row: Mapping[str, Any],
) -> str | None:
    """The address of the rows behind a figure; None where the measure names no fields.

    Args:
        project: The project.
        query: The query that the figure is of, with the filters it was run with.
        measure: What was measured.
        row: Values of the dimensions beside it.
    """
    names = _drill_fields(project, measure)
    if not names:
        return None
    # What the measure itself leaves out is not behind its figure.
    own = {
        name if "." in name else f"{measure.view}.{name}": value
        for name, value in filters(measure.node).items()
    }
    beside = {
        name: filterable(value, _find(project, name).type)
        for name, value in row.items()
        if not _find(project, name).measure
    }
    return explore_url(
        project.name, query["view"], names, {**query.get("filters", {}), **own, **beside}
    )


def _drill_fields(project: Project, measure: Field) -> list[str]:
    view = project.views[measure.view]
    names: list[str] = []
    for name in measure.node.get("drill_fields", ()):
        names += view.sets[name.removesuffix("*")] if name.endswith("*") else [name]
    return [name if "." in name else f"{measure.view}.{name}" for name in names]


def _find(project: Project, name: str) -> Field:
    view, _, own = name.partition(".")
    return project.views[view].fields[own]


def links(
    project: Project, field: Field, row: Mapping[str, Any], conditions: Mapping[str, str]
) -> list[Link]:
    """The links of a dimension's value.

    Args:
        project: The project.
        field: The dimension.
        row: Values of the row, those that links read among them.
        conditions: Filters of the query.
    """
    value = row[field.full_name]
    if value is None:
        return []
    seen: dict[str, dict[str, Any]] = {}
    for name, other in row.items():
        view, _, own = name.partition(".")
        words = filterable(other, _find(project, name).type)
        seen.setdefault(view, {})[own] = {"_value": other, "_filterable_value": words}
    told = {
        **seen,
        "value": value,
        "filterable_value": filterable(value, field.type),
        "_filters": conditions,
    }
    made = (
        Link(str(one["label"]), _template(str(one["url"])).render(**told).strip())
        for one in field.node.get("links", ())
    )
    # Whatever a value may be: no link runs a script, or leaves this server unseen.
    return [link for link in made if is_here(link.url)]


def is_here(url: str) -> bool:
    r"""Whether an address is of this server; browsers take `/\` for `//`, and leave tabs out."""
    return bool(_HERE.fullmatch(url))


@cache
def _template(text: str) -> BoundTemplate:
    return _LIQUID.from_string(text)
