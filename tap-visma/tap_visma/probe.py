"""`--check --probe`: asks the service what its documentation leaves open.

A few dozen calls, all of them GETs, mostly of one row. What is printed is made of fixed words and
of figures about the service itself: it can be sent to the project as it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tap_visma.asking import (
    ALWAYS,
    DOCUMENTS,
    ODD,
    UNKNOWN,
    Asker,
    Page,
    UnansweredError,
    date_of,
    refused,
)
from tap_visma.bookmarks import REPLICATION_KEY
from tap_visma.errors import AllowanceError, VismaError
from tap_visma.journals import LINES
from tap_visma.paging import LARGEST_PAGE
from tap_visma.records import wall_clock
from tap_visma.stream import VismaStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_visma.client import Params
    from tap_visma.tap import TapVisma

CONDITION = f"{REPLICATION_KEY}Condition"

_FAR = 1_000_000
_FRESH_MINUTES = 5
_FEW = 50
_TIMED = ("supplier_documents", "customer_documents", "suppliers", "customers")

Finding = tuple[str, str]


class Probe(Asker):
    """Asks one company's API."""

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
            ("debit and credit of batches", self._balanced),
            ("parts not asked for", self._unexpanded),
            ("filter by status", self._by_status),
            ("filter by period", self._by_period),
            ("filter by period and time", self._by_period_and_time),
            ("documents with a balance", self._with_a_balance),
            ("unknown value of a filter", self._unknown_value),
            ("unknown parameter", self._unknown_parameter),
            ("paging of unpaged lists", self._unpaged),
            ("periods of project transactions", self._project_periods),
        ):
            yield name, _found(ask)

    def _lists(self) -> Iterator[Finding]:
        """One row of each paged list: what it tells of itself."""
        largest: dict[str, list[str]] = defaultdict(list)
        missing: dict[str, list[str]] = defaultdict(list)
        for stream in self._tap.streams.values():
            if not isinstance(stream, VismaStream) or not stream.paged:
                continue
            page = self.first_row(stream)
            if isinstance(page, str):
                missing[page].append(stream.path)
                continue
            if not page.rows:
                missing["empty"].append(stream.path)
                continue
            self.first[stream.name] = page
            largest[f"{page.largest:,}" if page.largest else "untold"].append(stream.path)
            if page.total is None:
                missing["total untold"].append(stream.path)
        for size, paths in sorted(largest.items()):
            yield "largest page", f"{size}: {', '.join(paths)}"
        for what, paths in sorted(missing.items()):
            yield "lists", f"{what}: {', '.join(paths)}"

    def _allowance(self) -> str:
        for page in self.first.values():
            told = {
                name.removeprefix("x-ratelimit-"): _figure(page.headers[name])
                for name in map(str.lower, page.headers)
                if name.startswith("x-ratelimit-")
            }
            return ", ".join(f"{name} {told[name]}" for name in sorted(told)) or "absent"
        return UNKNOWN

    def _zone(self) -> str:
        """The newest stamp against the Date of the answer: a stamp is never in the future."""
        ahead: list[float] = []
        for name in _TIMED:
            if first := self.first.get(name):
                since = date_of(first.headers) - dt.timedelta(hours=1)
                filters = {REPLICATION_KEY: since.isoformat(timespec="milliseconds")}
                page = self.rows(name, pageSize=LARGEST_PAGE, **filters, **{CONDITION: ">="})
                now = date_of(page.headers)
                ahead += [
                    (dt.datetime.fromisoformat(wall_clock(stamp)) - now).total_seconds() / 60
                    for row in page.rows
                    if (stamp := row.get(REPLICATION_KEY))
                ]
        newest = max((minutes for minutes in ahead if minutes < 15 * 60), default=None)
        if newest is None:
            return f"{UNKNOWN}: nothing was changed in the last hour; change something, probe again"
        quarters = round(newest / 15)
        if abs(newest - 15 * quarters) > _FRESH_MINUTES or quarters < 0:
            return f"{UNKNOWN}: the newest stamp is {newest:+.0f} minutes from UTC; probe again"
        return f"UTC{quarters // 4:+03d}:{quarters % 4 * 15:02d}, if something was changed just now"

    def _default_page_size(self) -> str:
        name = self.longest()
        page = self.get(self.stream(name), {})
        if page.total is None or page.total <= len(page.rows):
            return f"{UNKNOWN}: no list is longer than a page"
        same = " (the largest)" if len(page.rows) == page.largest else ""
        return f"{len(page.rows):,}{same}"

    def _too_large(self) -> str:
        page = self.rows(self.longest(), pageSize=_FAR)
        if page.total is None or page.total <= len(page.rows):
            return f"{UNKNOWN}: no list is longer than a page"
        return "lowered to the largest" if len(page.rows) == page.largest else "other rows"

    def _past_the_end(self) -> str:
        rows = self.rows(self.longest(), pageNumber=_FAR, pageSize=_FEW).rows
        return "rows" if rows else "empty list"

    def _order(self) -> str:
        """The orders that the first rows of some lists are in."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in ("suppliers", "supplier_documents", "customer_documents"):
            if name not in self.first or (self.first[name].total or 0) < _FEW // 5:
                continue
            stream = self.stream(name)
            rows = self.rows(name, pageSize=_FEW).rows
            times = [wall_clock(row[REPLICATION_KEY]) for row in rows]
            numbers = [row[stream.primary_keys[-1]] for row in rows]
            orders = {
                "by key": numbers == sorted(numbers),
                "oldest first": times == sorted(times),
                "newest first": times == sorted(times, reverse=True),
            }
            fits = " and ".join(order for order, is_so in orders.items() if is_so)
            found[fits or "another"].append(stream.path)
        return (
            "; ".join(f"{order}: {', '.join(paths)}" for order, paths in found.items()) or UNKNOWN
        )

    def _condition(self) -> str:
        name = self.longest()
        time = {REPLICATION_KEY: wall_clock(self.first[name].rows[0][REPLICATION_KEY])}
        since = self.total(name, **time, **{CONDITION: ">="})
        after = self.total(name, **time, **{CONDITION: ">"})
        if since == after:
            return f"{UNKNOWN}: >= and > find the same"
        without = self.total(name, **time)
        return {since: ">=", after: ">"}.get(without, "neither >= nor >")

    def _time_of_journals(self) -> str:
        name = "journal_transactions"
        stamp = wall_clock(self._journals()[0][REPLICATION_KEY])
        later = dt.datetime.fromisoformat(stamp) + dt.timedelta(milliseconds=1)
        since = self.total(name, **{REPLICATION_KEY: stamp})
        after = later.isoformat(timespec="milliseconds")
        return ">=" if since > self.total(name, **{REPLICATION_KEY: after}) else ">"

    def _journals(self) -> list[dict[str, Any]]:
        if "journal_transactions" not in self.first:
            raise UnansweredError
        return self.first["journal_transactions"].rows

    @cached_property
    def _some_journals(self) -> Page:
        self._journals()
        return self.rows("journal_transactions", pageSize=_FEW, **ALWAYS)

    def _paging_of_journals(self) -> str:
        page = self._some_journals
        batches, lines = len(page.rows), sum(len(row.get(LINES) or []) for row in page.rows)
        if batches == lines or page.total is None:
            return UNKNOWN
        expected = min(_FEW, page.total, page.largest or _FEW)
        return {batches: "batches", lines: "lines"}.get(expected, "neither lines nor batches")

    def _balanced(self) -> str:
        *whole, _ = self._some_journals.rows  # the last one may be cut
        sums = {
            sum(line.get("debitAmount") or 0 for line in row.get(LINES) or ())
            == sum(line.get("creditAmount") or 0 for line in row.get(LINES) or ())
            for row in whole
        }
        return _works(sums, "equal", "differ")

    def _cut_batches(self) -> str:
        self._journals()
        one, two = (
            self.rows("journal_transactions", pageSize=1, pageNumber=number, **ALWAYS).rows
            for number in (1, 2)
        )
        if not two:
            return UNKNOWN
        key = ("module", "batchNumber")
        same = [one[0].get(name) for name in key] == [two[0].get(name) for name in key]
        return "their header is repeated" if same else "none seen"

    def _unexpanded(self) -> str:
        """How a part looks that is there when it is asked for."""
        forms = set()
        for name in ("inventory_items", "customer_invoices", "suppliers"):
            if name not in self.first:
                continue
            (full,), rows = self.first[name].rows, self.rows(name, pageSize=1).rows
            for field, value in full.items():
                bare = rows[0].get(field, "absent")
                if bare != value and bare in ("absent", None, []):
                    forms.add("null" if bare is None else bare or "empty")
        return " or ".join(sorted(forms)) or UNKNOWN

    def _by_status(self) -> str:
        works = {
            all(row.get("status") == "Open" for row in rows)
            for name in DOCUMENTS[:2]
            if name in self.first and (rows := self.rows(name, status="Open", pageSize=_FEW).rows)
        }
        return _works(works)

    def _by_period(self) -> str:
        works = set()
        for name in DOCUMENTS:
            stream = self.stream(name)
            if name in self.first and stream.period:
                period = str(self.first[name].rows[0].get("financialPeriod") or "")
                if re.fullmatch(r"\d{6}", period):
                    page = self.rows(name, pageSize=_FEW, **stream.in_period(period))
                    works.add(
                        bool(page.rows)
                        and all(row.get("financialPeriod") == period for row in page.rows)
                    )
        return _works(works)

    def _by_period_and_time(self) -> str:
        works = set()
        for name in ("journal_transactions", "general_ledger_balances"):
            if name in self.first:
                period = str(self.first[name].rows[0].get("financialPeriod") or "")
                rows = self.rows(name, pageSize=_FEW, periodId=period, **ALWAYS).rows
                works.add(bool(rows) and all(row.get("financialPeriod") == period for row in rows))
        return _works(works)

    def _with_a_balance(self) -> str:
        """Which statuses they have: open ones are read again by each run."""
        filters: Params = {"balance": 0, "balanceCondition": ">", "pageSize": LARGEST_PAGE}
        rows = self.rows("supplier_documents", **filters).rows
        found = {str(row.get("status")) for row in rows}
        return ", ".join(sorted(filter(str.isalpha, found))) or UNKNOWN

    def _unknown_value(self) -> str:
        name = self.longest()
        total = self.total(name, status="NoSuchStatus")
        return {0: "empty list", self.first[name].total or 0: "ignored"}.get(total, "other rows")

    def _unknown_parameter(self) -> str:
        name = self.longest()
        total = self.total(name, noSuchParameter=1)
        return "ignored" if total == self.first[name].total else "other rows"

    def _unpaged(self) -> str:
        """The list of accounts takes no page parameters."""
        pages = [self.rows("accounts", pageNumber=n, pageSize=1).rows for n in (1, 2)]
        if len(pages[0]) > 1:
            return "not paged, parameters ignored"
        return "paged" if pages[0] != pages[1] else UNKNOWN

    def _project_periods(self) -> str:
        try:
            self.rows("project_transactions", pageSize=1)
        except VismaError as error:
            if "answered 400" not in error.what:
                raise
            return "mandatory"
        return "optional"


def _found(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except AllowanceError:
        raise
    except VismaError as error:
        return refused(error)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return ODD  # a field is missing, or is of another kind: that, too, is learned


def _works(works: set[bool], yes: str = "works", no: str = "is ignored") -> str:
    if not works:
        return UNKNOWN
    return "in part" if len(works) > 1 else yes if True in works else no


def _figure(text: str) -> str:
    return text if re.fullmatch(r"[\w.-]{1,40}", text) else "odd"


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
