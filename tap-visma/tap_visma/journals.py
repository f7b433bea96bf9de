"""Journal batches that the API may cut over two pages, put together again.

Visma may count the lines of journals instead of the batches, so that a batch whose lines do not
fit on a page goes on, with its header repeated, on the next. Both countings are understood.
"""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from tap_visma.errors import RecordError
from tap_visma.records import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from tap_visma.audit import Run
    from tap_visma.records import Record

LINES = "journalTransactionLines"


class _Line(msgspec.Struct, rename="camel"):
    line_number: Any = None
    debit_amount: Decimal | None = None
    credit_amount: Decimal | None = None


_split = msgspec.json.Decoder(list[Raw] | None).decode
_line = msgspec.json.Decoder(_Line).decode


class Batch:
    """A journal batch, grown out of its fragments: each line once, in the order they came.

    Attributes:
        record: The batch as it goes into the warehouse.
        line_numbers: The numbers of its lines; a line without one counts by its position.
        size: Bytes of its lines.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self._lines: dict[Hashable, Raw] = {}
        self._balance: dict[Hashable, Decimal] = {}
        self.size = 0
        self._add(record)

    @property
    def line_numbers(self) -> tuple[Hashable, ...]:
        """The numbers of the lines seen so far."""
        return tuple(self._lines)

    @property
    def is_balanced(self) -> bool:
        """Whether debit equals credit, in the ledger's currency."""
        return sum(self._balance.values(), Decimal(0)) == 0

    def fits(self, fragment: Record) -> bool:
        """Whether a fragment is of the same state of the batch: whether their headers agree."""
        return _header(fragment) == _header(self.record)

    def merge(self, fragment: Record) -> None:
        """Adds the lines of another fragment; of the headers the later one wins."""
        self._add(fragment)
        self.record = {**fragment, LINES: Raw(encode(list(self._lines.values())))}

    def _add(self, record: Mapping[str, object]) -> None:
        value = record.get(LINES)
        try:
            for raw in (_split(value) if isinstance(value, Raw) else None) or []:
                line = _line(raw)
                number = str(line.line_number or ("without number", len(self._lines)))
                self._lines[number] = raw
                self.size += memoryview(raw).nbytes
                self._balance[number] = (line.debit_amount or Decimal(0)) - (
                    line.credit_amount or Decimal(0)
                )
        except msgspec.DecodeError as error:
            raise RecordError(
                f"A line in `{LINES}` does not have the form that the API describes.",
                "The API may have changed: update the tap.",
            ) from error


def _header(record: Record) -> bytes:
    return encode({name: value for name, value in record.items() if name != LINES})


_MOST_RECENT = 500
_MOST_RECENT_BYTES = 8 * 1024 * 1024
"""Batches that are kept to be merged with a part that comes late, as far as they are small."""


class BatchAssembler:
    """Puts the batches of one reading together and counts those that do not balance.

    A batch is written when another one begins. Where rows that came in between shift the pages,
    a part of a batch shows up again behind others: it is merged with what was written, and the
    whole is written once more. If that is too long ago, the reading is torn; so it is if the
    batch was changed between its parts, which together then are nothing that ever was.

    Attributes:
        torn: A part of a batch came that could not be put together with the rest.
    """

    def __init__(self, key: Callable[[Record], Hashable], run: Run) -> None:
        self._key = key
        self._run = run
        self._current: Batch | None = None
        self._recent: OrderedDict[Hashable, Batch] = OrderedDict()
        self._recent_bytes = 0
        self._forgotten: set[int] = set()
        self.torn = False
        run.unbalanced_batches = 0

    def add(self, record: Record) -> Iterator[Record]:
        """Takes a batch or a fragment; gives the batch before it when that is whole."""
        key = self._key(record)
        if self._current is not None and self._key(self._current.record) == key:
            self._merge(self._current, record)
            return
        yield from self.finish()
        if key in self._recent:
            self._current = self._recent.pop(key)
            self._recent_bytes -= self._current.size
            self._run.unbalanced_batches -= not self._current.is_balanced
            self._merge(self._current, record)
        elif hash(key) in self._forgotten:
            self.torn = True
        else:
            self._current = Batch(record)

    def _merge(self, batch: Batch, fragment: Record) -> None:
        self.torn = self.torn or not batch.fits(fragment)
        batch.merge(fragment)

    def finish(self) -> Iterator[Record]:
        """Gives the last batch."""
        if self._current is None:
            return
        batch, self._current = self._current, None
        self._run.unbalanced_batches += not batch.is_balanced
        self._recent[self._key(batch.record)] = batch
        self._recent_bytes += batch.size
        while len(self._recent) > _MOST_RECENT or self._recent_bytes > _MOST_RECENT_BYTES:
            key, forgotten = self._recent.popitem(last=False)
            self._recent_bytes -= forgotten.size
            self._forgotten.add(hash(key))
        yield batch.record
