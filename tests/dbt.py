"""The dbt that Meltano installed, on any project and database."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from demo import processes
from demo.pipeline import PROJECT, Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TRANSFORM = PROJECT / "transform"
_DBT = PROJECT / ".meltano" / "utilities" / "dbt-postgres" / "venv" / "bin" / "dbt"


class Dbt:
    """Runs dbt as a user does who has no Meltano.

    Args:
        home: Directory of what it writes; shared by runs, parsing is quick the second time.
        settings: The connection, as in `.env`.
        project: The project to run.
    """

    def __init__(self, home: Path, settings: Mapping[str, str], project: Path = TRANSFORM) -> None:
        self.target = home / "target"
        self._environment = processes.environment(
            DBT_PROJECT_DIR=str(project),
            DBT_PROFILES_DIR=str(TRANSFORM),
            DBT_TARGET_PATH=str(self.target),
            DBT_LOG_PATH=str(home / "logs"),
            DBT_USE_COLORS="false",
            **{name: value for name, value in settings.items() if "POSTGRES_" in name},
        )

    def __call__(self, *arguments: str, **variables: Any) -> Result:
        """Run one command.

        Args:
            arguments: Words of the command line.
            variables: dbt's variables.
        """
        words = [str(_DBT), *arguments]
        if variables:
            words.append(f"--vars={json.dumps(variables)}")
        done = subprocess.run(
            words,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Result(done.returncode, done.stdout)

    def succeed(self, *arguments: str, **variables: Any) -> Result:
        """Run one command, and fail the test with the log unless it succeeded."""
        result = self(*arguments, **variables)
        assert result.code == 0, result.output
        return result

    def results(self) -> dict[str, str]:
        """Return how each step of the last run ended, by its short name."""
        steps = json.loads((self.target / "run_results.json").read_text())["results"]
        return {step["unique_id"].split(".")[2]: step["status"] for step in steps}
