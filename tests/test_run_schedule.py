"""Schedules as they are called, and what is left when a run is killed or meets another one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import uuid
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from meltano.core.db import project_engine
from meltano.core.job.job import Job, State
from meltano.core.project import Project

from demo import processes
from demo.pipeline import LOAD, PROJECT
from orchestrate import run_schedule
from tests.books import differences
from tests.checkout import Checkout
from tests.leaks import leaks
from tests.schedules import CRONTAB, INSTALLED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from demo.postgres import Postgres
    from tests.conftest import World

_FEW = ("accounts", "journal_transactions", "subaccounts")
_SELECT = {"TAP_VISMA__SELECT": json.dumps([f"{name}.*" for name in (*_FEW, "sync_runs")])}
_RUN = ("python", "orchestrate/run_schedule.py")


@pytest.fixture
def checkout(world: World) -> Checkout:
    """A company that has installed the project and loads three lists."""
    world.settings.update(_SELECT)
    return Checkout(world)


def _told(world: World) -> int:
    return int(world.sandbox.control("GET", "/looker")["cache_resets"])


def _modes(world: World) -> set[tuple[Any, ...]]:
    """How the newest run has read, and how it ended."""
    return set(
        world.query(
            "select mode, outcome from visma.sync_runs where run_id = "
            "(select run_id from visma.sync_runs order by started_at desc limit 1)"
        )
    )


def _kill(process: psutil.Process) -> None:
    """As when the machine loses its power: everybody at once."""
    everybody = [process, *process.children(recursive=True)]
    names = " ".join(word for each in everybody for word in each.cmdline())
    assert all(name in names for name in ("run_schedule", "meltano", "tap-visma", "target-"))
    for each in everybody:
        each.suspend()
    for each in everybody:
        each.kill()
    psutil.wait_procs(everybody[1:])


@pytest.mark.timeout(900)
def test_each_schedule_runs_and_a_killed_one_leaves_nothing(
    world: World, checkout: Checkout
) -> None:
    variables, lines = CRONTAB
    command = lines["nightly"][1].replace(INSTALLED, str(checkout.directory))
    nightly = checkout.cron(command, variables)
    log = (checkout.directory / ".meltano" / "nightly.log").read_text()
    assert (nightly.code, nightly.output) == (0, ""), (nightly.output, log)
    assert "Run timeout configured" in log
    assert _told(world) == 1
    assert _modes(world) == {("first", "success")}

    checkout.leave_models_out()  # they take most of the time
    weekly = checkout.run("meltano", "schedule", "run", "weekly")
    assert weekly.code == 0, weekly.output
    assert "Run timeout configured" in weekly.output
    assert _modes(world) == {("full", "success")}

    # An hourly run is killed in the middle.
    world.sandbox.change()
    hidden = world.secrets()
    with checkout.held(2, *_RUN, "hourly") as running:
        command = lines["weekly"][1].replace(INSTALLED, str(checkout.directory))
        assert checkout.cron(command, variables).output == "", "nobody needs to know"
        assert not list((checkout.directory / ".meltano").glob("*weekly*"))
        weekly = checkout.run(*_RUN, "weekly")
        assert weekly.code == 75
        assert "weekly was left out, since another schedule of this directory" in weekly.output
        by_hand = checkout.run("meltano", "run", *LOAD)
        assert by_hand.code == 1
        assert "pipeline is already running" in by_hand.output
        _kill(psutil.Process(running.pid))
    assert leaks(checkout.memory, hidden), "Meltano writes the settings into a file"
    assert leaks(checkout.directory, hidden) == [], "which is not on the disk"

    hourly = checkout.run(*_RUN, "hourly")
    assert hourly.code == 0, hourly.output
    assert "was killed; this one goes on." in hourly.output
    assert _modes(world) == {("incremental", "success")}
    assert [difference for name in _FEW for difference in differences(world, name)] == []
    assert _told(world) == 3
    assert list(checkout.memory.iterdir()) == []
    assert leaks(world.home, hidden) == []
    kept = {path.name for path in (checkout.directory / ".meltano").iterdir()}
    assert {"dbt", "looker-refresh", "meltano.db"} <= kept
    assert list((checkout.directory / ".meltano" / "looker-refresh").iterdir())


def test_a_run_that_is_ended_leaves_nobody_running(world: World, checkout: Checkout) -> None:
    # Killed alone, as the kernel does when memory is short.
    with checkout.held(2, *_RUN, "hourly") as running:
        (meltano,) = psutil.Process(running.pid).children()
        plugins = meltano.children(recursive=True)
        assert len(plugins) >= 2
        meltano.kill()
        output, _ = running.communicate()
        assert running.returncode == 128 + signal.SIGKILL, output
        _, alive = psutil.wait_procs(plugins, timeout=30)
        assert alive == []
    assert list(checkout.memory.iterdir()) == []

    # Told to stop, as when the machine is shut down.
    with checkout.held(2, *_RUN, "hourly") as running:
        everybody = psutil.Process(running.pid).children(recursive=True)
        running.terminate()
        output, _ = running.communicate()
        assert running.returncode == 128 + signal.SIGTERM, output
        assert b"was killed; this one goes on." in output, "of the run before"
        _, alive = psutil.wait_procs(everybody, timeout=30)
        assert alive == []
    assert list(checkout.memory.iterdir()) == []

    # Somebody loads by hand: the schedule waits for its next turn.
    with checkout.held(2, "meltano", "run", *LOAD):
        left_out = checkout.run(*_RUN, "hourly")
    assert left_out.code == 75, left_out.output
    assert "left out, since prod:tap-visma-to-target-postgres is being run" in left_out.output
    assert _told(world) == 0
    assert leaks(checkout.memory, world.secrets()) == []


@pytest.mark.parametrize(
    ("directory", "words", "code", "told"),
    [
        (PROJECT, ["yearly"], 2, "there is no schedule yearly, but nightly, weekly, hourly"),
        (PROJECT, [], 2, "usage: run_schedule.py [-h] schedule"),
        (PROJECT, ["nightly", "weekly"], 2, "usage: run_schedule.py [-h] schedule"),
        (PROJECT.parent, ["nightly"], 2, "no meltano.yml is here"),
        (PROJECT.parent, ["--help"], 0, ""),
        (PROJECT, ["nightly"], 1, "since the run could not begin: RUNTIME_DIRECTORY names"),
    ],
)
def test_what_cannot_be_run_is_told(
    tmp_path: Path, directory: Path, words: list[str], code: int, told: str
) -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / "orchestrate" / "run_schedule.py", *words],
        cwd=directory,
        env=processes.environment(
            NO_COLOR="1", MELTANO_SYS_DIR_ROOT=str(tmp_path), RUNTIME_DIRECTORY=str(tmp_path / "no")
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert ("75 left out" in done.stdout) == (code == 0), "help tells the exit codes"


@pytest.fixture(params=["sqlite", "postgres"])
def meltano_jobs(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Write a run into Meltano's database and ask who is under way."""
    (tmp_path / "meltano.yml").write_text("default_environment: prod\n")
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        postgres.create_database(database := f"meltano_{uuid.uuid4().hex}")
        monkeypatch.setenv("MELTANO_DATABASE_URI", postgres.url(database))
    project = Project(tmp_path)
    engine, new_session = project_engine(project)

    def ask(name: str, trigger: str, silent: timedelta = timedelta()) -> tuple[Job | None, str]:
        Job.metadata.create_all(engine)
        now = datetime.now(timezone.utc) - silent
        job = Job(
            job_name=name, state=State.RUNNING, started_at=now, last_heartbeat_at=now,
            trigger=trigger,
        )  # fmt: skip
        with new_session() as session:
            job.save(session)
            found = run_schedule._under_way(project, "here")
            session.refresh(job)
            return found, job.state.name

    assert run_schedule._under_way(project, "here") is None, "before the first run"
    return ask


def test_who_is_under_way(meltano_jobs: Callable[..., Any]) -> None:
    assert meltano_jobs("dev:tap-visma-to-target-postgres", "cli") == (None, "RUNNING")
    silent = timedelta(minutes=6)
    assert meltano_jobs("prod:tap-visma-to-target-postgres", "cli", silent) == (None, "RUNNING")
    assert meltano_jobs("prod:tap-visma-to-target-postgres", "here") == (None, "FAIL")
    found, state = meltano_jobs("prod:tap-visma-to-target-postgres", "elsewhere")
    assert (found.trigger, state) == ("elsewhere", "RUNNING")
