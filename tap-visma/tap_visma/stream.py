"""What all streams do: read a list for each company, write its rows, keep its bookmark.

A stream itself is data (see `tap_visma.streams`); what differs between endpoints is a keyword
on its class line.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec
from singer_sdk import Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from typing_extensions import override

from tap_visma.at_once import Task, at_once
from tap_visma.audit import Run
from tap_visma.bookmarks import REPLICATION_KEY
from tap_visma.distinct import DistinctRows
from tap_visma.errors import KEPT, RecordError, UnavailableError, VismaError
from tap_visma.paging import LARGEST_PAGE, AsTheyCome, PagedList, Part, Row
from tap_visma.reading import Reading
from tap_visma.records import Lift, RecordReader, encode

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import MetadataMapping, RecordMessage

    from tap_visma.client import CompanyClient, Meter, Params
    from tap_visma.openapi import VismaSchema
    from tap_visma.paging import Assembler, Counting
    from tap_visma.records import PageRecords, Record
    from tap_visma.tap import TapVisma

T = TypeVar("T")

_ALL_OF_TIME = "1900-01-01T00:00:00.000"


class VismaStream(Stream):
    """A list endpoint of Visma.net ERP.

    Class keywords:
        paged: The endpoint takes `pageNumber` and `pageSize`.
        whole: A short list that is read whole, once per run, for this stream and for those
            whose parameters are made of it.
        expand: Flags that ask for parts the API leaves out otherwise.
        condition: The endpoint takes `lastModifiedDateTimeCondition`. Where it does not,
            `lastModifiedDateTime` is mandatory and a first load names a day before all others.
        key_from: Scalar columns lifted out of the record: column to path (see `records.Lift`).
        personal: Properties with personal data, deselected by default.
        period: The parameters by which the endpoint narrows the list to a financial period.
        refresh_open: Documents that are open are read again by each run.

    Attributes:
        path: Of the endpoint.
        cost: Calls of a run that finds nothing new, for the documentation.
    """

    path: ClassVar[str]
    cost: ClassVar[str] = "1"
    paged: ClassVar[bool]
    whole: ClassVar[bool]
    expand: ClassVar[tuple[str, ...]]
    condition: ClassVar[bool]
    key_from: ClassVar[Mapping[str, Lift]]
    personal: ClassVar[tuple[str, ...]]
    period: ClassVar[tuple[str, ...]]
    refresh_open: ClassVar[bool]

    # Records are conformed by RecordReader, once, and nested parts are bytes.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE

    _tap: TapVisma

    @override
    def __init_subclass__(
        cls,
        *,
        paged: bool = False,
        whole: bool = False,
        expand: tuple[str, ...] = (),
        condition: bool = True,
        key_from: Mapping[str, str] | None = None,
        personal: tuple[str, ...] = (),
        period: tuple[str, ...] = (),
        refresh_open: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.paged = paged
        cls.whole = whole
        cls.expand = expand
        cls.condition = condition
        cls.key_from = {name: Lift(path) for name, path in (key_from or {}).items()}
        cls.personal = personal
        cls.period = period
        cls.refresh_open = refresh_open

    def __init__(self, tap: TapVisma) -> None:
        super().__init__(tap=tap)
        self._received_at: dt.datetime | None = None

    @classmethod
    def paths(cls) -> tuple[str, ...]:
        """The paths of the API that the stream reads."""
        return (cls.path,)

    @classmethod
    def schema_key(cls) -> str:
        """The component of the OpenAPI document that describes a row."""
        descriptor: VismaSchema = cls.__dict__["schema"]
        return str(descriptor.key)

    @property
    def added_columns(self) -> dict[str, dict[str, Any]]:
        """JSON schema of the columns that the tap adds to Visma's."""
        return {
            name: {
                "type": "string" if name in self.primary_keys else ["string", "null"],
                "description": f"`{lift.path}`, as a column of its own.",
            }
            for name, lift in self.key_from.items()
        }

    @property
    def is_incremental(self) -> bool:
        """Whether the stream is read by `lastModifiedDateTime`, as the catalog has it, too."""
        return self.replication_method == "INCREMENTAL"

    @property
    def refreshes_open(self) -> bool:
        """Whether open documents are read again by each run."""
        wanted = self.refresh_open and self.config["refresh_open_documents"]
        return bool(wanted and self.is_incremental)

    # --- hooks of the SDK ---

    @property
    @override
    def partitions(self) -> None:
        # One piece for the SDK, which would read one company after another: see `get_records`.
        return None

    @property
    @override
    def metadata(self) -> MetadataMapping:
        first = self._metadata is None
        metadata = super().metadata
        if first and self._tap_input_catalog is None:
            for name in self.personal:
                metadata["properties", name].selected_by_default = False
        return metadata

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> None:
        # The SDK would cap bookmarks at this machine's clock in UTC; Visma's zone is unknown.
        return None

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        """Reads the companies, several at once."""
        clients = [self._tap.client(company.company_id) for company in self._tap.companies]
        yield from at_once(
            [Task(self._records_of(client), client.is_put_off) for client in clients],
            most=self.config["max_concurrent_requests"],
        )

    def _records_of(self, client: CompanyClient) -> Iterator[Record]:
        """Reads one company; an expected failure is kept for the end of the run."""
        state = self.get_context_state({"company_id": client.company.company_id})
        run = Run(self.name, client)
        run.begin(mode="incremental" if state.get("parts") else "first", window_from=None)
        try:
            combinations = self.combinations(client, run)
        except VismaError as error:
            self._failed(run, error)
            return
        meter: Meter | None = run.meter  # the first pays for finding out what there is
        for combination in combinations:
            run, meter = Run(self.name, client, combination, meter), None
            try:
                reading = Reading(self, client, combination, run, state)
                for row in reading.rows():
                    self._received_at = row.received_at
                    yield row.record
                self._tap.to_tell.append(reading.finish())
            except VismaError as error:
                self._failed(run, error)
            else:
                self._tap.audit.append(run.finished())
        if not combinations:
            run.begin(mode="full", window_from=None)  # all there is to ask for is nothing
            self._tap.audit.append(run.finished())

    @override
    def _write_starting_replication_value(self, context: Context | None) -> None:
        """Not used: a failure would leave the SDK's marker behind in the state."""

    @override
    def _increment_stream_state(
        self, latest_record: Record, *, context: Context | None = None
    ) -> None:
        """Not used: the SDK's bookmark is the highest value seen, which may miss rows.

        `Reading` sets the bookmark when, and only when, a list has been read completely.
        """

    @override
    def _generate_record_messages(self, record: Record) -> Generator[RecordMessage, None, None]:
        # The SDK offers no hook for the time of extraction: it is the time the page arrived.
        for message in super()._generate_record_messages(record):
            if self._received_at is not None:
                message.time_extracted = self._received_at.replace(tzinfo=dt.timezone.utc)
            yield message

    # --- what a stream may change ---

    def combinations(self, client: CompanyClient, run: Run) -> list[dict[str, str]]:  # noqa: ARG002
        """What the list is asked for one by one, as columns: one entry without any, mostly."""
        return [{}]

    def parameters(
        self,
        client: CompanyClient,  # noqa: ARG002
        combination: Mapping[str, str],  # noqa: ARG002
        run: Run,  # noqa: ARG002
    ) -> Params:
        """Parameters of the endpoint that are mandatory, beside those of the class."""
        return {}

    def rows(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> Iterator[Row]:
        """All rows of a part of one combination.

        Raises:
            LongListError: It has more pages than are wanted.
        """
        params = self._asked_for(client, combination, part, run)
        reader = self.reader(combination, run)
        if self.paged:
            yield from self._paged_rows(client, params, reader, run, part.most_pages)
            return
        get = client.get_once if self.whole else client.get
        answer = get(self.path, params, run.meter)
        run.pages += 1
        contents, keys = DistinctRows(), DistinctRows()
        try:
            page = reader.read(answer.body)
            for record in page.records:
                contents.note(encode(record))
                keys.note(self.key(record))
        except RecordError as error:
            raise RecordError(f"GET {self.path}: {error.what}", error.todo) from error
        run.total_count = page.total
        if len(contents) > len(keys):
            raise RecordError(
                f"GET {self.path}: several rows share a key, and only one of them would be kept.",
                "The API may have changed: update the tap.",
            )
        if page.total is not None and page.total > len(page.records):
            raise VismaError(
                f"GET {self.path} gave {len(page.records)} of {page.total} rows in one piece.",
                "The API may have begun to page this list: update the tap.",
            )
        yield from (Row(record, answer.received_at) for record in page.records)

    def _asked_for(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> Params:
        params = self.expanded() | self.parameters(client, combination, run)
        params |= part.filters
        since = part.since
        if since is None and not self.condition:
            since = _ALL_OF_TIME
        if since is not None:
            params[REPLICATION_KEY] = since
            if self.condition:
                params[f"{REPLICATION_KEY}Condition"] = ">="
        return params

    def _paged_rows(
        self,
        client: CompanyClient,
        params: Params,
        reader: RecordReader,
        run: Run,
        most_pages: int | None,
    ) -> Iterator[Row]:
        size = self.config.get("page_size") or LARGEST_PAGE
        pages = PagedList(
            f"GET {self.path}",
            ask=lambda number: client.ask(
                self.path, {**params, "pageNumber": number, "pageSize": size}, run.meter
            ),
            read=reader.read,
            countings=self.countings(),
            assembler=lambda: self.assembler(run),
            page_size=size,
            at_once=self.config["max_concurrent_requests"],
            room=self._tap.room,
            most_pages=most_pages,
        )
        before = run.pages
        try:
            for row in pages.rows():
                run.pages, run.total_count = before + pages.pages, pages.total
                yield row
        finally:
            run.pages, run.total_count = before + pages.pages, pages.total

    @classmethod
    def expanded(cls) -> Params:
        """The parameters that every call of the endpoint carries."""
        return dict.fromkeys(cls.expand, True)

    @staticmethod
    def list_of(
        stream: type[VismaStream], client: CompanyClient, run: Run, kind: type[T]
    ) -> list[T]:
        """The rows of a list that is read whole, as far as another stream needs them.

        Args:
            stream: The stream of the list; its answer is shared.
            client: The company's.
            run: Pays for the call if it is the first.
            kind: A struct of the fields needed.
        """
        answer = client.get_once(stream.path, stream.expanded(), run.meter)
        try:
            return msgspec.json.decode(answer.body, type=list[kind])  # type: ignore[valid-type]
        except msgspec.DecodeError as error:
            raise RecordError(
                f"GET {stream.path} answered with something else than a list of objects.",
                "The API may have changed: update the tap.",
            ) from error

    def wanted(self, setting: str, found: list[str]) -> list[str]:
        """Those found that a setting names; all where it names none.

        Raises:
            VismaError: The setting names others.
        """
        named = self.config.get(setting)
        if named is None:
            return found
        if missing := [name for name in named if name not in found]:
            raise VismaError(
                f"`{setting}` names {', '.join(missing)}, but there is only {', '.join(found)}.",
                f"Correct `{setting}`.",
            )
        return [name for name in found if name in named]

    def countings(self) -> Sequence[Counting]:
        """The ways in which Visma may count the rows of the list."""
        return (lambda record: (self.key(record),),)

    def assembler(self, run: Run) -> Assembler:  # noqa: ARG002  # for those that need it
        """Puts records together that the API may cut over two pages."""
        return AsTheyCome()

    @classmethod
    def in_period(cls, period: str) -> dict[str, str]:
        """The parameters that narrow the list to a financial period."""
        return dict.fromkeys(cls.period, period)

    def periods(self, client: CompanyClient, run: Run) -> list[str]:
        """All financial periods of the company, as parameters name them."""
        # The module is made of this class.
        from tap_visma.streams.ledger import FinancialPeriods, Period  # noqa: PLC0415

        periods = self.list_of(FinancialPeriods, client, run, Period)
        return sorted({row.code for row in periods if row.code})

    def total_of(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> int:
        """How many rows a part of one combination has, as Visma counts them."""
        page = self.first_row(client, combination, part, run)
        run.pages += 1
        return page.total or len(page.records)

    def first_row(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> PageRecords:
        """The first row of a part of one combination, and what it tells of the list."""
        params = self._asked_for(client, combination, part, run)
        answer = client.get(self.path, {**params, "pageNumber": 1, "pageSize": 1}, run.meter)
        return self.reader(combination, run).read(answer.body)

    # --- how it is done ---

    def reader(self, combination: Mapping[str, str], run: Run) -> RecordReader:
        """Reads the stream's records out of an answer."""
        given = {"company_id", *combination}
        return RecordReader(
            self.schema["properties"],
            key_names=[name for name in self.primary_keys if name not in given],
            lifted=self.key_from,
            oddities=run.oddities,
        )

    def save_state(self) -> None:
        """Writes a STATE message, which speaks of the rows that have been written so far."""
        # The SDK writes one when a stream ends, and has no hook for one before.
        self.state_manager.is_flushed = False
        self._write_state_message()

    def key(self, record: Record) -> tuple[Any, ...]:
        """What identifies a record within its company and combination."""
        return tuple(record.get(name) for name in self.primary_keys)

    def _failed(self, run: Run, error: VismaError) -> None:
        todo = error.todo
        if isinstance(error, UnavailableError):
            if self.config["skip_unavailable"] and run.is_the_first_try:
                run.skipped(error)
                self._tap.audit.append(run.finished())
                return
            todo += f" To leave the stream out: `select: ['*.*', '!{self.name}.*']`."
        run.failed(error)
        self._tap.audit.append(run.finished())
        where = f" ({run.partition})" if run.partition else ""
        self._tap.fail(
            VismaError(
                f"{self.name} of company {run.client.company.company_id}{where}: "
                f"{error.what} {KEPT}",
                todo,
            ),
            cause=(run.client.company.company_id, error.cause),
        )
