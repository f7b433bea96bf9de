"""Results as they are shown: columns, cells in words, links, totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.preview.links import drill, links

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from visma_looker_sandbox.looker.explores import Explores
    from visma_looker_sandbox.looker.lookml import Field
    from visma_looker_sandbox.preview.language import Language
    from visma_looker_sandbox.preview.links import Link

_TOTAL = "$$$_row_total_$$$"
_JOINT = "|FIELD|"


@dataclass(frozen=True)
class Column:
    """A column of a result.

    Attributes:
        field: What it shows.
        label: Its heading.
        pivot: Value of the pivots that it is under; None where it is under none.
        over: The heading of that value.
    """

    field: Field
    label: str
    pivot: str | None = None
    over: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its values stand under each other, digit under digit."""
        if self.field.node.get("value_format_name") == "id":
            return False
        return self.field.type not in ("string", "yesno") and not self.field.type.startswith("date")


@dataclass(frozen=True)
class Cell:
    """A value.

    Attributes:
        value: As the warehouse has it.
        text: As it is written.
        drill: Address of the rows behind it.
        links: Where else it leads.
    """

    value: Any
    text: str
    drill: str | None = None
    links: Sequence[Link] = ()

    @property
    def is_negative(self) -> bool:
        """Whether it is a number below nothing."""
        return isinstance(self.value, (int, float, Decimal)) and self.value < 0


