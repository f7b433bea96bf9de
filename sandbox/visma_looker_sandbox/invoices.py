"""Invoices of suppliers and to customers, as the API would show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ONE, ZERO, at_midnight, money
from visma_looker_sandbox.dto import dto
from visma_looker_sandbox.parties import address, location, terms, vat_zone
from visma_looker_sandbox.paths import CUSTOMER_INVOICE, SUPPLIER_INVOICE

if TYPE_CHECKING:
    from visma_looker_sandbox.company import Company, Period, Posting
    from visma_looker_sandbox.parties import Party


@dataclass(frozen=True)
class Vat:
    """The VAT of one code on a document."""

    code: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass
class Invoice:
    """A supplier's or customer's invoice (`Invoice`), or what takes one back (`DebitAdj`)."""

    sold: bool
    kind: str
    number: str
    party: Party
    date: dt.date
    period: Period
    total: Decimal
    balance: Decimal
    lines: list[Posting]
    created: str
    modified: str
    text: str = ""
    reference: str = ""
    vat: list[Vat] = field(default_factory=list)
    closed_in: str | None = None
    status: str | None = None
    """Told by the balance if None."""

    @property
    def due(self) -> dt.date:
        """When it is to be paid."""
        return self.date + dt.timedelta(days=self.party.days)

    @property
    def state(self) -> str:
        """The status that the API shows."""
        return self.status or ("Open" if self.balance else "Closed")


def _tax_details(company: Company, invoice: Invoice) -> list[dict[str, Any]]:
    return [
        dto(
            "TaxDetail",
            taxId=vat.code,
            recordId=number,
            vatId=dto(
                "NumberDescription",
                number=vat.code,
                description=company.vat_codes.get(vat.code),
            ),
            vatRate=vat.rate,
            taxableAmount=money(vat.base),
            vatAmount=money(vat.amount),
            expenseAmount=ZERO,
        )
        for number, vat in enumerate(invoice.vat, start=1)
    ]


def _amounts(names: str, amount: Decimal) -> dict[str, Decimal]:
    """The same amount under each name, in the ledger's and in the document's currency."""
    return {name + end: amount for name in names.split() for end in ("", "InCurrency")}


def _common(company: Company, invoice: Invoice, net: Decimal) -> dict[str, Any]:
    """What supplier and customer invoices have in common."""
    taxable = sum((vat.base for vat in invoice.vat), Decimal(0))
    return {
        "hold": invoice.state == "Hold",
        "exchangeRate": ONE,
        "creditTerms": terms(invoice.party),
        "documentType": invoice.kind,
        "referenceNumber": invoice.number,
        "postPeriod": invoice.period.post_code,
        "financialPeriod": invoice.period.code,
        "closedFinancialPeriod": invoice.closed_in,
        "origInvoiceDate": at_midnight(invoice.date),
        "cashDiscountDate": at_midnight(invoice.due),
        "status": invoice.state,
        "currencyId": company.currency,
        "paymentMethod": dto("IdDescription", id="1", description="Bank"),
        "createdDateTime": invoice.created,
        "lastModifiedDateTime": invoice.modified,
        "location": location(invoice.party),
        "branchNumber": company.branch,
        "attachments": [],
        "roundingDiff": ZERO,
        **_amounts("detailTotal", money(net)),
        **_amounts("balance", money(invoice.balance)),
        **_amounts("vatTaxableTotal", money(taxable)),
        **_amounts("vatExemptTotal", money(net - taxable)),
        **_amounts("vatTotal", money(invoice.total - net)),
        **_amounts("discountTotal cashDiscount", ZERO),
    }


def _line_amount(invoice: Invoice, line: Posting) -> Decimal:
    """What a line adds to its document."""
    amount = line.debit - line.credit
    return -amount if invoice.sold == (invoice.kind == "Invoice") else amount


def add_supplier_invoice(company: Company, invoice: Invoice) -> None:
    """Write one supplier invoice with its lines and VAT details."""
    net = sum((_line_amount(invoice, line) for line in invoice.lines), Decimal(0))
    body = dto(
        "SupplierInvoice",
        **_common(company, invoice, net),
        taxDetailLines=_tax_details(company, invoice),
        approvalDetails=dto("Approval"),
        invoiceLines=[_supplier_line(company, invoice, *nth) for nth in enumerate(invoice.lines)],
        landedCosts=[],
        retainageApply=False,
        roundingDiffInCurrency=ZERO,
        amount=money(invoice.total),
        vatAmount=money(invoice.total - net),
        taxCalculationMode="TaxSetting",
        supplierTaxZone=vat_zone(),
        paySelected=False,
        curyRetainageTotal=ZERO,
        curyRetainageUnreleasedAmt=ZERO,
        documentVersionNumber=1,
        supplier=dto(
            "DocumentSupplier",
            internalId=invoice.party.internal_id,
            number=invoice.party.number,
            name=invoice.party.name,
        ),
        date=at_midnight(invoice.date),
        dueDate=at_midnight(invoice.due),
        payDate=at_midnight(invoice.due),
        approvalStatus="New",
        supplierReference=invoice.reference or None,
        description=invoice.text,
        **_amounts("withholdingTax", ZERO),
    )
    company.put(SUPPLIER_INVOICE, body, invoice.kind, invoice.number)


def _supplier_line(company: Company, invoice: Invoice, nth: int, line: Posting) -> dict[str, Any]:
    amount = money(_line_amount(invoice, line))
    return dto(
        "SupplierInvoiceLine",
        lineNumber=nth + 1,
        stockItem=False,
        transactionDescription=line.text,
        quantity=ONE,
        discountPercent=ZERO,
        manualDiscount=False,
        account=company.nested_account(line.account),
        subaccount=company.nested_subaccount(line.segments),
        vatCode=company.vat(line.vat_code),
        branchNumber=company.branch,
        attachments=[],
        retainagePct=ZERO,
        curyRetainageAmt=ZERO,
        **_amounts("unitCost cost", amount),
        **_amounts("discountAmount discountUnitCost", ZERO),
    )


def add_customer_invoice(company: Company, invoice: Invoice) -> None:
    """Write one customer invoice with its lines and VAT details."""
    party = invoice.party
    net = sum((_line_amount(invoice, line) for line in invoice.lines), Decimal(0))
    body = dto(
        "CustomerInvoice",
        **_common(company, invoice, net),
        documentDueDate=at_midnight(invoice.due),
        externalReference=invoice.reference or None,
        isRotRutDeductible=False,
        taxDetails=_tax_details(company, invoice),
        invoiceLines=[_customer_line(company, invoice, *nth) for nth in enumerate(invoice.lines)],
        sendToAutoInvoice=False,
        customerVatZone=dto("IdDescription", id="01", description="Domestic"),
        excludeDebtCollection=False,
        paymentReference=invoice.number,
        invoiceAddress=dto("DocumentAddress", **address(party, "invoice"), overrideAddress=False),
        invoiceContact=dto(
            "DocumentContact",
            contactId=party.internal_id * 10 + 7,
            businessName=party.name,
            attention=party.attention or None,
            email=party.email or None,
            phone1=party.phone or None,
            overrideContact=False,
        ),
        applications=[],
        dontPrint=False,
        dontEmail=False,
        revoked=False,
        customer=dto("NumberName", number=party.number, name=party.name),
        documentDate=at_midnight(invoice.date),
        invoiceText=invoice.text,
        account=company.nested_account(party.account) if party.account else None,
        subaccount=company.nested_subaccount(None),
        **_amounts("amount", money(invoice.total)),
    )
    company.put(CUSTOMER_INVOICE, body, invoice.kind, invoice.number)


def _customer_line(company: Company, invoice: Invoice, nth: int, line: Posting) -> dict[str, Any]:
    amount = money(_line_amount(invoice, line))
    return dto(
        "CustomerInvoiceLine",
        lineNumber=nth + 1,
        isRotRutDeductible=False,
        attachments=[],
        description=line.text,
        quantity=ONE,
        cost=ZERO,
        account=company.nested_account(line.account),
        vatCode=company.vat(line.vat_code),
        discountPercent=ZERO,
        manualDiscount=False,
        subaccount=company.nested_subaccount(line.segments),
        branchNumber=company.branch,
        **_amounts("unitPrice manualAmount amount", amount),
        **_amounts("discountAmount", ZERO),
    )
