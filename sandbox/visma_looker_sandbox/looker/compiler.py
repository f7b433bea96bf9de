"""Makes SQL for Postgres of a query on an Explore, as Looker does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import sql

from visma_looker_sandbox.looker.expressions import ExpressionError, condition
from visma_looker_sandbox.looker.lookml import filters

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from visma_looker_sandbox.looker.lookml import Explore, Field, Project

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
#: A field that a link reads; `value` is the field's own, `_filters[...]` the query's.
_LIQUID = re.compile(r"\b(\w+\.\w+)\._(?:filterable_|rendered_)?value\b")
_PLAIN = frozenset({"string", "number", "yesno"})
#: How dates are selected, and seen by other fields.
_DATES = {
    "date": "date({})",
    "date_week": "to_char(date_trunc('week', {}), 'YYYY-MM-DD')",
    "date_month": "to_char(date_trunc('month', {}), 'YYYY-MM')",
    "date_time": "to_char(date_trunc('second', {}), 'YYYY-MM-DD HH24:MI:SS')",
}
_AGGREGATES = {
    "count": "count({})",
    "sum": "coalesce(sum({}), 0)",
    "count_distinct": "count(distinct {})",
    "average": "avg({})",
    "min": "min({})",
    "max": "max({})",
}
_ROWS = 500
_IGNORED = ("client_id", "vis_config", "filter_config", "visible_ui_sections", "query_timezone")
_KNOWN = {"model", "view", "fields", "pivots", "filters", "sorts", "limit", "column_limit"}
# No row depends on totals of columns.
_KNOWN |= {"row_total", "total", *_IGNORED}


class Refused(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A query that fails; the words are what a caller reads."""


@dataclass(frozen=True)
class Statement:
    """A query as SQL.

    Attributes:
        sql: The statement.
        columns: Fields of the query, as its first columns.
        limit: Most rows; of a pivoted query, rows after pivoting. None: all.
        pivots: Which of the columns are pivoted.
        dimensions: Which of the columns are dimensions, pivots among them.
        behind: Fields that stand behind the columns, for links and for sorting.
    """

    sql: str
    columns: list[str]
    limit: int | None
    pivots: list[str]
    dimensions: list[str]
    behind: list[str]

    @property
    def key(self) -> str:
        """What must be the same for results to be."""
        return f"{self.sql}\nrows {self.limit}, pivots {self.pivots}"


def statement(
    project: Project, query: Mapping[str, Any], attributes: Mapping[str, str], today: dt.date
) -> Statement:
    """Compile a query.

    Args:
        project: The project.
        query: A query as the API has it.
        attributes: The user's attributes, for access filters.
        today: The day that filters on dates are seen from.

    Raises:
        Refused: It names what is not there, or asks for what is not known here.
    """
    unknown = sorted(name for name, value in query.items() if value and name not in _KNOWN)
    if unknown:
        raise Refused(f"This stand-in does not know {', '.join(unknown)} of a query.")
    explore = project.explores.get(query["view"])
    if explore is None:
        raise Refused(f"Explore {query['view']} not found in model {project.name}")
    names = list(query.get("fields") or ())
    if not names:
        raise Refused("The query has no fields.")
    return _Compiler(project, explore, today).compile(names, query, attributes)


