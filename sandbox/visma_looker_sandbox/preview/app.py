"""The pages of the preview. The browser names fields and values; SQL is made here alone."""

from __future__ import annotations

import datetime as dt
import logging
import re
from functools import cached_property
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import plotly  # type: ignore[import-untyped]
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from visma_looker_sandbox.looker.compiler import Refused
from visma_looker_sandbox.looker.expressions import filterable, words
from visma_looker_sandbox.looker.lookml import LookMLError
from visma_looker_sandbox.preview.charts import CHARTS, figure
from visma_looker_sandbox.preview.dashboards import dashboards
from visma_looker_sandbox.preview.language import COUNTRIES, languages
from visma_looker_sandbox.preview.links import is_here
from visma_looker_sandbox.preview.results import Reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from visma_looker_sandbox.looker.explores import Explores
    from visma_looker_sandbox.looker.lookml import Field
    from visma_looker_sandbox.preview.dashboards import Dashboard, Tile
    from visma_looker_sandbox.preview.language import Language

_LOG = logging.getLogger(__name__)
_HERE = files("visma_looker_sandbox.preview")
_PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_COOKIE = "preview_language"
#: Rows that a table shows at most; a browser that draws more is slow.
_SHOWN = 500
_NOTHING = "\u2013"
_FRESHNESS = "newest_load_epoch"
_COMPANIES = ("sync_status", "dim_company.country")
_ASKED = re.compile(r"f\[([\w.]+)\]")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class PreviewError(Exception):
    """The preview cannot be shown."""


def preview_app(explores: Explores, project: Path, hosts: Sequence[str]) -> Starlette:
    """The preview of a project as an application.

    Args:
        explores: The project and its warehouse.
        project: Directory of the project, for its strings files.
        hosts: Names that the server is called by; a page elsewhere must not lend it its own.

    Raises:
        PreviewError: The project has something that cannot be shown.
        Refused: The warehouse does not answer.
    """
    try:
        preview = _Preview(explores, project)
    except LookMLError as error:
        raise PreviewError(str(error)) from error
    routes = [
        Route("/", preview.index),
        Route("/dashboards/{id}", preview.dashboard),
        Route("/dashboards/{id}/tiles/{name}", preview.tile),
        Route("/dashboards/{id}/filters/{name}", preview.choices),
        Route("/dashboards/{id}/freshness", preview.freshness),
        Route("/explore/{model}/{explore}", preview.explore),
        Route("/language", preview.choose_language),
        Route("/plotly.js", _plotly),
        Mount("/static", StaticFiles(directory=str(_HERE / "static"))),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
        ],
        exception_handlers={
            HTTPException: preview.problem,
            Refused: preview.refused,
            Exception: preview.fault,
        },
    )


def _plotly(_: Request) -> Response:
    """The chart library, as it lies in its package; the address names its version."""
    return FileResponse(_PLOTLY, headers={"Cache-Control": "max-age=31536000, immutable"})


