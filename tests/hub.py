"""Meltano Hub on loopback: its index, made of the files that a pull request to it would bring."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import yaml
from typing_extensions import Self, override

from demo.pipeline import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HUB = PROJECT / "hub"
DATA = HUB / "_data"
_API = "/meltano/api/v1/plugins"
# What the Hub shows on its pages and leaves out of its index.
_PAGE = {
    "definition",
    "domain_url",
    "keywords",
    "maintenance_status",
    "next_steps",
    "prereq",
    "quality",
    "settings_preamble",
    "usage",
}


def definitions() -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Kind, place and content of each definition."""
    for path in sorted((DATA / "meltano").glob("*/*/*.yml")):
        yield path.parts[-3], path, yaml.safe_load(path.read_text(encoding="utf-8"))


def index(address: str, pip_urls: Mapping[str, str]) -> dict[str, Any]:
    """The answers of the Hub, by path.

    Args:
        address: Where they are served.
        pip_urls: What a plugin is installed from, by the name of its package on PyPI: the one thing
            in which these answers differ from those of the Hub.
    """
    defaults = yaml.safe_load((DATA / "default_variants.yml").read_text(encoding="utf-8"))
    answers: dict[str, Any] = {f"{_API}/{kind}/index": {} for kind in defaults}
    for kind, _, definition in definitions():
        name, variant = definition["name"], definition["variant"]
        path = f"{_API}/{kind}/{name}--{variant}"
        answers[path] = {
            **{key: value for key, value in definition.items() if key not in _PAGE},
            "docs": f"{address}/{kind}/{name}--{variant}",
            "logo_url": address + definition["logo_url"],
            "pip_url": pip_urls[definition["pip_url"]],
        }
        entry = answers[f"{_API}/{kind}/index"].setdefault(
            name, {"default_variant": defaults[kind][name], "logo_url": None, "variants": {}}
        )
        entry["variants"][variant] = {"ref": address + path}
        if variant == defaults[kind][name]:
            entry["logo_url"] = answers[path]["logo_url"]
    return answers


class Hub:
    """A server of that index.

    Args:
        pip_urls: See `index`.

    Attributes:
        address: What Meltano's `hub_url` is to be.
        asked: Paths that were asked for.
    """

    def __init__(self, pip_urls: Mapping[str, str]) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                answer = answers.get(self.path)
                body = json.dumps(answer).encode()
                self.send_response(404 if answer is None else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a failing test shows what was asked."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        answers = index(self.address, pip_urls)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
