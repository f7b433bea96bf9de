"""The results: a table that a person reads, and every figure as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """What one contender took for one piece of work, medians of all runs.

    Attributes:
        work: The work.
        who: The contender.
        records: Records that it moved.
        megabytes: Of JSON, as the API sent them.
        calls: Calls to the API, tokens not counted.
        seconds: Wall clock.
        all_seconds: The same, of each run.
        cpu: CPU seconds of each process of the pipe.
        peaks: Peak memory of each process in MB.
        peak: Peak memory of all at once in MB.
        server_cpu: CPU seconds of Postgres.
    """

    work: str
    who: str
    records: int
    megabytes: float
    calls: int
    seconds: float
    all_seconds: tuple[float, ...]
    cpu: tuple[float, ...]
    peaks: tuple[float, ...]
    peak: float
    server_cpu: float


@dataclass(frozen=True)
class Results:
    """Everything that one run of the benchmark found.

    Attributes:
        machine: Cores, memory, system, and how long it took.
        versions: Of what was compared.
        work: Records per stream.
        repeat: Runs per figure.
        figures: The figures.
        amended: Part of the names of works that were measured again after a full run.
    """

    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    work: Mapping[str, int]
    repeat: int
    figures: Sequence[Figure]
    amended: str = ""


class Target(NamedTuple):
    """A ratio of two wall clocks that is to be reached.

    Attributes:
        work: What is done.
        who: Whose speed counts.
        peer: Beside whom.
        must: At least this many times as fast.
        hoped: The same, hoped for.
        peer_work: What the peer does, where it differs.
    """

    work: str
    who: str
    peer: str
    must: float
    hoped: float | None = None
    peer_work: str | None = None


class Bound(NamedTuple):
    """Something that is to stay small.

    Attributes:
        work: What is done.
        who: By whom.
        what: What is counted.
        most: At most this much.
        counted: Finds it in a figure.
    """

    work: str
    who: str
    what: str
    most: float
    counted: Callable[[Figure], float]


CHANGED_SOME = "1 % of supplier_invoices changed"
NOTHING_NEW = "nothing new"
ENDLESS = (
    (20_000, 1, 0), (200_000, 1, 0),
    (20_000, 1, 300), (20_000, 4, 300), (20_000, 1, 2000), (20_000, 4, 2000),
)  # fmt: skip
"""Invoices in all, companies that they belong to, and milliseconds before each answer."""


def endless(invoices: int, milliseconds: int) -> str:
    """The name of a work of `ENDLESS`."""
    return f"extract {invoices:,} invoices of an endless list, {milliseconds} ms a call"


def companies(count: int) -> str:
    """The name of a contender of `ENDLESS`."""
    return "tap-visma" if count == 1 else f"tap-visma, {count} companies at once"


_INVOICES = "supplier_invoices"
TARGETS = (
    Target(f"extract {_INVOICES}", "tap-visma", "naive tap", 3.0),
    Target(f"extract {_INVOICES}", "tap-visma", "airbyte-cdk", 1.0, 2.0),
    Target(f"load {_INVOICES}", "tap-visma", "dlt, flat", 1.3, 2.0),
    Target(f"load {_INVOICES}", "tap-visma", "dlt, default", 2.0),
    Target(f"load {_INVOICES}", "tap-visma", "naive tap", 4.0),
    Target(f"load {_INVOICES}", "tap-visma", "COPY and upsert", 0.0, 0.5),
    Target("load suppliers", "tap-visma", "dlt, flat", 1.0, 1.5),
    Target("load suppliers", "tap-visma", "dlt, default", 1.0, 1.5),
    *(
        Target(
            f"extract {_INVOICES}, {latency} ms a call",
            "tap-visma",
            "tap-visma, one page at a time",
            3.2,
        )
        for latency in (300, 2000)
    ),
    *(
        Target(endless(20_000, latency), companies(4), companies(1), 0.0, 1.0)
        for latency in (300, 2000)
    ),
    Target(NOTHING_NEW, "meltano run", "meltano run, idle tap", 1 / 1.3),
)
BOUNDS = (
    Bound(endless(20_000, 0), companies(1), "MB of the tap", 120, lambda figure: figure.peaks[0]),
    Bound(endless(200_000, 0), companies(1), "MB of the tap", 120, lambda figure: figure.peaks[0]),
    Bound(
        f"load {_INVOICES}", "tap-visma", "MB of tap and loader", 350, lambda figure: figure.peak
    ),
    Bound(
        f"load {_INVOICES}", "tap-visma", "calls beyond one per 1,000 records", 0,
        lambda figure: figure.calls - -(-figure.records // 1000),
    ),
    Bound("load suppliers", "tap-visma", "calls beyond one per 1,000 records", 0,
        lambda figure: figure.calls - -(-figure.records // 1000),
    ),
    Bound(NOTHING_NEW, "tap-visma", "calls for the stream", 1, lambda figure: figure.calls),
)  # fmt: skip


def amended(path: Path, results: Results, only: str) -> Results:
    """The last full run, some of whose figures were measured again.

    Args:
        path: Of its results, without the ending.
        results: The new ones.
        only: Part of the name of what was measured again.
    """
    new = {(figure.work, figure.who): figure for figure in results.figures}
    full = json.loads(path.with_suffix(".json").read_text())
    figures = [new.get((one["work"], one["who"])) or Figure(**one) for one in full["figures"]]
    return replace(results, machine=full["machine"], figures=figures, amended=only)


def write(path: Path, results: Results) -> None:
    """Write `path.json` and `path.md`."""
    figures = {(figure.work, figure.who): figure for figure in results.figures}
    reached = [
        {**target._asdict(), "reached": round(_ratio(target, figures), 2)} for target in TARGETS
    ]
    bounds = [
        {
            "work": bound.work, "who": bound.who, "what": bound.what, "most": bound.most,
            "reached": round(bound.counted(figures[bound.work, bound.who]), 1),
        }
        for bound in BOUNDS
    ]  # fmt: skip
    document = asdict(results) | {"targets": reached, "bounds": bounds}
    path.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
    path.with_suffix(".md").write_text(_page(results, figures))


def _ratio(target: Target, figures: Mapping[tuple[str, str], Figure]) -> float:
    """How many times as fast as the peer."""
    peer = figures[target.peer_work or target.work, target.peer]
    return peer.seconds / figures[target.work, target.who].seconds


def _page(results: Results, figures: Mapping[tuple[str, str], Figure]) -> str:
    machine = results.machine
    about = (
        f"Written by `make bench`; do not edit. Medians of {results.repeat} runs on "
        f"{machine['cores']} cores, {machine['memory_gb']} GB, in {machine['minutes']} minutes. "
        "Machines differ and are noisy: look at the ratios. Everything, the stand-in for Visma "
        "and Postgres included, ran on this machine."
    )
    if results.amended:
        about += f' What holds "{results.amended}" was measured again after a full run.'
    versions = ", ".join(f"{name} {told}" for name, told in results.versions.items())
    lines = [
        "# Results",
        "",
        about,
        "",
        f"Versions: {versions}.",
        "",
        "## Beside its peers",
        "",
        "How many times as fast, by the wall clock.",
        "",
        "| work | who | beside | at least | hoped for | reached |",
        "|---|---|---|---|---|---|",
    ]
    for target in TARGETS:
        ratio = _ratio(target, figures)
        lines.append(
            f"| {target.work} | {target.who} | {target.peer} | {_times(target.must)} | "
            f"{_times(target.hoped)} | {ratio:.2f}{'' if ratio >= target.must else ' (missed)'} |"
        )
    lines += [
        "",
        "## What is to stay small",
        "",
        "| work | who | what | at most | reached |",
        "|---|---|---|---:|---:|",
    ]
    for bound in BOUNDS:
        reached = bound.counted(figures[bound.work, bound.who])
        missed = "" if reached <= bound.most else " (missed)"
        lines.append(
            f"| {bound.work} | {bound.who} | {bound.what} | {bound.most:.0f} | "
            f"{reached:.0f}{missed} |"
        )
    for work in dict.fromkeys(figure.work for figure in results.figures):
        lines += [
            "",
            f"## {work[0].upper()}{work[1:]}",
            "",
            "| who | s | records/s | MB/s | CPU s | Postgres CPU s | peak MB | calls |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        lines += [_row(figure) for figure in results.figures if figure.work == work]
    return "\n".join(lines) + "\n"


def _times(ratio: float | None) -> str:
    return f"{ratio:.2f}" if ratio else ""


def _row(figure: Figure) -> str:
    def each(values: Sequence[float], form: str) -> str:
        return " + ".join(f"{value:{form}}" for value in values)

    peak = each(figure.peaks, ".0f")
    if len(figure.peaks) > 1:
        peak += f" (at once {figure.peak:.0f})"
    return (
        f"| {figure.who} | {figure.seconds:.1f} | {figure.records / figure.seconds:,.0f} | "
        f"{figure.megabytes / figure.seconds:.1f} | {each(figure.cpu, '.1f')} | "
        f"{figure.server_cpu:.1f} | {peak} | {figure.calls} |"
    )
