"""Rewrites the generated tables of the READMEs: `make docs`, or `--check` to compare only."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from tap_visma.openapi import LIST_METADATA, SOURCE
from tap_visma.stream import VismaStream
from tap_visma.streams.audit import SyncRuns
from tap_visma.tap import TapVisma
from utility_looker_refresh.settings import settings_markdown

NESTED = {"array", "object"}
ROOT = Path(__file__).parent.parent


def tap_settings() -> str:
    """The settings of the tap as a table; those of the SDK are documented there."""
    schema = TapVisma.config_jsonschema
    rows = ["| setting | kind | default | meaning |", "|---|---|---|---|"]
    for name, setting in schema["properties"].items():
        if "title" not in setting:
            continue  # the SDK's own, the same for every tap
        kind = setting["type"] if isinstance(setting["type"], str) else setting["type"][0]
        secret = ", secret" if setting.get("secret") else ""
        default = "required" if name in schema.get("required", ()) else setting.get("default")
        shown = "" if default is None else default if default == "required" else code(default)
        rows.append(f"| `{name}` | {kind}{secret} | {shown} | {setting['description']} |")
    return "\n".join(rows)


def code(value: Any) -> str:
    """A value as it is written in a settings file."""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def models_settings() -> str:
    """The settings of the models as a table; dbt itself knows none of them."""
    plugins = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))["plugins"]
    plugin = next(plugin for plugin in plugins["utilities"] if plugin["name"] == "dbt-postgres")
    rows = ["| setting | kind | meaning |", "|---|---|---|"]
    rows += [
        f"| `{setting['name']}` | {setting['kind']}{', secret' if 'sensitive' in setting else ''} "
        f"| {setting['description'].strip()} |"
        for setting in plugin["settings"]
        if "env" not in setting  # where dbt's own files are
    ]
    return "\n".join(rows)


def tap_streams() -> str:
    """The streams of the tap as a table."""
    header = (
        "| stream | endpoint | key after `company_id` | read | calls where nothing is new "
        "| not selected by default |"
    )
    rows = [header, "|---|---|---|---|---|---|"]
    for stream in TapVisma(config={}, validate_config=False).streams.values():
        endpoint = ", ".join(getattr(stream, "paths", lambda: ("the tap itself",))())
        keys = ", ".join(key for key in stream.primary_keys if key != "company_id")
        read = "what changed" if stream.replication_key else "whole"
        if stream.name == "sync_runs":
            read = "one row per run, company and stream"
        personal = ", ".join(getattr(stream, "personal", ()))
        if not stream.selected_by_default:
            personal = "the stream"
        cost = getattr(stream, "cost", "none")
        rows.append(f"| `{stream.name}` | {endpoint} | {keys} | {read} | {cost} | {personal} |")
    return "\n".join(rows)


def sync_runs() -> str:
    """The columns of the audit as a table."""
    rows = ["| column | meaning |", "|---|---|"]
    for name, column in SyncRuns.schema["properties"].items():
        rows.append(f"| `{name}` | {column['description']} |")
    return "\n".join(rows)


def data_dictionary() -> str:
    """Every stream with its nested columns, and every nested part with its fields."""
    schemas = SOURCE.spec["components"]["schemas"]
    used: set[str] = set()

    def kind(field: dict[str, Any]) -> str:
        if "$ref" in field:
            name = field["$ref"].rsplit("/", 1)[-1]
            used.add(name)
            return f"[{name}](#{name.lower()})"
        if "items" in field:
            return f"list of {kind(field['items'])}"
        return str(field.get("format") or field.get("type", "object"))

    lines = []
    for stream in TapVisma(config={}, validate_config=False).streams.values():
        if not isinstance(stream, VismaStream):
            continue
        component = schemas[stream.schema_key()]
        nested = {
            name: kind(field)
            for name, field in component["properties"].items()
            if name != LIST_METADATA and ("$ref" in field or field.get("type") in NESTED)
        }
        lines += [f"## {stream.name}", "", (stream.__doc__ or "").strip().splitlines()[0], ""]
        if nested:
            lines += ["| column | holds |", "|---|---|"]
            lines += [f"| `{name}` | {shown} |" for name, shown in nested.items()]
        else:
            lines.append("No nested columns.")
        lines.append("")
    lines += ["# Parts", ""]
    done: set[str] = set()
    while left := sorted(used - done):
        for name in left:
            done.add(name)
            lines += [f"## {name}", "", "| field | type |", "|---|---|"]
            lines += [
                f"| `{field}` | {kind(schema)} |"
                for field, schema in schemas[name].get("properties", {}).items()
            ]
            lines.append("")
    return "\n".join(lines)


PARTS = {
    "tap-visma settings": tap_settings,
    "tap-visma streams": tap_streams,
    "tap-visma data dictionary": data_dictionary,
    "tap-visma sync_runs": sync_runs,
    "dbt-postgres settings": models_settings,
    "utility-looker-refresh settings": settings_markdown,
}
FILES = [
    "README.md",
    "docs/data-dictionary.md",
    "tap-visma/README.md",
    "utility-looker-refresh/README.md",
]


def rewritten(text: str) -> str:
    """The text with each marked part made anew."""
    for name, make in PARTS.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda found, make=make: f"{found[1]}{make().strip()}\n{found[2]}",  # type: ignore[misc]
            text,
            flags=re.DOTALL,
        )
    return text


def main() -> int:
    """Rewrites, or with `--check` compares and names the files that are old."""
    old = []
    for name in FILES:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        if (new := rewritten(text)) != text:
            old.append(name)
            if "--check" not in sys.argv:
                path.write_text(new, encoding="utf-8")
    if old and "--check" in sys.argv:
        print(f"Out of date: {', '.join(old)}. Run `make docs`.")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
