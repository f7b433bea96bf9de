"""Before the first run: does everything answer, and what will it cost? `--check` and `--plan`.

Each endpoint is called once (lists that other lists depend on are read), with the same code that
reads it later.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

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

_PATH = re.compile(r"(?<=GET )/[^\s:]+")


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
        cause: What problems of several streams have in common.
        fatal: The problem fails a run.
    """

    company_id: str
    stream: str
    rows: int = 0
    first_calls: int = 0
    next_calls: int = 0
    problem: str | None = None
    cause: str = ""
    fatal: bool = False


class Cost(NamedTuple):
    """What a run takes.

    Attributes:
        calls: So many.
        windows: Hours whose allowances they use up, rounded up; None where that is unknown.
    """

    calls: int
    windows: int | None

    @override
    def __str__(self) -> str:
        hours = "an unknown time"
        if self.windows is not None:
            few = self.windows <= 1
            hours = "less than an hour" if few else f"{self.windows - 1} to {self.windows} hours"
        return f"{self.calls:,} calls in {hours}"


@dataclass
class Survey:
    """The findings for one company, and its allowance of calls per hour as Visma tells it.

    Attributes:
        may_lag: A run succeeds without it.
    """

    company: Company
    findings: list[Finding]
    limit: int | None
    left: int | None
    reserve: int
    may_lag: bool = False

    @property
    def complete(self) -> bool:
        """Whether a run would read all of it."""
        return not any(finding.fatal for finding in self.findings)

    @property
    def ok(self) -> bool:
        """Whether a run would succeed."""
        return self.complete or self.may_lag

    @property
    def first_calls(self) -> int:
        """Calls of a first load."""
        return sum(finding.first_calls for finding in self.findings)

    @property
    def next_calls(self) -> int:
        """Calls of an incremental run that finds little."""
        return sum(finding.next_calls for finding in self.findings)

    @property
    def rows(self) -> int:
        """Rows there are."""
        return sum(finding.rows for finding in self.findings)

    def problems(self) -> list[list[Finding]]:
        """The findings with a problem, those together that have it in common."""
        alike: dict[tuple[str, bool], list[Finding]] = {}
        for finding in self.findings:
            if finding.problem:
                alike.setdefault((finding.cause, finding.fatal), []).append(finding)
        return list(alike.values())

    def cost(self, calls: int) -> Cost:
        """What so many calls take with the company's allowance."""
        an_hour = (self.limit or 0) - self.reserve
        return Cost(calls, -(-calls // an_hour) if an_hour > 0 else None)


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
        client.company,
        findings,
        allowance.limit,
        allowance.left,
        tap.config["allowance_reserve"],
        tap.may_lag(company_id),
    )


def _stream(stream: VismaStream, client: CompanyClient, tap: TapVisma) -> Finding:
    finding = Finding(client.company.company_id, stream.name)
    run = Run(stream.name, client)
    try:
        size = _size(stream, client, run)
    except VismaError as error:
        finding.problem = str(error)
        finding.cause = _PATH.sub("…", error.cause)
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
        problems = found.problems()
        if [len(alike) for alike in problems] != [len(found.findings)]:
            parts.append(
                table(
                    (
                        (f.company_id, f.stream, "" if f.problem else f.rows, _verdict(f))
                        for f in found.findings
                    ),
                    ("company", "stream", "rows", "finding"),
                )
            )
        parts.extend(_told(alike, of=len(found.findings)) for alike in problems)
        if found.limit is not None:
            parts.append(
                f"{found.company.company_id}: {found.left:,} of {found.limit:,} calls of this "
                f"hour are left."
            )
    bad = sum(not found.ok for found in surveys)
    lagging = ", ".join(f.company.company_id for f in surveys if f.ok and not f.complete)
    if bad:
        parts.append(f"{bad} of {len(surveys)} companies would fail: see the findings above.")
    elif lagging:
        parts.append(f"A run would succeed, and leave {lagging} behind, as `allow_partial` allows.")
    else:
        parts.append("A run would succeed.")
    return "\n\n".join(parts)


def _told(alike: Sequence[Finding], *, of: int) -> str:
    """A problem that some of a company's streams have in common."""
    first = alike[0]
    problem, streams = str(first.problem), ", ".join(finding.stream for finding in alike)
    where = f"{first.company_id}, {streams}" if first.stream else first.company_id
    if len(alike) > 1:
        problem = _PATH.sub("…", problem)
        named = f"all {of} streams" if len(alike) == of else f"{len(alike)} streams ({streams})"
        where = f"{first.company_id}, {named}"
    return f"{where}: {problem}"


def _verdict(finding: Finding) -> str:
    if not finding.problem:
        return "ok" if finding.rows != 0 else "ok, empty"
    return "fails, see below" if finding.fatal else "unavailable, skipped"


def plan(surveys: Sequence[Survey]) -> str:
    """What `--plan` prints."""
    parts = []
    columns = ("rows", "calls of a first load", "of an incremental run")
    known = [found for found in surveys if found.complete]
    for found in surveys:
        if not found.complete:
            what = "leave it behind" if found.may_lag else "fail"
            parts.append(f"{found.company.company_id}: see `--check`, a run would {what}.")
            continue
        rows = [(f.stream, f.rows, f.first_calls, f.next_calls) for f in found.findings]
        parts.append(_sums(rows, ("stream", *columns)))
        limit = "an unknown number of" if found.limit is None else f"{found.limit:,}"
        parts.append(
            f"{found.company.company_id}, with {limit} calls an hour, {found.reserve:,} of them "
            f"kept for others: a first load takes {found.cost(found.first_calls)}, an incremental "
            f"run {found.cost(found.next_calls)}."
        )
    if len(known) > 1:
        rows = [(f.company.company_id, f.rows, f.first_calls, f.next_calls) for f in known]
        parts.append(_sums(rows, ("company", *columns)))
        parts.append(
            f"{len(known)} companies, each with an allowance of its own: a first load takes "
            f"{_at_once([found.cost(found.first_calls) for found in known])}, an incremental run "
            f"{_at_once([found.cost(found.next_calls) for found in known])}."
        )
    return "\n\n".join(parts)


def _sums(rows: Sequence[tuple[str, int, int, int]], header: Sequence[str]) -> str:
    """A table with the sums of its columns."""
    sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    return table([*rows, ("all", *(sums or (0, 0, 0)))], header)


def _at_once(costs: Sequence[Cost]) -> Cost:
    """Of several companies, which wait for their allowances at the same time."""
    windows = [cost.windows for cost in costs if cost.windows is not None]
    calls = sum(cost.calls for cost in costs)
    return Cost(calls, max(windows) if len(windows) == len(costs) else None)
