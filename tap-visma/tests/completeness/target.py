"""What a target makes of the tap's messages: tables by key, and the state that was saved."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .kinds import Kind
    from .world import Part

Message = dict[str, Any]

EXTRACTED = "_sdc_extracted_at"
FULL = ("first", "full")


class Killed(BaseException):
    """The process ends here: nothing of it happens any more."""


class Pipe:
    """Stands where standard output is: takes the tap's messages, until the tap is killed.

    Args:
        kill_before: Number of the message (from 0) that is not written any more.
    """

    def __init__(self, kill_before: int | None) -> None:
        self.buffer = self
        self.lines: list[bytes] = []
        self._kill_before = kill_before

    def write(self, line: bytes) -> None:
        if len(self.lines) == self._kill_before:
            raise Killed
        self.lines.append(bytes(line))  # the tap uses its buffer again

    def flush(self) -> None:
        """Nothing is held back."""

    def messages(self) -> list[Message]:
        return [
            json.loads(line, parse_float=float if b'"type":"STATE"' in line else Decimal)
            for line in self.lines
        ]


@dataclass
class Target:
    """A warehouse.

    Attributes:
        tables: Per stream the rows by key, with the time of extraction.
        runs: The rows of `sync_runs`.
        state: What the next run of the tap is given.
    """

    tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)

    def take(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        """Writes rows as an upsert would; gives those of `sync_runs`."""
        keys: dict[str, list[str]] = {}
        told = []
        for message in messages:
            if message["type"] == "SCHEMA":
                keys[message["stream"]] = message["key_properties"]
            elif message["type"] == "RECORD" and message["stream"] == "sync_runs":
                told.append(message["record"])
            elif message["type"] == "RECORD":
                stream, record = message["stream"], message["record"]
                key = tuple(record[name] for name in keys[stream])
                moment = dt.datetime.fromisoformat(message["time_extracted"].replace("Z", "+00:00"))
                record[EXTRACTED] = moment.replace(tzinfo=None).isoformat(timespec="microseconds")
                self.tables.setdefault(stream, {})[key] = record
        self.runs += told
        return told

    def save(self, messages: Sequence[Message]) -> None:
        """Saves the last state among the messages, if there is one."""
        for message in messages:
            if message["type"] == "STATE":
                self.state = message["value"]

    def rows(self, kind: Kind, company: str, partition: str) -> dict[str, dict[str, Any]]:
        """The rows of a part by their number; each number once, or the keys do not hold."""
        found: dict[str, dict[str, Any]] = {}
        name, _, value = partition.partition("=")
        for record in self.tables.get(kind.stream, {}).values():
            if record["company_id"] == company and (not name or record[name] == value):
                number = kind.identity(record)
                assert number not in found, f"{kind.stream} {number} is there twice"
                found[number] = record
        return found

    def view(self, kind: Kind, company: str, partition: str) -> dict[str, dict[str, Any]]:
        """The rows of a part that are not known to be deleted."""
        last_full_pass = self.last_full_pass((kind.stream, company, partition))
        return {
            number: record
            for number, record in self.rows(kind, company, partition).items()
            if record[EXTRACTED] >= last_full_pass
        }

    def last_full_pass(self, part: Part) -> str:
        """When the last complete reading of all rows began; empty if there was none."""
        return max(
            (
                str(run["started_at"])
                for run in self.runs
                if (run["stream"], run["company_id"], run["partition"]) == part
                and run["outcome"] == "success"
                and run["mode"] in FULL
                and run["window_from"] is None
            ),
            default="",
        )
