"""What is told of an exchange, by the tables of `allowed`: of what is in none of them, type and length alone.

Of each text only a beginning of a length that anybody would read is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from scopecheck.model import allowed
from scopecheck.model.secret import MASK, without_credentials
from scopecheck.model.tag_form import TAG

HIDDEN: Final = "…"
"""What stands for a part of an address that is not shown."""

_SENTENCE: Final = 500
_READ: Final = 2000
"""Characters of a text that are looked at."""
_LINE: Final = 160
_DEEP: Final = 2
_DEEP_REFUSAL: Final = 6
"""How deep records and refusals are opened."""
_ROWS: Final = 20
"""Errors of a refusal that are shown."""

_OURS: Final = re.compile(rf"{TAG.pattern}(?:[ -][a-z-]{{1,20}}){{0,4}}(?:\.[a-z]{{3}})?")
"""The names that runs give."""
_TITLE: Final = re.compile(r"(?is)<(?:title|h1)[^>]{0,200}>([^<]{1,300})<")
_PIECE: Final = re.compile(r"\w+|\s+|.", re.DOTALL)
_REL: Final = re.compile(r'\brel="?(\w{1,20})\b')
_QUOTED: Final = re.compile(r"bytearray\(.*\)|b?'[^']*'|b?\"[^\"]*\"", re.DOTALL)


def sentence(text: str, longest: int = _SENTENCE) -> str:
    """What somebody says in an error: without what looks like a credential, and no longer than anybody reads."""
    tail = f"… ({len(text):,} characters in all)" if len(text) > longest else ""
    return without_credentials(text[: _READ * 5])[: longest - len(tail)] + tail


def unquoted(text: str) -> str:
    """An error of the network, without what it quotes of the address or the answer."""
    return sentence(_QUOTED.sub(HIDDEN, text))


def told_text(text: str) -> str:
    """Type and length of a text, and the run's tag if that is in it."""
    tag = TAG.search(text)
    return f"text ({len(text):,}{f', with {tag.group()}' if tag else ''})"


def told_json(body: Any, *, refused: bool = False, values: bool = True) -> str:
    """Members and types of a JSON body, with such values as may be shown: `[{"id": 7, "name": text (12)}, … 9 rows]`.

    `refused`: it is an error's, whose sentences are told. `values`: whether records may show any value at all.
    """
    errs = refused or (isinstance(body, dict) and "errors" in body)
    return _Json(refused=errs, values=values).value("", body, 0)


class _Json:
    def __init__(self, *, refused: bool, values: bool) -> None:
        self._refused, self._values = refused, values

    def value(self, name: str, value: Any, depth: int) -> str:
        if isinstance(value, dict | list) and depth > (_DEEP_REFUSAL if self._refused else _DEEP):
            return "object" if isinstance(value, dict) else f"list of {len(value)}"
        if isinstance(value, dict):
            members = (f'"{_member(each)}": {self.value(each, inner, depth + 1)}' for each, inner in value.items())
            return "{" + ", ".join(members) + "}"
        if isinstance(value, list):
            return self._list(name, value, depth)
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, str):
            return self._text(name, value)
        shown = (self._values or self._refused) and allowed.IDS.fullmatch(name) and len(str(value)) < _DIGITS
        return str(value) if shown else "number"

    def _list(self, name: str, value: list[Any], depth: int) -> str:
        most = _ROWS if self._refused or name in allowed.SCOPES or name.endswith("types") else 1
        shown = ", ".join(self.value(name, row, depth + 1) for row in value[:most])
        return f"[{shown}]" if len(value) <= most else f"[{shown}, … {len(value)} rows]"

    def _text(self, name: str, text: str) -> str:
        said = self._refused and (name in allowed.SAYING or name == "errors")
        if said:
            return json.dumps(sentence(text), ensure_ascii=False)
        return f'"{text}"' if self._values and _is_shown(name, text) else told_text(text) if self._values else "text"


_DIGITS: Final = 20


def _is_shown(name: str, text: str) -> bool:
    pattern = next((shows for names, shows in _BY_NAME if names.fullmatch(name)), None)
    if name in allowed.SCOPES:
        pattern = allowed.SCOPE
    state = bool(allowed.STATES.fullmatch(name)) and text in allowed.VALUES
    return state or bool(pattern and pattern.fullmatch(text)) or _OURS.fullmatch(text) is not None


_BY_NAME: Final = ((allowed.IDS, allowed.ID), (allowed.DATES, allowed.DATE))


def _member(name: str) -> str:
    return name if allowed.MEMBER.fullmatch(name) and len(name) <= allowed.LONGEST_MEMBER else HIDDEN


