"""Projects: what they are, what they may cost and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw
from typing_extensions import override

from tap_visma.errors import RecordError
from tap_visma.openapi import VismaSchema
from tap_visma.records import wall_clock
from tap_visma.stream import VismaStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_visma.audit import Run
    from tap_visma.client import CompanyClient, Params
    from tap_visma.paging import Part, Row


class Projects(
    VismaStream,
    paged=True,
    expand=("expandAttribute",),
    personal=("employees", "projectManager"),
):
    """Projects, with their tasks in short."""

    name = "projects"
    path = "/v1/project"
    primary_keys = ("company_id", "internalID")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("ProjectDto")


class ProjectTasks(VismaStream, paged=True, expand=("expandAttribute",), personal=("employees",)):
    """Tasks of projects."""

    name = "project_tasks"
    path = "/v1/projecttask"
    cost = "1; 2 where there are rows"
    primary_keys = ("company_id", "internalId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("TaskExtendedDto")


class ProjectBudgets(
    VismaStream,
    paged=True,
    key_from={
        "taskKey": "projectTaskID?",
        "accountGroupKey": "accountGroupID?",
        "inventoryKey": "inventoryNumber?",
        "typeKey": "type?",
    },
):
    """Budget lines of projects. They carry no time of change, so all are read each time."""

    name = "project_budgets"
    path = "/v1/projectbudget"
    primary_keys = (
        "company_id", "projectID", "taskKey", "accountGroupKey", "inventoryKey", "typeKey",
    )  # fmt: skip
    schema = VismaSchema("ProjectBudgetDto")


class _Line(msgspec.Struct, rename="camel"):
    last_modified_date_time: str | None = None


_lines = msgspec.json.Decoder(list[_Line] | None).decode


class ProjectTransactions(
    VismaStream, paged=True, expand=("expandNote",), period=("fromPeriod", "toPeriod")
):
    """Project transactions with their lines, one record per document.

    Only the lines carry a time of change; the document gets the newest of them.
    """

    name = "project_transactions"
    path = "/v1/projecttransaction"
    primary_keys = ("company_id", "module", "refNbr")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("ProjectTransactionDocumentDto")

    @property
    @override
    def added_columns(self) -> dict[str, dict[str, Any]]:
        return {
            "lastModifiedDateTime": {
                "type": ["string", "null"],
                "format": "date-time",
                "description": "The newest `lastModifiedDateTime` of the lines.",
            }
        }

    @override
    def parameters(self, client: CompanyClient, combination: Mapping[str, str], run: Run) -> Params:
        known = self.periods(client, run)
        return {"fromPeriod": known[0], "toPeriod": known[-1]} if known else {}

    @override
    def rows(
        self, client: CompanyClient, combination: Mapping[str, str], part: Part, run: Run
    ) -> Iterator[Row]:
        for row in super().rows(client, combination, part, run):
            lines = row.record.get("lines")
            try:
                times = [
                    wall_clock(line.last_modified_date_time)
                    for line in (_lines(lines) if isinstance(lines, Raw) else None) or ()
                    if line.last_modified_date_time
                ]
            except ValueError as error:  # a DecodeError is one, too
                raise RecordError(
                    "A line of a project transaction has not the form that the API describes.",
                    "The API may have changed: update the tap.",
                ) from error
            row.record["lastModifiedDateTime"] = max(times, default=None)
            yield row
