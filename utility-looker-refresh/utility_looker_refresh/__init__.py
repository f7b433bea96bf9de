"""Meltano utility that makes Looker show what was loaded."""

from __future__ import annotations

__version__ = "0.1.0"
