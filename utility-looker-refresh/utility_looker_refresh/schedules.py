"""Scheduled plans: run once per load, whatever crashes in between.

Looker copies the plan and queues the copy; there is no asking later whether it was sent. So the
intent is written down before the call, and a plan whose call had no answer is never run again
for the same load.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from utility_looker_refresh.errors import (
    AccessError,
    AnswerError,
    ApiError,
    CallCapError,
    ConfigurationError,
    NoAnswerError,
    NotDoneError,
)
from utility_looker_refresh.report import PlanResult

if TYPE_CHECKING:
    from looker_sdk.sdk.api40.models import ScheduledPlan

    from utility_looker_refresh.session import Looker
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import RunNote, State

LOGGER = logging.getLogger(__name__)
_FIELDS = (
    "id,name,title,user_id,enabled,crontab,datagroup,require_results,require_no_results,"
    "require_change"
)
_SPACING = 0.5
"""Seconds between two runs: Looker refuses more than about ten a second."""


def own_plans(looker: Looker, *, destinations: bool = False) -> dict[str, ScheduledPlan]:
    """Return the scheduled plans of the key's user, by id.

    Args:
        looker: The open session.
        destinations: Ask also where they go.
    """
    fields = f"{_FIELDS},scheduled_plan_destination" if destinations else _FIELDS
    return {str(plan.id): plan for plan in looker.api.all_scheduled_plans(fields=fields)}


def examine(plan_id: str, plans: dict[str, ScheduledPlan]) -> PlanResult:
    """Say of a plan whether it can be run, and what may hold it back."""
    plan = plans.get(plan_id)
    if plan is None:
        return PlanResult(
            plan_id,
            None,
            "foreign",
            "it is not among the plans of the key's user: another owner's, or not there",
        )
    result = PlanResult(plan_id, plan.title or plan.name, "left")
    if plan.enabled is False:
        result.action, result.reason = "suppressed", "it is disabled"
        return result
    held = [n for n in ("require_results", "require_no_results", "require_change") if plan[n]]
    notes = [f"{name} may hold it back" for name in held]
    if plan.crontab:
        notes.append("it is also sent by its own schedule")
    if plan.datagroup:
        notes.append(f"it is also sent when {plan.datagroup} is triggered")
    result.reason = "; ".join(notes) or None
    return result


def run_plans(
    looker: Looker, settings: Settings, state: State, run: RunNote, results: list[PlanResult]
) -> None:
    """Run the plans that this load has not run yet.

    Args:
        looker: The open session.
        settings: Which plans.
        state: Remembers each step before it is taken.
        run: The note of this run.
        results: Filled in as it goes.

    Raises:
        RefreshError: A cap is reached or the key is refused.
    """
    results.extend(_noted(p, run.plans[p]) for p in settings.scheduled_plans if p in run.plans)
    left = [plan_id for plan_id in settings.scheduled_plans if plan_id not in run.plans]
    if not left:
        return
    plans = own_plans(looker)
    first = True
    for plan_id in left:
        result = examine(plan_id, plans)
        results.append(result)
        if result.action != "left":
            continue
        if not first:
            looker.sleep(_SPACING)
        first = False
        _run(looker, state, run, result)


def _noted(plan_id: str, note: str) -> PlanResult:
    if note == "queued":
        return PlanResult(plan_id, None, "queued", "by an earlier run for this load")
    return PlanResult(
        plan_id,
        None,
        "uncertain",
        "it was asked for and the answer was lost; it is not asked for again for this load",
    )


def _run(looker: Looker, state: State, run: RunNote, result: PlanResult) -> None:
    run.plans[result.id] = "asked"
    state.save()
    try:
        looker.api.scheduled_plan_run_once_by_id(result.id)
    except ApiError as error:
        _not_asked(state, run, result)
        result.action, result.reason = "failed", error.what
        return
    except (NotDoneError, CallCapError, AccessError, ConfigurationError):
        _not_asked(state, run, result)
        raise
    except (NoAnswerError, AnswerError) as error:
        result.action, result.reason = "uncertain", f"{error.what} It is not asked for again"
        LOGGER.warning("Scheduled plan %s: %s", result.id, result.reason)
        return
    run.plans[result.id] = "queued"
    state.save()
    result.action = "queued"
    LOGGER.info("Queued the scheduled plan %s %s", result.id, result.name or "")


def _not_asked(state: State, run: RunNote, result: PlanResult) -> None:
    """Forget the intent: Looker surely did not run the plan."""
    del run.plans[result.id]
    state.save()
