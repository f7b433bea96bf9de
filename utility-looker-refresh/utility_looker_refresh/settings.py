"""Settings: one table, from which the README, `settings` and the checks are made."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typing_extensions import override

from utility_looker_refresh.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENV_PREFIX = "UTILITY_LOOKER_REFRESH_"
STRATEGIES = ("reset", "trigger")
_FRESHNESS_KEYS = ("model", "explore", "field")
_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")


@dataclass(frozen=True)
class Freshness:
    """Where Looker can tell when the newest load ended.

    Attributes:
        model: LookML model.
        explore: Explore of that model.
        field: `view.field` whose greatest value is that time in epoch seconds.
    """

    model: str
    explore: str
    field: str

    @override
    def __str__(self) -> str:
        """Return the address that messages show."""
        return f"{self.model}::{self.explore} {self.field}"


@dataclass(frozen=True)
class Setting:
    """One row of the table of settings.

    Attributes:
        name: Name as in `meltano.yml`; the environment variable is the prefix and this, upper case.
        kind: Meltano's kind.
        description: One sentence for people.
        parse: Text to value; raises ValueError with the expectation, as in "must be ...".
        required: Whether there is no default.
        default: Value when unset.
        sensitive: Whether it must never be shown.
        options: The values allowed, for kind `options`.
    """

    name: str
    kind: str
    description: str
    parse: Callable[[str], Any]
    required: bool = False
    default: Any = None
    sensitive: bool = False
    options: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return ENV_PREFIX + self.name.upper()


@dataclass(frozen=True)
class Settings:
    """Validated settings; the names are those of `SETTINGS`."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    datagroups: tuple[str, ...]
    verify_ssl: bool
    timeout: int
    strategy: str
    freshness: Freshness | None
    max_query_calls: int | None
    max_admin_calls: int | None
    state_path: str | None
    report_path: str | None


def _text(text: str) -> str:
    if text != text.strip():
        raise ValueError("must not begin or end with a space")
    return text


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("https", "http") or any(c.isspace() for c in text):
        raise ValueError("must be a URL such as https://company.cloud.looker.com")
    if parts.username or parts.password:
        raise ValueError("must not hold a user or password; give client_id and client_secret")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must end after the host and port, without a path such as /api/4.0")
    return f"{parts.scheme}://{parts.netloc}"


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("must be true or false")


