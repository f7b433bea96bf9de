"""The roles of `warehouse/roles.sql`: each may do its work, and nothing else."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors, sql

from demo.pipeline import PROJECT
from demo.postgres import LOADER, MONITOR, READER, TRANSFORMER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.postgres import Postgres
    from tests.models import Warehouse

# The loads and the build of the fixture are made by these roles, as those of all worlds are.
pytestmark = [pytest.mark.xdist_group("group"), pytest.mark.timeout(900)]

_ROLES = (LOADER, TRANSFORMER, READER, MONITOR)
_SQL = PROJECT / "warehouse" / "roles.sql"
_OWNER = "roles_owner"
_OWNED = {
    "visma": LOADER,
    "finance": TRANSFORMER,
    "finance_build": TRANSFORMER,
    "finance_history": TRANSFORMER,
}


def _do(postgres: Postgres, database: str, role: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(postgres.connect(database, role)) as connection:
        connection.autocommit = True
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def _tables(warehouse: Warehouse, *schemas: str) -> list[str]:
    listed = ", ".join(f"'{schema}'" for schema in schemas)
    found = warehouse.query(
        "select format('%I.%I', nspname, relname) from pg_class "
        f"join pg_namespace on pg_namespace.oid = relnamespace "
        f"where nspname in ({listed}) and relkind in ('r', 'v')"
    )
    return [str(name) for (name,) in found]


def _refused(warehouse: Warehouse, role: str, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(errors.InsufficientPrivilege):
            _do(warehouse.postgres, warehouse.database, role, statement)


def test_what_was_loaded_and_built_belongs_to_who_did_it(built: Warehouse) -> None:
    owners = built.query(
        "select distinct nspname, nspowner::regrole::text, relowner::regrole::text "
        "from pg_class join pg_namespace on pg_namespace.oid = relnamespace "
        "where nspname !~ '^(pg_|information_schema|public)' and relkind in ('r', 'v')"
    )
    assert sorted(owners) == sorted((schema, role, role) for schema, role in _OWNED.items())


def test_no_role_may_do_more_than_log_in(built: Warehouse) -> None:
    mighty = built.query(
        "select rolname from pg_authid where rolname in ('visma_loader', 'visma_transformer', "
        "'looker', 'visma_monitor') and (rolsuper or rolcreaterole or rolcreatedb "
        "or rolreplication or rolbypassrls or not rolcanlogin or rolpassword is not null)"
    )
    assert mighty == []
    for role in _ROLES:
        _refused(built, role, "create schema own", "create table public.own (n int)")


def _may_read(warehouse: Warehouse, role: str) -> list[str]:
    found = warehouse.query(
        "select format('%I.%I', nspname, relname) from pg_class "
        "join pg_namespace on pg_namespace.oid = relnamespace where relkind in ('r', 'v') "
        f"and nspname !~ '^(pg_|information_schema)' and has_schema_privilege('{role}', nspname, "
        f"'usage') and has_table_privilege('{role}', pg_class.oid, 'select')"
    )
    return [str(name) for (name,) in found]


def test_who_watches_reads_what_tells_of_runs_and_no_books(built: Warehouse) -> None:
    copy = built.copy("watched")
    assert _may_read(copy, MONITOR) == [], "before the file is run once more"
    copy.query(_SQL.read_text())
    told = ["finance.rpt_reconciliation", "finance.rpt_sync_status", "visma.sync_runs"]
    assert sorted(_may_read(copy, MONITOR)) == told
    _refused(copy, MONITOR, *(f"delete from {table}" for table in told))


def test_looker_reads_the_marts_and_nothing_else(built: Warehouse) -> None:
    marts = _tables(built, "finance")
    assert len(marts) > 20
    with built.postgres.connect(built.database, READER) as connection:
        for mart in marts:
            connection.execute(f"select * from {mart} limit 1".encode())
    others = _tables(built, "visma", "finance_build", "finance_history")
    assert len(others) > 100
    _refused(built, READER, *(f"select * from {table} limit 1" for table in others[::20]))
    assert sorted(_may_read(built, READER)) == sorted(marts)
    _refused(
        built,
        READER,
        "delete from finance.dim_date",
        "update finance.dim_company set company_name = ''",
        "insert into finance.dim_currency default values",
        "truncate finance.dim_date",
        "create table finance.own (n int)",
        "create view finance.own as select 1 as n",
        "drop table finance.dim_date",
    )


def test_who_builds_reads_what_was_loaded_and_changes_none_of_it(built: Warehouse) -> None:
    ask = "select count(*) > 0 from visma.suppliers"
    assert _do(built.postgres, built.database, TRANSFORMER, ask) == [(True,)]
    _refused(
        built,
        TRANSFORMER,
        "delete from visma.suppliers",
        "update visma.suppliers set name = ''",
        "create table visma.own (n int)",
        "drop table visma.suppliers",
    )


def test_who_loads_sees_nothing_of_the_marts(built: Warehouse) -> None:
    _refused(
        built,
        LOADER,
        *(f"select * from {table} limit 1" for table in _tables(built, "finance")[:3]),
        "create table finance_build.own (n int)",
    )


@pytest.fixture
def owned(postgres: Postgres) -> Iterator[str]:
    """A database whose owner may create roles and is no superuser."""
    database = "roles_of_its_own"
    with closing(postgres.connect("postgres")) as connection:
        connection.autocommit = True
        connection.execute(f"create role {_OWNER} login createrole".encode())
        connection.execute(f"create database {database} owner {_OWNER}".encode())
    yield database
    with closing(postgres.connect("postgres")) as connection:
        connection.autocommit = True
        connection.execute(f"drop database {database} with (force)".encode())
        for role in (*map(_own, _ROLES), _OWNER):
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def _own(role: str) -> str:
    return f"own_{role}"


def _shape(postgres: Postgres, database: str) -> list[tuple[Any, ...]]:
    """Everything that the file may change."""
    with closing(postgres.connect(database)) as connection:
        return connection.execute(
            """
            select 'relation', oid::regclass::text, relowner::regrole::text, relacl::text
            from pg_class where relnamespace::regnamespace::text ~ '^(visma|finance)'
            union all
            select 'schema', nspname, nspowner::regrole::text, nspacl::text from pg_namespace
            union all
            select 'default', defaclnamespace::regnamespace::text, defaclrole::regrole::text,
                defaclacl::text
            from pg_default_acl
            union all
            select 'database', datname, null, datacl::text
            from pg_database where datname = current_database()
            union all
            select 'member', roleid::regrole::text, member::regrole::text, grantor::regrole::text
            from pg_auth_members
            order by 1, 2, 3
            """
        ).fetchall()


def test_an_owner_without_more_rights_sets_it_up_again_and_again(
    postgres: Postgres, owned: str
) -> None:
    """Under other names, on a warehouse that one role alone has loaded and built until now."""
    statements = _SQL.read_text()
    for role in _ROLES:
        statements = statements.replace(role, _own(role))
    loader, transformer, reader, _ = map(_own, _ROLES)
    for statement in (
        "create schema visma",
        "create table visma.suppliers as select 1 as n",
        "create schema finance",
        "create table finance.dim_supplier as select n from visma.suppliers",
        "create schema finance_build",
        "create view finance_build.staged as select n from visma.suppliers",
        "create view finance.report as select n from finance.dim_supplier",
    ):
        _do(postgres, owned, _OWNER, statement)

    _do(postgres, owned, _OWNER, statements)
    after = _shape(postgres, owned)
    _do(postgres, owned, _OWNER, statements)
    assert _shape(postgres, owned) == after

    _do(postgres, owned, loader, "update visma.suppliers set n = 2")
    _do(postgres, owned, loader, "create table visma.customers as select 3 as n")
    assert _do(postgres, owned, transformer, "select n from finance_build.staged") == [(2,)]
    _do(postgres, owned, transformer, "drop view finance_build.staged")
    _do(postgres, owned, transformer, "create table finance.dim_customer as table visma.customers")
    assert _do(postgres, owned, reader, "table finance.dim_customer") == [(3,)]
    assert _do(postgres, owned, reader, "table finance.dim_supplier") == [(1,)]
    assert _do(postgres, owned, _OWNER, "table finance.report") == [(1,)]
    for role, table in ((reader, "visma.customers"), (loader, "finance.dim_customer")):
        with pytest.raises(errors.InsufficientPrivilege):
            _do(postgres, owned, role, f"table {table}")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        _do(postgres, owned, LOADER, "select 1")
