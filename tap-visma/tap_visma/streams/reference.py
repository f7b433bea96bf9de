"""Reference data: the organization, its people and the codes of the books."""

from __future__ import annotations

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


class Branches(
    VismaStream,
    whole=True,
    expand=(
        "expandAddress",
        "expandBankSettings",
        "expandContact",
        "expandCurrency",
        "expandDefaultCountry",
        "expandDeliveryAddress",
        "expandDeliveryContact",
        "expandIndustryCode",
        "expandLedger",
        "expandVatZone",
    ),
    personal=("deliveryContact", "mainContact"),
):
    """Branches of the company."""

    name = "branches"
    path = "/v1/branch"
    primary_keys = ("company_id", "branchId")
    schema = VismaSchema("BranchDto")


class Organizations(
    VismaStream,
    expand=("expandBankSettings", "expandBranches"),
    personal=("deliveryContact", "mainContact"),
):
    """Organizations, with the branches they are made of."""

    name = "organizations"
    path = "/v1/organization"
    primary_keys = ("company_id", "organizationCd")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("ExtendedOrganizationDto")


class Departments(VismaStream):
    """Departments."""

    name = "departments"
    path = "/v1/department"
    primary_keys = ("company_id", "departmentId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("DepartmentDto")


class Employees(VismaStream, paged=True):
    """Employees. Personal data: the stream is not selected by default."""

    name = "employees"
    path = "/v1/employee"
    primary_keys = ("company_id", "employeeId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("EmployeeDto")
    selected_by_default = False


class Currencies(VismaStream):
    """Currencies in use."""

    name = "currencies"
    path = "/v1/currency"
    primary_keys = ("company_id", "id")
    schema = VismaSchema("CurrencyDto")


class CurrencyRates(VismaStream):
    """Exchange rates."""

    name = "currency_rates"
    path = "/v2/currencyrate"
    primary_keys = ("company_id", "id")
    schema = VismaSchema("CurrencyRateDto")


class CreditTerms(VismaStream, paged=True):
    """Credit terms of suppliers and customers."""

    name = "credit_terms"
    path = "/v1/creditTerm"
    primary_keys = ("company_id", "termsId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CreditTermDto")


class VatCodes(VismaStream):
    """VAT codes with their rates and accounts."""

    name = "vat_codes"
    path = "/v1/vat"
    primary_keys = ("company_id", "vatId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("VatInformationDto")


class VatCategories(VismaStream):
    """VAT categories."""

    name = "vat_categories"
    path = "/v1/vatCategory"
    primary_keys = ("company_id", "vatCategoryId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("VatCategoryDto")


class CashAccounts(VismaStream):
    """Cash and bank accounts."""

    name = "cash_accounts"
    path = "/v1/cashaccount"
    primary_keys = ("company_id", "number")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("CashAccountDto")
