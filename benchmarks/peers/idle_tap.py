"""A tap that does nothing, without the SDK: what is left is Meltano and the loader."""

import json
import sys

SCHEMA = {"type": "object", "properties": {"id": {"type": "integer"}}}
STREAM = {"tap_stream_id": "nothing", "stream": "nothing", "schema": SCHEMA}

if "--discover" in sys.argv:
    sys.stdout.write(json.dumps({"streams": [STREAM]}))
else:
    for message in (
        {"type": "SCHEMA", "stream": "nothing", "schema": SCHEMA, "key_properties": ["id"]},
        {"type": "STATE", "value": {}},
    ):
        sys.stdout.write(json.dumps(message) + "\n")
