"""A group of twenty companies under Airflow: `make test-airflow`, since Airflow is large."""

from __future__ import annotations

import json
import subprocess
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import yaml
from typing_extensions import override

from demo import processes
from demo.pipeline import LOAD
from tests.airflow import DAGS, PROGRAM, Airflow
from tests.books import ALL_TABLES, differences, records
from tests.leaks import leaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import World

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not PROGRAM.exists(), reason="`make test-airflow` installs Airflow"),
]

DAG = "visma_to_looker"
GATE, MODELS, REFRESH = (
    "every_company_loaded", "dbt-postgres-build", "utility-looker-refresh-refresh",
)  # fmt: skip
COMPANIES = 20
# More may run at once than the pool lets: that it does not happen is the pool's doing.
POOL, AT_ONCE = 3, 6
RETRIES = 3


@contextmanager
def _listening() -> Iterator[tuple[str, list[str]]]:
    """An address for alerts, and what was sent there."""
    told: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(json.loads(body)["text"])
            self.send_response(200)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            """Nothing: the test looks at what was told."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook-of-a-secret-address", told
        server.shutdown()


def _zone_without_schedules() -> str:
    """A time zone in which it is past four in the night: no run was missed, none begins soon."""
    hours = (4 - datetime.now(timezone.utc).hour + 11) % 24 - 11
    return f"Etc/GMT{-hours:+d}"


def _most_at_once(tasks: list[dict[str, Any]]) -> int:
    events = [(one["start_date"], 1) for one in tasks] + [(one["end_date"], -1) for one in tasks]
    running = most = 0
    for _, change in sorted(events):
        running += change
        most = max(most, running)
    return most


def _told_looker(world: World) -> int:
    calls = world.sandbox.control("GET", "/calls")
    return sum(call["service"] == "looker" and call["method"] == "PATCH" for call in calls)


def _called(world: World) -> Counter[str]:
    """Calls of the API by company."""
    names = world.companies()
    return Counter(
        names[call["tenant"]]
        for call in world.sandbox.control("GET", "/calls")
        if call["service"] == "api"
    )


def _last_modes(world: World) -> dict[str, set[str]]:
    return {
        company: set(modes)
        for company, modes in world.query(
            "select company_id, array_agg(distinct mode) from visma.sync_runs as r "
            "where started_at = (select max(started_at) from visma.sync_runs "
            "where company_id = r.company_id and stream = r.stream and partition = r.partition) "
            "and stream in ('accounts', 'suppliers', 'journal_transactions') group by 1"
        )
    }


def _break(world: World, tenant: str, times: int | None = None) -> None:
    """Have Visma refuse the accounts of a company."""
    fault = {"kind": "status", "status": 403, "path": "/v1/account$", "times": times}
    world.sandbox.control("POST", "/faults", {**fault, "tenant": tenant})


def _write(path: Path, names: dict[str, str], *, clients: dict[str, str], **more: object) -> None:
    companies = [
        {"company_id": name, "tenant_id": tenant}
        | ({"client": clients[name]} if name in clients else {})
        for name, tenant in names.items()
    ]
    path.write_text(yaml.safe_dump({"companies": companies, **more}))


def _keep_state_in_postgres(world: World) -> None:
    state = f"{world.database}_state"
    world.postgres.create_database(state)
    world.settings["MELTANO_DATABASE_URI"] = world.postgres.url(state)


@contextmanager
def _airflow(world: World, group: Path, **more: str) -> Iterator[Airflow]:
    """An Airflow whose workers load the companies of a file."""
    database = f"{world.database}_airflow"
    world.postgres.create_database(database)
    settings = {
        name: value for name, value in world.settings.items() if "COMPANIES" not in name
    } | {
        "MELTANO_ENVIRONMENT": "demo",
        "VISMA_LOOKER_COMPANIES": str(group),
        "VISMA_LOOKER_ENV_FILE": "/dev/null",
        "VISMA_LOOKER_RUNS": str(world.home / "runs"),
        "VISMA_LOOKER_RETRY_SECONDS": "1",
        "VISMA_LOOKER_TIMEZONE": _zone_without_schedules(),
    }
    address = world.postgres.url(database).replace("psycopg:", "psycopg2:")
    with Airflow(world.home / "airflow", address, {**settings, **more}, at_once=AT_ONCE) as airflow:
        yield airflow


def _load(company: str) -> list[psutil.Process]:
    """The processes that load a company: Meltano, and what it has started."""
    found = [
        one
        for one in psutil.process_iter()
        if f"--state-id-suffix {company} " in " ".join(_words(one))
    ]
    # Before a child is another program, it looks like its parent.
    meltano = min(found, key=psutil.Process.create_time)
    return [meltano, *meltano.children(recursive=True)]


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def test_a_load_that_is_stopped_by_hand_ends_and_is_tried_again(
    make_world: Callable[..., World],
) -> None:
    world = make_world()
    _keep_state_in_postgres(world)
    group = world.home / "companies.yml"
    company = world.settings["TAP_VISMA_TENANT_ID"]
    _write(group, {company: company}, clients={})
    with _airflow(world, group) as airflow:
        airflow.command("dags", "unpause", DAG)
        # So far that tap and loader run, and no further.
        world.sandbox.control("POST", "/faults", {"kind": "hold", "path": "/v1/supplier$"})
        run = airflow.trigger(DAG)
        world.sandbox.control("GET", "/held")
        family = _load(company)
        assert len(family) > 2, "tap and loader are among them"
        airflow.fail(DAG, run, "load", 0)
        _, alive = psutil.wait_procs(family, timeout=120)
        assert alive == [], "they are held still, and do not end by themselves"
        world.sandbox.control("DELETE", "/faults")
        assert airflow.ended(DAG, run) == "failed"
        assert not list((world.home / "runs").glob("*/run")), "settings with secrets were in it"

        # No lock is in the way of the next try.
        airflow.clear(DAG, run, "load", 0)
        assert airflow.ended(DAG, run) == "success"
        assert differences(world, "suppliers") == []


def test_a_company_that_fails_is_retried_alone_and_the_rest_comes_once(
    make_world: Callable[..., World],
) -> None:
    world = make_world("--group", "--companies", str(COMPANIES))
    names = list(world.companies().values())
    tenants = {name: tenant for tenant, name in world.companies().items()}
    first, broken, shaky, whole, of_another = (names[n] for n in (0, 6, 9, 12, 15))
    _keep_state_in_postgres(world)

    # As README.md of the DAGs has it: the first load by hand makes the tables.
    alone = [{"tenant_id": tenants[first], "company_id": first}]
    world.succeed(f"--state-id-suffix={first}", *LOAD, TAP_VISMA_COMPANIES=json.dumps(alone))
    group = world.home / "companies.yml"
    _write(group, tenants, clients={of_another: "other"})
    _break(world, tenants[broken])
    _break(world, tenants[shaky], times=1)
    world.sandbox.control("DELETE", "/calls")

    with _listening() as (address, told), _airflow(
        world, group,
        AIRFLOW_CONN_VISMA_OTHER=json.dumps(
            {
                "conn_type": "generic",
                "login": world.settings["TAP_VISMA_CLIENT_ID"],
                "password": world.settings["TAP_VISMA_CLIENT_SECRET"],
            }
        ),
        AIRFLOW_CONN_VISMA_LOOKER_ALERTS=json.dumps(
            {"conn_type": "generic", "password": address}
        ),
    ) as airflow:  # fmt: skip
        airflow.command("pools", "set", "visma", str(POOL), "for the test")
        airflow.command("pools", "set", "visma_other", "1", "for the test")
        # A company that fails keeps models and Looker back, and no other company.
        airflow.command("dags", "unpause", DAG)
        run = airflow.trigger(DAG)
        assert airflow.ended(DAG, run) == "failed"
        tasks = airflow.tasks(DAG, run)
        loads = {name: tasks[name] for name in names}
        ends = {name: (one["state"], one["try_number"]) for name, one in loads.items()}
        assert ends.pop(broken) == ("failed", RETRIES + 1)
        assert ends.pop(shaky) == ("success", 2)
        assert set(ends.values()) == {("success", 1)}
        pools = {name: one["pool"] for name, one in loads.items()}
        assert pools.pop(of_another) == "visma_other"
        assert set(pools.values()) == {"visma"}
        assert _most_at_once([loads[name] for name in pools]) == POOL
        assert [tasks[task]["state"] for task in (GATE, MODELS, REFRESH)] == [
            "failed", "upstream_failed", "upstream_failed",
        ]  # fmt: skip
        (alert,) = told
        assert f"1 of {COMPANIES} companies were not loaded: {broken}." in alert
        assert _told_looker(world) == 0
        assert world.query("select to_regclass('finance.rpt_sync_status')") == [(None,)]
        assert _called(world).keys() == set(names)

        # Retried alone, the rest follows, once.
        world.sandbox.control("DELETE", "/faults")
        world.sandbox.control("DELETE", "/calls")
        airflow.clear(DAG, run, "load", loads[broken]["map_index"])
        assert airflow.ended(DAG, run) == "success"
        after = airflow.tasks(DAG, run)
        again = {name for name in names if after[name]["start_date"] != loads[name]["start_date"]}
        assert again == {broken}
        assert _called(world).keys() == {broken}
        assert [after[task]["try_number"] for task in (MODELS, REFRESH)] == [1, 1]
        assert _told_looker(world) == 1
        for table in ("accounts", "suppliers", "journal_transactions"):
            assert len(records(world, ALL_TABLES[table].resource)) > COMPANIES
            assert differences(world, table) == []
        assert world.query(
            "select count(distinct company_id), count(*) filter (where last_outcome <> "
            "'success') from finance.rpt_sync_status"
        ) == [(COMPANIES, 0)]

        # Each has a state of its own. Of a shorter list, one may lag, and one is read whole.
        world.meltano.configure(world.settings)
        listed = world.meltano("state", "list").output
        for name in names:
            assert f"demo:tap-visma-to-target-postgres:{name}" in listed
        few = {name: tenants[name] for name in (of_another, broken, whole)}
        _write(group, few, clients={of_another: "other"}, allow_partial=[broken])
        _break(world, tenants[broken])
        run = airflow.trigger(DAG, full_pass=[whole])
        assert airflow.ended(DAG, run) == "success"
        tasks = airflow.tasks(DAG, run)
        assert tasks[broken]["state"] == "failed"
        assert [tasks[task]["state"] for task in (GATE, MODELS, REFRESH)] == ["success"] * 3
        modes = _last_modes(world)
        assert (modes[whole], modes[of_another]) == ({"full"}, {"incremental"})
        assert modes[names[1]] == {"first"}, "it is not in the list any more"
        assert world.query(
            "select company_id from finance.rpt_sync_status where last_outcome = 'failed'"
        ) == [(broken,)]
        assert _told_looker(world) == 2
        assert len(told) == 1, "who may lag is no reason for an alert"

        # What cannot be asked for is refused before anything is read.
        run = airflow.trigger(DAG, full_pass=["nobody"])
        assert airflow.ended(DAG, run) == "failed"
        assert "`full_pass` names no companies" in told[1]

    assert leaks(world.home, {*world.secrets(), "hook-of-a-secret-address"}) == []
    assert not list((world.home / "runs").glob("*/run")), "settings with secrets were in it"


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("companies: []", "is wrong at $.companies"),
        ("{", "cannot be read (ParserError)"),
        ("companies: [{company_id: NO1}]", "'tenant_id' is a required property"),
        ("companies: [{company_id: 0100, tenant_id: a}]", "64 is not of type 'string'"),
        ("companies: [{company_id: a/b, tenant_id: a}]", "is wrong at $.companies[0].company_id"),
        ("companies: [{company_id: ., tenant_id: a}]", "is wrong at $.companies[0].company_id"),
        ("companies: [{company_id: a, tenant_id: t, client_secret: s}]", "'client_secret' was"),
        ("companies: [{company_id: a, tenant_id: t}, {company_id: a, tenant_id: u}]", "twice"),
        ("companies: [{company_id: a, tenant_id: t}, {company_id: b, tenant_id: t}]", "twice"),
        (
            "{companies: [{company_id: a, tenant_id: t}], allow_partial: [b]}",
            "does not name: ['b']",
        ),
        (
            "{companies: [{company_id: a, tenant_id: t}], allow_partial: [a]}",
            "every company to lag",
        ),
    ],
)
def test_a_wrong_list_of_companies_is_refused(tmp_path: Path, told: str, sentence: str) -> None:
    path = tmp_path / "companies.yml"
    path.write_text(told)
    done = subprocess.run(
        [PROGRAM.with_name("python"), "-m", "visma_to_looker"],
        env=processes.environment(
            AIRFLOW_HOME=str(tmp_path), PYTHONPATH=str(DAGS), VISMA_LOOKER_COMPANIES=str(path)
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert sentence in done.stderr.splitlines()[-1]
    assert "Nothing is loaded until it is as" in done.stderr.splitlines()[-1]
