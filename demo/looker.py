"""What the pipeline is told of the Looker project: its dashboards, and where news are seen."""

from __future__ import annotations

import json

from demo.pipeline import PROJECT
from visma_looker_sandbox.looker import load

LOOKML = PROJECT / "lookml"
# A demo's Looker has no other users: as many as its connection allows at once.
_AT_ONCE = 15


def settings() -> dict[str, str]:
    """Return the settings of utility-looker-refresh: every dashboard, and a proof per Explore."""
    project = load(LOOKML)

    def newest_load(explore: str) -> dict[str, str]:
        field = f"{project.explores[explore].view}.newest_load_epoch"
        return {"model": project.name, "explore": explore, "field": field}

    chosen = {
        "FRESHNESS": newest_load("sync_status"),
        "PROOF": [newest_load(explore) for explore in project.explores],
        "DASHBOARDS": [f"{project.name}::{one['dashboard']}" for one in project.dashboards],
        "MAX_CONCURRENT_QUERIES": _AT_ONCE,
    }
    return {f"UTILITY_LOOKER_REFRESH_{name}": json.dumps(value) for name, value in chosen.items()}
