"""Persistent derived tables: found in Looker's graph, built in order, waited for, stopped.

Looker's graph of a model is text in the language DOT, in which an arrow points from a table to
what it reads; dashed ones point to tables of the database. Nodes are `<view>` or `"model/view"`.
"""

from __future__ import annotations

import graphlib
import json
import logging
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from utility_looker_refresh.errors import (
    AccessError,
    ApiError,
    CallCapError,
    ConfigurationError,
    NotDoneError,
    RefreshError,
    TimeOutError,
    WorkFailedError,
)
from utility_looker_refresh.report import TableResult
from utility_looker_refresh.state import BuildNote, RunNote

if TYPE_CHECKING:
    from looker_sdk.sdk.api40.models import DBConnection, MaterializePDT

    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

LOGGER = logging.getLogger(__name__)
_NODE = r'(?:"([^"]+)"|<([^>]+)>)'
_EDGE = re.compile(rf"{_NODE}\s*->\s*{_NODE}\s*(?:\[([^\]]*)\])?")
_COLOURED = re.compile(rf"{_NODE}\s*\[([^\]]*)\]")
_COLOUR = re.compile(r"\b(gr[ae]y|green|yellow|red)\b")
_SHORTEST, _LONGEST = 5.0, 120.0
_STOP_TIMEOUT = 10
_LIVE = ("added", "pending", "running")


def _model(name: str) -> str:
    return name.partition("::")[0]


@dataclass
class Graph:
    """Derived tables by `model::view`.

    Attributes:
        reads: The derived tables that each reads.
        colours: `green` built, `yellow` being built, `red` failed, `grey` not built; as far as
            Looker tells.
    """

    reads: dict[str, set[str]] = field(default_factory=dict)
    colours: dict[str, str] = field(default_factory=dict)

    def upstream(self, names: list[str]) -> list[str]:
        """Return tables with all that they read, each behind what it reads.

        Raises:
            WorkFailedError: They read each other in a circle.
        """
        wanted: dict[str, set[str]] = {}
        left = list(names)
        while left:
            name = left.pop()
            if name not in wanted:
                wanted[name] = self.reads[name]
                left += self.reads[name]
        ordered = {name: sorted(wanted[name]) for name in sorted(wanted)}
        try:
            return list(graphlib.TopologicalSorter(ordered).static_order())
        except graphlib.CycleError as error:
            raise WorkFailedError(
                f"The derived tables {' -> '.join(error.args[1])} read each other in a circle.",
                "Mend them in LookML; nothing was built.",
            ) from None


def parse_graph(text: str, model: str) -> Graph:
    """Read a model's graph.

    Args:
        text: DOT, as Looker answers it.
        model: Model of the nodes that name none.
    """
    graph = Graph()

    def name_of(quoted: str | None, bare: str | None) -> str:
        node = quoted or bare or ""
        owner, slash, view = node.partition("/")
        return f"{owner}::{view}" if slash else node if "::" in node else f"{model}::{node}"

    rest = text
    for edge in _EDGE.finditer(text):
        table = name_of(edge[1], edge[2])
        graph.reads.setdefault(table, set())
        is_derived = "dashed" not in (edge[5] or "") and "." not in (edge[3] or edge[4])
        if is_derived:
            graph.reads[table].add(name_of(edge[3], edge[4]))
            graph.reads.setdefault(name_of(edge[3], edge[4]), set())
        rest = rest.replace(edge[0], "")
    for node in _COLOURED.finditer(rest):
        table = name_of(node[1], node[2])
        if "." in table and table not in graph.reads:
            continue
        graph.reads.setdefault(table, set())
        if colour := _COLOUR.search(node[3].lower()):
            graph.colours[table] = colour[1].replace("gray", "grey")
    return graph


