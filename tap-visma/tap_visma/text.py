"""Tables in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(rows: Iterable[Sequence[object]], header: Sequence[str]) -> str:
    """A table in plain text; numbers stand right."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    numbers = [
        all(row[column].replace(",", "").isdigit() or row[column] in {"", "?"} for row in cells[1:])
        for column in range(len(header))
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(row, widths, numbers, strict=True)
        ).rstrip()
        for row in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "?"
    return f"{value:,}" if isinstance(value, int) else str(value)
