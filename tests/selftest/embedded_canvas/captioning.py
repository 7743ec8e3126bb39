"""Captions of the seeded media object, for the tests of media tracks."""

from __future__ import annotations

from typing import Any

import httpx

from scopecheck.embedded_canvas.app import Canvas
from tests.selftest.embedded_canvas.driver import client

TRACKS = "/api/v1/media_objects/m-labtour/media_tracks"
SRT = "1\r\n0:00:00,000 --> 00:00:01,000\r\nBonjour\r\n"
KEEP: list[Any] = [{"locale": "en"}, {"locale": "fr"}]
"""The seeded locales: the caller's own English, a colleague's French."""


def put_tracks(of: Canvas, tracks: Any, query: str = "") -> httpx.Response:
    """Replace the tracks."""
    return client(of).put(f"{TRACKS}?{query}", json=tracks)


def held(of: Canvas) -> dict[str, str]:
    """All users' captions: locale to text."""
    return {track.locale: track.content for track in of.tables.media_tracks.values()}
