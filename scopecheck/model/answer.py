"""What came back for a request: an answer, or a fault instead of one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from scopecheck.model.foreign_text import clean, harmless, shortened
from scopecheck.model.secret import KnownSecrets
from scopecheck.model.told import told_json, told_page, told_place, told_server

_NEXT: Final = re.compile(r'<([^<>]*)>\s*;\s*rel="next"')

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of a surrogate, which may or may not have its other half beside it."""

_SAYS: Final = 160
_SERVER: Final = 60
"""Characters shown of what an answer says, and of what its sender calls itself."""

OUT_OF_TIME: Final = "the run's time was used up"
"""How the fault starts where that is why there is no answer."""

NOT_JSON: Final = object()
"""The value of `Answer.json` for a body that is not JSON; unlike None, which is JSON's null."""


@dataclass(frozen=True)
class TargetSigns:
    """What the answers of a target have carried so far: what an answer of the same target then has to carry too."""

    signed: bool = False
    """Whether any had one of Canvas's own headers; none has where a proxy strips them."""
    identifies: bool = False
    """Whether any named the token's user or key, as Canvas does once it has accepted token and scope."""

    accepts: bool = False
    """Whether any showed that Canvas accepts the token at hand."""

    user_id: str | None = None
    """Whose that token is, by a global ID, once answers agree on it."""
    key_id: str | None = None
    """Which key issued it, likewise."""

    def __or__(self, other: TargetSigns) -> TargetSigns:
        """What either has seen."""
        return TargetSigns(
            self.signed or other.signed,
            self.identifies or other.identifies,
            self.accepts or other.accepts,
            self.user_id or other.user_id,
            self.key_id or other.key_id,
        )


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. If there was none, `fault` says why and `status` is None."""

    method: str
    url: str
    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Names are in lower case."""
    body: bytes = field(default=b"", repr=False)
    fault: str | None = None
    elapsed_ms: int = 0
    sent: str = field(default="", repr=False)
    """The body of the request, as text, with what is secret in it."""
    authorized: bool = True
    """Whether the request carried the token."""
    target: TargetSigns = TargetSigns()
    """What other answers of this target have carried."""

    @cached_property
    def text(self) -> str:
        """The body as text; undecodable bytes are replaced."""
        return self.body.decode("utf-8", "replace")

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or NOT_JSON. Halves of surrogate pairs, which no file can hold, are not (RFC 8259, 8.2)."""
        try:
            body = self.body.decode("utf-8-sig")
            value = json.loads(body)
            if _HALF.search(body):
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return NOT_JSON
        return value

    @property
    def next_page(self) -> str | None:
        """The address of a list's next page; Canvas's links are opaque (doc/api/pagination.md)."""
        found = _NEXT.search(self.headers.get("link", ""))
        return found.group(1) if found else None

    @property
    def ok(self) -> bool:
        """Whether this is a 2xx with a JSON body."""
        return self.status is not None and 200 <= self.status < 300 and self.json is not NOT_JSON

    def says(self) -> str:
        """What answered, in one line: status, server, and what may be told of the body; or the fault."""
        if self.status is None:
            return clean(self.fault or "no answer", _SAYS)
        server = shortened(told_server(self.headers.get("server", "")), _SERVER)
        said = shortened(self._redirect() or self.told() or "empty body", _SAYS)
        return harmless(f"HTTP {self.status}{f' from {server}' if server else ''}: {said}")

    def told(self, *, values: bool = True) -> str:
        """What may be told of the body (`model.told`); `values`: whether records may show any value at all."""
        if self.json is NOT_JSON:
            return told_page(self.text)
        return told_json(self.json, refused=self.status is not None and self.status >= 400, values=values)

    def masked(self, secrets: KnownSecrets) -> Answer:
        """The same answer without these secrets: some gateways and error pages repeat what they were sent."""
        body = secrets.mask(self.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        headers = {name: secrets.mask(value) for name, value in self.headers.items()}
        return replace(self, body=body, headers=headers)

    def _redirect(self) -> str:
        target = self.headers.get("location", "")
        leads = target and self.status is not None and 300 <= self.status < 400
        return f"redirect to {told_place(target.partition('?')[0])}" if leads else ""
