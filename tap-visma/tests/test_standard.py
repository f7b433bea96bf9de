"""The SDK's own tests for taps, against the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from singer_sdk.testing.runners import TapTestRunner

from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from .conftest import Visma

# Names the streams when tests are collected; no call is made with it.
COLLECTED_WITH = {"client_id": "x", "client_secret": "x", "tenant_id": "x"}


# Some columns are empty in all rows of the stand-in; each stream has rows all the same.
@pytest.mark.filterwarnings("ignore:No records were available to test")
class TestStandard(get_tap_test_class(TapVisma, config=COLLECTED_WITH)):  # type: ignore[misc]
    """All streams."""

    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls, _served: Visma) -> TapTestRunner:
        _served.reset()
        runner = TapTestRunner(TapVisma, config=_served.config, suite_config=SuiteConfig())
        runner.sync_all()
        return runner
