"""What goes wrong in practice: a sentence, a non-zero exit, nothing lost and nothing given away."""

from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
import trustme

from demo.pipeline import LOAD
from tests.books import TABLES, differences
from tests.leaks import leaks
from visma_looker_sandbox.visma.connect import CUSTOMER_TENANT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from demo.pipeline import Result
    from tests.conftest import World


def _assert_told(result: Result, *sentences: str) -> None:
    """The run failed, said why, and in the tap's and the utility's case without a traceback."""
    assert result.code == 1, result.output
    for sentence in sentences:
        assert sentence in result.output, result.output
    assert "Block run completed" in result.output
    assert "Traceback" not in result.output, result.output


def _assert_nothing_leaked(world: World, *results: Result, secrets: set[str] | None = None) -> None:
    hidden = world.secrets() | (secrets or set())
    assert leaks(world.home, hidden) == []
    for result in results:
        assert not [secret for secret in hidden if secret in result.output]


def test_the_search_for_secrets_finds_them(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.log").write_text("nothing to be seen")
    (tmp_path / ".env").write_text("SECRET=the-secret-of-all")
    assert leaks(tmp_path, {"the-secret-of-all"}) == []
    for told in ("it was the-secret-of-all", "Bearer eyJ" + "a" * 20 + "." + "b" * 20):
        (tmp_path / "logs" / "a.log").write_text(told)
        assert leaks(tmp_path, {"the-secret-of-all"}) == [str(tmp_path / "logs" / "a.log")]


@pytest.fixture
def nobody() -> str:
    """An address where nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a server whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        context.wrap_socket(connection, server_side=True).close()
                    except OSError:
                        continue

        thread = threading.Thread(target=greet)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_wrong_secret(world: World) -> None:
    result = world.run(*LOAD, TAP_VISMA_CLIENT_SECRET="not-the-secret-4711")
    _assert_told(result, "Check `client_id` and `client_secret` in the Visma Developer Portal.")
    _assert_nothing_leaked(world, result, secrets={"not-the-secret-4711"})


def test_the_tenant_of_the_customer_in_place_of_the_company(world: World) -> None:
    result = world.run(*LOAD, TAP_VISMA_TENANT_ID=CUSTOMER_TENANT)
    _assert_told(result, "`tenant_id` may be the customer's instead of the company's")
    _assert_nothing_leaked(world, result)


def test_a_tenant_that_did_not_approve(world: World) -> None:
    result = world.run(*LOAD, TAP_VISMA_TENANT_ID="11111111-2222-3333-4444-555555555555")
    _assert_told(result, "Approve the application for this company in Visma Admin")
    _assert_nothing_leaked(world, result)


def test_a_host_that_nobody_reaches(world: World, nobody: str) -> None:
    # One stream: each is tried again for a while.
    address = {"TAP_VISMA_TOKEN_URL": f"{nobody}/connect/token"}
    result = world.run(*LOAD, **address, TAP_VISMA__SELECT='["accounts.*"]')
    _assert_told(result, f"{nobody} cannot be reached", "Check the network")
    _assert_nothing_leaked(world, result)


def test_a_certificate_that_nobody_vouches_for(world: World, stranger: str) -> None:
    result = world.run(*LOAD, TAP_VISMA_TOKEN_URL=f"{stranger}/connect/token")
    _assert_told(result, f"The certificate of {stranger} is not trusted, so nothing was sent.")
    _assert_nothing_leaked(world, result)


def test_a_setting_that_is_not_there(world: World) -> None:
    del world.settings["TAP_VISMA_CLIENT_ID"]
    result = world.run(*LOAD)
    assert result.code == 1, result.output
    assert "client_id" in result.output
    _assert_nothing_leaked(world, result)


def test_a_setting_that_is_empty(world: World) -> None:
    result = world.run(*LOAD, TAP_VISMA_TENANT_ID="")
    assert result.code == 1, result.output
    assert "tenant_id" in result.output
    _assert_nothing_leaked(world, result)


def test_a_disk_that_fills_up_in_mid_load(world: World) -> None:
    first = world.succeed(*LOAD)
    state = world.meltano("state", "get", "demo:tap-visma-to-target-postgres").output
    world.sandbox.change()
    world.query(
        """
        create function full_disk() returns trigger language plpgsql as $$
        begin raise exception 'could not extend file' using errcode = '53100'; end $$;
        create trigger full_disk before insert or update on visma.supplier_invoices
        for each row execute function full_disk();
        """
    )
    failed = world.run(*LOAD)
    assert failed.code == 1, failed.output
    assert "could not extend file" in failed.output
    assert "Loader failed" in failed.output

    world.query("drop trigger full_disk on visma.supplier_invoices")
    again = world.succeed(*LOAD)
    for table in TABLES:
        rows = differences(world, table)
        # Only what was deleted in Visma may differ: no incremental load can know that.
        assert not [row for row in rows if row[-2]], rows
    assert world.meltano("state", "get", "demo:tap-visma-to-target-postgres").output != state
    _assert_nothing_leaked(world, first, failed, again)


def test_looker_down_after_a_good_load(world: World, nobody: str) -> None:
    before = world.sandbox.control("GET", "/looker")
    failed = world.run(UTILITY_LOOKER_REFRESH_BASE_URL=nobody)
    _assert_told(failed, f"{nobody}")
    for table in TABLES:
        assert differences(world, table) == []
    assert world.sandbox.control("GET", "/looker")["cache_resets"] == before["cache_resets"]

    again = world.succeed()
    assert set(dict(world.query("select stream, mode from visma.sync_runs")).values()) >= {
        "incremental"
    }
    assert world.sandbox.control("GET", "/looker")["cache_resets"] > before["cache_resets"]
    _assert_nothing_leaked(world, failed, again)
