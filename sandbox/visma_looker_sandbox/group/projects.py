"""Projects with tasks and budgets, and what supplier invoices cost them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ZERO, at_midnight, money, project_part, stamp_on
from visma_looker_sandbox.dto import NO_METADATA, dto
from visma_looker_sandbox.paths import (
    PROJECT,
    PROJECT_BUDGET,
    PROJECT_TASK,
    PROJECT_TRANSACTION,
)

if TYPE_CHECKING:
    import datetime as dt

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.group.numbers import Numbers
    from visma_looker_sandbox.invoices import Invoice

_NAMES = ("Pump line 7", "Service portal", "New test hall")
_TASKS = ("Design", "Build")
_GROUP = "COST"
_BUDGET = Decimal(400_000)
_VISIBLE = ("Gl", "Ap", "Ar", "So", "Po", "Ea", "Ta", "In", "Ca", "Cr")


class Projects:
    """The projects of one company.

    Args:
        company: Whose.
        numbers: Where numbers come from.
        first: When they begin.
        unit: What amounts are multiplied with.
    """

    def __init__(self, company: Company, numbers: Numbers, first: dt.date, unit: Decimal) -> None:
        self._company = company
        self._budget = _BUDGET * unit
        self._numbers = numbers
        self._first = first
        self._actual: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._stamp = stamp_on(first, 0)
        #: Project and task of a posting: internal ids and names.
        self.all = [
            (nth, f"PR{nth:03}", nth * 10 + task, f"{task:02}")
            for nth in range(1, len(_NAMES) + 1)
            for task in range(1, len(_TASKS) + 1)
        ]
        for nth in range(1, len(_NAMES) + 1):
            self._add(nth)

    def cost(self, invoice: Invoice) -> None:
        """Count the lines of a posted invoice that name a project."""
        lines = [line for line in invoice.lines if line.project]
        if not lines:
            return
        nth = self._numbers.nth("project transactions")
        number, company = f"PM{nth:06}", self._company
        stamp = self._stamp = max(self._stamp, invoice.created)
        branch = company.branches[invoice.branch]
        party = invoice.party
        group = dto("NumberName", number=_GROUP, name="Costs")
        body = dto(
            "ProjectTransaction",
            refNbr=number,
            description=invoice.text,
            origDocNbr=invoice.number,
            status="Released",
            module="ModuleAP",
            lines=[
                dto(
                    "ProjectTransactionLine",
                    tranId=nth * 100 + place,
                    date=at_midnight(invoice.date),
                    description=line.text,
                    quantity=line.quantity,
                    unitRate=money(line.debit / line.quantity),
                    amount=money(line.debit),
                    billable=False,
                    released=True,
                    allocated=False,
                    billableQuantity=ZERO,
                    financialPeriod=invoice.period.code,
                    useBillableQty=False,
                    startDate=at_midnight(invoice.date),
                    endDate=at_midnight(invoice.date),
                    lastModifiedDateTime=stamp,
                    project=project_part(line),
                    projectTask=project_part(line, task=True),
                    debitAccount=company.nested_account(line.account),
                    debitSubaccount=company.short_subaccount(line.segments),
                    branch=branch,
                    customerVendor=dto(
                        "PartyName",
                        internalId=party.internal_id,
                        number=party.number,
                        name=party.name,
                    ),
                    accountGroup=group,
                    debitAccountGroup=group,
                    metadata=NO_METADATA,
                )
                for place, line in enumerate(lines)
            ],
        )
        company.put(PROJECT_TRANSACTION, body, "ModuleAP", number, created=stamp, modified=stamp)
        for line in lines:
            if line.project:
                self._actual[line.project[1], line.project[3]] += line.debit

    def finish(self) -> None:
        """Write the budgets with what has been spent."""
        for _, project, _, task in self.all:
            actual = money(self._actual[project, task])
            body = dto(
                "ProjectBudget",
                projectID=project,
                projectTaskID=task,
                accountGroupID=_GROUP,
                inventoryNumber="N/A",
                description=f"{project} {task}",
                uom="EA",
                rate=ZERO,
                originalBudgetQty=ZERO,
                originalBudgetAmount=money(self._budget),
                revisedBudgetQty=ZERO,
                revisedBudgetAmount=money(self._budget + 25_000),
                actualQty=ZERO,
                actualAmount=actual,
                type="Expense",
                committedQty=ZERO,
                committedAmount=ZERO,
                committedOpenQty=ZERO,
                committedOpenAmount=ZERO,
                committedReceivedQty=ZERO,
                committedInvoicedQty=ZERO,
                committedInvoicedAmount=ZERO,
            )
            key = (project, task, _GROUP, "N/A", "Expense")
            self._company.put(PROJECT_BUDGET, body, *key, modified=self._stamp)

    def _add(self, nth: int) -> None:
        company, number = self._company, f"PR{nth:03}"
        stamp, start = stamp_on(self._first, nth), at_midnight(self._first)
        visible = dto("Visibility", **{f"visibleIn{module}": True for module in _VISIBLE})
        tasks = []
        for task, name in enumerate(_TASKS, start=1):
            values: dict[str, Any] = {
                "taskId": f"{task:02}",
                "description": name,
                "plannedStart": start,
                "startDate": start,
                "branch": company.branch,
                "status": "Active",
                "restrictEmployees": False,
                "visibility": visible,
                "employees": [],
                "attributes": [],
            }
            tasks.append(dto("ProjectTask", **values, timeStamp=company.row_version()))
            record = dto(
                "ProjectTaskRecord",
                internalId=nth * 10 + task,
                projectInternalId=nth,
                lastModifiedDateTime=stamp,
                createdDateTime=stamp,
                **values,
            )
            company.put(PROJECT_TASK, record, nth * 10 + task)
        body = dto(
            "ProjectRecord",
            internalID=nth,
            projectID=number,
            hold=False,
            status="Active",
            description=_NAMES[nth - 1],
            assets=ZERO,
            liability=ZERO,
            income=ZERO,
            expenses=ZERO,
            startDate=start,
            restrictEmployees=False,
            restrictEquipment=False,
            visibility=visible,
            billingPeriod="OnDemand",
            branch=company.branch,
            autoAllocate=False,
            automaticReleaseAr=False,
            lastModifiedDateTime=stamp,
            tasks=tasks,
            employees=[],
            publicId=company.guid("project", nth),
            systemTemplate=False,
            attributes=[],
        )
        company.put(PROJECT, body, nth, created=stamp)
