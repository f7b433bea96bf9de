"""A whole refresh (builds, warming, plans) against a Looker that fails it at each call in turn."""

from __future__ import annotations

import json
import re
import socket
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from looker_sdk.sdk.api40.models import MaterializePDT

from utility_looker_refresh.calls import OPERATIONS
from utility_looker_refresh.session import Looker, converter, deserialize

from .conftest import BALANCES, COSTS, SUMMARY, furnish

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import LookerAtHand, Result, Run

# What a whole refresh calls, in the words of the stand-in's routes.
CALLS = (
    "GET /datagroups",
    "PATCH /datagroups/{id}",
    "POST /queries/run/{format}",
    "GET /derived_table/graph/model/{model}",
    "GET /lookml_models/{name}",
    "GET /connections/{name}",
    "GET /derived_table/{model}/{view}/start",
    "GET /derived_table/{id}/status",
    "GET /dashboards/{id}",
    "POST /queries",
    "POST /query_tasks",
    "GET /query_tasks/multi_results",
    "GET /scheduled_plans",
    "POST /scheduled_plans/{id}/run_once",
)
NOT_NEEDED = ("GET /lookml_models/{name}", "GET /connections/{name}")


@pytest.fixture
def whole(run: Run, looker: LookerAtHand, tmp_path: Path) -> Run:
    """Run everything there is."""
    wanted = furnish(looker)
    wanted["state_path"] = str(tmp_path / "state.json")

    def whole(*argv: str, **values: Any) -> Result:
        return run(*argv, **{**wanted, **values})

    return whole


def pattern(call: str) -> tuple[str, str]:
    method, _, path = call.partition(" ")
    return method, "^/api/4.0" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"


def exactly_once(looker: LookerAtHand) -> bool:
    starts = {name: table.starts for name, table in looker.world.derived.tables.items()}
    deliveries = [delivery["plan"] for delivery in looker.world.content.deliveries]
    return starts == {BALANCES: 1, COSTS: 1, SUMMARY: 1} and deliveries == ["17"]


def test_a_whole_refresh_makes_these_calls(whole: Run, looker: LookerAtHand) -> None:
    assert whole().code == 0
    assert exactly_once(looker)
    made = set(looker.calls()) - {"POST /login", "DELETE /logout"}
    made = {call.replace(" ", " /api/4.0") for call in made}
    for call in CALLS:
        method, path = pattern(call)
        assert any(re.match(f"{method} {path[1:]}", call) for call in made), call


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("call", CALLS)
def test_a_permission_missing_at_any_call_is_told_and_can_be_mended(
    whole: Run, looker: LookerAtHand, call: str, status: int
) -> None:
    looker.world.denied_status = status
    looker.world.denied.add(call)
    result = whole()
    if call in NOT_NEEDED:
        assert result.code == 0
        return
    assert result.code in (2, 3, 4, 6), result.err
    assert result.reason.startswith("ERROR ")
    assert not re.search(r"Defect|Traceback", result.err)
    assert result.report["reason"]
    looker.world.denied.clear()
    if result.code in (2, 3) or "start" in call or "status" in call:
        again = whole()
        assert again.code == 0, again.err
        assert [d["plan"] for d in looker.world.content.deliveries] == ["17"]


@pytest.mark.parametrize("call", CALLS)
def test_a_token_revoked_at_any_call_costs_a_login_and_nothing_else(
    whole: Run, looker: LookerAtHand, call: str
) -> None:
    method, path = pattern(call)
    looker.fault("revoke", path, method=method)
    result = whole()
    assert result.code == 0, result.err
    assert looker.calls().count("POST /login") == 2
    assert exactly_once(looker)


KINDS: dict[str, dict[str, Any]] = {
    "502 page of a proxy": {"kind": "html"},
    "503 without a message": {"kind": "status", "status": 503, "body": "{}"},
    "empty 500": {"kind": "status", "status": 500},
    "200 page": {"kind": "html", "status": 200},
    "cut": {"kind": "cut"},
    "truncated": {"kind": "truncated"},
    "422 without links": {
        "kind": "status",
        "status": 422,
        "body": json.dumps({"message": "Validation Failed", "errors": [{"field": "x"}]}),
    },
    "400 that is no object": {"kind": "status", "status": 400, "body": "[]"},
    "429": {"kind": "429"},
    "204": {"kind": "status", "status": 204},
}


