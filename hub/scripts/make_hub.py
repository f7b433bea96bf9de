"""Writes what a pull request to Meltano Hub takes over, laid out as there: `make docs`.

Settings, kinds, defaults and capabilities are what the packages say of themselves; labels, commands
and the selection come from `meltano.yml`. `--check` compares only. The logos are drawn by hand.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HUB = Path(__file__).parents[1]
DATA = HUB / "_data"
VARIANT = "visma-looker"  # the Hub's word for the owner of a plugin's repository
PLUGINS = yaml.safe_load((HUB.parent / "meltano.yml").read_text(encoding="utf-8"))["plugins"]

TAP = {
    "description": "Cloud ERP for accounting, procurement and projects in the Nordic countries",
    "domain_url": "https://developer.visma.com",
    "keywords": ["api", "meltano_sdk"],
    "label": "Visma.net ERP",
    "logo_url": "/assets/logos/extractors/visma.svg",
    "name": "tap-visma",
    "namespace": "tap_visma",
    "next_steps": """\
1. See whether everything answers that a run would read:

   ```sh
   meltano invoke tap-visma:check
   ```

2. See what a first load and an incremental run cost in calls:

   ```sh
   meltano invoke tap-visma:plan
   ```
""",
    "prereq": """\
#### Visma.net ERP

- an application of the type *service* in the Visma Developer Portal, with the scope
  `vismanet_erp_service_api:read`, approved for the company in Visma Admin
- the tenant id of the company (of the company, not of the customer)
""",
    "quality": "silver",
    "settings_preamble": """\
Set `tenant_id` for one company, or `companies` for a group.
""",
    "usage": """\
#### Personal data

Contacts, payment details and employees are left out: `select` ends with these exclusions. A
`select` of your own, or `meltano select`, takes the place of the whole list: name the columns that
you want, or repeat the exclusions.

#### Exact amounts in Postgres

Set `use_copy: false` on target-postgres: with `COPY` it passes amounts through a binary float.
""",
}

UTILITY = {
    "definition": """\
is used to make Looker show what a pipeline has just loaded, and to prove it: it resets datagroups
or builds their persistent tables, warms dashboards, and fails the run when it could not.
""",
    "description": "Business intelligence on a data warehouse",
    "domain_url": "https://cloud.google.com/looker",
    "keywords": ["analysis", "looker"],
    "label": "Looker refresh",
    "logo_url": "/assets/logos/utilities/looker-refresh.svg",
    # Without the prefix of the package, as all utilities of the Hub. The namespace keeps it:
    # Meltano takes settings, and hands them over, under both names.
    "name": "looker-refresh",
    "namespace": "utility_looker_refresh",
    "next_steps": """\
1. See what is missing, and how to mend it:

   ```sh
   meltano invoke looker-refresh:doctor
   ```

2. Run it behind a loader, so that it runs only after a load that succeeded:

   ```sh
   meltano run tap-visma target-postgres looker-refresh:refresh
   ```
""",
    "prereq": """\
#### Looker

- an API key of a user whose role has `see_datagroups` and `update_datagroups`
- a datagroup in LookML that nothing else triggers
""",
    "quality": "silver",
    "usage": """\
#### Names of variables

In a project a setting may be given as `LOOKER_REFRESH_BASE_URL`, as `meltano config set` writes it,
or as `UTILITY_LOOKER_REFRESH_BASE_URL`, as the program reads it. Give one of them: Meltano refuses
both at once. With the longer one a name with a mistake in it is refused, too.
""",
}


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as it reads."""


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def _ask(program: str, *arguments: str) -> Any:
    """What an installed program prints as JSON."""
    command: list[str | Path] = [Path(sys.executable).with_name(program), *arguments]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own
    return json.loads(done.stdout)


def _package(name: str) -> dict[str, Any]:
    """What the package says of itself."""
    about = metadata(name)
    urls = dict(url.split(", ") for url in about.get_all("Project-URL") or ())
    python = "Programming Language :: Python :: 3."
    return {
        "docs": urls["Documentation"],
        "executable": name,
        "maintenance_status": "beta",
        "pip_url": name,
        "repo": urls["Repository"],
        "supported_python_versions": [
            classifier.rpartition(" ")[2]
            for classifier in about.get_all("Classifier") or ()
            if classifier.startswith(python)
        ],
        "variant": VARIANT,
    }


