"""Puts a LookML project into the Looker stand-in: its datagroups, Explores and dashboards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from visma_looker_sandbox.looker.content import Dashboard, Tile
from visma_looker_sandbox.looker.lookml import LookMLError, tiles
from visma_looker_sandbox.looker.world import Connection, Datagroup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visma_looker_sandbox.looker.explores import Explores
    from visma_looker_sandbox.looker.world import LookerWorld

_AGE = re.compile(r"(\d+) (second|minute|hour)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_FIRST_ID = 21
_CREATED = 1_700_000_000


def install(world: LookerWorld, explores: Explores) -> None:
    """Deploy a project; what the world held of a model of that name goes.

    Every attribute that Explores filter users by is `%` at first: all companies.

    Raises:
        LookMLError: Something in it is not known here.
    """
    project = explores.project
    model = project.name
    world.explores = explores
    world.connections[project.connection] = Connection(project.connection)
    kept = [group for group in world.datagroups.values() if group.model != model]
    own = [
        Datagroup(str(number), model, name, _CREATED)
        for number, name in enumerate(project.datagroups, _FIRST_ID)
    ]
    world.datagroups = {group.id: group for group in (*own, *kept)}
    for explore in project.explores.values():
        name = explore.node.get("persist_with", project.persist_with)
        if name is not None and name not in project.datagroups:
            raise LookMLError(f"explore {explore.name}: there is no datagroup {name}.")
        # Without one, nothing but its age ends a cached result.
        world.governed[model, explore.name] = name or ""
        for rule in explore.node.get("access_filters", ()):
            world.user_attributes[rule["user_attribute"]] = "%"
    ages = [_age(name, node) for name, node in project.datagroups.items()]
    world.tasks.max_age = min(ages, default=world.tasks.max_age)
    # Results come as fast as the warehouse answers.
    world.tasks.seconds = 0.0
    for role in world.roles:
        role.permissions.append("see_lookml_dashboards")
        role.models = sorted({*role.models, model})
    for dashboard in project.dashboards:
        _add(world, model, dashboard)


def _age(name: str, node: Mapping[str, Any]) -> float:
    unknown = sorted(node.keys() - {"name", "label", "description", "max_cache_age"})
    found = _AGE.fullmatch(node.get("max_cache_age", "1 hour"))
    if unknown or not found:
        what = ", ".join(unknown) or f"max_cache_age {node['max_cache_age']}"
        raise LookMLError(f"datagroup {name}: this stand-in does not know {what}.")
    return float(int(found[1]) * _SECONDS[found[2]])


def _add(world: LookerWorld, model: str, node: dict[str, Any]) -> None:
    shown = []
    for element, query in tiles(node):
        title = str(element.get("title", element["name"]))
        query_id = world.content.save_query({"model": model, **query}) if query else None
        shown.append(Tile(title, query_id, listens=element.get("listen", {})))
    defaults = {one["name"]: one.get("default_value") for one in node.get("filters", ())}
    name = f"{model}::{node['dashboard']}"
    world.content.dashboards[name] = Dashboard(name, node["title"], shown, defaults)
