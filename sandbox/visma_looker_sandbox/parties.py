"""Suppliers and customers, as the API would show them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.company import ZERO
from visma_looker_sandbox.dto import NO_METADATA, dto
from visma_looker_sandbox.paths import CUSTOMER, SUPPLIER

if TYPE_CHECKING:
    from visma_looker_sandbox.company import Company


@dataclass(frozen=True)
class Party:
    """A supplier or a customer."""

    number: str
    name: str
    internal_id: int
    account: str = ""
    days: int = 30
    active: bool = True
    vat_number: str = ""
    company_number: str = ""
    nace: str = ""
    note: str = ""
    currency: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "NO"
    attention: str = ""
    email: str = ""
    phone: str = ""
    fax: str = ""
    web: str = ""
    bank: str = ""
    opening: Decimal = Decimal(0)
    """What was owed before the books began, debit minus credit."""


def address(party: Party, role: str) -> dict[str, Any]:
    """A party's address in one of its roles; each has an id of its own."""
    country = dto("Country", id=party.country, name=party.country, metadata=NO_METADATA)
    return dto(
        "Address",
        addressId=party.internal_id * 10 + len(role) % 10,
        addressLine1=party.street,
        postalCode=party.postal_code,
        city=party.city,
        country=country,
    )


def _contact(party: Party, role: str) -> dict[str, Any]:
    return dto(
        "Contact",
        contactId=party.internal_id * 10 + len(role) % 10,
        name=party.name,
        attention=party.attention or None,
        email=party.email or None,
        web=party.web or None,
        phone1=party.phone or None,
        fax=party.fax or None,
    )


def terms(party: Party) -> dict[str, Any]:
    """A party's terms of payment."""
    return dto("IdDescription", id=str(party.days), description=f"{party.days} days")


def location(party: Party) -> dict[str, Any]:
    """A party's only location."""
    return dto("Location", countryId=party.country, id="MAIN", name="Primary location")


def vat_zone() -> dict[str, Any]:
    """The zone of everybody."""
    return dto("VatZone", id="01", description="Domestic", metadata=NO_METADATA)


def _gl_account(company: Company, number: str) -> dict[str, Any] | None:
    body = company.accounts.get(number)
    return body and dto(
        "GlAccount", type=body["type"], number=number, description=body["description"]
    )


def add_supplier(company: Company, party: Party, stamp: str) -> None:
    """Write one supplier."""
    subaccount = company.nested_subaccount(None)
    body = dto(
        "Supplier",
        internalId=party.internal_id,
        number=party.number,
        name=party.name,
        status="Active" if party.active else "Inactive",
        mainAddress=address(party, "main"),
        mainContact=_contact(party, "main"),
        supplierClass=dto("IdDescription", id="1", description="Suppliers"),
        creditTerms=terms(party),
        currencyId=party.currency or company.currency,
        remitAddress=address(party, "remit"),
        remitContact=_contact(party, "remit"),
        paymentMethod=dto("IdDescription", id="1", description="Bank"),
        chargeBearer="Payer",
        accountUsedForPayment="IBAN" if party.bank[:2].isalpha() else "BBAN",
        paymentBy="DueDate",
        paymentLeadTime=0,
        paySeparately=False,
        supplierAddress=address(party, "supplier"),
        supplierContact=_contact(party, "supplier"),
        location=location(party),
        vatRegistrationId=party.vat_number or None,
        corporateId=party.company_number or None,
        vatZone=vat_zone(),
        glAccounts=dto(
            "SupplierGlAccounts",
            supplierAccount=_gl_account(company, party.account),
            supplierSubaccount=dto(
                "GlSubaccount",
                active=True,
                id=subaccount["subaccountNumber"],
                description=subaccount["description"],
            ),
        ),
        attributes=[],
        lastModifiedDateTime=stamp,
        supplierPaymentMethodDetails=[
            dto(
                "PaymentMethodDetail",
                paymentMethodDetailDescription="Account",
                paymentMethodDetailValue=party.bank,
                paymentMethodDetailID="1",
            )
        ]
        if party.bank
        else [],
        retainageApply=False,
        retainagePct=ZERO,
        note=party.note or None,
        naceCode=party.nace or None,
        landedCostSupplier=False,
        currencyOverride=False,
        currencyRateOverride=False,
    )
    company.put(SUPPLIER, body, party.internal_id)


def add_customer(company: Company, party: Party, stamp: str) -> None:
    """Write one customer."""
    body = dto(
        "Customer",
        internalId=party.internal_id,
        number=party.number,
        name=party.name,
        status="Active" if party.active else "Inactive",
        mainAddress=address(party, "main"),
        mainContact=_contact(party, "main"),
        customerClass=dto("IdDescription", id="1", description="Customers"),
        creditTerms=terms(party),
        currencyId=party.currency or company.currency,
        creditVerification="Disabled",
        creditLimit=ZERO,
        creditDaysPastDue=0,
        invoiceAddress=address(party, "invoice"),
        invoiceContact=_contact(party, "invoice"),
        printInvoices=False,
        acceptAutoInvoices=True,
        sendInvoicesByEmail=True,
        sendDunningLettersViaEMail=True,
        printDunningLetters=False,
        printStatements=False,
        sendStatementsByEmail=False,
        printMultiCurrencyStatements=False,
        statementType="OpenItem",
        deliveryAddress=address(party, "delivery"),
        deliveryContact=_contact(party, "delivery"),
        vatRegistrationId=party.vat_number or None,
        corporateId=party.company_number or None,
        vatZone=vat_zone(),
        location=location(party),
        attributes=[],
        lastModifiedDateTime=stamp,
        createdDateTime=stamp,
        directDebitLines=[],
        glAccounts=dto(
            "CustomerGlAccounts",
            customerLedgerAccount=_gl_account(company, party.account),
            customerLedgerSubaccount=company.nested_subaccount(None),
        ),
        invoiceToDefaultLocation=False,
        paymentMethods=[dto("CustomerPaymentMethod", paymentMethodId="1", isDefault=True)],
        defaultPaymentMethodId="1",
        excludeDebtCollection=False,
    )
    company.put(CUSTOMER, body, party.internal_id)
