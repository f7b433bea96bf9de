"""Runs the chain twice against the stand-ins and says what it did: `python -m demo [--keep]`."""

from __future__ import annotations

import argparse
import fcntl
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from demo.pipeline import PROJECT

if TYPE_CHECKING:
    from demo.play import Demo


def _demo_of(warehouse: str) -> type[Demo]:
    # Each brings the driver of its database, and only the one that is asked for is installed.
    if warehouse == "duckdb":
        from demo.one_file import DuckDBDemo  # noqa: PLC0415

        return DuckDBDemo
    from demo.whole_chain import ChainDemo  # noqa: PLC0415

    return ChainDemo


def _interrupt_once(*_: object) -> None:
    # A second one, as `uv run` hands on what the terminal has sent already, must not cut off the
    # stopping.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Read the command line and run the demo once at a time."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave everything running at the end")
    parser.add_argument("--saft", type=Path, help="audit file (SAF-T) to use as the books")
    parser.add_argument("--group", action="store_true", help="three companies with all streams")
    parser.add_argument(
        "--warehouse",
        choices=["postgres", "duckdb"],
        default="postgres",
        help="what is loaded; DuckDB, a file, goes without the models and Looker",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=PROJECT / "output" / "demo",
        help="directory of the demo's files; emptied first",
    )
    arguments = parser.parse_args()
    output = arguments.output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    # A kill ends it as Ctrl-C does: nothing stays behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt_once)
    with (output.parent / f".{output.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            Console(stderr=True).print(f"A demo in {output} is running already: end it first.")
            return 1
        demo = _demo_of(arguments.warehouse)(output, saft=arguments.saft, group=arguments.group)
        return demo.main(keep=arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
