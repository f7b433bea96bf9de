"""Single calls of the API, with what their answers tell of the list: how `--probe` asks."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tap_visma.audit import Run
from tap_visma.bookmarks import REPLICATION_KEY
from tap_visma.errors import AllowanceError, VismaError
from tap_visma.stream import VismaStream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_visma.client import CompanyClient, Params
    from tap_visma.tap import TapVisma

UNKNOWN = "cannot be told here"
ODD = "the answer is not as described"
ALWAYS = {REPLICATION_KEY: "1900-01-01"}
DOCUMENTS = ("supplier_documents", "customer_documents", "supplier_invoices", "customer_invoices")


@dataclass(frozen=True)
class Page:
    """What a call brought: its rows, and what they and the headers tell of the list."""

    rows: list[dict[str, Any]]
    total: int | None
    largest: int | None
    headers: Mapping[str, str]


class Asker:
    """Asks one company's API.

    Args:
        tap: With its streams and settings.
        client: The company's.

    Attributes:
        first: The first row of each list that has one, by stream.
    """

    def __init__(self, tap: TapVisma, client: CompanyClient) -> None:
        self._tap = tap
        self._client = client
        self._run = Run("probe", client)
        self.first: dict[str, Page] = {}

    @property
    def calls(self) -> int:
        """Calls made."""
        return self._run.meter.calls

    def stream(self, name: str) -> VismaStream:
        """A stream by name."""
        stream = self._tap.streams[name]
        if not isinstance(stream, VismaStream):
            raise TypeError(name)
        return stream

    def get(self, stream: VismaStream, params: Params) -> Page:
        """One call."""
        answer = self._client.get(stream.path, params, self._run.meter)
        body = json.loads(answer.body, parse_float=Decimal)
        rows = body.get("records", []) if isinstance(body, dict) else body
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UnansweredError(ODD)
        told = rows[0].get("metadata") or {} if rows else {}
        total = body.get("totalCount") if isinstance(body, dict) else told.get("totalCount")
        return Page(rows, total, told.get("maxPageSize"), answer.headers)

    def rows(self, name: str, **params: str | int | bool) -> Page:
        """A page of a list, the first unless told otherwise, without parts to be asked for."""
        return self.get(self.stream(name), {"pageNumber": 1, **params})

    def total(self, name: str, **params: str | int | bool) -> int:
        """How many rows a list is told to have."""
        page = self.rows(name, pageSize=1, **params)
        return page.total or 0

    def first_row(self, stream: VismaStream) -> Page | str:
        """The first row as a run would ask for it; or why there is none."""
        try:
            combinations = stream.combinations(self._client, self._run)
            if not combinations:
                return "nothing to ask for"
            params = stream.expanded()
            params |= stream.parameters(self._client, combinations[0], self._run)
            if not stream.condition:
                params |= ALWAYS
            return self.get(stream, {**params, "pageNumber": 1, "pageSize": 1})
        except AllowanceError:
            raise
        except VismaError as error:
            return refused(error)

    def longest(self, names: Sequence[str] = DOCUMENTS) -> str:
        """The longest of some lists; at least one of them has rows."""
        known = {name: self.first[name].total or 0 for name in names if name in self.first}
        if not known:
            raise UnansweredError
        return max(known, key=lambda name: known[name])


class UnansweredError(VismaError):
    """There is nothing, or nothing that is understood, to learn it from."""

    def __init__(self, what: str = UNKNOWN) -> None:
        super().__init__(what, "")


def refused(error: VismaError) -> str:
    """A refusal as a finding: status and words, which are fit for others' eyes."""
    if isinstance(error, UnansweredError):
        return error.what
    found = re.search(r"answered (\d{3}.*)", error.what)
    return f"refused: {found[1]}" if found else f"no answer ({type(error).__name__})"


def date_of(headers: Mapping[str, str]) -> dt.datetime:
    """The service's own time, UTC without a zone."""
    try:
        return (
            parsedate_to_datetime(headers["Date"]).astimezone(dt.timezone.utc).replace(tzinfo=None)
        )
    except (KeyError, ValueError):
        raise UnansweredError from None
