"""What `orchestrate/` and `meltano.yml` say of the schedules."""

from __future__ import annotations

import re
from typing import Any

import yaml

from demo.pipeline import PROJECT

ORCHESTRATE = PROJECT / "orchestrate"
#: Where the files in `orchestrate/` expect the project.
INSTALLED = "/opt/visma-looker"
SCHEDULES: dict[str, dict[str, Any]] = {
    schedule["name"]: schedule
    for schedule in yaml.safe_load((PROJECT / "meltano.yml").read_text())["schedules"]
}


def _crontab() -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    variables, lines = {}, {}
    for line in (ORCHESTRATE / "cron" / "crontab").read_text().splitlines():
        if setting := re.fullmatch(r"(\w+)=(.*)", line):
            variables[setting[1]] = setting[2]
        elif not line.startswith("#"):
            *when, command = line.split(maxsplit=5)
            (name,) = re.findall(r"run\.sh (\w+)", command)
            lines[name] = (" ".join(when), command)
    return variables, lines


#: Variables, and by schedule when and what.
CRONTAB = _crontab()


def cron_jobs() -> list[dict[str, Any]]:
    """The CronJobs for Kubernetes."""
    text = (ORCHESTRATE / "kubernetes" / "visma-looker.yaml").read_text()
    items: list[dict[str, Any]] = yaml.safe_load(text)["items"]
    return items
