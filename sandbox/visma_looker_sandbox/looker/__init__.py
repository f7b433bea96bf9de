"""Stand-in for the Looker API 4.0."""

from __future__ import annotations

from visma_looker_sandbox.looker.app import LookerStandIn
from visma_looker_sandbox.looker.compiler import Refused
from visma_looker_sandbox.looker.explores import AddressError, Explores
from visma_looker_sandbox.looker.install import install
from visma_looker_sandbox.looker.lookml import LookMLError, load
from visma_looker_sandbox.looker.world import Datagroup, LookerWorld, Role

__all__ = [
    "AddressError",
    "Datagroup",
    "Explores",
    "LookMLError",
    "LookerStandIn",
    "LookerWorld",
    "Refused",
    "Role",
    "install",
    "load",
]
