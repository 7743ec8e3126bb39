"""The preflight: what Canvas says about the key before anybody logs in.

`GET /login/oauth2/auth` checks the client, redirect URI, scopes, account and then the login, in this order
(oauth2_provider_controller.rb). So a logged-out request with all required scopes and one that no Canvas has shows
which scopes are missing, and whether they are enforced at all; `prompt=none` makes Canvas answer instead of showing
a login page. No redirect is followed and no Sec-Fetch header is sent: the newest Canvas refuses those of scripts.

Canvas compares names here, and a route may have another name in this one. So what is refused under the profile's name
is asked for again under its other names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from scopecheck.canvas.authorize_reading import AuthorizeReading, listed_scopes, read_authorize
from scopecheck.canvas.scope_names import names_here, other_names
from scopecheck.key.obstacles import refuses_long_address
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.key_facts import Preflight
from scopecheck.transport.client import CanvasClient

CANARY: Final = "url:GET|/api/v1/scope_conformance/no_such_route"
"""A scope that no Canvas has: an enforcing key refuses it."""

_BATCH: Final = 39
"""Scopes in one request, besides the canary."""

_BATCH_CHARACTERS: Final = 5000
"""Length of all scopes in one request, percent-encoded: a request line holds about 8,000 characters, and the refusal
lists them in a header of about 8 KB."""

_SHORT: Final = 2000
"""Bytes of a whole address that firewalls and proxies let through: 2,048 is a usual limit of theirs, and as Ally's 31
scopes make one of 2,240, it is kept only where a longer one was refused."""

_SHORT_CHARACTERS: Final = 1400
"""Length of all scopes in such an address, percent-encoded; the rest of it takes some 450."""

_NO_KEY: Final = "0"
"""A client ID that no Canvas has."""


def preflight(client: CanvasClient, client_id: str, redirect_uri: str, scopes: Sequence[str]) -> Preflight:
    """Ask Canvas about a key: two requests, more only for long lists, other names, a Canvas that lists nothing, or a
    firewall that refuses long addresses.

    If it breaks off in the middle, it keeps what it has learned so far, but never part of a list.
    """
    return _Questions(client, client_id, redirect_uri, scopes).run()


def under_other_names(
    client: CanvasClient, client_id: str, redirect_uri: str, found: Preflight, names: Mapping[str, str]
) -> Preflight:
    """What a preflight found, after asking also for scopes that it found missing under these names of theirs."""
    more = preflight(client, client_id, redirect_uri, list(names.values()))
    missing = None
    if found.missing is not None and more.missing is not None:
        missing = [scope for scope in found.missing if scope not in names or names[scope] in more.missing]
    return replace(
        found,
        missing=missing,
        key_on=more.key_on if found.key_on is None else found.key_on,
        answers=[*found.answers, *more.answers],
    )


class _BrokenOff(Exception):
    """An answer after which nothing more can be learned."""


class _Questions:
    """The questions about one key, and what the answers have shown so far."""

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
        self._names: Mapping[str, str] = {}
        self._key_on: bool | None = None
        self._room = _BATCH_CHARACTERS

    def run(self) -> Preflight:
        """Ask everything, and return what was learned."""
        too_long = None
        if not self._ask_all() and not self._heard and refuses_long_address(self._answers[-1], _SHORT):
            too_long = self._answers[-1]
            self._room = _SHORT_CHARACTERS
            self._ask_all()
        refused = {AuthorizeReading.UNKNOWN_KEY, AuthorizeReading.REDIRECT_URI_REFUSED} & self._heard
        return Preflight(
            self._answered or self._answers[-1],
            key_known=False if AuthorizeReading.UNKNOWN_KEY in self._heard else bool(self._heard) or None,
            redirect_uri_accepted=False
            if AuthorizeReading.REDIRECT_URI_REFUSED in refused
            else bool(self._heard - refused) or None,
            enforced=self._enforced,
            missing=self._missing,
            names=self._names,
            key_on=self._key_on,
            answers=self._answers,
            too_long=too_long if self._heard else None,
        )

    def _ask_all(self) -> bool:
        """Ask everything; False if it broke off."""
        try:
            self._ask_for_scopes()
            self._ask_whether_on()
        except _BrokenOff:
            return False
        return True

    def _ask_for_scopes(self) -> None:
        refused = self._refused(self._scopes)
        others = {name: scope for scope in refused or () for name in other_names(scope)}
        still = self._refused(list(others)) if others else []
        if refused is None or still is None:
            return
        accepted = {scope: scope for scope in self._scopes if scope not in refused}
        accepted |= {scope: name for name, scope in others.items() if name not in still}
        self._missing = [scope for scope in self._scopes if scope not in accepted]
        self._names = names_here(self._scopes, accepted)

    def _refused(self, scopes: Sequence[str]) -> list[str] | None:
        """Which of these names the key does not carry; None if it does not enforce scopes."""
        refused: list[str] = []
        for batch in _batches(scopes, self._room):
            reading = self._about([*batch, CANARY])
            self._answered = self._answers[-1]
            self._enforced = reading is AuthorizeReading.SCOPES_REFUSED
            if not self._enforced:
                # Scopes are checked before the account, so this answers whether the key is on as well.
                self._key_on = reading is AuthorizeReading.PASSED
                return None
            refused += self._missing_of(self._answers[-1], batch)
        return refused

    def _ask_whether_on(self) -> None:
        """Ask whether the key is on: as scopes are checked before the account, only scopes that pass show it."""
        passing = [self._names.get(scope, scope) for scope in self._scopes if scope not in (self._missing or ())]
        if self._missing is not None and passing:
            reading = self._about(next(_batches(passing, self._room)))
            self._key_on = {AuthorizeReading.PASSED: True, AuthorizeReading.KEY_OFF: False}.get(reading)

    def _missing_of(self, answer: Answer, batch: Sequence[str]) -> list[str]:
        """The scopes of a refused batch that the key lacks.

        The canary is last in the list: if it is not there, a proxy's limit cut the list off, or this Canvas is from
        before about 2020 and lists nothing.
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
        """Ask about these scopes, and read the answer; raises _BrokenOff if there is nothing more to learn."""
        reading = self._ask(self._client_id, scopes)
        if reading is AuthorizeReading.LOG_IN:
            # A portal in front of Canvas sends every request to a login; Canvas does not without a valid key.
            portal = (
                AuthorizeReading.PASSED not in self._heard
                and self._ask(_NO_KEY, ()) is not AuthorizeReading.UNKNOWN_KEY
            )
            reading = AuthorizeReading.NOTHING if portal else AuthorizeReading.PASSED
        if reading is AuthorizeReading.NOTHING:
            raise _BrokenOff
        self._heard.add(reading)
        if reading in {AuthorizeReading.UNKNOWN_KEY, AuthorizeReading.REDIRECT_URI_REFUSED}:
            raise _BrokenOff
        return reading

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
        reading = read_authorize(answer, self._client.base_url, self._redirect_uri)
        self._answers.append(answer)
        return reading


def _batches(scopes: Sequence[str], characters: int) -> Iterator[list[str]]:
    """The scopes in as few batches as Canvas's limits and so many characters allow; at least one."""
    batch: list[str] = []
    room = characters
    for scope in scopes:
        length = _length(scope)
        if batch and (len(batch) == _BATCH or length > room):
            yield batch
            batch, room = [], characters
        batch.append(scope)
        room -= length
    yield batch


def _length(scope: str) -> int:
    """How many characters a scope takes in an address, at most."""
    return len(quote(scope, safe="")) + 1