class Builder:
    """Builds the tables of one run.

    Args:
        looker: The open session.
        settings: Which tables, and how long they may take.
        state: Remembers every step, and how long builds take.
        deadline: When waiting ends, by the session's monotonic clock.

    Attributes:
        connections: By name, as far as the key may read them.
        results: By `model::view`, in the order of building.
    """

    def __init__(self, looker: Looker, settings: Settings, state: State, deadline: float) -> None:
        self._looker = looker
        self._settings = settings
        self._state = state
        self._run = RunNote(0, settings.strategy)
        self._deadline = deadline
        self._graph = Graph()
        self.connections: dict[str, DBConnection] = {}
        self._slots: dict[str, tuple[str, int]] = {}
        self._polls: dict[str, float] = {}
        self.results: dict[str, TableResult] = {}

    def find(self) -> None:
        """Find the tables, their order and what the connections allow; build nothing.

        Raises:
            ConfigurationError: There is nothing to build, a name is unknown, or a connection does
                not let its tables be built through the API.
            AccessError: The key may not see the graph.
        """
        given = list(self._settings.derived_tables)
        sources = given or self._settings.datagroups
        models = list(dict.fromkeys(name.partition("::")[0] for name in sources))
        for model in models:
            graph = self._graph_of(model)
            # Those of other models are read here and built by their own models' setting.
            own = {n: r for n, r in graph.reads.items() if _model(n) == model}
            self._graph.reads.update(
                {n: {r for r in reads if _model(r) == model} for n, reads in own.items()}
            )
            self._graph.colours.update(graph.colours)
            self._slots[model] = self._connection(model)
        unknown = [name for name in given if name not in self._graph.reads]
        if unknown or not self._graph.reads:
            raise ConfigurationError(
                f"Looker shows no derived table {', '.join(unknown)}."
                if unknown
                else f"Looker shows no derived table in {', '.join(models)}.",
                f"It shows: {', '.join(sorted(self._graph.reads)) or 'none'}. Name tables that "
                "are persistent, or use strategy reset.",
            )
        names = given or sorted(self._graph.reads)
        self.results = {
            name: TableResult(name, "left", learned=self._state.seconds.get(name))
            for name in self._graph.upstream(names)
        }

    def _graph_of(self, model: str) -> Graph:
        try:
            answer = self._looker.api.graph_derived_tables_for_model(model, color="true")
        except ApiError as error:
            if error.status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                raise AccessError(
                    f"Looker does not show this key the derived tables of {model} "
                    f"(HTTP {error.status}).",
                    f"Check the model's name and grant the permission develop for {model}.",
                ) from None
            raise
        return parse_graph(answer.graph_text or "", model)

    def _connection(self, model: str) -> tuple[str, int]:
        """Return the name of a model's connection and how many builds it runs at once."""
        try:
            found = self._looker.api.lookml_model(model, fields="allowed_db_connection_names")
            names = list(found.allowed_db_connection_names or ())
            fields = "name,pdt_api_control_enabled,pdt_concurrency,maintenance_cron"
            connections = [self._looker.api.connection(name, fields=fields) for name in names]
        except ApiError as error:
            if error.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                raise
            LOGGER.warning(
                "The key may not read the connection of %s: its tables are built one by one", model
            )
            return model, 1
        if connections and all(c.pdt_api_control_enabled is False for c in connections):
            raise ConfigurationError(
                f"The connection {names[0]} of {model} does not let its tables be built through "
                "the API.",
                "Switch on PDT API Control for it in Looker (Admin, Connections), or use strategy "
                "trigger.",
            )
        self.connections.update({str(c.name): c for c in connections})
        limits = [c.pdt_concurrency or 1 for c in connections]
        return ",".join(names) or model, max(1, min(limits, default=1))

    def build(self, run: RunNote) -> None:
        """Build all tables that the run has not built yet, and wait for them.

        Args:
            run: The note of the run; every step is noted there.

        Raises:
            WorkFailedError: Builds failed; the others are built.
            TimeOutError: A table, or all of it, took too long; what ran was stopped.
            RefreshError: Looker cannot be asked any more; what runs goes on, and the next run
                waits for it.
        """
        self._run = run
        try:
            self._resume()
            while True:
                self._begin()
                if not self._polls:
                    break
                self._wait()
        except TimeOutError:
            self._stop_all()
            raise
        except RefreshError:
            raise
        except BaseException:
            self._stop_all()
            raise
        self._conclude()

    @property
    def built(self) -> list[str]:
        """The tables that are built."""
        return [name for name, result in self.results.items() if result.action == "built"]

    def _resume(self) -> None:
        """Take up what the last run has left behind."""
        for name, result in self.results.items():
            note = self._run.builds.get(name)
            if note is None:
                continue
            if note.done:
                result.action = "built"
                continue
            if note.id is None and self._graph.colours.get(name) != "yellow":
                LOGGER.warning(
                    "Whether a build of %s began before the last run was cut off is not known; "
                    "Looker does not build it now, so it is begun again",
                    name,
                )
                del self._run.builds[name]
                continue
            LOGGER.info("%s is being built since the last run", name)
            self._watch(name, note)

    def _begin(self) -> None:
        """Start what may be started now."""
        for name, result in self.results.items():
            if result.action != "left" or result.reason:
                continue
            needs = [self.results[upstream] for upstream in self._graph.reads[name]]
            if any(n.action in ("failed", "timed_out") or n.reason for n in needs):
                result.reason = "what it reads was not built"
            elif all(n.action == "built" for n in needs) and self._slot(name):
                self._start(name)

    def _slot(self, name: str) -> bool:
        """Return whether the connection of a table has room for one more build."""
        connection, limit = self._slots[_model(name)]
        return sum(self._slots[_model(other)][0] == connection for other in self._polls) < limit

    def _start(self, name: str) -> None:
        model, _, view = name.partition("::")
        note = self._run.builds[name] = BuildNote(None, self._looker.now())
        # Before the call: a run that is cut off within it must not begin a second build.
        self._state.save()
        try:
            answer = self._looker.api.start_pdt_build(model, view)
        except (ApiError, NotDoneError, CallCapError, AccessError, ConfigurationError) as error:
            # Looker surely began nothing.
            del self._run.builds[name]
            self._state.save()
            if not isinstance(error, ApiError):
                raise
            self._failed(name, error.what)
            return
        note.id = str(answer.materialization_id)
        self._state.save()
        LOGGER.info("Building %s", name)
        self._watch(name, note)

    def _watch(self, name: str, note: BuildNote) -> None:
        self.results[name].action = "building"
        learned = self._state.seconds.get(name)
        self._polls[name] = note.since + (max(_SHORTEST, 0.8 * learned) if learned else _SHORTEST)

    def _wait(self) -> None:
        """Wait until the next table is to be looked at, and look."""
        now = self._looker.now()
        name = min(self._polls, key=lambda name: self._polls[name])
        limit = self._run.builds[name].since + self._settings.build_timeout
        until = min(self._polls[name], limit)
        left = self._deadline - self._looker.monotonic()
        if left <= 0:
            raise TimeOutError(
                f"wait_timeout, {self._settings.wait_timeout} s, is over while Looker builds "
                f"{', '.join(self._polls)}.",
                "The builds were stopped; run again, or raise wait_timeout.",
            )
        if until > now:
            self._looker.sleep(min(until - now, left))
            return
        self._look(name, overdue=now >= limit)

    def _look(self, name: str, *, overdue: bool) -> None:
        note = self._run.builds[name]
        status, message = self._status(name, note)
        elapsed = self._looker.now() - note.since
        if status == "complete":
            del self._polls[name]
            note.done = True
            self._state.seconds[name] = elapsed
            self._state.save()
            result = self.results[name]
            result.action, result.seconds = "built", elapsed
            LOGGER.info("Built %s in %d s; %s", name, elapsed, self._progress())
        elif status not in (*_LIVE, "unknown"):
            del self._polls[name], self._run.builds[name]
            self._state.save()
            self._failed(name, message or {"killed": "somebody stopped it"}.get(status, status))
        elif overdue:
            self._stop(name)
            self.results[name].action = "timed_out"
            self.results[name].reason = f"took longer than {self._settings.build_timeout} s"
        else:
            learned = self._state.seconds.get(name)
            pause = 0.1 * learned if learned else 0.5 * elapsed
            self._polls[name] = self._looker.now() + min(_LONGEST, max(_SHORTEST, pause))
            LOGGER.info("%s: %s for %d s; %s", name, status, elapsed, self._progress())

    def _progress(self) -> str:
        return f"{len(self.built)} of {len(self.results)} tables built"

    def _status(self, name: str, note: BuildNote) -> tuple[str, str]:
        if note.id is None:
            # Its id was lost, so only the graph can tell.
            colour = self._graph_of(_model(name)).colours.get(name)
            known = {"green": ("complete", ""), "yellow": ("running", "")}
            return known.get(colour or "", ("error", "its build has failed"))
        try:
            return self._read(self._looker.api.check_pdt_build(note.id))
        except ApiError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return "error", "Looker no longer knows its build"
            raise

    def _read(self, answer: MaterializePDT) -> tuple[str, str]:
        """Return status and message; what cannot be read is `unknown`, and asked again."""
        try:
            text = json.loads(answer.resp_text or "")
        except ValueError:
            text = None
        if not isinstance(text, dict):
            return "unknown", ""
        message = self._looker.transport.clean(str(text.get("message") or ""))
        return str(text.get("status") or "unknown").lower(), message

    def _failed(self, name: str, reason: str) -> None:
        result = self.results[name]
        result.action, result.reason = "failed", reason
        LOGGER.warning("%s was not built: %s", name, reason)

    def _stop_all(self) -> None:
        for name in list(self._polls):
            self._stop(name)
            self.results[name].action = "stopped"

    def _stop(self, name: str) -> None:
        """Stop a build, best effort: one that cannot be stopped is waited for by the next run."""
        del self._polls[name]
        note = self._run.builds[name]
        try:
            if note.id is None:
                return
            self._looker.api.stop_pdt_build(note.id, transport_options={"timeout": _STOP_TIMEOUT})
        except RefreshError as error:
            LOGGER.warning("Could not stop the build of %s: %s", name, error.what)
            return
        del self._run.builds[name]
        self._state.save()
        LOGGER.info("Stopped the build of %s", name)

    def stop_leftovers(self, run: RunNote) -> None:
        """Stop the builds of a run for an older load: they would end with its rows."""
        for name, note in run.builds.items():
            if note.done or note.id is None:
                continue
            try:
                self._looker.api.stop_pdt_build(note.id)
            except ApiError as error:
                LOGGER.info("Could not stop an older build of %s: %s", name, error.what)

    def _conclude(self) -> None:
        bad = {n: r for n, r in self.results.items() if r.action in ("failed", "timed_out")}
        if not bad:
            return
        left = [name for name, result in self.results.items() if result.action == "left"]
        what = "Not built: " + "; ".join(f"{name} ({r.reason})" for name, r in bad.items()) + "."
        if left:
            what += f" Left, as they read those: {', '.join(left)}."
        if all(result.action == "timed_out" for result in bad.values()):
            raise TimeOutError(what, "Raise build_timeout, or look at its query; then run again.")
        raise WorkFailedError(what, "See the PDT panel in Looker, mend the table, run again.")
