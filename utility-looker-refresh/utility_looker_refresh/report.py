"""What a command did, for machines as JSON and for people as text."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from utility_looker_refresh import __version__
from utility_looker_refresh.calls import Activity
from utility_looker_refresh.errors import ConfigurationError
from utility_looker_refresh.state import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence

    from utility_looker_refresh.calls import CallMeter

SCHEMA_VERSION = 2
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


def iso(epoch: float | None) -> str | None:
    """Return epoch seconds as UTC text such as `2024-05-31T22:00:00Z`; None stays None."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class DatagroupResult:
    """One datagroup in a report.

    Attributes:
        name: `model::name`.
        action: `reset`, `triggered`, `none` (nothing new), `failed`, `left` (not come to) or
            `seen` (only looked at).
        stale_before: Looker's stamp in epoch seconds, as far as known.
        triggered_at: The same.
        trigger_error: Looker's last error of the datagroup's own trigger.
        due: Whether a refresh would act; None where not asked.
        reason: Why it failed.
    """

    name: str
    action: str
    stale_before: int | None = None
    triggered_at: int | None = None
    trigger_error: str | None = None
    due: bool | None = None
    reason: str | None = None


@dataclass
class TableResult:
    """One persistent derived table in a report.

    Attributes:
        name: `model::view`.
        action: `built`, `building` (goes on), `failed`, `timed_out`, `stopped` or `left`.
        seconds: How long its build took.
        learned: How long its last build took, as remembered.
        reason: Why it was not built.
    """

    name: str
    action: str
    seconds: float | None = None
    learned: float | None = None
    reason: str | None = None


@dataclass
class DashboardResult:
    """One dashboard in a report.

    Attributes:
        id: Looker's id.
        title: Its title.
        action: `warmed`, `failed` (some of its tiles), `left`, `none` (warmed before) or `seen`.
        tiles: Queries of its tiles.
        from_cache: How many of them had been cached since the reset.
        failed: Tiles that failed, with the reason.
        explores: Its Explores, as `model::explore`.
        newest_before: Oldest of the newest rows of its Explores before, in epoch seconds.
        newest_after: The same afterwards.
    """

    id: str
    title: str
    action: str
    tiles: int = 0
    from_cache: int = 0
    failed: list[str] = field(default_factory=list)
    explores: list[str] = field(default_factory=list)
    newest_before: int | None = None
    newest_after: int | None = None


@dataclass
class ExploreResult:
    """The newest row that an Explore shows, before and after, in epoch seconds."""

    explore: str
    field: str
    before: int | None = None
    after: int | None = None


@dataclass
class PlanResult:
    """One scheduled plan in a report.

    Attributes:
        id: Looker's id.
        name: Its name.
        action: `queued` (Looker took it; whether it arrived is not in its API), `uncertain` (the
            answer was lost), `suppressed`, `foreign`, `failed` or `left`.
        reason: Why, or what may hold it back.
    """

    id: str
    name: str | None
    action: str
    reason: str | None = None


@dataclass
class Finding:
    """One finding of `doctor`.

    Attributes:
        check: What was looked at.
        level: `ok`, `warning`, `error` or `not_checked`.
        message: What was found.
        fix: What to do about it.
    """

    check: str
    level: str
    message: str
    fix: str | None = None


@dataclass
class Scenario:
    """One course that a refresh can take, in `plan`.

    Attributes:
        name: When it is taken.
        calls: Names of Looker's operations, in order.
        query: Query-based calls among them.
        admin: Administrative calls among them.
        query_per_month: The same in 30 days of the runs given.
        admin_per_month: The same.
    """

    name: str
    calls: list[str]
    query: int
    admin: int
    query_per_month: int
    admin_per_month: int


