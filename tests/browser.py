"""Somebody who looks at the preview in a real browser."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Locator, Page, Request, ViewportSize

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Nothing but what is served here: no updates, no look-ups.
_SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
_MILLISECONDS = 60_000
_ICON = "/static/icon.svg"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; skips the test where there is none."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"there is no {' or '.join(_PROGRAMS)} on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*_SWITCHES])
        yield browser
        browser.close()


class Visitor:
    """One who opens pages, and notes what the browser complains about.

    Args:
        browser: The browser.
        url: Address of the preview.
        locale: What the browser asks for.
        width: Of the window.
        height: Of the window.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        locale: str = "en",
        width: int = 1400,
        height: int = 900,
    ) -> None:
        self.url = url
        self._size: ViewportSize = {"width": width, "height": height}
        self._context = browser.new_context(locale=locale, viewport=self._size)
        self._context.set_default_timeout(_MILLISECONDS)
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("requestfailed", self._note_failure)

    def _note(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def _note_failure(self, request: Request) -> None:
        # A browser asks for the icon after the page, and gives it up when the next one is opened.
        given_up = request.failure == "net::ERR_ABORTED" and request.url.endswith(_ICON)
        if not given_up:
            self.complaints.append(request.url)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.accept()

    def open(self, path: str, **asked: str) -> Page:
        """Open a page and wait until everything on it is there."""
        words = {name.replace("_", " "): value for name, value in asked.items()}
        self.page.goto(f"{self.url}{path}" + (f"?{urlencode(words)}" if words else ""))
        self.wait()
        return self.page

    def wait(self) -> None:
        """Wait until all tiles are loaded and drawn."""
        self.page.wait_for_load_state("load")
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0, timeout=_MILLISECONDS)

    def tile(self, title: str) -> Locator:
        """A tile by its title."""
        return (
            self.page.get_by_role("region", name=title, exact=True)
            .or_(
                self.page.locator("section.tile").filter(
                    has=self.page.get_by_role("heading", name=title, exact=True)
                )
            )
            .first
        )

    def rows(self, title: str) -> list[list[str]]:
        """The texts of a table's rows."""
        rows = self.tile(title).locator("tbody tr").all()
        return [row.locator("td").all_inner_texts() for row in rows]

    def forget(self) -> None:
        """Leave the page, and forget what was chosen on it and what was complained about."""
        self.page.goto("about:blank")  # which ends what is still being asked for
        self._context.clear_cookies()
        self.page.set_viewport_size(self._size)
        self.complaints.clear()

    def close(self) -> None:
        """Close the window."""
        self._context.close()
