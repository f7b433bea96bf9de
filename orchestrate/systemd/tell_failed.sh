#!/bin/sh
# Tells that a run of visma-looker@.service has failed, with its log:
#   MAILTO=address tell_failed.sh SCHEDULE
# By mail where there is a sendmail (postfix, exim, msmtp, ...), else on terminals and in the journal.
set -eu
PATH=$PATH:/usr/sbin:/usr/lib
unit=visma-looker@$1.service
subject="visma-looker: $1 failed on $(uname -n)"
# systemd 251 and later say which run it was.
match=${MONITOR_INVOCATION_ID:+_SYSTEMD_INVOCATION_ID=$MONITOR_INVOCATION_ID}
log() {
    journalctl "${match:-_SYSTEMD_UNIT=$unit}" --output=cat --no-pager "$@" 2>&1 || true
}
body=$(
    echo "Looker shows what it showed before, and the next run tries again. What happened, and what to do:"
    echo
    log | sh orchestrate/why.sh
    echo
    echo "The end of its log (journalctl --unit $unit):"
    log --lines=300
)
if [ -n "${MAILTO:-}" ] && command -v sendmail >/dev/null; then
    printf 'To: %s\nSubject: %s\nContent-Type: text/plain; charset=utf-8\n\n%s\n' \
        "$MAILTO" "$subject" "$body" | sendmail -i -t
else
    printf '%s\n' "$subject. $body" | systemd-cat --identifier=visma-looker --priority=alert
    echo "$subject: journalctl --unit $unit" | wall
fi