@dataclass
class _Compiler:
    project: Project
    explore: Explore
    today: dt.date
    _used: set[str] = field(default_factory=set)
    _open: list[str] = field(default_factory=list)

    def compile(
        self, names: list[str], query: Mapping[str, Any], attributes: Mapping[str, str]
    ) -> Statement:
        fields = [self._find(name) for name in names]
        pivots = list(query.get("pivots") or ())
        if missing := [name for name in pivots if name not in names]:
            raise Refused(f"Pivoted fields must be among the fields: {', '.join(missing)}.")
        limit = int(query.get("limit") or _ROWS)
        orders = self._orders(fields, query, pivots)
        # What links read, and a dimension is ordered by, is selected, too: behind the others, and
        # grouped by as they are.
        extra = [name for one in fields for name in _linked(one) if name not in names]
        if extra and pivots:
            raise Refused(f"This stand-in does not pivot what links read: {', '.join(extra)}.")
        extra += [order for order, _ in orders if order not in names]
        extra = list(dict.fromkeys(extra))
        chosen = [*fields, *(self._find(name) for name in extra)]
        where, having = self._conditions(query, attributes)
        select = [f"{self._selected(one)} as {_name(one.full_name)}" for one in chosen]
        keys = [str(n) for n, one in enumerate(chosen, 1) if not one.measure]
        places = {one.full_name: n for n, one in enumerate(chosen, 1)}
        order = [f"{places[name]} {direction}" for name, direction in orders]
        lines = [
            f"select {', '.join(select)}",
            *self._from(),
            f"where {' and '.join(where)}" if where else "",
            f"group by {', '.join(keys)}" if keys else "",
            f"having {' and '.join(having)}" if having else "",
            f"order by {', '.join(order)}" if order else "",
            f"limit {limit}" if limit >= 0 and not pivots else "",
        ]
        return Statement(
            "\n".join(line for line in lines if line),
            names,
            limit if limit >= 0 else None,
            pivots,
            [one.full_name for one in fields if not one.measure],
            extra,
        )

    def _find(self, name: str) -> Field:
        view, _, own = name.partition(".")
        if view in self.explore.views and own in self.project.views[view].fields:
            return self.project.views[view].fields[own]
        raise Refused(f'Unknown or inaccessible field "{name}" in explore {self.explore.name}')

    # --- fields

    def _selected(self, one: Field) -> str:
        text = self._value(one)
        yesno = one.type == "yesno" and not one.measure
        return f"case when {text} then 'Yes' else 'No' end" if yesno else text

    def _value(self, one: Field) -> str:
        """SQL of a field as other fields see it."""
        if one.measure:
            return self._measured(one)
        if one.type in _DATES:
            return _DATES[one.type].format(self._own(one))
        if one.type not in _PLAIN:
            raise Refused(f"{one.full_name}: this stand-in does not know the type {one.type}.")
        return self._own(one)

    def _own(self, one: Field) -> str:
        """SQL of a field without what its type adds."""
        if one.full_name in self._open:
            raise Refused(f"{one.full_name} refers to itself.")
        self._used.add(one.view)
        self._open.append(one.full_name)
        try:
            return self._resolved(str(one.node.get("sql", f"${{TABLE}}.{one.name}")), one.view)
        finally:
            self._open.pop()

    def _resolved(self, text: str, view: str) -> str:
        """Put SQL in place of what a text refers to."""
        if "{{" in text or "{%" in text:
            raise Refused(f"view {view}: this stand-in does not know Liquid in SQL.")

        def one(found: re.Match[str]) -> str:
            name = found[1]
            if name == "TABLE":
                return _name(view)
            return f"({self._value(self._find(name if '.' in name else f'{view}.{name}'))})"

        return _REFERENCE.sub(one, text).strip()

    def _measured(self, one: Field) -> str:
        if one.view != self.explore.view:
            # Its rows may be there several times.
            raise Refused(
                f"{one.full_name}: this stand-in knows measures of the Explore's own view only."
            )
        conditions = self._all(
            {
                name if "." in name else f"{one.view}.{name}": value
                for name, value in filters(one.node).items()
            }
        )
        if one.type in ("number", "string"):
            if conditions:
                raise Refused(f"{one.full_name}: a {one.type} takes no filters.")
            return self._own(one)
        if one.type not in _AGGREGATES:
            raise Refused(f"{one.full_name}: this stand-in does not know the type {one.type}.")
        if one.type == "count":
            self._used.add(one.view)
            text = "1" if conditions else "*"
        else:
            text = self._own(one)
        if conditions:
            text = f"case when {' and '.join(conditions)} then {text} end"
        return _AGGREGATES[one.type].format(text)

    # --- conditions

    def _conditions(
        self, query: Mapping[str, Any], attributes: Mapping[str, str]
    ) -> tuple[list[str], list[str]]:
        """What rows, and what groups, must be like."""
        node = self.explore.node
        asked = {**filters(node.get("always_filter", {})), **(query.get("filters") or {})}
        # One order, so that the same filters are the same SQL, and hit the cache.
        names = sorted(name for name in asked if str(asked[name]).strip())
        measured = [name for name in names if self._find(name).measure]
        having = self._all({name: asked[name] for name in measured})
        where = self._all({name: asked[name] for name in names if name not in measured})
        if "sql_always_where" in node:
            where.append(f"({self._resolved(node['sql_always_where'], self.explore.view)})")
        for rule in node.get("access_filters", ()):
            # Who has no value sees nothing; an empty filter would be everything.
            value = attributes.get(rule["user_attribute"])
            where += self._all({rule["field"]: value}) if value else ["false"]
        return where, having

    def _all(self, expressions: Mapping[str, str]) -> list[str]:
        made = (self._condition(self._find(name), text) for name, text in expressions.items())
        return [one for one in made if one]

    def _condition(self, one: Field, expression: str) -> str | None:
        if one.node.get("can_filter") == "no":
            raise Refused(f"{one.full_name} cannot be filtered by (can_filter: no).")
        kind = "date" if one.type in _DATES else one.type
        if one.measure:
            kind = "string" if one.type == "string" else "number"
        try:
            # Dates are compared as they are in the table.
            text = self._own(one) if kind == "date" else self._value(one)
            return condition(f"({text})", kind, str(expression), self.today)
        except ExpressionError as error:
            raise Refused(f"{one.full_name}: {error}") from None

    # --- the rest

    def _orders(
        self, fields: list[Field], query: Mapping[str, Any], pivots: list[str]
    ) -> list[tuple[str, str]]:
        names = [one.full_name for one in fields]
        orders = []
        for sort in query.get("sorts") or _default_sorts(fields):
            name, _, direction = sort.partition(" ")
            one = self._find(name)
            if name not in names or direction not in ("", "asc", "desc"):
                raise Refused(f'This stand-in does not know the sort "{sort}".')
            if one.measure and pivots:
                raise Refused("This stand-in does not sort pivoted results by measures.")
            by = one.node.get("order_by_field")
            shown = f"{one.view}.{by}" if by else name
            orders.append((shown, "desc nulls last" if direction == "desc" else "asc"))
        return orders

    def _from(self) -> Iterable[str]:
        """The tables that are needed, and what they are joined by."""
        joins: list[str] = []
        # The last first: what a join refers to stands before it.
        for join in reversed(self.explore.joins):
            if join["name"] in self._used:
                on = self._resolved(join["sql_on"], join["name"])
                table = self.project.views[join["name"]].table
                joins.insert(0, f"left join {table} as {_name(join['name'])} on {on}")
        start = self.project.views[self.explore.view].table
        return [f"from {start} as {_name(self.explore.view)}", *joins]


def _linked(one: Field) -> list[str]:
    """Fields that the links of one read of the row."""
    return _LIQUID.findall(" ".join(link["url"] for link in one.node.get("links", ())))


def _default_sorts(fields: list[Field]) -> list[str]:
    """Dates first, the newest at the top; else the greatest measure; else the first dimension."""
    dates = [one.full_name for one in fields if one.type in _DATES and not one.measure]
    measures = [one.full_name for one in fields if one.measure]
    return [f"{name} desc" for name in (*dates, *measures)][:1] or [fields[0].full_name]


def _name(text: str) -> str:
    return sql.Identifier(text).as_string(None)
