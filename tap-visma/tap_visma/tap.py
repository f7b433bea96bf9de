"""The tap: its settings, its streams, and how a run ends."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities
from typing_extensions import override

from tap_visma import audit, check, probe, streams
from tap_visma.ahead import Room
from tap_visma.client import Company, CompanyClient
from tap_visma.clock import Clock, ClockSetBack
from tap_visma.errors import StateError, Terminated, VismaError
from tap_visma.memory import give_back_pages
from tap_visma.reading import MOST_AHEAD, UNTOLD
from tap_visma.records import wall_clock
from tap_visma.settings import (
    SETTINGS,
    from_environment,
    what_is_wrong,
    wrong_allow_partial,
)
from tap_visma.state import check_state
from tap_visma.stopping import BufferedWriter

if TYPE_CHECKING:
    from singer_sdk import Stream
    from singer_sdk.plugin_base import _ConfigInput

    from tap_visma.stream import VismaStream

logger = logging.getLogger("tap-visma")
# The SDK tells at INFO whether it reads the environment: of no use to who reads the log.
logger.addFilter(lambda record: record.module != "plugin_base" or record.levelno > logging.INFO)


class TapVisma(Tap):
    """Singer tap for Visma.net ERP."""

    name = "tap-visma"
    package_name = "tap-visma"
    message_writer_class = BufferedWriter

    # No BATCH, and no ACTIVATE_VERSION: it works on whole tables and would flag the rows of the
    # other companies; deletes are told by full passes instead.
    capabilities: ClassVar[list[Any]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    stream_types: ClassVar[tuple[type[VismaStream], ...]] = streams.ENDPOINTS

    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS

    clock: Clock = Clock()

    def __init__(
        self,
        *,
        config: dict[str, Any] | None = None,
        collect_failures: bool = False,
        **kwargs: Any,
    ) -> None:
        """See `singer_sdk.Tap`.

        Args:
            config: The settings. An empty text is a line of `.env` that was not filled in.
            collect_failures: Go on with the other streams and companies after a failure, and
                leave it to the caller to look at `failures`.
            kwargs: As of the SDK.
        """
        self.audit: list[dict[str, Any]] = []
        self.failures: list[tuple[str, str]] = []
        self.to_tell: list[dict[str, Any]] = []
        self.room = Room()
        self._collect_failures = collect_failures
        self._clients: dict[str, CompanyClient] = {}
        super().__init__(
            config={name: value for name, value in (config or {}).items() if value != ""},
            **kwargs,
        )
        if not logger.isEnabledFor(logging.DEBUG):
            self.metrics_logger.setLevel(logging.WARNING)  # what they tell is in `sync_runs`

    @property
    @override
    def _env_var_config(self) -> dict[str, Any]:
        # The SDK's own lets a `.env` win over the environment, one that it looks for above the
        # place where it is installed; and a value of the wrong type ends in a traceback with it.
        self.append_builtin_config(SETTINGS)
        return from_environment(SETTINGS, self._env_var_prefix, os.environ)

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        # The SDK's sentences quote the value, which may be a secret in the wrong place; and where
        # nobody needs settings, as with `--discover`, it warns of those that are missing.
        try:
            return super()._validate_config()
        except ConfigValidationError as error:
            wrong = what_is_wrong(self._config)
            if raise_errors:
                raise ConfigValidationError(str(error), errors=wrong, schema=error.schema) from None
            return wrong

    # --- companies ---

    @cached_property
    def companies(self) -> list[Company]:
        """The companies of the settings.

        Raises:
            ConfigValidationError: None is given, both settings are, or one company is twice.
        """
        tenant_id, companies = self.config.get("tenant_id"), self.config.get("companies")
        if not tenant_id and not companies:
            raise self._invalid(
                "No company is given, so nothing was read: set `tenant_id` (TAP_VISMA_TENANT_ID) "
                "for one, or `companies` for several."
            )
        if tenant_id and companies:
            raise self._invalid(
                "Both `tenant_id` and `companies` are given, so nothing was read: take one out."
            )
        found = [
            Company(
                tenant_id=company["tenant_id"],
                company_id=company.get("company_id") or company["tenant_id"],
                ipp_company_id=company.get("ipp_company_id"),
            )
            for company in companies or [{"tenant_id": tenant_id}]
        ]
        for what in ("tenant_id", "company_id"):
            values = [getattr(company, what) for company in found]
            twice = sorted({value for value in values if values.count(value) > 1})
            if twice:
                raise self._invalid(f"`companies` names {what} {', '.join(twice)} twice.")
        return found

    def may_lag(self, company_id: str) -> bool:
        """Whether a run succeeds without the company."""
        return company_id in self.config.get("allow_partial", ())

    def client(self, company_id: str) -> CompanyClient:
        """The client of a company; one per run."""
        if company_id not in self._clients:
            (company,) = (c for c in self.companies if c.company_id == company_id)
            self._clients[company_id] = CompanyClient(company, self.config, self.clock)
        return self._clients[company_id]

    # --- streams ---

    @override
    def discover_streams(self) -> list[Stream]:
        return [*(stream(self) for stream in self.stream_types), streams.SyncRuns(self)]

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        """By name, but `sync_runs` last: targets empty their sinks in this order."""
        if self._streams is None:
            found = super().streams
            found[streams.SyncRuns.name] = found.pop(streams.SyncRuns.name)
        return super().streams

    # --- the run ---

    def fail(self, error: VismaError, cause: tuple[str, str]) -> None:
        """Takes a failure: raises it, or keeps it for the end of the run.

        Args:
            error: What to say.
            cause: Company and what happened; said once, however many streams it hits.
        """
        if not self._collect_failures:
            raise error
        if cause not in self.failures:
            logger.error("%s", error)
        self.failures.append(cause)

    @classmethod
    @override
    def invoke(  # type: ignore[override]  # the SDK's own signature for taps
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: _ConfigInput | None = None,
        state: Any = None,
        catalog: Any = None,
        wants_check: bool = False,
        wants_plan: bool = False,
        wants_probe: bool = False,
    ) -> None:
        """Runs the tap; every failure ends in one sentence per cause and a non-zero exit."""
        if about:
            super().invoke(about=about, about_format=about_format)
            return
        writer = BufferedWriter()
        try:
            with writer.stopped_by_signals():
                if wants_check or wants_plan or wants_probe:
                    sys.exit(not cls._look(config, plan=wants_plan, ask=wants_probe))
                cls._run(config, state, catalog, writer)
        except Terminated as stopped:
            logger.error("The run was %s; the state saved so far stands.", stopped)  # noqa: TRY400
            sys.stdout.flush()
            os._exit(stopped.exit_code)  # threads may wait for answers that nobody needs

    @classmethod
    def _run(
        cls, config: _ConfigInput | None, state: Any, catalog: Any, writer: BufferedWriter
    ) -> None:
        given: Any = config
        tap = None
        give_back_pages()
        try:
            tap = cls(
                config=given.config if given else None,
                state=None if state is None else load(state.read(), "state"),
                catalog=None if catalog is None else load(catalog.read(), "catalog"),
                parse_env_config=bool(given and given.parse_env),
                collect_failures=True,
                message_writer=writer,
            )
            tap.check_settings()
            tap.sync_all()
        except VismaError as error:
            logger.error("%s", error)  # noqa: TRY400  # the sentence says it all
            sys.exit(1)
        except BrokenPipeError:
            logger.error(  # noqa: TRY400  # the loader has more to say than a traceback
                "The loader has stopped reading, so the run ended: its own messages say why. What "
                "it saved stands, and the next run reads the rest."
            )
            os._exit(1)  # what is left to write would fail once more
        finally:
            for client in tap._clients.values() if tap is not None else ():
                client.allowance.stop_waiting()
        tap.fail_companies_without_anything()
        for line in audit.table(tap.audit).splitlines():
            logger.info("%s", line)
        if not tap.failures:
            return
        missing = audit.failed(tap.audit)
        if all(tap.may_lag(company_id) for company_id, _ in tap.failures):
            logger.warning(
                "Lagging behind, as `allow_partial` allows: %s. It is as old as its last reading "
                "without a failure, which `sync_runs` tells; all else is complete.", missing,
            )  # fmt: skip
            return
        logger.error(
            "The run is not complete: %d of %d parts failed, see above: %s. What the others "
            "read is saved.", len(tap.failures), len(tap.audit), missing,
        )  # fmt: skip
        sys.exit(1)

    @classmethod
    @override
    def get_singer_command(cls) -> click.Command:
        """The command line of the SDK, and what to look at before the first run."""
        command = super().get_singer_command()
        command.help = (
            "Reads Visma.net ERP and writes Singer messages. Try --check and --plan first."
        )
        for flag, told in (
            ("check", "Say whether everything answers that a run would read."),
            ("plan", "Say what a first load and an incremental run would cost."),
            ("probe", "With --check: ask the service what its documentation leaves open."),
        ):
            command.params.append(
                click.Option([f"--{flag}", f"wants_{flag}"], is_flag=True, help=told)
            )
        return command

    @classmethod
    def _look(cls, config: _ConfigInput | None, *, plan: bool, ask: bool) -> bool:
        """Prints what `--check`, `--plan` or `--check --probe` find; says whether all is well."""
        given: Any = config
        try:
            tap = cls(
                config=given.config if given else None,
                parse_env_config=bool(given and given.parse_env),
            )
            tap.check_settings()
        except ConfigValidationError as error:  # a finding like others, and no log: who asks reads
            click.echo("\n".join([*error.errors, "A run would fail: correct the settings."]))
            return False
        if ask:
            printed, is_well = probe.probe(tap)
        else:
            surveys = check.survey(tap)
            printed = (check.plan if plan else check.check)(surveys)
            is_well = all(found.ok for found in surveys)
        click.echo(printed)
        return is_well

    def fail_companies_without_anything(self) -> None:
        """Skipping is for single endpoints: a company of which all is skipped has failed."""
        for company in self.companies:
            outcomes = {
                run["outcome"] for run in self.audit if run["company_id"] == company.company_id
            }
            if outcomes == {"skipped"}:
                error = VismaError(
                    f"Nothing of company {company.company_id} could be read: every endpoint is "
                    "unavailable.",
                    "Check `api_url`, and the licence of the company.",
                )
                self.fail(error, cause=(company.company_id, error.what))

    def told(self) -> None:
        """The audit is written: the news that it tells of are no longer due.

        Those of a part that has failed now, but was read by a run that was killed, still are.
        """
        for kept in self.to_tell:
            kept.pop(UNTOLD, None)

    @override
    def load_state(self, state: dict[str, Any]) -> None:
        """Takes the state of the last run.

        Raises:
            StateError: It was not written by this tap, or in the future.
        """
        names = {str(vars(stream)["name"]) for stream in (*self.stream_types, streams.SyncRuns)}
        written_at = check_state(state, names)
        if written_at is not None:
            self._go_on_from(written_at)
        super().load_state(state)

    def _go_on_from(self, written_at: dt.datetime) -> None:
        """Sees to it that the times the tap writes do not run backwards from run to run."""
        behind = written_at - self.clock.utc_now()
        if behind > MOST_AHEAD:
            raise StateError(
                f"The saved state was written at {written_at} UTC, which lies in the future, so "
                "nothing was read.",
                "Check this machine's clock; if it is right and was wrong then, delete the rows of "
                "`sync_runs` that began in the future and clear the state.",
            )
        if behind > dt.timedelta():
            logger.warning(
                "This machine's clock was set back by %s or more since the last run. Times are "
                "written as if it had gone on.", behind,
            )  # fmt: skip
            self.clock = ClockSetBack(self.clock, written_at)

    def check_settings(self) -> None:
        """Checks what JSON schema cannot say.

        Raises:
            ConfigValidationError: The message names the setting.
        """
        named = [company.company_id for company in self.companies]
        if wrong := wrong_allow_partial(self.config.get("allow_partial", ()), named):
            raise self._invalid(wrong)
        start_date = self.config.get("start_date")
        try:
            if start_date is not None:
                wall_clock(start_date)
        except ValueError as error:
            raise self._invalid("`start_date` is no date, for example 2024-01-01.") from error

    @override
    def _setup_signal_handlers(self) -> None:
        """Not used: a tap may be made by whoever has signals of his own.

        And the SDK ends with exit code 0, which Meltano takes for success, after a STATE message
        in the middle of whatever is being written. States are written when they are reached, so
        nothing is left to save: see `BufferedWriter.stopped_by_signals`.
        """

    def _invalid(self, message: str) -> ConfigValidationError:
        return ConfigValidationError(
            "Config validation failed", errors=[message], schema=self.config_jsonschema
        )


def load(text: str, what: str) -> Any:
    """A JSON document given on the command line.

    Raises:
        VismaError: It is no JSON object.
    """
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise VismaError(
            f"The {what} given is no JSON object, so nothing was read.",
            f"Give the {what} that was saved, or none to begin anew.",
        )
    return document
