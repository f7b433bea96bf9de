"""Results as figures of Plotly: data and layout, as JSON takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from visma_looker_sandbox.preview.language import Language
    from visma_looker_sandbox.preview.results import Cell, Result

#: How each kind of tile is drawn; the rest are tables and figures in words.
CHARTS = {
    "looker_column": "bar",
    "looker_bar": "bar",
    "looker_line": "scatter",
    "looker_area": "scatter",
    "looker_pie": "pie",
}
# Told apart by eyes that see colours differently, too; the first is the accent of the page.
_COLOURS = ("#1f5fae", "#e08a1e", "#3c9a78", "#a8487c", "#7a68b3", "#6b7785", "#c2a83e", "#4aa3c7")
_LONGEST = 30
#: More names than these are written smaller, so that they do not lie on each other on a phone.
_MANY = 12
#: Axes of smaller numbers, such as shares, show digits behind the point.
_SMALL = 10
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"


def figure(tile: Mapping[str, Any], result: Result, language: Language) -> dict[str, Any]:
    """Draw a result.

    Args:
        tile: The tile, as the dashboard has it.
        result: What it shows.
        language: How numbers on the axis are written.

    Returns:
        `data` and `layout`; each point's `customdata` is the address of the rows behind it.
    """
    kind = str(tile["type"])
    # The newest may come first in a result, and stands last in its chart.
    rows = list(reversed(result.rows)) if tile.get("x_axis_reversed") else result.rows
    names = [_name(row, result.dimensions) for row in rows]
    if kind == "looker_pie":
        return {"data": [_pie(result, names)], "layout": _layout(language)}
    # Two points of the same short name are two points.
    places = list(range(len(names)))
    lying = kind == "looker_bar"
    along, across = ("y", "x") if lying else ("x", "y")
    data = []
    for number, place in enumerate(result.numbers):
        column = result.columns[place]
        cells = [row[place] for row in rows]
        # What is nothing under a pivot is no point of a line.
        values = [None if cell.value is None else float(cell.value) for cell in cells]
        colour = _COLOURS[number % len(_COLOURS)]
        title = _safe(column.over or column.label)
        trace: dict[str, Any] = {
            "type": CHARTS[kind],
            "name": title,
            along: places,
            across: values,
            "customdata": [cell.drill for cell in cells],
            "hovertext": [
                f"{name}<br>{title}: {_safe(cell.text)}"
                for name, cell in zip(map(_safe, names), cells, strict=True)
            ],
            "hoverinfo": "text",
            "marker": {"color": colour},
        }
        if lying:
            trace["orientation"] = "h"
        if CHARTS[kind] == "scatter":
            trace |= {"mode": "lines+markers", "line": {"color": colour, "width": 2.5}}
        if kind == "looker_area":
            trace |= {"fill": "tozeroy"}
        data.append(trace)
    layout = _layout(language)
    layout["showlegend"] = len(data) > 1
    layout[f"{along}axis"] |= {
        "tickvals": places,
        "ticktext": [_safe(_short(name)) for name in names],
        "tickfont": {"size": 10 if len(names) > _MANY else 12},
        # The outermost name may stand beyond the axis; left out, its bar would seem to be the one
        # before it.
        "ticklabeloverflow": "allow",
        "showgrid": False,
        "zeroline": False,
        # A bar chart begins at the top.
        "autorange": "reversed" if lying else True,
    }
    layout[f"{across}axis"] |= {"tickformat": ",.2~f" if _is_small(data, across) else ",.0f"}
    return {"data": data, "layout": layout}


def _layout(language: Language) -> dict[str, Any]:
    axis = {
        "automargin": True,
        "gridcolor": "#e6e9ee",
        "zerolinecolor": "#9aa4b1",
        "fixedrange": True,
    }
    return {
        "autosize": True,
        "barmode": "group",
        "bargap": 0.35,
        "font": {"family": _FONT, "size": 12, "color": "#3a4452"},
        "hoverlabel": {
            "bgcolor": "#ffffff",
            "bordercolor": "#c6cdd6",
            "font": {"color": "#1d2530"},
        },
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": language.separators,
        "xaxis": dict(axis),
        "yaxis": dict(axis),
    }


def _pie(result: Result, names: Sequence[str]) -> dict[str, Any]:
    place = result.numbers[0]
    cells = [row[place] for row in result.rows]
    return {
        "type": "pie",
        "labels": [_safe(name) for name in names],
        "values": [float(cell.value or 0) for cell in cells],
        "hovertext": [f"{_safe(n)}<br>{_safe(c.text)}" for n, c in zip(names, cells, strict=True)],
        "hoverinfo": "text",
        "customdata": [cell.drill for cell in cells],
        "marker": {"colors": [*_COLOURS]},
        "sort": False,
    }


def _name(row: Sequence[Cell], dimensions: Sequence[int]) -> str:
    return ", ".join(row[place].text for place in dimensions) or "\u2013"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _safe(text: str) -> str:
    """A text that Plotly shows as it is: it takes some tags for its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_small(data: Sequence[Mapping[str, Any]], across: str) -> bool:
    values = [abs(value) for trace in data for value in trace[across] if value is not None]
    return max(values, default=0) < _SMALL
