"""The world that the tap reads: books that move, a server before them, and clocks that can be set.

Nothing here waits: time is made up, and goes on when somebody waits or when a test says so.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import requests
from typing_extensions import Self, override

from tap_visma.clock import Clock
from visma_looker_sandbox.books import Books, stamp_text
from visma_looker_sandbox.http import CallLog, Fault, Faults, Instrumented, Tokens
from visma_looker_sandbox.settings import Settings
from visma_looker_sandbox.testing import Served
from visma_looker_sandbox.visma.allowance import Allowance
from visma_looker_sandbox.visma.connect import Grant, connect_app
from visma_looker_sandbox.visma.erp import Erp

from .kinds import FORGOTTEN_PERIOD, KINDS, LEDGERS, PERIODS, Content, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

TENANTS = ("tenant-a", "tenant-b")
CLIENT = {"client_id": "isv_test", "client_secret": "no secret"}
SUMMER_TIME_ENDS = dt.datetime(2025, 10, 26, 1, tzinfo=dt.timezone.utc)

Part = tuple[str, str, str]
"""Stream, company and partition, as a row of `sync_runs` names them."""


class MadeUpClock(Clock):
    """Time that goes on by a millisecond when it is looked at, and by more when told to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = SUMMER_TIME_ENDS
        self.set_forward = dt.timedelta()
        self._slept = dt.timedelta()

    def advance(self, seconds: float) -> dt.datetime:
        """Lets true time go on."""
        with self._lock:
            self.now += dt.timedelta(seconds=seconds)
            return self.now

    def set_by(self, seconds: float) -> None:
        """Somebody sets the machine's clock."""
        with self._lock:
            self.set_forward += dt.timedelta(seconds=seconds)

    def sleep_machine(self, seconds: float) -> None:
        """The machine sleeps: the clock that is never set stands still meanwhile."""
        self.advance(seconds)
        with self._lock:
            self._slept += dt.timedelta(seconds=seconds)

    @override
    def utc_now(self) -> dt.datetime:
        return (self.advance(0.001) + self.set_forward).replace(tzinfo=None)

    @override
    def monotonic(self) -> float:
        return (self.now - SUMMER_TIME_ENDS - self._slept).total_seconds() + 1e6

    @override
    def wait(self, stopping: threading.Event, seconds: float) -> bool:
        self.advance(seconds)
        return stopping.is_set()


class _WatchedFaults(Faults):
    """Tells the application behind whether the call that it gets will be spoilt."""

    striking_now = False

    @override
    def striking(
        self, service: str, method: str, path: str, query: str, tenant: str | None
    ) -> list[Fault]:
        found = super().striking(service, method, path, query, tenant)
        self.striking_now = bool(found)
        return found


@dataclass(frozen=True)
class Asked:
    """What a call asks for: a list, or a part of one.

    Attributes:
        partition: As `sync_runs` names it.
        part: `whole`, `window` (since a time), `open` (documents) or a financial period.
    """

    tenant: str
    path: str
    partition: str = ""
    part: str = "whole"

    @classmethod
    def by(cls, tenant: str, path: str, query: dict[str, str]) -> Asked:
        """Reads the query of a call."""
        period = query.get("financialPeriod") or query.get("periodId") or query.get("fromPeriod")
        part = "open" if "status" in query else period or "whole"
        if part == "whole" and not query.get("lastModifiedDateTime", "1900").startswith("1900"):
            part = "window"
        ledger = query.get("ledger")
        return cls(tenant, path, f"ledgerId={ledger}" if ledger else "", part)


@dataclass
class _Moves:
    """Whether rows left a list, and others came, since it was last answered."""

    left: bool = False
    came: bool = False


