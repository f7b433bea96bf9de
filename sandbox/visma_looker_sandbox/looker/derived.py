"""Persistent derived tables: what builds them, how long it takes, and how often it was done."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LIVE = ("added", "pending", "running")
_COLOURS = {"none": "grey", "built": "green", "building": "yellow", "error": "red"}


@dataclass
class DerivedTable:
    """A persistent derived table of a model.

    Attributes:
        model: LookML model.
        view: View that it stands behind.
        depends: Views of the same model that it reads.
        sources: Tables of the database that it reads.
        connection: Connection that builds it.
        datagroup: `model::name` whose trigger has the regenerator build it.
        seconds: How long a build takes.
        outcome: How a build ends: `complete`, `error` or `unknown`.
        incremental: Whether a build appends to the table in place of writing a new one.
        builds: How often it was built to the end.
        starts: How often a build of it was begun.
        name: Name of the table in the database; a build that is not incremental changes it.
        holds: What queries on it answer: the values that were there when its build began.
        failed: Whether its last build failed.
    """

    model: str
    view: str
    depends: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    connection: str = "warehouse"
    datagroup: str | None = None
    seconds: float = 60.0
    outcome: str = "complete"
    incremental: bool = False
    builds: int = 0
    starts: int = 0
    name: str | None = None
    holds: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    failed: bool = False

    @property
    def full_name(self) -> str:
        """`model::view`."""
        return f"{self.model}::{self.view}"


@dataclass
class Build:
    """One build; times are epoch seconds by Looker's clock.

    Attributes:
        id: The materialization id.
        table: `model::view`.
        by_api: Whether the API began it; only such a one can be asked for or stopped.
        status: `added`, `pending`, `running`, `complete`, `error`, `killed` or `unknown`.
        ends: When it ends, once it runs.
    """

    id: str
    table: str
    by_api: bool
    status: str = "added"
    ends: float | None = None

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.status in _LIVE


@dataclass
class Derived:
    """All persistent derived tables, and the builds that were asked for.

    Attributes:
        now: Looker's time.
        parallel: How many builds a connection runs at once.
        newest: What the source tables hold now, by model, Explore and field.
        tables: By `model::view`.
        builds: Every build, oldest first.
        garbage: How many of the next answers hold no JSON in `resp_text`.
        quoted: Whether graphs name their nodes in quotes with the model, or bare in brackets.
    """

    now: Callable[[], float]
    parallel: Callable[[str], int]
    newest: dict[tuple[str, str, str], Any]
    tables: dict[str, DerivedTable] = field(default_factory=dict)
    builds: list[Build] = field(default_factory=list)
    garbage: int = 0
    quoted: bool = True
    _at: float = 0.0

    def add(self, table: DerivedTable) -> None:
        """Declare a table."""
        self.tables[table.full_name] = table

    def begin(self, name: str, *, by_api: bool, dependencies: bool = False) -> Build:
        """Queue a build, behind those of the tables that it needs and that are not there.

        Args:
            name: `model::view`.
            by_api: Whether the API asks for it.
            dependencies: Build what it needs in any case.
        """
        table = self.tables[name]
        for view in table.depends:
            needed = self.tables[f"{table.model}::{view}"]
            building = any(b.live for b in self.builds if b.table == needed.full_name)
            if not building and (dependencies or needed.name is None):
                self.begin(needed.full_name, by_api=False, dependencies=dependencies)
        table.starts += 1
        build = Build(f"m{len(self.builds) + 1}", name, by_api)
        self.builds.append(build)
        return build

    def build(self, build_id: str) -> Build | None:
        """Find a build that the API began."""
        return next((b for b in self.builds if b.id == build_id and b.by_api), None)

    def stop(self, build: Build) -> None:
        """End a build; one that has ended stays as it is."""
        if build.live:
            build.status = "killed"

    def catch_up(self) -> None:
        """Let builds run and end up to now, in the order of their times."""
        now = self.now()
        while True:
            self._start()
            ending = [b for b in self.builds if b.status == "running" and (b.ends or 0) <= now]
            if not ending:
                break
            build = min(ending, key=lambda b: b.ends or 0)
            self._at = build.ends or 0
            self._end(build)
        self._at = now

    def busy(self) -> bool:
        """Whether anything is built now."""
        return any(build.live for build in self.builds)

    def _start(self) -> None:
        for build in self.builds:
            table = self.tables[build.table]
            if build.status == "added":
                build.status = "pending" if build.ends is None and self._waits(build) else "added"
            if build.status not in ("added", "pending") or self._waits(build):
                continue
            build.status = "running"
            build.ends = max(self._at, 0) + table.seconds
            table.holds = dict(self.newest)

    def _waits(self, build: Build) -> bool:
        table = self.tables[build.table]
        needs = {f"{table.model}::{view}" for view in table.depends}
        live = [b for b in self.builds if b.live and b is not build]
        running = [
            b
            for b in live
            if b.status == "running" and self.tables[b.table].connection == table.connection
        ]
        return any(b.table in needs for b in live) or len(running) >= self.parallel(
            table.connection
        )

    def _end(self, build: Build) -> None:
        table = self.tables[build.table]
        build.status = table.outcome
        table.failed = build.status != "complete"
        if not table.failed:
            table.builds += 1
            if table.name is None or not table.incremental:
                table.name = f"LR_{table.view}_{table.builds}"

    def state(self, table: DerivedTable) -> str:
        """Say how a table stands: `none`, `built`, `building` or `error`."""
        if any(build.live for build in self.builds if build.table == table.full_name):
            return "building"
        return "error" if table.failed else "built" if table.name else "none"

    def answer(self, build: Build) -> dict[str, str]:
        """Return a `MaterializePDT`."""
        text = json.dumps(
            {"status": build.status, **({"message": "syntax"} if build.status == "error" else {})}
        )
        if self.garbage:
            self.garbage -= 1
            text = "<html>busy</html>"
        return {"materialization_id": build.id, "resp_text": text}

    def graph(self, model: str) -> str:
        """Return a model's graph in DOT: an arrow points to what a table reads."""

        def node(name: str) -> str:
            return f'"{name}"' if self.quoted else f"<{name.rpartition('/')[2]}>"

        lines = [f"digraph {'g' if self.quoted else model} {{"]
        for table in self.tables.values():
            if table.model != model:
                continue
            own = node(f"{model}/{table.view}")
            lines.append(f'  {own} [color="{_COLOURS[self.state(table)]}"]')
            lines += [f"  subgraph {{ {own} -> {node(f'{model}/{v}')} }}" for v in table.depends]
            lines += [f"  {own} -> {node(source)} [style=dashed]" for source in table.sources]
        return "\n".join([*lines, "}"])
