"""Command line: settings in, one command, report and exit code out.

Everything that needs the SDK is imported inside the commands: it takes more than a second.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

from typing_extensions import override

from utility_looker_refresh import __version__
from utility_looker_refresh.errors import (
    ConfigurationError,
    ExitCode,
    Interrupted,
    PartialError,
    RefreshError,
)
from utility_looker_refresh.plan import plan, quota
from utility_looker_refresh.report import Report
from utility_looker_refresh.settings import (
    ENV_PREFIX,
    STRATEGIES,
    describe_settings,
    load_settings,
    settings_markdown,
)
from utility_looker_refresh.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.transport import Clock

LOGGER = logging.getLogger(__name__)
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_MEANING = "The loaded data are safe; Looker may show older ones until its cache ends."


class _Parser(argparse.ArgumentParser):
    @override
    def error(self, message: str) -> NoReturn:
        """Exit with the code for configuration; the last line is the reason."""
        self.print_usage(sys.stderr)
        self.exit(ExitCode.CONFIGURATION, f"{self.prog}: {message}\n")


def _flags(default: str | None) -> _Parser:
    """Return the flags of every command.

    Args:
        default: `argparse.SUPPRESS` behind the command, or its default would overwrite a flag
            given before it.
    """
    flags = _Parser(add_help=False, argument_default=default)
    flags.add_argument(
        "--datagroup",
        action="append",
        metavar="MODEL::NAME",
        help="refresh this datagroup; may be repeated (default: the setting datagroups)",
    )
    flags.add_argument("--strategy", choices=STRATEGIES, help="default: the setting strategy")
    flags.add_argument("--report", metavar="FILE", help="write the report there; - is stdout")
    flags.add_argument(
        "--log-level", choices=_LEVELS, help="default: the variable LOG_LEVEL, or INFO"
    )
    return flags


def _parser() -> _Parser:
    parser = _Parser(
        prog="utility-looker-refresh",
        description="Make Looker show what was loaded. Without a command: refresh.",
        epilog=f"Settings are read from variables {ENV_PREFIX}*; see the command settings.",
        parents=[_flags(None)],
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="command")

    def add(name: str, help_text: str, **kwargs: Any) -> _Parser:
        behind = _flags(argparse.SUPPRESS)
        return commands.add_parser(
            name, help=help_text, description=help_text, parents=[behind], **kwargs
        )

    add("refresh", "reset, trigger or build what the datagroups are about, if there is news")
    planned = add("plan", "say which calls a refresh makes and what they cost; makes none")
    add("status", "show how fresh datagroups and dashboards are; changes nothing")
    doctor = add("doctor", "check settings, access, permissions and LookML", aliases=["check"])
    doctor.add_argument("--offline", action="store_true", default=False, help="settings only")
    for command in (planned, doctor):
        command.add_argument(
            "--runs-per-day",
            type=_positive,
            default=1,
            metavar="N",
            help="how often a refresh is meant to run, for the quota (default: once)",
        )
    shown = commands.add_parser("settings", help="print the table of settings")
    shown.add_argument("--format", choices=("markdown", "json"), default="markdown")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)


def main(
    argv: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
) -> int:
    """Run a command.

    Args:
        argv: Arguments; default those of the process.
        environ: Environment variables; default those of the process.
        clock: Measures and waits; default this machine's.

    Returns:
        The exit code.
    """
    environ = os.environ if environ is None else environ
    options = _parser().parse_args(argv)
    command = {None: "refresh", "check": "doctor"}.get(options.command, options.command)
    if command == "settings":
        as_json = options.format == "json"
        sys.stdout.write(
            (json.dumps(describe_settings(), indent=2) if as_json else settings_markdown()) + "\n"
        )
        return ExitCode.DONE
    _log(options.log_level, environ)
    if threading.current_thread() is threading.main_thread():
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, _interrupt)
    return _Command(command, options, environ, clock).run()


def _interrupt(signum: int, _frame: object) -> NoReturn:
    signal.signal(signum, signal.SIG_DFL)  # a second one ends the process at once
    raise Interrupted(signum)


def _log(level: str | None, environ: Mapping[str, str]) -> None:
    wanted = (level or environ.get("LOG_LEVEL") or "INFO").upper()
    logging.basicConfig(
        level=wanted if wanted in _LEVELS else "INFO",
        format="%(levelname)s %(message)s",
        stream=sys.stderr,
        force=True,
    )


class _Command:
    """One command: runs it, turns errors into exit codes, shows and writes the report."""

    def __init__(
        self,
        name: str,
        options: argparse.Namespace,
        environ: Mapping[str, str],
        clock: Clock | None,
    ) -> None:
        self._name = name
        self._options = options
        self._environ = environ
        self._clock = clock
        self._report = Report(name, time.time())
        self._report_path = options.report or environ.get(f"{ENV_PREFIX}REPORT_PATH")

    def run(self) -> int:
        """Run it and return the exit code."""
        try:
            settings = self._settings()
            self._report.base_url = settings.base_url
            self._report.strategy = settings.strategy
            self._report.exit_code = self._carry_out(settings)
        except RefreshError as error:
            self._fail(error)
        except Interrupted as interruption:
            self._report.outcome = "interrupted"
            self._report.exit_code = 128 + interruption.signum
            name = signal.Signals(interruption.signum).name
            self._report.reason = f"Ended by {name}. {_MEANING} Run it again."
        except Exception as error:
            LOGGER.debug("Defect", exc_info=True)
            self._report.reason = (
                f"Defect: {type(error).__name__}: {str(error)[:200]}. {_MEANING} Please report it "
                "with the output of --log-level DEBUG."
            )
        return self._finish()

    def _settings(self) -> Settings:
        options = self._options
        names = options.datagroup
        return load_settings(
            self._environ,
            {
                "datagroups": json.dumps(names) if names else None,
                "strategy": options.strategy,
                "report_path": options.report,
            },
        )

    def _carry_out(self, settings: Settings) -> int:
        commands: dict[str, Callable[[Settings], int]] = {
            "refresh": self._refresh,
            "plan": self._plan,
            "status": self._status,
            "doctor": self._doctor,
        }
        return commands[self._name](settings)

    def _refresh(self, settings: Settings) -> int:
        from utility_looker_refresh.refresh import Refresh  # noqa: PLC0415 - slow

        state = State(settings.state_path, settings.base_url, vital=settings.vital_state)
        try:
            return self._with_looker(
                settings, lambda looker: Refresh(looker, settings, state, self._report).run()
            )
        finally:
            state.release()

    def _status(self, settings: Settings) -> int:
        from utility_looker_refresh.status import status  # noqa: PLC0415 - slow

        state = State(settings.state_path, settings.base_url)
        return self._with_looker(
            settings, lambda looker: status(looker, settings, state, self._report)
        )

    def _plan(self, settings: Settings) -> int:
        state = State(settings.state_path, settings.base_url)
        self._report.scenarios = plan(settings, state, self._options.runs_per_day)
        self._report.outcome = "shown"
        found = quota(self._report.scenarios, settings, self._options.runs_per_day)
        advice = "" if found.enough else f". To do: {found.advice}"
        self._report.reason = f"{found.text[0].upper()}{found.text[1:]}{advice}."
        return ExitCode.DONE

    def _doctor(self, settings: Settings) -> int:
        from utility_looker_refresh.doctor import Doctor  # noqa: PLC0415 - not needed elsewhere

        state = State(settings.state_path, settings.base_url)
        doctor = Doctor(settings, state, self._report, self._options.runs_per_day)
        code = ExitCode.DONE
        if self._options.offline:
            code = doctor.examine(None)
        else:

            def examine(looker: Looker) -> None:
                nonlocal code
                code = doctor.examine(looker)

            self._with_looker(settings, examine)
        errors = [f for f in self._report.findings if f.level == "error"]
        self._report.outcome = "failed" if errors else "healthy"
        self._report.reason = (
            f"{errors[0].check}: {errors[0].message} -> {errors[0].fix}"
            if errors
            else "No error found."
        )
        return code

    def _with_looker(self, settings: Settings, act: Callable[[Looker], None]) -> int:
        from utility_looker_refresh.doctor import sends_key_in_clear  # noqa: PLC0415
        from utility_looker_refresh.session import Looker  # noqa: PLC0415 - slow

        if not settings.verify_ssl:
            LOGGER.warning("verify_ssl is false: Looker's certificate is not checked")
        if sends_key_in_clear(settings.base_url):
            LOGGER.warning("base_url is http: the key travels unencrypted")
        looker = Looker(settings, self._clock)
        try:
            with looker:
                act(looker)
        finally:
            self._report.note_calls(looker.meter)
            self._report.clock_difference = looker.transport.clock_difference
        return ExitCode.DONE

    def _fail(self, error: RefreshError) -> None:
        self._report.outcome = "partial" if isinstance(error, PartialError) else "failed"
        self._report.exit_code = error.exit_code
        meaning = f" {_MEANING}" if self._name == "refresh" else ""
        self._report.reason = f"{error.what}{meaning} {error.fix}"

    def _finish(self) -> int:
        """Show and write the report; the last line on standard error is its reason."""
        report = self._report
        for line in report.lines():
            sys.stderr.write(line + "\n")
        if self._report_path:
            try:
                report.write(self._report_path, time.time())
            except ConfigurationError as error:
                if report.exit_code == ExitCode.DONE:
                    report.exit_code, report.reason = error.exit_code, str(error)
                else:
                    LOGGER.warning("%s", error)
        level = "ERROR " if report.exit_code else ""
        sys.stderr.write(f"{level}{report.reason}\n")
        sys.stderr.flush()
        return int(report.exit_code)
