"""Looker's filter expressions as conditions in SQL for Postgres."""

from __future__ import annotations

import csv
import datetime as dt
import re

from psycopg import sql

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
    if kind == "string":
        return _strings(column, expression)
    return {"number": _numbers, "yesno": _yesno, "date": _dates}[kind](column, text.lower(), today)


def _unknown(kind: str, expression: str) -> ExpressionError:
    return ExpressionError(
        f'The filter "{expression}" of a {kind} is of a form that this stand-in does not know.'
    )


# --- words


def _strings(column: str, expression: str) -> str | None:
    if "^" in expression:
        raise _unknown("string", expression)
    # Words are separated by commas, and quoted where they hold one.
    (terms,) = csv.reader([" ".join(expression.splitlines())], skipinitialspace=True)
    words = [term.strip() for term in terms if term.strip()]
    wanted = [_word(column, word) for word in words if not word.startswith("-")]
    # What is null is not the word either.
    kept = [f"not coalesce({_word(column, word[1:])}, false)" for word in words if word[:1] == "-"]
    if "%" in words or not words:
        wanted = []
    conditions = ([f"({' or '.join(wanted)})"] if wanted else []) + kept
    return " and ".join(conditions) or None


def _word(column: str, word: str) -> str:
    if word.upper() == "NULL":
        return f"{column} is null"
    if word.upper() == "EMPTY":
        return f"coalesce({column}, '') = ''"
    if "%" in word:
        pattern = word.replace("\\", "\\\\").replace("_", "\\_")
        return f"{column} like {literal(pattern)}"
    return f"{column} = {literal(word)}"


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
