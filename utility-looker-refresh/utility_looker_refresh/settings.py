"""Settings: one table, from which the README, `settings` and the checks are made."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typing_extensions import override

from utility_looker_refresh.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ENV_PREFIX = "UTILITY_LOOKER_REFRESH_"
STRATEGIES = ("reset", "trigger", "build")
EDITIONS = {
    "standard": (1_000, 1_000),
    "enterprise": (100_000, 10_000),
    "embed": (500_000, 100_000),
}
"""Query-based and administrative calls of a month; beyond Standard as told by third parties."""
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
        default: Value when unset, as users may give it.
        unset: Value when unset and there is no default.
        sensitive: Whether it must never be shown.
        options: The values allowed, for kind `options`.
    """

    name: str
    kind: str
    description: str
    parse: Callable[[str], Any]
    required: bool = False
    default: Any = None
    unset: Any = None
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
    proof: tuple[Freshness, ...] | None
    derived_tables: tuple[str, ...]
    build_timeout: int
    wait_timeout: int
    dashboards: tuple[str, ...]
    max_concurrent_queries: int
    scheduled_plans: tuple[str, ...]
    edition: str
    max_query_calls: int | None
    max_admin_calls: int | None
    state_path: str | None
    report_path: str | None

    @property
    def vital_state(self) -> bool:
        """Whether the state file keeps a run from building or mailing twice."""
        return bool(self.scheduled_plans) or self.strategy == "build"

    @property
    def proofs(self) -> tuple[Freshness, ...]:
        """Where the effect is looked up; the tables of a trigger are built later."""
        if self.strategy == "trigger":
            return ()
        if self.proof is not None:
            return self.proof
        return (self.freshness,) if self.freshness else ()


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


