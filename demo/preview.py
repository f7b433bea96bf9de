"""The dashboards in the browser, as a process of its own."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from demo import processes
from demo.looker import LOOKML

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = Path(sys.executable).with_name("visma-looker-sandbox")


@contextmanager
def preview(home: Path, warehouse: str) -> Iterator[str]:
    """Show the shipped dashboards.

    Args:
        home: Directory of its log.
        warehouse: Address of the warehouse for libpq.

    Yields:
        The address of its pages.
    """
    command: list[str | Path] = [_PROGRAM, "preview", "--lookml", LOOKML, "--warehouse", warehouse]
    # The address is printed once pages are served.
    with processes.serving("The preview", command, cwd=home, log=home / "preview.log") as url:
        yield url
