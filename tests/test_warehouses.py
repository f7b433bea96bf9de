"""Other warehouses: their files, and DuckDB from end to end."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import yaml

from demo import processes
from demo.pipeline import PROJECT, Meltano
from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from tap_visma.stream import VismaStream

# One worker installs the loader of DuckDB.
pytestmark = pytest.mark.xdist_group("duckdb")

_FILES = sorted((PROJECT / "warehouse").glob("*.meltano.yml"))
_BIN = Path(sys.executable).parent


def _loader(path: Path) -> dict[str, Any]:
    ((loader,),) = yaml.safe_load(path.read_text())["plugins"].values()
    return dict(loader)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_a_file_declares_an_environment_and_a_loader_in_full(path: Path) -> None:
    check = (_BIN / "check-jsonschema", "--builtin-schema", "vendor.meltano", path)
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (own,) = yaml.safe_load(path.read_text())["environments"]
    loader = _loader(path)
    assert loader["name"] == f"target-{own['name']}"
    assert loader["namespace"]
    assert re.search(r"==\d+\.\d+|-c constraints\.txt$", loader["pip_url"])
    declared = {setting["name"]: setting for setting in loader["settings"]}
    assert set(loader["config"]) <= set(declared)
    assert {name for group in loader["settings_group_validation"] for name in group} <= set(
        declared
    )
    secret = {"password", "private_key", "private_key_passphrase", "credentials_json"}
    assert {name for name, one in declared.items() if one.get("sensitive")} == secret & set(
        declared
    )


def _meltano(home: Path, *arguments: str) -> None:
    """Run Meltano as a user does who has taken all files in."""
    for name in ("meltano.yml", "constraints.txt", "logging.yaml"):
        text = (PROJECT / name).read_text()
        (home / name).write_text(text.replace("# - warehouse/", "- warehouse/"))
    shutil.copytree(PROJECT / "warehouse", home / "warehouse", dirs_exist_ok=True)
    own = processes.environment(XDG_STATE_HOME=str(home / "logs"), NO_COLOR="1")
    command = [str(_BIN / "meltano"), *arguments]
    done = subprocess.run(command, cwd=home, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_meltano_takes_the_environment_in(path: Path, tmp_path: Path) -> None:
    (own,) = yaml.safe_load(path.read_text())["environments"]
    _meltano(tmp_path, "--environment", own["name"], "compile", "--directory", "compiled")
    (manifest,) = (tmp_path / "compiled").glob("*.json")
    loaders = json.loads(manifest.read_text())["plugins"]["loaders"]
    (told,) = (one["env"] for one in loaders if one["name"] == _loader(path)["name"])
    for name, value in _loader(path)["config"].items():
        setting = f"{_loader(path)['name'].upper().replace('-', '_')}_{name.upper()}"
        assert told[setting] == (str(value).lower() if isinstance(value, bool) else str(value))


def _program(name: str, project: Path = PROJECT) -> Path:
    return project / ".meltano" / "loaders" / name / "venv" / "bin" / name


_HEAVY = ("target-bigquery", "target-snowflake")


@pytest.mark.parametrize(
    "name",
    ["target-duckdb", *(pytest.param(name, marks=pytest.mark.warehouses) for name in _HEAVY)],
)
def test_the_loader_knows_the_settings(tmp_path: Path, name: str) -> None:
    """It is installed as a user does it; some bring sixty packages."""
    _meltano(tmp_path, "install", name)
    ask = (_program(name, tmp_path), "--about", "--format=json")
    about = subprocess.run(ask, check=True, capture_output=True)
    known = json.loads(about.stdout)["settings"]["properties"]
    (path,) = (path for path in _FILES if _loader(path)["name"] == name)
    for setting in _loader(path)["settings"]:
        schema = known[setting["name"]]
        # One package has a `"null"` among the schemas of `anyOf`.
        either = [kind for kind in schema.get("anyOf", ()) if isinstance(kind, dict)]
        types = schema.get("type") or [kind["type"] for kind in either]
        kinds = {"options": "string"}
        assert kinds.get(setting["kind"], setting["kind"]) in types, setting["name"]
        if setting["kind"] == "options" and "enum" in schema:
            assert {option["value"] for option in setting["options"]} <= set(schema["enum"])


def _write_to_duckdb(
    home: Path, amount: str, kind: str = "number"
) -> subprocess.CompletedProcess[str]:
    """Load one row with an amount."""
    # The file has the name of the schema, which DuckDB may take one for the other.
    config = {"path": str(home / "visma.duckdb"), "default_target_schema": "visma"}
    (home / "config.json").write_text(json.dumps(config))
    schema = {"properties": {"id": {"type": "string"}, "amount": {"type": kind}}}
    named = {"stream": "invoices", "key_properties": ["id"]}
    messages = [
        json.dumps({"type": "SCHEMA", "schema": schema, **named}),
        f'{{"type": "RECORD", "stream": "invoices", "record": {{"id": "1", "amount": {amount}}}}}',
        json.dumps({"type": "STATE", "value": {"told": amount}}),
    ]
    return subprocess.run(
        [_program("target-duckdb"), "--config", home / "config.json"],
        input="\n".join(messages),
        capture_output=True,
        text=True,
        check=False,
    )


def test_duckdb_refuses_what_it_would_round_or_change(tmp_path: Path) -> None:
    installed = Meltano(tmp_path, {}).install("target-duckdb")
    assert installed.code == 0, installed.output
    written = _write_to_duckdb(tmp_path, "0.1234567890123456789")
    assert written.returncode == 0, written.stderr
    assert "told" in written.stdout
    for amount, kind, sentence in (
        ("0.12345678901234567891", "number", "has more than 19 decimals, and would be rounded"),
        ("12345678901234567890", "number", "Could not convert string"),
        ('"one"', "string", "Drop the table, and load the stream from its beginning."),
    ):
        refused = _write_to_duckdb(tmp_path, amount, kind)
        assert refused.returncode != 0
        assert sentence in refused.stderr
        assert "told" not in refused.stdout, "no state speaks of what is not written"
    with closing(duckdb.connect(str(tmp_path / "visma.duckdb"))) as warehouse:
        kept = warehouse.execute("select id, amount from visma.visma.invoices").fetchall()
    assert kept == [("1", Decimal("0.1234567890123456789"))]


#: What gets lost on many ways: signs of other formats, nothing at all, and digits.
_ODD = '  «a», "b"; c\td\\e\r\n\nNULL \'x\' ,"" \\N æøå €  '
_AMOUNTS = {
    "amount": "99999999999999.99",
    "balance": "-1234567890123456.789",
    "vatAmount": "9007199254740993",
    "detailTotal": "123456789012345678.9",
    "roundingDiff": "0.1000000000000000001",
}
_LINE = "12345678901234567.8900"


def _write(books: Path) -> str:
    """Write odd values into the invoice that was changed last, and return its number."""
    with closing(sqlite3.connect(books)) as store, store:
        ((key, number),) = store.execute(
            "select key, body ->> '$.referenceNumber' from records "
            "where resource = '/v1/supplierInvoice' order by last_modified desc limit 1"
        ).fetchall()
        for path, value in {
            "$.description": json.dumps(_ODD),
            "$.note": '""',
            "$.invoiceLines[0].cost": _LINE,
            "$.invoiceLines[0].transactionDescription": json.dumps(_ODD),
            **{f"$.{name}": amount for name, amount in _AMOUNTS.items()},
        }.items():
            store.execute(
                "update records set body = json_set(body, ?, json(?)) "
                "where resource = '/v1/supplierInvoice' and key = ?",
                (path, value, key),
            )
    return str(number)


Books = dict[str, list[dict[str, Any]]]


def _books(home: Path) -> Books:
    """Records of the books by resource, with the name of their company."""
    with closing(sqlite3.connect(home / "books.sqlite")) as store:
        rows = store.execute("select tenant_id, resource, body from records").fetchall()
    found: Books = {}
    for tenant, resource, body in rows:
        record = json.loads(body, parse_float=Decimal)
        found.setdefault(resource, []).append(record | {"company_id": tenant})
    return found


def _keys(stream: type[VismaStream]) -> tuple[str, ...]:
    return tuple(vars(stream)["primary_keys"])


def _comparable(books: Books) -> list[type[VismaStream]]:
    """Streams whose rows are a list's records as they are, told apart by fields of their own."""
    return [
        stream
        for stream in TapVisma.stream_types
        if stream.selected_by_default
        and stream.path in books
        and all(isinstance(books[stream.path][0].get(key), (str, int)) for key in _keys(stream))
    ]


