"""What the preview writes: words, figures, links, charts. Pages are in the browser's test."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from visma_looker_sandbox.looker.lookml import Field, LookMLError, Project, View
from visma_looker_sandbox.preview.charts import figure
from visma_looker_sandbox.preview.dashboards import dashboards
from visma_looker_sandbox.preview.language import LOCALES, languages
from visma_looker_sandbox.preview.links import drill, links
from visma_looker_sandbox.preview.results import Cell, Column, Result

if TYPE_CHECKING:
    from visma_looker_sandbox.preview.language import Language

HERE = Path(str(files("visma_looker_sandbox.preview")))
FORMATS = {"amount": "#,##0.00;-#,##0.00"}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Language]:
    """Languages of a project without strings files."""
    return languages(tmp_path_factory.mktemp("project"), FORMATS)


def field(name: str = "amount", *, measure: bool = False, **node: Any) -> Field:
    return Field("lines", name, measure, {"name": name, **node})


AMOUNT = field(type="sum", measure=True, value_format_name="amount", label="Amount")


# --- words


@pytest.mark.parametrize("name", sorted(LOCALES.keys() - {"en"}))
def test_every_word_is_translated(name: str) -> None:
    said = set()
    for path in [*HERE.glob("templates/*.html"), *HERE.glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        # Texts of one letter or with a dot are no words for people: names, keys.
        said |= set(re.findall(r"""\b(?:t|language)\(\s*(["'])(.+?)\1""", text))
        said |= {("", one) for one in re.findall(r'said = "(.+?)"', text)}
        said |= {("", one) for one in re.findall(r'else "(This .+?)"', text)}
    wanted = {text for _, text in said} | {"Yes", "No"}
    there = json.loads((HERE / "words" / f"{name}.json").read_text(encoding="utf-8"))
    # Of the LookML project's own strings files.
    assert wanted - {"Finance", "Total"} <= there.keys()
    assert there.keys() <= wanted | {"Total"}
    assert all(
        re.findall(r"\{\w+\}", key) == re.findall(r"\{\w+\}", value)
        or sorted(re.findall(r"\{\w+\}", key)) == sorted(re.findall(r"\{\w+\}", value))
        for key, value in there.items()
    )


def test_words_of_the_project_are_used(tmp_path: Path) -> None:
    (tmp_path / "strings").mkdir()
    (tmp_path / "strings" / "da.strings.json").write_text('{"Amount": "Beløb"}', encoding="utf-8")
    danish = languages(tmp_path, {})["da"]
    assert danish.label(AMOUNT) == "Beløb"
    assert danish.label(field("due_date")) == "Due Date"
    assert danish("Reset") == "Nulstil"


# --- figures


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("en", ("-1,234,567.80", "12.5%", "31/12/2026", "12/2026")),
        ("nb_NO", ("\u22121\u00a0234\u00a0567,80", "12,5\u00a0%", "31.12.2026", "12.2026")),
        ("sv_SE", ("\u22121\u00a0234\u00a0567,80", "12,5\u00a0%", "2026-12-31", "2026-12")),
        ("fi_FI", ("\u22121\u00a0234\u00a0567,80", "12,5\u00a0%", "31.12.2026", "12.2026")),
        ("da", ("-1.234.567,80", "12,5\u00a0%", "31.12.2026", "12.2026")),
    ],
)
def test_figures_and_dates_are_written_as_people_do(
    spoken: dict[str, Language], name: str, written: tuple[str, ...]
) -> None:
    language = spoken[name]
    part = field(type="number", value_format_name="percent_1")
    assert written == (
        language.value(Decimal("-1234567.80"), AMOUNT),
        language.value(Decimal("0.1249999"), part),
        language.value("2026-12-31", field(type="date")),
        language.value("2026-12", field(type="date_month")),
    )


def test_values_that_are_no_amounts(spoken: dict[str, Language]) -> None:
    english = spoken["en"]
    assert english.value(None, AMOUNT) == ""
    assert english.value(2026, field(type="number", value_format_name="id")) == "2026"
    assert english.value(12345, field(type="count", measure=True)) == "12,345"
    assert english.value(Decimal("1.5"), field(type="number")) == "1.5"
    assert (
        english.value(Decimal("2.449"), field(type="number", value_format_name="decimal_1"))
        == "2.4"
    )
    assert spoken["fi_FI"].value("Yes", field(type="yesno")) == "Kyllä"
    moment = field(type="date_time")
    assert english.value("2026-11-18 09:05:00", moment) == "18/11/2026 09:05"
    assert spoken["fi_FI"].value("2026-11-18 09:05:00", moment) == "18.11.2026 9.05"
    assert english.moment(dt.datetime(2026, 11, 18, 9, 5, tzinfo=dt.timezone.utc).timestamp()) == (
        "18/11/2026 09:05 UTC"
    )


def test_no_cent_is_rounded(spoken: dict[str, Language]) -> None:
    assert spoken["en"].value(Decimal("98765432109876.55"), AMOUNT) == "98,765,432,109,876.55"


# --- links

NAME = field(
    "name",
    links=[
        {"label": "Its lines", "url": "/explore/m/lines?f[lines.id]="
         "{{ lines.id._filterable_value | url_encode }}"
         "&f[lines.name]={{ filterable_value | url_encode }}"},
        {"label": "Anywhere", "url": "{{ value }}"},
    ],
)  # fmt: skip
TOTAL = field(
    "total", type="sum", measure=True, drill_fields=["rows*", "other.day"],
    filters__all=[[{"paid": "Yes"}]],
)  # fmt: skip


