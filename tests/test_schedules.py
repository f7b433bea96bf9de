"""When the schedules fire, and that cron, systemd and Kubernetes are told the same."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import kubernetes_validate  # type: ignore[import-untyped]
import pytest
from croniter import croniter

from demo.pipeline import PROJECT, Meltano
from tests.schedules import CRONTAB, INSTALLED, ORCHESTRATE, SCHEDULES, cron_jobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIRST = datetime(2026, 1, 1)  # noqa: DTZ001  # by the wall clock, of any zone
_A_YEAR = timedelta(days=370)
# Where Visma.net is sold, and some whose clocks are changed at other hours.
_ZONES = (
    "Europe/Oslo", "Europe/Stockholm", "Europe/Copenhagen", "Europe/Amsterdam", "Europe/Helsinki",
    "Europe/London", "UTC",
)  # fmt: skip


def _firings(interval: str, until: datetime) -> Iterator[datetime]:
    times = croniter(interval, _FIRST)
    while (moment := times.get_next(datetime)) < until:
        yield moment


@pytest.mark.parametrize("zone", _ZONES)
def test_no_schedule_begins_while_another_may_run(zone: str) -> None:
    planned = []
    for name, schedule in SCHEDULES.items():
        longest = timedelta(seconds=int(schedule["env"]["MELTANO_RUN_TIMEOUT"]))
        for local in _firings(schedule["interval"], _FIRST + _A_YEAR):
            first, second = (
                local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(timezone.utc)
                for fold in (0, 1)
            )
            assert first == second, f"{name} fires twice, or never, at {local} in {zone}"
            planned.append((first, first + longest, name))
    planned.sort()
    assert len(planned) > 365 * 18
    for (_, end, one), (start, _, other) in itertools.pairwise(planned):
        assert end <= start, f"{one} may still run at {start}, when {other} begins"


def test_the_schedules_do_what_their_names_say(tmp_path: Path) -> None:
    assert list(SCHEDULES) == ["nightly", "weekly", "hourly"]
    assert {schedule["job"] for schedule in SCHEDULES.values()} == {"visma-to-looker"}
    full = [name for name, s in SCHEDULES.items() if "TAP_VISMA_DETECT_DELETES" in s["env"]]
    assert full == ["weekly"]
    week = {
        name: len(list(_firings(schedule["interval"], _FIRST + timedelta(days=7))))
        for name, schedule in SCHEDULES.items()
    }
    assert week == {"nightly": 6, "weekly": 1, "hourly": 7 * 17}
    listed = Meltano(tmp_path, {})("schedule", "list", "--format=json")
    assert listed.code == 0
    for name in SCHEDULES:
        assert f'"{name}"' in listed.output


def test_cron_is_told_of_the_schedules() -> None:
    variables, lines = CRONTAB
    assert {name: when for name, (when, _) in lines.items()} == {
        name: schedule["interval"] for name, schedule in SCHEDULES.items()
    }
    for name, (_, command) in lines.items():
        assert command == f"cd {INSTALLED} && sh orchestrate/cron/run.sh {name}"
        assert "%" not in command, "cron takes it for a new line"
    assert variables.keys() == {"SHELL", "MAILTO", "RUNTIME_DIRECTORY"}


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _sh(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(
        ["/bin/sh", "-c", command], env={**path, **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


_LOG = "reading\n[error    ] Visma refused it.\n  Do this.\nend"
#: What each part says when it fails, in the log of Meltano.
_REASONS = [
    "Z [error    ] tap-visma    client_id (TAP_VISMA_CLIENT_ID) is not set, or empty.",
    "Z [error    ] target-postgres password authentication failed for user",
    "Z [info     ] utility-looker-refresh ERROR No answer from http://localhost:1.",
    "Z [info     ] dbt-postgres Database Error",
    "Z [info     ] dbt-postgres 03:01:02  4 of 9 FAIL 5 gl_batch_is_its_lines ... [FAIL 5]",
    "Z [info     ] dbt-postgres Not published, since not all of it was built",
]


@pytest.mark.parametrize("reason", _REASONS)
def test_the_reason_is_found_among_what_comes_before_and_after(reason: str) -> None:
    log = (
        "Z [info     ] tap-visma Beginning\n" * 2000 + f"{reason}\n  next\n" + "[error] later\n" * 9
    )
    done = subprocess.run(
        ["sh", ORCHESTRATE / "why.sh"], input=log, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"{reason}\n  next\n[error] later\n")


def test_no_reason_is_said_to_be_none() -> None:
    done = subprocess.run(
        ["sh", ORCHESTRATE / "why.sh"], input="end", capture_output=True, text=True, check=True
    )
    assert done.stdout == "It does not say.\n"


def _cron(directory: Path, run: str) -> subprocess.CompletedProcess[str]:
    """Call the line of `nightly` in a directory where a run is this script."""
    variables, lines = CRONTAB
    (directory / ".meltano").mkdir(exist_ok=True)
    (directory / "memory").mkdir(exist_ok=True)
    if not (directory / "orchestrate").exists():
        (directory / "orchestrate").symlink_to(ORCHESTRATE)
    _program(directory / ".venv" / "bin" / "python", run)
    command = lines["nightly"][1].replace(INSTALLED, str(directory))
    return _sh(command, **{**variables, "RUNTIME_DIRECTORY": str(directory / "memory")})


@pytest.mark.parametrize("code", [1, 143])
def test_cron_mails_why_a_run_failed_and_nothing_else(tmp_path: Path, code: int) -> None:
    log = tmp_path / ".meltano" / "nightly.log"
    done = _cron(tmp_path, "echo fine")
    assert (done.returncode, done.stdout, log.read_text()) == (0, "", "fine\n")
    assert log.stat().st_mode & 0o777 == 0o600, "rows may be in it"
    done = _cron(tmp_path, "echo left out >&2; exit 75")
    assert (done.returncode, done.stdout, log.read_text()) == (0, "", "fine\n")
    done = _cron(tmp_path, f'echo "{_LOG}" >&2; exit {code}')
    assert done.returncode == code
    assert done.stdout.startswith(f"nightly failed with {code}. Looker shows what it showed before")
    assert "what to do:\n\n[error    ] Visma refused it.\n  Do this.\nend\n\n" in done.stdout
    assert done.stdout.endswith(f"Its log:\n{_LOG}\n")
    assert log.read_text() == f"{_LOG}\n"
    assert list((tmp_path / "memory").iterdir()) == []


def test_a_run_that_is_left_out_does_not_write_into_the_log_of_the_other(tmp_path: Path) -> None:
    # The script calls the same line once more, as somebody does who is impatient.
    again = tmp_path / "again"
    done = _cron(
        tmp_path,
        f"[ -e {again} ] && exit 75; echo begun; touch {again}; "
        "sh orchestrate/cron/run.sh nightly; echo ended; exit 1",
    )
    assert done.stdout.endswith("Its log:\nbegun\nended\n")


@pytest.mark.parametrize(
    ("environment", "has_sendmail", "told_by"),
    [
        ({"MAILTO": "me@example.com"}, True, "sendmail -i -t"),
        ({"MAILTO": "me@example.com", "MONITOR_INVOCATION_ID": "4711"}, True, "sendmail -i -t"),
        ({"MAILTO": "me@example.com"}, False, "wall"),
        ({"MAILTO": ""}, True, "wall"),
    ],
)
def test_systemd_tells_of_a_failure_with_what_the_machine_has(
    tmp_path: Path, environment: dict[str, str], told_by: str, *, has_sendmail: bool
) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("sh", "uname", "grep"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    told = tmp_path / "told"
    for name in ("systemd-cat", "wall", *["sendmail"] * has_sendmail):
        _program(
            tmp_path / "bin" / name,
            f'{{ echo "{name} $*"; while IFS= read -r line; do echo "$line"; done; }} >>{told}',
        )
    asked = tmp_path / "asked"
    _program(tmp_path / "bin" / "journalctl", f'echo "$1" >{asked}; echo "{_LOG}"; exit 1')
    (tmp_path / "orchestrate").symlink_to(ORCHESTRATE)
    unit = (ORCHESTRATE / "systemd" / "visma-looker-failed@.service").read_text()
    (command,) = re.findall(r"^ExecStart=/bin/sh (.*) %i$", unit, re.MULTILINE)
    script = tmp_path / "tell_failed.sh"  # without the machine's own sendmail
    script.write_text((PROJECT / command).read_text().replace(":/usr/sbin:/usr/lib", ""))

    command = f"cd {tmp_path} && sh {script} nightly"
    done = _sh(command, **environment, PATH=str(tmp_path / "bin"))
    assert (done.returncode, done.stderr) == (0, "")
    text = told.read_text()
    assert told_by in text
    assert ("To: me@example.com\n" in text) == (told_by != "wall")
    assert "visma-looker: nightly failed on " in text
    assert "what to do:\n\n[error    ] Visma refused it.\n  Do this.\nend\n\n" in text
    assert text.count("reading\n") == 1
    expected = "_SYSTEMD_UNIT=visma-looker@nightly.service"
    if "MONITOR_INVOCATION_ID" in environment:
        expected = "_SYSTEMD_INVOCATION_ID=4711"
    assert asked.read_text() == f"{expected}\n"


@pytest.fixture
def systemd(tmp_path: Path) -> Path:
    """The units, for a project in a directory of the test."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("There is no systemd-analyze here.")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    for unit in (ORCHESTRATE / "systemd").glob("visma-looker*"):
        text = unit.read_text().replace(f"{INSTALLED}/.venv", str(tmp_path))
        (tmp_path / unit.name).write_text(text)
    return tmp_path