def _assert_equal(
    warehouse: duckdb.DuckDBPyConnection,
    stream: type[VismaStream],
    records: list[dict[str, Any]],
    *,
    except_for: str,
) -> int:
    """Compare each field of each record, and return how many records there are."""
    table = vars(stream)["name"]
    result = warehouse.execute(f"select * from visma.{table}")
    columns = [column[0] for column in result.description]
    rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    loaded = {tuple(str(row[key]) for key in _keys(stream)): row for row in rows}
    assert len(loaded) == len(rows), table
    for record in records:
        row = loaded[tuple(str(record[key]) for key in _keys(stream))]
        if record.get("referenceNumber") == except_for:
            continue
        for name, value in record.items():
            if name in row:
                assert _same(value, row[name]), (table, name, value, row[name])
    return len(records)


def _same(value: Any, stored: Any) -> bool:
    if isinstance(stored, dt.datetime):
        return dt.datetime.fromisoformat(str(value)) == stored
    if isinstance(value, (dict, list)):
        return bool(json.loads(stored, parse_float=Decimal) == value)
    return bool(value == stored)


def _assert_counts(warehouse: duckdb.DuckDBPyConnection, books: Books) -> None:
    """Nothing is there twice where a part of the key is made of others, or empty."""
    for table, resource in {
        "general_ledger_balances": "/v2/generalLedgerBalance",
        "general_ledger_transactions": "/v1/GeneralLedgerTransactions",
        "supplier_balances": "/v1/supplier/balance",
    }.items():
        counted = warehouse.execute(f"select count(*) from visma.{table}").fetchone()
        assert counted == (len(books[resource]),), table
    runs = "select count(distinct run_id), min(partition), bool_and(outcome = 'success') "
    told = warehouse.execute(f"{runs} from visma.sync_runs").fetchone()
    assert told == (3, "", True)