def _one_of(names: Iterable[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(f"must be {' or '.join(names)}")
        return text

    return parse


def _json(text: str, expectation: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(expectation) from None


def _names(what: str, example: str, form: str) -> Callable[[str], tuple[str, ...]]:
    """Return a parser of an array of names, each of them once and of a form."""

    def parse(text: str) -> tuple[str, ...]:
        expectation = f"must be a JSON array of {what}, such as {example}"
        names = _json(text, expectation)
        if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
            raise ValueError(expectation)
        for name in names:
            if not re.fullmatch(form, name):
                raise ValueError(f"{expectation}; {name!r} is not of that form")
        if len(set(names)) < len(names):
            raise ValueError(f"must name each {what.rpartition(' ')[2]} once")
        return tuple(names)

    return parse


def _place(given: Any, expectation: str) -> Freshness:
    if not isinstance(given, dict) or set(given) != set(_FRESHNESS_KEYS):
        raise ValueError(f"{expectation}, with exactly these three keys")
    if not all(isinstance(value, str) and value for value in given.values()):
        raise ValueError(f"{expectation}, with three texts")
    if "." not in given["field"]:
        raise ValueError(f"{expectation}; field must be view.field")
    return Freshness(**given)


_PLACE = '{"model": "finance", "explore": "sync_runs", "field": "sync_runs.newest_load_epoch"}'


def _freshness(text: str) -> Freshness:
    expectation = f"must be a JSON object such as {_PLACE}"
    return _place(_json(text, expectation), expectation)


def _proof(text: str) -> tuple[Freshness, ...]:
    expectation = f"must be a JSON array of objects such as {_PLACE}"
    given = _json(text, expectation)
    if not isinstance(given, list):
        raise ValueError(expectation)  # noqa: TRY004 - one kind of error for the caller
    return tuple(_place(place, expectation) for place in given)


_MODEL_AND_NAME = r"[^:\s]+::[^:\s]+"
_DATAGROUPS = _names("model::name", '["finance::visma_load"]', _MODEL_AND_NAME)
_TABLES = _names("model::view", '["finance::balances_by_month"]', _MODEL_AND_NAME)
_DASHBOARDS = _names("names", '["12", "finance::overview", "slug:x1y2", "folder:34"]', r"\S+")
_PLANS = _names("ids", '["17", "23"]', r"\d+")


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
        _DATAGROUPS,
        required=True,
    ),
    Setting(
        "strategy",
        "options",
        "`reset` makes cached results stale; `trigger` also has Looker rebuild the persistent "
        "tables and send the deliveries of the datagroup; `build` resets, builds the tables itself "
        "and waits for them.",
        _one_of(STRATEGIES),
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
        "proof",
        "array",
        "Fields like `freshness`, of the Explores whose newest row is looked up before and after; "
        "an older one than the load fails the run. Unset: that of `freshness`; `[]`: none.",
        _proof,
    ),
    Setting(
        "derived_tables",
        "array",
        "With `build`: the persistent tables to build, each as `model::view`; what they read is "
        "built first. Unset: all of the datagroups' models.",
        _TABLES,
        unset=(),
    ),
    Setting(
        "build_timeout",
        "integer",
        "Seconds that the build of one table may take; then it is stopped.",
        _integer(1),
        default=3600,
    ),
    Setting(
        "wait_timeout",
        "integer",
        "Seconds that a run may wait for builds and queries in all; then what still runs is "
        "stopped.",
        _integer(1),
        default=14400,
    ),
    Setting(
        "dashboards",
        "array",
        "Dashboards to warm after a reset or a build, each by id, `model::name`, `slug:...` or "
        "`folder:...` (all in a folder).",
        _DASHBOARDS,
        unset=(),
    ),
    Setting(
        "max_concurrent_queries",
        "integer",
        "Queries that warming runs at once; keep it below the connection's limit per user.",
        _integer(1),
        default=2,
    ),
    Setting(
        "scheduled_plans",
        "array",
        "Ids of scheduled plans of the key's own user that are run once after a reset or a build, "
        "at most once per load.",
        _PLANS,
        unset=(),
    ),
    Setting(
        "edition",
        "options",
        "Edition of Looker, whose monthly quota of calls `plan` and `doctor` compare with.",
        _one_of(tuple(EDITIONS)),
        default="standard",
        options=tuple(EDITIONS),
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
        "File that remembers datagroup ids, the newest load refreshed, and how far a run has come. "
        "It saves a call per run; needed for `build` and `scheduled_plans`.",
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
            values[setting.name] = setting.unset if setting.default is None else setting.default
    if not problems:
        problems = _contradictions(Settings(**values))
    if problems:
        raise ConfigurationError(
            "The settings are not usable: " + " ".join(problems),
            "See `utility-looker-refresh settings` for every setting.",
        )
    return Settings(**values)


def _contradictions(settings: Settings) -> list[str]:
    """Return what does not go together: it would build or mail twice, or never."""
    found: list[str] = []
    strategy = settings.strategy
    if settings.derived_tables and strategy != "build":
        why = (
            "Looker builds them itself after a trigger, so they would be built twice"
            if strategy == "trigger"
            else "reset builds nothing"
        )
        found.append(f"derived_tables needs strategy build: {why}.")
    if strategy == "trigger" and settings.scheduled_plans:
        found.append(
            "scheduled_plans needs strategy reset or build: after a trigger Looker sends the "
            "datagroup's deliveries itself, so they would be mailed twice, or before the tables "
            "are rebuilt."
        )
    if strategy == "trigger" and settings.dashboards:
        found.append(
            "dashboards needs strategy reset or build: after a trigger the tables are rebuilt "
            "later, so results of the old ones would be cached, and every query would run twice."
        )
    if settings.vital_state and not settings.state_path:
        cause = "strategy build" if strategy == "build" else "scheduled_plans"
        found.append(
            f"{cause} needs state_path: without a memory a run that was cut off would build or "
            "mail again."
        )
    if settings.scheduled_plans and not settings.freshness:
        found.append(
            "scheduled_plans needs freshness: what cannot tell one load from the next would mail "
            "at every run."
        )
    return found


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
