"""Peak memory of the tap: 20,000 supplier invoices against 200,000, and companies at once.

    uv run --no-sync python benchmarks/memory.py [--rows 20000 200000] [--runs 3]

A server of its own makes pages of 1,000 invoices of about 7 KB as they are asked for, each with
a number of its own, so that a list of any length is served from the memory of one invoice. The
tap is the command line as users run it; its messages go to the null device. Peak is the largest
resident set that the system noted for the process (which counts from the size of its parent on,
so the pages are made in a third process). Writes `benchmarks/memory.md`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE_ROWS = 1000
STREAM = "supplier_invoices"
REPORT = Path(__file__).with_suffix(".md")
TAP = Path(sys.executable).with_name("tap-visma")

_LINE = {
    "accountAmount": 0,
    "account": {"type": "Expense", "externalCode1": "4300", "number": "4300", "description": ""},
    "subaccount": {
        "subaccountNumber": "1-100-20",
        "subaccountId": 4711,
        "description": "Factory, machining, common",
        "segments": [
            {"segmentId": 1, "segmentDescription": "Department", "segmentValue": "100"},
            {"segmentId": 2, "segmentDescription": "Project", "segmentValue": "20"},
        ],
    },
    "branchNumber": {"number": "1", "name": "Head office"},
    "inventoryNumber": "PUMP-2000",
    "transactionDescription": "Impeller, stainless, 120 mm, with seal and mounting kit",
    "quantity": "12.0000",
    "uom": "PCS",
    "unitCost": "1234.560000",
    "cost": "14814.7200",
    "costInCurrency": "14814.7200",
    "manualAmount": "0.0000",
    "vatCode": {"number": "1", "description": "Purchases, 25 percent"},
    "poNumber": "PO004711",
    "poLineNr": 1,
    "lineType": "GoodsForInventory",
    "note": "Delivered in two parts, the second one on the following Tuesday.",
}


def _invoice() -> str:
    """One invoice; `@NUMBER@` and `@TIME@` stand for what differs."""
    properties = TapVisma(config={}, validate_config=False).streams[STREAM].schema["properties"]
    record: dict[str, Any] = {}
    for name, column in properties.items():
        kinds = [column["type"]] if isinstance(column["type"], str) else column["type"]
        if column.get("format") == "date-time":
            record[name] = "2026-03-31T00:00:00"
        elif "number" in kinds:
            record[name] = 12345.67
        elif "integer" in kinds:
            record[name] = 1
        elif "boolean" in kinds:
            record[name] = False
        elif "string" in kinds:
            record[name] = "Open"
        elif "object" in kinds:
            record[name] = {"number": "50001", "name": "Supplier of castings"}
        else:
            record[name] = []
    del record["company_id"]
    record["invoiceLines"] = [{"lineNumber": number, **_LINE} for number in range(1, 6)]
    record["referenceNumber"], record["lastModifiedDateTime"] = "@NUMBER@", "@TIME@"
    record["metadata"] = {"totalCount": 987654321, "maxPageSize": PAGE_ROWS}
    return json.dumps(record)


class _Visma(BaseHTTPRequestHandler):
    """Tokens for everybody, and one endless list."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    rows = 0
    latency = 0.0
    template = ""

    def do_POST(self) -> None:
        """Gives a token."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(b'{"access_token":"a","expires_in":3600,"token_type":"Bearer"}')

    def do_GET(self) -> None:
        """Gives a page."""
        time.sleep(self.latency)
        asked = parse_qs(urlsplit(self.path).query)
        begin = (int(asked["pageNumber"][0]) - 1) * PAGE_ROWS
        numbers = range(begin, min(begin + PAGE_ROWS, self.rows))
        self._answer(f"[{','.join(map(self._record, numbers))}]".encode())

    def _record(self, number: int) -> str:
        time = dt.datetime(2024, 1, 1) + dt.timedelta(minutes=number)  # noqa: DTZ001  # Visma's
        return self.template.replace("@NUMBER@", f"{number:09}").replace(
            "@TIME@", time.isoformat(timespec="milliseconds")
        )

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def serve(rows: int, latency: float) -> None:
    """Serves until it is ended; says the port first."""
    _Visma.rows, _Visma.latency = rows, latency
    _Visma.template = _invoice().replace("987654321", str(rows))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Visma) as server:
        server.daemon_threads = True
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


@contextmanager
def served(rows: int, latency: float) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(rows), str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # this file
        assert server.stdout is not None  # noqa: S101  # it is a pipe
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.terminate()


class Peak(NamedTuple):
    """What a run took."""

    megabytes: float
    seconds: float


def run(url: str, companies: int, folder: Path) -> Peak:
    """Runs the tap once, in a process of its own."""
    config, catalog = folder / "config.json", folder / "catalog.json"
    config.write_text(
        json.dumps(
            {
                "client_id": "a",
                "client_secret": "b",
                "companies": [{"tenant_id": f"company-{n}"} for n in range(companies)],
                "api_url": url,
                "token_url": f"{url}/connect/token",
                "detect_deletes": True,  # one list, where a first load would go by period
            }
        )
    )
    streams = json.loads(TapVisma(config={}, validate_config=False).catalog_json_text)
    for stream in streams["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["tap_stream_id"] == STREAM
    catalog.write_text(json.dumps(streams))
    began = time.monotonic()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(  # the project's own tap
            [TAP, "--config", config, "--catalog", catalog], stdout=subprocess.DEVNULL, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"The tap failed:\n{(folder / 'log').read_text()}")
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes here
    return Peak(usage.ru_maxrss * unit / 1e6, time.monotonic() - began)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve:
        serve(int(chosen.serve[0]), float(chosen.serve[1]))
    few = chosen.rows[0]
    work = [(rows, 1, 0.0) for rows in chosen.rows]
    work += [(few, 1, 0.3), (few // 4, 4, 0.0), (few // 4, 4, 0.3)]
    lines = []
    medians = []
    for rows, companies, latency in work:
        with served(rows, latency) as url, tempfile.TemporaryDirectory() as folder:
            peaks = [run(url, companies, Path(folder)) for _ in range(chosen.runs)]
        megabytes = statistics.median(peak.megabytes for peak in peaks)
        seconds = statistics.median(peak.seconds for peak in peaks)
        medians.append(megabytes)
        lines.append(
            f"| {rows:,} | {companies} | {latency * 1000:.0f} ms | {megabytes:.0f} | "
            f"{', '.join(f'{peak.megabytes:.0f}' for peak in peaks)} | {seconds:.1f} |"
        )
        sys.stdout.write(f"{lines[-1]}\n")
        sys.stdout.flush()
    REPORT.write_text(
        "# Peak memory of the tap\n\n"
        f"Supplier invoices of {len(_invoice()) / 1000:.1f} KB in pages of {PAGE_ROWS:,}, "
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; medians of {chosen.runs} runs. "
        "Written by `benchmarks/memory.py`.\n\n"
        "| invoices per company | companies | latency | peak MB | runs | seconds |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n\n"
        f"{chosen.rows[-1]:,} invoices take {medians[len(chosen.rows) - 1] / medians[0]:.2f} times "
        f"the memory of {chosen.rows[0]:,}.\n"
    )


if __name__ == "__main__":
    main()