class _Preview:
    """Answers requests; each in a thread of its own, as long as its query runs."""

    def __init__(self, explores: Explores, project: Path) -> None:
        self._explores = explores
        self._project = explores.project
        self._dashboards = dashboards(self._project)
        self._languages = languages(project, self._project.value_formats)
        self._attributes = {
            rule["user_attribute"]: "%"
            for explore in self._project.explores.values()
            for rule in explore.node.get("access_filters", ())
        }
        self._templates = Environment(
            loader=PackageLoader("visma_looker_sandbox.preview"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Asked for now, so that a warehouse that does not answer is seen at the start.
        self._home = self._home_language()

    # --- pages

    def index(self, request: Request) -> Response:
        return self._page(request, "index.html", title=self._title(request))

    def dashboard(self, request: Request) -> Response:
        shown = self._shown(request)
        chosen = shown.chosen(request.query_params)
        reader = self._reader(request)
        language = reader.language
        tiles = [
            {
                "tile": tile,
                "title": language(str(tile.node.get("title", tile.name))),
                "note": language(str(tile.node.get("note_text", ""))),
                "src": f"/dashboards/{shown.id}/tiles/{tile.name}?{urlencode(chosen)}",
            }
            for tile in shown.tiles.values()
        ]
        filters = [
            {
                "filter": one,
                "title": language(str(one.node.get("title", one.name))),
                "expression": chosen[one.name],
                "said": _in_words(chosen[one.name], reader.field(one.field), language)
                or language("any value"),
                "src": f"/dashboards/{shown.id}/filters/{one.name}?"
                + urlencode({one.name: chosen[one.name]}),
            }
            for one in shown.filters
        ]
        return self._page(
            request,
            "dashboard.html",
            title=language(str(shown.node["title"])),
            shown=shown,
            tiles=tiles,
            filters=filters,
        )

    def explore(self, request: Request) -> Response:
        """Rows behind a figure: an address in the form of Looker's own."""
        asked = request.query_params
        name = request.path_params["explore"]
        if request.path_params["model"] != self._project.name or name not in self._project.explores:
            raise HTTPException(404)
        # An empty one lifts a filter that the Explore would ask for by itself.
        conditions = {
            found[1]: value for key, value in asked.items() if (found := _ASKED.fullmatch(key))
        }
        query = {
            "view": name,
            "fields": [one for one in asked.get("fields", "").split(",") if one],
            "filters": conditions,
            "sorts": [one for one in asked.get("sorts", "").split(",") if one],
            "limit": str(_SHOWN),
            "total": True,
        }
        reader = self._reader(request)
        result = reader.read(query)
        language = reader.language
        explore = self._project.explores[name]
        return self._page(
            request,
            "explore.html",
            title=language(str(explore.node.get("label", name))),
            conditions=[
                (language.label(field), _in_words(value, field, language))
                for field, value in (
                    (reader.field(one), said) for one, said in conditions.items() if said
                )
            ],
            result=result,
            has_rows=bool(result.rows),
            most=_SHOWN,
        )

    # --- parts of pages

    def tile(self, request: Request) -> Response:
        shown = self._shown(request)
        tile = shown.tiles.get(request.path_params["name"])
        if tile is None:
            raise HTTPException(404)
        if tile.query is None:
            return self._render(request, "text.html", text=str(tile.node.get("body_text", "")))
        reader = self._reader(request)
        result = reader.read(tile.heard(shown.chosen(request.query_params)))
        return self._drawn(request, tile, reader, result)

    def _drawn(self, request: Request, tile: Tile, reader: Reader, result: Any) -> Response:
        kind = str(tile.node["type"])
        title = reader.language(str(tile.node.get("title", tile.name)))
        if not result.rows or (kind in CHARTS and not result.has_figures):
            return self._render(request, "empty.html", has_rows=bool(result.rows))
        if kind in CHARTS:
            drawn = figure(tile.node, result, reader.language)
            return self._render(
                request, "chart.html", title=title, result=result, figure=drawn, most=_SHOWN
            )
        if kind == "single_value":
            return self._render(
                request,
                "single_value.html",
                cell=result.rows[0][0],
                beside=self._beside(tile, result, reader.language),
            )
        if kind == "looker_single_record":
            pairs = list(zip(result.columns, result.rows[0], strict=True))
            return self._render(request, "single_record.html", pairs=pairs)
        return self._render(request, "table.html", title=title, result=result, most=_SHOWN)

    @staticmethod
    def _beside(tile: Tile, result: Any, language: Language) -> dict[str, Any] | None:
        """What stands beside a headline figure: what it is compared with, or its currency."""
        if len(result.columns) == 1 or not tile.node.get("show_comparison"):
            return None
        label = ""
        if tile.node.get("show_comparison_label", True):
            column = result.columns[1]
            label = language(str(tile.node.get("comparison_label", column.label)))
        return {"label": label, "cell": result.rows[0][1]}

    def choices(self, request: Request) -> Response:
        """The values that a filter can be given."""
        shown = self._shown(request)
        found = [one for one in shown.filters if one.name == request.path_params["name"]]
        if not found:
            raise HTTPException(404)
        (one,) = found
        reader = self._reader(request)
        kind = reader.field(one.field).type
        values = ["Yes", "No"] if kind == "yesno" else reader.values(one.choices())
        expression = one.chosen(request.query_params)
        checked = {word.expression for word in words(expression)} or {""}
        offered = [
            {
                "expression": filterable(value, kind),
                "text": reader.language.value(value, reader.field(one.field)) or _NOTHING,
            }
            for value in values
        ]
        known = {each["expression"] for each in offered}
        other = ",".join(sorted(word for word in checked - known if word))
        return self._render(
            request,
            "choices.html",
            filter=one,
            meaning=reader.language(str(reader.field(one.field).node.get("description", ""))),
            offered=offered,
            checked=checked,
            other=other,
        )

    def freshness(self, request: Request) -> Response:
        """When the newest load ended that its marts know of; of the one furthest behind."""
        shown = self._shown(request)
        reader = self._reader(request)
        names = {tile.query["view"] for tile in shown.tiles.values() if tile.query}
        loads = []
        for name in names:
            view = self._project.explores[name].view
            if _FRESHNESS in self._project.views[view].fields:
                query = {"view": name, "fields": [f"{view}.{_FRESHNESS}"], "limit": "1"}
                loads += [float(value) for value in reader.values(query) if value is not None]
        when = reader.language.moment(min(loads)) if loads else ""
        return self._render(request, "freshness.html", when=when)

    def choose_language(self, request: Request) -> Response:
        name, back = request.query_params.get("to", ""), request.query_params.get("back", "/")
        # Back to a page of this server, whatever the address says.
        if name not in self._languages or not is_here(back):
            raise HTTPException(400)
        answer = RedirectResponse(back, 303)
        answer.set_cookie(_COOKIE, name, samesite="strict", httponly=True)
        return answer

    # --- problems

    def problem(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        missing = status == HTTPStatus.NOT_FOUND
        said = "There is no such page." if missing else "This address is not understood."
        return self._told(request, status, said)

    def refused(self, request: Request, error: Exception) -> Response:
        said = "This cannot be shown."
        return self._told(request, HTTPStatus.BAD_REQUEST, said, str(error))

    def fault(self, request: Request, error: Exception) -> Response:
        """What nobody expected: what it was is for the log, a page has no use for it."""
        _LOG.error("%s cannot be shown.", request.url.path, exc_info=error)
        said = "This cannot be shown: the preview has a fault. Its log says more."
        return self._told(request, HTTPStatus.INTERNAL_SERVER_ERROR, said)

    def _told(self, request: Request, status: int, said: str, more: str = "") -> Response:
        """A page, or what stands in a tile's place."""
        said = self._language(request)(said)
        if "text/html" in request.headers.get("accept", ""):
            return self._page(request, "problem.html", status, title=said, said=more)
        return self._render(request, "refused.html", status, said=f"{said} {more}".strip())

    # --- what is shared

    def _shown(self, request: Request) -> Dashboard:
        shown = self._dashboards.get(request.path_params["id"])
        if shown is None:
            raise HTTPException(404)
        return shown

    def _title(self, request: Request) -> str:
        return self._language(request)("Dashboards")

    def _reader(self, request: Request) -> Reader:
        today = dt.datetime.now(dt.timezone.utc).date()
        return Reader(self._explores, self._language(request), today, self._attributes)

    def _language(self, request: Request) -> Language:
        """As chosen, else as the companies' country speaks, else as the browser asks."""
        name = request.cookies.get(_COOKIE) or self._home
        if name in self._languages:
            return self._languages[name]
        for wish in request.headers.get("accept-language", "").split(","):
            tag = wish.partition(";")[0].strip().lower().replace("no", "nb").partition("-")[0]
            for language in self._languages.values():
                if language.tag == tag:
                    return language
        return self._languages["en"]

    def _home_language(self) -> str | None:
        name, country = _COMPANIES
        explore = self._project.explores.get(name)
        query: dict[str, Any] = {"view": name, "fields": [country], "limit": "-1"}
        if explore is None or country.partition(".")[0] not in explore.views:
            return None
        today = dt.datetime.now(dt.timezone.utc).date()
        reader = Reader(self._explores, self._languages["en"], today, self._attributes)
        countries = {str(value) for value in reader.values(query) if value}
        return COUNTRIES.get(countries.pop()) if len(countries) == 1 else None

    def _page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        language = self._language(request)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return self._render(
            request,
            template,
            status,
            **values,
            here=here,
            languages=self._languages.values(),
            nav=[
                (
                    one.id,
                    language(str(one.node["title"])),
                    language(str(one.node.get("description", ""))),
                )
                for one in self._dashboards.values()
            ],
        )

    def _render(
        self, request: Request, template: str, status: int = 200, **values: Any
    ) -> Response:
        language = self._language(request)
        text = self._templates.get_template(template).render(
            **values, t=language, language=language, static=self._version, plotly=plotly.__version__
        )
        # Figures are not to be found on disk, nor shown after they have changed.
        headers = {**_HEADERS, "Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}
        return HTMLResponse(text, status, headers)

    @cached_property
    def _version(self) -> str:
        """Of the style sheet and the script: what a browser keeps is of this version."""
        times = (
            Path(str(_HERE / "static" / name)).stat().st_mtime_ns
            for name in ("preview.css", "preview.js")
        )
        return f"{max(times):x}"


def _in_words(expression: str, field: Field, language: Language) -> str:
    """A filter expression as people say it; values stay as they are, as in tables."""
    if field.type not in ("string", "yesno"):
        return expression
    return ", ".join(
        ("≠ " if word.is_negated else "")
        + (language(word.text) if field.type == "yesno" else word.text)
        for word in words(expression)
    )
