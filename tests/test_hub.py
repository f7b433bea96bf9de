"""The definitions for Meltano Hub: right for it, and all that an empty project needs."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from demo import processes
from demo.pipeline import PROJECT
from tests.conftest import SHARED
from tests.hub import DATA, HUB, Hub, definitions, index
from tests.packages import UV, Built

if TYPE_CHECKING:
    from tests.conftest import World

_MELTANO = Path(sys.executable).with_name("meltano")
_SCHEMAS = SHARED / "reference" / "meltano-hub-schemas"
_BASE = "https://hub.example/"
_SECONDS = 300  # each command takes a few; a busy machine may take many times as long
_SECRET = "UTILITY_LOOKER_REFRESH_CLIENT_SECRET"


def _schema(uri: str) -> Resource[Any]:
    schema = json.loads((_SCHEMAS / uri.removeprefix(_BASE)).read_text(encoding="utf-8"))
    del schema["$id"]  # it names another place than that of the file, which the references mean
    return DRAFT7.create_resource(schema)


def _violations(group: str, kind: str, definition: dict[str, Any]) -> list[str]:
    if not _SCHEMAS.exists():
        pytest.skip("the Hub's JSON schemas are not at hand")
    reference = {"$ref": f"{_BASE}{group}/{kind}.schema.json"}
    registry: Registry[Any] = Registry(retrieve=_schema)  # type: ignore[call-arg]
    errors = Draft7Validator(reference, registry=registry).iter_errors(definition)
    return [f"{error.json_path}: {error.message}" for error in errors]


def test_definitions_are_valid_for_the_hub() -> None:
    found = [kind for kind, _, _ in definitions()]
    assert found == ["extractors", "utilities"]
    for kind, _, definition in definitions():
        assert _violations("plugin_definitions", kind, definition) == []
        assert _violations("plugin_definitions", kind, definition | {"is": 1}) != []


def test_its_index_is_valid_for_meltano() -> None:
    answers = index("https://hub.example", {"tap-visma": "a", "utility-looker-refresh": "b"})
    assert len(answers) == 4
    for path, answer in answers.items():
        kind = path.split("/")[-2]
        schema = "plugin_type_index" if path.endswith("/index") else kind
        assert _violations("api", schema, answer) == []


def test_everything_lies_where_the_hub_looks_for_it() -> None:
    defaults = yaml.safe_load((DATA / "default_variants.yml").read_text(encoding="utf-8"))
    maintainers = yaml.safe_load((DATA / "maintainers.yml").read_text(encoding="utf-8"))
    for kind, path, definition in definitions():
        assert path.parent.name == definition["name"]
        assert path.stem == definition["variant"] == defaults[kind][definition["name"]]
        assert definition["repo"].startswith(maintainers[definition["variant"]]["url"] + "/")
        logo = HUB / "static" / definition["logo_url"].lstrip("/")
        root = ET.parse(logo).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("viewBox") == "0 0 256 256"
        tags = {element.tag.partition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "g", "rect", "path"}, "no text, no picture from elsewhere"


def _unsorted(node: object) -> list[list[str]]:
    if isinstance(node, dict):
        own = [list(node)] if list(node) != sorted(node) else []
        return own + [keys for value in node.values() for keys in _unsorted(value)]
    if isinstance(node, list):
        return [keys for value in node for keys in _unsorted(value)]
    return []


def test_keys_are_sorted() -> None:
    files = sorted(DATA.rglob("*.yml"))
    assert len(files) == 4
    for path in files:
        assert _unsorted(yaml.safe_load(path.read_text(encoding="utf-8"))) == [], path


@dataclass
class Project:
    """A Meltano project of somebody who has nothing but Meltano.

    Attributes:
        home: Its directory.
        hub: Address of the Hub.
    """

    home: Path
    hub: str

    def __call__(self, *arguments: str) -> str:
        """Run a command of Meltano, and return what it printed."""
        cache = subprocess.run([UV, "cache", "dir"], capture_output=True, text=True, check=True)
        environment = processes.environment(
            MELTANO_HUB_URL=self.hub,
            MELTANO_SEND_ANONYMOUS_USAGE_STATS="false",
            MELTANO_CLI_DISABLE_VERSION_CHECK="true",
            NO_COLOR="1",
            UV_CACHE_DIR=cache.stdout.strip(),
            # What Meltano keeps for a user: answers of the Hub, logs.
            XDG_CACHE_HOME=str(self.home / "cache"),
            XDG_STATE_HOME=str(self.home / "logs"),
        )
        done = subprocess.run(
            [_MELTANO, *arguments],
            cwd=self.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def add_loader(self) -> None:
        """The loader as this project declares and has installed it: the Hub's own would do, too."""
        file = self.home / "meltano.yml"
        meltano = yaml.safe_load(file.read_text())
        ours = yaml.safe_load((PROJECT / "meltano.yml").read_text())["plugins"]["loaders"]
        loader = next(plugin for plugin in ours if plugin["name"] == "target-postgres")
        loader["settings"] = [s for s in loader["settings"] if not s["name"].startswith("_")]
        meltano["plugins"]["loaders"] = [loader]
        file.write_text(yaml.safe_dump(meltano, sort_keys=False))
        (self.home / ".meltano" / "loaders").symlink_to(PROJECT / ".meltano" / "loaders")

    def write_settings(self, settings: dict[str, str]) -> None:
        """Write `.env`."""
        lines = [f"{name}='{value}'\n" for name, value in settings.items()]
        (self.home / ".env").write_text("".join(lines))


