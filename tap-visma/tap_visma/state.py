"""Is a saved state one that this tap has written?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_visma.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet


class _Part(msgspec.Struct):
    """What is kept of a list; the rest is looked at by those that understand it."""

    rows_new_untold: int = 0


class _Partition(_Part, kw_only=True):
    context: dict[str, str]
    parts: dict[str, _Part] = {}


class _Stream(msgspec.Struct):
    partitions: list[_Partition] = []
    # Where taps without partitions keep their bookmark.
    replication_key_value: msgspec.UnsetType = msgspec.UNSET


class _State(msgspec.Struct):
    bookmarks: dict[str, _Stream] = {}


def check_state(state: Mapping[str, Any], streams: AbstractSet[str]) -> None:
    """Looks at the form of a state. An empty one is good: it is that of a first run.

    Args:
        state: As it was given.
        streams: Names of the tap's streams.

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


def _foreign() -> StateError:
    return StateError(
        "The saved state is not one that this tap has written, so nothing was read.",
        "Look at it with `meltano state get`, and clear it to begin anew.",
    )
