"""Command line of the sandbox."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from dataclasses import fields
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from visma_looker_sandbox.books import Books, BooksError
from visma_looker_sandbox.business import play
from visma_looker_sandbox.checks import check_books
from visma_looker_sandbox.group.generate import generate_group
from visma_looker_sandbox.importer import import_saft
from visma_looker_sandbox.looker import AddressError, Explores, LookMLError, Refused, load
from visma_looker_sandbox.preview import PreviewError, preview_app
from visma_looker_sandbox.saft import read_saft
from visma_looker_sandbox.server import LOOPBACK, PortError, Ports, Sandbox, serve_app
from visma_looker_sandbox.settings import CHOICES, Settings
from visma_looker_sandbox.xmltree import SaftError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHIPPED = "nordhella-pumpefabrikk-2025-2026-saft-1.20.xml"
#: Of libpq's variables, those that name a server.
_LIBPQ = ("PGHOST", "PGHOSTADDR", "PGSERVICE")
_DEFAULTS = Settings()
_BOOKS = click.option(
    "--books",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="SQLite file with everything the ERP stand-in serves.",
)
_PORT = click.IntRange(0, 65_535)
_SCALE = click.option(
    "--scale",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="What the number of documents of the group is multiplied with.",
)
_COMPANIES = click.option(
    "--companies",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="How many companies the group has.",
)
_SEED = click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed, other business."
)


# \b keeps the lines of a paragraph as they are.
_EXAMPLES = """\b
Try a pipeline without credentials, and without touching its .env (a database is yours to name):
  visma-looker-sandbox serve --books books.sqlite --env-file sandbox.env
  meltano --environment dev --env-file sandbox.env run tap-visma target-postgres
With the books of a group of three companies, or of one a hundred times as busy:
  visma-looker-sandbox serve --books group.sqlite --group
  visma-looker-sandbox generate --books big.sqlite --scale 100
With your own books, exported from any ERP as SAF-T Financial:
  visma-looker-sandbox serve --books mine.sqlite --saft export.xml
Then let some days of business happen, while it is served or not:
  visma-looker-sandbox change --books books.sqlite --days 3
See the dashboards on a warehouse, yours or that of `make demo KEEP=1`, in the browser:
  visma-looker-sandbox preview --warehouse postgresql://looker@localhost/warehouse
