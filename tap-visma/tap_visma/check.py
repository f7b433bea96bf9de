"""Before the first run: does everything answer, and what will it cost? `--check` and `--plan`.

Each endpoint is called once (lists that other lists depend on are read), with the same code that
reads it later.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_visma.audit import Run
from tap_visma.errors import UnavailableError, VismaError
from tap_visma.stream import VismaStream
from tap_visma.text import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_visma.client import Company, CompanyClient
    from tap_visma.tap import TapVisma

logger = logging.getLogger("tap-visma")


@dataclass
class Finding:
    """What one stream of one company is found to be.

    Attributes:
        company_id: The company.
        stream: The stream; empty for a finding about the company as a whole.
        rows: Rows there are.
        first_calls: Calls of a first load.
        next_calls: Calls of an incremental run that finds little.
        problem: What is wrong, and what to do; None where nothing is.
        fatal: The problem fails a run.
    """

    company_id: str
    stream: str
    rows: int = 0
    first_calls: int = 0
    next_calls: int = 0
    problem: str | None = None
    fatal: bool = False


@dataclass
class Survey:
    """The findings for one company, and its allowance of calls per hour as Visma tells it."""

    company: Company
    findings: list[Finding]
    limit: int | None
    left: int | None
    reserve: int

    @property
    def ok(self) -> bool:
        """Whether a run would succeed."""
        return not any(finding.fatal for finding in self.findings)

    def hours(self, calls: int) -> str:
        """How long so many calls take with the allowance of the hour."""
        if not self.limit or self.limit <= self.reserve:
            return "unknown"
        windows = -(-calls // (self.limit - self.reserve))
        return "less than an hour" if windows <= 1 else f"{windows - 1} to {windows} hours"


def survey(tap: TapVisma) -> list[Survey]:
    """Looks at every company of the settings and every stream that is selected."""
    selected = [
        stream
        for stream in tap.streams.values()
        if isinstance(stream, VismaStream) and stream.selected
    ]
    return [_company(tap.client(company.company_id), selected, tap) for company in tap.companies]


def _company(client: CompanyClient, streams: Sequence[VismaStream], tap: TapVisma) -> Survey:
    company_id = client.company.company_id
    findings: list[Finding] = []
    try:
        client.log_in()
    except VismaError as error:
        findings.append(Finding(company_id, "", problem=str(error), fatal=True))
    else:
        findings.extend(_stream(stream, client, tap) for stream in streams)
    allowance = client.allowance
    return Survey(
        client.company, findings, allowance.limit, allowance.left, tap.config["allowance_reserve"]
    )


def _stream(stream: VismaStream, client: CompanyClient, tap: TapVisma) -> Finding:
    finding = Finding(client.company.company_id, stream.name)
    run = Run(stream.name, client)
    try:
        size = stream.size(client, run)
    except VismaError as error:
        finding.problem = str(error)
        finding.fatal = not (isinstance(error, UnavailableError) and tap.config["skip_unavailable"])
    else:
        finding.rows = size.rows
        calls = run.meter.calls - size.spent
        finding.first_calls = calls + size.further_pages
        finding.next_calls = calls + size.open_pages
    return finding


def check(surveys: Sequence[Survey]) -> str:
    """What `--check` prints."""
    parts = []
    for found in surveys:
        streams = [finding for finding in found.findings if finding.stream]
        if streams:
            parts.append(
                table(
                    (
                        (f.company_id, f.stream, f.rows if not f.problem else "", _verdict(f))
                        for f in streams
                    ),
                    ("company", "stream", "rows", "finding"),
                )
            )
        parts.extend(
            f"{finding.company_id}{f', {finding.stream}' if finding.stream else ''}: "
            f"{finding.problem}"
            for finding in found.findings
            if finding.problem
        )
        if found.limit is not None:
            parts.append(
                f"{found.company.company_id}: {found.left:,} of {found.limit:,} calls of this "
                f"hour are left."
            )
    bad = sum(not found.ok for found in surveys)
    parts.append(
        f"{bad} of {len(surveys)} companies would fail: see the findings above."
        if bad
        else "A run would succeed."
    )
    return "\n\n".join(parts)


def _verdict(finding: Finding) -> str:
    if not finding.problem:
        return "ok" if finding.rows != 0 else "ok, empty"
    return "fails, see below" if finding.fatal else "unavailable, skipped"


def plan(surveys: Sequence[Survey]) -> str:
    """What `--plan` prints."""
    parts = []
    for found in surveys:
        if not found.ok:
            parts.append(f"{found.company.company_id}: see `--check`, a run would fail.")
            continue
        first = sum(finding.first_calls for finding in found.findings)
        following = sum(finding.next_calls for finding in found.findings)
        rows = [(f.stream, f.rows, f.first_calls, f.next_calls) for f in found.findings]
        known = sum(finding.rows for finding in found.findings)
        parts.append(
            table(
                [*rows, ("all", known, first, following)],
                ("stream", "rows", "calls of a first load", "of an incremental run"),
            )
        )
        parts.append(
            f"{found.company.company_id}: with {found.limit or 'an unknown number of'} calls an "
            f"hour, {found.reserve} of them kept for others, a first load takes "
            f"{found.hours(first)} of allowance, an incremental run {found.hours(following)}."
        )
    return "\n\n".join(parts)
