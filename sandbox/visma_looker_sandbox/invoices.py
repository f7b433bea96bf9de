"""Invoices of suppliers and to customers, as the API would show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ONE, ZERO, at_midnight, money, project_part
from visma_looker_sandbox.dto import dto, filled
from visma_looker_sandbox.parties import address, location, terms, vat_zone
from visma_looker_sandbox.paths import (
    CUSTOMER_CREDIT_NOTE,
    CUSTOMER_DEBIT_NOTE,
    CUSTOMER_INVOICE,
    SUPPLIER_INVOICE,
)
from visma_looker_sandbox.subledger import add_customer_document, add_supplier_document

if TYPE_CHECKING:
    from visma_looker_sandbox.company import Company, Period, Posting
    from visma_looker_sandbox.parties import Party


@dataclass(frozen=True, slots=True)
class Vat:
    """The VAT of one code on a document."""

    code: str
    rate: Decimal
    base: Decimal
    amount: Decimal


#: What raises the debt; the other documents (DebitAdj, CreditNote) take it back.
RAISING = frozenset({"Invoice", "CreditAdj", "DebitNote"})


@dataclass(slots=True)
class Invoice:
    """A supplier's or customer's invoice, or another document with lines.

    Amounts are in the document's currency. Those in the company's own are told apart only where
    the currency is another: `total_base`, `balance_base` and debit and credit of the lines.
    """

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
    branch: str = ""
    """Number of its branch, the first by default."""
    currency: str = ""
    """The company's own by default."""
    rate: Decimal = ONE
    total_base: Decimal | None = None
    balance_base: Decimal | None = None
    applications: list[dict[str, Any]] = field(default_factory=list)
    """What was taken off it, as customers' documents show it."""
    approval: str = "New"

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


def _amounts(names: str, amount: Decimal, foreign: Decimal | None = None) -> dict[str, Decimal]:
    """An amount under each name, in the ledger's and in the document's currency."""
    foreign = amount if foreign is None else foreign
    return {
        name + end: value
        for name in names.split()
        for end, value in (("", amount), ("InCurrency", foreign))
    }


def _common(company: Company, invoice: Invoice) -> dict[str, Any]:
    """What supplier and customer invoices have in common."""
    net, net_base = _net(invoice)
    total_base = invoice.total if invoice.total_base is None else invoice.total_base
    balance_base = invoice.balance if invoice.balance_base is None else invoice.balance_base
    taxable = sum((vat.base for vat in invoice.vat), Decimal(0))
    # A document's VAT is on all of it or on none of it where it is in another currency.
    taxable_base = taxable if net == net_base else net_base if taxable else taxable
    exempt, exempt_base = net - taxable, net_base - taxable_base
    return {
        "hold": invoice.state == "Hold",
        "exchangeRate": invoice.rate,
        "creditTerms": terms(invoice.party),
        "documentType": invoice.kind,
        "referenceNumber": invoice.number,
        "postPeriod": invoice.period.post_code,
        "financialPeriod": invoice.period.code,
        "closedFinancialPeriod": invoice.closed_in,
        "origInvoiceDate": at_midnight(invoice.date),
        "cashDiscountDate": at_midnight(invoice.due),
        "status": invoice.state,
        "currencyId": invoice.currency or company.currency,
        "paymentMethod": dto("IdDescription", id="1", description="Bank"),
        "createdDateTime": invoice.created,
        "lastModifiedDateTime": invoice.modified,
        "location": location(invoice.party),
        "branchNumber": _branch(company, invoice),
        "attachments": [],
        "roundingDiff": ZERO,
        **_amounts("detailTotal", money(net_base), money(net)),
        **_amounts("balance", money(balance_base), money(invoice.balance)),
        **_amounts("vatTaxableTotal", money(taxable_base), money(taxable)),
        **_amounts("vatExemptTotal", money(exempt_base), money(exempt)),
        **_amounts("vatTotal", money(total_base - net_base), money(invoice.total - net)),
        **_amounts("discountTotal cashDiscount", ZERO),
    }


def _branch(company: Company, invoice: Invoice) -> dict[str, Any]:
    return company.branches[invoice.branch] if invoice.branch else company.branch


def _line_amounts(invoice: Invoice, line: Posting) -> tuple[Decimal, Decimal]:
    """What a line adds to its document, in its currency and in the ledger's."""
    base = line.debit - line.credit
    foreign = base
    if line.debit_currency is not None or line.credit_currency is not None:
        foreign = (line.debit_currency or Decimal(0)) - (line.credit_currency or Decimal(0))
    return (-foreign, -base) if invoice.sold == (invoice.kind in RAISING) else (foreign, base)


def _net(invoice: Invoice) -> tuple[Decimal, Decimal]:
    """A document without its VAT, in its currency and in the ledger's."""
    amounts = [_line_amounts(invoice, line) for line in invoice.lines]
    return (
        sum((foreign for foreign, _ in amounts), Decimal(0)),
        sum((base for _, base in amounts), Decimal(0)),
    )


