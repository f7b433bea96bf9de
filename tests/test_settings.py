"""One truth about settings: the code's; `meltano.yml` and `.env.example` say the same."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files
from typing import Any

import pytest
import yaml

from demo.pipeline import PROJECT
from tap_visma.tap import TapVisma
from utility_looker_refresh.settings import SETTINGS

_MELTANO = yaml.safe_load((PROJECT / "meltano.yml").read_text())
_EXAMPLE = (PROJECT / ".env.example").read_text()
_PLUGINS = ("tap-visma", "target-postgres", "dbt-postgres", "utility-looker-refresh")


@dataclass(frozen=True)
class Setting:
    """What three places must agree on."""

    kind: str
    secret: bool
    options: tuple[str, ...] = ()


def _plugin(name: str) -> dict[str, Any]:
    plugins = [plugin for kind in _MELTANO["plugins"].values() for plugin in kind]
    found = next(plugin for plugin in plugins if plugin["name"] == name)
    # An underscore marks what is Meltano's, not the plugin's.
    own = [setting for setting in found["settings"] if not setting["name"].startswith("_")]
    return {**found, "settings": own}


def _declared(name: str) -> dict[str, Setting]:
    return {
        setting["name"]: Setting(
            setting["kind"],
            setting.get("sensitive", False),
            tuple(option["value"] for option in setting.get("options", [])),
        )
        for setting in _plugin(name)["settings"]
    }


def _from_schema(schema: dict[str, Any]) -> Setting:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    kind = next(name for name in types if name != "null")
    options = tuple(value for value in schema.get("enum", []) if value is not None)
    if options:
        kind = "options"
    elif schema.get("format") in {"date", "date-time"}:
        kind = "date_iso8601"
    kind = {"number": "decimal"}.get(kind, kind)
    return Setting(kind, bool(schema.get("writeOnly")), options)


@functools.cache
def _tap_properties() -> dict[str, Any]:
    # In a process of its own: the SDK adds its own settings once a tap has been made.
    show = "import json; from tap_visma.tap import TapVisma as t; print(json.dumps({}))"
    done = subprocess.run(
        [sys.executable, "-c", show.format("t.config_jsonschema")], check=True, capture_output=True
    )
    properties: dict[str, Any] = json.loads(done.stdout)["properties"]
    return properties


def test_meltano_declares_the_settings_of_the_tap() -> None:
    assert _declared("tap-visma") == {
        name: _from_schema(schema) for name, schema in _tap_properties().items()
    }


def test_meltano_leaves_out_the_personal_data_that_the_tap_names() -> None:
    personal = [
        f"!{vars(stream)['name']}.{column}"
        for stream in TapVisma.stream_types
        for column in stream.personal
    ]
    personal += [
        f"!{vars(stream)['name']}.*"
        for stream in TapVisma.stream_types
        if not stream.selected_by_default
    ]
    assert "!employees.*" in personal
    assert _plugin("tap-visma")["select"] == ["*.*", *sorted(personal)]


def test_meltano_declares_the_settings_of_the_utility() -> None:
    assert _declared("utility-looker-refresh") == {
        setting.name: Setting(setting.kind, setting.sensitive, tuple(setting.options))
        for setting in SETTINGS
    }


def test_meltano_declares_only_settings_that_the_loader_knows(plugins: None) -> None:
    venv = PROJECT / ".meltano" / "loaders" / "target-postgres" / "venv"
    about = subprocess.run(
        [venv / "bin" / "target-postgres", "--about", "--format=json"],
        check=True,
        capture_output=True,
    )
    known = json.loads(about.stdout)["settings"]["properties"]
    for name, declared in _declared("target-postgres").items():
        assert declared.kind in {_from_schema(known[name]).kind, "options"}, name


def test_meltano_describes_the_settings_in_the_words_of_the_code() -> None:
    said = {s["name"]: (s["label"], s["description"]) for s in _plugin("tap-visma")["settings"]}
    assert said == {
        name: (schema["title"], schema["description"]) for name, schema in _tap_properties().items()
    }
    utility = _plugin("utility-looker-refresh")["settings"]
    assert {s["name"]: s["description"] for s in utility} == {
        setting.name: setting.description for setting in SETTINGS
    }


def test_every_declared_setting_says_what_it_is() -> None:
    for kind in _MELTANO["plugins"].values():
        for plugin in kind:
            for setting in plugin["settings"]:
                assert setting["label"]
                assert setting["description"].endswith(".")


def _example(*, commented: bool) -> dict[str, str]:
    sign = r"# " if commented else ""
    found = re.findall(rf"^{sign}([A-Z0-9_]+)=(.*)$", _EXAMPLE, re.MULTILINE)
    assert len(found) == len(dict(found)), "a variable stands twice"
    return {name: value.strip("'") for name, value in found}


@pytest.mark.parametrize("plugin", ["tap-visma", "utility-looker-refresh"])
def test_the_example_names_every_setting(plugin: str) -> None:
    prefix = plugin.upper().replace("-", "_") + "_"
    named = _example(commented=True) | _example(commented=False)
    assert {name for name in named if name.startswith(prefix)} == {
        prefix + name.upper() for name in _declared(plugin)
    }


def _of_meltano() -> set[str]:
    """Variables of Meltano's own settings; those of where state is are in add-ons."""
    own = yaml.safe_load((files("meltano.core.bundle") / "settings.yml").read_text())["settings"]
    added = [entry.load().name for entry in entry_points(group="meltano.settings")]
    names = [*(setting["name"] for setting in own), *added]
    return {f"MELTANO_{name}".upper().replace(".", "_") for name in names}


