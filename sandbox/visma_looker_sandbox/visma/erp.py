"""Stands in for the list GETs of Visma.net ERP, read from the books."""

from __future__ import annotations

import bisect
import operator
import sqlite3
from collections import OrderedDict
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from visma_looker_sandbox.http import decode_json, encode_json
from visma_looker_sandbox.paths import DIMENSION
from visma_looker_sandbox.visma.faults import Refusal, quota_exceeded, unauthorized
from visma_looker_sandbox.visma.query import page_of, parse_time, truth, where
from visma_looker_sandbox.visma.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Scope

    from visma_looker_sandbox.books import Books
    from visma_looker_sandbox.http import Fault, Tokens
    from visma_looker_sandbox.settings import Settings
    from visma_looker_sandbox.visma.allowance import Allowance
    from visma_looker_sandbox.visma.connect import Grant
    from visma_looker_sandbox.visma.resources import Resource

_ORDERS = {
    "number": "seq",
    "oldest": "last_modified, seq",
    "newest": "last_modified DESC, seq DESC",
}
_DIMENSION_LIST = "/v1/dimension"
_KEPT_LISTS = 64

_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


class _List:
    """Which records a query finds, in order; kept while the books do not change."""

    def __init__(self, rows: Sequence[tuple[int, int]]) -> None:
        self.ids = [rowid for rowid, _ in rows]
        #: Lines up to and including each record, where pages count lines.
        self.ends = list(accumulate(count for _, count in rows))


