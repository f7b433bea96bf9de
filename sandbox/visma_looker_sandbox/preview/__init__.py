"""Shows the dashboards of a LookML project in the browser, before there is a Looker."""

from __future__ import annotations

from visma_looker_sandbox.preview.app import PreviewError, preview_app

__all__ = ["PreviewError", "preview_app"]