@dataclass
class World:
    """Books, server and clocks of one sequence.

    Attributes:
        unknowns: How the stand-in behaves where it is not known how Visma does.
        payments_touch: Whether a payment changes a document's time of change.
        tick: Counts the changes of the books.
        rows: What is in the books, per company, stream and number.
        history: Per company, stream and number: each state with the tick at which it began.
        masked: Lists (company, path, partition) of which a row left and another came between two
            pages, so that the total told nothing.
    """

    books: Books
    unknowns: Settings
    payments_touch: bool = True
    clock: MadeUpClock = field(default_factory=MadeUpClock)
    faults: _WatchedFaults = field(default_factory=_WatchedFaults)
    tick: int = 0
    rows: dict[tuple[str, str], dict[int, tuple[Content, str]]] = field(default_factory=dict)
    history: dict[tuple[str, str, str], list[tuple[int, dict[str, Any] | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    masked: set[tuple[str, str, str]] = field(default_factory=set)
    plan: dict[tuple[str, str, int], list[Callable[[], None]]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    calls: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _asked: set[Asked] = field(default_factory=set)
    _moves: dict[Asked, _Moves] = field(default_factory=dict)
    _versions: int = 0

    # --- time ---

    def stamp(self, seconds_late: float = 0) -> str:
        """The time as the ERP stamps it now, or stamped a change that it commits now."""
        moment = self.clock.advance(0.001) - dt.timedelta(seconds=seconds_late)
        return stamp_text(moment.astimezone(ZoneInfo(self.unknowns.server_zone)))

    # --- changes of the books ---

    def found(self, tenant: str) -> None:
        """Founds a company: its ledgers and financial periods."""
        self.books.add_company(tenant, tenant, "NOK")
        for number in LEDGERS:
            self.books.put(
                tenant, "/v1/ledger", number,
                {"internalId": int(number), "number": number, "balanceType": "Actual"},
                modified=self.stamp(),
            )  # fmt: skip
        for period in PERIODS:
            year, month = period[:4], period[4:]
            body = {"year": int(year), "period": f"{month}{year}"}
            self.books.put(tenant, "/v1/financialPeriod", period, body)
        for kind in KINDS:
            self.rows[tenant, kind.stream] = {}

    def insert(
        self, tenant: str, kind: Kind, how_many: int, *, seed: int = 0, late: float = 0
    ) -> None:
        """Adds rows; those of odd seeds may have a deleted row's number or an odd period."""
        rows, odd = self.rows[tenant, kind.stream], seed % 2
        with self.books.writing():
            for nth in range(how_many):
                free = 1
                while not odd and (tenant, kind.stream, str(free)) in self.history:
                    free += 1
                while free in rows:
                    free += 1
                chosen = seed + nth
                row = Content(
                    free, 0,
                    period=FORGOTTEN_PERIOD if odd and chosen % 4 == 1 else PERIODS[chosen % 4],
                    status="Hold" if chosen % 5 == 3 else "Open",
                    lines=1 + chosen % 7,
                )  # fmt: skip
                self._write(tenant, kind, row, self.stamp(late))

    def change(self, tenant: str, kind: Kind, nth: int, how: str, *, late: float = 0) -> None:
        """Changes the nth row of a list, if it has any, in one of several ways."""
        rows = self.rows[tenant, kind.stream]
        if not rows:
            return
        row, modified = rows[sorted(rows)[nth % len(rows)]]
        if how == "delete":
            self.books.delete(tenant, kind.path, str(row.number))
            del rows[row.number]
            self._remember(tenant, kind, row.number, None)
            self._moved(tenant, kind, row, None)
            return
        touched = True
        if how == "update":
            lines = row.lines if nth % 2 else 1 + (row.lines + nth) % 7
            row = replace(row, lines=lines)
        elif how == "release":
            row = replace(row, status="Open" if row.status == "Hold" else row.status)
        elif how == "void":
            row = replace(row, status="Voided", balance=0)
        elif how == "move":
            row = replace(row, period=PERIODS[nth % len(PERIODS)])
        elif how == "pay":
            paid = row.paid(in_full=nth % 2 == 0)
            if not kind.has_balance or paid == row:
                return
            row, touched = paid, self.payments_touch
        self._write(tenant, kind, row, self.stamp(late) if touched else modified)

    def touch_all(self, tenant: str, kind: Kind) -> None:
        """An upgrade of Visma's: all rows get the same new time of change."""
        modified = self.stamp()
        with self.books.writing():
            for row, _ in list(self.rows[tenant, kind.stream].values()):
                self._write(tenant, kind, row, modified)

    def _write(self, tenant: str, kind: Kind, row: Content, modified: str) -> None:
        self._versions += 1
        row = replace(row, version=self._versions)
        before, modified_before = self.rows[tenant, kind.stream].get(row.number, (None, ""))
        self.rows[tenant, kind.stream][row.number] = (row, modified)
        body = kind.body(row)
        if kind.modified:
            body[kind.modified] = modified
        self.books.put(tenant, kind.path, str(row.number), body, modified=modified)
        self._remember(tenant, kind, row.number, kind.expected(row, modified))
        self._moved(tenant, kind, before, row, touched=modified != modified_before)

    def _remember(
        self, tenant: str, kind: Kind, number: int, record: dict[str, Any] | None
    ) -> None:
        self.tick += 1
        self.history[tenant, kind.stream, str(number)].append((self.tick, record))

    def _moved(
        self,
        tenant: str,
        kind: Kind,
        before: Content | None,
        after: Content | None,
        *,
        touched: bool = False,
    ) -> None:
        """Notes which lists the row has left, and to which it has come."""
        was, is_now = self._lists(tenant, kind, before), self._lists(tenant, kind, after)
        for asked in was - is_now:
            self._moves.setdefault(asked, _Moves()).left = True
        for asked in is_now if touched else is_now - was:
            if asked not in was or asked.part == "window":
                self._moves.setdefault(asked, _Moves()).came = True

    @staticmethod
    def _lists(tenant: str, kind: Kind, row: Content | None) -> set[Asked]:
        if row is None:
            return set()
        parts = {"whole", "window", row.period, *(["open"] if row.status == "Open" else [])}
        return {Asked(tenant, kind.path, kind.partition(row), part) for part in parts}

    # --- what was in the books, and when ---

    def states(
        self, tenant: str, kind: Kind, begin: int, end: int
    ) -> Iterator[tuple[str, list[dict[str, Any] | None]]]:
        """Each number that ever was, with the states it had between two ticks."""
        for owner, stream, number in self.history:
            if (owner, stream) == (tenant, kind.stream):
                yield number, self.states_of(tenant, kind, number, begin, end)

    def states_of(
        self, tenant: str, kind: Kind, number: str, begin: int, end: int
    ) -> list[dict[str, Any] | None]:
        """The states that a row had between two ticks; None where it was not there."""
        at_begin: dict[str, Any] | None = None
        later = []
        for tick, record in self.history[tenant, kind.stream, number]:
            if tick <= begin:
                at_begin = record
            elif tick <= end:
                later.append(record)
        return [at_begin, *later]

    # --- a run ---

    def begin_run(self) -> None:
        """Forgets the calls and the faults of the run before."""
        self.calls.clear()
        self._asked.clear()
        self.masked.clear()
        self.faults.armed.clear()
        self.plan.clear()
        self.refused.clear()

    def called(self, asked: Asked, books: Books) -> None:
        """Lets happen what is planned before this call of a list.

        Args:
            asked: What the call asks for.
            books: The books as the server's thread may write them.
        """
        where = asked.tenant, asked.path
        self.calls[where] += 1
        mine, self.books = self.books, books
        try:
            for happen in self.plan.pop((*where, self.calls[where]), []):
                happen()
        finally:
            self.books = mine
        self.clock.advance(0.05)

    def answered(self, asked: Asked) -> None:
        """Notes that a page has been told, and whether a deletion was hidden since the last."""
        moves = self._moves.pop(asked, _Moves())
        if asked in self._asked and moves.left and moves.came:
            self.masked.add((asked.tenant, asked.path, asked.partition))
        self._asked.add(asked)


class Server:
    """Connect and ERP on one port, in a thread; serves one world after another.

    Args:
        folder: Where the books lie.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "books.sqlite"
        self._books = self._open()
        self._settings = Settings()
        self._tokens: Tokens[Grant] = Tokens(clock=self._monotonic)
        self._allowance = Allowance(self._settings, clock=self._monotonic)
        self._world = World(self._books, self._settings)
        self._in_thread: _InThread | None = None
        self._served = Served(self._answer, service="api")

    @property
    def url(self) -> str:
        """Its address."""
        return self._served.url

    def _monotonic(self) -> float:
        return self._world.clock.monotonic()

    def _open(self) -> Books:
        books = Books(self._path)
        books.db.execute("PRAGMA synchronous = OFF")
        return books

    def __enter__(self) -> Self:
        self._served.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        requests.get(f"{self.url}/close", timeout=10)
        self._served.__exit__(*error)
        self._books.close()

    def new_world(self, unknowns: dict[str, object], *, payments_touch: bool) -> World:
        """Empty books in a world of their own."""
        with self._books.writing():
            for table in ("records", "companies", "meta"):
                self._books.db.execute(f"DELETE FROM {table}")
        self._settings.update({**vars(Settings()), **unknowns})
        self._tokens.revoke_all()
        self._allowance.clear()
        self._world = World(self._books, self._settings, payments_touch=payments_touch)
        self._world.faults.revoke["api"] = self._tokens.revoke_all
        return self._world

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._in_thread is None:  # connections belong to the thread that made them
            erp = Erp(
                self._path,
                tokens=self._tokens,
                allowance=self._allowance,
                settings=self._settings,
            )
            self._in_thread = _InThread(self._open(), erp)
        if scope["path"] == "/close":
            self._in_thread.close()
        else:
            app = Instrumented(
                self._watched, service="api", log=CallLog(), faults=self._world.faults
            )
            await app(scope, receive, send)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        world, here = self._world, self._in_thread
        assert here is not None
        if scope["path"] == "/connect/token":
            connect = connect_app(
                **CLIENT, tenants=here.erp.tenants, tokens=self._tokens, settings=self._settings
            )
            await connect(scope, receive, send)
            return
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        grant = self._tokens.bearer(headers.get("authorization"))
        tenant = grant.tenant_id if grant else ""
        spoilt = world.faults.striking_now
        if tenant in world.refused:
            self._tokens.revoke(headers["authorization"].removeprefix("Bearer "))
        query = dict(parse_qsl(scope["query_string"].decode()))
        asked = Asked.by(tenant, scope["path"], query)
        world.called(asked, here.books)
        await here.erp.app(scope, receive, send)
        if not spoilt:
            world.answered(asked)


class _InThread(NamedTuple):
    books: Books
    erp: Erp

    def close(self) -> None:
        self.books.close()
        self.erp.close()