def _state_path(home: Path) -> Path:
    """Where the utility keeps its state, in the environment that Meltano gives a new project."""
    (settings,) = (plugin["settings"] for kind, _, plugin in definitions() if kind == "utilities")
    (value,) = (setting["value"] for setting in settings if setting["name"] == "state_path")
    place = value.replace("$MELTANO_SYS_DIR_ROOT", str(home / ".meltano"))
    return Path(place.replace("$MELTANO_ENVIRONMENT", "dev"))


@pytest.mark.xdist_group("packages")
@pytest.mark.timeout(900)
def test_an_empty_project_adds_both_by_name_and_runs_them(
    world: World, packages: dict[str, Built], tmp_path: Path
) -> None:
    """The index is that of `hub/`, but for where the packages come from: the wheels just built."""
    pip_urls = {
        name: f"{built.wheel} -c {PROJECT / 'constraints.txt'}" for name, built in packages.items()
    }
    home = tmp_path / "project"
    home.mkdir()
    with Hub(pip_urls) as hub:
        project = Project(home, hub.address)
        project("init", ".", "--no-usage-stats")
        project("add", "tap-visma", "looker-refresh")
    api = "/meltano/api/v1/plugins"
    assert set(hub.asked) == {
        f"{api}/extractors/index",
        f"{api}/extractors/tap-visma--visma-looker",
        f"{api}/utilities/index",
        f"{api}/utilities/looker-refresh--visma-looker",
    }

    # From here on there is no Hub. Settings go by either name, that of the Hub or the program's.
    project.add_loader()
    project.write_settings({k: v for k, v in world.settings.items() if k != _SECRET})
    project("config", "set", "looker-refresh", "client_secret", world.settings[_SECRET])
    assert "\nLOOKER_REFRESH_CLIENT_SECRET=" in (home / ".env").read_text()
    project("run", "--no-install", "tap-visma", "target-postgres", "looker-refresh:refresh")

    assert world.query("select distinct tap_version, outcome from visma.sync_runs") == [
        (packages["tap-visma"].version, "success")
    ]
    columns = world.query(
        "select table_name, column_name from information_schema.columns where table_schema='visma'"
    )
    assert ("suppliers", "name") in columns
    assert ("suppliers", "mainContact") not in columns, "personal data are left out on the Hub, too"
    assert "employees" not in {table for table, _ in columns}
    assert world.sandbox.control("GET", "/looker")["cache_resets"] == 1
    assert _state_path(home).exists(), "the state is kept where the definition says"
