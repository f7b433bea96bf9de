"""One world per test: stand-ins, a database and Meltano's state of its own, in real processes."""

from __future__ import annotations

import json
import tempfile
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from demo.pipeline import LOAD, PROJECT, REFRESH, Meltano, Result
from demo.postgres import Postgres
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

pytest.register_assert_rewrite("tests.books", "tests.dbt", "tests.leaks")

SHARED = PROJECT.parent / "shared"


@dataclass
class World:
    """A company that uses the product.

    Attributes:
        home: Directory that holds every file of it.
        sandbox: Visma and Looker.
        postgres: The server of its warehouse.
        database: The warehouse.
        meltano: The pipeline.
        settings: What the company wrote into `.env`.
    """

    home: Path
    sandbox: Sandbox
    postgres: Postgres
    database: str
    meltano: Meltano
    settings: dict[str, str]

    def run(self, *blocks: str, **changed: str) -> Result:
        """Run blocks, the chain without models when none is named, with some settings changed."""
        self.meltano.configure(self.settings | changed)
        return self.meltano("run", *(blocks or (*LOAD, *REFRESH)))

    def succeed(self, *blocks: str, **changed: str) -> Result:
        """Run as `run`, and fail the test with the log unless it succeeded."""
        result = self.run(*blocks, **changed)
        assert result.code == 0, result.output
        return result

    def query(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        with self.postgres.connect(self.database) as connection:
            # The statements are the tests' own.
            cursor = connection.execute(statement.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def companies(self) -> dict[str, str]:
        """Return the short names of a group's companies by tenant id."""
        group = json.loads(self.settings.get("TAP_VISMA_COMPANIES", "[]"))
        return {company["tenant_id"]: company["company_id"] for company in group}

    def secrets(self) -> set[str]:
        """Return what must not be found anywhere."""
        return {value for name, value in self.settings.items() if name.endswith("_SECRET")}


def _children() -> dict[int, str]:
    return {child.pid: str(child) for child in psutil.Process().children(recursive=True)}


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_running() -> Iterator[None]:
    """No test may leave a process behind."""
    before = _children()
    yield
    assert _children().keys() - before.keys() == set(), _children()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for all tests of this worker."""
    with _open_directory() as directory, Postgres(directory / "postgres") as server:
        yield server


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that a server may live in."""
    with _open_directory() as directory:
        yield directory


@contextmanager
def _open_directory() -> Iterator[Path]:
    # pytest closes its own directories to other users; for root, the server runs as one.
    with tempfile.TemporaryDirectory(prefix="visma-looker-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The plugins as Meltano installs them, one installation for all tests."""
    result = Meltano(tmp_path_factory.mktemp("install"), {}).install()
    assert result.code == 0, result.output


@pytest.fixture
def make_world(postgres: Postgres, plugins: None, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Return a function that makes a world; its arguments are those of `serve`."""
    with ExitStack() as running:

        def make(*arguments: str | Path) -> World:
            database = f"world_{uuid.uuid4().hex}"
            home = tmp_path / database
            postgres.create_database(database)
            sandbox = running.enter_context(Sandbox(home / "sandbox", *arguments))
            settings = sandbox.settings | postgres.settings(database)
            meltano = Meltano(home / "meltano", settings)
            return World(home, sandbox, postgres, database, meltano, settings)

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A company with the stand-ins' own books."""
    return make_world()


@pytest.fixture(scope="session")
def audit_file() -> Path:
    """A public SAF-T file that is not part of the project."""
    files = sorted((SHARED / "data" / "saft").glob("*.xml"))
    if not files:
        pytest.skip(f"there is no SAF-T file in {SHARED / 'data' / 'saft'}")
    return files[0]