@dataclass(frozen=True)
class Result:
    """A result.

    Attributes:
        columns: Its columns.
        rows: Cells of each row, in the order of the columns.
        totals: Cells below them; empty where there are none.
        is_cut: Whether there may be more rows than these.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell | None] = ()
    is_cut: bool = False

    @property
    def dimensions(self) -> list[int]:
        """Places of the columns that are dimensions."""
        return [n for n, one in enumerate(self.columns) if not one.field.measure]

    @property
    def has_row_total(self) -> bool:
        """Whether the last column is what the others of its row come to."""
        return bool(self.columns) and self.columns[-1].pivot == _TOTAL

    @property
    def over(self) -> list[tuple[str, int]]:
        """Headings over the columns of a pivot, and how many are under each."""
        runs = [(name, len(list(run))) for name, run in groupby(one.over for one in self.columns)]
        return runs if any(name for name, _ in runs) else []

    @property
    def has_figures(self) -> bool:
        """Whether any number is there to draw; amounts that may not be added up are not."""
        return any(row[place].value is not None for row in self.rows for place in self.numbers)

    @property
    def numbers(self) -> list[int]:
        """Places of the measures that are numbers."""
        return [
            n
            for n, one in enumerate(self.columns)
            if one.field.measure and one.is_number and one.pivot != _TOTAL
        ]


@dataclass
class Reader:
    """Asks the warehouse, for one page in one language.

    Attributes:
        explores: The project and its warehouse.
        language: How results are written.
        today: The day that filters on dates are seen from.
        attributes: Of the user: values of the access filters.
    """

    explores: Explores
    language: Language
    today: dt.date
    attributes: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str) -> Field:
        """A field by its full name, which the query has been checked for."""
        view, _, own = name.partition(".")
        return self.explores.project.views[view].fields[own]

    def read(self, query: Mapping[str, Any]) -> Result:
        """Run a query.

        Raises:
            Refused: It cannot be compiled, or the database refuses it.
        """
        pivots = list(query.get("pivots") or ())
        return self._pivoted(query, pivots) if pivots else self._plain(query)

    def values(self, query: Mapping[str, Any]) -> list[Any]:
        """The values of a query's first field."""
        rows = self.explores.linked(query, self.attributes, self.today)
        return [row[query["fields"][0]] for row in rows]

    def _plain(self, query: Mapping[str, Any]) -> Result:
        rows = self.explores.linked(query, self.attributes, self.today)
        columns = [self._column(name) for name in query["fields"]]
        shown = [[self._cell(one.field, row, query) for one in columns] for row in rows]
        return Result(columns, shown, self._totals(query, columns), self._is_cut(query, rows))

    def _pivoted(self, query: Mapping[str, Any], pivots: list[str]) -> Result:
        rows = self.explores.rows(query, self.attributes, self.today)
        names = [name for name in query["fields"] if name not in pivots]
        keys = [name for name in names if not self.field(name).measure]
        measures = [name for name in names if self.field(name).measure]
        joint = _JOINT.join(pivots)
        columns = [self._column(name) for name in keys]
        for value in self._headings(query, pivots):
            over = ", ".join(self.language(part) for part in value.split(_JOINT))
            columns += [Column(self.field(one), self._label(one), value, over) for one in measures]
        if query.get("row_total"):
            over = self.language("Total")
            columns += [Column(self.field(one), self._label(one), _TOTAL, over) for one in measures]
        shown = []
        for row in rows:
            at = {name: row[name] for name in keys}
            cells = [self._cell(self.field(name), at, query) for name in keys]
            for one in columns[len(keys) :]:
                value = row[one.field.full_name][joint].get(one.pivot)
                beside = at
                if one.pivot not in (None, _TOTAL):
                    parts = str(one.pivot).split(_JOINT)
                    beside = at | dict(zip(pivots, parts, strict=True))
                cells.append(self._figure(one.field, value, beside, query))
            shown.append(cells)
        totals = self._pivoted_totals(query, pivots, columns, keys)
        return Result(columns, shown, totals, self._is_cut(query, rows))

    def _headings(self, query: Mapping[str, Any], pivots: list[str]) -> list[str]:
        """The values of the pivots, in their order."""
        asked = {**query, "fields": pivots, "pivots": [], "sorts": pivots, "limit": "-1"}
        rows = self.explores.linked(asked, self.attributes, self.today)
        return [_JOINT.join(str(row[name]) for name in pivots) for row in rows]

    def _column(self, name: str) -> Column:
        return Column(self.field(name), self._label(name))

    def _label(self, name: str) -> str:
        return self.language.label(self.field(name))

    def _cell(self, one: Field, row: Mapping[str, Any], query: Mapping[str, Any]) -> Cell:
        value = row[one.full_name]
        if one.measure:
            dimensions = {
                name: row[name] for name in query["fields"] if not self.field(name).measure
            }
            return self._figure(one, value, dimensions, query)
        project = self.explores.project
        return Cell(
            value,
            self.language.value(value, one),
            links=[
                link._replace(label=self.language(link.label))
                for link in links(project, one, row, query.get("filters", {}))
            ],
        )

    def _figure(
        self, one: Field, value: Any, beside: Mapping[str, Any], query: Mapping[str, Any]
    ) -> Cell:
        if value is None:
            return Cell(None, "")
        # A unit or a currency has no rows behind it.
        url = drill(self.explores.project, query, one, beside) if one.type != "string" else None
        return Cell(value, self.language.value(value, one), url)

    def _totals(self, query: Mapping[str, Any], columns: Sequence[Column]) -> list[Cell | None]:
        """Totals of the columns: asked for, since a share or a distinct count does not add up."""
        measures = [one.field.full_name for one in columns if one.field.measure]
        if not query.get("total") or not measures:
            return []
        asked = {**query, "fields": measures, "sorts": [], "limit": "1"}
        (row,) = self.explores.linked(asked, self.attributes, self.today)
        return [
            self._figure(one.field, row[one.field.full_name], {}, query)
            if one.field.measure
            else None
            for one in columns
        ]

    def _pivoted_totals(
        self,
        query: Mapping[str, Any],
        pivots: list[str],
        columns: Sequence[Column],
        keys: list[str],
    ) -> list[Cell | None]:
        measures = list(dict.fromkeys(one.field.full_name for one in columns if one.field.measure))
        if not query.get("total") or not measures:
            return []
        asked = {**query, "fields": [*pivots, *measures], "pivots": [], "sorts": [], "limit": "-1"}
        rows = self.explores.linked(asked, self.attributes, self.today)
        under = {_JOINT.join(str(row[name]) for name in pivots): row for row in rows}
        whole = {**query, "fields": measures, "pivots": [], "sorts": [], "limit": "1"}
        (under[_TOTAL],) = self.explores.linked(whole, self.attributes, self.today)
        totals: list[Cell | None] = [None] * len(keys)
        for one in columns[len(keys) :]:
            row = under.get(str(one.pivot), {})
            beside = {name: row[name] for name in pivots if name in row}
            totals.append(self._figure(one.field, row.get(one.field.full_name), beside, query))
        return totals

    @staticmethod
    def _is_cut(query: Mapping[str, Any], rows: Sequence[Any]) -> bool:
        return len(rows) == int(query.get("limit") or 0)
