"""What can be switched, when the sandbox starts and while it runs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: The values of the switches that are a choice.
CHOICES: dict[str, tuple[str, ...]] = {
    "journal_paging": ("lines", "batches"),
    "default_condition": (">=", ">"),
    "unexpanded": ("absent", "null", "empty"),
    "order": ("number", "oldest", "newest"),
    "project_periods": ("optional", "mandatory"),
}


@dataclass
class Settings:
    """The switches, one per option of `serve`.

    Attributes:
        latency_ms: Milliseconds that every answer is delayed.
        rate_limit: API calls per company, client and window.
        rate_window: Length of the window in seconds; the real one lasts an hour.
        server_zone: Zone whose wall clock the ERP stamps records with.
        journal_paging: What pageSize and totalCount of journals count.
        default_condition: How a time filters when no condition is sent.
        unexpanded: How parts look that were not asked for.
        order: Order of lists.
        max_page_size: Largest page; larger wishes are lowered without a word.
        token_seconds: Lifetime of tokens.
        project_periods: Whether project transactions ask for fromPeriod and toPeriod.
    """

    latency_ms: int = 0
    rate_limit: int = 15_000
    rate_window: int = 3_600
    server_zone: str = "Europe/Oslo"
    journal_paging: str = "lines"
    default_condition: str = ">="
    unexpanded: str = "absent"
    order: str = "number"
    max_page_size: int = 1_000
    token_seconds: int = 3_600
    project_periods: str = "optional"

    def update(self, values: dict[str, object]) -> None:
        """Change some switches, all or none.

        Raises:
            ValueError: An unknown name or a value that it cannot have.
        """
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"Unknown setting {name!r}; known: {sorted(known)}.")
            if type(value) is not known[name]:
                raise ValueError(f"{name} must be {known[name].__name__}, not {value!r}.")
            if name in CHOICES and value not in CHOICES[name]:
                raise ValueError(f"{name} must be one of {CHOICES[name]}, not {value!r}.")
            if isinstance(value, int) and value < (0 if name == "latency_ms" else 1):
                raise ValueError(f"{name} must not be {value}.")
        if (zone := values.get("server_zone")) is not None:
            try:
                ZoneInfo(str(zone))
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"server_zone {zone!r} is not a known time zone.") from None
        for name, value in values.items():
            setattr(self, name, value)
