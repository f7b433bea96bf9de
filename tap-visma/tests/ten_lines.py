"""A stream more, as CONTRIBUTING.md says."""

from tap_visma.openapi import VismaSchema
from tap_visma.stream import VismaStream


class Creditors(VismaStream, paged=True, expand=("expandNote",), personal=("mainContact",)):
    name = "creditors"
    path = "/v1/supplier"
    primary_keys = ("company_id", "internalId")
    replication_key = "lastModifiedDateTime"
    schema = VismaSchema("SupplierDto")
