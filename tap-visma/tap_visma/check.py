"""Before the first run: does everything answer, and what will it cost? `--check` and `--plan`.

Each endpoint is called once (lists that other lists depend on are read), with the same code that
reads it later.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tap_visma.audit import Run
from tap_visma.errors import UnavailableError, VismaError
from tap_visma.first_load import most_pages_in_one_piece
from tap_visma.open_documents import IS_OPEN
from tap_visma.paging import LARGEST_PAGE, Part
from tap_visma.stream import VismaStream
from tap_visma.text import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_visma.client import Company, CompanyClient
    from tap_visma.tap import TapVisma

logger = logging.getLogger("tap-visma")


class Size(NamedTuple):
    """How large a list is.

    Attributes:
        rows: As Visma counts them, which for journals may be lines.
        further_pages: Pages behind the first.
        spent: Calls made to find out, which a run would not make.
        open_pages: Pages of open documents, which each incremental run reads again.
    """

    rows: int
    further_pages: int
    spent: int
    open_pages: int


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
        size = _size(stream, client, run)
    except VismaError as error:
        finding.problem = str(error)
        finding.fatal = not (isinstance(error, UnavailableError) and tap.config["skip_unavailable"])
    else:
        finding.rows = size.rows
        calls = run.meter.calls - size.spent
        finding.first_calls = calls + size.further_pages
        finding.next_calls = calls + size.open_pages
    return finding


def _size(stream: VismaStream, client: CompanyClient, run: Run) -> Size:
    """How large a list is, found out by one row of it where it tells its total."""
    rows = further = spent = opened = 0
    asked = stream.config.get("page_size") or LARGEST_PAGE
    for combination in stream.combinations(client, run):
        if stream.paged:
            page = stream.first_row(client, combination, Part(), run)
            if page.total is not None or not page.records:
                total = page.total or 0
                size = min(asked, page.page_size or asked)
                pages = -(-total // size)
                rows += total
                further += max(0, pages - 1)
                if stream.period and pages > most_pages_in_one_piece(stream.config):
                    # The last page of a period is not full; then the periods are counted, and
                    # what changed meanwhile is read.
                    further += len(stream.periods(client, run)) + 2
                if stream.refreshes_open:
                    spent += 1
                    page = stream.first_row(client, combination, Part(filters=IS_OPEN), run)
                    opened += max(1, -(-(page.total or 0) // size))
                continue
            spent += 1
        rows += sum(1 for _ in stream.rows(client, combination, Part(), run))
    return Size(rows, further, spent, opened)


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
