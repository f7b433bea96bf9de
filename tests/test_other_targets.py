"""Another Singer target gets the same rows, and Meltano finds the tap's own commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.books import TABLES

if TYPE_CHECKING:
    from tests.conftest import World

_TAP = Path(sys.executable).with_name("tap-visma")
_TARGET = ["run", "--quiet", "--isolated", "--no-project", "--with", "target-jsonl==0.1.4"]


def test_another_target_gets_the_same_rows(world: World, tmp_path: Path) -> None:
    """Nothing of the tap is made for one target."""
    world.succeed("tap-visma", "target-postgres")
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"destination_path": str(tmp_path), "do_timestamp_file": False}))
    tap = subprocess.run(
        [_TAP, "--config", "ENV"],
        env=os.environ | {k: v for k, v in world.settings.items() if k.startswith("TAP_VISMA_")},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    subprocess.run(
        [os.environ.get("UV", "uv"), *_TARGET, "target-jsonl", "--config", config],
        input=tap.stdout,
        capture_output=True,
        check=True,
    )
    for table in TABLES:
        lines = (tmp_path / f"{table}.jsonl").read_text().splitlines()
        (warehouse,) = world.query(f"select count(*) from visma.{table}")
        assert (len(lines),) == warehouse, table
    there = {
        (row["documentType"], row["referenceNumber"]): row["amount"]
        for row in map(json.loads, (tmp_path / "supplier_invoices.jsonl").read_text().splitlines())
    }
    here = world.query(
        'select "documentType", "referenceNumber", amount from visma.supplier_invoices'
    )
    assert there == {(kind, number): float(amount) for kind, number, amount in here}


def test_meltano_finds_the_commands_of_the_tap(world: World) -> None:
    world.meltano.configure(world.settings)
    checked = world.meltano("invoke", "tap-visma:check")
    assert checked.code == 0, checked.output
    assert "A run would succeed." in checked.output
    planned = world.meltano("invoke", "tap-visma:plan")
    assert "calls of a first load" in planned.output
    world.meltano.configure(world.settings | {"TAP_VISMA_CLIENT_SECRET": "wrong"})
    tested = world.meltano("test", "tap-visma")
    assert tested.code == 1
    assert "Check `client_id` and `client_secret`" in tested.output
