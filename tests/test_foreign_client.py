"""A client that nobody here wrote (dlt) reads the same stand-ins and gets the same rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dlt.sources.rest_api import rest_api_source

from demo.pipeline import LOAD
from tests.books import TABLES, differences

if TYPE_CHECKING:
    import pytest
    from dlt.sources.rest_api.typing import EndpointResource

    from tests.conftest import World

# Small pages: the lists are cut several times.
_PAGED = {"pageSize": 3}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "accounts": {"includeAccountClassDescription": "true"},
    "customers": {
        "expandAccountInformation": "true",
        "expandDirectDebit": "true",
        "expandPaymentMethods": "true",
    }
    | _PAGED,
    "subaccounts": _PAGED,
    "supplier_invoices": {
        "expandApproval": "true",
        "expandAttachment": "true",
        "expandLandedCosts": "true",
        "expandLinePrebookAccounts": "true",
        "expandNote": "true",
    }
    | _PAGED,
    "suppliers": {"expandAccountInformation": "true", "expandNote": "true"} | _PAGED,
}


def _endpoint(name: str, parameters: dict[str, Any]) -> EndpointResource:
    paginator: Any = "single_page"
    if "pageSize" in parameters:
        paginator = {
            "type": "page_number",
            "base_page": 1,
            "page_param": "pageNumber",
            "total_path": None,
        }
    return {
        "name": name,
        "endpoint": {
            "path": TABLES[name].resource,
            "params": parameters,
            "paginator": paginator,
        },
    }


def test_dlt_reads_the_rows_that_the_warehouse_holds(
    world: World, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RUNTIME__DLTHUB_TELEMETRY", "false")
    world.succeed(*LOAD)
    source = rest_api_source(
        {
            "client": {
                "base_url": world.settings["TAP_VISMA_API_URL"],
                "auth": {
                    "type": "oauth2_client_credentials",
                    "access_token_url": world.settings["TAP_VISMA_TOKEN_URL"],
                    "client_id": world.settings["TAP_VISMA_CLIENT_ID"],
                    "client_secret": world.settings["TAP_VISMA_CLIENT_SECRET"],
                    "access_token_request_data": {
                        "grant_type": "client_credentials",
                        "scope": "vismanet_erp_service_api:read",
                        "tenant_id": world.settings["TAP_VISMA_TENANT_ID"],
                    },
                },
            },
            "resources": [_endpoint(name, given) for name, given in _PARAMETERS.items()],
        }
    )
    tenant = world.settings["TAP_VISMA_TENANT_ID"]
    for name, resource in source.resources.items():
        rows = [{k: v for k, v in row.items() if k != "metadata"} for row in resource]
        assert len(rows) > _PAGED["pageSize"], name
        assert differences(world, name, [(tenant, json.dumps(row)) for row in rows]) == [], name