"""
_BY_HAND = """\b
Read an answer by hand:
  set -a; . ./sandbox.env; set +a
  token=$(curl -s $TAP_VISMA_TOKEN_URL -d grant_type=client_credentials \\
    -d client_id=$TAP_VISMA_CLIENT_ID -d client_secret=$TAP_VISMA_CLIENT_SECRET \\
    -d tenant_id=$TAP_VISMA_TENANT_ID | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
  curl -s $TAP_VISMA_API_URL/v1/supplier -H "Authorization: Bearer $token"

\b
See what was called, and let the next page fail:
  curl -s $VISMA_LOOKER_SANDBOX_CONTROL_URL/calls
  curl -s $VISMA_LOOKER_SANDBOX_CONTROL_URL/faults -d '{"kind": "html", "path": "/v1/supplier"}'
"""


class _Failure(click.ClickException):
    """An expected failure: its message, and exit code 1."""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
)
@click.version_option(package_name="visma-looker-sandbox")
def main() -> None:
    """Local stand-ins for Visma Connect, Visma.net ERP and Looker.

    Real HTTP on loopback, data in one SQLite file, faults on demand. Nothing leaves this machine.
    """


@main.command(epilog=_BY_HAND)
@_BOOKS
@click.option(
    "--saft",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="SAF-T Financial file to make the books from, if they do not exist yet."
    "  [default: an invented manufacturer's, shipped with the sandbox]",
)
@click.option(
    "--latency-ms",
    type=click.IntRange(0),
    default=_DEFAULTS.latency_ms,
    show_default=True,
    help="Delay of every answer, in milliseconds.",
)
@click.option(
    "--rate-limit",
    type=click.IntRange(1),
    default=_DEFAULTS.rate_limit,
    show_default=True,
    help="API calls per company, client and window; then 429.",
)
@click.option(
    "--rate-window",
    type=click.IntRange(1),
    default=_DEFAULTS.rate_window,
    show_default=True,
    help="Length of that window in seconds.",
)
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write addresses and credentials here, once all ports accept.",
)
@click.option(
    "--server-zone",
    default=_DEFAULTS.server_zone,
    show_default=True,
    help="Time zone whose wall clock stamps new changes, e.g. Europe/Oslo or UTC.",
)
@click.option(
    "--journal-paging",
    type=click.Choice(CHOICES["journal_paging"]),
    default=_DEFAULTS.journal_paging,
    show_default=True,
    help="What pages of journals count; by lines, a batch may be cut in two.",
)
@click.option(
    "--default-condition",
    type=click.Choice(CHOICES["default_condition"]),
    default=_DEFAULTS.default_condition,
    show_default=True,
    help="How a time filters when no condition is sent.",
)
@click.option(
    "--unexpanded",
    type=click.Choice(CHOICES["unexpanded"]),
    default=_DEFAULTS.unexpanded,
    show_default=True,
    help="How parts look that were not asked for.",
)
@click.option(
    "--order",
    type=click.Choice(CHOICES["order"]),
    default=_DEFAULTS.order,
    show_default=True,
    help="Order of lists.",
)
@click.option(
    "--max-page-size",
    type=click.IntRange(1),
    default=_DEFAULTS.max_page_size,
    show_default=True,
    help="Largest page; larger wishes are lowered without a word.",
)
@click.option(
    "--project-periods",
    type=click.Choice(CHOICES["project_periods"]),
    default=_DEFAULTS.project_periods,
    show_default=True,
    help="Whether project transactions ask for fromPeriod and toPeriod.",
)
@click.option(
    "--token-seconds",
    type=click.IntRange(1),
    default=_DEFAULTS.token_seconds,
    show_default=True,
    help="Lifetime of tokens.",
)
@click.option(
    "--connect-port", type=_PORT, default=0, help="Port of Visma Connect; 0 is a free one."
)
@click.option("--api-port", type=_PORT, default=0, help="Port of Visma.net ERP; 0 is a free one.")
@click.option("--looker-port", type=_PORT, default=0, help="Port of Looker; 0 is a free one.")
@click.option("--control-port", type=_PORT, default=0, help="Port of the control; 0 is a free one.")
@click.option(
    "--group",
    is_flag=True,
    help="Make the books of an invented group of companies, if they do not exist yet.",
)
@click.option(
    "--lookml",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Directory of a LookML project: its dashboards and queries are answered from --warehouse.",
)
@click.option(
    "--warehouse",
    help="Address of the Postgres that --lookml is on (postgresql://...), without a password: that"
    " is read from PGPASSWORD, or libpq's password file. Nothing is written to it.",
)
@_COMPANIES
@_SCALE
@_SEED
def serve(
    books: Path,
    saft: Path | None,
    env_file: Path | None,
    lookml: Path | None,
    warehouse: str | None,
    *,
    group: bool,
    companies: int,
    scale: int,
    seed: int,
    **options: int | str,
) -> None:
    """Serve the stand-ins until Ctrl-C or SIGTERM.

    Once all ports accept, addresses and credentials are printed as lines of a .env file. The
    secrets are new at every start. Messages go to stderr. A database is not served.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    names = {field.name for field in fields(Settings)}
    settings = Settings()
    ports = Ports(**{n.removesuffix("_port"): int(v) for n, v in options.items() if "_port" in n})
    if saft is not None and group:
        raise _Failure(
            "--saft and --group exclude each other: books are made from one of them. "
            "Nothing was made."
        )
    if (lookml is None) != (warehouse is None):
        raise _Failure("--lookml and --warehouse belong together: name both, or none.")
    try:
        explores = Explores(load(lookml), warehouse) if lookml and warehouse else None
        settings.update({name: value for name, value in options.items() if name in names})
        _make_books(books, saft, group=group, companies=companies, scale=scale, seed=seed)
        Sandbox(books, settings, ports, explores).run(env_file)
    except (BooksError, SaftError, PortError, LookMLError, ValueError, OSError) as error:
        raise _Failure(str(error)) from error


@main.command()
@click.option(
    "--warehouse",
    default="",
    help="Address of the Postgres that dbt built (postgresql://..., or postgresql+psycopg://... as"
    " the loader's setting has it), without a password: that is read from PGPASSWORD, or libpq's"
    " password file.  [default: what PGHOST, PGDATABASE, PGUSER and libpq's other variables say]",
)
@click.option(
    "--lookml",
    type=click.Path(path_type=Path),
    default=Path("lookml"),
    show_default=True,
    help="Directory of the LookML project.",
)
@click.option("--port", type=_PORT, default=0, help="Port to listen on; 0 is a free one.")
@click.option(
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="Address to listen on. There is no login: whoever reaches it sees every figure.",
)
def preview(warehouse: str, lookml: Path, port: int, host: str) -> None:
    """Show the dashboards of a LookML project in the browser, until Ctrl-C or SIGTERM.

    For looking at your own figures before there is a Looker: layout, filters, charts and drilling
    as the dashboards say, read from the warehouse that dbt built. Nothing is written to it. The
    address is printed once pages are served.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    alone = host in (LOOPBACK, "localhost", "::1")
    if not any(lookml.glob("*.model.lkml")):
        raise _Failure(
            f"There is no LookML project in {lookml.absolute()} (no *.model.lkml), so there are no "
            "dashboards and nothing is served. Name its directory: --lookml path/to/lookml."
        )
    try:
        explores = Explores(load(lookml), warehouse)
        if writer := explores.writer():
            click.echo(
                f"The role {writer} may write to this warehouse. Every transaction of the preview "
                "is read-only, but a role that only reads is safer.",
                err=True,
            )
        if not explores.is_built():
            raise _Failure(
                "The warehouse answers, but has none of the tables that the dashboards read, so "
                "nothing is served. Build the models (`meltano run dbt-postgres:build`), or name "
                "the database that has them with --warehouse."
            )
        if not alone:
            click.echo(
                f"Listening on {host}: there is no login, so whoever reaches this address sees "
                "every figure.",
                err=True,
            )
        hosts = [LOOPBACK, "localhost", "[::1]"] if alone else ["*"]
        serve_app(preview_app(explores, lookml, hosts), host, port)
    except Refused as error:
        named = warehouse or any(name in os.environ for name in _LIBPQ)
        advice = (
            "Look at --warehouse and PGPASSWORD, and whether the role may read the marts."
            if named
            else "Neither --warehouse nor PGHOST names one: add "
            "--warehouse postgresql://role@host:5432/database."
        )
        raise _Failure(f"{str(error).rstrip('.')}. Nothing is served. {advice}") from error
    except (AddressError, PreviewError, LookMLError, PortError, OSError) as error:
        raise _Failure(str(error)) from error


def _make_books(
    books: Path, saft: Path | None, *, group: bool, companies: int, scale: int, seed: int
) -> None:
    """Import a SAF-T file or generate the group, unless the books are there."""
    if books.exists():
        if saft is not None or group:
            ignored = f"{saft} is not read" if saft else "no group is made"
            click.echo(f"{books} exists and is served as it is; {ignored}.", err=True)
        return
    if group:
        _generate(books, companies, scale, seed)
        return
    with as_file(files("visma_looker_sandbox") / "data" / _SHIPPED) as shipped:
        file = read_saft(saft or shipped)
    with _new_books(books) as new:
        notes = import_saft(new, file)
    click.echo(f"Books of {file.company} were made from {(saft or Path(_SHIPPED)).name}.", err=True)
    for note in notes:
        click.echo(f"  {note}", err=True)


def _generate(books: Path, companies: int, scale: int, seed: int) -> None:
    with _new_books(books) as new:
        generate_group(new, companies=companies, scale=scale, seed=seed)
        names = ", ".join(name for _, name, _ in new.companies())
    click.echo(f"Books of {names} were made at scale {scale} with seed {seed}.", err=True)


@contextmanager
def _new_books(path: Path) -> Iterator[Books]:
    """Books to be filled; half of them are never left behind."""
    partial = path.with_name(f".{path.name}.importing")
    partial.unlink(missing_ok=True)
    try:
        new = Books(partial)
        try:
            yield new
            # All of it in one file, so that it can be moved.
            new.db.execute("PRAGMA journal_mode = DELETE")
        finally:
            new.close()
        partial.rename(path)
    finally:
        for end in ("", "-wal", "-shm"):
            path.with_name(partial.name + end).unlink(missing_ok=True)


@main.command()
@_BOOKS
@_COMPANIES
@_SCALE
@_SEED
def generate(books: Path, companies: int, scale: int, seed: int) -> None:
    """Make the books of an invented group of manufacturers, without serving them.

    Two financial years of purchases, sales, payments, journals, budgets, projects and assets, in
    double entry, in three currencies. The same scale and seed give the same books.
    """
    if books.exists():
        raise _Failure(f"{books} exists and was left as it is. Name a file that does not exist.")
    try:
        _generate(books, companies, scale, seed)
    except (BooksError, OSError) as error:
        raise _Failure(str(error)) from error


@main.command()
@_BOOKS
def check(books: Path) -> None:
    """Prove that books obey double entry, and that everything in them agrees.

    Batches balance, the ledger's transactions and balances follow from them, open documents are
    what the control accounts say, payments, orders, budgets, rates, assets and projects add up.
    Prints a table; what differs is named, and the exit code is then 1.
    """
    if not books.exists():
        raise _Failure(f"There are no books at {books}. Run `visma-looker-sandbox serve` first.")
    try:
        opened = Books(books)
        try:
            results = check_books(opened)
        finally:
            opened.close()
    except BooksError as error:
        raise _Failure(str(error)) from error
    width = max((len(result.what) for result in results), default=0)
    name = max((len(result.company) for result in results), default=0)
    for result in results:
        verdict = f"{result.failed} differ" if result.failed else "ok"
        click.echo(
            f"{result.company:<{name}}  {result.what:<{width}}  {result.compared:>8}  {verdict}"
        )
    bad = [result for result in results if result.failed]
    for result in bad:
        for difference in result.differences:
            click.echo(f"{result.company}: {result.what}: {difference}", err=True)
    if bad:
        raise _Failure(
            f"{len(bad)} of {len(results)} identities do not hold in {books}: its figures cannot "
            "be trusted. If it was generated and only `change` wrote into it, report this; else "
            "make the books anew."
        )


@main.command()
@_BOOKS
@click.option("--days", type=click.IntRange(1), default=1, show_default=True, help="Days to play.")
@_SEED
@click.option(
    "--payments-touch",
    type=bool,
    default=True,
    show_default=True,
    help="Whether a payment stamps the document that it is taken off as changed.",
)
def change(books: Path, days: int, seed: int, payments_touch: bool) -> None:
    """Let days of business happen in the books, also while they are served.

    Suppliers send invoices, drafts are entered, released or deleted, documents are paid, master
    data change. Every posting keeps debit equal to credit. The same books and seed give the same
    business; only the stamps tell the time of the call.
    """
    if not books.exists():
        raise _Failure(f"There are no books at {books}. Run `visma-looker-sandbox serve` first.")
    try:
        opened = Books(books)
        try:
            done = play(opened, days=days, seed=seed, payments_touch=payments_touch)
        finally:
            opened.close()
    except BooksError as error:
        raise _Failure(str(error)) from error
    width = max(len(what) for what in done)
    for what, count in done.items():
        click.echo(f"{what:<{width}}  {count:>4}")