def _integer(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        # int() would also take "1_000", " 5" and digits of other scripts
        if not (text.isascii() and text.isdigit()) or int(text) < least:
            raise ValueError(f"must be a whole number, {least} or more")
        return int(text)

    return parse


def _strategy(text: str) -> str:
    if text not in STRATEGIES:
        raise ValueError(f"must be {' or '.join(STRATEGIES)}")
    return text


def _json(text: str, expectation: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(expectation) from None


def _datagroups(text: str) -> tuple[str, ...]:
    expectation = 'must be a JSON array of model::name, such as ["finance::visma_load"]'
    names = _json(text, expectation)
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise ValueError(expectation)
    for name in names:
        model, separator, datagroup = name.partition("::")
        if not (model and separator and datagroup) or "::" in datagroup or " " in name:
            raise ValueError(f"{expectation}; {name!r} is not of that form")
    if len(set(names)) < len(names):
        raise ValueError("must name each datagroup once")
    return tuple(names)


def _freshness(text: str) -> Freshness:
    example = '{"model": "finance", "explore": "sync_runs", "field": "sync_runs.newest_load_epoch"}'
    expectation = f"must be a JSON object such as {example}"
    given = _json(text, expectation)
    if not isinstance(given, dict) or set(given) != set(_FRESHNESS_KEYS):
        raise ValueError(f"{expectation}, with exactly these three keys")
    if not all(isinstance(value, str) and value for value in given.values()):
        raise ValueError(f"{expectation}, with three texts")
    if "." not in given["field"]:
        raise ValueError(f"{expectation}; field must be view.field")
    return Freshness(**given)


SETTINGS = (
    Setting(
        "base_url",
        "string",
        "Address of the Looker API, such as `https://company.cloud.looker.com`; "
        "no path behind the host and port.",
        _base_url,
        required=True,
    ),
    Setting(
        "client_id",
        "string",
        "Client ID of the API key (Looker: Admin, Users, Edit, API keys).",
        _text,
        required=True,
    ),
    Setting(
        "client_secret",
        "string",
        "Client secret of the API key.",
        _text,
        required=True,
        sensitive=True,
    ),
    Setting(
        "datagroups",
        "array",
        "Datagroups to refresh, each as `model::name`, in this order.",
        _datagroups,
        required=True,
    ),
    Setting(
        "strategy",
        "options",
        "`reset` makes cached results stale; `trigger` also has Looker rebuild the persistent "
        "tables and send the deliveries of the datagroup.",
        _strategy,
        default="reset",
        options=STRATEGIES,
    ),
    Setting(
        "freshness",
        "object",
        "Field that tells when the newest load ended: `model`, `explore`, `field` (epoch "
        "seconds). With it, a refresh acts only when there is news; without it, always.",
        _freshness,
    ),
    Setting(
        "max_query_calls",
        "integer",
        "Most query-based calls of one run; the run stops with exit code 7 before it makes more.",
        _integer(0),
    ),
    Setting(
        "max_admin_calls",
        "integer",
        "Most administrative calls of one run; the run stops with exit code 7 before it makes "
        "more.",
        _integer(0),
    ),
    Setting(
        "timeout",
        "integer",
        "Seconds to wait for an answer of Looker, per try.",
        _integer(1),
        default=60,
    ),
    Setting(
        "verify_ssl",
        "boolean",
        "Check Looker's certificate. For a private authority set `REQUESTS_CA_BUNDLE` to its file "
        "rather than this to `false`.",
        _boolean,
        default=True,
    ),
    Setting(
        "state_path",
        "string",
        "File that remembers datagroup ids and the newest load refreshed; it saves a call per run. "
        "Unset: nothing is remembered.",
        _text,
    ),
    Setting(
        "report_path",
        "string",
        "File to which the report is written as JSON; `-` writes it to standard output.",
        _text,
    ),
)


def load_settings(
    environ: Mapping[str, str], overrides: Mapping[str, str | None] | None = None
) -> Settings:
    """Read and check all settings.

    An empty variable counts as unset.

    Args:
        environ: Environment variables.
        overrides: Values of command-line flags, by setting name; None where not given.

    Raises:
        ConfigurationError: With every problem found, each naming its setting.
    """
    problems = [_unknown(name) for name in sorted(environ) if _is_unknown(name)]
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = (overrides or {}).get(setting.name)
        if text is None:
            text = environ.get(setting.variable, "")
        if text:
            try:
                values[setting.name] = setting.parse(text)
            except ValueError as error:
                problems.append(f"{setting.name} {error} ({setting.variable}).")
        elif setting.required:
            problems.append(f"{setting.name} is missing ({setting.variable}).")
        else:
            values[setting.name] = setting.default
    if problems:
        raise ConfigurationError(
            "The settings are not usable: " + " ".join(problems),
            "See `utility-looker-refresh settings` for every setting.",
        )
    return Settings(**values)


def _is_unknown(variable: str) -> bool:
    # Two underscores: Meltano's own extras of a plugin, not settings.
    return (
        variable.startswith(ENV_PREFIX)
        and not variable.startswith(ENV_PREFIX + "_")
        and variable not in {setting.variable for setting in SETTINGS}
    )


def _unknown(variable: str) -> str:
    near = difflib.get_close_matches(variable, [setting.variable for setting in SETTINGS], n=1)
    return f"{variable} is no setting{f'; did you mean {near[0]}?' if near else '.'}"


def describe_settings() -> list[dict[str, Any]]:
    """Return the table of settings as data, in the words of Meltano's plugin definitions."""
    return [
        {
            "name": setting.name,
            "env": setting.variable,
            "kind": setting.kind,
            "required": setting.required,
            "sensitive": setting.sensitive,
            "default": setting.default,
            "options": list(setting.options),
            "description": setting.description,
        }
        for setting in SETTINGS
    ]


def settings_markdown() -> str:
    """Return the table of settings in Markdown, as the README shows it."""
    lines = ["| setting | kind | default | meaning |", "|---|---|---|---|"]
    for setting in SETTINGS:
        default = "required" if setting.required else "" if setting.default is None else None
        if default is None:
            default = f"`{json.dumps(setting.default).strip(chr(34))}`"
        kind = setting.kind + (", secret" if setting.sensitive else "")
        lines.append(f"| `{setting.name}` | {kind} | {default} | {setting.description} |")
    return "\n".join(lines)
