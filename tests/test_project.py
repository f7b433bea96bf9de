"""The files that set everything up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from demo.pipeline import PROJECT

_BIN = Path(sys.executable).parent
_MELTANO = yaml.safe_load((PROJECT / "meltano.yml").read_text())


def test_meltano_yml_is_what_meltano_expects() -> None:
    check = (_BIN / "check-jsonschema", "--builtin-schema", "vendor.meltano")
    done = subprocess.run(
        [*check, PROJECT / "meltano.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_plugin_needs_the_hub() -> None:
    for kind in _MELTANO["plugins"].values():
        for plugin in kind:
            assert plugin["namespace"]
            assert plugin["executable"]
            assert plugin["pip_url"].endswith(" -c constraints.txt")
    assert _MELTANO["send_anonymous_usage_stats"] is False
    assert _MELTANO["cli"]["disable_version_check"] is True


def test_constraints_are_those_of_the_lock_file() -> None:
    command = (PROJECT / "constraints.txt").read_text().splitlines()[1].lstrip("# ").split()
    printed = command[: command.index("--output-file")]
    done = subprocess.run(
        [_BIN / "uv", *printed[1:], "--quiet", "--offline", "--no-header"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    held = (PROJECT / "constraints.txt").read_text().splitlines()[2:]
    assert held == done.stdout.splitlines()
    assert "meltanolabs-target-postgres==0.8.1" in held


def _make(path: Path, target: str) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make")
    assert make
    return subprocess.run(
        [make, "-f", PROJECT / "Makefile", target],
        env={"PATH": str(path), "HOME": os.environ["HOME"]},
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("target", ["demo", "test"])
@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ({}, "git is missing: install it and run make again."),
        ({"git": "exit 0"}, "python3 is missing: install Python 3.10 or newer and run make again."),
        (
            {"git": "exit 0", "python3": "exit 1"},
            "python3 is too old: install Python 3.10 or newer and run make again.",
        ),
        (
            {"git": "exit 0", "python3": 'case "$2" in *venv*) exit 1;; esac'},
            "python3 has no venv module: install it (python3-venv) and run make again.",
        ),
    ],
)
def test_a_missing_prerequisite_is_named_in_one_sentence(
    tmp_path: Path, target: str, programs: dict[str, str], sentence: str
) -> None:
    for name, script in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    done = _make(tmp_path, target)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == sentence
    assert not [line for line in done.stderr.splitlines()[1:] if not line.startswith("make")]


@pytest.mark.xdist_group("alone")
def test_groups_stay_on_one_worker(request: pytest.FixtureRequest) -> None:
    """What a group shares is loaded once: pytest-xdist reads the group from the test's id."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("There are no workers: pytest runs without --numprocesses.")
    assert request.node.nodeid.endswith("@alone")