def test_the_example_names_only_settings() -> None:
    known = {
        f"{plugin}_{name}".upper().replace("-", "_")
        for plugin in _PLUGINS
        for name in _declared(plugin)
    } | _of_meltano()
    assert set(_example(commented=True) | _example(commented=False)) <= known


def test_the_example_asks_for_what_has_no_default() -> None:
    asked = set(_example(commented=False))
    group = _plugin("tap-visma")["settings_group_validation"][0]
    assert {f"TAP_VISMA_{name.upper()}" for name in group} <= asked
    assert {setting.variable for setting in SETTINGS if setting.required} <= asked
    loader = ("HOST", "PORT", "USER", "PASSWORD", "DATABASE")
    assert {f"TARGET_POSTGRES_{name}" for name in loader} <= asked


def test_the_example_holds_no_secret() -> None:
    named = _example(commented=True) | _example(commented=False)
    for plugin in _PLUGINS:
        for name, setting in _declared(plugin).items():
            if setting.secret:
                assert named.get(f"{plugin}_{name}".upper().replace("-", "_"), "") == ""


def _text(default: Any) -> str:
    if isinstance(default, str):
        return default
    return json.dumps(default) if default is not None else ""


def test_the_example_shows_the_true_defaults() -> None:
    defaults = {
        f"TAP_VISMA_{name.upper()}": _text(schema.get("default"))
        for name, schema in _tap_properties().items()
    } | {setting.variable: _text(setting.default) for setting in SETTINGS}
    # What these hold are examples: they have no default.
    examples = {
        "TAP_VISMA_COMPANIES",
        "UTILITY_LOOKER_REFRESH_DASHBOARDS",
        "UTILITY_LOOKER_REFRESH_FRESHNESS",
        "UTILITY_LOOKER_REFRESH_PROOF",
    }
    shown = {
        name: value
        for name, value in _example(commented=True).items()
        if name in defaults.keys() - examples
    }
    assert shown == {name: defaults[name] for name in shown}
    assert {defaults[name] for name in examples} == {""}


def test_meltano_repeats_no_default_of_the_code() -> None:
    assert "config" not in _plugin("tap-visma")
    given = _plugin("utility-looker-refresh")["config"]
    without_default = {setting.name for setting in SETTINGS if setting.default is None}
    assert given.keys() <= without_default
    for plugin in ("tap-visma", "utility-looker-refresh"):
        assert not [s["name"] for s in _plugin(plugin)["settings"] if "value" in s]
