"""What everything else refers to: branches, currencies, terms, VAT, cash."""

from __future__ import annotations

from visma_looker_sandbox.paths import (
    BRANCH,
    CASH_ACCOUNT,
    CREDIT_TERM,
    CURRENCY,
    CURRENCY_RATE,
    ORGANIZATION,
    VAT,
    VAT_CATEGORY,
)
from visma_looker_sandbox.visma.declare import (
    CREATED,
    MODIFIED,
    Resource,
    after,
    bound_day,
    equal,
    in_lines,
)

BASICS = (
    Resource(
        BRANCH,
        "BranchDto",
        key=("branchId",),
        paged=False,
        metadata=False,
        filters=(MODIFIED, after("number")),
        expand={
            "expandAddress": ("mainAddress",),
            "expandContact": ("mainContact",),
            "expandCurrency": ("currency",),
            "expandVatZone": ("vatZone",),
            "expandLedger": ("ledger",),
            "expandIndustryCode": ("industryCode",),
            "expandDeliveryAddress": ("deliveryAddress",),
            "expandDeliveryContact": ("deliveryContact",),
            "expandDefaultCountry": ("defaultCountry",),
            "expandBankSettings": ("bankSettings",),
        },
    ),
    Resource(
        CASH_ACCOUNT,
        "CashAccountDto",
        key=("number",),
        paged=False,
        metadata=False,
        filters=(MODIFIED, after("number")),
    ),
    Resource(
        CREDIT_TERM,
        "CreditTermDto",
        key=("termsId",),
        metadata=False,
        form="envelope",
        filters=(MODIFIED, CREATED, equal("termsId")),
    ),
    Resource(CURRENCY, "CurrencyDto", key=("id",), paged=False, metadata=False),
    Resource(
        CURRENCY_RATE,
        "CurrencyRateDto",
        key=("id",),
        paged=False,
        metadata=False,
        filters=(
            bound_day("fromDate", "effectiveDate", ">="),
            bound_day("toDate", "effectiveDate", "<="),
            equal("fromCurrency", "fromCurrencyId"),
            equal("toCurrency", "toCurrencyId"),
            equal("rateType"),
        ),
    ),
    Resource(
        ORGANIZATION,
        "ExtendedOrganizationDto",
        key=("organizationCd",),
        paged=False,
        metadata=False,
        filters=(MODIFIED, after("organizationCd")),
        expand={"expandBranches": ("branches",), "expandBankSettings": ("bankSettings",)},
    ),
    Resource(
        VAT,
        "VatInformationDto",
        key=("vatId",),
        paged=False,
        metadata=False,
        filters=(MODIFIED,),
    ),
    Resource(
        VAT_CATEGORY,
        "VatCategoryDto",
        key=("vatCategoryId",),
        paged=False,
        metadata=False,
        filters=(
            MODIFIED,
            CREATED,
            in_lines("vendorCd", "vatCategoryLines", "vendorCd"),
            after("vatCategoryId"),
        ),
    ),
)