def add_supplier_invoice(company: Company, invoice: Invoice) -> None:
    """Write one supplier invoice with its lines and VAT details."""
    common = _common(company, invoice)
    body = dto(
        "SupplierInvoice",
        **common,
        taxDetailLines=_tax_details(company, invoice),
        approvalDetails=dto("Approval"),
        invoiceLines=[_supplier_line(company, invoice, *nth) for nth in enumerate(invoice.lines)],
        landedCosts=[],
        retainageApply=False,
        roundingDiffInCurrency=ZERO,
        amount=money(invoice.total),
        vatAmount=common["vatTotalInCurrency"],
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
        approvalStatus=invoice.approval,
        supplierReference=invoice.reference or None,
        description=invoice.text,
        **_amounts("withholdingTax", ZERO),
    )
    company.put(SUPPLIER_INVOICE, body, invoice.kind, invoice.number)
    add_supplier_document(company, body, invoice.party.account)


def _supplier_line(company: Company, invoice: Invoice, nth: int, line: Posting) -> dict[str, Any]:
    amount, base = (money(each) for each in _line_amounts(invoice, line))
    order = line.order or (None, None, None, None)
    return dto(
        "SupplierInvoiceLine",
        lineNumber=nth + 1,
        inventoryNumber=line.item or None,
        stockItem=bool(line.item),
        transactionDescription=line.text,
        quantity=line.quantity,
        uom="EA" if line.item else None,
        poNumber=order[0],
        poLineNr=order[1],
        poReceiptNbr=order[2],
        poReceiptLineNbr=order[3],
        project=project_part(line),
        projectTask=project_part(line, task=True),
        discountPercent=ZERO,
        manualDiscount=False,
        account=company.nested_account(line.account),
        subaccount=company.nested_subaccount(line.segments),
        vatCode=company.vat(line.vat_code),
        branchNumber=_branch(company, invoice),
        attachments=[],
        retainagePct=ZERO,
        curyRetainageAmt=ZERO,
        **_amounts("cost", base, amount),
        **_amounts("unitCost", money(base / line.quantity), money(amount / line.quantity)),
        **_amounts("discountAmount discountUnitCost", ZERO),
    )


#: Per kind of document: path, shape and the name of its lines.
_SOLD = {
    "Invoice": (CUSTOMER_INVOICE, "CustomerInvoice", "invoiceLines"),
    "CreditNote": (CUSTOMER_CREDIT_NOTE, "CustomerCreditNote", "lines"),
    "DebitNote": (CUSTOMER_DEBIT_NOTE, "CustomerDebitNote", "lines"),
}


def add_customer_invoice(company: Company, invoice: Invoice) -> None:
    """Write one customer invoice, credit note or debit note with its lines and VAT details."""
    party = invoice.party
    path, shape, lines = _SOLD[invoice.kind]
    common = _common(company, invoice)
    total_base = common["detailTotal"] + common["vatTotal"]
    body = filled(
        shape,
        **common,
        documentDueDate=at_midnight(invoice.due),
        externalReference=invoice.reference or None,
        isRotRutDeductible=False,
        taxDetails=_tax_details(company, invoice),
        **{lines: [_customer_line(company, invoice, *nth) for nth in enumerate(invoice.lines)]},
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
        applications=invoice.applications,
        dontPrint=False,
        dontEmail=False,
        revoked=False,
        customer=dto("NumberName", number=party.number, name=party.name),
        documentDate=at_midnight(invoice.date),
        invoiceText=invoice.text,
        account=company.nested_account(party.account) if party.account else None,
        subaccount=company.nested_subaccount(None),
        **_amounts("amount", total_base, money(invoice.total)),
    )
    company.put(path, body, invoice.kind, invoice.number)
    add_customer_document(company, body)


def _customer_line(company: Company, invoice: Invoice, nth: int, line: Posting) -> dict[str, Any]:
    amount, base = (money(each) for each in _line_amounts(invoice, line))
    return filled(
        f"{_SOLD[invoice.kind][1]}Line",
        lineNumber=nth + 1,
        inventoryNumber=line.item or None,
        isRotRutDeductible=False,
        attachments=[],
        description=line.text,
        quantity=line.quantity,
        uom="EA" if line.item else None,
        projectTask=project_part(line, task=True),
        cost=ZERO,
        account=company.nested_account(line.account),
        vatCode=company.vat(line.vat_code),
        discountPercent=ZERO,
        manualDiscount=False,
        subaccount=company.nested_subaccount(line.segments),
        branchNumber=_branch(company, invoice),
        **_amounts("manualAmount amount", base, amount),
        **_amounts("unitPrice", money(base / line.quantity), money(amount / line.quantity)),
        **_amounts("discountAmount", ZERO),
    )
