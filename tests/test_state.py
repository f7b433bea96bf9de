"""State that outlives a machine: in Postgres, and in S3. A part of `make test-airflow`."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo import processes
from demo.pipeline import LOAD, Meltano
from tests.leaks import leaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import World

boto3: Any = pytest.importorskip("boto3", reason="`make test-airflow` installs it")

pytestmark = pytest.mark.airflow

STATE_ID = "demo:tap-visma-to-target-postgres:one"
SUFFIX = "--state-id-suffix=one"
BUCKET = "states"
# Only a stand-in knows it; long enough to be looked for.
KEY_ID, KEY = "a-key-id-of-the-stand-in", "a-secret-key-of-the-stand-in"


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[tuple[str, Any]]:
    """A stand-in for S3 with a bucket: its address, and a client of it."""
    program = Path(sys.executable).with_name("moto_server")
    with processes.running([program, "--host", "127.0.0.1", "--port", "0"], cwd=tmp_path) as server:
        told = next(line for line in processes.lines(server) if "http://" in line)
        address = told[told.index("http://") :].split()[0]
        client = boto3.client(
            "s3",
            endpoint_url=address,
            region_name="eu-north-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=KEY,
        )
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
        )
        yield address, client


def _machine(world: World, **state: str) -> Meltano:
    """Another machine that runs the pipeline: nothing but the settings is the same."""
    home = world.home / f"machine-{uuid.uuid4().hex[:8]}"
    return Meltano(home, world.settings | state)


def _load(machine: Meltano) -> None:
    result = machine("run", SUFFIX, *LOAD)
    assert result.code == 0, result.output


def _modes(world: World) -> list[str]:
    return [
        mode
        for (mode,) in world.query(
            "select mode from visma.sync_runs where stream = 'suppliers' order by started_at"
        )
    ]


def test_state_in_s3_is_shared_by_machines(world: World, s3: tuple[str, Any]) -> None:
    address, client = s3
    state = {
        "MELTANO_STATE_BACKEND_URI": f"s3://{BUCKET}/visma-looker",
        "MELTANO_STATE_BACKEND_S3_ENDPOINT_URL": address,
        "MELTANO_STATE_BACKEND_S3_AWS_ACCESS_KEY_ID": KEY_ID,
        "MELTANO_STATE_BACKEND_S3_AWS_SECRET_ACCESS_KEY": KEY,
    }
    _load(_machine(world, **state))
    objects = client.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [one["Key"] for one in objects] == [f"visma-looker/{STATE_ID}/state.json"]
    body = client.get_object(Bucket=BUCKET, Key=objects[0]["Key"])["Body"].read()
    assert "suppliers" in json.loads(body)["completed"]["singer_state"]["bookmarks"]
    assert not any(secret.encode() in body for secret in world.secrets())

    _load(_machine(world, **state))
    assert _modes(world) == ["first", "incremental"]
    assert leaks(world.home, {*world.secrets(), KEY}) == []


def test_state_in_postgres_is_shared_by_machines_and_so_is_the_lock(world: World) -> None:
    database = f"{world.database}_state"
    world.postgres.create_database(database)
    state = {"MELTANO_DATABASE_URI": world.postgres.url(database)}
    _load(_machine(world, **state))

    # While one machine loads, another is refused.
    world.sandbox.control("POST", "/faults", {"kind": "hold", "path": "/v1/supplier$"})
    with _machine(world, **state).running("run", SUFFIX, *LOAD) as running:
        world.sandbox.control("GET", "/held")
        refused = _machine(world, **state)("run", SUFFIX, *LOAD)
        assert refused.code == 1
        assert f"Another '{STATE_ID}' pipeline is already running" in refused.output
        world.sandbox.control("DELETE", "/faults")
        output, _ = running.communicate(timeout=120)
        assert running.returncode == 0, output
    assert _modes(world) == ["first", "incremental"]
    assert leaks(world.home, world.secrets()) == []


def test_a_groups_state_is_shared_out_to_its_companies(
    make_world: Callable[..., World],
) -> None:
    """A group that was one run goes on as one run per company, without reading all again."""
    world = make_world("--group", "--companies", "2")
    world.succeed(*LOAD)
    world.meltano.configure(world.settings)
    for tenant, name in world.companies().items():
        source = "demo:tap-visma-to-target-postgres"
        copied = world.meltano("state", "copy", "--force", source, f"{source}:{name}")
        assert copied.code == 0, copied.output
        one = json.dumps([{"tenant_id": tenant, "company_id": name}])
        world.succeed(f"--state-id-suffix={name}", *LOAD, TAP_VISMA_COMPANIES=one)
    assert sorted(
        world.query("select company_id, mode from visma.sync_runs where stream = 'suppliers'")
    ) == sorted(
        (name, mode) for name in world.companies().values() for mode in ("first", "incremental")
    )
