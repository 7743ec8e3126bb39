"""A JSON body with stand-ins: the same members and types, and only such values as a verdict can depend on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from scopecheck.bundle import public
from scopecheck.bundle.documents import document
from scopecheck.bundle.stand_ins import StandIns
from scopecheck.key.oauth import TOKEN

_ID: Final = re.compile(r"(?:\w+_)?ids?")
_HIGHEST_ID: Final = 2**63
_DEEPEST: Final = 8
"""How far down a body is kept; error bodies are read no deeper (`canvas.sentences`)."""


def json_body(body: Any, stand_ins: StandIns, *, refused: bool) -> Any:
    """What stands for the JSON body of an answer; of a refusal everything within it is kept, as its shape decides."""
    return _Body(stand_ins, refused).value("", body, {}, 0)


class _Body:
    def __init__(self, stand_ins: StandIns, refused: bool) -> None:
        self._stand_ins = stand_ins
        self._refused = refused

    def value(self, name: str, value: Any, beside: Mapping[str, Any], depth: int) -> Any:
        """What stands for the value of a member; `beside` is the object that the member is in."""
        if value is None:
            return None
        if isinstance(value, bool):
            return value and name in public.FLAGS
        if isinstance(value, int | float):
            return self._number(name, value)
        if isinstance(value, str):
            return self._text(name, value, beside) if value else ""
        opened = depth < _DEEPEST and (not depth or self._refused or name in public.OPENED or _ID.fullmatch(name))
        if isinstance(value, list):
            return [self.value(name, each, beside, depth + isinstance(each, list)) for each in value] if opened else []
        if not opened:
            return {}
        return {
            self._name(each): self.value(_kind(name, each, inner), inner, value, depth + 1)
            for each, inner in value.items()
        }

    def _name(self, name: str) -> str:
        known = public.MEMBER.fullmatch(name) and len(name) <= public.LONGEST_MEMBER
        if name in public.ERROR_MEMBERS if self._refused else known:
            return name
        return self._stand_ins.text(name)

    def _number(self, name: str, value: float) -> float:
        if isinstance(value, int) and _ID.fullmatch(name):
            return int(self._stand_ins.identifier(str(value))) if 0 <= value < _HIGHEST_ID else -1
        known = name in public.COUNTS and value > 0
        return type(value)(known)

    def _text(self, name: str, text: str, beside: Mapping[str, Any]) -> str:
        given = self._stand_ins
        if name == "url":
            # A page's slug, or the address of a file.
            return given.address(text) if "/" in text else given.identifier(text)
        if _ID.fullmatch(name):
            return given.identifier(text)
        if name in public.DOCUMENTS and not self._refused and (name != "message" or "id" in beside):
            return document(text, given)
        if name in public.WORDS and text in public.WORDS[name]:
            return text
        if name in public.SCOPES and public.is_scope(text):
            return text
        if name in public.ADDRESSES:
            return "\n".join(map(given.address, text.split())) if name == "redirect_uris" else given.address(text)
        if name in public.TOKENS and TOKEN.fullmatch(text):
            return given.text(text).replace(" ", "-")
        if name.endswith("_at"):
            return given.date(text)
        if self._refused or name in {"message", "error", "error_description", "status"}:
            return given.sentence(text)
        return given.name(text)


def _kind(within: str, name: str, value: Any) -> str:
    """The name by which a member is judged: a role's permissions are objects under a key for each."""
    return "permission" if within == "permissions" and isinstance(value, dict) else name
