"""General ledger: accounts, dimensions, periods and journals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw
from typing_extensions import override

from tap_visma.client import path_segment
from tap_visma.errors import RecordError
from tap_visma.journals import Batch, BatchAssembler
from tap_visma.openapi import VismaSchema
from tap_visma.paging import Row
from tap_visma.records import encode
from tap_visma.stream import VismaStream

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from tap_visma.audit import Run
    from tap_visma.client import Answer, CompanyClient
    from tap_visma.paging import Counting, Part
    from tap_visma.records import Record


class Accounts(VismaStream, expand=("includeAccountClassDescription",)):
    """The chart of accounts."""

    name = "accounts"
    path = "/v1/account"
    primary_keys = ("company_id", "accountID")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("AccountDto")


class Subaccounts(VismaStream, paged=True):
    """Subaccounts: combinations of dimension values, with their segments."""

    name = "subaccounts"
    path = "/v1/subaccount"
    primary_keys = ("company_id", "subaccountId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SubAccountDto")


class Ledgers(VismaStream, whole=True):
    """Ledgers: actual, budget, statistical and reporting books."""

    name = "ledgers"
    path = "/v1/ledger"
    primary_keys = ("company_id", "internalId")
    schema = VismaSchema("LedgerDto")


class FinancialPeriods(VismaStream, whole=True):
    """Financial years and their periods, as the company has cut them."""

    name = "financial_periods"
    path = "/v1/financialPeriod"
    primary_keys = ("company_id", "year", "period")
    schema = VismaSchema("FinancialPeriodDto")


class Period(msgspec.Struct):
    """What other streams need to know of a financial period."""

    year: int | None = None
    period: str | None = None

    @property
    def code(self) -> str | None:
        """As parameters name it: `202603` for the third period of 2026."""
        if self.year is None:
            return None
        number = (self.period or "").replace(str(self.year), "", 1).strip(" -")[:2]
        return f"{self.year}{number:0>2}"


_names = msgspec.json.Decoder(list[str]).decode


class Dimensions(VismaStream):
    """Dimensions with their segments and segment values, one record per dimension.

    The list names the dimensions only; each is then read by its name.
    """

    name = "dimensions"
    path = "/v1/dimension"
    cost = "shared with dimension_segment_values"
    primary_keys = ("company_id", "id")
    schema = VismaSchema("DtoDimension")

    @classmethod
    @override
    def paths(cls) -> tuple[str, ...]:
        return (Dimensions.path, f"{Dimensions.path}/{{dimensionId}}")

    @override
    def rows(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> Iterator[Row]:
        reader = self.reader(combination, run)
        for answer in self.answers(client, run):
            (record,) = reader.read(b"[" + answer.body + b"]").records
            yield Row(record, answer.received_at)

    @staticmethod
    def answers(client: CompanyClient, run: Run) -> Iterator[Answer]:
        """Each dimension whole; asked for once per run, since two streams are made of it."""
        listed = client.get_once(Dimensions.path, {}, run.meter)
        run.pages += 1
        try:
            names = _names(listed.body)
        except msgspec.DecodeError as error:
            raise RecordError(
                f"GET {Dimensions.path} answered with something else than a list of names.",
                "The API may have changed: update the tap.",
            ) from error
        run.total_count = len(names)
        for name in names:
            run.pages += 1
            yield client.get_once(
                f"{Dimensions.path}/{path_segment(name)}",
                {"expandSegmentsValues": True},
                run.meter,
            )


class _SegmentValues(msgspec.Struct, rename="camel"):
    segment_id: int | None = None
    segment_values: list[dict[str, Raw]] | None = None


class _Dimension(msgspec.Struct):
    id: str | None = None
    segments: list[_SegmentValues] | None = None


_dimension = msgspec.json.Decoder(_Dimension).decode


class DimensionSegmentValues(VismaStream):
    """The values of each segment of each dimension, for example the cost centres."""

    name = "dimension_segment_values"
    path = f"{Dimensions.path}/{{dimensionId}}"
    cost = "1, and 1 per dimension"
    primary_keys = ("company_id", "dimensionId", "segmentId", "valueId")
    schema = VismaSchema("DtoSegmentValue")

    @property
    @override
    def added_columns(self) -> dict[str, dict[str, Any]]:
        return {"dimensionId": {"type": "string", "description": "The dimension of the value."}}

    @classmethod
    @override
    def paths(cls) -> tuple[str, ...]:
        return Dimensions.paths()

    @override
    def rows(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> Iterator[Row]:
        reader = self.reader(combination, run)
        for answer in Dimensions.answers(client, run):
            try:
                dimension = _dimension(answer.body)
            except msgspec.DecodeError as error:
                raise RecordError(
                    "A dimension does not have the form that the API describes.",
                    "The API may have changed: update the tap.",
                ) from error
            for segment in dimension.segments or ():
                for value in segment.segment_values or ():
                    # The value repeats its segment in most answers, but not in all.
                    owner = {
                        "dimensionId": Raw(encode(dimension.id)),
                        "segmentId": Raw(encode(segment.segment_id)),
                    }
                    yield Row(reader.record({**value, **owner}), answer.received_at)


class JournalTransactions(
    VismaStream,
    paged=True,
    condition=False,
    expand=("expandAttachments",),
    period=("periodId",),
):
    """Journal batches with their lines, one record per batch."""

    name = "journal_transactions"
    path = "/v2/journaltransaction"
    primary_keys = ("company_id", "module", "batchNumber")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("JournalTransactionDto")

    @override
    def countings(self) -> Sequence[Counting]:
        def lines(record: Record) -> Iterable[Hashable]:
            return ((self.key(record), number) for number in Batch(record).line_numbers)

        def batches(record: Record) -> Iterable[Hashable]:
            return (self.key(record),)

        return lines, batches

    @override
    def assembler(self, run: Run) -> BatchAssembler:
        return BatchAssembler(self.key, run)
