"""Master data of a company of the group."""

from __future__ import annotations

import bisect
import datetime as dt
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ONE, ZERO, Period, at_midnight, money, stamp_on
from visma_looker_sandbox.dto import dto, filled
from visma_looker_sandbox.group import profiles as p
from visma_looker_sandbox.importer import add_years, month
from visma_looker_sandbox.parties import Party, add_customer, add_supplier, address
from visma_looker_sandbox.paths import (
    BRANCH,
    CASH_ACCOUNT,
    CREDIT_TERM,
    CURRENCY,
    CURRENCY_RATE,
    DEPARTMENT,
    EMPLOYEE,
    INVENTORY,
    ORGANIZATION,
    VAT,
    VAT_CATEGORY,
)

if TYPE_CHECKING:
    import random

    from visma_looker_sandbox.company import Company
    from visma_looker_sandbox.group.profiles import Profile

_WEEK = 7
#: Every so many parties, one is from abroad.
_ABROAD = 4


class Rates:
    """Weekly rates of exchange of one company.

    Args:
        profile: Whose.
        first: A day before the first document.
        last: The last day.
    """

    def __init__(self, profile: Profile, first: dt.date, last: dt.date) -> None:
        monday = first - dt.timedelta(days=first.weekday())
        self.days = [
            monday + dt.timedelta(days=_WEEK * n) for n in range((last - monday).days // _WEEK + 1)
        ]
        self._rates = {
            currency: [
                round(
                    Decimal(p.WORTH[currency])
                    / Decimal(p.WORTH[profile.currency])
                    * Decimal(str(round(1 + 0.03 * math.sin(n / 9 + len(currency)), 5))),
                    6,
                )
                for n in range(len(self.days))
            ]
            for currency in profile.foreign
        }

    def on(self, currency: str, day: dt.date) -> Decimal:
        """The rate that is valid on a day; one for the company's own currency."""
        rates = self._rates.get(currency)
        return rates[bisect.bisect_right(self.days, day) - 1] if rates else ONE

    def write(self, company: Company) -> None:
        """Write all rates."""
        number = 0
        for currency, rates in self._rates.items():
            for day, rate in zip(self.days, rates, strict=True):
                number += 1
                body = dto(
                    "CurrencyRate",
                    id=number,
                    fromCurrencyId=currency,
                    toCurrencyId=company.currency,
                    rateType="SPOT",
                    rate=rate,
                    effectiveDate=at_midnight(day),
                    multDiv="Multiply",
                    rateReciprocal=round(1 / rate, 8),
                )
                company.put(CURRENCY_RATE, body, number, modified=stamp_on(day, number))


def add_basics(company: Company, profile: Profile, first: dt.date, now: dt.date) -> None:
    """Write branches, ledgers, accounts, dimensions, periods, VAT, terms and items."""
    stamp = stamp_on(first, 0)
    _branches(company, profile, stamp)
    company.add_ledger(stamp, 1, "ACTUAL")
    company.add_ledger(stamp, 2, "BUDGET", kind="Budget")
    company.add_ledger(stamp, 3, "FORECAST", kind="Budget")
    company.ledger_number = "ACTUAL"
    company.offset = profile.offset
    company.books.set_meta(f"year_offset {company.tenant_id}", str(profile.offset))
    company.books.set_meta(f"retained_earnings {company.tenant_id}", p.RETAINED)
    for nth, (number, name, kind, group) in enumerate(p.CHART, start=1):
        control = {p.PAYABLE: "AP", p.RECEIVABLE: "AR", p.PREPAID: "AP"}.get(number)
        company.add_account(
            number,
            name,
            kind,
            group,
            cash=number == p.BANK,
            stamp=stamp_on(first, nth),
            control=control,
        )
    _dimensions(company, stamp)
    latest = company.period_of(now).year
    add_years(company, range(profile.first_year, latest + 1), profile.offset, closed_before=latest)
    for year in range(profile.first_year, latest):
        after = month((year + 1) * 12 + profile.offset)
        last = after - dt.timedelta(days=1)
        company.add_period(Period(year, 13), last, after, closed=True)
    _vat(company, profile, stamp)
    _terms(company, stamp)
    _currencies(company)
    _people(company, stamp)
    _items(company, profile, stamp)
    body = dto(
        "CashAccount",
        lastModifiedDateTime=stamp,
        entryTypes=[],
        currency=company.currency,
        account=company.short_account(p.BANK),
        subaccount=company.nested_subaccount(None),
        number=p.BANK,
        description="Bank",
    )
    company.put(CASH_ACCOUNT, body, p.BANK)


def _branches(company: Company, profile: Profile, stamp: str) -> None:
    seat = Party(profile.number, profile.name, 1, city=profile.city, country=profile.country)
    main = address(seat, "main")
    contact = filled("Contact", contactId=1, name=profile.name)
    place: dict[str, Any] = {
        "mainAddress": main,
        "mainContact": contact,
        "deliveryAddress": main,
        "deliveryContact": contact,
        "corporateId": profile.number,
        "vatRegistrationId": f"{profile.country}{profile.number}",
        "defaultCountry": main["country"],
        "lastModifiedDateTime": stamp,
        "ledger": dto("IdDescription", id="ACTUAL", description="Actual"),
        "bankSettings": dto("BankSettings", bankName="Nordisk Handelsbank"),
    }
    company.branches = {}
    for nth, (number, name) in enumerate(profile.branches, start=1):
        company.branches[number] = dto("NumberName", number=number, name=name)
        body = dto(
            "Branch",
            branchId=nth,
            number=number,
            name=name,
            organizationId=1,
            isMainBranch=nth == 1,
            isActive=True,
            currency=dto("BranchCurrency", id=company.currency, description=company.currency),
            vatZone=dto("IdDescription", id="01", description="Domestic"),
            **place,
        )
        company.put(BRANCH, body, nth)
    body = filled(
        "Organization",
        organizationCd="1",
        name=profile.name,
        organizationType="WithBranchesBalancing" if nth > 1 else "WithoutBranches",
        fileTaxByBranches=False,
        baseCurrency=company.currency,
        currency=_currency(company, company.currency),
        branches=list(company.branches.values()),
        **place,
    )
    company.put(ORGANIZATION, body, "1")


def _dimensions(company: Company, stamp: str) -> None:
    named = [
        ("Department", [("000", "None"), *p.DEPARTMENTS]),
        ("Product line", [("00", "None"), *p.LINES]),
    ]
    segments = []
    for number, (name, values) in enumerate(named, start=1):
        segment = company.segment("SUBACCOUNT", number, name, len(values[0][0]), stamp)
        segment["segmentValues"] = [
            company.segment_value(number, value, text, stamp=stamp) for value, text in values
        ]
        segments.append(segment)
    company.add_dimension(
        "ACCOUNT", "Account", [company.segment("ACCOUNT", 1, "Account", 10, stamp)]
    )
    company.add_dimension("SUBACCOUNT", "Subaccount", segments)
    texts = [dict(values) for _, values in named]
    combinations = [
        p.NOWHERE,
        *((department, "00") for department, _ in p.DEPARTMENTS),
        *(("500", line) for line, _ in p.LINES),
    ]
    for combination in combinations:
        company.add_subaccount(
            [
                dto(
                    "SubaccountSegment",
                    segmentId=number + 1,
                    segmentDescription=named[number][0],
                    segmentValue=value,
                    segmentValueDescription=texts[number][value],
                )
                for number, value in enumerate(combination)
            ],
            stamp,
        )


def _vat(company: Company, profile: Profile, stamp: str) -> None:
    codes = (
        (p.VAT_BOUGHT, "Input VAT", profile.vat, "Input", False),
        (p.VAT_SOLD, "Output VAT", profile.vat, "Output", False),
        (p.VAT_EXPORT, "Export, no VAT", Decimal(0), "Output", False),
        (p.VAT_REVERSE, "Purchases from abroad, reverse charge", profile.vat, "Input", True),
    )
    for code, text, rate, group, reverse in codes:
        company.vat_codes[code] = text
        accounts = dto(
            "VatAccounts",
            vatPayableAccount=company.nested_account("2700"),
            vatPayableSubaccount=company.short_subaccount(None),
            vatClaimableAccount=company.nested_account("2710"),
            vatClaimableSubccount=company.short_subaccount(None),
        )
        kind = "ReverseVat" if reverse else "Vat"
        schedule = dto(
            "VatSchedule",
            startDate="2020-01-01T00:00:00",
            vatRate=rate,
            minTaxableAmt=ZERO,
            maxTaxableAmt=ZERO,
            reportingGroup="1",
            deductibleVatRate=Decimal(100),
            groupType=group,
        )
        body = dto(
            "VatCode",
            vatCategoryId=code,
            vatId=code,
            description=text,
            type=kind,
            deductibleVat=False,
            reverseVat=reverse,
            statisticalVat=False,
            pendingVat=False,
            includeinVatExemptTotal=False,
            includeinVatTotal=not reverse,
            enterFromVatInvoice=False,
            calculateOn="ItemAmount",
            cashDiscount="ToTaxableAmount",
            lastModifiedDateTime=stamp,
            glAccounts=accounts,
            schedules=[schedule],
            categories=[],
            zones=[],
        )
        company.put(VAT, body, code)
        line = dto(
            "VatCategoryLine",
            vatId=code,
            description=text,
            type=kind,
            calculateOn="ItemAmount",
            cashDiscount="ToTaxableAmount",
            vatRates=[
                dto("VatRate", revisionID="1", vatRate=rate, groupType=group,
                    startDate="2020-01-01T00:00:00")
            ],
        )  # fmt: skip
        category = dto(
            "VatCategory",
            vatCategoryId=code,
            description=text,
            active=True,
            excludeListedTaxes=False,
            lastModifiedDateTime=stamp,
            vatCategoryLines=[line],
        )
        company.put(VAT_CATEGORY, category, code, created=stamp)


def _terms(company: Company, stamp: str) -> None:
    for days in p.TERMS:
        body = dto(
            "CreditTerm",
            termsId=str(days),
            description=f"{days} days",
            visibleTo="All",
            dueDateType="FixedNumberOfDays",
            dueDay1=days,
            discountType="FixedNumberOfDays",
            discountDay=0,
            discountPercent=ZERO,
            delayDays=0,
            instalmentType="Single",
            numberOfInstalments=0,
            instalmentsSchedule=[],
            createdDateTime=stamp,
            lastModifiedDateTime=stamp,
        )
        company.put(CREDIT_TERM, body, days)


def _currency(company: Company, currency: str) -> dict[str, Any]:
    return dto(
        "Currency",
        id=currency,
        description=currency,
        symbol=currency,
        isBaseCurrency=currency == company.currency,
        decimalPrecision=2,
        isUsedForAccounting=True,
    )


def _currencies(company: Company) -> None:
    for currency in p.WORTH:
        company.put(CURRENCY, _currency(company, currency), currency)


def _people(company: Company, stamp: str) -> None:
    """Departments, and employees who have a number and no name."""
    for nth, (number, name) in enumerate(p.DEPARTMENTS, start=1):
        body = dto(
            "Department",
            departmentId=number,
            publicId=company.guid("department", number),
            description=name,
            expenseAccount=company.nested_account("5000"),
            expenseSubaccount=company.short_subaccount((number, "00")),
            lastModifiedDateTime=stamp,
        )
        company.put(DEPARTMENT, body, number)
        label = f"Employee {nth:04}"
        employee = dto(
            "Employee",
            employeeUserId=company.guid("employee", nth) if nth % 2 else None,
            employeeId=9000 + nth,
            employeeNumber=f"{nth:04}",
            employeeName=label,
            status="Active",
            department=number,
            contact=dto("EmployeeContact", contactId=90_000 + nth, name=label),
            lastModifiedDateTime=stamp,
            employeeClass=dto("IdDescription", id="1", description="Employees"),
            branch=company.branch,
            workGroupDescription=[],
        )
        company.put(EMPLOYEE, employee, 9000 + nth)


def _items(company: Company, profile: Profile, stamp: str) -> None:
    for nth, (number, name, price) in enumerate(p.ITEMS, start=1):
        cost = money(profile.price(price))
        body = dto(
            "Inventory",
            inventoryId=100 + nth,
            inventoryNumber=number,
            status="Active",
            type="FinishedGoodItem" if number[0] in "PV" else "ComponentPartItem",
            description=name,
            itemClass=dto(
                "ItemClass",
                type="FinishedGoodItem",
                attributes=[],
                id="STOCK",
                description="Stock items",
                metadata={"totalCount": 0, "maxPageSize": 0},
            ),
            postingClass=dto(
                "PostingClass",
                id="STOCK",
                description="Stock items",
                metadata={"totalCount": 0, "maxPageSize": 0},
            ),
            vatCode=dto("IdDescription", id=p.VAT_SOLD, description="Output VAT"),
            defaultPrice=money(cost * 2),
            pendingCost=ZERO,
            currentCost=cost,
            lastCost=cost,
            lastModifiedDateTime=stamp,
            baseUnit="EA",
            salesUnit="EA",
            purchaseUnit="EA",
            stockItem=True,
            kitItem=False,
            accountInformation=dto(
                "ItemAccounts",
                inventoryAccount=company.short_account("1400"),
                cogsAccount=company.short_account("4300"),
                salesAccount=company.short_account("3000"),
                expenseAccrualAccount=company.short_account("2910"),
            ),
            costPriceStatistics=dto(
                "CostPrice", lastCost=cost, averageCost=cost, minCost=cost, maxCost=cost
            ),
            crossReferences=[],
            attachments=[],
            attributes=[],
            warehouseDetails=[
                dto(
                    "WarehouseDetail",
                    isDefault=True,
                    warehouse=profile.city,
                    quantityOnHand=ZERO,
                    available=ZERO,
                    availableForShipment=ZERO,
                    lastModifiedDateTime=stamp,
                )
            ],
            inventoryUnits=[],
            supplierDetails=[],
            salesCategories=[],
            recommendedPrice=ZERO,
            timestamp=company.row_version(),
        )
        company.put(INVENTORY, body, 100 + nth, created=stamp)


def add_parties(
    company: Company, profile: Profile, chance: random.Random, count: int, first: dt.date
) -> tuple[list[Party], list[Party]]:
    """Write suppliers and customers; every fourth is from abroad."""
    made: list[list[Party]] = []
    for base, account, add in (
        (50_000, p.PAYABLE, add_supplier),
        (10_000, p.RECEIVABLE, add_customer),
    ):
        parties = []
        for nth in range(1, count + 1):
            abroad = nth % _ABROAD == _ABROAD - 1
            currency = profile.foreign[nth // _ABROAD % 2] if abroad else profile.currency
            country = p.ABROAD[currency] if abroad else profile.country
            starts, ends = len(p.NAME_STARTS), len(p.NAME_ENDS)
            # Each start with each end once, then with a number.
            place = (nth * 5 + base // 10_000) % (starts * ends)
            name = f"{p.NAME_STARTS[place % starts]} {p.NAME_ENDS[place // starts]}"
            more = nth // (starts * ends)
            party = Party(
                number=str(base + nth),
                name=f"{name}{f' {more + 1}' if more else ''} {p.FORMS[country]}",
                internal_id=base * 10 + nth,
                account=account,
                days=chance.choice(p.TERMS),
                vat_number=f"{country}{base + nth}00",
                company_number=f"{base + nth}000",
                currency=currency,
                street=f"Industrivegen {chance.randint(1, 99)}",
                postal_code=str(chance.randint(1000, 9999)),
                city=chance.choice(("Narvik", "Borlänge", "Oulu", "Horten", "Lahti")),
                country=country,
                bank=f"{country}{chance.randint(10**12, 10**13 - 1)}",
                email=f"invoice@party{base + nth}.example",
            )
            add(company, party, stamp_on(first, nth))
            parties.append(party)
        made.append(parties)
    return made[0], made[1]
