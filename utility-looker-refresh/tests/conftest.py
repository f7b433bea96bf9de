"""A Looker to talk to, a clock that need not be waited for, and a command line."""

from __future__ import annotations

import json
import logging
import signal
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import jsonschema
import pytest

from utility_looker_refresh.cli import main
from utility_looker_refresh.settings import ENV_PREFIX, load_settings
from visma_looker_sandbox.http import Fault
from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.looker.content import Dashboard, Plan, Tile
from visma_looker_sandbox.looker.derived import DerivedTable
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from utility_looker_refresh.settings import Settings

FORM = jsonschema.Draft202012Validator(
    json.loads(files("utility_looker_refresh").joinpath("report.schema.json").read_text("utf-8"))
)
SECRET = "s3cret-of-the-key-%&+"
NOW = 1_800_000_000
NAME = "finance::visma_load"
BOTH = [NAME, "finance::month_end"]
LOAD = NOW - 1000
FRESHNESS = {
    "model": "finance",
    "explore": "sync_runs",
    "field": "sync_runs.newest_load_epoch",
}


class ManualClock:
    """Time that passes only when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.behind = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return 5000.0 + self.passed

    def time(self) -> float:
        return NOW + self.passed - self.behind

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


class LookerAtHand:
    """A served Looker stand-in with its environment for the command line."""

    def __init__(self, stand_in: LookerStandIn, served: Served, clock: ManualClock) -> None:
        self.stand_in = stand_in
        self.world = stand_in.world
        self.served = served
        self.clock = clock
        self.url = served.url

    @property
    def environ(self) -> dict[str, str]:
        return {
            f"{ENV_PREFIX}BASE_URL": self.url,
            f"{ENV_PREFIX}CLIENT_ID": self.stand_in.client_id,
            f"{ENV_PREFIX}CLIENT_SECRET": SECRET,
            f"{ENV_PREFIX}DATAGROUPS": '["finance::visma_load"]',
        }

    def settings(self, **values: Any) -> Settings:
        return load_settings({**self.environ, **variables(values)})

    def fault(self, kind: str, path: str = "", **kwargs: Any) -> None:
        self.served.faults.armed.append(Fault(kind, service="looker", path=path, **kwargs))

    def newest(self, epoch: Any) -> None:
        self.world.answer(FRESHNESS["model"], FRESHNESS["explore"], FRESHNESS["field"], epoch)

    def calls(self) -> list[str]:
        return [path.replace("/api/4.0", "") for path in self.served.paths()]

    def stamps(self, name: str = "finance::visma_load") -> tuple[int | None, int | None]:
        datagroup = self.world.datagroup(name)
        return datagroup.stale_before, datagroup.triggered_at


def variables(values: dict[str, Any]) -> dict[str, str]:
    """Return settings as environment variables, objects and arrays as JSON."""
    return {
        ENV_PREFIX + name.upper(): value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }


BALANCES, COSTS, SUMMARY = "finance::balances", "finance::costs", "finance::summary"


def furnish(looker: LookerAtHand, **seconds: float) -> dict[str, Any]:
    """Give a Looker persistent tables, a dashboard and a plan; return settings to use them all.

    `summary` reads `balances` and `costs`; the freshness field is answered from `summary`.
    """
    world = looker.world
    world.connections["warehouse"].pdt_api_control_enabled = True
    world.connections["warehouse"].pdt_concurrency = 2
    world.roles[0].permissions += ["develop", "see_schedules", "see_user_dashboards"]
    for view, depends in (("balances", []), ("costs", []), ("summary", ["balances", "costs"])):
        table = DerivedTable("finance", view, depends, ["visma.journals"], datagroup=NAME)
        table.seconds = seconds.get(view, 60)
        world.derived.add(table)
    world.answer("finance", "summary", "summary.newest", LOAD)
    world.answer("finance", "summary", "summary.total", 5)
    world.backed["finance", "summary"] = SUMMARY
    looker.newest(LOAD)
    query = {"model": "finance", "view": "summary", "fields": ["summary.total"], "limit": "500"}
    world.content.save_query(query)
    world.content.save_query({**query, "fields": ["summary.newest"]})
    tiles = [
        Tile("Total", "501", listens={"Year": "summary.year"}),
        Tile("Newest", "502", form="query"),
        Tile("Note"),
    ]
    world.content.dashboards["12"] = Dashboard("12", "Overview", tiles, {"Year": "2026"}, "ov", "3")
    world.content.plans["17"] = Plan("17", "Monthly figures", dashboard_id="12")
    return {
        "strategy": "build",
        "freshness": FRESHNESS,
        "proof": [{"model": "finance", "explore": "summary", "field": "summary.newest"}],
        "dashboards": ["12"],
        "scheduled_plans": ["17"],
    }


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """A port of loopback, at which each test puts a Looker of its own."""
    with Served(LookerStandIn().app, "looker") as served:
        yield served


@pytest.fixture
def looker(clock: ManualClock, served: Served) -> LookerAtHand:
    """A Looker at the same time as the clock."""
    stand_in = LookerStandIn(client_secret=SECRET, clock=clock.time, monotonic=clock.monotonic)
    served.serve(stand_in.app)
    served.faults.revoke["looker"] = stand_in.revoke_tokens
    return LookerAtHand(stand_in, served, clock)


@dataclass
class Result:
    """What a command did."""

    code: int
    out: str
    err: str
    report: dict[str, Any]

    @property
    def reason(self) -> str:
        return self.err.splitlines()[-1]


class Run(Protocol):
    """Runs a command with settings given as keywords."""

    def __call__(self, *argv: str, **values: Any) -> Result: ...


@pytest.fixture
def run(
    looker: LookerAtHand,
    clock: ManualClock,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Run]:
    handlers = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    path = tmp_path / "report.json"

    def run(*argv: str, **values: Any) -> Result:
        path.unlink(missing_ok=True)
        environ = {**looker.environ, **variables(values)}
        code = main([*argv, "--report", str(path)], environ, clock)
        out, err = capsys.readouterr()
        report = json.loads(path.read_text()) if path.exists() else {}
        if report:  # whatever happened, a machine can read it
            FORM.validate(report)
        return Result(code, out, err, report)

    yield run
    for name, handler in handlers.items():
        signal.signal(name, handler)
    logging.basicConfig(force=True, handlers=[logging.NullHandler()])