def told_page(text: str) -> str:
    """What is told of a body that is no JSON: what it is, how long, and the known words of its title or first line."""
    if not text.strip():
        return ""
    head = text[: _READ * 5]
    page = head.lstrip().startswith("<")
    title = _TITLE.search(head) if page else None
    line = title.group(1) if title else "" if page else head.strip().splitlines()[0]
    words = _known_words(" ".join(line.split()))
    return f"({'a page of HTML' if page else 'no JSON'}, {len(text):,} characters{f': {words}' if words else ''})"


def _known_words(line: str) -> str:
    def shown(found: re.Match[str]) -> str:
        piece = found.group()
        known = piece.lower() in allowed.PAGE or len(piece) == 1 or (piece.isdecimal() and len(piece) <= 3)
        return piece if known else HIDDEN

    known = re.sub(rf"{HIDDEN}(?:\W*{HIDDEN})*", HIDDEN, _PIECE.sub(shown, line[:_LINE]))
    return known if re.search(r"\w{2}", known) else ""


def told_address(url: str, words: Collection[str] | None = None) -> str:
    """Path and query of an address.

    Of the path only numbers and these words; None: also slugs, if it is one of Canvas's API.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    slugs = words is None and parts.path.startswith("/api/v1/")
    path = "/".join(_segment(each, words or (), slugs=slugs) for each in parts.path.split("/"))
    return f"{path}?{told_query(parts.query)}" if parts.query else path


def _segment(segment: str, words: Collection[str], *, slugs: bool) -> str:
    if not segment or segment in words or segment in allowed.SEGMENTS or allowed.ID.fullmatch(segment):
        return segment
    return without_credentials(segment) if slugs and re.fullmatch(r"[\w~.:-]{1,100}", segment) else HIDDEN


def told_query(query: str) -> str:
    """Names and known values of a query, or of a form."""
    pairs = parse_qsl(query[: _READ * 4], keep_blank_values=True)
    return "&".join(f"{_parameter(name)}={_argument(name, value)}" for name, value in pairs)


def _parameter(name: str) -> str:
    return name if allowed.PARAMETER.fullmatch(name) else HIDDEN


def _argument(name: str, value: str) -> str:
    last = re.sub(r"\[\]$", "", name).rpartition("[")[2].rstrip("]")
    if not value or value in {"true", "false"}:
        return value
    if allowed.CREDENTIAL.fullmatch(last):
        return MASK
    if name in allowed.SCOPES:
        return " ".join(each if allowed.SCOPE.fullmatch(each) else HIDDEN for each in value.split())
    if name == "error_description":
        return sentence(value, _READ)
    if name == "redirect_uri":
        return told_place(value)
    if (name in allowed.QUERY and allowed.QUERY_WORD.fullmatch(value)) or _is_shown(last, value):
        return value
    return HIDDEN if name == "page" else told_text(value)


def told_place(location: str) -> str:
    """Where a redirect leads: its origin, and of the rest what may be shown."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return HIDDEN
    origin = f"{parts.scheme}://{host}{f':{port}' if port else ''}" if host else ""
    return f"{origin}{told_address(location, ())}" if host or location.startswith("/") else HIDDEN


def told_sent(sent: str) -> str:
    """What is told of a request's body: a form or JSON."""
    try:
        return told_json(json.loads(sent)) if sent.startswith(("{", "[")) else told_query(sent)
    except (ValueError, RecursionError):
        return told_text(sent)


def told_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that help, and what is told of each."""
    return {name: tell(headers[name]) for name, tell in _HEADERS.items() if name in headers}


def told_server(value: str) -> str:
    """What an answer's sender calls itself, if that has the form of such a name."""
    return value if allowed.SERVER.fullmatch(value) else f"({len(value):,} characters)" if value else ""


def _if(pattern: str) -> Callable[[str], str]:
    return lambda value: value if re.fullmatch(pattern, value, re.ASCII) else told_text(value)


def _links(value: str) -> str:
    return ", ".join(_REL.findall(value[: _READ * 5]))


_NUMBER: Final = r"\d{1,12}(?:\.\d{1,20})?"
_HEADERS: Final[Mapping[str, Callable[[str], str]]] = {
    "www-authenticate": _if(r'Bearer realm="canvas-lms"|[A-Za-z]{1,20}'),
    "location": told_place,
    "link": _links,
    "server": told_server,
    "content-type": _if(r"[a-z]{1,20}/[a-z0-9.+-]{1,40}(?:; ?charset=[A-Za-z0-9-]{1,20})?"),
    "x-request-cost": _if(_NUMBER),
    "x-rate-limit-remaining": _if(_NUMBER),
    "x-request-context-id": _if(r"[0-9a-f-]{1,36}"),
    "retry-after": _if(rf"{_NUMBER}|[A-Z][a-z]{{2}}, \d\d [A-Z][a-z]{{2}} \d{{4}} [\d:]{{8}} GMT"),
}
