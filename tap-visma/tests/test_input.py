"""Wrong settings and odd states: refused by name, or taken as what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import FEW, failed, sentence

if TYPE_CHECKING:
    from .conftest import CommandLine, Visma


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"client_secret": None}, "client_secret"),
        ({"tenant_id": None}, "No company is given"),
        ({"companies": [{"tenant_id": "a"}]}, "Both `tenant_id` and `companies` are given"),
        ({"tenant_id": None, "companies": []}, "No company is given"),
        ({"tenant_id": None, "companies": [{"company_id": "a"}]}, "tenant_id"),
        ({"tenant_id": None, "companies": [{"tenant_id": "a"}] * 2}, "a twice"),
        ({"overlap_minutes": 10}, "overlap_minutes"),
        ({"page_size": 0}, "page_size"),
        ({"max_concurrent_requests": "four"}, "max_concurrent_requests"),
        ({"on_allowance_exhausted": "hope"}, "on_allowance_exhausted"),
        ({"api_url": "api.finance.visma.net"}, "api_url"),
        ({"start_date": "soon"}, "start_date"),
        ({"pagesize": 5}, "pagesize"),
        ({"user_agent": "a\nb"}, "user_agent"),
        (
            {"tenant_id": None, "companies": [{"tenant_id": "a", "ipp_company_id": "å"}]},
            "companies.0.ipp_company_id",
        ),
        ({"companies": "hunter2", "tenant_id": None}, "companies"),
        ({"client_secret": 98765432109}, "client_secret"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    visma: Visma, tap: CommandLine, change: dict[str, Any], named: str
) -> None:
    config = {k: v for k, v in {**visma.config, **change}.items() if v is not None}
    result = tap(config)
    assert result.exit_code == 1
    assert named in sentence(result.log)
    assert "Traceback" not in result.log
    assert not any(value in result.log for value in ("hunter2", "98765432109"))
    assert not result.messages
    assert not visma.calls("connect")


@pytest.mark.parametrize(
    ("setting", "stream"),
    [("ledgers", "general_ledger_transactions"), ("financial_years", "budgets")],
)
def test_a_name_that_does_not_exist_is_no_empty_success(
    visma: Visma, tap: CommandLine, setting: str, stream: str
) -> None:
    failed(tap({**visma.config, setting: ["1999"]}, select={stream}), f"`{setting}` names 1999")


def test_a_company_id_given_to_another_tenant_begins_anew(visma: Visma, tap: CommandLine) -> None:
    one, two, _ = visma.group["companies"]
    select = {"suppliers", "sync_runs"}
    first = tap({**visma.group, "companies": [{**one, "company_id": "A"}]}, select=select)
    second = tap({**visma.group, "companies": [{**two, "company_id": "A"}]}, state=first.state,
                 select=select)  # fmt: skip
    assert second.run_of("suppliers")["mode"] == "first"


@pytest.mark.parametrize("state", ["[]", "{", '"x"'])
def test_a_state_that_is_no_state_is_refused(visma: Visma, tap: CommandLine, state: str) -> None:
    failed(tap(visma.config, state=state), "no JSON object")


@pytest.mark.parametrize(
    "bookmarks",
    [
        [],
        {"suppliers": []},
        {"suppliers": {"partitions": [{}]}},
        {"suppliers": {"partitions": [{"context": {}, "parts": []}]}},
    ],
)
def test_a_state_of_another_tap_is_refused(visma: Visma, tap: CommandLine, bookmarks: Any) -> None:
    failed(tap(visma.config, state={"bookmarks": bookmarks}), "not one that this tap has written")


def test_a_bookmark_of_another_making_fails_its_stream_only(visma: Visma, tap: CommandLine) -> None:
    state = tap(visma.config, select=FEW).state
    state["bookmarks"]["suppliers"]["partitions"][0]["replication_key_value"] = "soon"
    failed(tap(visma.config, state=state, select=FEW), "suppliers", "state", "1 of ")