def _plugin(kind: str, name: str) -> dict[str, Any]:
    """How this project itself declares a plugin."""
    found: dict[str, Any] = next(plugin for plugin in PLUGINS[kind] if plugin["name"] == name)
    return found


def _setting(described: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """A setting as the Hub wants it: what the code describes, and labels as declared here."""
    setting = {name: described[name] for name in ("name", "kind", "description")}
    setting["label"] = declared.get("label", described.get("label"))
    if described["sensitive"]:
        setting["sensitive"] = True
    if described["options"]:
        setting["options"] = declared["options"]
    if described["default"] is not None:
        setting["value"] = described["default"]
    return setting


def _declared(plugin: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next((s for s in plugin["settings"] if s["name"] == name), {})
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "options"
    if schema.get("format") == "date-time":
        return "date_iso8601"
    kinds = schema.get("type", "string")  # one of several types is given as text
    kind = kinds if isinstance(kinds, str) else next(kind for kind in kinds if kind != "null")
    return {"number": "decimal"}.get(kind, kind)


def _flat(properties: Mapping[str, Any], within: str = "") -> Iterator[dict[str, Any]]:
    """Settings of a JSON schema; one inside another is named by its path.

    An object that may hold what the user likes is one setting.
    """
    for name, schema in properties.items():
        if "properties" in schema and not schema.get("additionalProperties"):
            yield from _flat(schema["properties"], f"{within}{name}.")
        else:
            yield {
                "name": within + name,
                "label": schema.get("title", name),
                "kind": _kind(schema),
                "description": schema["description"],
                "sensitive": schema.get("writeOnly", False),
                "options": schema.get("enum"),
                "default": schema.get("default"),
            }


def tap() -> dict[str, Any]:
    """The definition of the extractor."""
    about = _ask("tap-visma", "--about", "--format=json")
    plugin = _plugin("extractors", "tap-visma")
    return {
        **_package("tap-visma"),
        **TAP,
        "capabilities": sorted(about["capabilities"]),
        "commands": plugin["commands"],
        "select": plugin["select"],
        "settings": [
            _setting(described, _declared(plugin, described["name"]))
            for described in _flat(about["settings"]["properties"])
        ],
        "settings_group_validation": plugin["settings_group_validation"],
    }


def utility() -> dict[str, Any]:
    """The definition of the utility."""
    described = _ask("utility-looker-refresh", "settings", "--format=json")
    plugin = _plugin("utilities", "utility-looker-refresh")
    package = _package("utility-looker-refresh")
    return {
        **package,
        **UTILITY,
        "commands": plugin["commands"],
        "ext_repo": package["repo"],
        "settings": [
            # What this project sets is good for every project, such as the place of the state file.
            _setting(
                {**setting, "default": plugin["config"].get(setting["name"], setting["default"])},
                _declared(plugin, setting["name"]),
            )
            for setting in described
        ],
        "settings_group_validation": [[s["name"] for s in described if s["required"]]],
    }


def files() -> dict[Path, str]:
    """All that is generated, by place."""
    definitions = {"extractors": tap(), "utilities": utility()}
    owner = definitions["extractors"]["repo"].rpartition("/")[0]
    contents: dict[Path, Any] = {
        DATA / "meltano" / kind / definition["name"] / f"{VARIANT}.yml": definition
        for kind, definition in definitions.items()
    }
    contents[DATA / "default_variants.yml"] = {
        kind: {definition["name"]: VARIANT} for kind, definition in definitions.items()
    }
    contents[DATA / "maintainers.yml"] = {
        VARIANT: {"label": VARIANT, "name": VARIANT, "url": owner}
    }
    return {
        path: yaml.dump(content, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=100)
        for path, content in contents.items()
    }


def main() -> int:
    """Writes, or with `--check` compares and names the files that are old."""
    wanted = files()
    there = {path: path.read_text(encoding="utf-8") for path in DATA.rglob("*.yml")}
    old = sorted(p for p in wanted.keys() | there.keys() if wanted.get(p) != there.get(p))
    if "--check" in sys.argv:
        if old:
            names = ", ".join(str(path.relative_to(HUB.parent)) for path in old)
            print(f"Out of date: {names}. Run `make docs`.")  # noqa: T201
        return int(bool(old))
    for path in old:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
