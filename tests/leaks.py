"""Looks for secrets where none may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.conftest import World

# Where secrets belong: what the user wrote, and what the stand-ins told the user.
_BELONG = {".env", "sandbox.env"}


def leaks(world: World, secrets: Iterable[str]) -> list[str]:
    """Return the files that hold one of the secrets: logs, state, reports, Meltano's own."""
    hidden = [secret.encode() for secret in secrets]
    assert all(len(secret) > len("a-secret") for secret in hidden), "too short to be looked for"
    return [
        str(path) for path in _files(world) if any(secret in path.read_bytes() for secret in hidden)
    ]


def _files(world: World) -> Iterator[Path]:
    # The installed plugins are links, which are not followed.
    for path in world.home.rglob("*"):
        if path.is_file() and path.name not in _BELONG:
            yield path
