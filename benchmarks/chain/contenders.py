"""Who takes part, and the processes that each is made of."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from benchmarks.chain.measure import OUTPUT, Command
from demo.pipeline import PROJECT, Meltano

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PEERS = PROJECT / "benchmarks" / "peers"
_BIN = Path(sys.executable).parent
_CLEAN = {"DLT_DATA_DIR": "dlt", "RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"}

# An environment each, from the registry: what they need must not change what is measured.
_ENVIRONMENTS = {
    # With msgspec, for what `benchmarks/loader.py` tries.
    "target": ("meltanolabs-target-postgres", ("msgspec", "-c", PROJECT / "constraints.txt")),
    "naive": ("singer-sdk~=0.54.9", ()),
    "dlt": ("dlt[postgres]~=1.31.0", ()),
    "airbyte": ("airbyte-cdk~=7.39.1", ()),
    "limit": ("psycopg[binary]~=3.2", ("msgspec", "requests")),
}


@dataclass(frozen=True)
class Place:
    """Where a run happens.

    Attributes:
        home: Directory of its files, new for every run unless a state is continued.
        environments: Directory of the peers' environments.
        settings: Of the stand-ins, as the tap's environment variables.
        database_url: The warehouse, as SQLAlchemy wants it.
    """

    home: Path
    environments: Path
    settings: Mapping[str, str]
    database_url: str

    def bin(self, environment: str, name: str = "python") -> Path:
        """A program of a peer's environment."""
        return self.environments / environment / "bin" / name

    def tap_config(self, **more: Any) -> Path:
        """The tap's settings as a file that only this user can read."""
        config = {
            name.removeprefix("TAP_VISMA_").lower(): value
            for name, value in self.settings.items()
            if name.startswith("TAP_VISMA_")
        } | more
        return self._write("tap.json", config)

    def target_config(self, **config: Any) -> Path:
        """The settings of a target."""
        return self._write("target.json", {"sqlalchemy_url": self.database_url, **config})

    def peer_env(self) -> dict[str, str]:
        """What the peers' scripts read from the environment."""
        # dlt wants a host and a password, if only to find the socket behind it.
        url = self.database_url.replace("+psycopg", "").replace("postgres@/", "postgres:-@local/")
        return {
            "API_URL": self.settings["TAP_VISMA_API_URL"],
            "TOKEN_URL": self.settings["TAP_VISMA_TOKEN_URL"],
            "CLIENT_ID": self.settings["TAP_VISMA_CLIENT_ID"],
            "CLIENT_SECRET": self.settings["TAP_VISMA_CLIENT_SECRET"],
            "TENANT_ID": self.settings["TAP_VISMA_TENANT_ID"],
            "DATABASE_URL": url,
            "PAGE_SIZE": "1000",
            **_CLEAN,
        }

    def _write(self, name: str, document: Any) -> Path:
        self.home.mkdir(parents=True, exist_ok=True)
        path = self.home / name
        path.touch(mode=0o600)
        path.write_text(json.dumps(document))
        return path


if TYPE_CHECKING:
    Pipe = Callable[[Place, str], Sequence[Command]]


