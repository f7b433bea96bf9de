"""The settings of the tap, and what to say when they are wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator
from singer_sdk import typing as th

from tap_visma.bookmarks import LEAST_OVERLAP_MINUTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_HEADER = "^[!-~]([ -~]*[!-~])?$"  # ASCII, as the value of a header has to be

_BOOLEANS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}

SETTINGS: dict[str, Any] = th.PropertiesList(
    th.Property(
        "client_id",
        th.StringType(nullable=False),
        required=True,
        title="Client id",
        description="Client id of your application in the Visma Developer Portal.",
    ),
    th.Property(
        "client_secret",
        th.StringType(nullable=False),
        required=True,
        secret=True,
        title="Client secret",
        description="Client secret of your application in the Visma Developer Portal.",
    ),
    th.Property(
        "tenant_id",
        th.StringType(nullable=False),
        title="Tenant id",
        description=(
            "Tenant id of the company to read (of the company, not of the customer). For "
            "several companies use `companies` instead."
        ),
    ),
    th.Property(
        "companies",
        th.ArrayType(
            th.ObjectType(
                th.Property("tenant_id", th.StringType(nullable=False), required=True),
                th.Property("company_id", th.StringType(nullable=False)),
                th.Property("ipp_company_id", th.StringType(nullable=False, pattern=_HEADER)),
                additional_properties=False,
                nullable=False,
            ),
            nullable=False,
        ),
        title="Companies",
        description=(
            "Companies to read: `tenant_id`, `company_id` (the short name written on every "
            "row; the tenant id when left out) and, only for applications that still need "
            "it, `ipp_company_id`."
        ),
    ),
    th.Property(
        "allow_partial",
        th.ArrayType(th.StringType(nullable=False), nullable=False),
        title="Allow partial runs",
        description=(
            "Companies that may lag behind, by `company_id`: a run in which only these fail "
            "succeeds, so that models and Looker go on with the others. Never all companies."
        ),
    ),
    th.Property(
        "start_date",
        th.DateTimeType(nullable=False),
        title="Start date",
        description=(
            "Read only what was modified since, in Visma's own time. Unset by default: "
            "balances reconcile only with the whole history."
        ),
    ),
    th.Property(
        "api_url",
        th.StringType(nullable=False, pattern="^https?://"),
        default="https://api.finance.visma.net",
        title="API address",
        description="Address of the Visma.net ERP API.",
    ),
    th.Property(
        "token_url",
        th.StringType(nullable=False, pattern="^https?://"),
        default="https://connect.visma.com/connect/token",
        title="Token address",
        description="Address where Visma Connect gives tokens.",
    ),
    th.Property(
        "page_size",
        th.IntegerType(nullable=False, minimum=1),
        title="Page size",
        description="Rows per page. Unset: the most that each endpoint allows.",
    ),
    th.Property(
        "max_concurrent_requests",
        th.IntegerType(nullable=False, minimum=1, maximum=16),
        default=4,
        title="Concurrent requests",
        description="Calls under way at once for a company, and companies read at once.",
    ),
    th.Property(
        "overlap_minutes",
        th.IntegerType(nullable=False, minimum=LEAST_OVERLAP_MINUTES),
        default=LEAST_OVERLAP_MINUTES,
        title="Overlap",
        description=(
            "Minutes before the bookmark that an incremental run reads again; at least "
            f"{LEAST_OVERLAP_MINUTES}, for the hour that comes twice when summer time ends."
        ),
    ),
    th.Property(
        "allowance_reserve",
        th.IntegerType(nullable=False, minimum=0),
        default=0,
        title="Allowance reserve",
        description="Calls of each hour's allowance that are left for other integrations.",
    ),
    th.Property(
        "on_allowance_exhausted",
        th.StringType(nullable=False),
        allowed_values=["wait", "stop"],
        default="wait",
        title="When the allowance is used up",
        description="`wait` for the next hour, or `stop` with the state saved.",
    ),
    th.Property(
        "max_calls",
        th.IntegerType(nullable=False, minimum=1),
        title="Calls per run",
        description="The most calls a run makes for a company; it stops with the state saved.",
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(nullable=False, minimum=1),
        default=300,
        title="Timeout",
        description=(
            "Seconds without a sign of an answer after which a call is tried again; the whole "
            "answer may take twice as long."
        ),
    ),
    th.Property(
        "detect_deletes",
        th.BooleanType(nullable=False),
        default=False,
        title="Detect deletes",
        description="Read every stream in full, so that rows deleted in Visma can be told.",
    ),
    th.Property(
        "refresh_open_documents",
        th.BooleanType(nullable=False),
        default=True,
        title="Refresh open documents",
        description=(
            "Read the open documents of `supplier_documents` and `customer_documents` again "
            "in each run, since a payment may change a balance without a trace."
        ),
    ),
    th.Property(
        "skip_unavailable",
        th.BooleanType(nullable=False),
        default=False,
        title="Skip what is unavailable",
        description=(
            "Go on without endpoints that the company has no licence for, and note it in "
            "`sync_runs`; otherwise they fail the run."
        ),
    ),
    th.Property(
        "ledgers",
        th.ArrayType(th.StringType(nullable=False), nullable=False),
        title="Ledgers",
        description=(
            "Numbers of the ledgers to read in `general_ledger_transactions`. Unset: all "
            "that hold no budget."
        ),
    ),
    th.Property(
        "financial_years",
        th.ArrayType(th.StringType(nullable=False), nullable=False),
        title="Financial years",
        description=(
            "Years to read in `budgets`, which costs a call per branch, budget ledger and "
            "year. Unset: all years that have financial periods."
        ),
    ),
    th.Property(
        "user_agent",
        th.StringType(nullable=False, pattern=_HEADER),
        default="tap-visma",
        title="User agent",
        description="How the tap names itself to Visma.",
    ),
    additional_properties=False,
).to_dict()


def from_environment(
    schema: Mapping[str, Any], prefix: str, environment: Mapping[str, str]
) -> dict[str, Any]:
    """The settings that an environment holds; empty variables are unset.

    Args:
        schema: The settings and their types.
        prefix: Of the variables' names.
        environment: Of the process. Meltano puts into it what stands in its `.env`.

    Returns:
        By name. What is not of its setting's type stays text, to be refused by name.
    """
    return {
        name: _read(text, of["type"])
        for name, of in schema["properties"].items()
        if (text := environment.get(prefix + name.upper()))
    }


def _read(text: str, types: list[str]) -> Any:
    if "string" in types:
        return text
    if "boolean" in types:
        return _BOOLEANS.get(text.lower(), text)
    try:
        return json.loads(text)
    except ValueError:
        return text


def what_is_wrong(config: Mapping[str, Any]) -> list[str]:
    """One sentence per setting that is wrong, which names it and never says its value."""
    missing = [
        f"`{name}` (TAP_VISMA_{name.upper()}) is not set, or empty; it is needed."
        for name in SETTINGS["required"]
        if name not in config
    ]
    return missing + [
        f"`{'.'.join(map(str, error.absolute_path)) or 'config'}`: "
        + (
            error.message
            if error.validator in {"required", "additionalProperties"}
            else f"wrong; {error.validator} should be {error.validator_value}."
        )
        for error in Draft7Validator(SETTINGS).iter_errors(dict(config))
        if error.validator != "required" or error.absolute_path
    ]


def wrong_allow_partial(allowed: Collection[str], companies: Sequence[str]) -> str | None:
    """What is wrong with `allow_partial`, in a sentence; None where nothing is.

    Args:
        allowed: Companies that it names.
        companies: All there are.
    """
    if unknown := sorted(set(allowed) - set(companies)):
        return (
            f"`allow_partial` names {', '.join(unknown)}, but the companies are "
            f"{', '.join(companies)}."
        )
    if set(allowed) == set(companies):
        return (
            "`allow_partial` names every company, so a run that read nothing would succeed: leave "
            "at least one out."
        )
    return None
