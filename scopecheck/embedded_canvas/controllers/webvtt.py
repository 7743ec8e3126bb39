"""Captions: from SubRip, which tools upload, to WebVTT, which browsers play (app/models/media_track.rb)."""

from __future__ import annotations

import re
from typing import Final

_SINGLE_DIGIT: Final = re.compile(r"(:|^)(\d)(,|:)", re.MULTILINE)
_COMMA: Final = re.compile(r"(\d{2}:\d{2}:\d{2}),(\d{3})")


def from_srt(content: str) -> str | None:
    """The captions as WebVTT; None if they already are WebVTT."""
    if "WEBVTT" in content:
        return None
    padded = _SINGLE_DIGIT.sub(r"\g<1>0\2\3", content)
    dotted = _COMMA.sub(r"\1.\2", padded).replace("\r\n", "\n")
    return f"WEBVTT\n\n{dotted}".strip()
