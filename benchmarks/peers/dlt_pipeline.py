"""dlt's `rest_api` source, alone or into Postgres: `dlt_pipeline.py STREAM WHAT`.

WHAT is `extract` (rows are counted), `default` (child tables) or `flat` (nested parts stay JSON).
"""

from __future__ import annotations

import os
import sys

import dlt
from dlt.sources.rest_api import rest_api_source
from streams import PAGED, STREAMS


def main(stream: str, what: str) -> None:
    """Run it."""
    path, key, expand = STREAMS[stream]
    paged = stream in PAGED
    params: dict[str, object] = dict.fromkeys(expand, "true")
    if paged:
        params["pageSize"] = int(os.environ["PAGE_SIZE"])
    if what != "extract":
        params |= {
            "lastModifiedDateTime": {
                "type": "incremental",
                "cursor_path": "lastModifiedDateTime",
                "initial_value": "1900-01-01T00:00:00.000",
            },
            "lastModifiedDateTimeCondition": ">=",
        }
    source = rest_api_source(
        {
            "client": {
                "base_url": os.environ["API_URL"],
                "auth": {
                    "type": "oauth2_client_credentials",
                    "access_token_url": os.environ["TOKEN_URL"],
                    "client_id": os.environ["CLIENT_ID"],
                    "client_secret": os.environ["CLIENT_SECRET"],
                    "access_token_request_data": {
                        "grant_type": "client_credentials",
                        "scope": "vismanet_erp_service_api:read",
                        "tenant_id": os.environ["TENANT_ID"],
                    },
                },
            },
            "resources": [
                {
                    "name": stream,
                    "primary_key": key,
                    "write_disposition": "merge",
                    "endpoint": {
                        "path": path,
                        "params": params,
                        "paginator": {
                            "type": "page_number",
                            "base_page": 1,
                            "page_param": "pageNumber",
                            "total_path": None,
                        }
                        if paged
                        else "single_page",
                    },
                }
            ],
        },
        # The default is deep: a child table for every list.
        max_table_nesting=0 if what == "flat" else 1000,
    )
    if what == "extract":
        sys.stdout.write(f"{sum(1 for _ in source)}\n")
        return
    pipeline = dlt.pipeline(
        "benchmark",
        destination=dlt.destinations.postgres(os.environ["DATABASE_URL"]),
        dataset_name=f"dlt_{what}",
    )
    pipeline.run(source).raise_on_failed_jobs()


if __name__ == "__main__":
    main(*sys.argv[1:3])
