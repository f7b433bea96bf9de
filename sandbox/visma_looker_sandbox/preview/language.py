"""Words and figures in the languages of the LookML project."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.numbers import format_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from visma_looker_sandbox.looker.lookml import Field

#: Names of the strings files, and the locale that figures are written in.
LOCALES = {"en": "en_GB", "nb_NO": "nb_NO", "sv_SE": "sv_SE", "fi_FI": "fi_FI", "da": "da_DK"}
#: What a company's country speaks.
COUNTRIES = {"NO": "nb_NO", "SE": "sv_SE", "FI": "fi_FI", "DK": "da"}

_PLAIN = "#,##0.######"
_NAMED = re.compile(r"(decimal|percent)_(\d)")


@dataclass(frozen=True)
class Language:
    """A language that a page is shown in.

    Attributes:
        name: As the strings files are named.
        locale: How figures and dates are written.
        words: Translations by the English text; what is missing stays English.
        formats: Named value formats of the project.
    """

    name: str
    locale: Locale
    words: Mapping[str, str]
    formats: Mapping[str, str]

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return self.locale.language

    @property
    def title(self) -> str:
        """Its own name of itself."""
        return str(self.locale.get_language_name()).capitalize()

    @property
    def separators(self) -> str:
        """Decimal sign and sign between thousands."""
        symbols = self.locale.number_symbols["latn"]
        return f"{symbols['decimal']}{symbols['group']}"

    def __call__(self, text: str, **values: object) -> str:
        """A text, translated, with values put into its `{names}`."""
        said = self.words.get(text, text)
        return said.format(**values) if values else said

    def label(self, field: Field) -> str:
        """What a field is called."""
        return self(str(field.node.get("label", field.name.replace("_", " ").title())))

    def value(self, value: object, field: Field) -> str:
        """A value of a result as people of the language write it."""
        if value is None:
            return ""
        if field.type == "yesno" or value in ("Yes", "No"):
            return self(str(value))
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return self._number(value, field)
        if field.type.startswith("date"):
            return self._time(str(value), field.type)
        return str(value)

    def _number(self, value: float | Decimal, field: Field) -> str:
        name = str(field.node.get("value_format_name", ""))
        pattern = self.formats.get(name) or str(field.node.get("value_format", "")) or _PLAIN
        if name == "id":
            return str(value)
        if found := _NAMED.fullmatch(name):
            digits = f"0.{'0' * int(found[2])}".rstrip(".")
            pattern = f"#,##{digits}"
            if found[1] == "percent":
                pattern = self.locale.percent_formats[None].pattern.replace("#,##0", pattern)
        minus = self.locale.number_symbols["latn"]["minusSign"]
        # A pattern writes a hyphen, whatever the language does.
        return format_decimal(value, format=pattern, locale=self.locale).replace("-", minus)

    def _time(self, text: str, kind: str) -> str:
        if kind == "date_month":
            return format_skeleton("yMM", dt.date.fromisoformat(f"{text}-01"), locale=self.locale)
        if kind == "date_time":
            # As it was read from the warehouse: UTC.
            return self._minute(dt.datetime.fromisoformat(text))
        return self.day(dt.date.fromisoformat(text))

    def day(self, day: dt.date) -> str:
        """A date with all digits of its year."""
        return format_skeleton("yMMdd", day, locale=self.locale)

    def moment(self, seconds: float) -> str:
        """A point in time, UTC.

        Args:
            seconds: Since 1970.
        """
        when = dt.datetime.fromtimestamp(seconds, dt.timezone.utc)
        return f"{self._minute(when)} UTC"

    def _minute(self, when: dt.datetime) -> str:
        return f"{self.day(when.date())} {format_time(when, 'short', locale=self.locale)}"


def languages(project: Path, formats: Mapping[str, str]) -> dict[str, Language]:
    """The languages by name.

    Args:
        project: Directory of the LookML project; its strings files are in `strings/`.
        formats: Named value formats of the project.
    """
    return {
        name: Language(
            name, Locale.parse(locale), {**_strings(project, name), **_own(name)}, formats
        )
        for name, locale in LOCALES.items()
    }


def _strings(project: Path, name: str) -> dict[str, str]:
    path = project / "strings" / f"{name}.strings.json"
    return _read(path.read_text(encoding="utf-8")) if path.exists() else {}


def _own(name: str) -> dict[str, str]:
    """Words of the preview itself."""
    path = files("visma_looker_sandbox.preview") / "words" / f"{name}.json"
    return _read(path.read_text(encoding="utf-8")) if name != "en" else {}


def _read(text: str) -> dict[str, str]:
    words: dict[str, Any] = json.loads(text)
    return {key: str(value) for key, value in words.items()}
