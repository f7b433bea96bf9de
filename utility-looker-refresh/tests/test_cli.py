"""The command line as a process, its report, and what it must never do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.resources import files
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from utility_looker_refresh.calls import OPERATIONS
from utility_looker_refresh.settings import ENV_PREFIX
from utility_looker_refresh.state import write_atomically
from visma_looker_sandbox.http import Tokens

from .conftest import BOTH, FRESHNESS, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Run


PROGRAM = [sys.executable, "-m", "utility_looker_refresh"]
SCHEMA = json.loads(files("utility_looker_refresh").joinpath("report.schema.json").read_text())


@pytest.fixture
def environ(looker: LookerAtHand) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **looker.environ}


def process(environ: dict[str, str], *argv: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *argv],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **kwargs,
    )


def test_a_process_refreshes_and_says_so_on_standard_error_only(
    looker: LookerAtHand, environ: dict[str, str]
) -> None:
    done = process(environ)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1].startswith("Reset finance::visma_load")
    assert looker.stamps()[0] is not None


def test_the_reason_of_a_failure_is_the_last_line(environ: dict[str, str]) -> None:
    done = process({**environ, ENV_PREFIX + "CLIENT_ID": "nobody"})
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1].startswith("ERROR Looker does not know the pair")


@pytest.mark.parametrize("argv", [["--help"], ["doctor", "--offline"], ["plan"], ["settings"]])
def test_what_needs_no_looker_starts_without_the_sdk(
    environ: dict[str, str], argv: list[str]
) -> None:
    code = (
        "import sys; from utility_looker_refresh.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "slow = {'looker_sdk', 'requests', 'cattrs'} & set(sys.modules)\n"
        "sys.exit(f'imported {slow}' if slow else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("argv", [["refrsh"], ["--strategy", "rebuild"], ["--nonsense"]])
def test_wrong_arguments_are_configuration(environ: dict[str, str], argv: list[str]) -> None:
    done = process(environ, *argv)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("utility-looker-refresh")


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_with_a_report_and_a_logout(
    looker: LookerAtHand, environ: dict[str, str], tmp_path: Path, name: signal.Signals
) -> None:
    looker.fault("latency", "/datagroups$", seconds=30)
    report = tmp_path / "report.json"
    running = subprocess.Popen(
        [*PROGRAM, "--report", str(report)], env=environ, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while not (looker.served.faults.armed[0].hits or time.monotonic() > deadline):
        time.sleep(0.01)
    running.send_signal(name)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 128 + name
    assert err.splitlines()[-1].startswith(f"ERROR Ended by {name.name}.")
    assert "Traceback" not in err
    assert json.loads(report.read_text())["outcome"] == "interrupted"
    assert looker.calls()[-1] == "DELETE /logout"
    assert looker.world.writes == []


GUARD = """
import ipaddress, sys

