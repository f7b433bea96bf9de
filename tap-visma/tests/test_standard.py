"""The SDK's own tests for taps, against the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from singer_sdk.testing.runners import TapTestRunner

from tap_visma.tap import TapVisma

from .conftest import catalog

if TYPE_CHECKING:
    from .conftest import Visma

ALL = catalog({*TapVisma(config={}, validate_config=False).streams})
# Names the streams when tests are collected; no call is made with it.
COLLECTED_WITH = {"client_id": "x", "client_secret": "x", "tenant_id": "x"}


# Some columns are empty in all rows of the stand-in; each stream has rows all the same.
@pytest.mark.filterwarnings("ignore:No records were available to test")
# Some fields are never sent unless asked for in a way that the tap does not ask.
@pytest.mark.filterwarnings("ignore:Fields in transformed catalog but not in records")
class TestStandard(get_tap_test_class(TapVisma, config=COLLECTED_WITH, catalog=ALL)):  # type: ignore[misc]
    """All streams."""

    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls, _served: Visma) -> TapTestRunner:
        _served.reset()
        runner = TapTestRunner(
            TapVisma, config=_served.config, suite_config=SuiteConfig(), catalog=ALL
        )
        runner.sync_all()
        return runner
