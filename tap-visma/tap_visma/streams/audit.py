"""The tap's own record of what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk import Stream
from singer_sdk import typing as th
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.helpers.types import Context

    from tap_visma.tap import TapVisma


class SyncRuns(Stream):
    """One row per run, stream and company: what was read, what it cost and how it ended.

    Written last, failures included. A row of any other table belongs to the run of its stream
    and company whose `started_at` and `finished_at` enclose the row's `_sdc_extracted_at`; to
    none, if its run was killed before it could tell.
    """

    name = "sync_runs"
    primary_keys = ("run_id", "company_id", "stream", "partition")
    schema = th.PropertiesList(
        th.Property("run_id", th.StringType(nullable=False), description="UUID of the run."),
        th.Property("company_id", th.StringType(nullable=False), description="The company read."),
        th.Property("stream", th.StringType(nullable=False), description="The stream read."),
        th.Property(
            "partition",
            th.StringType(nullable=False),
            description=(
                "Parameters the stream was read for; empty where it has none, or where a run "
                "ended before it knew them. A run tells all of them."
            ),
        ),
        th.Property("tap_version", th.StringType, description="Version of tap-visma."),
        th.Property(
            "mode",
            th.StringType,
            description=(
                "first (nothing was read before), resumed (a first load went on), incremental, "
                "or full (all read again)."
            ),
        ),
        th.Property(
            "window_from",
            th.StringType,
            description="Rows modified since were read, in Visma's own time; null for all rows.",
        ),
        th.Property("started_at", th.DateTimeType, description="UTC."),
        th.Property("finished_at", th.DateTimeType, description="UTC."),
        th.Property("started_epoch", th.IntegerType, description="Seconds since 1970, UTC."),
        th.Property("finished_epoch", th.IntegerType, description="Seconds since 1970, UTC."),
        th.Property("rows_read", th.IntegerType, description="Distinct rows written."),
        th.Property(
            "rows_new",
            th.IntegerType,
            description=(
                "Rows that were not there, or not so, at the reading before. A full pass counts "
                "all rows from before the overlap: it cannot know them again."
            ),
        ),
        th.Property("pages", th.IntegerType, description="Answers read."),
        th.Property("calls", th.IntegerType, description="Calls made, retries included."),
        th.Property("retries", th.IntegerType, description="Calls repeated."),
        th.Property("seconds_waited", th.NumberType, description="For retries and allowance."),
        th.Property("allowance_limit", th.IntegerType, description="Calls an hour, as told."),
        th.Property("allowance_left", th.IntegerType, description="Calls left at the end."),
        th.Property("total_count", th.IntegerType, description="Rows of the list, as told."),
        th.Property(
            "unknown_fields", th.StringType, description="Fields that this version left out."
        ),
        th.Property(
            "nuls_removed",
            th.IntegerType,
            description="Characters that no database can hold, taken out of texts.",
        ),
        th.Property(
            "unbalanced_batches",
            th.IntegerType,
            description="Journal batches whose debit is not their credit.",
        ),
        th.Property(
            "outcome", th.StringType, description="success, failed, or skipped (no licence)."
        ),
        th.Property("reason", th.StringType, description="Why it failed or was skipped."),
    ).to_dict()

    _tap: TapVisma

    @override
    def get_records(self, context: Context | None) -> Iterator[dict[str, Any]]:
        yield from self._tap.audit
        self._tap.told()