def _analyze(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_systemd_understands_the_units(systemd: Path, name: str) -> None:
    (systemd / f"visma-looker@{name}.service").symlink_to(systemd / "visma-looker@.service")
    failed = f"visma-looker-failed@{name}.service"
    (systemd / failed).symlink_to(systemd / "visma-looker-failed@.service")
    units = [
        *(systemd / f"visma-looker{of}" for of in (f"@{name}.service", f"-{name}.timer")),
        systemd / failed,
    ]
    checked = _analyze("verify", "--man=no", "--recursive-errors=no", *units)
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stderr


@pytest.mark.parametrize("name", SCHEDULES)
def test_systemd_is_told_of_the_schedules(systemd: Path, name: str) -> None:
    timer = (ORCHESTRATE / "systemd" / f"visma-looker-{name}.timer").read_text()
    assert f"Unit=visma-looker@{name}.service" in timer
    assert "Persistent=true" in timer
    (when,) = re.findall(r"^OnCalendar=(.*)$", timer, re.MULTILINE)
    base = f"--base-time={_FIRST} UTC"
    told = _analyze("calendar", base, "--iterations=40", f"{when} UTC").stdout
    found = re.findall(r"(?:Next elapse|Iter(?:\.|ation) #\d+): \w+ (\S+ \S+) UTC", told)
    assert len(found) == 40, told
    expected = itertools.islice(_firings(SCHEDULES[name]["interval"], _FIRST + _A_YEAR), 40)
    assert found == [str(moment) for moment in expected]


def test_systemd_tells_of_failures_and_not_of_what_was_left_out() -> None:
    service = (ORCHESTRATE / "systemd" / "visma-looker@.service").read_text().splitlines()
    assert "OnFailure=visma-looker-failed@%i.service" in service
    left_out = [line for line in service if line.endswith("=75")]
    assert left_out == ["SuccessExitStatus=75", "RestartForceExitStatus=75"]


def test_kubernetes_understands_the_jobs() -> None:
    for job in cron_jobs():
        kubernetes_validate.validate(job, "1.31", strict=True)


def test_kubernetes_is_told_of_the_schedules() -> None:
    jobs = {job["metadata"]["name"].removeprefix("visma-looker-"): job for job in cron_jobs()}
    assert {name: job["spec"]["schedule"] for name, job in jobs.items()} == {
        name: schedule["interval"] for name, schedule in SCHEDULES.items()
    }
    for name, job in jobs.items():
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["args"] == [name]
        (volume,) = pod["volumes"]
        assert volume["emptyDir"]["medium"] == "Memory"
        (mount,) = container["volumeMounts"]
        assert {"name": "RUNTIME_DIRECTORY", "value": mount["mountPath"]} in container["env"]
    # What lies in the image is what `make install` makes.
    image = (ORCHESTRATE / "kubernetes" / "Dockerfile").read_text()
    recipe = (PROJECT / "Makefile").read_text()
    assert "uv sync --quiet --frozen --group demo" in image
    assert "sync --quiet --frozen --inexact --group demo" in recipe
    (plugins,) = re.findall(r"meltano install(.*)", image)
    assert plugins.split()
    assert f"$(RUN) meltano install{plugins}\n" in recipe
    left_out = (ORCHESTRATE / "kubernetes" / "Dockerfile.dockerignore").read_text().splitlines()
    assert {"**/*.env", "**/.meltano"} <= set(left_out)


@pytest.mark.parametrize("name", [".env", "visma-looker.env", "sandbox.env", "nohup.out"])
def test_what_the_pages_have_one_write_is_not_committed(tmp_path: Path, name: str) -> None:
    (tmp_path / ".gitignore").write_text((PROJECT / ".gitignore").read_text())
    for file in (name, ".env.example"):
        (tmp_path / file).touch()
    git = ("git", "-C", str(tmp_path))
    subprocess.run([*git, "init", "--quiet"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard"], capture_output=True, check=True
    )
    assert listed.stdout.decode().split() == [".env.example", ".gitignore"]