@pytest.mark.parametrize("call", CALLS)
def test_every_form_of_error_at_any_call_never_builds_or_mails_twice(
    whole: Run, looker: LookerAtHand, call: str, tmp_path: Path
) -> None:
    method, path = pattern(call)
    for name, fault in KINDS.items():
        if name == "429":
            continue  # the stand-in carries the call out behind it; its own refusals do not
        for table in looker.world.derived.tables.values():
            table.starts, table.name = 0, None
        looker.world.content.deliveries.clear()
        looker.world.derived.builds.clear()
        (tmp_path / "state.json").unlink(missing_ok=True)
        looker.fault(**fault, path=path, method=method)
        result = whole()
        assert result.code in (0, 1, 2, 3, 4, 5, 6), (name, result.err)
        assert "Defect" not in result.err, (name, result.err)
        looker.served.faults.armed.clear()
        if result.code:
            whole()
        starts = {n: t.starts for n, t in looker.world.derived.tables.items()}
        # A build that Looker says has failed, or refused, is begun again by the next call.
        if "start" not in call and "status" not in call:
            assert starts == {BALANCES: 1, COSTS: 1, SUMMARY: 1}, name
        if "run_once" not in call or str(fault.get("status", "x"))[0] != "4":
            assert len(looker.world.content.deliveries) <= 1, name


def test_two_hours_of_builds_with_short_tokens_make_no_failing_call(
    whole: Run, looker: LookerAtHand
) -> None:
    looker.stand_in.token_seconds = 300
    for table in looker.world.derived.tables.values():
        table.seconds = 3500
    result = whole()
    assert result.code == 0, result.err
    assert looker.clock.passed > 7000
    failing = [call for call in looker.served.log.all() if call["status"] not in {200, 204}]
    assert not failing, result.err
    assert looker.calls().count("POST /login") > 20
    assert exactly_once(looker)


def test_nothing_but_loopback_is_contacted(
    whole: Run, looker: LookerAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = socket.socket.connect
    asked: list[Any] = []

    def only_loopback(self: socket.socket, address: Any) -> None:
        asked.append(address)
        assert not isinstance(address, tuple) or address[0] == "127.0.0.1", address
        connect(self, address)

    def resolve(host: Any, *_args: Any, **_kwargs: Any) -> Any:
        assert host == "127.0.0.1", host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, int(_args[0])))]

    monkeypatch.setattr(socket.socket, "connect", only_loopback)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    # The SDK would look errors up at another host, by this address in their bodies.
    looker.world.denied.add("GET /scheduled_plans")
    assert whole().code == 3
    assert asked


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
def test_no_output_holds_the_key_or_a_token(
    whole: Run, looker: LookerAtHand, tmp_path: Path, level: str
) -> None:
    secret = looker.stand_in.client_secret
    issued: list[str] = []
    issue = looker.stand_in.tokens.issue

    def noted(*args: Any, **kwargs: Any) -> str:
        issued.append(issue(*args, **kwargs))
        return issued[-1]

    looker.stand_in.tokens.issue = noted  # type: ignore[method-assign]
    looker.fault("revoke", "/status")
    looker.fault("status", "run_once", status=500, body=f"sent {secret} here")
    results = [whole("--log-level", level), whole("doctor", "--log-level", level)]
    looker.stand_in.client_secret = "another"
    results.append(whole("--log-level", level))
    assert len(issued) >= 3
    told = "".join(r.out + r.err + json.dumps(r.report) for r in results)
    told += (tmp_path / "state.json").read_text()
    for hidden in (secret, *issued):
        assert hidden not in told


def test_five_thousand_calls_leave_nothing_behind(looker: LookerAtHand) -> None:
    """Counted, not timed: what the stock SDK piles up is hooks of its converter."""
    with Looker(looker.settings(), looker.clock) as session:
        body = json.dumps({"materialization_id": "m1", "resp_text": '{"status": "running"}'})
        session.api.me()
        hooks = _hooks()
        tracemalloc.start()
        try:
            for _ in range(500):
                deserialize(data=body, structure=MaterializePDT)
            before = tracemalloc.get_traced_memory()[0]
            for _ in range(5000):
                deserialize(data=body, structure=MaterializePDT)
            after = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        for _ in range(100):
            session.api.me()
        assert _hooks() == hooks
        assert after - before < 100_000


def _hooks() -> int:
    return len(converter()._structure_func._function_dispatch._handler_pairs)


def test_every_operation_that_acts_is_marked_so() -> None:
    assert {name for name, operation in OPERATIONS.items() if not operation.repeatable} == {
        "start_pdt_build",
        "stop_pdt_build",
        "scheduled_plan_run_once_by_id",
    }
