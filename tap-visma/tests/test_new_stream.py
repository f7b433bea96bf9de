"""Adding a list endpoint is a few declarative lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tap_visma.tap import TapVisma

from . import ten_lines

if TYPE_CHECKING:
    import pytest

    from .conftest import Visma


class TapWithCreditors(TapVisma):
    stream_types = (*TapVisma.stream_types, ten_lines.Creditors)


def test_a_stream_of_ten_lines_is_read_like_all_others(
    visma: Visma, capfd: pytest.CaptureFixture[str]
) -> None:
    tap = TapWithCreditors(config=visma.config)
    for stream in tap.streams.values():
        stream.selected = stream.name in {"creditors", "suppliers", "sync_runs"}
    tap.sync_all()
    messages: list[dict[str, Any]] = [
        json.loads(line) for line in capfd.readouterr().out.splitlines()
    ]
    rows = {
        name: [m["record"] for m in messages if m["type"] == "RECORD" and m["stream"] == name]
        for name in ("creditors", "suppliers", "sync_runs")
    }
    assert rows["creditors"]
    assert [row["name"] for row in rows["creditors"]] == [row["name"] for row in rows["suppliers"]]
    assert not any("mainContact" in row for row in rows["creditors"])
    assert {row["stream"] for row in rows["sync_runs"]} == {"creditors", "suppliers"}
