"""The READMEs say what the code does."""

from __future__ import annotations

import subprocess
import sys

import pytest

from demo.pipeline import PROJECT


@pytest.mark.parametrize("script", ["docs/generate.py", "transform/scripts/make_staging.py"])
def test_what_is_generated_is_current(script: str) -> None:
    command = [sys.executable, script, "--check"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
