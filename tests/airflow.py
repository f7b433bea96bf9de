"""Airflow as it is installed on one machine: API server, DAG processor, scheduler, real workers."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import requests
from typing_extensions import Self

from demo import processes
from demo.pipeline import PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Made by `make test-airflow`.
PROGRAM = PROJECT / ".tools" / "airflow" / "bin" / "airflow"
DAGS = PROJECT / "orchestrate" / "dags"
_COMPONENTS = ("api-server", "dag-processor", "scheduler")
_START_SECONDS = 120
_RUN_SECONDS = 900
_LOOK_SECONDS = 1
_OVER = {"success", "failed"}


class Airflow:
    """Runs the DAGs of `orchestrate/dags`.

    Args:
        home: Its directory.
        database: SQLAlchemy's address of an empty Postgres database.
        settings: What the workers have in their environment.
        at_once: Tasks that may run at once, whatever the pools allow.
    """

    def __init__(
        self, home: Path, database: str, settings: Mapping[str, str], *, at_once: int
    ) -> None:
        self.home = home
        home.mkdir()
        port = _free_port()
        self._url = f"http://127.0.0.1:{port}"
        self._environment = processes.environment(
            AIRFLOW_HOME=str(home),
            AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
            AIRFLOW__CORE__LOAD_EXAMPLES="False",
            AIRFLOW__CORE__EXECUTOR="LocalExecutor",
            AIRFLOW__CORE__PARALLELISM=str(at_once),
            AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"{self._url}/execution/",
            AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS="True",
            AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION="True",
            AIRFLOW__API__BASE_URL=self._url,
            AIRFLOW__API__HOST="127.0.0.1",
            AIRFLOW__API__PORT=str(port),
            AIRFLOW__API__WORKERS="1",
            AIRFLOW__API__SECRET_KEY="a key for one test",
            AIRFLOW__API_AUTH__JWT_SECRET="another key for one test, long enough for its hash",
            AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=database,
            AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK="False",
            # The machine is shared with others: a late sign of life is no death.
            AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT="600",
            **settings,
        )
        self._session = requests.Session()

    def command(self, *words: str) -> str:
        """Run a command of Airflow, and fail with what it printed unless it ended with 0."""
        done = subprocess.run(
            [PROGRAM, *words],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def __enter__(self) -> Self:
        """Start it, with the pools of the project and the DAGs read."""
        self.command("db", "migrate")
        self.command("pools", "import", str(DAGS / "pools.json"))
        self._running = ExitStack()
        try:
            for component in _COMPONENTS:
                log = self._running.enter_context((self.home / f"{component}.log").open("wb"))
                self._running.enter_context(
                    processes.running(
                        [PROGRAM, component], cwd=self.home, env=self._environment, stdout=log
                    )
                )
            self._wait_for_dags()
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._running.close()

    def _wait_for_dags(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            try:
                if not self._session.headers.get("Authorization"):
                    answer = self._session.get(f"{self._url}/auth/token", timeout=30)
                    token = answer.json()["access_token"]
                    self._session.headers["Authorization"] = f"Bearer {token}"
                if self.api("GET", "/dags")["total_entries"]:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(_LOOK_SECONDS)
        logs = {name: (self.home / f"{name}.log").read_text()[-2000:] for name in _COMPONENTS}
        raise AssertionError(f"Airflow has not read its DAGs in time: {logs}")

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call its REST API."""
        answer = self._session.request(method, f"{self._url}/api/v2{path}", json=body, timeout=120)
        assert answer.ok, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def trigger(self, dag: str, **conf: object) -> str:
        """Start a run, and return its id."""
        body = {"conf": conf, "logical_date": None}
        return str(self.api("POST", f"/dags/{dag}/dagRuns", body)["dag_run_id"])

    def ended(self, dag: str, run: str) -> str:
        """Wait until a run is over, and return how it ended."""
        until = time.monotonic() + _RUN_SECONDS
        while time.monotonic() < until:
            state = str(self.api("GET", f"/dags/{dag}/dagRuns/{run}")["state"])
            if state in _OVER:
                return state
            time.sleep(_LOOK_SECONDS)
        raise AssertionError(f"{run} is not over: {self.tasks(dag, run)}")

    def tasks(self, dag: str, run: str) -> dict[str, dict[str, Any]]:
        """Return what became of each task, by its id, of mapped ones by what they are called."""
        path = f"/dags/{dag}/dagRuns/{run}/taskInstances?limit=100"
        return {
            (
                one["rendered_map_index"] or f"{one['task_id']}.{one['map_index']}"
                if one["map_index"] >= 0
                else one["task_id"]
            ): one
            for one in self.api("GET", path)["task_instances"]
        }

    def fail(self, dag: str, run: str, task: str, number: int) -> None:
        """Mark one of a mapped task as failed, which stops it, as people do in its pages."""
        path = f"/dags/{dag}/dagRuns/{run}/taskInstances/{task}/{number}"
        self.api("PATCH", path, {"new_state": "failed"})

    def clear(self, dag: str, run: str, task: str, *numbers: int) -> None:
        """Have a task, or some of a mapped one, run again, and all that come after it."""
        body = {
            "dry_run": False,
            "dag_run_id": run,
            "task_ids": [[task, number] for number in numbers] if numbers else [task],
            "only_failed": False,
            "include_downstream": True,
        }
        self.api("POST", f"/dags/{dag}/clearTaskInstances", body)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
