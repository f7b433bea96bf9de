"""The READMEs say what the code does."""

from __future__ import annotations

import subprocess
import sys

from demo.pipeline import PROJECT


def test_the_generated_tables_are_current() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
