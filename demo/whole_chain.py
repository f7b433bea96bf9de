"""The whole chain: Visma, Postgres, the models, Looker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typing_extensions import override

from demo import looker as looker_project
from demo import summary
from demo.pipeline import CHAIN, Meltano
from demo.play import Demo
from demo.postgres import READER, Postgres
from demo.preview import preview
from demo.progress import CHAIN_STEPS
from demo.stand_ins import Sandbox

if TYPE_CHECKING:
    from contextlib import ExitStack

_WAREHOUSE = "warehouse"


class ChainDemo(Demo):
    """The demo of all that the project does."""

    warehouse = "Postgres"
    environment = "demo"
    blocks = CHAIN
    steps = CHAIN_STEPS
    to_look_at = " to look around in, and shows the dashboards in the browser"

    @override
    def _play(self, running: ExitStack) -> str:
        meltano = Meltano(self._output / "meltano", {}, environment=self.environment)
        with self._doing("Plugins"):
            self._install(meltano)
        with self._doing("Postgres"):
            self._postgres = running.enter_context(Postgres(self._output / "postgres"))
            self._postgres.create_warehouse(_WAREHOUSE)
        with self._doing("Stand-ins for Visma Connect, Visma.net ERP and Looker"):
            address = self._postgres.address(_WAREHOUSE, READER)
            looker = ("--lookml", looker_project.LOOKML, "--warehouse", address)
            sandbox = running.enter_context(
                Sandbox(self._output / "sandbox", *self._books, *looker)
            )
        report = self._output / "looker.json"
        meltano.configure(
            {
                **sandbox.settings,
                **self._postgres.role_settings(_WAREHOUSE),
                **looker_project.settings(),
                **self._models(),
                "UTILITY_LOOKER_REFRESH_REPORT_PATH": str(report),
            }
        )
        self._load_twice(meltano, sandbox)
        self._looker = {
            "report": json.loads(report.read_text()),
            "stand_in": sandbox.control("GET", "/looker"),
        }
        with self._doing("Journals of the warehouse against the books"):
            with self._postgres.connect(_WAREHOUSE) as connection:
                loaded = summary.debits_and_credits(connection)
                self._marts = summary.marts(connection)
            self._compare(loaded, sandbox)
        return self._postgres.psql(_WAREHOUSE)

    @override
    def _shown(self, running: ExitStack) -> dict[str, str]:
        with self._doing("Dashboards"):
            address = self._postgres.address(_WAREHOUSE, READER)
            url = running.enter_context(preview(self._output / "sandbox", address))
        return {"The dashboards": url}

    def _models(self) -> dict[str, str]:
        """As a group sets it: everything in the parent's currency, too, at the parent's rates."""
        variables = {"group_currency": "NOK", "group_rate_company": "fjordhammer"}
        return {"DBT_POSTGRES_VARS": json.dumps(variables)} if self._group else {}

    @override
    def _streams(self) -> dict[str, summary.Stream]:
        with self._postgres.connect(_WAREHOUSE) as connection:
            return summary.streams(connection)

    @override
    def _show_warehouse(self) -> None:
        self._console.print(summary.marts_as_table(self._marts))
        self._console.print()
        for line in summary.findings(self._sums, **self._looker):
            self._console.print(line, markup=False)
