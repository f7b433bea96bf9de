"""Runs a schedule of meltano.yml: one at a time, and nothing stays behind of one that was killed.

To be called in the directory of the project, by cron, systemd or Kubernetes:

    .venv/bin/python orchestrate/run_schedule.py nightly

It does what `meltano schedule run nightly` does, and what Meltano leaves open:

- A run that finds another one under way ends with exit code 75, and has done nothing.
- Meltano's working files (settings with secrets, catalog) lie in a directory of the run's own that
  nobody else can read: in memory, where RUNTIME_DIRECTORY names a place there. It is removed at
  the end, and by the next run if this one was killed.
- Meltano takes a run that was killed for running until it has been silent for five minutes. Here
  the lock tells that it has ended, and it is noted as failed.
- What Meltano has started does not outlive it.

Exit codes: 0 done; 1 failed; 2 called wrongly; 75 left out; 128 + n ended by signal n.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from meltano.core.db import project_engine
from meltano.core.error import Error as MeltanoError
from meltano.core.error import ProjectNotFound
from meltano.core.job.job import Job, State
from meltano.core.logging import setup_logging
from meltano.core.project import Project
from meltano.core.schedule import JobSchedule
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

logger = logging.getLogger("run_schedule")

# What lies in Meltano's directory outlives a run, also if a run is the first to write it.
_DIRECTORIES = ("dbt", "extractors", "loaders", "looker-refresh", "utilities")
_DATABASE = "meltano.db"  # its default one
_WORKING_FILES = "run"


def main(arguments: Sequence[str]) -> int:
    """Runs a schedule.

    Args:
        arguments: Its name.

    Returns:
        Exit code.

    Raises:
        SystemExit: It was called wrongly (2), or for help (0).
    """
    parser = argparse.ArgumentParser(
        prog="run_schedule.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("schedule", help="name of a schedule in meltano.yml, such as nightly")
    name = parser.parse_args(arguments).schedule
    os.umask(0o077)
    try:
        project = Project.find(Path.cwd(), activate=False)
        setup_logging(project)
        schedules = {s.name: s for s in project.meltano.schedules if isinstance(s, JobSchedule)}
        if name not in schedules:
            parser.error(
                f"nothing was done: there is no schedule {name}, but {', '.join(schedules)}"
            )
        return _run(project, schedules[name])
    except ProjectNotFound:
        parser.error("nothing was done: no meltano.yml is here; call it in the project's directory")
    except (MeltanoError, SQLAlchemyError, OSError) as error:
        logger.error(  # noqa: TRY400  # the sentence says it all
            "Nothing was read, since the run could not begin: %s", error
        )
        return 1


def _run(project: Project, schedule: JobSchedule) -> int:
    home = project.sys_dir_root
    home.mkdir(exist_ok=True)
    with (home / "schedule.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _left_out(schedule, "another schedule of this directory is being run")
        # Told of each run, so that the next one knows which are this directory's.
        trigger = f"{socket.gethostname()}:{home}"
        if (other := _under_way(project, trigger)) is not None:
            return _left_out(schedule, f"{other.job_name} is being run since {other.started_at}")
        with _working_directory(home) as directory:
            return _meltano(
                "run",
                schedule.job,
                env={
                    **os.environ,
                    **schedule.env,
                    "MELTANO_SYS_DIR_ROOT": str(directory),
                    "MELTANO_JOB_TRIGGER": trigger,
                },
                # Meltano holds the lock, too: should this process be killed alone, it goes on.
                lock=lock.fileno(),
            )


def _left_out(schedule: JobSchedule, why: str) -> int:
    logger.warning(
        "%s was left out, since %s. The next run reads what this one would have read.",
        schedule.name, why,
    )  # fmt: skip
    return os.EX_TEMPFAIL


def _under_way(project: Project, trigger: str) -> Job | None:
    """A run of the same environment that somebody else has begun.

    Those of this directory's schedules have ended, whatever Meltano's database says: nobody holds
    the lock.
    """
    engine, new_session = project_engine(project)
    if not inspect(engine).has_table(Job.__tablename__):  # the very first run
        return None
    environment = (
        os.environ.get("MELTANO_ENVIRONMENT")
        or project.dotenv_env.get("MELTANO_ENVIRONMENT")
        or project.settings.get("default_environment")
    )
    with new_session(expire_on_commit=False) as session:
        for job in session.query(Job).filter_by(state=State.RUNNING).all():
            if job.trigger == trigger:
                job.fail("The process was killed.")
                job.save(session)
                logger.warning("The run of %s was killed; this one goes on.", job.started_at)
            elif job.job_name.startswith(f"{environment}:") and not job.is_stale():
                return job
    return None


@contextlib.contextmanager
def _working_directory(home: Path) -> Iterator[Path]:
    """A directory in place of Meltano's, with links to all in it but the working files.

    Args:
        home: Meltano's.
    """
    name = f"visma-looker-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"
    base = Path(os.environ.get("RUNTIME_DIRECTORY") or home)
    if not base.is_dir():
        raise NotADirectoryError(f"RUNTIME_DIRECTORY names {base}, which is no directory.")
    directory = base / name
    for place in (home, base):  # a run that was killed may have had another one
        shutil.rmtree(place / name, ignore_errors=True)
    directory.mkdir()
    try:
        for kept in _DIRECTORIES:
            (home / kept).mkdir(exist_ok=True)
        there = {path.name for path in home.iterdir()}
        for kept in (there | {_DATABASE}) - {_WORKING_FILES, name}:
            (directory / kept).symlink_to(home / kept)
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _meltano(*arguments: str, env: Mapping[str, str], lock: int) -> int:
    """Runs Meltano, passes signals on to it, and ends what it leaves running.

    Returns:
        Its exit code, 128 + n if signal n ended it.
    """
    meltano = subprocess.Popen(  # noqa: S603  # a job of meltano.yml
        [Path(sys.executable).with_name("meltano"), *arguments],
        env=env,
        pass_fds=[lock],
        start_new_session=True,
    )

    def stop(*_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(meltano.pid, signal.SIGTERM)

    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # It is not reaped yet: its number is still that of its group, and of nobody else's.
    os.waitid(os.P_PID, meltano.pid, os.WEXITED | os.WNOWAIT)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(meltano.pid, signal.SIGKILL)
    code = meltano.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
