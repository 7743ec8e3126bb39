"""What Canvas says about the key before anybody logs in.

`GET /login/oauth2/auth` checks client, redirect URI, scopes, account and only then the log-in, in this order
(oauth2_provider_controller.rb). So a logged-out question with all required scopes and one that no Canvas has tells
which are missing and whether scopes are enforced at all; `prompt=none` makes Canvas answer instead of showing a log-in.
No redirect is followed and no Sec-Fetch header is sent, since newest Canvas refuses those of scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from scopecheck.canvas.authorize_reading import AuthorizeReading, listed_scopes, read_authorize
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Preflight
from scopecheck.transport.client import CanvasClient

CANARY: Final = "url:GET|/api/v1/scope_conformance/no_such_route"
"""A scope that no Canvas has: an enforcing key refuses it."""

_BATCH: Final = 39
"""Scopes in one request beside the canary."""

_BATCH_CHARACTERS: Final = 5000
"""Of them, percent-encoded: the request line holds some 8,000, and the refusal lists them in a header of some 8 KB."""

_NO_KEY: Final = "0"
"""A client ID that no Canvas has."""


def preflight(client: CanvasClient, client_id: str, redirect_uri: str, scopes: Sequence[str]) -> Preflight:
    """Ask Canvas about a key: two requests, more only for long lists or a Canvas that lists nothing.

    What breaks off in the middle keeps what was learned before, but never part of a list.
    """
    return _Interview(client, client_id, redirect_uri, scopes).held()


class _BrokenOff(Exception):
    """An answer after which nothing more can be learned."""


class _Interview:
    """The questions about one key, and what their answers tell so far."""

    def __init__(self, client: CanvasClient, client_id: str, redirect_uri: str, scopes: Sequence[str]) -> None:
        self._client = client
        self._client_id = client_id
        self._redirect_uri = redirect_uri
        self._scopes = scopes
        self._heard: set[AuthorizeReading] = set()
        self._answers: list[Answer] = []
        self._answered: Answer | None = None
        self._enforced: bool | None = None
        self._missing: list[str] | None = None
        self._key_on: bool | None = None

    def held(self) -> Preflight:
        """Ask everything, and say what was learned."""
        try:
            self._ask_for_scopes()
            self._ask_whether_on()
        except _BrokenOff:
            pass
        refused = {AuthorizeReading.UNKNOWN_KEY, AuthorizeReading.REDIRECT_URI_REFUSED} & self._heard
        return Preflight(
            self._answered or self._answers[-1],
            key_known=False if AuthorizeReading.UNKNOWN_KEY in self._heard else bool(self._heard) or None,
            redirect_uri_accepted=False
            if AuthorizeReading.REDIRECT_URI_REFUSED in refused
            else bool(self._heard - refused) or None,
            enforced=self._enforced,
            missing=self._missing,
            key_on=self._key_on,
            answers=self._answers,
        )

    def _ask_for_scopes(self) -> None:
        missing: list[str] = []
        for batch in _batches(self._scopes):
            said = self._about([*batch, CANARY])
            self._answered = self._answers[-1]
            self._enforced = said is AuthorizeReading.SCOPES_REFUSED
            if not self._enforced:
                # Scopes are tested before the account: that question was answered in passing.
                self._key_on = said is AuthorizeReading.PASSED
                return
            missing += self._lacking(self._answers[-1], batch)
        self._missing = missing

    def _ask_whether_on(self) -> None:
        """Scopes are tested before the account, so on or off shows only with scopes that pass."""
        passing = [scope for scope in self._scopes if scope not in (self._missing or ())]
        if self._missing is not None and passing:
            said = self._about(next(_batches(passing)))
            self._key_on = {AuthorizeReading.PASSED: True, AuthorizeReading.KEY_OFF: False}.get(said)

    def _lacking(self, answer: Answer, batch: Sequence[str]) -> list[str]:
        """The scopes of a refused batch that the key lacks.

        The canary stands last in the list: where it is not there, the list was cut off by a proxy's limit, or this
        Canvas of before about 2020 lists nothing.
        """
        listed = listed_scopes(answer)
        return [scope for scope in batch if scope in listed] if CANARY in listed else self._search(batch)

    def _search(self, batch: Sequence[str]) -> list[str]:
        """The scopes of a batch that are refused, found by halving."""
        if not batch or self._about(batch) is not AuthorizeReading.SCOPES_REFUSED:
            return []
        if len(batch) == 1:
            return list(batch)
        middle = len(batch) // 2
        return self._search(batch[:middle]) + self._search(batch[middle:])

    def _about(self, scopes: Iterable[str]) -> AuthorizeReading:
        """One question, and what its answer says; raises _BrokenOff where that ends the interview."""
        said = self._ask(self._client_id, scopes)
        if said is AuthorizeReading.LOG_IN:
            # A portal before Canvas sends everybody to log in; Canvas sends nobody who names no key.
            portal = (
                AuthorizeReading.PASSED not in self._heard
                and self._ask(_NO_KEY, ()) is not AuthorizeReading.UNKNOWN_KEY
            )
            said = AuthorizeReading.NOTHING if portal else AuthorizeReading.PASSED
        if said is AuthorizeReading.NOTHING:
            raise _BrokenOff
        self._heard.add(said)
        if said in {AuthorizeReading.UNKNOWN_KEY, AuthorizeReading.REDIRECT_URI_REFUSED}:
            raise _BrokenOff
        return said

    def _ask(self, client_id: str, scopes: Iterable[str]) -> AuthorizeReading:
        query = [
            ("client_id", client_id),
            ("response_type", "code"),
            ("redirect_uri", self._redirect_uri),
            ("prompt", "none"),
            ("state", "scope-conformance"),
            ("scope", " ".join(scopes)),
        ]
        answer = self._client.send(Call("GET", "/login/oauth2/auth", query=query, authorized=False))
        said = read_authorize(answer, self._client.base_url, self._redirect_uri)
        self._answers.append(answer)
        return said


def _batches(scopes: Sequence[str]) -> Iterator[list[str]]:
    """The scopes in as few requests as Canvas's limits allow; at least one."""
    batch: list[str] = []
    room = _BATCH_CHARACTERS
    for scope in scopes:
        length = len(quote(scope, safe="")) + 1
        if batch and (len(batch) == _BATCH or length > room):
            yield batch
            batch, room = [], _BATCH_CHARACTERS
        batch.append(scope)
        room -= length
    yield batch
