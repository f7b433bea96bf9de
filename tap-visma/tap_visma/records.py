"""From the bytes of a page to records, without losing a digit.

A page is split, not decoded: nested parts stay the very bytes that Visma sent and travel so into
the Singer message; only root values are looked at, and their numbers become decimals that keep
every digit and trailing zero. Figures for this choice: `docs/decisions.md`.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
from msgspec import Raw
from typing_extensions import override

from tap_visma.errors import RecordError
from tap_visma.openapi import LIST_METADATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T")

Record = dict[str, Any]
"""Root values decoded; nested parts as `msgspec.Raw`."""

_split = msgspec.json.Decoder(list[Raw]).decode
_row = msgspec.json.Decoder(dict[str, Raw]).decode
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
encode = msgspec.json.Encoder(decimal_format="number").encode


class Lift:
    """A scalar column taken out of a record, written as a path.

    `ledger.id` is a field of a nested object; `a|b` the first of the two that has a value; a `?`
    at the end says that the value may be missing, which then is an empty text, since a part of a
    key must not be null.

    Args:
        path: As described.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._optional = path.endswith("?")
        self._ways = [way.split(".") for way in path.removesuffix("?").split("|")]

    @property
    def parents(self) -> set[str]:
        """The root properties it looks into."""
        return {way[0] for way in self._ways}

    def of(self, record: Record) -> str | None:
        """The value in a record; None where it has none and must have one."""
        for name, *rest in self._ways:
            value = record.get(name)
            if isinstance(value, Raw):
                value = _decode(value)
            for part in rest:
                value = value.get(part) if isinstance(value, dict) else None
            if value is not None:
                return _text(value)
        return "" if self._optional else None


class _Envelope(msgspec.Struct, rename="camel"):
    """The other form of a list, of a few endpoints."""

    records: list[Raw] | None = None
    total_count: int | None = None


_envelope = msgspec.json.Decoder(_Envelope).decode


class _Told(msgspec.Struct):
    """What a record says of its list."""

    metadata: Raw = Raw()


_told = msgspec.json.Decoder(_Told).decode


class ListMetadata(msgspec.Struct, rename="camel"):
    """What every record of a paged list tells of the list: all rows of it, most rows a page."""

    total_count: int | None = None
    max_page_size: int | None = None


_metadata = msgspec.json.Decoder(ListMetadata | None).decode


@dataclass
class Oddities:
    """What a run saw that is worth telling, though it stopped nothing."""

    unknown_fields: set[str] = field(default_factory=set)
    nuls_removed: int = 0


_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?)?\s*(?:Z|[+-]\d\d:?(?:\d\d)?)?"
)


@functools.lru_cache(maxsize=4096)  # most are dates, and most dates are those of many records
def wall_clock(text: str) -> str:
    """A date-time in the one format of the tap: `2026-03-29T02:30:00.000`.

    The wall clock stays as it is; an offset or `Z` is left out, since values with and without
    one occur and a database would shift the former.

    Raises:
        ValueError: It is no date-time.
    """
    match = _DATE_TIME.fullmatch(text.strip())
    if not match:
        raise ValueError("no date-time")
    date, time, fraction = match.groups()
    time = f"{time or '00:00'}:00"[:8]
    dt.datetime.fromisoformat(f"{date}T{time}")  # such a day and time exist
    return f"{date}T{time}.{fraction or '':0<3.3}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value).decode()


def _number(value: Any) -> Any:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        number = Decimal(value.strip())
        if number.is_finite():
            return number
    raise ValueError("no number")


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError("no whole number")
    return int(number)


def _boolean(value: Any) -> bool:
    if isinstance(value, (str, int)) and str(value).lower() in {"0", "1", "true", "false"}:
        return str(value).lower() in {"1", "true"}
    raise ValueError("no truth value")


def _date_time(value: Any) -> str:
    if isinstance(value, str):
        return wall_clock(value)
    raise ValueError("no date-time")


class _Scalar(NamedTuple):
    """How the values of a column are read.

    Attributes:
        as_is: Types of values that are taken as they are, which most are: no call is made.
        read: Reads any other value.
    """

    as_is: frozenset[type]
    read: Callable[[Any], Any]


_READ_AS: Mapping[str, _Scalar] = {
    "string": _Scalar(frozenset({str}), _text),
    "number": _Scalar(frozenset({int, Decimal}), _number),
    "integer": _Scalar(frozenset({int}), _integer),
    "boolean": _Scalar(frozenset({bool}), _boolean),
    "date-time": _Scalar(frozenset(), _date_time),
}
_NESTED = {"object", "array"}


def _kind(column: Mapping[str, Any]) -> str:
    types = column["type"] if isinstance(column["type"], list) else [column["type"]]
    return str(column.get("format") or next(kind for kind in types if kind != "null"))


class LazyRecords(Collection[Record]):
    """Records that are decoded one by one, each time they are iterated over.

    A page of a thousand decoded records takes several times the room of its text.

    Args:
        texts: JSON of each record.
        decode: Makes a record of it.
    """

    def __init__(self, texts: Sequence[Raw], decode: Callable[[Raw], Record]) -> None:
        self._texts = texts
        self._decode = decode

    @override
    def __len__(self) -> int:
        return len(self._texts)

    @override
    def __iter__(self) -> Iterator[Record]:
        return map(self._decode, self._texts)

    @override
    def __contains__(self, record: object) -> bool:
        return any(record == own for own in self)


