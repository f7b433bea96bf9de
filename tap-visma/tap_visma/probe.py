"""`--check --probe`: asks the service what its documentation leaves open.

A few dozen calls, all of them GETs, mostly of one row. What is printed is made of fixed words and
of figures about the service itself: it can be sent to the project as it is.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tap_visma.audit import Run
from tap_visma.bookmarks import REPLICATION_KEY
from tap_visma.errors import AllowanceError, VismaError
from tap_visma.journals import LINES
from tap_visma.paging import LARGEST_PAGE
from tap_visma.records import wall_clock
from tap_visma.stream import VismaStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_visma.client import CompanyClient, Params
    from tap_visma.tap import TapVisma

UNTOLD = "cannot be told here"
CONDITION = f"{REPLICATION_KEY}Condition"

_ALWAYS = {REPLICATION_KEY: "1900-01-01"}
_FAR = 1_000_000
_FRESH_MINUTES = 5
_FEW = 50
_TIMED = ("supplier_documents", "customer_documents", "suppliers", "customers")
_DOCUMENTS = ("supplier_documents", "customer_documents", "supplier_invoices", "customer_invoices")

Finding = tuple[str, str]


@dataclass(frozen=True)
class Page:
    """What a call brought: its rows, and what they and the headers tell of the list."""

    rows: list[dict[str, Any]]
    total: int | None
    largest: int | None
    headers: Mapping[str, str]


class Probe:
    """Asks one company's API.

    Args:
        tap: With its streams and settings.
        client: The company's.
    """

    def __init__(self, tap: TapVisma, client: CompanyClient) -> None:
        self._tap = tap
        self._client = client
        self._run = Run("probe", client)
        self._first: dict[str, Page] = {}

    @property
    def calls(self) -> int:
        """Calls made."""
        return self._run.meter.calls

    def findings(self) -> Iterator[Finding]:
        """Each assumption, and what is found of it."""
        yield from self._lists()
        for name, ask in (
            ("allowance headers", self._allowance),
            ("zone of lastModifiedDateTime", self._zone),
            ("default page size", self._default_page_size),
            ("too large a page size", self._too_large),
            ("past the last page", self._past_the_end),
            ("order", self._order),
            ("default condition", self._condition),
            ("time of journals", self._time_of_journals),
            ("paging of journals", self._paging_of_journals),
            ("cut journal batches", self._cut_batches),
            ("parts not asked for", self._unexpanded),
            ("filter by status", self._by_status),
            ("filter by period", self._by_period),
            ("unknown value of a filter", self._unknown_value),
            ("unknown parameter", self._unknown_parameter),
            ("paging of unpaged lists", self._unpaged),
            ("periods of project transactions", self._project_periods),
        ):
            yield name, _found(ask)

    # --- how it is asked ---

    def _stream(self, name: str) -> VismaStream:
        stream = self._tap.streams[name]
        if not isinstance(stream, VismaStream):
            raise TypeError(name)
        return stream

    def _get(self, stream: VismaStream, params: Params) -> Page:
        answer = self._client.get(stream.path, params, self._run.meter)
        body = json.loads(answer.body)
        rows = body.get("records", []) if isinstance(body, dict) else body
        told = rows[0].get("metadata") or {} if rows and isinstance(rows[0], dict) else {}
        total = body.get("totalCount") if isinstance(body, dict) else told.get("totalCount")
        return Page(rows, total, told.get("maxPageSize"), answer.headers)

    def _rows(self, name: str, **params: str | int | bool) -> Page:
        return self._get(self._stream(name), {"pageNumber": 1, **params})

    def _total(self, name: str, **params: str | int | bool) -> int:
        page = self._rows(name, pageSize=1, **params)
        return page.total or 0

    # --- what is asked ---

    def _lists(self) -> Iterator[Finding]:
        """One row of each paged list: what it tells of itself."""
        largest: dict[str, list[str]] = defaultdict(list)
        missing: dict[str, list[str]] = defaultdict(list)
        for stream in self._tap.streams.values():
            if not isinstance(stream, VismaStream) or not stream.paged:
                continue
            page = self._first_row(stream)
            if isinstance(page, str):
                missing[page].append(stream.path)
                continue
            if not page.rows:
                missing["empty"].append(stream.path)
                continue
            self._first[stream.name] = page
            largest[f"{page.largest:,}" if page.largest else "untold"].append(stream.path)
            if page.total is None:
                missing["total untold"].append(stream.path)
        for size, paths in sorted(largest.items()):
            yield "largest page", f"{size}: {', '.join(paths)}"
        for what, paths in sorted(missing.items()):
            yield "lists", f"{what}: {', '.join(paths)}"

    def _first_row(self, stream: VismaStream) -> Page | str:
        """The first row as a run would ask for it; or why there is none."""
        try:
            combinations = stream.combinations(self._client, self._run)
            if not combinations:
                return "nothing to ask for"
            params = stream.expanded()
            params |= stream.parameters(self._client, combinations[0], self._run)
            if not stream.condition:
                params |= _ALWAYS
            return self._get(stream, {**params, "pageNumber": 1, "pageSize": 1})
        except AllowanceError:
            raise
        except VismaError as error:
            return _refused(error)

    def _longest(self, names: Sequence[str] = _DOCUMENTS) -> str:
        """The longest of some lists; at least one of them has rows."""
        known = {name: self._first[name].total or 0 for name in names if name in self._first}
        if not known:
            raise _UnansweredError
        return max(known, key=lambda name: known[name])

    def _allowance(self) -> str:
        for page in self._first.values():
            told = {
                name.removeprefix("x-ratelimit-"): _figure(page.headers[name])
                for name in map(str.lower, page.headers)
                if name.startswith("x-ratelimit-")
            }
            return ", ".join(f"{name} {told[name]}" for name in sorted(told)) or "absent"
        return UNTOLD

    def _zone(self) -> str:
        """The newest stamp against the Date of the answer: a stamp is never in the future."""
        ahead: list[float] = []
        for name in _TIMED:
            if first := self._first.get(name):
                since = _date(first.headers) - dt.timedelta(hours=1)
                filters = {REPLICATION_KEY: since.isoformat(timespec="milliseconds")}
                page = self._rows(name, pageSize=LARGEST_PAGE, **filters, **{CONDITION: ">="})
                now = _date(page.headers)
                ahead += [
                    (dt.datetime.fromisoformat(wall_clock(stamp)) - now).total_seconds() / 60
                    for row in page.rows
                    if (stamp := row.get(REPLICATION_KEY))
                ]
        newest = max((minutes for minutes in ahead if minutes < 15 * 60), default=None)
        if newest is None:
            return f"{UNTOLD}: nothing was changed in the last hour; change something, probe again"
        quarters = round(newest / 15)
        if abs(newest - 15 * quarters) > _FRESH_MINUTES or quarters < 0:
            return f"{UNTOLD}: the newest stamp is {newest:+.0f} minutes from UTC; probe again"
        return f"UTC{quarters // 4:+03d}:{quarters % 4 * 15:02d}, if something was changed just now"

    def _default_page_size(self) -> str:
        name = self._longest()
        page = self._get(self._stream(name), {})
        if page.total is None or page.total <= len(page.rows):
            return f"{UNTOLD}: no list is longer than a page"
        same = " (the largest)" if len(page.rows) == page.largest else ""
        return f"{len(page.rows):,}{same}"

    def _too_large(self) -> str:
        page = self._rows(self._longest(), pageSize=_FAR)
        if page.total is None or page.total <= len(page.rows):
            return f"{UNTOLD}: no list is longer than a page"
        return "lowered to the largest" if len(page.rows) == page.largest else "other rows"

    def _past_the_end(self) -> str:
        rows = self._rows(self._longest(), pageNumber=_FAR, pageSize=_FEW).rows
        return "rows" if rows else "empty list"

    def _order(self) -> str:
        """The orders that the first rows of some lists are in."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in ("suppliers", "supplier_documents", "customer_documents"):
            if name not in self._first or (self._first[name].total or 0) < _FEW // 5:
                continue
            stream = self._stream(name)
            rows = self._rows(name, pageSize=_FEW).rows
            times = [wall_clock(row[REPLICATION_KEY]) for row in rows]
            numbers = [row[stream.primary_keys[-1]] for row in rows]
            orders = {
                "by key": numbers == sorted(numbers),
                "oldest first": times == sorted(times),
                "newest first": times == sorted(times, reverse=True),
            }
            fits = " and ".join(order for order, is_so in orders.items() if is_so)
            found[fits or "another"].append(stream.path)
        return "; ".join(f"{order}: {', '.join(paths)}" for order, paths in found.items()) or UNTOLD

    def _condition(self) -> str:
        name = self._longest()
        time = {REPLICATION_KEY: wall_clock(self._first[name].rows[0][REPLICATION_KEY])}
        since = self._total(name, **time, **{CONDITION: ">="})
        after = self._total(name, **time, **{CONDITION: ">"})
        if since == after:
            return f"{UNTOLD}: >= and > find the same"
        without = self._total(name, **time)
        return {since: ">=", after: ">"}.get(without, "neither >= nor >")

    def _time_of_journals(self) -> str:
        name = "journal_transactions"
        stamp = wall_clock(self._journals()[0][REPLICATION_KEY])
        later = dt.datetime.fromisoformat(stamp) + dt.timedelta(milliseconds=1)
        since = self._total(name, **{REPLICATION_KEY: stamp})
        after = later.isoformat(timespec="milliseconds")
        return ">=" if since > self._total(name, **{REPLICATION_KEY: after}) else ">"

    def _journals(self) -> list[dict[str, Any]]:
        if "journal_transactions" not in self._first:
            raise _UnansweredError
        return self._first["journal_transactions"].rows

    def _paging_of_journals(self) -> str:
        self._journals()
        page = self._rows("journal_transactions", pageSize=_FEW, **_ALWAYS)
        batches, lines = len(page.rows), sum(len(row.get(LINES) or []) for row in page.rows)
        if batches == lines or page.total is None:
            return UNTOLD
        expected = min(_FEW, page.total, page.largest or _FEW)
        return {batches: "batches", lines: "lines"}.get(expected, "neither lines nor batches")

    def _cut_batches(self) -> str:
        self._journals()
        one, two = (
            self._rows("journal_transactions", pageSize=1, pageNumber=number, **_ALWAYS).rows
            for number in (1, 2)
        )
        if not two:
            return UNTOLD
        key = ("module", "batchNumber")
        same = [one[0].get(name) for name in key] == [two[0].get(name) for name in key]
        return "their header is repeated" if same else "none seen"

    def _unexpanded(self) -> str:
        """How a part looks that is there when it is asked for."""
        forms = set()
        for name in ("inventory_items", "customer_invoices", "suppliers"):
            if name not in self._first:
                continue
            (full,), rows = self._first[name].rows, self._rows(name, pageSize=1).rows
            for field, value in full.items():
                bare = rows[0].get(field, "absent")
                if bare != value and bare in ("absent", None, []):
                    forms.add("null" if bare is None else bare or "empty")
        return " or ".join(sorted(forms)) or UNTOLD

    def _by_status(self) -> str:
        works = {
            all(row.get("status") == "Open" for row in rows)
            for name in _DOCUMENTS[:2]
            if name in self._first and (rows := self._rows(name, status="Open", pageSize=_FEW).rows)
        }
        return _works(works)

    def _by_period(self) -> str:
        works = set()
        for name in _DOCUMENTS:
            stream = self._stream(name)
            if name in self._first and stream.period:
                period = str(self._first[name].rows[0].get("financialPeriod") or "")
                if re.fullmatch(r"\d{6}", period):
                    page = self._rows(name, pageSize=_FEW, **stream.in_period(period))
                    works.add(
                        bool(page.rows)
                        and all(row.get("financialPeriod") == period for row in page.rows)
                    )
        return _works(works)

    def _unknown_value(self) -> str:
        name = self._longest()
        total = self._total(name, status="NoSuchStatus")
        return {0: "empty list", self._first[name].total or 0: "ignored"}.get(total, "other rows")

    def _unknown_parameter(self) -> str:
        name = self._longest()
        total = self._total(name, noSuchParameter=1)
        return "ignored" if total == self._first[name].total else "other rows"

    def _unpaged(self) -> str:
        """The list of accounts takes no page parameters."""
        pages = [self._rows("accounts", pageNumber=n, pageSize=1).rows for n in (1, 2)]
        if len(pages[0]) > 1:
            return "not paged, parameters ignored"
        return "paged" if pages[0] != pages[1] else UNTOLD

    def _project_periods(self) -> str:
        try:
            self._rows("project_transactions", pageSize=1)
        except VismaError as error:
            if "answered 400" not in error.what:
                raise
            return "mandatory"
        return "optional"


