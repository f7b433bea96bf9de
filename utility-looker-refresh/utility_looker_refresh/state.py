"""The optional file that remembers datagroup ids and the newest load refreshed.

Losing it costs one call and no correctness, so a file that cannot be read or written is a
warning and never a failure.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

LOGGER = logging.getLogger(__name__)
SCHEMA_VERSION = 1


@dataclass
class Memory:
    """What is remembered of one datagroup of one Looker.

    Attributes:
        id: Looker's id of it.
        reset: Newest load, in epoch seconds, after which it was reset.
        trigger: The same for triggered.
        stamp: Latest `stale_before` that was written, in epoch seconds.
    """

    id: str | None = None
    reset: int | None = None
    trigger: int | None = None
    stamp: int | None = None

    def seen(self, strategy: str) -> int | None:
        """Return the newest load after which this strategy was carried out."""
        return self.reset if strategy == "reset" else self.trigger

    def saw(self, strategy: str, load: int) -> None:
        """Remember that this strategy was carried out after a load."""
        if strategy == "trigger":
            self.trigger = load
        self.reset = load  # a trigger resets, too


class State:
    """Memory of one Looker, kept in a file that may hold several.

    Args:
        path: The file; None remembers nothing.
        base_url: Which Looker.
    """

    def __init__(self, path: str | None, base_url: str) -> None:
        self._path = Path(path).expanduser() if path else None
        self._base_url = base_url
        known = self._read().get(base_url, {})
        self._datagroups = {name: Memory(**memory) for name, memory in known.items()}

    def of(self, name: str) -> Memory:
        """Return the memory of a datagroup, `model::name`; changes to it are saved by `save`."""
        return self._datagroups.setdefault(name, Memory())

    def save(self) -> None:
        """Write the file in one step; what it holds of other Lookers stays."""
        if self._path is None:
            return
        lookers = self._read()
        mine = {name: asdict(memory) for name, memory in self._datagroups.items()}
        lookers[self._base_url] = {**lookers.get(self._base_url, {}), **mine}
        content = json.dumps({"schema_version": SCHEMA_VERSION, "lookers": lookers}, indent=2)
        try:
            write_atomically(self._path, content + "\n")
        except OSError as error:
            LOGGER.warning("Cannot write state_path %s: %s", self._path, error.strerror)

    def _read(self) -> dict[str, dict[str, dict[str, Any]]]:
        if self._path is None:
            return {}
        try:
            return _checked(json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except OSError as error:
            LOGGER.warning("Cannot read state_path %s: %s", self._path, error.strerror)
        except ValueError:
            LOGGER.warning(
                "state_path %s is damaged and is begun anew: nothing is lost but a call",
                self._path,
            )
        return {}


def _checked(content: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the Lookers of a file's content; raises ValueError where it has another form."""
    names = {field.name for field in fields(Memory)}
    if not isinstance(content, dict) or content.get("schema_version") != SCHEMA_VERSION:
        raise ValueError("schema_version")
    lookers = content.get("lookers")
    if not isinstance(lookers, dict):
        raise ValueError("lookers")  # noqa: TRY004 - one kind of error for the caller
    for datagroups in lookers.values():
        for memory in datagroups.values() if isinstance(datagroups, dict) else [None]:
            if not isinstance(memory, dict) or set(memory) - names:
                raise ValueError("memory")
            stamps = [memory.get(name) for name in names - {"id"}]
            if not isinstance(memory.get("id"), (str, type(None))) or not all(
                stamp is None or type(stamp) is int for stamp in stamps
            ):
                raise ValueError("memory")
    return lookers


def write_atomically(path: Path, content: str) -> None:
    """Write a file so that a reader finds the old or the new one, never half of it.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