@dataclass(frozen=True)
class PageRecords:
    """The records of one page.

    Attributes:
        records: In the page's order.
        total: All rows of the list as the page tells it; None where it tells nothing.
        page_size: The most rows a page of this list holds, likewise.
    """

    records: LazyRecords
    total: int | None
    page_size: int | None


_OBJECT = re.compile(rb"\s*{")
_UNSTORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def _as_list(decode: Callable[[Any], T], text: Any) -> T:
    """Decodes a list or a record of one.

    Raises:
        RecordError: It is not what the API describes.
    """
    try:
        return decode(text)
    except ValueError as error:  # a DecodeError is one, too
        raise RecordError(
            "The answer is JSON, but no list of objects.",
            "The API may have changed: update the tap.",
        ) from error


class RecordReader:
    """Reads the records of one stream.

    A value of another type than declared is taken where nothing is lost by it (a number where
    text is declared, `"12.50"` where a number is); otherwise the record is refused with the name
    of the field, never with its value. An unknown field is noted, not loaded.

    Args:
        properties: The stream's root properties, JSON schema.
        key_names: The root properties that identify a record.
        lifted: Scalar columns taken out of the record.
        oddities: Gets what was unusual.
    """

    def __init__(
        self,
        properties: Mapping[str, Mapping[str, Any]],
        *,
        key_names: Sequence[str],
        lifted: Mapping[str, Lift],
        oddities: Oddities,
    ) -> None:
        kinds = {name: _kind(column) for name, column in properties.items()}
        self._nested = frozenset(name for name, kind in kinds.items() if kind in _NESTED)
        self._scalars = {
            name: _READ_AS[kind] for name, kind in kinds.items() if kind not in _NESTED
        }
        self._key_names = tuple(key_names)
        self._lifted = lifted
        self._oddities = oddities

    def read(self, body: bytes | bytearray) -> PageRecords:
        """The records of a page.

        Raises:
            RecordError: The page is no list of objects, or, when its turn comes, that a record
                cannot be loaded.
        """
        texts, total = self._texts(body)
        told = self._told(texts)
        return PageRecords(
            records=LazyRecords(texts, self._decoded),
            total=total or (told.total_count or None if told else None),
            page_size=told.max_page_size or None if told else None,
        )

    def _decoded(self, text: Raw) -> Record:
        # A copy: parts of a record would keep its whole page otherwise.
        return self.record(_as_list(_row, bytes(text)))

    def record(self, row: Mapping[str, Raw]) -> Record:
        """One record out of its undecoded parts."""
        record: Record = {}
        for name, raw in row.items():
            scalar = self._scalars.get(name)
            if scalar is not None:
                value = _decode(raw)
                if value is not None and type(value) not in scalar.as_is:
                    try:
                        value = scalar.read(value)
                    except (ValueError, InvalidOperation):
                        raise RecordError(
                            f"The field `{name}` holds a value of another type than its column.",
                            "The API may have changed: update the tap, or leave the field out "
                            "with `select`.",
                        ) from None
                record[name] = value
            elif name in self._nested:
                record[name] = None if bytes(raw) == b"null" else raw
            elif name != LIST_METADATA:
                self._oddities.unknown_fields.add(name)
        for name, lift in self._lifted.items():
            record[name] = lift.of(record)
        for name in self._key_names:
            if record.get(name) is None:
                raise RecordError(
                    f"A record has no `{name}`, which is part of its key.",
                    "Look for it in Visma.net; the tap cannot tell such a record from others.",
                )
        return record

    def _told(self, texts: Sequence[Raw]) -> ListMetadata | None:
        """What the first record that says something of the list says."""
        for text in texts:
            if metadata := bytes(_as_list(_told, text).metadata):
                return self._list_metadata(metadata)
        return None

    def _list_metadata(self, text: bytes) -> ListMetadata | None:
        told: ListMetadata | None = None
        try:
            told = _metadata(text)
        except msgspec.DecodeError:
            self._oddities.unknown_fields.add(LIST_METADATA)
        return told

    def _texts(self, body: bytes | bytearray) -> tuple[list[Raw], int | None]:
        odd = _UNSTORABLE.search(body) is not None
        try:
            found = _as_list(self._split, body)
        except RecordError:
            if not odd:
                raise
            found = _as_list(self._split, self._storable(body))  # half a character is no JSON here
            odd = False
        texts, total = found
        if odd:
            texts = [
                Raw(self._storable(bytes(text))) if _UNSTORABLE.search(bytes(text)) else text
                for text in texts
            ]
        return texts, total

    @staticmethod
    def _split(body: bytes | bytearray) -> tuple[list[Raw], int | None]:
        if _OBJECT.match(body):
            envelope = _envelope(body)
            if envelope.records is not None:
                return envelope.records, envelope.total_count
        return _split(body), None

    def _storable(self, text: bytes | bytearray) -> bytes:
        """Without NUL characters and halves of surrogate pairs: no database can hold them."""
        return encode(self._cleaned(json.loads(text, parse_float=Decimal)))

    def _cleaned(self, value: Any) -> Any:
        if isinstance(value, str):
            kept = value.replace("\0", "").encode("utf-16", "surrogatepass")
            text = kept.decode("utf-16", "ignore")
            self._oddities.nuls_removed += len(value) - len(text)
            return text
        if isinstance(value, list):
            return [self._cleaned(part) for part in value]
        if isinstance(value, dict):
            return {self._cleaned(name): self._cleaned(part) for name, part in value.items()}
        return value
