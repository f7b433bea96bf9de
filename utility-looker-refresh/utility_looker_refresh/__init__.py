"""Meltano utility that makes Looker show what was loaded."""