def guard(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        raise SystemExit(f"contacted {host}")

sys.addaudithook(guard)
"""


def guarded(environ: dict[str, str], code: str, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", GUARD + code, *argv],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


ERROR_WITH_DOCUMENTATION = json.dumps(
    {
        "message": "Not found",
        "documentation_url": "https://cloud.google.com/looker/docs/r/err/4.0/404/get/datagroups",
    }
)


def test_nothing_but_looker_is_contacted_even_for_an_error_with_documentation(
    looker: LookerAtHand, environ: dict[str, str]
) -> None:
    looker.fault("status", "/datagroups", status=404, body=ERROR_WITH_DOCUMENTATION, times=None)
    code = "from utility_looker_refresh.cli import main; sys.exit(main())"
    done = guarded(environ, code)
    assert done.returncode == 3, done.stderr
    assert "HTTP 404" in done.stderr
    assert "contacted" not in done.stderr


def test_the_guard_sees_what_the_sdk_itself_contacts(
    looker: LookerAtHand, environ: dict[str, str]
) -> None:
    looker.fault("status", "/datagroups", status=404, body=ERROR_WITH_DOCUMENTATION, times=None)
    code = """
import looker_sdk
from looker_sdk.rtl.api_settings import ApiSettings

class Own(ApiSettings):
    def read_config(self):
        return {"base_url": sys.argv[1], "client_id": sys.argv[2], "client_secret": sys.argv[3]}

looker_sdk.init40(config_settings=Own()).all_datagroups()
"""
    done = guarded(environ, code, looker.url, looker.stand_in.client_id, SECRET)
    assert "contacted static-a.cdn.looker.app" in done.stderr


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "ERROR"])
def test_no_secret_is_in_any_output_at_any_level(
    looker: LookerAtHand, environ: dict[str, str], tmp_path: Path, level: str
) -> None:
    report = tmp_path / "report.json"
    state = tmp_path / "state.json"
    tokens: list[str] = []

    def new(_user: str, _seconds: int) -> str:
        tokens.append(token_hex(32))
        return tokens[-1]

    looker.stand_in.tokens = Tokens(new=new)
    looker.newest(1_700_000_500)
    looker.fault("revoke", "/queries")
    settings = {
        "LOG_LEVEL": level,
        ENV_PREFIX + "STATE_PATH": str(state),
        ENV_PREFIX + "REPORT_PATH": str(report),
        ENV_PREFIX + "FRESHNESS": json.dumps(FRESHNESS),
    }
    for command in ("doctor", "refresh", "status", "plan"):
        done = process({**environ, **settings}, command)
        assert done.returncode == 0, done.stderr
        assert ("DEBUG" in done.stderr) == (level == "DEBUG" and command != "plan")
        texts = [done.stdout, done.stderr, report.read_text()]
        texts.append(state.read_text() if state.exists() else "")
        assert len(tokens) > 0
        for hidden in (SECRET, "s3cret", *tokens):
            assert not any(hidden in text for text in texts)


def test_the_report_can_go_to_standard_output(environ: dict[str, str]) -> None:
    done = process(environ, "status", "--report", "-")
    assert json.loads(done.stdout)["command"] == "status"


def test_a_report_that_cannot_be_written_is_an_error_after_the_deed(
    looker: LookerAtHand, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    done = process(environ, "--report", str(tmp_path / "file" / "report.json"))
    assert done.returncode == 2
    assert "report_path" in done.stderr.splitlines()[-1]
    assert len(looker.world.writes) == 1


def test_a_defect_is_exit_code_1_without_a_traceback(
    run: Run, looker: LookerAtHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(OPERATIONS, "me")
    result = run("doctor")
    assert result.code == 1
    assert "Defect: KeyError" in result.reason
    assert "Traceback" not in result.err
    assert result.report["exit_code"] == 1


@pytest.mark.parametrize(
    ("argv", "values"),
    [
        (["refresh"], {}),
        (["refresh"], {"freshness": FRESHNESS}),
        (["refresh"], {"datagroups": ["a::b"]}),
        (["refresh"], {"max_admin_calls": 1}),
        (["refresh"], {"base_url": "nonsense"}),
        (["refresh", "--strategy", "trigger"], {"datagroups": BOTH}),
        (["status"], {"freshness": FRESHNESS}),
        (["plan", "--runs-per-day", "24"], {"freshness": FRESHNESS}),
        (["doctor"], {"freshness": FRESHNESS}),
        (["doctor", "--offline"], {}),
    ],
    ids=str,
)
def test_reports_have_the_form_that_the_schema_says(
    run: Run, argv: list[str], values: dict[str, Any]
) -> None:
    result = run(*argv, **values)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(result.report, SCHEMA)
    assert result.report["exit_code"] == result.code
    assert result.reason.removeprefix("ERROR ") == result.report["reason"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert [(file, file.read_text()) for file in tmp_path.iterdir()] == [(path, "old")]
