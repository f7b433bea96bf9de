#!/bin/sh
# Says why a run has failed, by its log: sh orchestrate/why.sh <LOG
# Each part has words of its own: tap, loader and Meltano [error, utility-looker-refresh ERROR, dbt FAIL,
# Database Error, or what was not published.
grep -m 1 -A 4 -E '\[error|ERROR |Database Error|FAIL [0-9]|Not published' || echo "It does not say."
