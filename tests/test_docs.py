"""The READMEs say what the code does."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from demo.pipeline import PROJECT


@pytest.mark.parametrize(
    "script",
    [
        "docs/generate.py",
        "hub/scripts/make_hub.py",
        "lookml/scripts/make_views.py",
        "transform/scripts/make_staging.py",
    ],
)
def test_what_is_generated_is_current(script: str) -> None:
    command = [sys.executable, script, "--check"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_and_seed_of_the_models_is_explained() -> None:
    page = (PROJECT / "docs" / "models.md").read_text()
    project = yaml.safe_load((PROJECT / "transform" / "dbt_project.yml").read_text())
    seeds = [path.stem for path in (PROJECT / "transform" / "seeds").glob("*.csv")]
    assert [name for name in (*project["vars"], *seeds) if f"`{name}`" not in page] == []
