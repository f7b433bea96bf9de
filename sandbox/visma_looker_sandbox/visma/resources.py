"""The list endpoints of the ERP stand-in, in the order of their paths.

To serve one more: declare it in the module of its kind, give its fields in `dto.py` and put records
with the same path into the books. Filters are SQL conditions on the stored record with one `?`
each.
"""

from __future__ import annotations

from visma_looker_sandbox.visma.basics import BASICS
from visma_looker_sandbox.visma.declare import Resource
from visma_looker_sandbox.visma.ledger import GENERAL_LEDGER
from visma_looker_sandbox.visma.operations import OPERATIONS
from visma_looker_sandbox.visma.payables import PAYABLES
from visma_looker_sandbox.visma.receivables import RECEIVABLES

__all__ = ["RESOURCES", "Resource"]

RESOURCES: tuple[Resource, ...] = tuple(
    sorted(
        (*BASICS, *GENERAL_LEDGER, *OPERATIONS, *PAYABLES, *RECEIVABLES),
        key=lambda resource: resource.path.lower(),
    )
)
