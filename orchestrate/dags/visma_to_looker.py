"""A group on more than one machine: a load per company, then the models, then Looker, once.

What is to be set, and what to do when something fails, is in README.md beside this file.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import requests
import yaml
from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, BaseOperator, Connection, Param, chain, task
from airflow.sdk.exceptions import AirflowException, AirflowNotFoundException
from airflow.timetables.trigger import MultipleCronTriggerTimetable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.sdk import Context

log = logging.getLogger(__name__)

PROJECT = Path(os.environ.get("VISMA_LOOKER_PROJECT") or Path(__file__).resolve().parents[2])
COMPANIES = Path(
    os.environ.get("VISMA_LOOKER_COMPANIES") or PROJECT / "orchestrate" / "dags" / "companies.yml"
)
RUNS = Path(os.environ.get("VISMA_LOOKER_RUNS") or PROJECT / ".meltano" / "companies")
ENV_FILE = os.environ.get("VISMA_LOOKER_ENV_FILE")
TIMEZONE = os.environ.get("VISMA_LOOKER_TIMEZONE") or "UTC"
RETRY_SECONDS = int(os.environ.get("VISMA_LOOKER_RETRY_SECONDS") or 300)
#: Connection whose password is the address that alerts are sent to.
ALERTS = "visma_looker_alerts"

_MELTANO = yaml.safe_load((PROJECT / "meltano.yml").read_text())
_JOB = next(job for job in _MELTANO["jobs"] if job["name"] == "visma-to-looker")
#: The first task of the job is made once per company, the others once.
LOAD, *ONCE = _JOB["tasks"]
#: Every company, in `full_pass`.
ALL = "*"
# Part of a state's id, of a directory's name and of a task's id.
_NAME = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"}
_TEXT = {"type": "string", "minLength": 1}
_GROUP = {
    "type": "object",
    "required": ["companies"],
    "additionalProperties": False,
    "properties": {
        "companies": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["company_id", "tenant_id"],
                "additionalProperties": False,
                "properties": {
                    "company_id": _NAME,
                    "tenant_id": _TEXT,
                    "client": _NAME,
                    "ipp_company_id": _TEXT,
                },
            },
        },
        "allow_partial": {"type": ["array", "null"], "items": _NAME},
    },
}
_TO_TAP = ("tenant_id", "company_id", "ipp_company_id")
_DETECT_DELETES = "TAP_VISMA_DETECT_DELETES"
# Where state is that outlives a machine; one of them has to be set.
_STATE = {"MELTANO_DATABASE_URI", "MELTANO_STATE_BACKEND_URI"}


class Failed(AirflowException):
    """What happened, what it means for the data, what to do; without anything secret."""


# --- the group


def read_group() -> tuple[list[dict[str, str]], set[str]]:
    """Read the companies of the group, and which of them may lag.

    Raises:
        Failed: The file is not as README.md says.
    """
    try:
        told = yaml.safe_load(COMPANIES.read_text())
        jsonschema.validate(told, _GROUP)
    except (OSError, yaml.YAMLError) as error:
        raise _wrong(f"cannot be read ({type(error).__name__})") from None
    except jsonschema.ValidationError as error:
        raise _wrong(f"is wrong at {error.json_path}: {error.message}") from None
    companies, may_lag = told["companies"], set(told.get("allow_partial") or [])
    for what in ("company_id", "tenant_id"):
        values = [company[what] for company in companies]
        if len(set(values)) < len(values):
            raise _wrong(f"names a {what} twice")
    names = {company["company_id"] for company in companies}
    if unknown := may_lag - names:
        raise _wrong(f"allows companies to lag that it does not name: {sorted(unknown)}")
    if names == may_lag:
        raise _wrong("allows every company to lag, so a run that loaded nothing would go on")
    return companies, may_lag


def _wrong(what: str) -> Failed:
    return Failed(
        f"{COMPANIES} {what}. Nothing is loaded until it is as orchestrate/dags/README.md says."
    )


# --- what runs


@contextmanager
def system_directory(name: str) -> Iterator[Path]:
    """Give a run what Meltano keeps beside the project: a directory of its own.

    In a shared one, runs at once would overwrite each other's catalog. The plugins are shared.
    What a killed run left is removed, since its settings are among it.
    """
    home = RUNS / name
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _forget(name)
    for kind in ("extractors", "loaders", "utilities"):
        link, installed = home / kind, PROJECT / ".meltano" / kind
        if not link.is_symlink() or link.readlink() != installed:
            link.unlink(missing_ok=True)
            link.symlink_to(installed)
    try:
        yield home
    finally:
        _forget(name)


def _forget(name: str) -> None:
    """Remove the working files of a run, settings with secrets among them."""
    shutil.rmtree(RUNS / name / "run", ignore_errors=True)


class Meltano(BaseOperator):
    """Run a task of the job, for one company or for all.

    Args:
        blocks: Words of `meltano run`.
        company: The company to load, as `read_group` tells it; its state has its name.
        kwargs: As of every operator.
    """

    def __init__(
        self, *, blocks: str, company: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.blocks = blocks
        self.company = company

    @property
    def name(self) -> str:
        """What its directory and its state are called."""
        return str(self.company["company_id"]) if self.company else self.task_id

    @cached_property
    def process(self) -> SubprocessHook:
        """The process of Meltano."""
        return SubprocessHook()

    def execute(self, context: Context) -> None:  # noqa: ARG002 - as every operator
        """Run it.

        Raises:
            Failed: Meltano did not end with 0, or state would not outlive the machine.
        """
        name = self.name
        if not os.environ.keys() & _STATE:
            raise Failed(
                f"Neither of {' and '.join(sorted(_STATE))} is set on this worker, so the state "
                "would stay here and another worker read everything again; nothing was run. Set "
                "one of them, the same on each worker."
            )
        words = [str(PROJECT / ".venv" / "bin" / "meltano")]
        words += ["--env-file", ENV_FILE] if ENV_FILE else []
        words += ["run", "--no-install"]
        words += ["--state-id-suffix", name] if self.company else []
        with system_directory(name) as home:
            own = {"MELTANO_SYS_DIR_ROOT": str(home), "XDG_STATE_HOME": str(home / "run")}
            # Airflow's own settings hold secrets of its own, which are no business of a plugin.
            kept = {name: text for name, text in os.environ.items() if "AIRFLOW" not in name}
            env = kept | own | _settings(self.company)
            result = self.process.run_command(
                [*words, *self.blocks.split()], env=env, cwd=str(PROJECT)
            )
        if result.exit_code:
            raise Failed(
                f"{name}: `meltano run {self.blocks}` ended with {result.exit_code}; why is in its "
                "log, in the first line with `[error`, `ERROR`, `Database Error` or `FAIL`. What "
                "was read is saved, and the marts stay as they were. Clear the task to try again."
            )

    def on_kill(self) -> None:
        """End Meltano, which then saves what it has."""
        # By ourselves: the hook's own method logs first, which in the handler of a signal may wait
        # for ever (seen with Airflow 3.3), so that Meltano went on.
        if running := self.process.sub_process:
            os.killpg(running.pid, signal.SIGTERM)
        # Airflow ends this process seconds later, whether Meltano has ended or not. Plugins have
        # read their settings when they began.
        _forget(self.name)


def _settings(company: dict[str, Any] | None) -> dict[str, str]:
    """What is said in the environment of Meltano, so that it is in no list of processes."""
    if company is None:
        return {}
    told = {name: company[name] for name in _TO_TAP if name in company}
    settings = {
        "TAP_VISMA_COMPANIES": json.dumps([told]),
        "TAP_VISMA_TENANT_ID": "",
        # Who may lag is decided where all loads are known, and a load that failed is red.
        "TAP_VISMA_ALLOW_PARTIAL": "[]",
    }
    if company["full_pass"]:
        settings[_DETECT_DELETES] = "true"
    if client := company.get("client"):
        connection = Connection.get(f"visma_{client}")
        settings["TAP_VISMA_CLIENT_ID"] = connection.login or ""
        settings["TAP_VISMA_CLIENT_SECRET"] = connection.password or ""
    return settings


@task(retries=0)
def companies_of(client: str, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """List the companies of a client of Visma: once per run, so that all of it means the same.

    Raises:
        Failed: `full_pass` names a company that there is not.
    """
    companies, _ = read_group()
    wanted = set((params or {})["full_pass"])
    if unknown := wanted - {company["company_id"] for company in companies} - {ALL}:
        raise Failed(f"`full_pass` names no companies of {COMPANIES}: {sorted(unknown)}.")
    return [
        {**company, "full_pass": bool(wanted & {ALL, company["company_id"]})}
        for company in companies
        if company.get("client", "") == client
    ]


@task(trigger_rule="all_done", retries=0)
def every_company_loaded(listed: list[list[dict[str, Any]]], **context: Any) -> None:
    """Let models and refresh run if no company failed but those that may lag.

    Args:
        listed: What `companies_of` returned, per client.
        context: Of Airflow.

    Raises:
        Failed: Others failed, too.
    """
    if None in listed:
        raise Failed("The list of companies could not be made, see there; nothing was loaded.")
    ti = context["ti"]
    states = ti.get_task_states(
        dag_id=ti.dag_id, task_ids=[*context["task"].upstream_task_ids], run_ids=[ti.run_id]
    )[ti.run_id]
    missing = sorted(
        company["company_id"]
        for companies in listed
        for number, company in enumerate(companies)
        if states.get(f"{_task_id('load', company.get('client', ''))}_{number}") != "success"
    )
    _, may_lag = read_group()
    if lagging := [name for name in missing if name in may_lag]:
        log.warning("They may lag, and their rows are as they were: %s.", ", ".join(lagging))
    if others := [name for name in missing if name not in may_lag]:
        raise Failed(
            f"{len(others)} of {sum(map(len, listed))} companies were not loaded: "
            f"{', '.join(others)}. Models were not built and Looker was not told; both show what "
            "they showed before. Clear the failed loads to try these again, or name them in "
            f"`allow_partial` of {COMPANIES.name} and clear this task to go on without."
        )


def alert(context: Context) -> None:
    """Send a sentence to the address in the connection `visma_looker_alerts`, if there is one."""
    ti, error = context["task_instance"], context.get("exception")
    # Other errors may quote anything.
    reason = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: see its log."
    text = f"{ti.dag_id}, {ti.task_id}, run {ti.run_id}: {reason} {ti.log_url}"
    try:
        address = Connection.get(ALERTS).password
    except AirflowNotFoundException:
        log.warning("There is no connection %s, so nobody was told: %s", ALERTS, text)
        return
    try:
        answer = requests.post(address or "", json={"text": text}, timeout=30)
    except requests.RequestException as failed:  # its text has the address in it
        log.error("The alert could not be sent: %s.", type(failed).__name__)  # noqa: TRY400
    else:
        log.info("The alert was answered %d.", answer.status_code)


# --- the DAGs


def _clients() -> list[str]:
    """The clients of Visma whose credentials are used; "" is that of the environment."""
    return list(dict.fromkeys(company.get("client", "") for company in read_group()[0]))


def _task_id(name: str, client: str) -> str:
    return f"{name}_{client}" if client else name


def _times(*, full_pass: bool) -> MultipleCronTriggerTimetable | None:
    """When the schedules of meltano.yml fire that read everything, or that do not."""
    times = [
        schedule["interval"]
        for schedule in _MELTANO["schedules"]
        if schedule["job"] == _JOB["name"]
        and (_DETECT_DELETES in schedule.get("env", {})) is full_pass
    ]
    return MultipleCronTriggerTimetable(*times, timezone=TIMEZONE) if times else None


with DAG(
    "visma_to_looker",
    description="Loads each company, builds the models, tells Looker.",
    schedule=_times(full_pass=False),
    # Bookmarks say what is new: one run brings what all missed ones would have brought.
    catchup=False,
    # Two loads of a company at once would be one too many, whatever began them.
    max_active_runs=1,
    params={
        "full_pass": Param(
            [],
            type="array",
            items={"type": "string"},
            description="Companies to read whole, so that deleted rows can be told; * is all.",
        )
    },
    default_args={
        "retries": 3,
        "retry_delay": timedelta(seconds=RETRY_SECONDS),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=1),
        "execution_timeout": timedelta(hours=24),
        "on_failure_callback": alert,
    },
):
    listed, loads = [], []
    for client in _clients():
        listed.append(companies_of.override(task_id=_task_id("companies", client))(client))
        loads.append(
            Meltano.partial(
                task_id=_task_id("load", client),
                blocks=LOAD,
                pool=_task_id("visma", client),
                map_index_template="{{ task.company['company_id'] }}",
                on_failure_callback=None,  # told once, by the next task, with the names of all
            ).expand(company=listed[-1])
        )
    complete = every_company_loaded(listed)
    loads >> complete
    chain(
        complete,
        *(Meltano(task_id=blocks.replace(":", "-"), blocks=blocks) for blocks in ONCE),
    )

with DAG(
    "visma_full_pass",
    description="Has visma_to_looker read every company whole, when no other run of it is active.",
    schedule=_times(full_pass=True),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "on_failure_callback": alert},
):
    TriggerDagRunOperator(
        task_id="trigger", trigger_dag_id="visma_to_looker", conf={"full_pass": [ALL]}
    )
