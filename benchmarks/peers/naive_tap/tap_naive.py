"""The tap that the SDK's cookiecutter gives, filled in without a second thought.

It is the yardstick of the benchmark: OAuth as the template has it, a page-number paginator, the
schema typed in full. Nothing of it is slowed down, nothing is tuned.
"""

from __future__ import annotations

import decimal
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from singer_sdk import Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import OAuthAuthenticator, SingletonMeta
from singer_sdk.helpers.jsonpath import extract_jsonpath
from singer_sdk.pagination import BasePageNumberPaginator
from singer_sdk.streams import RESTStream
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

    import requests

SCHEMAS = Path(__file__).parent / "schemas"


class NaiveAuthenticator(OAuthAuthenticator, metaclass=SingletonMeta):
    """Client credentials."""

    @property
    @override
    def oauth_request_body(self) -> dict[str, Any]:
        return {
            "grant_type": "client_credentials",
            "client_id": self.config["client_id"],
            "client_secret": self.config["client_secret"],
            "tenant_id": self.config["tenant_id"],
            "scope": "vismanet_erp_service_api:read",
        }


class NaivePaginator(BasePageNumberPaginator):
    """On to the next page while there is something on this one."""

    @override
    def has_more(self, response: requests.Response) -> bool:
        rows = response.json()
        return bool(rows) and len(rows) == min(
            self.page_size, rows[0].get("metadata", {}).get("maxPageSize", self.page_size)
        )

    def __init__(self, start_value: int, page_size: int) -> None:
        super().__init__(start_value)
        self.page_size = page_size


class NaiveStream(RESTStream[int]):
    """One list."""

    records_jsonpath = "$[*]"
    expand: tuple[str, ...] = ()
    is_paged = True

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    @override
    def authenticator(self) -> NaiveAuthenticator:
        return NaiveAuthenticator(self, auth_endpoint=self.config["token_url"])

    @override
    def get_new_paginator(self) -> Any:
        return NaivePaginator(1, self.config["page_size"]) if self.is_paged else None

    @override
    def get_url_params(self, context: Any, next_page_token: int | None) -> dict[str, Any]:
        params: dict[str, Any] = dict.fromkeys(self.expand, "true")
        if self.is_paged:
            params |= {"pageNumber": next_page_token or 1, "pageSize": self.config["page_size"]}
        start = self.get_starting_replication_key_value(context)
        if start:
            params |= {
                "lastModifiedDateTime": start[:19],  # Visma refuses the zone that the SDK adds
                "lastModifiedDateTimeCondition": ">=",
            }
        return params

    @override
    def parse_response(self, response: requests.Response) -> Iterable[dict[str, Any]]:
        yield from extract_jsonpath(
            self.records_jsonpath, input=response.json(parse_float=decimal.Decimal)
        )


class SupplierInvoices(NaiveStream):
    """Supplier invoices."""

    name = "supplier_invoices"
    path = "/v1/supplierInvoice"
    primary_keys = ("documentType", "referenceNumber")
    replication_key = "lastModifiedDateTime"
    schema = json.loads((SCHEMAS / "supplier_invoices.json").read_text())
    expand = (
        "expandApproval", "expandAttachment", "expandLandedCosts", "expandLinePrebookAccounts",
        "expandNote",
    )  # fmt: skip


class Suppliers(NaiveStream):
    """Suppliers."""

    name = "suppliers"
    path = "/v1/supplier"
    primary_keys = ("internalId",)
    replication_key = "lastModifiedDateTime"
    schema = json.loads((SCHEMAS / "suppliers.json").read_text())
    expand = ("expandAccountInformation", "expandNote")


class Accounts(NaiveStream):
    """Accounts."""

    name = "accounts"
    path = "/v1/account"
    primary_keys = ("accountID",)
    replication_key = "lastModifiedDateTime"
    schema = json.loads((SCHEMAS / "accounts.json").read_text())
    expand = ("includeAccountClassDescription",)
    is_paged = False


class TapNaive(Tap):
    """The naive tap."""

    name = "tap-naive"
    config_jsonschema = th.PropertiesList(
        th.Property("client_id", th.StringType, required=True),
        th.Property("client_secret", th.StringType, required=True, secret=True),
        th.Property("tenant_id", th.StringType, required=True),
        th.Property("api_url", th.StringType, required=True),
        th.Property("token_url", th.StringType, required=True),
        th.Property("page_size", th.IntegerType, default=1000),
    ).to_dict()

    @override
    def discover_streams(self) -> list[NaiveStream]:
        return [SupplierInvoices(self), Suppliers(self), Accounts(self)]


if __name__ == "__main__":
    TapNaive.cli()
