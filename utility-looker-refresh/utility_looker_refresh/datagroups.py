"""Datagroups: found by `model::name`, reset or triggered through their two stamps.

`stale_before` makes everything cached before it stale (the user interface calls it reset
cache); `triggered_at` has Looker's regenerator rebuild the datagroup's persistent tables at
its next tick and send its deliveries. Neither may lie in Looker's future.
"""

from __future__ import annotations

import difflib
from http import HTTPStatus
from typing import TYPE_CHECKING

from looker_sdk.sdk.api40.models import WriteDatagroup

from utility_looker_refresh.errors import (
    AccessError,
    ApiError,
    ConfigurationError,
    NotGrantedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from looker_sdk.sdk.api40.models import Datagroup

    from utility_looker_refresh.session import Looker


def full_name(datagroup: Datagroup) -> str:
    """Return `model::name`, which Looker keeps unique."""
    return f"{datagroup.model_name}::{datagroup.name}"


def find_datagroups(looker: Looker, names: Iterable[str]) -> dict[str, Datagroup]:
    """List Looker's datagroups once and return those asked for, by name.

    Raises:
        AccessError: The key sees no datagroup at all.
        ConfigurationError: A name is unknown; the message lists what there is.
    """
    found = {full_name(datagroup): datagroup for datagroup in looker.api.all_datagroups()}
    if not found:
        raise AccessError(
            "Looker shows this key no datagroup at all.",
            "Grant its role the permission see_datagroups for the models in question, or add a "
            "datagroup to LookML.",
        )
    unknown = [name for name in names if name not in found]
    if unknown:
        near = difflib.get_close_matches(unknown[0], found, n=1)
        guess = f"; did you mean {near[0]}?" if near else "."
        raise ConfigurationError(
            f"Looker shows no datagroup {', '.join(unknown)}{guess}",
            f"It shows: {', '.join(sorted(found))}. One that exists and is not shown needs the "
            "permission see_datagroups for its model.",
        )
    return {name: found[name] for name in names}


def stamp_datagroup(
    looker: Looker, name: str, datagroup_id: str, strategy: str, floor: int
) -> Datagroup:
    """Reset or trigger a datagroup as of now by Looker's clock.

    "Now" and not the load's own end: rows become visible some time after a load has noted its
    end, and a result that was cached in between is old.

    Args:
        looker: The open session.
        name: `model::name`, for messages.
        datagroup_id: Looker's id.
        strategy: `reset` or `trigger`.
        floor: Latest stamp known of this datagroup in epoch seconds; the new one is not earlier.

    Returns:
        The datagroup as Looker then has it.

    Raises:
        ApiError: Looker refused it; status 404 may also mean that the id is no longer valid.
        NotGrantedError: The key may not do it.
    """
    while True:
        stamp = max(looker.now(), floor)
        body = WriteDatagroup(stale_before=stamp)
        if strategy == "trigger":
            # Both, as it is not documented whether a trigger alone makes results stale at once.
            body.triggered_at = stamp
        try:
            return looker.api.update_datagroup(datagroup_id, body)
        except ApiError as error:
            if error.status == HTTPStatus.UNPROCESSABLE_ENTITY and looker.now() < stamp:
                # Looker's clock was set back, or its servers differ: its word of now counts.
                floor = 0
                continue
            if error.status == HTTPStatus.FORBIDDEN:
                raise missing_permission(name, error.status) from None
            raise


def missing_permission(name: str, status: int) -> NotGrantedError:
    """Return the error for a datagroup that is seen but may not be changed."""
    model = name.partition("::")[0]
    return NotGrantedError(
        f"Looker does not let this key change {name} (HTTP {status}).",
        f"Grant its role the permission update_datagroups for the model {model}.",
    )
