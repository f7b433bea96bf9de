"""The whole chain on one machine, without credentials: `make demo`.

The parts that start and stop things (an embedded Postgres, the stand-ins, the Meltano CLI) serve
the end-to-end tests, too.
"""
