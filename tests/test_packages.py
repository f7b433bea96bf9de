"""What is published holds what belongs to it and nothing else; its version is that of its tag."""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from demo.pipeline import PROJECT
from tests.packages import PACKAGES, UV, Built, module

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("packages")

_PYTHONS = ("3.10", "3.11", "3.12", "3.13")
_TAG = "utility-looker-refresh-v1.2.3"


def _metadata(built: Built) -> Message:
    with zipfile.ZipFile(built.wheel) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_string(wheel.read(name).decode())


def _sources(directory: str) -> set[str]:
    """What git knows, or would take, of a directory."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", directory],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("these sources are not in git, so nothing tells which files belong to them")
    return {name for name in listed.stdout.splitlines() if (PROJECT / name).exists()}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_wheel_holds_the_package_and_nothing_else(
    packages: dict[str, Built], package: str
) -> None:
    built = packages[package]
    directory = PACKAGES[package]
    about = f"{module(package)}-{built.version}.dist-info"
    with zipfile.ZipFile(built.wheel) as wheel:
        names = set(wheel.namelist())
    own = {f"{directory}/{name}" for name in names if not name.startswith(about)}
    assert own == _sources(f"{directory}/{module(package)}")
    assert f"{directory}/{module(package)}/py.typed" in own
    assert names - {name.removeprefix(f"{directory}/") for name in own} == {
        f"{about}/{name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_the_sources_are_complete(packages: dict[str, Built], package: str) -> None:
    built = packages[package]
    directory = PACKAGES[package]
    root = f"{module(package)}-{built.version}/"
    with tarfile.open(built.sdist) as sdist:
        names = {name.removeprefix(root) for name in sdist.getnames()}
    left_out = f"{directory}/scripts/"  # they need what only a checkout has
    assert names - {"PKG-INFO", ".gitignore"} == {
        name.removeprefix(f"{directory}/")
        for name in _sources(directory)
        if not name.startswith(left_out)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_it_is(packages: dict[str, Built], package: str) -> None:
    about = _metadata(packages[package])
    assert about["Name"] == package
    assert about["License-Expression"] == "MIT"
    assert about["Requires-Python"] == f">={_PYTHONS[0]}"
    assert about["Description-Content-Type"] == "text/markdown"
    readme = (PROJECT / PACKAGES[package] / "README.md").read_text(encoding="utf-8")
    assert str(about.get_payload()).strip() == readme.strip()
    classifiers = about.get_all("Classifier") or []
    assert "Typing :: Typed" in classifiers
    python = "Programming Language :: Python :: 3."
    assert [name for name in classifiers if name.startswith(python)] == [
        f"Programming Language :: Python :: {version}" for version in _PYTHONS
    ]
    urls = dict(url.split(", ") for url in about.get_all("Project-URL") or [])
    repository = "https://github.com/visma-looker/visma-looker"
    assert urls == {
        "Changelog": f"{repository}/blob/main/{PACKAGES[package]}/CHANGELOG.md",
        "Documentation": f"{repository}/tree/main/{PACKAGES[package]}#readme",
        "Issues": f"{repository}/issues",
        "Repository": repository,
    }


def _git(home: Path, *arguments: str) -> str:
    who = ("-c", "user.name=visma-looker", "-c", "user.email=visma-looker@example.com")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=home, capture_output=True, text=True, check=True
    )
    return done.stdout


def _commit(home: Path) -> None:
    _git(home, "add", "--all")
    _git(home, "commit", "--quiet", "--message=Changed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a release needs, with a history of its own and a version 9 of the tap."""
    home = tmp_path / "checkout"
    home.mkdir()
    for name in ("Makefile", "pyproject.toml", "uv.lock", ".gitignore"):
        shutil.copy(PROJECT / name, home)
    shutil.copytree(PROJECT / ".ci", home / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    for directory in PACKAGES.values():
        for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
            (home / directory).mkdir(exist_ok=True)
            shutil.copy(PROJECT / directory / name, home / directory)
    package = "utility-looker-refresh/utility_looker_refresh"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / package, home / package, ignore=ignored)
    _git(home, "init", "--quiet")
    _commit(home)
    _git(home, "tag", "tap-visma-v9.0.0")
    return home


def _release(home: Path, tag: str) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make")
    assert make
    return subprocess.run(
        [make, "dist", f"TAG={tag}"],
        # The uv of the tests, so that none is installed into the copy.
        env=os.environ | {"PATH": f"{UV.parent}:{os.environ['PATH']}"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_tag_is_released_under_its_version(checkout: Path) -> None:
    """Whatever the other packages' tags are."""
    changelog = checkout / "utility-looker-refresh" / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## 1.2.3 (2026-01-31)\n\nFirst version.\n")
    _commit(checkout)
    _git(checkout, "tag", _TAG)
    released = _release(checkout, _TAG)
    assert released.returncode == 0, released.stderr
    stem = "utility_looker_refresh-1.2.3"
    assert {path.name for path in (checkout / "dist").glob("u*")} == {
        f"{stem}-py3-none-any.whl",
        f"{stem}.tar.gz",
    }

    changelog.write_text(changelog.read_text() + "\nMore.\n")
    changed = _release(checkout, _TAG)
    assert changed.returncode != 0
    assert "The version is not that of the tag: built was utility_looker_refresh-1.2.4.dev0+" in (
        changed.stderr
    )


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("", "'' names no release; one looks like tap-visma-v1.2.3, "),
        ("v1.2.3", "'v1.2.3' names no release"),
        (_TAG, "utility-looker-refresh/CHANGELOG.md has no heading '## 1.2.3 (YYYY-MM-DD)'."),
    ],
)
def test_what_is_no_release_is_refused_with_a_reason(tag: str, reason: str) -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / ".ci" / "release.py", tag],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(reason)
    assert len(done.stderr.splitlines()) == 1


def _version(sources: Path, out: Path) -> str:
    """The version of what is built of some sources."""
    command: list[str | Path] = [UV, "build", "--quiet", "--sdist", "--out-dir", out, sources]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (sdist,) = out.glob("*.tar.gz")
    return sdist.name.removesuffix(".tar.gz").partition("-")[2]


def test_what_is_not_a_release_can_be_built_too(checkout: Path, tmp_path: Path) -> None:
    """Neither missing history, nor the tag of another package, nor missing git prevents it."""
    shallow = tmp_path / "shallow"
    _git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{checkout}", str(shallow))
    assert _git(shallow, "tag").split() == ["tap-visma-v9.0.0"]
    commit = _git(shallow, "rev-parse", "--short=7", "HEAD").strip()
    version = _version(shallow / "utility-looker-refresh", tmp_path / "of-shallow")
    assert version.startswith(f"0.0.1.dev1+g{commit}")
    shutil.rmtree(shallow / ".git")
    assert _version(shallow / "utility-looker-refresh", tmp_path / "of-no-git") == "0.0.0"


def test_workflows_are_what_github_expects() -> None:
    workflows = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
    assert workflows
    for schema, files in (
        ("vendor.github-workflows", workflows),
        ("vendor.dependabot", [PROJECT / ".github" / "dependabot.yml"]),
    ):
        check: list[str | Path] = [
            UV.with_name("check-jsonschema"),
            "--builtin-schema",
            schema,
            *files,
        ]
        done = subprocess.run(check, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