class Erp:
    """The list GETs.

    Args:
        books: File with the records.
        tokens: The tokens that Visma Connect handed out.
        allowance: Calls per company and client.
        settings: The switches, asked anew for each call.
    """

    def __init__(
        self, books: Path, *, tokens: Tokens[Grant], allowance: Allowance, settings: Settings
    ) -> None:
        # Only read here, so that its data_version tells every change; text stays bytes.
        uri = f"{books.absolute().as_uri()}?mode=ro"
        self._db = sqlite3.connect(uri, uri=True, isolation_level=None)
        self._db.text_factory = bytes
        self._tokens = tokens
        self._allowance = allowance
        self._settings = settings
        self._lists: OrderedDict[tuple[object, ...], _List] = OrderedDict()
        self._version: int | None = None
        self._by_path = {resource.path.lower(): resource for resource in RESOURCES}
        self.app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET"])])

    def close(self) -> None:
        """Close the books."""
        self._db.close()

    def tenants(self) -> set[str]:
        """The companies in the books."""
        return {row[0].decode() for row in self._db.execute("SELECT tenant_id FROM companies")}

    async def _answer(self, request: Request) -> Response:
        share = self._allowance.unasked()
        try:
            answer, resource, key = self._route(request.url.path)
            grant = self._tokens.bearer(request.headers.get("authorization"))
            if grant is None or grant.tenant_id not in self.tenants():
                raise unauthorized()
            share = self._allowance.take(grant.tenant_id, grant.client_id)
            if not share.granted:
                raise quota_exceeded(share.reset)
            params = {name.lower(): value for name, value in request.query_params.items()}
            # One look at the books: a change while a page is made is on the page, or is not.
            self._db.execute("BEGIN")
            try:
                body = answer(grant.tenant_id, resource, params, key)
            finally:
                self._db.execute("COMMIT")
            response = Response(body, media_type="application/json")
        except Refusal as refusal:
            response = refusal.response()
        response.headers.update(share.headers)
        return response

    def _route(
        self, path: str
    ) -> tuple[Callable[[str, Resource, Mapping[str, str], str], bytes], Resource, str]:
        """What answers a path, regardless of its case."""
        lower = path.rstrip("/").lower()
        if lower == _DIMENSION_LIST:
            return self._dimension_names, self._by_path[DIMENSION.lower()], ""
        if resource := self._by_path.get(lower):
            return self._records, resource, ""
        parent, _, key = path.rpartition("/")
        if parent.lower() == _DIMENSION_LIST:
            return self._dimension, self._by_path[DIMENSION.lower()], key
        raise Refusal(404)

    def _records(
        self, tenant: str, resource: Resource, params: Mapping[str, str], _key: str
    ) -> bytes:
        """One page of a list, or all of one that is not paged."""
        by_lines = resource.lines if self._settings.journal_paging == "lines" else None
        found = self._find(tenant, resource, params, by_lines)
        largest = self._settings.max_page_size
        total = (found.ends[-1] if found.ends else 0) if by_lines else len(found.ids)
        start, size = page_of(params, largest) if resource.paged else (0, total)
        if by_lines:
            bodies = self._lines(found, by_lines, start, start + size)
        else:
            bodies = self._bodies(found.ids[start : start + size])
        if hidden := self._hidden(resource, params):
            bodies = [without(body, hidden, self._settings.unexpanded) for body in bodies]
        if turned := self._negated(resource, params):
            bodies = [negated(body, turned) for body in bodies]
        if resource.metadata:
            tail = b',"metadata":{"totalCount":%d,"maxPageSize":%d}}' % (total, largest)
            bodies = [body[:-1] + tail for body in bodies]
        records = b"[" + b",".join(bodies) + b"]"
        if resource.form == "envelope":
            page = start // size + 1
            told = (page, size, total)
            head = b'{"pageNumber":%d,"pageSize":%d,"totalCount":%d,"records":' % told
            return head + records + b"}"
        return records

    def _find(
        self, tenant: str, resource: Resource, params: Mapping[str, str], by_lines: str | None
    ) -> _List:
        """Which records a query means; asked once per state of the books."""
        condition, values = where(resource, params, self._settings)
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._lists.clear()
        order = _ORDERS[self._settings.order]
        key = (tenant, resource.path, condition, *values, order, by_lines)
        if key in self._lists:
            self._lists.move_to_end(key)
            return self._lists[key]
        # A batch without lines still takes a place.
        count = f"max(1, json_array_length(body, '$.{by_lines}'))" if by_lines else "1"
        found = self._lists[key] = _List(
            self._db.execute(
                f"SELECT rowid, {count} FROM records WHERE tenant_id = ? AND resource = ?"  # noqa: S608
                f" AND {condition} ORDER BY {order}",
                (tenant, resource.path, *values),
            ).fetchall()
        )
        while len(self._lists) > _KEPT_LISTS:
            self._lists.popitem(last=False)
        return found

    def _bodies(self, ids: Sequence[int]) -> list[bytes]:
        """Stored records by their row ids, in that order."""
        rows = self._db.execute(
            "SELECT rowid, body FROM records WHERE rowid IN (SELECT value FROM json_each(?))",
            (encode_json(ids).decode(),),
        )
        bodies = dict(rows.fetchall())
        return [bodies[rowid] for rowid in ids]

    def _lines(self, found: _List, name: str, start: int, end: int) -> list[bytes]:
        """Batches on a page that counts lines: cut ones come with a part of their lines."""
        first = bisect.bisect_right(found.ends, start)
        last = bisect.bisect_left(found.ends, end)
        ids = found.ids[first : last + 1]
        bodies = []
        for nth, body in enumerate(self._bodies(ids), start=first):
            before = found.ends[nth - 1] if nth else 0
            if start <= before and found.ends[nth] <= end:
                bodies.append(body)
                continue
            parts = _parts(body)
            lines = _items(parts[name])[max(0, start - before) : end - before]
            parts[name] = _array(lines)
            bodies.append(encode_json(parts))
        return bodies

    def _hidden(self, resource: Resource, params: Mapping[str, str]) -> dict[str, Any]:
        """The parts that were not asked for, as a tree."""
        tree: dict[str, Any] = {}
        for flag, paths in resource.expand.items():
            if truth(flag, params.get(flag.lower())):
                continue
            for path in paths:
                outer, _, part = path.replace("[]", "").rpartition(".")
                (tree.setdefault(outer, {}) if outer else tree)[part] = None
        return tree

    def _negated(self, resource: Resource, params: Mapping[str, str]) -> set[str]:
        """The fields whose sign a flag turns."""
        asked = [f for flag, f in resource.negate.items() if truth(flag, params.get(flag.lower()))]
        return {name for names in asked for name in names}

    def _dimension_names(
        self, tenant: str, resource: Resource, _params: Mapping[str, str], _key: str
    ) -> bytes:
        rows = self._db.execute(
            "SELECT key FROM records WHERE tenant_id = ? AND resource = ? ORDER BY seq",
            (tenant, resource.path),
        )
        return encode_json([key.decode() for (key,) in rows])

    def _dimension(
        self, tenant: str, resource: Resource, params: Mapping[str, str], key: str
    ) -> bytes:
        row = self._db.execute(
            "SELECT body FROM records WHERE tenant_id = ? AND resource = ?"
            " AND key = ? COLLATE NOCASE",
            (tenant, resource.path, key),
        ).fetchone()
        if row is None:
            raise Refusal(404, f"Dimension '{key}' was not found.")
        body: bytes = row[0]
        if since := params.get("lastmodifieddatetime"):
            body = self._values_since(body, since, params)
        if hidden := self._hidden(resource, params):
            body = without(body, hidden, self._settings.unexpanded)
        return body

    def _values_since(self, body: bytes, since: str, params: Mapping[str, str]) -> bytes:
        """A dimension with those values only that changed after (or before) a time."""
        time = parse_time("lastModifiedDateTime", since)
        condition = params.get("lastmodifieddatetimecondition") or self._settings.default_condition
        compare = {
            ">": operator.gt,
            ">=": operator.ge,
            "<": operator.lt,
            "<=": operator.le,
        }.get(condition)
        if compare is None:
            return body
        dimension = decode_json(body)
        for segment in dimension["segments"]:
            values = segment["segmentValues"]
            segment["segmentValues"] = [v for v in values if compare(v["lastModified"], time)]
        return encode_json(dimension)

    def on_rows(self, books: Books, fault: Fault, scope: Scope, rows: Any) -> None:
        """Delete or touch a record that a page has just shown (faults `vanish` and `touch`)."""
        _, resource, _ = self._route(scope["path"])
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        grant = self._tokens.bearer(headers.get("authorization"))
        key = fault.key
        if key is None and isinstance(rows, list) and rows:
            key = "|".join(str(_at(rows[0], path)) for path in resource.key)
        if grant is None or key is None:
            return
        change = books.delete if fault.kind == "vanish" else books.touch
        change(grant.tenant_id, resource.path, key)


