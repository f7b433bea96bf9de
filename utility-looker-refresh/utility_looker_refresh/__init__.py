"""Meltano utility that makes Looker show what was loaded."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("utility-looker-refresh")
