"""Every setting is checked, and every complaint names its setting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from utility_looker_refresh.cli import main
from utility_looker_refresh.errors import ConfigurationError
from utility_looker_refresh.settings import (
    ENV_PREFIX,
    SETTINGS,
    Settings,
    describe_settings,
    load_settings,
)

COMPLETE = {
    "BASE_URL": "https://company.cloud.looker.com",
    "CLIENT_ID": "id",
    "CLIENT_SECRET": "hidden-value",
    "DATAGROUPS": '["finance::visma_load"]',
}


def load(**changes: str) -> Settings:
    values = {**COMPLETE, **changes}
    return load_settings({ENV_PREFIX + name: value for name, value in values.items()})


def test_defaults() -> None:
    settings = load()
    assert settings == Settings(
        base_url="https://company.cloud.looker.com",
        client_id="id",
        client_secret="hidden-value",
        datagroups=("finance::visma_load",),
        verify_ssl=True,
        timeout=60,
        strategy="reset",
        freshness=None,
        proof=None,
        derived_tables=(),
        build_timeout=3600,
        wait_timeout=14400,
        dashboards=(),
        max_concurrent_queries=2,
        scheduled_plans=(),
        edition="standard",
        max_query_calls=None,
        max_admin_calls=None,
        state_path=None,
        report_path=None,
    )
    assert "hidden-value" not in repr(settings)


@pytest.mark.parametrize("name", COMPLETE)
def test_what_is_required_must_be_there(name: str) -> None:
    for missing in (load_without(name), {**all_of(), ENV_PREFIX + name: ""}):
        with pytest.raises(ConfigurationError, match=f"{name.lower()} is missing") as caught:
            load_settings(missing)
        assert f"({ENV_PREFIX}{name})" in str(caught.value)


def all_of() -> dict[str, str]:
    return {ENV_PREFIX + name: value for name, value in COMPLETE.items()}


def load_without(name: str) -> dict[str, str]:
    return {key: value for key, value in all_of().items() if key != ENV_PREFIX + name}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BASE_URL", "company.cloud.looker.com", "must be a URL such as"),
        ("BASE_URL", "ftp://company", "must be a URL such as"),
        ("BASE_URL", "https://", "must be a URL such as"),
        ("BASE_URL", "https://a b.com", "must be a URL such as"),
        ("BASE_URL", "https://host:port", "must be a URL such as"),
        ("BASE_URL", "https://[::1", "must be a URL such as"),
        ("BASE_URL", "https://id:hidden-value@host", "must not hold a user or password"),
        ("BASE_URL", "https://host/api/4.0", "without a path"),
        ("BASE_URL", "https://host?x=1", "without a path"),
        ("CLIENT_SECRET", "hidden-value ", "must not begin or end with a space"),
        ("VERIFY_SSL", "perhaps", "must be true or false"),
        ("TIMEOUT", "0", "must be a whole number, 1 or more"),
        ("TIMEOUT", "1_0", "must be a whole number, 1 or more"),
        ("TIMEOUT", "6.5", "must be a whole number, 1 or more"),
        ("MAX_QUERY_CALLS", "-1", "must be a whole number, 0 or more"),
        ("MAX_ADMIN_CALLS", "many", "must be a whole number, 0 or more"),
        ("STRATEGY", "rebuild", "must be reset or trigger or build"),
        ("STRATEGY", "Reset", "must be reset or trigger or build"),
        ("EDITION", "Standard", "must be standard or enterprise or embed"),
        ("PROOF", "{}", "must be a JSON array of objects such as"),
        ("PROOF", '[{"model": "a"}]', "with exactly these three keys"),
        ("DERIVED_TABLES", '["balances"]', "must be a JSON array of model::view"),
        ("DERIVED_TABLES", '["a::b", "a::b"]', "must name each model::view once"),
        ("DASHBOARDS", '["a b"]', "'a b' is not of that form"),
        ("SCHEDULED_PLANS", '["x"]', "'x' is not of that form"),
        ("SCHEDULED_PLANS", "[17]", "must be a JSON array of ids"),
        ("BUILD_TIMEOUT", "0", "must be a whole number, 1 or more"),
        ("WAIT_TIMEOUT", "0", "must be a whole number, 1 or more"),
        ("MAX_CONCURRENT_QUERIES", "0", "must be a whole number, 1 or more"),
        ("DATAGROUPS", "finance::visma_load", "must be a JSON array of model::name"),
        ("DATAGROUPS", "[]", "must be a JSON array of model::name"),
        ("DATAGROUPS", "[1]", "must be a JSON array of model::name"),
        ("DATAGROUPS", '{"a": "b::c"}', "must be a JSON array of model::name"),
        ("DATAGROUPS", '["visma_load"]', "'visma_load' is not of that form"),
        ("DATAGROUPS", '["a::b::c"]', "'a::b::c' is not of that form"),
        ("DATAGROUPS", '["a::"]', "'a::' is not of that form"),
        ("DATAGROUPS", '["a::b", "a::b"]', "must name each model::name once"),
        ("FRESHNESS", "finance", "must be a JSON object such as"),
        ("FRESHNESS", "[]", "must be a JSON object such as"),
        ("FRESHNESS", '{"model": "a", "explore": "b"}', "with exactly these three keys"),
        ("FRESHNESS", '{"model": "a", "explore": "b", "field": 1}', "with three texts"),
        ("FRESHNESS", '{"model": "a", "explore": "b", "field": "c"}', "field must be view.field"),
        (
            "FRESHNESS",
            '{"model": "a", "explore": "b", "field": "c.d", "cache": true}',
            "with exactly these three keys",
        ),
    ],
)
def test_wrong_values_are_named_and_not_shown_if_secret(name: str, value: Any, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(**{name: value})
    assert f"{name.lower()} must" in str(caught.value)
    assert words in str(caught.value)
    assert f"({ENV_PREFIX}{name})" in str(caught.value)
    assert "hidden-value" not in str(caught.value)


FRESH = '{"model": "a", "explore": "b", "field": "c.d"}'


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DERIVED_TABLES": '["a::b"]'}, "derived_tables needs strategy build: reset builds"),
        (
            {"DERIVED_TABLES": '["a::b"]', "STRATEGY": "trigger"},
            "Looker builds them itself after a trigger, so they would be built twice",
        ),
        (
            {
                "STRATEGY": "trigger",
                "SCHEDULED_PLANS": '["1"]',
                "STATE_PATH": "x",
                "FRESHNESS": FRESH,
            },
            "would be mailed twice",
        ),
        ({"STRATEGY": "trigger", "DASHBOARDS": '["1"]'}, "every query would run twice"),
        ({"STRATEGY": "build"}, "strategy build needs state_path"),
        ({"SCHEDULED_PLANS": '["1"]', "FRESHNESS": FRESH}, "scheduled_plans needs state_path"),
        ({"SCHEDULED_PLANS": '["1"]', "STATE_PATH": "x"}, "scheduled_plans needs freshness"),
    ],
)
def test_what_would_build_or_mail_twice_is_refused_with_the_reason(
    changes: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(**changes)
    assert words in str(caught.value)


def test_what_goes_together_is_taken() -> None:
    settings = load(
        STRATEGY="build",
        DERIVED_TABLES='["a::b"]',
        DASHBOARDS='["12", "a::b", "slug:x1", "folder:3"]',
        SCHEDULED_PLANS='["1"]',
        STATE_PATH="x",
        FRESHNESS=FRESH,
        PROOF="[]",
    )
    assert (settings.proofs, settings.vital_state) == ((), True)
    assert len(load(FRESHNESS=FRESH).proofs) == 1
    assert load(FRESHNESS=FRESH, STRATEGY="trigger").proofs == ()


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(BASE_URL="", TIMEOUT="x", COLOUR="red")
    for name in ("base_url", "timeout", "COLOUR"):
        assert name in str(caught.value)


def test_unknown_settings_are_refused_with_a_guess() -> None:
    with pytest.raises(ConfigurationError, match="did you mean UTILITY_LOOKER_REFRESH_STRATEGY"):
        load(STRATEGIE="reset")


def test_meltanos_own_extras_are_not_settings() -> None:
    assert load(_COMMANDS="{}") == load()


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("1", True), ("no", False)]
)
def test_booleans(text: str, value: Any) -> None:
    assert load(VERIFY_SSL=text).verify_ssl is value


@pytest.mark.parametrize(
    "url", ["https://host:19999", "https://host:19999/", "http://127.0.0.1:8000"]
)
def test_addresses(url: str) -> None:
    assert load(BASE_URL=url).base_url == url.rstrip("/")


def test_the_table_and_the_dataclass_have_the_same_names() -> None:
    assert [s.name for s in SETTINGS] != []
    assert {s.name for s in SETTINGS} == set(Settings.__dataclass_fields__)


def test_defaults_are_values_that_may_be_given() -> None:
    for setting in SETTINGS:
        if setting.default is not None:
            given = setting.default
            text = given if isinstance(given, str) else json.dumps(given)
            assert setting.parse(text) == given


def test_settings_are_printed_as_json_and_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "--format", "json"], {}) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(describe_settings()))
    assert main(["settings"], {}) == 0
    table = capsys.readouterr().out
    for setting in SETTINGS:
        assert f"| `{setting.name}` |" in table