def without(body: bytes, hidden: Mapping[str, Any], how: str) -> bytes:
    """A record without the parts that were not asked for.

    Args:
        body: JSON text of the record; what stays is not parsed.
        hidden: Names to None, or to such a tree for an object or the entries of an array.
        how: `absent`, `null` or `empty` (empty arrays, else null).
    """
    parts = _parts(body)
    for name, inner in hidden.items():
        if name not in parts:
            continue
        if inner is not None:
            part = bytes(parts[name])
            if part.startswith(b"["):
                parts[name] = _array([without(item, inner, how) for item in _items(part)])
            elif part.startswith(b"{"):
                parts[name] = msgspec.Raw(without(part, inner, how))
        elif how == "absent":
            del parts[name]
        else:
            is_array = how == "empty" and bytes(parts[name]).startswith(b"[")
            parts[name] = msgspec.Raw(b"[]" if is_array else b"null")
    return encode_json(parts)


def negated(body: bytes, fields: set[str]) -> bytes:
    """A balance of a liability or of income with the other sign; others as they are."""
    record = decode_json(body)
    if record["account"]["type"] not in {"Liability", "Income"}:
        return body
    return encode_json(
        {name: -value if name in fields else value for name, value in record.items()}
    )


def _at(record: Any, path: str) -> Any:
    """The value at a dotted path."""
    for name in path.split("."):
        record = record.get(name)
    return record


def _array(items: Sequence[bytes | msgspec.Raw]) -> msgspec.Raw:
    return msgspec.Raw(b"[" + b",".join(bytes(item) for item in items) + b"]")
