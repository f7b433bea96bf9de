"""Asks Looker, through the Explore itself, when the newest load ended.

No warehouse credentials are needed, and the answer is what Looker's users would see.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from looker_sdk.sdk.api40.models import WriteQuery

from utility_looker_refresh.errors import AnswerError, ApiError, ConfigurationError, RefreshError

if TYPE_CHECKING:
    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Freshness

_YEAR_2000 = 946_684_800
_YEAR_2286 = 10_000_000_000


def newest_load(looker: Looker, freshness: Freshness, *, cache: bool = False) -> int | None:
    """Return the greatest value of the freshness field in epoch seconds; None without a load.

    Args:
        looker: The open session.
        freshness: Where to ask.
        cache: Whether Looker may answer from its cache, as it does its viewers. The gate goes past
            it, as it is the cache that is in question.

    Raises:
        ConfigurationError: Model, Explore or field do not exist, or hold something else.
        AnswerError: The answer is no result of a query.
        ApiError: Looker refused the query for another reason.
    """
    query = WriteQuery(
        model=freshness.model,
        view=freshness.explore,
        fields=[freshness.field],
        # The greatest first, so that a dimension serves as well as a measure.
        sorts=[f"{freshness.field} desc"],
        limit="1",
    )
    try:
        text = looker.api.run_inline_query("json", query, cache=cache, apply_formatting=False)
    except ApiError as error:
        raise _explain(error, freshness) from None
    try:
        rows = json.loads(text)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise AnswerError(
            "Looker answered the freshness query with something that is no result: "
            f"{looker.transport.clean(str(text))}.",
            "Run the Explore in Looker to see whether its query works.",
        )
    if not rows:
        return None
    if "looker_error" in rows[0]:
        raise ConfigurationError(
            f"The freshness query on {freshness} fails in Looker: "
            f"{looker.transport.clean(str(rows[0]['looker_error']))}.",
            "Run the Explore in Looker and mend it.",
        )
    return _epoch_seconds(rows[0].get(freshness.field), freshness)


def _epoch_seconds(value: Any, freshness: Freshness) -> int | None:
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = -1.0
    if isinstance(value, bool) or not _YEAR_2000 <= number < _YEAR_2286:
        raise ConfigurationError(
            f"The freshness field {freshness} holds {str(value)[:40]!r}, which is no time in epoch "
            "seconds.",
            "Use a field that holds whole seconds since 1970 as a number, such as "
            "extract(epoch from finished_at).",
        )
    return int(number)


def _explain(error: ApiError, freshness: Freshness) -> RefreshError:
    if error.status in (400, 404, 422):
        return ConfigurationError(
            f"Looker cannot query the freshness field {freshness}: {error.what}",
            "Check model, explore and field of the setting freshness, and that the key's role "
            "has the permissions access_data and explore for that model.",
        )
    return error