@pytest.fixture
def project() -> Project:
    fields = {one.name: one for one in (NAME, TOTAL, field("id", type="number"), AMOUNT)}
    fields["week"] = field("week", type="date_week")
    return Project("m", "db", None, {"lines": View("lines", "t", fields, {"rows": ["id", "name"]})})


def test_a_link_is_filled_in_and_leads_nowhere_else(project: Project) -> None:
    row = {"lines.name": "A & B, 50%", "lines.id": 7}
    (link,) = links(project, NAME, row, {})
    assert link.label == "Its lines"
    assert link.url == ("/explore/m/lines?f[lines.id]=7&f[lines.name]=A+%26+B%5E%2C+50%5E%25")
    for value in (
        "javascript:alert(1)", "//elsewhere.example", "https://elsewhere.example", "",
        "/\\elsewhere.example", "/\t/elsewhere.example",
    ):  # fmt: skip
        made = links(project, NAME, {"lines.name": value, "lines.id": 7}, {})
        assert [one.label for one in made] == ["Its lines"]
    assert [one.url for one in links(project, NAME, {"lines.name": "/x", "lines.id": 7}, {})][
        1:
    ] == ["/x"]
    assert links(project, NAME, {"lines.name": None, "lines.id": 7}, {}) == []


def test_a_figure_leads_to_rows_with_everything_that_made_it(project: Project) -> None:
    query = {"view": "lines", "filters": {"other.company": "NO1", "other.any": ""}}
    url = drill(project, query, TOTAL, {"lines.week": "2026-11-16", "lines.name": "A,B"})
    assert url == (
        "/explore/m/lines?fields=lines.id%2Clines.name%2Cother.day"
        "&f%5Blines.name%5D=A%5E%2CB&f%5Blines.paid%5D=Yes"
        "&f%5Blines.week%5D=2026-11-16+to+2026-11-23&f%5Bother.any%5D=&f%5Bother.company%5D=NO1"
        "&limit=500"
    )
    assert drill(project, query, AMOUNT, {}) is None


# --- charts


def result(*rows: tuple[str, str | None]) -> Result:
    return Result(
        [Column(field("name"), "Name"), Column(AMOUNT, "Amount")],
        [
            [
                Cell(name, name),
                Cell(None if amount is None else Decimal(amount), amount or "", "/drill"),
            ]
            for name, amount in rows
        ],
    )


@pytest.mark.parametrize(
    ("kind", "along", "across"),
    [("looker_bar", "y", "x"), ("looker_column", "x", "y"), ("looker_line", "x", "y"),
     ("looker_area", "x", "y")],
)  # fmt: skip
def test_charts(spoken: dict[str, Language], kind: str, along: str, across: str) -> None:
    rows = result(("<b>A</b> & B", "10.50"), ("C" * 40, None))
    drawn = figure({"type": kind}, rows, spoken["nb_NO"])
    (trace,) = drawn["data"]
    assert (trace[along], trace[across]) == ([0, 1], [10.5, None])
    assert trace["customdata"] == ["/drill", "/drill"]
    axis = drawn["layout"][f"{along}axis"]
    assert axis["ticktext"] == ["&lt;b&gt;A&lt;/b&gt; &amp; B", "C" * 29 + "…"]
    assert trace["hovertext"][0] == "&lt;b&gt;A&lt;/b&gt; &amp; B<br>Amount: 10.50"
    assert drawn["layout"]["separators"] == ",\u00a0"
    assert axis["autorange"] == ("reversed" if kind == "looker_bar" else True)
    turned = figure({"type": kind, "x_axis_reversed": True}, rows, spoken["en"])
    assert turned["data"][0][across] == [None, 10.5]


def test_a_pie(spoken: dict[str, Language]) -> None:
    rows = result(("<b>A</b>", "1"), ("B", "3"))
    (trace,) = figure({"type": "looker_pie"}, rows, spoken["en"])["data"]
    assert (trace["labels"], trace["values"]) == (["&lt;b&gt;A&lt;/b&gt;", "B"], [1, 3])
    assert trace["hovertext"] == ["&lt;b&gt;A&lt;/b&gt;<br>1", "B<br>3"]


def test_a_value_that_columns_are_under_is_but_a_name(spoken: dict[str, Language]) -> None:
    over = Column(AMOUNT, "Amount", "<b>", "<b>2026</b>")
    rows = Result([Column(field("name"), "Name"), over], [[Cell("A", "A"), Cell(Decimal(1), "1")]])
    (trace,) = figure({"type": "looker_line"}, rows, spoken["en"])["data"]
    assert trace["name"] == "&lt;b&gt;2026&lt;/b&gt;"
    assert trace["hovertext"] == ["A<br>&lt;b&gt;2026&lt;/b&gt;: 1"]


def test_amounts_that_are_not_known_are_no_chart() -> None:
    assert result(("A", None), ("B", "0")).has_figures
    assert not result(("A", None), ("B", None)).has_figures


def test_a_kind_of_tile_that_is_not_known_is_refused(project: Project) -> None:
    tile = {"name": "map", "type": "looker_map", "explore": "lines", "fields": ["lines.id"]}
    project.dashboards.append({"dashboard": "one", "elements": [tile]})
    with pytest.raises(LookMLError, match="dashboard one, map: the preview cannot draw looker_map"):
        dashboards(project)
