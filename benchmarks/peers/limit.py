"""As fast as it goes without Singer: `limit.py STREAM WHAT`; no state, no audit, no checks.

WHAT is `fetch` (the bodies are thrown away: what the stand-in itself can serve) or `load`: rows
are split, their columns go by COPY into a temporary table, each nested part as `jsonb`, and from
there into the table by an upsert on the key.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import psycopg
import requests
from psycopg import sql
from streams import PAGED, STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 4
Row = dict[str, msgspec.Raw]
split = msgspec.json.Decoder(list[Row]).decode


def pages(stream: str) -> Iterator[bytes]:
    """The bodies of all pages."""
    path, _, expand = STREAMS[stream]
    size = int(os.environ["PAGE_SIZE"])
    session = requests.Session()
    token = session.post(
        os.environ["TOKEN_URL"],
        {
            "grant_type": "client_credentials",
            "client_id": os.environ["CLIENT_ID"],
            "client_secret": os.environ["CLIENT_SECRET"],
            "scope": "vismanet_erp_service_api:read",
            "tenant_id": os.environ["TENANT_ID"],
        },
        timeout=60,
    ).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"

    def page(number: int) -> bytes:
        params: dict[str, str | int] = dict.fromkeys(expand, "true")
        if stream in PAGED:
            params |= {"pageNumber": number, "pageSize": size}
        answer = session.get(os.environ["API_URL"] + path, params=params, timeout=60)
        answer.raise_for_status()
        return answer.content

    first = page(1)
    yield first
    if stream not in PAGED:
        return
    total = msgspec.json.decode(split(first)[0]["metadata"])["totalCount"]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from threads.map(page, range(2, -(-total // size) + 1))


def load(stream: str) -> None:
    """Into Postgres, page by page, in one transaction."""
    _, keys, _ = STREAMS[stream]
    table = sql.Identifier(f"limit_{stream}")
    names: list[str] = []
    copy = insert = sql.Composed([])
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for body in pages(stream):
            rows = split(body)
            if not names:
                names = list(rows[0])
                columns = sql.SQL(", ").join(map(sql.Identifier, names))
                key = sql.SQL(", ").join(map(sql.Identifier, keys))
                typed = sql.SQL(", ").join(
                    sql.SQL("{} {}").format(
                        sql.Identifier(name), sql.SQL("text" if name in keys else "jsonb")
                    )
                    for name in names
                )
                connection.execute(
                    sql.SQL("create table if not exists {} ({}, primary key ({}))").format(
                        table, typed, key
                    )
                )
                connection.execute(
                    sql.SQL("create temp table page ({}) on commit drop").format(typed)
                )
                copy = sql.SQL("copy page ({}) from stdin").format(columns)
                insert = sql.SQL(
                    "insert into {} select * from page on conflict ({}) do update set {}"
                ).format(
                    table,
                    key,
                    sql.SQL(", ").join(
                        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names
                    ),
                )
            with connection.cursor().copy(copy) as out:
                for row in rows:
                    out.write_row([bytes(row[name]).decode() for name in names])
            connection.execute(insert)
            connection.execute("truncate page")


if __name__ == "__main__":
    if sys.argv[2] == "fetch":
        for _ in pages(sys.argv[1]):
            pass
    else:
        load(sys.argv[1])