def _assert_odd_values(warehouse: duckdb.DuckDBPyConnection, number: str) -> None:
    """Texts and digits arrive as they are, also inside of lines."""
    row = warehouse.execute(
        f"select description, note, {', '.join(_AMOUNTS)}, invoiceLines "
        "from visma.supplier_invoices where referenceNumber = ? and description = ?",
        [number, _ODD],
    ).fetchone()
    assert row, "the text is another one"
    _, note, *amounts, lines = row
    assert note == ""
    assert amounts == [Decimal(amount) for amount in _AMOUNTS.values()]
    assert f'"cost":{_LINE},' in lines
    assert json.loads(lines)[0]["transactionDescription"] == _ODD


@pytest.mark.timeout(900)
def test_duckdb_holds_the_books(plugins: None, open_directory: Path) -> None:
    """As `make demo WAREHOUSE=duckdb KEEP=1` runs it, and one more load."""
    output = open_directory / "demo"
    command: list[str | Path] = [sys.executable, "-m", "demo", "--output", output]
    command += ["--warehouse", "duckdb", "--keep"]
    printed, number = "", ""
    with processes.running(command, cwd=PROJECT, env=os.environ) as process:
        for line in processes.lines(process):
            printed += f"{line}\n"
            if line.startswith("Another load: "):
                load = shlex.split(line.removeprefix("Another load: "))
            if line.startswith("Everything keeps running"):
                number = _write(output / "sandbox" / "books.sqlite")
                again = subprocess.run(
                    load, cwd=PROJECT, env=processes.environment(), capture_output=True, check=False
                )
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0, printed
    assert again.returncode == 0, again.stdout.decode() + again.stderr.decode()
    assert "as in the books" in printed
    _, newest = printed.split("The newest supplier invoices")
    dates = re.findall(r"\d{4}-\d\d-\d\d", newest.partition("Raw tables")[0])
    assert len(dates) == 5
    assert dates == sorted(dates, reverse=True), newest
    summary = json.loads((output / "summary.json").read_text())
    assert summary["ok"] is True
    for run in summary["runs"]:
        for stream, counts in run["streams"].items():
            assert counts["read"] == counts["written"], stream
    assert summary["runs"][1]["streams"]["supplier_payments"]["new"] > 0
    file = output / "warehouse.duckdb"
    books = _books(output / "sandbox")
    with closing(duckdb.connect(str(file), read_only=True)) as warehouse:
        compared = 0
        for stream in _comparable(books):
            compared += _assert_equal(warehouse, stream, books[stream.path], except_for=number)
        assert compared > 1000  # rows
        _assert_counts(warehouse, books)
        _assert_odd_values(warehouse, number)
