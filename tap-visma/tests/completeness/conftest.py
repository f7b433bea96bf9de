from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from .world import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("deep", max_examples=1000)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("moving")) as served:
        yield served
