"""Looker's filter expressions as conditions in SQL for Postgres."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from psycopg import DataError, sql

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(r"(not |<>|!=|>=|<=|>|<|=)?\s*(-?\d+(?:\.\d+)?)")
_BETWEEN = re.compile(r"(-?\d+(?:\.\d+)?) to (-?\d+(?:\.\d+)?)")
_UNITS = "day|week|month|quarter|year"
_AGO = re.compile(rf"(\d+) ({_UNITS})s? ago(?: for (\d+) \2s?)?")
_PAST = re.compile(rf"(\d+) ({_UNITS})s?")
_NEAR = re.compile(rf"(this|last|next) ({_UNITS})")
_ABSOLUTE = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}


class ExpressionError(ValueError):
    """A filter expression of a form that is not known here."""


def literal(value: str) -> str:
    """A text as SQL."""
    return sql.Literal(value).as_string(None).strip()


def condition(column: str, kind: str, expression: str, today: dt.date) -> str | None:
    """A filter as SQL.

    Args:
        column: SQL of what is filtered.
        kind: `string`, `number`, `yesno` or `date`.
        expression: Looker's filter expression.
        today: The day that dates such as "last month" are seen from.

    Returns:
        SQL; None where any value will do.

    Raises:
        ExpressionError: It has a form that is not known here.
    """
    text = " ".join(expression.split())
    if not text:
        return None
    try:
        if kind == "string":
            return _strings(column, expression)
        made = {"number": _numbers, "yesno": _yesno, "date": _dates}[kind]
        return made(column, text.lower(), today)
    except (OverflowError, ValueError, DataError):
        # Days beyond the calendar; a text that Postgres cannot hold.
        raise _unknown(kind, text) from None


def _unknown(kind: str, expression: str) -> ExpressionError:
    return ExpressionError(
        f'The filter "{expression}" of a {kind} is of a form that this stand-in does not know.'
    )


# --- words


class Word(NamedTuple):
    """A word of a filter on text.

    Attributes:
        text: What it says.
        like: The same as a pattern of LIKE.
        has_wildcard: Whether that says more.
        is_negated: Whether it is what is not wanted.
        is_bare: Whether nothing of it is quoted or escaped: such words may be `NULL` and `EMPTY`.
        expression: The word as it was written.
    """

    text: str
    like: str
    has_wildcard: bool
    is_negated: bool
    is_bare: bool
    expression: str


def words(expression: str) -> Iterator[Word]:
    """The words between commas; `"..."` and `^` before a sign take its meaning away."""
    pieces = [*re.findall(r"\^(.)|(.)", expression, re.DOTALL), None]
    text = like = written = ""
    wild = negated = quoted = False
    bare, kept = True, (0, 0)
    for piece in pieces:
        if piece is None or (piece[1] == "," and not quoted):
            # Space around a word is none of it, unless it is quoted.
            text = text[: kept[0]] + text[kept[0] :].rstrip()
            like = like[: kept[1]] + like[kept[1] :].rstrip()
            if text or not bare:
                yield Word(text, like, wild, negated, bare, written.strip())
            text = like = written = ""
            wild = negated = False
            bare, kept = True, (0, 0)
            continue
        escaped, plain = piece
        sign = escaped or plain
        written += f"^{escaped}" if escaped else plain
        if plain == '"':
            quoted, bare = not quoted, False
        elif plain == "-" and not (text or quoted or negated):
            negated = True
        elif not (plain.isspace() and not text and not quoted):
            wild |= plain == "%"
            text += sign
            like += sign if plain == "%" else re.sub(r"([\\%_])", r"\\\1", sign)
        if escaped or quoted:
            bare, kept = False, (len(text), len(like))


def _strings(column: str, expression: str) -> str | None:
    found = list(words(expression))
    wanted = [_word(column, word) for word in found if not word.is_negated]
    # What is null is not the word either.
    kept = [f"not coalesce({_word(column, word)}, false)" for word in found if word.is_negated]
    if any(word.like == "%" for word in found if not word.is_negated):
        wanted = []
    conditions = ([f"({' or '.join(wanted)})"] if wanted else []) + kept
    return " and ".join(conditions) or None


def _word(column: str, word: Word) -> str:
    if word.is_bare and word.text.upper() == "NULL":
        return f"{column} is null"
    if word.is_bare and word.text.upper() == "EMPTY":
        return f"coalesce({column}, '') = ''"
    if word.has_wildcard:
        return f"{column} like {literal(word.like)}"
    return f"{column} = {literal(word.text)}"


def filterable(value: object, kind: str) -> str:
    """The filter expression that a value, and nothing else, fulfils.

    Args:
        value: As in a result.
        kind: Type of its dimension.
    """
    if value is None:
        return "NULL"
    text = str(value)
    if kind == "date_week":
        monday = dt.date.fromisoformat(text)
        return f"{monday} to {monday + dt.timedelta(7)}"
    if kind.startswith("date"):
        return text[:10]
    if kind != "string":
        return text
    if not text:
        return "EMPTY"
    escaped = re.sub(r'([\^"%_,])', r"^\1", text)
    odd = text != text.strip() or text.startswith("-") or text.upper() in ("NULL", "EMPTY")
    return f'"{escaped}"' if odd else escaped


# --- numbers


def _numbers(column: str, text: str, _today: dt.date) -> str:
    wanted: list[str] = []
    kept: list[str] = []
    for term in text.split(","):
        parts = [_number(column, part.strip(), text) for part in term.split(" and ")]
        negative = all(part.startswith("not ") for part in parts)
        (kept if negative else wanted).append(f"({' and '.join(parts)})")
    return " and ".join(([f"({' or '.join(wanted)})"] if wanted else []) + kept)


def _number(column: str, term: str, text: str) -> str:
    if term in ("null", "not null"):
        return f"not ({column} is null)" if term.startswith("not") else f"{column} is null"
    if found := _BETWEEN.fullmatch(term):
        return f"{column} between {found[1]} and {found[2]}"
    found = _NUMBER.fullmatch(term)
    if not found:
        raise _unknown("number", text)
    sign = (found[1] or "=").strip()
    if sign in ("not", "<>", "!="):
        return f"not coalesce({column} = {found[2]}, false)"
    return f"{column} {sign} {found[2]}"


def _yesno(column: str, text: str, _today: dt.date) -> str:
    if text not in ("yes", "no"):
        raise _unknown("yesno", text)
    return f"({column})" if text == "yes" else f"not coalesce({column}, false)"


# --- dates


def _dates(column: str, text: str, today: dt.date) -> str:
    if text in ("null", "not null"):
        return f"{column} is {text}"
    direction, _, rest = text.partition(" ")
    first: dt.date | None
    last: dt.date | None
    if direction in ("before", "after"):
        start, _ = _span(rest, today, text)
        first, last = (None, start) if direction == "before" else (start, None)
    elif " to " in text:
        one, _, other = text.partition(" to ")
        first, last = _span(one, today, text)[0], _span(other, today, text)[0]
    else:
        first, last = _span(text, today, text)
    ends = [f"{column} >= date '{first}'"] if first else []
    ends += [f"{column} < date '{last}'"] if last else []
    return f"({' and '.join(ends)})"


def _span(text: str, today: dt.date, whole: str) -> tuple[dt.date, dt.date]:
    """First day of what a text tells, and the first one after it."""
    if text in _DAYS:
        day = today + dt.timedelta(_DAYS[text])
        return day, day + dt.timedelta(1)
    if found := _ABSOLUTE.fullmatch(text):
        unit = "day" if found[3] else "month" if found[2] else "year"
        try:
            start = dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError:
            raise _unknown("date", whole) from None
        return start, _move(start, unit, 1)
    if found := _NEAR.fullmatch(text):
        steps = {"this": 0, "last": -1, "next": 1}[found[1]]
        start = _move(_begin(today, found[2]), found[2], steps)
        return start, _move(start, found[2], 1)
    if found := _AGO.fullmatch(text):
        start = _move(_begin(today, found[2]), found[2], -int(found[1]))
        return start, _move(start, found[2], int(found[3] or 1))
    if found := _PAST.fullmatch(text):
        # So many, the current one among them.
        begun = _begin(today, found[2])
        return _move(begun, found[2], 1 - int(found[1])), _move(begun, found[2], 1)
    raise _unknown("date", whole)


def _begin(day: dt.date, unit: str) -> dt.date:
    if unit == "week":
        return day - dt.timedelta(day.weekday())
    if unit == "day":
        return day
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return day.replace(month=month, day=1)


def _move(day: dt.date, unit: str, steps: int) -> dt.date:
    if unit in ("day", "week"):
        return day + dt.timedelta(steps * {"day": 1, "week": 7}[unit])
    months = day.year * 12 + day.month - 1 + steps * {"month": 1, "quarter": 3, "year": 12}[unit]
    return dt.date(months // 12, months % 12 + 1, 1)
