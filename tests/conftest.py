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

import visma_looker_sandbox
from demo.pipeline import LOAD, PROJECT, REFRESH, Meltano, Result
from demo.postgres import Postgres
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.figures import Company
    from tests.models import Warehouse
    from tests.packages import Built

pytest.register_assert_rewrite(
    "tests.books", "tests.dbt", "tests.leaks", "tests.models", "tests.packages"
)
# Only now, or what they assert would not be explained.
from tests.models import build, copy_books, copy_database  # noqa: E402
from tests.packages import build as build_packages  # noqa: E402

SHARED = PROJECT.parent / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest goes first: at the end, no worker waits for another's long test."""
    if hasattr(config, "workerinput"):  # of pytest-xdist, which keeps this order
        items.sort(key=_seconds_allowed, reverse=True)


def _seconds_allowed(item: pytest.Item) -> tuple[bool, float]:
    limit = item.get_closest_marker("timeout")
    return item.path.parent == Path(__file__).parent, limit.args[0] if limit else 0


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


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The packages as they are published, built once for all tests of the group `packages`."""
    return build_packages(tmp_path_factory.mktemp("dist"))


@contextmanager
def _worlds(postgres: Postgres, directory: Path) -> Iterator[Callable[..., World]]:
    with ExitStack() as running:

        def make(*arguments: str | Path) -> World:
            database = f"world_{uuid.uuid4().hex}"
            home = directory / database
            postgres.create_warehouse(database)
            sandbox = running.enter_context(Sandbox(home / "sandbox", *arguments))
            settings = sandbox.settings | postgres.role_settings(database)
            meltano = Meltano(home / "meltano", settings)
            return World(home, sandbox, postgres, database, meltano, settings)

        yield make


@pytest.fixture
def make_world(postgres: Postgres, plugins: None, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Return a function that makes a world; its arguments are those of `serve`."""
    with _worlds(postgres, tmp_path) as make:
        yield make


@dataclass
class Group:
    """The group after its first load, once for all tests of the xdist group `group`.

    Attributes:
        world: Where its business may go on.
        loaded: Database that stays as it was after that load.
        companies: The books as they were then.
    """

    world: World
    loaded: str
    companies: list[Company]


@pytest.fixture(scope="session")
def group(
    postgres: Postgres, plugins: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Group]:
    """The group, loaded with all streams."""
    directory = tmp_path_factory.mktemp("group")
    with _worlds(postgres, directory) as make:
        world = make("--group")
        world.succeed(*LOAD)
        loaded = f"{world.database}_loaded"
        copy_database(postgres, world.database, loaded)
        yield Group(world, loaded, copy_books(world, directory / "loaded.sqlite"))


@pytest.fixture(scope="session")
def built(group: Group, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The marts of the group and of audit files: the stand-ins' own, and a public one if any."""
    files = [*Path(visma_looker_sandbox.__path__[0], "data").glob("*.xml"), *_audit_files()]
    directory = tmp_path_factory.mktemp("audit_files")
    with _worlds(group.world.postgres, directory) as make:
        others = {path: make("--saft", path) for path in files}
        yield build(group.world, group.loaded, group.companies, others)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A company with the stand-ins' own books."""
    return make_world()


def _audit_files() -> list[Path]:
    return sorted((SHARED / "data" / "saft").glob("*.xml"))


@pytest.fixture(scope="session")
def audit_file() -> Path:
    """A public SAF-T file that is not part of the project."""
    files = _audit_files()
    if not files:
        pytest.skip(f"there is no SAF-T file in {SHARED / 'data' / 'saft'}")
    return files[0]
