"""The packages as they are published."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from demo.pipeline import PROJECT

UV = Path(sys.executable).with_name("uv")
#: Directory of each package, by its name.
PACKAGES = {
    "tap-visma": "tap-visma",
    "utility-looker-refresh": "utility-looker-refresh",
    "visma-looker-sandbox": "sandbox",
}


@dataclass(frozen=True)
class Built:
    """What `uv build` made of a package.

    Attributes:
        sdist: Its sources.
        wheel: What pip installs, made of these sources.
    """

    sdist: Path
    wheel: Path

    @property
    def version(self) -> str:
        """The version, as the name of the wheel tells it."""
        return self.wheel.name.split("-")[1]


def module(package: str) -> str:
    """The name of a package in Python."""
    return package.replace("-", "_")


def build(out: Path) -> dict[str, Built]:
    """Build all packages into a directory, and return them by name."""
    command: list[str | Path] = [UV, "build", "--quiet", "--all-packages", "--out-dir", out]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built = {}
    for package in PACKAGES:
        (sdist,), (wheel,) = (out.glob(f"{module(package)}-{end}") for end in ("*.tar.gz", "*.whl"))
        built[package] = Built(sdist, wheel)
    return built
