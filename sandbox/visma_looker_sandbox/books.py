"""The books: every record the ERP stand-in serves, in one SQLite file.

`records.body` is the record's JSON text as the API sends it with everything expanded, without
`metadata`; numbers are exact decimal text. Tests read this table with plain SQL.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from visma_looker_sandbox.http import decode_json, encode_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
  tenant_id TEXT NOT NULL,      -- company tenant
  resource TEXT NOT NULL,       -- list path of the API, e.g. /v1/supplier
  key TEXT NOT NULL,            -- values of the key fields, joined by |
  last_modified TEXT,           -- yyyy-MM-ddTHH:mm:ss.fff in the server's zone; NULL if it has none
  created TEXT,
  seq INTEGER NOT NULL,         -- order of arrival, kept by updates
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, resource, key)
);
CREATE INDEX IF NOT EXISTS records_by_seq ON records (tenant_id, resource, seq);
CREATE INDEX IF NOT EXISTS records_by_time ON records (tenant_id, resource, last_modified, seq);
CREATE TABLE IF NOT EXISTS companies (
  tenant_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  currency TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

_PUT = """
INSERT INTO records (tenant_id, resource, key, last_modified, created, seq, body)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant_id, resource, key)
DO UPDATE SET last_modified = excluded.last_modified, body = excluded.body
"""


class BooksError(Exception):
    """The books cannot be used; the message says why and what to do."""


class Books:
    """One open connection to the books.

    Args:
        path: The SQLite file; it is created when it does not exist.
    """

    def __init__(self, path: Path) -> None:
        self._last_seq: dict[tuple[str, str], int] | None = None
        self._arrived: int | None = None
        try:
            self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
            # Write-ahead log: `change` writes while `serve` reads.
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise BooksError(
                f"The books {path} cannot be opened: {error}. Nothing was changed. "
                "Name a file that this command created, or one that does not exist yet."
            ) from error

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing: commit at the end, roll back on an error."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            # Nobody else writes meanwhile, so that it need not be looked up per record.
            self._last_seq = {}
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        finally:
            self._last_seq = None
        self.db.execute("COMMIT")

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Fill new books fast: indexes at the end, nothing twice on the disk.

        A failure leaves half a file, which whoever made it removes.
        """
        self.db.execute("PRAGMA journal_mode = MEMORY")
        self.db.execute("PRAGMA synchronous = OFF")
        # In KiB: the keys of a large table fit.
        self.db.execute("PRAGMA cache_size = -131072")
        self.db.execute("DROP INDEX IF EXISTS records_by_seq")
        self.db.execute("DROP INDEX IF EXISTS records_by_time")
        yield
        self.db.executescript(_TABLES)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")

    def put(
        self,
        tenant_id: str,
        resource: str,
        key: str,
        body: dict[str, Any],
        *,
        created: str | None = None,
        modified: str | None = None,
    ) -> None:
        """Write one record, new or changed.

        Its `lastModifiedDateTime` (or `lastModified`) becomes the stamp that filters use;
        `modified` stands in where the API filters by a time that the record does not show.
        """
        stamp = body.get("lastModifiedDateTime", body.get("lastModified")) or modified
        created = body.get("createdDateTime", created) or stamp
        seq = self._arrived or self._next_seq(tenant_id, resource)
        text = encode_json(body).decode()
        self.db.execute(_PUT, (tenant_id, resource, key, stamp, created, seq, text))

    @contextmanager
    def arrived(self, seq: int) -> Iterator[None]:
        """Records written herein take this place in their lists, reserved when they arrived."""
        self._arrived = seq
        try:
            yield
        finally:
            self._arrived = None

    def reserve(self, tenant_id: str, what: str) -> int:
        """The next place for records that are written later than they arrive."""
        return self._next_seq(tenant_id, what)

    def _next_seq(self, tenant_id: str, resource: str) -> int:
        """The place of a new record in its list."""
        of = (tenant_id, resource)
        if self._last_seq is None or of not in self._last_seq:
            (last,) = self.db.execute(
                "SELECT coalesce(max(seq), 0) FROM records WHERE tenant_id = ? AND resource = ?", of
            ).fetchone()
        else:
            last = self._last_seq[of]
        if self._last_seq is not None:
            self._last_seq[of] = last + 1
        return int(last) + 1

    def get(self, tenant_id: str, resource: str, key: str) -> dict[str, Any] | None:
        """Read one record, numbers as decimals."""
        row = self.db.execute(
            "SELECT body FROM records WHERE tenant_id = ? AND resource = ? AND key = ?",
            (tenant_id, resource, key),
        ).fetchone()
        return None if row is None else decode_json(row[0])

    def all(
        self, tenant_id: str, resource: str, *, limit: int = -1
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The records of a resource with their keys, in order of arrival; all without a limit."""
        for key, body in self.db.execute(
            "SELECT key, body FROM records WHERE tenant_id = ? AND resource = ?"
            " ORDER BY seq LIMIT ?",
            (tenant_id, resource, limit),
        ):
            yield key, decode_json(body)

    def first(
        self, tenant_id: str, resource: str, **fields: str
    ) -> tuple[str, dict[str, Any]] | None:
        """The first record, in order of arrival, whose fields have these values."""
        test = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in fields)
        row = self.db.execute(
            "SELECT key, body FROM records WHERE tenant_id = ? AND resource = ?"  # noqa: S608
            f"{test} ORDER BY seq LIMIT 1",
            (tenant_id, resource, *fields.values()),
        ).fetchone()
        return None if row is None else (row[0], decode_json(row[1]))

    def delete(self, tenant_id: str, resource: str, key: str) -> bool:
        """Delete one record without a trace, as the ERP does; False if it was not there."""
        found = self.db.execute(
            "DELETE FROM records WHERE tenant_id = ? AND resource = ? AND key = ?",
            (tenant_id, resource, key),
        )
        return found.rowcount > 0

    def touch(self, tenant_id: str, resource: str, key: str) -> bool:
        """Stamp one record as changed now, without changing anything else."""
        body = self.get(tenant_id, resource, key)
        if body is None:
            return False
        now = self.now()
        name = next((n for n in ("lastModifiedDateTime", "lastModified") if n in body), None)
        if name:
            body[name] = now
        self.put(tenant_id, resource, key, body, modified=now)
        return True

    def add_company(self, tenant_id: str, name: str, currency: str) -> None:
        """Add a company, i.e. a tenant that tokens can be asked for."""
        self.db.execute("INSERT INTO companies VALUES (?, ?, ?)", (tenant_id, name, currency))

    def companies(self) -> list[tuple[str, str, str]]:
        """Tenant id, name and currency of each company, in order of arrival."""
        return self.db.execute("SELECT * FROM companies ORDER BY rowid").fetchall()

    def company_id(self, tenant_id: str) -> str:
        """A company's short name, for the rows of a group; by default its tenant id."""
        return self.meta(f"company_id {tenant_id}", tenant_id)

    def meta(self, name: str, default: str) -> str:
        """Read a fact about the books as a whole."""
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Write a fact about the books as a whole."""
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def now(self) -> str:
        """The time as the ERP would stamp it: wall clock of the server's zone, without offset."""
        return stamp_text(datetime.now(ZoneInfo(self.meta("server_zone", "Europe/Oslo"))))


def stamp_text(moment: datetime) -> str:
    """Write a moment as the API does: `yyyy-MM-ddTHH:mm:ss.fff`, no zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds")