@dataclass
class Report:
    """What is written to `report_path`; its form is in `report.schema.json`.

    Attributes:
        command: The command.
        outcome: `refreshed`, `nothing_to_do`, `shown`, `healthy`, `partial`, `failed` or
            `interrupted`.
        exit_code: The process's exit code.
        reason: One sentence for people; the last line on standard error after a failure.
        base_url: Which Looker.
        strategy: `reset`, `trigger` or `build`.
        newest_load: End of the newest load that Looker shows, in epoch seconds.
        clock_difference: Seconds that Looker's clock is ahead of this machine's.
    """

    command: str
    started: float
    outcome: str = "failed"
    exit_code: int = 1
    reason: str = ""
    base_url: str | None = None
    strategy: str | None = None
    newest_load: int | None = None
    clock_difference: float | None = None
    calls: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((a.value for a in Activity), 0)
    )
    datagroups: list[DatagroupResult] = field(default_factory=list)
    derived_tables: list[TableResult] = field(default_factory=list)
    dashboards: list[DashboardResult] = field(default_factory=list)
    explores: list[ExploreResult] = field(default_factory=list)
    scheduled_plans: list[PlanResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    scenarios: list[Scenario] = field(default_factory=list)

    def note_calls(self, meter: CallMeter) -> None:
        """Take over the calls made."""
        self.calls = {activity.value: count for activity, count in meter.counts.items()}

    def as_dict(self, finished: float) -> dict[str, Any]:
        """Return the report as data; times are UTC text, except stamps, which stay Looker's."""
        data = asdict(self)
        data.pop("started")
        difference = self.clock_difference
        return {
            "schema_version": SCHEMA_VERSION,
            "tool": "utility-looker-refresh",
            "version": __version__,
            "started_at": iso(self.started),
            "finished_at": iso(finished),
            **data,
            "clock_difference": None if difference is None else round(difference, 1),
        }

    def write(self, path: str, finished: float) -> None:
        """Write the report as JSON.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        content = json.dumps(self.as_dict(finished), indent=2) + "\n"
        if path == "-":
            sys.stdout.write(content)
            sys.stdout.flush()
            return
        try:
            write_atomically(Path(path).expanduser(), content)
        except OSError as error:
            raise ConfigurationError(
                f"The report cannot be written to {path}: {error.strerror}.",
                "Check report_path; what the command did in Looker is done all the same.",
            ) from None

    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        lines: list[str] = []
        if self.datagroups:
            rows: list[tuple[str, ...]] = [
                ("datagroup", "action", "stale before", "triggered at", "note")
            ]
            rows += [_datagroup_row(datagroup) for datagroup in self.datagroups]
            lines += table(rows)
        lines += self._parts()
        for finding in self.findings:
            fix = f" -> {finding.fix}" if finding.fix else ""
            lines.append(f"{finding.level.upper():<11} {finding.check}: {finding.message}{fix}")
        if self.scenarios:
            rows = [("when", "calls", "query", "admin", "query/month", "admin/month")]
            rows += [_scenario_row(scenario) for scenario in self.scenarios]
            lines += table(rows)
        if self.newest_load is not None:
            lines.append(f"newest load shown by Looker: {iso(self.newest_load)}")
        if any(self.calls.values()):
            counts = ", ".join(f"{count} {name}" for name, count in self.calls.items())
            lines.append(f"calls: {counts}")
        return lines

    def _parts(self) -> list[str]:
        """Return tables, dashboards, Explores and plans as lines of text."""
        lines: list[str] = []
        if self.derived_tables:
            rows: list[tuple[str, ...]] = [("derived table", "action", "seconds", "note")]
            rows += [
                (t.name, t.action, "-" if t.seconds is None else f"{t.seconds:.0f}", t.reason or "")
                for t in self.derived_tables
            ]
            lines += table(rows)
        if self.dashboards:
            rows = [("dashboard", "title", "action", "queries", "before", "after", "note")]
            rows += [
                (d.id, d.title, d.action, str(d.tiles), *_span(d), "; ".join(d.failed))
                for d in self.dashboards
            ]
            lines += table(rows)
            if any(d.action == "warmed" for d in self.dashboards):
                lines.append(
                    "A warm result serves viewers whose SQL is the same: not those with other "
                    "access filters, user attributes, time zones or database accounts."
                )
        if self.explores:
            rows = [("explore", "newest row before", "after")]
            rows += [(e.explore, iso(e.before) or "-", iso(e.after) or "-") for e in self.explores]
            lines += table(rows)
        if self.scheduled_plans:
            rows = [("scheduled plan", "name", "action", "note")]
            rows += [(p.id, p.name or "", p.action, p.reason or "") for p in self.scheduled_plans]
            lines += table(rows)
        return lines


def _span(dashboard: DashboardResult) -> tuple[str, str]:
    return iso(dashboard.newest_before) or "-", iso(dashboard.newest_after) or "-"


def _datagroup_row(datagroup: DatagroupResult) -> tuple[str, ...]:
    due = {True: "due", False: "up to date", None: ""}[datagroup.due]
    error = f"trigger error: {datagroup.trigger_error}" if datagroup.trigger_error else ""
    notes = [note for note in (due, datagroup.reason, error) if note]
    stamps = (iso(datagroup.stale_before) or "-", iso(datagroup.triggered_at) or "-")
    return (datagroup.name, datagroup.action, *stamps, "; ".join(notes))


def _scenario_row(scenario: Scenario) -> tuple[str, ...]:
    counts = (
        scenario.query,
        scenario.admin,
        scenario.query_per_month,
        scenario.admin_per_month,
    )
    names = dict.fromkeys(scenario.calls)
    calls = [
        f"{scenario.calls.count(n)} x {n}" if scenario.calls.count(n) > 1 else n for n in names
    ]
    return (scenario.name, ", ".join(calls), *map(str, counts))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with aligned columns; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]