class _UnansweredError(VismaError):
    """There are no rows to learn it from."""

    def __init__(self) -> None:
        super().__init__(UNTOLD, "")


def _found(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except AllowanceError:
        raise
    except VismaError as error:
        return _refused(error)


def _refused(error: VismaError) -> str:
    """A refusal as a finding: status and words, which are fit for others' eyes."""
    if isinstance(error, _UnansweredError):
        return UNTOLD
    found = re.search(r"answered (\d{3}.*)", error.what)
    return f"refused: {found[1]}" if found else f"no answer ({type(error).__name__})"


def _works(works: set[bool]) -> str:
    if not works:
        return UNTOLD
    return "works" if works == {True} else "is ignored" if works == {False} else "in part"


def _figure(text: str) -> str:
    return text if re.fullmatch(r"[\w.-]{1,40}", text) else "odd"


def _date(headers: Mapping[str, str]) -> dt.datetime:
    """The service's own time, UTC without a zone."""
    try:
        return (
            parsedate_to_datetime(headers["Date"]).astimezone(dt.timezone.utc).replace(tzinfo=None)
        )
    except (KeyError, ValueError):
        raise _UnansweredError from None


def probe(tap: TapVisma) -> tuple[str, bool]:
    """What `--check --probe` prints, of the first company; and whether it could ask all.

    Args:
        tap: With valid settings.
    """
    asked = Probe(tap, tap.client(tap.companies[0].company_id))
    found: list[Finding] = []
    problem = ""
    try:
        tap.client(tap.companies[0].company_id).log_in()
        found.extend(asked.findings())
    except VismaError as error:
        problem = f"{error.what} {error.todo}"
    head = (
        f"Probe of tap-visma {version('tap-visma')}, {asked.calls} calls. It holds no names, "
        "amounts, ids or secrets: please send it to the project."
    )
    told = "\n".join(f"{name}: {finding}" for name, finding in found)
    return "\n\n".join(filter(None, (head, told, problem))), not problem
