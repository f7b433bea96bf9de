#!/bin/sh
# Runs a schedule for cron, which mails what is printed: nothing, unless it failed.
#   sh orchestrate/cron/run.sh SCHEDULE
# The log of the newest run is in .meltano/SCHEDULE.log. Rows may be in it, so it is its user's alone.
umask 077
# Of its own until the end: a run that is left out must not write over the log of the one under way.
log=$(mktemp -p "${RUNTIME_DIRECTORY:-.meltano}") || exit 1
.venv/bin/python orchestrate/run_schedule.py "$1" >"$log" 2>&1
code=$?
if [ $code -eq 75 ]; then # left out, since another one was being run: nobody needs to know
    rm -f "$log"
    exit 0
fi
if [ $code -ne 0 ]; then
    echo "$1 failed with $code. Looker shows what it showed before, and the next run tries again."
    echo "What happened, and what to do:"
    echo
    sh orchestrate/why.sh <"$log"
    echo
    echo "Its log:"
    cat "$log"
fi
mv -f "$log" ".meltano/$1.log"
exit $code
