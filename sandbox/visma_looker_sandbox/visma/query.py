"""Reads the query of a call: filters, times, pages, flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from visma_looker_sandbox.visma.faults import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visma_looker_sandbox.settings import Settings
    from visma_looker_sandbox.visma.declare import Filter, Resource

#: Date alone, or with a time after a space or a T, with up to three places of a second; no zone.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?)?", re.ASCII)
_CONDITIONS = frozenset({">", "<", ">=", "<="})


def parse_time(name: str, text: str) -> str:
    """Read a time in one of the five documented formats.

    Returns:
        `yyyy-MM-ddTHH:mm:ss.fff`, as stamps are stored.

    Raises:
        Refusal: 400 for anything else, e.g. a zone.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise bad_request(f"The value '{text}' of '{name}' is not a valid date and time.")
    day, time, fraction = match.groups()
    return f"{day}T{time or '00:00:00'}.{(fraction or '').ljust(3, '0')}"


def where(
    resource: Resource, params: Mapping[str, str], settings: Settings
) -> tuple[str, list[object]]:
    """The SQL condition that a query means, with its values.

    Args:
        resource: What is asked for.
        params: Query parameters, names in lower case.
        settings: Tells the condition where none is sent.
    """
    if resource.one_of and not any(params.get(name.lower()) for name in resource.one_of):
        names = " or ".join(f"'{name}'" for name in resource.one_of)
        raise bad_request(f"One of the parameters {names} is mandatory.")
    mandatory = list(resource.mandatory)
    if settings.project_periods == "mandatory":
        mandatory += resource.mandatory_periods
    for name in mandatory:
        if not params.get(name.lower()):
            raise bad_request(f"The parameter '{name}' is mandatory.")
    conditions, values = ["1"], list[object]()
    for known in resource.filters:
        text = params.get(known.name.lower())
        if not text:
            continue
        operator = params.get(f"{known.name}Condition".lower()) or settings.default_condition
        if "{op}" in known.sql and operator not in _CONDITIONS:
            # Seen in the wild: an operator encoded twice makes the real filter disappear.
            continue
        conditions.append(known.sql.format(op=operator))
        values.append(_value(known, text))
    return " AND ".join(conditions), values


def _value(known: Filter, text: str) -> object:
    if known.kind == "time":
        return parse_time(known.name, text)
    if known.kind == "flag":
        return truth(known.name, text)
    if known.kind == "number":
        try:
            return float(text)
        except ValueError:
            raise bad_request(f"The value '{text}' is not valid for '{known.name}'.") from None
    return text


def truth(name: str, text: str | None) -> bool:
    """Read a boolean; missing means false."""
    if (text or "false").lower() in {"true", "false"}:
        return (text or "").lower() == "true"
    raise bad_request(f"The value '{text}' is not valid for '{name}'.")


def page_of(params: Mapping[str, str], largest: int) -> tuple[int, int]:
    """Where a page begins and how long it may be; too large a wish is lowered silently."""

    def number(name: str) -> int:
        text = params.get(name.lower()) or "0"
        try:
            return int(text)
        except ValueError:
            raise bad_request(f"The value '{text}' is not valid for '{name}'.") from None

    size, page = number("pageSize"), number("pageNumber")
    size = min(size, largest) if size > 0 else largest
    return (max(page, 1) - 1) * size, size
