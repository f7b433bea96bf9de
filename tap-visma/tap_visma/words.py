"""Somebody else's words, made fit for a log.

Visma's refusals are free text: they may quote a name, an e-mail address, an organisation number
or a query. No list of what is personal can be complete, so words are shown only where they cannot
be: plain words in small letters, and names out of the API itself. All else becomes an ellipsis.
"""

from __future__ import annotations

import functools
import re

from tap_visma.openapi import SOURCE

_MOST = 160
_GAP = "…"
_QUOTED = re.compile(r"(?<!\w)(['\"`])(.*?)\1(?!\w)|[«“](.*?)[»”]|<[^>]*>")
_WORD = re.compile(r"(\W*)(.*?)([.,;:!?)\]]*)")
_PLAIN = re.compile(r"[a-zæøåäö]+(['-][a-zæøåäö]+)*")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

# How sentences of refusals begin, beside the words of the API's own names.
_BEGINNINGS = frozenset(
    """
    a access all an api authentication authorization bad call calls cannot client could denied err
    exception failed forbidden gateway insufficient invalid it licence license many missing must
    object only operation parameter parameters permission please quota request resource scope
    server service tenant there this timeout token too unable unauthorized unexpected unknown
    unsupported we you your
    """.split()  # noqa: SIM905  # shorter
)


@functools.cache
def _names() -> frozenset[str]:
    """The API's own names, and the words that they are made of, in small letters."""
    names: set[str] = set()
    for name, component in SOURCE.spec["components"]["schemas"].items():
        names |= {name, *component.get("properties", {})}
    for operations in SOURCE.spec["paths"].values():
        for operation in operations.values():
            names |= {parameter["name"] for parameter in operation.get("parameters", ())}
    words = {part for name in names for part in _PARTS.findall(name)}
    return frozenset(name.lower() for name in names | words)


def quote(text: str) -> str:
    """What of somebody else's words can be shown: one short line, or nothing at all."""
    shown: list[str] = []
    for word in _QUOTED.sub(_quoted, text).split():
        before, core, after = _WORD.fullmatch(word).groups()  # type: ignore[union-attr]
        if _is_harmless(core):
            shown.append(f"{before if before in {'(', '['} else ''}{core}{after}")
        else:
            if shown and shown[-1].startswith(_GAP):
                shown.pop()
            shown.append(_GAP + after.rstrip(")]"))
    line = " ".join(shown)
    if len(line) > _MOST:
        line = line[:_MOST].rpartition(" ")[0] + f" {_GAP}"
    return f"«{line}»" if any(map(str.isalpha, line)) else ""


def code(text: object) -> str:
    """An error code as protocols use them, such as `invalid_client` or `12027`; else nothing."""
    return text if isinstance(text, str) and re.fullmatch(r"[a-z_]{1,40}|\d{1,6}", text) else ""


def media_type(text: str | None) -> str:
    """A media type without its parameters; nothing where it is none."""
    found = re.match(r"[a-z]+/[a-z0-9.+-]+", (text or "").lower())
    return found[0] if found else "no media type"


def _quoted(found: re.Match[str]) -> str:
    """What stands in quotation marks came from data, unless it is a name of the API."""
    inner = found[2] or found[3] or ""
    return inner if inner.lower() in _names() else f" {_GAP} "


def _is_harmless(word: str) -> bool:
    return bool(_PLAIN.fullmatch(word)) or word.lower() in _names() | _BEGINNINGS
