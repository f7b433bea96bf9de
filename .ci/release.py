"""Builds what a tag releases into `dist`, and checks it: `make dist TAG=tap-visma-v1.2.3`.

Nothing is uploaded: the workflow `release` does that, with what is left in `dist`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
DIRECTORIES = {
    "tap-visma": "tap-visma",
    "utility-looker-refresh": "utility-looker-refresh",
    "visma-looker-sandbox": "sandbox",
}


class Refused(Exception):  # noqa: N818 - it reads as a sentence: the tag is refused
    """Why this tag is no release."""


def read(tag: str) -> tuple[str, str]:
    """The package and the version that a tag names."""
    package, _, version = tag.rpartition("-v")
    if package not in DIRECTORIES:
        known = ", ".join(f"{name}-v1.2.3" for name in DIRECTORIES)
        raise Refused(f"{tag!r} names no release; one looks like {known}.")
    return package, version


def check_changelog(package: str, version: str) -> None:
    """Refuse a version whose changes are not written down under its number and its day."""
    changelog = ROOT / DIRECTORIES[package] / "CHANGELOG.md"
    heading = rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$"
    if not re.search(heading, changelog.read_text(encoding="utf-8"), re.MULTILINE):
        raise Refused(
            f"{changelog.relative_to(ROOT)} has no heading '## {version} (YYYY-MM-DD)'. Write it, "
            "commit, and tag that commit."
        )


def uv(*arguments: str | Path) -> None:
    """Run uv, which says itself what is wrong."""
    command = [os.environ.get("UV", "uv"), *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - ours
        raise Refused("That failed; nothing was released.")


def build(package: str, version: str) -> None:
    """Build sources and wheel, and refuse those of another version."""
    shutil.rmtree(DIST, ignore_errors=True)
    uv("build", "--quiet", "--package", package)
    stem = f"{package.replace('-', '_')}-{version}"
    built = sorted(path.name for path in DIST.iterdir() if path.name != ".gitignore")
    if built != [f"{stem}-py3-none-any.whl", f"{stem}.tar.gz"]:
        raise Refused(
            f"The version is not that of the tag: built was {', '.join(built)}. Check out the "
            "tagged commit, with its tags and without changes."
        )
    files = [DIST / name for name in built]
    uv("run", "--quiet", "--frozen", "--isolated", "--only-group", "release",
       "twine", "check", "--strict", *files)  # fmt: skip


def main(tag: str) -> int:
    """Build and check, or say why not."""
    try:
        package, version = read(tag)
        check_changelog(package, version)
        build(package, version)
    except Refused as reason:
        print(reason, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
