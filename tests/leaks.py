"""Looks for secrets where none may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# Where secrets belong: what the user wrote, and what the stand-ins told the user.
_BELONG = {".env", "sandbox.env"}
_TOKEN = re.compile(rb"eyJ[\w-]{20,}\.[\w-]{20,}")


def leaks(home: Path, secrets: Iterable[str]) -> list[str]:
    """Return the files that hold a secret or a token: logs, state, reports, Meltano's own.

    Args:
        home: Directory that holds all of them. The installed plugins are links, not followed.
        secrets: What is looked for.
    """
    hidden = [secret.encode() for secret in secrets]
    assert all(len(secret) > len("a-secret") for secret in hidden), "too short to be looked for"
    found = []
    for path in home.rglob("*"):
        if path.is_file() and path.name not in _BELONG:
            content = path.read_bytes()
            if _TOKEN.search(content) or any(secret in content for secret in hidden):
                found.append(str(path))
    return found
