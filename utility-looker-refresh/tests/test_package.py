"""The package as users get it: its README, its dependencies, its words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from utility_looker_refresh.calls import OPERATIONS, Activity, find_operation
from utility_looker_refresh.errors import ExitCode
from utility_looker_refresh.settings import settings_markdown

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT.parents[1] / "shared" / "reference" / "looker" / "Looker.4.0.oas.json"
README = (ROOT / "README.md").read_text("utf-8")


def test_the_settings_in_the_readme_are_current() -> None:
    assert settings_markdown() in README


def test_every_exit_code_is_in_the_readme() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.+?) \|$", README, re.MULTILINE))
    assert {int(code) for code in table} == {*map(int, ExitCode), 130, 143}


def test_the_package_knows_nothing_of_its_surroundings() -> None:
    for path in (ROOT / "utility_looker_refresh").rglob("*.py"):
        text = path.read_text("utf-8")
        for word in ("sandbox", "../shared", "visma"):
            # The datagroup of the examples is the only trace of the first user.
            assert word not in text.replace("visma_load", ""), path


@pytest.mark.skipif(not REFERENCE.exists(), reason="the official OpenAPI document is not at hand")
def test_operations_and_their_classes_are_the_official_ones() -> None:
    paths = json.loads(REFERENCE.read_text("utf-8"))["paths"]
    classes = {"db_query": Activity.QUERY, "non_query": Activity.ADMIN, "none": Activity.FREE}
    for name, operation in OPERATIONS.items():
        official = paths[operation.path][operation.method.lower()]
        assert official["operationId"] == name
        assert classes[official["x-looker-activity-type"]] is operation.activity


def test_operations_are_found_by_their_path() -> None:
    assert find_operation("PATCH", "/api/4.0/datagroups/a%2Fb").name == "update_datagroup"
    for method, path in (("GET", "/api/4.0/datagroups/1/x"), ("PUT", "/api/4.0/datagroups")):
        with pytest.raises(LookupError):
            find_operation(method, path)
