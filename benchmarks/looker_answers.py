"""Time, hooks and memory per answer of Looker: the stock SDK against this project's session.

    uv run --no-sync python benchmarks/looker_answers.py [--calls 1000]

Both read the same small answer of a Looker stand-in over HTTP on loopback. The stock SDK since
25.16 adds a hook to its converter at every answer and walks through all of them; so the median
of the first hundred calls is printed next to that of the last hundred. Memory is that of twenty
calls more.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import looker_sdk
from looker_sdk.rtl import serialize
from looker_sdk.rtl.api_settings import ApiSettings, SettingsConfig
from typing_extensions import override

from utility_looker_refresh.session import Looker
from utility_looker_refresh.settings import ENV_PREFIX, load_settings
from visma_looker_sandbox.looker import LookerStandIn
from visma_looker_sandbox.testing import Served

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = 100
TRACED = 20


class _Stock(ApiSettings):
    """Settings of the stock SDK, from nowhere but here."""

    def __init__(self, url: str, stand_in: LookerStandIn) -> None:
        self._config: SettingsConfig = {
            "base_url": url,
            "client_id": stand_in.client_id,
            "client_secret": stand_in.client_secret,
        }
        super().__init__()

    @override
    def read_config(self) -> SettingsConfig:
        return self._config


def hooks() -> int:
    """Return how many hooks the SDK's converter holds."""
    dispatch = serialize.converter40._structure_func._function_dispatch  # noqa: SLF001
    return len(dispatch._handler_pairs)  # noqa: SLF001


def measure(name: str, call: Callable[[], Any], calls: int) -> None:
    """Make calls and print what they took."""
    before = hooks()
    call()
    taken = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    # Apart, because tracing makes every call several times slower.
    tracemalloc.start()
    memory = tracemalloc.get_traced_memory()[0]
    for _ in range(TRACED):
        call()
    grown = tracemalloc.get_traced_memory()[0] - memory
    tracemalloc.stop()
    first, last = (statistics.median(part) * 1000 for part in (taken[:SHOWN], taken[-SHOWN:]))
    print(  # noqa: T201 - a script
        f"{name:<24} {first:>9.2f} ms {last:>9.2f} ms {hooks() - before:>7}"
        f" {grown / 1024:>9.0f} KiB"
    )


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=1000)
    calls = parser.parse_args().calls
    stand_in = LookerStandIn()
    with Served(stand_in.app, "looker") as served:
        environ = {
            f"{ENV_PREFIX}BASE_URL": served.url,
            f"{ENV_PREFIX}CLIENT_ID": stand_in.client_id,
            f"{ENV_PREFIX}CLIENT_SECRET": stand_in.client_secret,
            f"{ENV_PREFIX}DATAGROUPS": '["finance::visma_load"]',
        }
        print(f"looker-sdk {version('looker-sdk')}, {calls} calls of GET /user")  # noqa: T201
        print(f"{'':<24} {'first':>12} {'last':>12} {'hooks':>7} {'memory':>13}")  # noqa: T201
        with Looker(load_settings(environ)) as ours:
            measure("utility-looker-refresh", lambda: ours.api.me(fields="id"), calls)
        stock = looker_sdk.init40(config_settings=_Stock(served.url, stand_in))
        measure("stock looker-sdk", lambda: stock.me(fields="id"), calls)


if __name__ == "__main__":
    main()
