"""The optional file that remembers what a run has learned and how far it has come.

Where a run may build or mail, the file is what keeps it from doing so twice: then it has to be
read and written, and only one run at a time may hold it. Else losing it costs one call and no
correctness, so a file that cannot be read or written is a warning and never a failure.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

from utility_looker_refresh.errors import ConfigurationError

LOGGER = logging.getLogger(__name__)
SCHEMA_VERSION = 2


@dataclass
class Memory:
    """What is remembered of one datagroup of one Looker.

    Attributes:
        id: Looker's id of it.
        reset: Newest load, in epoch seconds, after which it was reset.
        trigger: The same for triggered.
        build: The same for reset with its tables built.
        stamp: Latest `stale_before` that was written, in epoch seconds.
    """

    id: str | None = None
    reset: int | None = None
    trigger: int | None = None
    build: int | None = None
    stamp: int | None = None

    def seen(self, strategy: str) -> int | None:
        """Return the newest load after which this strategy was carried out."""
        seen: int | None = getattr(self, strategy)
        return seen

    def saw(self, strategy: str, load: int) -> None:
        """Remember that this strategy was carried out after a load."""
        setattr(self, strategy, load)
        self.reset = load  # every strategy resets, too


@dataclass
class BuildNote:
    """One build of the run.

    Attributes:
        id: Looker's materialization id; None from just before it is asked for until it answers.
        since: When it was asked for, in epoch seconds.
        done: Whether it was built.
    """

    id: str | None
    since: int
    done: bool = False


@dataclass
class RunNote:
    """How far the last run has come; each step is noted before and after it is taken.

    Attributes:
        load: The load that it is about, in epoch seconds.
        strategy: `reset`, `trigger` or `build`.
        stamps: Stamps that were about to be written, by datagroup.
        stamped: Datagroups whose stamp was written.
        builds: By `model::view`.
        settled: Whether all tables are built and the caches reset once more.
        dashboards: Ids of the dashboards that were warmed.
        plans: By id, `asked` from just before until Looker answers, then `queued`.
        finished: Whether nothing is left to do.
    """

    load: int
    strategy: str
    stamps: dict[str, int] = field(default_factory=dict)
    stamped: list[str] = field(default_factory=list)
    builds: dict[str, BuildNote] = field(default_factory=dict)
    settled: bool = False
    dashboards: list[str] = field(default_factory=list)
    plans: dict[str, str] = field(default_factory=dict)
    finished: bool = False


class State:
    """Memory of one Looker, kept in a file that may hold several.

    Args:
        path: The file; None remembers nothing.
        base_url: Which Looker.
        vital: Whether the file keeps the run from building or mailing twice.

    Attributes:
        run: How far the last run has come, if it is known.
        seconds: How long the last build of a table took, by `model::view`.
        queries: How many queries a dashboard has, by what the setting names it.

    Raises:
        ConfigurationError: The file is vital and cannot be read.
    """

    def __init__(self, path: str | None, base_url: str, *, vital: bool = False) -> None:
        self._path = Path(path).expanduser() if path else None
        self._base_url = base_url
        self._vital = vital
        self._lock: IO[str] | None = None
        known = self._read().get(base_url, {})
        self._datagroups = {n: Memory(**m) for n, m in known.get("datagroups", {}).items()}
        self.seconds: dict[str, float] = known.get("seconds", {})
        self.queries: dict[str, int] = known.get("queries", {})
        self.run: RunNote | None = _run_note(known["run"]) if known.get("run") else None

    def of(self, name: str) -> Memory:
        """Return the memory of a datagroup, `model::name`; changes to it are saved by `save`."""
        return self._datagroups.setdefault(name, Memory())

    def hold(self) -> None:
        """Keep other runs from using a vital file until this process ends.

        The system lets go of it however the process ends. On Windows it is not held.

        Raises:
            ConfigurationError: Another run holds it, or it cannot be written.
        """
        if self._path is None or not self._vital or sys.platform == "win32":
            return
        import fcntl  # noqa: PLC0415 - not on every system

        path = self._path.with_name(self._path.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = path.open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise ConfigurationError(
                f"Another refresh is at work with state_path {self._path}.",
                "Let it end, then run again; two at once could build or mail twice.",
            ) from None
        except OSError as error:
            raise self._unwritable(error) from None

    def release(self) -> None:
        """Let other runs use the file."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def save(self) -> None:
        """Write the file in one step; what it holds of other Lookers stays.

        Raises:
            ConfigurationError: The file is vital and cannot be written.
        """
        if self._path is None:
            return
        lookers = self._read()
        mine = lookers.get(self._base_url, {})
        datagroups = {name: asdict(memory) for name, memory in self._datagroups.items()}
        lookers[self._base_url] = {
            "datagroups": {**mine.get("datagroups", {}), **datagroups},
            "seconds": {**mine.get("seconds", {}), **self.seconds},
            "queries": {**mine.get("queries", {}), **self.queries},
            "run": asdict(self.run) if self.run else None,
        }
        content = json.dumps({"schema_version": SCHEMA_VERSION, "lookers": lookers}, indent=2)
        try:
            write_atomically(self._path, content + "\n")
        except OSError as error:
            if self._vital:
                raise self._unwritable(error) from None
            LOGGER.warning("Cannot write state_path %s: %s", self._path, error.strerror)

    def _unwritable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(
            f"Cannot write state_path {self._path}: {error.strerror}.",
            "Make it writable: it keeps a run from building or mailing twice.",
        )

    def _read(self) -> dict[str, dict[str, Any]]:
        if self._path is None:
            return {}
        try:
            return _checked(json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return {}
        except OSError as error:
            problem = f"Cannot read state_path {self._path}: {error.strerror}"
        except ValueError:
            problem = f"state_path {self._path} is damaged"
        if self._vital:
            raise ConfigurationError(
                f"{problem}: what the last run built and mailed is not known.",
                "Restore the file, or remove it if delivering the last load twice does no harm.",
            )
        LOGGER.warning("%s; it is begun anew: nothing is lost but a call", problem)
        return {}


def _run_note(data: dict[str, Any]) -> RunNote:
    builds = {name: BuildNote(**note) for name, note in data["builds"].items()}
    return RunNote(**{**data, "builds": builds})


def _checked(content: Any) -> dict[str, dict[str, Any]]:
    """Return the Lookers of a file's content; raises ValueError where it has another form."""
    if not isinstance(content, dict) or content.get("schema_version") != SCHEMA_VERSION:
        raise ValueError("schema_version")
    lookers = _mapping(content.get("lookers"))
    for known in lookers.values():
        for memory in _mapping(_mapping(known).get("datagroups", {})).values():
            _object(memory, Memory, (int, type(None)), id=(str, type(None)))
        for name, kinds in (("seconds", (int, float)), ("queries", (int,))):
            if any(type(v) not in kinds for v in _mapping(known.get(name, {})).values()):
                raise ValueError(name)
        if known.get("run") is not None:
            run = known["run"]
            _object(
                run,
                RunNote,
                (dict, list),
                load=(int,),
                strategy=(str,),
                settled=(bool,),
                finished=(bool,),
            )
            for note in _mapping(run.get("builds")).values():
                _object(note, BuildNote, (int,), id=(str, type(None)), done=(bool,))
    return lookers


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - one kind of error for the caller
    return value


def _object(value: Any, kind: type, usual: tuple[type, ...], **special: tuple[type, ...]) -> None:
    """Check the fields of an object against a dataclass; `special` types go before the usual."""
    names = {field.name for field in fields(kind)}
    given = _mapping(value)
    if set(given) - names or any(type(v) not in special.get(n, usual) for n, v in given.items()):
        raise ValueError(kind.__name__)
    if kind is not Memory and set(given) != names:
        raise ValueError(kind.__name__)


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
