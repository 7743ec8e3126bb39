"""Replaces values consistently: equal values get equal stand-ins, and no stand-in leads back to its value.

Each is derived from its value with a key that is made for one run and kept nowhere: without it, nobody can try out
which name or ID a stand-in belongs to. All processes of a run have the same key.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from scopecheck.bundle import public
from scopecheck.canvas.authorize_reading import OUT_OF_BAND
from scopecheck.canvas.ids import NONEXISTENT, SHARD, IdForm
from scopecheck.canvas.production_copy import production_copy
from scopecheck.key.preflight import CANARY
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.sweep import OURS
from scopecheck.sandbox.tag import PREFIX

HOMES: Final = {
    None: "https://canvas.invalid",
    "test": "https://canvas.test.instructure.com",
    "beta": "https://canvas.beta.instructure.com",
}
"""What stands for the target, by Instructure's environment; nothing is ever sent there."""

_LOWEST: Final = 100_000_000
_SPAN: Final = 900_000_000
_SHARDS: Final = 900_000
"""IDs of 64 bits leave room for this many shards."""
_NUMERIC: Final = re.compile(r"\d{1,19}", re.ASCII)
_SHORT_GLOBAL: Final = re.compile(r"(\d{1,6})~(\d{1,13})", re.ASCII)
_UNFIT: Final = "/"
"""What stands for an ID that cannot be one."""
_MALFORMED: Final = "http://["
"""What stands for an address that is none."""
_COMPARED: Final = 200
"""How much of a text is compared: a name that the run puts its tag before is cut off at Canvas's 255 characters."""
_LONG_AGO: Final = datetime(2000, 1, 1)


@dataclass(frozen=True)
class StandIns:
    """The stand-ins of one run."""

    key: bytes = field(repr=False)
    base_url: str
    tag: str
    scopes: frozenset[str]
    """The profile's scopes under all their names: the only ones that are kept in a text."""

    @cached_property
    def home(self) -> str:
        """What stands for the target's address."""
        copy = production_copy(self.base_url)
        return HOMES[copy.name if copy else None]

    def text(self, text: str) -> str:
        """A text without its words."""
        return f"text {self._number('text', text[:_COMPARED])}" if text else ""

    def whole_text(self, text: str) -> str:
        """The same for a text that is compared to its end, however long it is."""
        return f"text {self._number('whole', text)}"

    def name(self, text: str) -> str:
        """A name or any other short text: what a run of this suite gave keeps its tag, and is else replaced."""
        if OURS.fullmatch(text) or text in {PREFIX, self.tag}:
            return text
        lease = LeaseName.parse(text)
        if lease:
            return str(replace(lease, holder=f"host-{self._number('host', lease.holder)}"))
        if text.startswith(f"{self.tag} "):
            return f"{self.tag} {self.text(text.removeprefix(f'{self.tag} '))}"
        return f"{self.text(text)} {self.tag}" if self.tag in text else self.text(text)

    def sentence(self, text: str) -> str:
        """The text of an error: known ones whole, of others what is known in them and their length."""
        if text in public.SENTENCES:
            return text
        known = [part for part in public.PARTS if part in text]
        known += [scope for scope in re.findall(r"url:[A-Z]+\|[^\s,]+", text) if self._is_known(scope)]
        return f"{self.text(text)} ({len(text)} characters): {' '.join(known)}" if text else ""

    def identifier(self, text: str) -> str:
        """An ID or a slug: numbers stay numbers, and local and global IDs of one record still belong together."""
        if text in self._words:
            return text
        if _NUMERIC.fullmatch(text):
            shard, local = divmod(int(text), SHARD)
            return str(self._shard(shard) * SHARD + self._local(local))
        parts = _SHORT_GLOBAL.fullmatch(text)
        if parts:
            return f"{self._shard(int(parts[1]))}~{self._local(int(parts[2]))}"
        return f"x{self._number('slug', text)}" if IdForm.SLUG.fits(text) else _UNFIT

    def date(self, text: str) -> str:
        """A date in the past; what is no date is replaced like any text."""
        try:
            datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            return self.text(text)
        return f"{_LONG_AGO + timedelta(minutes=self._number('date', text) % 5_000_000):%Y-%m-%dT%H:%M:00Z}"

    def address(self, url: str) -> str:
        """An address: whether it is on the target is kept, its path and query are replaced piece by piece."""
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            return _MALFORMED
        if parts.scheme and not parts.netloc:
            return url if url == OUT_OF_BAND else f"urn:x{self._number('address', url)}"
        path = "/".join(
            quote(self.identifier(unquote(each)), safe="") if each else "" for each in parts.path.split("/")
        )
        query = urlencode(self._query(parse_qsl(parts.query, keep_blank_values=True)))
        return f"{self._origin(parts)}{path}{f'?{query}' if query else ''}"

    def _query(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [
            (name, self._query_value(name, value))
            if name in public.QUERY_NAMES
            else (f"x{self._number('query', name)}", self.text(value))
            for name, value in pairs
        ]

    def _query_value(self, name: str, value: str) -> str:
        if value in public.QUERY_WORDS or (name in {"page", "per_page"} and public.QUERY_NUMBER.fullmatch(value)):
            return value
        if name == "scope":
            return " ".join(scope if self._is_known(scope) else self.text(scope) for scope in value.split(" "))
        if name in {"id", "client_id", "by_subaccounts[]", "user_id[]"}:
            return self.identifier(value)
        if name == "redirect_uri":
            return self.address(value)
        return self.sentence(value) if name == "error_description" else self.name(value)

    def _origin(self, parts: SplitResult) -> str:
        if not parts.netloc:
            return ""
        home = urlsplit(self.base_url)
        if (parts.scheme, parts.netloc.lower()) == (home.scheme, home.netloc.lower()):
            return self.home
        return f"https://x{self._number('origin', f'{parts.scheme}://{parts.netloc.lower()}')}.invalid"

    @cached_property
    def _words(self) -> frozenset[str]:
        return public.ROUTE_WORDS | public.route_words(self.scopes)

    def _is_known(self, scope: str) -> bool:
        return scope in self.scopes or scope == CANARY

    def _local(self, local: int) -> int:
        return local if local in {0, int(NONEXISTENT)} else self._number("id", str(local))

    def _shard(self, shard: int) -> int:
        return 1 + self._number("shard", str(shard)) % _SHARDS if shard else 0

    def _number(self, kind: str, text: str) -> int:
        digest = hmac.digest(self.key, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), "sha256")
        return _LOWEST + int.from_bytes(digest[:8], "big") % _SPAN
