"""The command `plan`: which calls a refresh makes and what they cost; it makes none itself.

Calls of builds and warming are estimates from what earlier runs have learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from utility_looker_refresh.calls import OPERATIONS, Activity
from utility_looker_refresh.report import Scenario
from utility_looker_refresh.settings import EDITIONS

if TYPE_CHECKING:
    from utility_looker_refresh.settings import Settings
    from utility_looker_refresh.state import State

DAYS = 30
_POLLS = 2
"""Of a build whose duration is known: the first comes late."""
_POLLS_UNKNOWN = 8
_QUERIES_UNKNOWN = 10


def plan(settings: Settings, state: State, runs_per_day: int) -> list[Scenario]:
    """Return the courses that the next refresh can take.

    Args:
        settings: What to refresh and how.
        state: What earlier runs have learned: it saves calls.
        runs_per_day: For the monthly projection.
    """
    names = settings.datagroups
    strategy = settings.strategy
    work = _work(settings, state)
    proof = ["run_inline_query"] * len(settings.proofs)
    patches = ["update_datagroup"] * len(names)
    acting = [*_found(settings, state), *proof, *patches, *work, *proof, *_plans(settings)]
    ids_unknown = any(state.of(name).id is None for name in names)
    if not settings.freshness:
        listing = ["all_datagroups"] if ids_unknown else []
        return [_scenario("every run", [*listing, *acting], runs_per_day)]
    loads_unknown = strategy != "build" and any(
        state.of(name).seen(strategy) is None for name in names
    )
    gate = ["run_inline_query"]
    listing = ["all_datagroups"] if loads_unknown or ids_unknown else []
    return [
        _scenario(
            "nothing new", [*gate, *(["all_datagroups"] if loads_unknown else [])], runs_per_day
        ),
        _scenario("a new load", [*gate, *listing, *acting], runs_per_day),
    ]


def _tables(settings: Settings, state: State) -> list[str]:
    """Return the tables that a build is about, as far as it is known without asking."""
    named = settings.derived_tables
    models = {name.partition("::")[0] for name in named or settings.datagroups}
    learned = [n for n in state.seconds if n.partition("::")[0] in models]
    return list(dict.fromkeys([*named, *learned]))


def _found(settings: Settings, state: State) -> list[str]:
    """Return the calls by which a refresh looks up what it is to work on."""
    calls: list[str] = []
    if settings.strategy == "build":
        sources = settings.derived_tables or settings.datagroups
        models = dict.fromkeys(name.partition("::")[0] for name in sources)
        calls += ["graph_derived_tables_for_model", "lookml_model", "connection"] * len(models)
    for given in settings.dashboards:
        kind = given.partition(":")[0]
        lookup = {"slug": ["search_dashboards"], "folder": ["folder_dashboards"]}.get(kind, [])
        queries = state.queries.get(given, _QUERIES_UNKNOWN)
        calls += [*lookup, "dashboard", *["create_query"] * queries]
    return calls


def _work(settings: Settings, state: State) -> list[str]:
    """Return the calls of builds and warming: an estimate, as nobody knows how long they take."""
    calls: list[str] = []
    if settings.strategy == "build":
        for name in _tables(settings, state):
            polls = _POLLS if name in state.seconds else _POLLS_UNKNOWN
            calls += ["start_pdt_build", *["check_pdt_build"] * polls]
        calls += ["update_datagroup"] * len(settings.datagroups)
    for given in settings.dashboards:
        queries = state.queries.get(given, _QUERIES_UNKNOWN)
        calls += ["create_query_task", "query_task_multi_results"] * queries
    return calls


def _plans(settings: Settings) -> list[str]:
    plans = settings.scheduled_plans
    return ["all_scheduled_plans", *["scheduled_plan_run_once_by_id"] * len(plans)] if plans else []


@dataclass(frozen=True)
class Quota:
    """What the edition's quota allows.

    Attributes:
        enough: Whether it allows the runs that were asked about.
        text: What a run makes at most, what is included, and how many runs a day that is.
        advice: What to do where it is not enough.
    """

    enough: bool
    text: str
    advice: str


def quota(scenarios: list[Scenario], settings: Settings, runs_per_day: int) -> Quota:
    """Compare the dearest course with the edition's quota.

    Args:
        scenarios: The courses of `plan`.
        settings: Edition, and what could be changed.
        runs_per_day: How often it is meant to run.
    """
    calls = [max(s.query for s in scenarios), max(s.admin for s in scenarios)]
    included = EDITIONS[settings.edition]
    most = min(have // (n * DAYS) for n, have in zip(calls, included, strict=True) if n)
    allowed = {0: "less than one such run", 1: "one such run"}.get(most, f"{most:,} such runs")
    short = f", not for {runs_per_day:,}" if runs_per_day > most else ""
    measures = ["run less often"]
    if settings.dashboards or settings.strategy == "build":
        measures.append("name fewer tables and dashboards")
    measures += [f"set {n}" for n in ("freshness", "state_path") if not getattr(settings, n)]
    return Quota(
        enough=not short,
        text=(
            f"a run makes up to {calls[0]:,} query-based and {calls[1]:,} administrative calls; "
            f"the edition {settings.edition} includes {included[0]:,} and {included[1]:,} in "
            f"{DAYS} days: enough for {allowed} a day{short}"
        ),
        advice=", or ".join(measures),
    )


def _scenario(name: str, between: list[str], runs_per_day: int) -> Scenario:
    calls = ["login", *between, "logout"]
    query, admin = (
        sum(OPERATIONS[call].activity is activity for call in calls)
        for activity in (Activity.QUERY, Activity.ADMIN)
    )
    monthly = runs_per_day * DAYS
    return Scenario(name, calls, query, admin, query * monthly, admin * monthly)