def install(environments: Path) -> dict[str, str]:
    """Make the peers' environments, unless they are there.

    Returns:
        Versions of what is compared.
    """
    uv = shutil.which("uv") or str(PROJECT / ".tools" / "bin" / "uv")
    for name, (package, more) in _ENVIRONMENTS.items():
        marker, what = environments / name / "installed", f"{package} {more} {sys.version}"
        if marker.exists() and marker.read_text() == what:
            continue
        subprocess.run([uv, "venv", "--quiet", "--clear", environments / name], check=True)
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", environments / name, package, *more],
            check=True,
        )
        marker.write_text(what)
    versions = {"python": sys.version.split()[0]}
    for name, package in (
        ("target", "meltanolabs-target-postgres"), ("naive", "singer-sdk"), ("dlt", "dlt"),
        ("airbyte", "airbyte-cdk"), ("limit", "psycopg"),
    ):  # fmt: skip
        told = subprocess.run(
            [
                environments / name / "bin" / "python", "-c",
                f"from importlib.metadata import version; print(version({package!r}))",
            ],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        versions[package] = told.stdout.strip()
    return versions


def shipped_target() -> dict[str, Any]:
    """The loader's settings as `meltano.yml` ships them."""
    document = yaml.safe_load((PROJECT / "meltano.yml").read_text())
    (loader,) = document["plugins"]["loaders"]
    return dict(loader["config"])


def tap(place: Place, stream: str, **settings: Any) -> Command:
    """The project's tap."""
    return _singer_tap(place, [_BIN / "tap-visma"], {stream, "sync_runs"}, settings)


def naive_tap(place: Place, stream: str) -> Command:
    """The naive tap."""
    program = [place.bin("naive"), PEERS / "naive_tap" / "tap_naive.py"]
    return _singer_tap(place, program, {stream}, {"page_size": 1000})


def _singer_tap(
    place: Place, program: Sequence[str | Path], streams: set[str], settings: Mapping[str, Any]
) -> Command:
    """A tap with some of its streams, going on from the state that the last run printed."""
    config = place.tap_config(**settings)
    path = place.home / "catalog.json"
    if not path.exists():
        done = subprocess.run(
            [*program, "--config", config, "--discover"], check=True, capture_output=True
        )
        found = json.loads(done.stdout)["streams"]
        chosen = [entry for entry in found if entry["tap_stream_id"] in streams]
        path.write_text(json.dumps({"streams": chosen}))
    words = [*program, "--config", config, "--catalog", path]
    printed = place.home / OUTPUT
    states = printed.read_text().splitlines() if printed.exists() else []
    if states:
        state = place.home / "state.json"
        state.write_text(states[-1])
        words += ["--state", state]
    return Command(words)


def target(place: Place, **config: Any) -> Command:
    """target-postgres, as the project ships it or as given."""
    return Command(
        [place.bin("target", "target-postgres"), "--config", place.target_config(**config)],
        {"PGTZ": "UTC", "TARGET_POSTGRES_LOGLEVEL": "WARNING"},
    )


def meltano_run(place: Place, stream: str) -> Command:
    """`meltano run tap-visma target-postgres` on this project."""
    meltano = Meltano(
        place.home / "meltano",
        {
            **place.settings,
            "TAP_VISMA__SELECT": json.dumps([f"{stream}.*", "sync_runs.*"]),
            "TARGET_POSTGRES_SQLALCHEMY_URL": place.database_url,
        },
    )
    command = meltano.command("run", "tap-visma", "target-postgres")
    return Command(command, meltano.environment, PROJECT)


def meltano_idle(place: Place, idle: str) -> Command:
    """The same of a project whose tap does nothing: what Meltano itself needs.

    Args:
        place: Where.
        idle: Which of the idle taps.
    """
    project = place.home / "project"
    if not project.exists():
        project.mkdir()
        (project / "meltano.yml").write_text((PEERS / "idle.yml").read_text())
        for name, python in (
            ("idle_tap", Path(sys.executable)),
            ("idle_sdk_tap", place.bin("naive")),
        ):
            program = project / name
            program.write_text(f"#!{python}\n{(PEERS / f'{name}.py').read_text()}")
            program.chmod(0o700)
        loader = project / ".meltano" / "loaders"
        loader.parent.mkdir()
        loader.symlink_to(PROJECT / ".meltano" / "loaders")
    return Command(
        [_BIN / "meltano", "run", idle, "target-postgres"],
        {"TARGET_POSTGRES_SQLALCHEMY_URL": place.database_url, "NO_COLOR": "1"},
        project,
    )


def dlt(what: str) -> Pipe:
    """Dlt's `rest_api` source."""
    return lambda place, stream: [
        Command([place.bin("dlt"), PEERS / "dlt_pipeline.py", stream, what], place.peer_env())
    ]


def limit(what: str) -> Pipe:
    """As fast as it goes without Singer."""
    return lambda place, stream: [
        Command([place.bin("limit"), PEERS / "limit.py", stream, what], place.peer_env())
    ]


def airbyte(place: Place, stream: str) -> Sequence[Command]:
    """A declarative source of airbyte-cdk."""
    catalog = place.home / "airbyte-catalog.json"
    entry = {
        "stream": {"name": stream, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "append",
    }
    catalog.write_text(json.dumps({"streams": [entry]}))
    program = place.bin("airbyte", "source-declarative-manifest")
    config = place.tap_config(__injected_manifest={})
    words: list[str | Path] = [
        program, "read", "--config", config, "--catalog", catalog,
        "--manifest-path", PEERS / "airbyte.yaml",
    ]  # fmt: skip
    return [Command(words, place.peer_env())]


EXTRACT: dict[str, Pipe] = {
    "tap-visma": lambda place, stream: [tap(place, stream)],
    "naive tap": lambda place, stream: [naive_tap(place, stream)],
    "airbyte-cdk": airbyte,
    "dlt": dlt("extract"),
    "fetch only": limit("fetch"),
}

LOAD: dict[str, Pipe] = {
    "tap-visma": lambda place, stream: [tap(place, stream), target(place, **shipped_target())],
    "naive tap": lambda place, stream: [
        naive_tap(place, stream),
        target(place, default_target_schema="naive"),
    ],
    "dlt, flat": dlt("flat"),
    "dlt, default": dlt("default"),
    "COPY and upsert": limit("load"),
}

MELTANO: dict[str, Pipe] = {
    "meltano run": lambda place, stream: [meltano_run(place, stream)],
    "meltano run, idle tap": lambda place, _: [meltano_idle(place, "tap-idle")],
    "meltano run, idle tap of the SDK": lambda place, _: [meltano_idle(place, "tap-idle-sdk")],
}

SLOW: dict[str, Pipe] = {
    "tap-visma": lambda place, stream: [tap(place, stream)],
    "tap-visma, one page at a time": lambda place, stream: [
        tap(place, stream, max_concurrent_requests=1)
    ],
}


def many(address: str, companies: int) -> Pipe:
    """The tap on an endless list of several companies, at an address of its own."""
    settings = {
        "api_url": address,
        "token_url": f"{address}/connect/token",
        "tenant_id": None,
        "companies": [{"tenant_id": f"company-{number}"} for number in range(companies)],
        # One list, as it comes; a first load would go by period.
        "detect_deletes": True,
    }
    return lambda place, stream: [tap(place, stream, **settings)]
