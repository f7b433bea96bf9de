"""Is a saved state one that this tap has written?"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # msgspec reads annotations
from typing import TYPE_CHECKING, Any

import msgspec

from tap_visma.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet


class _Part(msgspec.Struct):
    """What is kept of a list; the rest is looked at by those that understand it."""

    rows_new_untold: int = 0
    read_at: dt.datetime | None = None


class _Partition(_Part, kw_only=True):
    context: dict[str, str]
    parts: dict[str, _Part] = {}


class _Stream(msgspec.Struct):
    partitions: list[_Partition] = []
    # Where taps without partitions keep their bookmark.
    replication_key_value: msgspec.UnsetType = msgspec.UNSET


class _State(msgspec.Struct):
    bookmarks: dict[str, _Stream] = {}


def check_state(state: Mapping[str, Any], streams: AbstractSet[str]) -> dt.datetime | None:
    """Looks at the form of a state. An empty one is good: it is that of a first run.

    Args:
        state: As it was given.
        streams: Names of the tap's streams.

    Returns:
        When it was written, UTC without a zone; None where it does not tell.

    Raises:
        StateError: It was not written by this tap, or was changed.
    """
    try:
        known = msgspec.convert(state, _State)
    except msgspec.ValidationError as error:
        raise _foreign() from error
    wrapped = bool(state) and "bookmarks" not in state
    of_others = bool(known.bookmarks) and not known.bookmarks.keys() & streams
    if wrapped or of_others:
        raise _foreign()
    return max(
        (
            part.read_at.replace(tzinfo=None)
            for stream in known.bookmarks.values()
            for partition in stream.partitions
            for part in (partition, *partition.parts.values())
            if part.read_at is not None
        ),
        default=None,
    )


def _foreign() -> StateError:
    return StateError(
        "The saved state is not one that this tap has written, so nothing was read.",
        "Look at it with `meltano state get`, and clear it to begin anew.",
    )
