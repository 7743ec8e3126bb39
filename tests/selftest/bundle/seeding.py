"""An institution full of secrets: everything that people wrote is replaced by texts that can be searched for."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any
from urllib.parse import quote, quote_plus

import httpx

from scopecheck.embedded_canvas.app import Canvas

_TEXTS = ("name", "title", "body", "description", "message", "syllabus_body", "display_name", "filename",
          "user_entered_title", "content", "course_code", "uuid", "comment", "full_name")  # fmt: skip
_HTML = ("body", "description", "message", "syllabus_body")


@dataclass
class Seeds:
    """The secrets of one institution, each of them unique."""

    text: str
    """Part of everything that people wrote; of any characters."""
    word: str
    """Part of everything; lower-case letters."""
    planted: list[str] = field(default_factory=list)

    def plant(self, *, plain: bool = False) -> str:
        """A new secret; `plain`: of letters and digits only."""
        number = len(self.planted)
        secret = f"{self.word}{number:04d}" if plain else f"{self.text} {self.word}{number:04d}"
        self.planted.append(secret)
        return secret

    def fill(self, canvas: Canvas) -> None:
        """Replace what people wrote in a Canvas: names, titles, texts, slugs, captions, media IDs."""
        for table in vars(canvas.tables).values():
            for record in table.values() if isinstance(table, dict) else ():
                if is_dataclass(record):
                    self._fill(record)
        media = canvas.tables.media_objects[6001]
        media.media_id = canvas.tables.files[5003].media_entry_id = f"m-{self.plant(plain=True)}"

    def _fill(self, record: Any) -> None:
        for each in fields(record):
            if each.name in _TEXTS and isinstance(getattr(record, each.name), str):
                new = self.plant()
                setattr(record, each.name, f"<p>{html.escape(new)}</p>" if each.name in _HTML else new)
            elif each.name == "url":
                setattr(record, each.name, self.plant(plain=True))


@dataclass
class Talkative(httpx.BaseTransport):
    """Says more than Canvas does: people, addresses and secrets, in members, headers, cookies and error pages."""

    canvas: httpx.BaseTransport
    seeds: Seeds
    pages: bool = False
    """Whether every second request for quizzes gets an error page instead."""
    count: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer and more."""
        answer = self.canvas.handle_request(request)
        self.count += 1
        plant = self.seeds.plant
        headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
        headers += [("set-cookie", f"_session={plant(plain=True)}"), ("server", plant(plain=True)),
                    ("x-session-id", plant(plain=True)), (f"x-{plant(plain=True)}", plant(plain=True)),
                    ("content-security-policy", f"frame-ancestors {plant(plain=True)}.example.edu")]  # fmt: skip
        if self.pages and "/quizzes" in request.url.path and self.count % 2:
            page = f"<html><title>{html.escape(plant())}</title>{request.headers.get('authorization')}</html>"
            return httpx.Response(503, headers={"content-type": "text/html", "x-by": plant(plain=True)}, text=page)
        if "json" not in answer.headers.get("content-type", ""):
            return httpx.Response(answer.status_code, headers=headers, content=answer.content)
        body = json.dumps(self._more(answer.json())).encode()
        return httpx.Response(answer.status_code, headers=headers, content=body)

    def _more(self, body: Any) -> Any:
        if isinstance(body, list):
            return [self._more(each) for each in body]
        if not isinstance(body, dict):
            return body
        plant = self.seeds.plant
        private = {
            "email": f"{plant(plain=True)}@example.edu",
            "sis_user_id": plant(plain=True),
            "html_url": f"https://{plant(plain=True)}.example.edu/{plant(plain=True)}?token={plant(plain=True)}",
            "integration_secret": plant(),
            "author": {plant(plain=True): plant(), "display_name": plant()},
            "grades": [plant(), {plant(): plant()}],
            plant(): plant(),
            plant(plain=True): True,
        }
        return {**body, **{name: value for name, value in private.items() if name not in body}}


def encodings(secret: str) -> Iterator[str]:
    """The forms in which a secret could hide in a text."""
    data = secret.encode()
    yield from (secret, secret.lower(), secret[::-1], json.dumps(secret)[1:-1], html.escape(secret))
    yield from (quote(secret), quote_plus(secret), quote(secret, safe=""), data.hex())
    for start in range(3):
        # What base64 makes of it depends on where it begins; the edges depend on what is around.
        whole = base64.b64encode(b"\0" * start + data).decode().rstrip("=")
        yield whole[4 if start else 0 : len(whole) - len(whole) % 4]
    for algorithm in ("md5", "sha1", "sha256"):
        yield hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
