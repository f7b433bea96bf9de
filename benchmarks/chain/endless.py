"""A list that never ends: supplier invoices of about 7 KB, made while they are asked for.

So a list of any length is served from the memory of one invoice, in a process of its own: what is
measured is the tap, not its books. `python -m benchmarks.chain.endless ROWS SECONDS` serves it.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from demo import processes
from demo.pipeline import PROJECT
from tap_visma.tap import TapVisma

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE_ROWS = 1000
STREAM = "supplier_invoices"

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
            record[name] = "@AMOUNT@"
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
    # More digits than a float has.
    return json.dumps(record).replace('"@AMOUNT@"', "99999999999999.99")


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
def served(rows: int, latency: float, log: Path) -> Iterator[str]:
    """The address of a server in a process of its own.

    Args:
        rows: Invoices of every company that is asked for.
        latency: Seconds before each answer.
        log: File that its errors are written to.
    """
    command = [sys.executable, "-m", "benchmarks.chain.endless", str(rows), str(latency)]
    with processes.serving("The endless list", command, cwd=PROJECT, log=log) as port:
        yield f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    serve(int(sys.argv[1]), float(sys.argv[2]))
