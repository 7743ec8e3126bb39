"""What stands between here and Canvas is named, with one remedy, and no scope or key is blamed for it."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest

from scopecheck.embedded_canvas.known import CREDENTIALS
from scopecheck.model.secret import Secret
from scopecheck.model.verdict import CheckVerdict, KeyCheck, Verdict
from tests.selftest.exercises.between import Firewall, NoHeader, Vanity
from tests.selftest.exercises.sweep import BASE, SCOPES, Sweep, sweep

REFRESH: Final = {"access_token": None, "refresh_token": Secret(CREDENTIALS.refresh_token)}
NONE: Final = ("none",)


def remedies(found: Sweep) -> set[str]:
    """Everything that the run tells to do."""
    checks = {result.remedy for result in found.setup.key}
    return {remedy for remedy in checks | {result.remedy for result in found.results.values()} if remedy}


class TestAuthorizationHeader:
    """A proxy that drops the Authorization header."""

    @pytest.mark.parametrize("version", ["new", "old"])
    @pytest.mark.parametrize("strips", [False, True], ids=["", "headers stripped"])
    @pytest.mark.parametrize("given", [{}, REFRESH], ids=["pasted", "refreshed"])
    def test_a_lost_header_is_no_dead_token(self, version: str, given: dict[str, Any], *, strips: bool) -> None:
        """Where no call is accepted, and all are answered as without a token, the header is named, not the token."""
        found = sweep("probe", between=NoHeader, version=version, proxy_strips_headers=strips, settings=given)

        assert found.check(KeyCheck.TOKEN_ALIVE) == (CheckVerdict.UNPROVED, "authorization-header-lost")
        assert set(found.not_granted().values()) == {(Verdict.UNPROVED, "authorization-header-lost")}
        assert len(remedies(found)) == 1
        assert "pass the Authorization header on" in remedies(found).pop()

    @pytest.mark.parametrize("state", ["expired", "revoked", "unknown"])
    def test_a_dead_token_is_no_lost_header(self, state: str) -> None:
        """Canvas saw a dead token, and says so."""
        found = sweep("probe", only=NONE, token_state=state)

        assert found.check(KeyCheck.TOKEN_ALIVE)[0] is CheckVerdict.FAILED
        assert found.check(KeyCheck.TOKEN_ALIVE)[1] != "authorization-header-lost"

    def test_a_deleted_user_is_no_lost_header(self) -> None:
        """The scope is checked before the user is: where the canary is refused for its scope, the token came."""

        def deleted(canvas: httpx.BaseTransport) -> httpx.BaseTransport:
            return NoHeaderOn(canvas, "/api/v1/courses/1001", "/api/v1/accounts/self/courses")

        found = sweep("probe", only=NONE, between=deleted)

        assert found.check(KeyCheck.TOKEN_ALIVE) == (CheckVerdict.FAILED, "token-expired")


class NoHeaderOn(NoHeader):
    """Answers calls to some paths as if nobody were logged in."""

    def __init__(self, canvas: httpx.BaseTransport, *paths: str) -> None:
        super().__init__(canvas)
        self._paths = paths

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Canvas's answer."""
        through = super().handle_request if request.url.path in self._paths else self.canvas.handle_request
        return through(request)


REAL: Final = "https://school.instructure.com"


class TestVanityHost:
    """A school's own name for its Canvas, which only redirects."""

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    @pytest.mark.parametrize(
        ("location", "origin"),
        [
            (REAL + "{path}", REAL),
            (REAL + "/", REAL),
            (REAL + "/login/saml?SAMLRequest=secret", REAL),
            ("https://canvas.real.test:8443{path}", "https://canvas.real.test:8443"),
            ("https://canvas.test{path}", "https://canvas.test"),
            ("https://canvas.real.test", "https://canvas.real.test"),
        ],
    )
    @pytest.mark.parametrize("given", [{}, REFRESH], ids=["pasted", "refreshed"])
    def test_the_real_address_is_named(self, given: dict[str, Any], location: str, origin: str, status: int) -> None:
        """All is unproved for one cause, with the origin to set; what came with it in the address is not shown."""
        found = sweep("probe", between=lambda canvas: Vanity(canvas, location, status), settings=given)

        assert {result.cause for result in found.setup.key if result.cause} == {"base-url-redirects"}
        assert set(found.not_granted().values()) == {(Verdict.UNPROVED, "base-url-redirects")}
        assert remedies(found) == {f"Set CANVAS_BASE_URL to {origin}."}

    def test_the_token_goes_nowhere_else(self) -> None:
        """No redirect is followed."""
        between: list[Vanity] = []

        def vanity(canvas: httpx.BaseTransport) -> Vanity:
            between.append(Vanity(canvas, REAL + "{path}"))
            return between[0]

        sweep("probe", between=vanity)

        assert between[0].asked
        assert {f"{each.url.scheme}://{each.url.netloc.decode()}" for each in between[0].asked} == {BASE}

    @pytest.mark.parametrize(
        "location", ["https://sso.test/idp", "/elsewhere", f"{BASE}{{path}}", "//[", "mailto:a@b", "", "https:///x"]
    )
    def test_a_portal_is_no_vanity_host(self, location: str) -> None:
        """A redirect to a login, or to nowhere, names no other address."""
        found = sweep("probe", only=NONE, between=lambda canvas: Vanity(canvas, location))

        assert {result.cause for result in found.setup.key if result.cause} == {"not-canvas-answering"}


def writes(request: httpx.Request) -> bool:
    """Whether a request is for Canvas's API and changes something."""
    return request.method != "GET" and request.url.path.startswith("/api/v1")


WRITES: Final = {scope for scope in SCOPES if not scope.startswith("url:GET")}


class TestFirewall:
    """A firewall that refuses some requests with a page of its own."""

    @pytest.mark.parametrize("status", [400, 403, 405, 406, 413, 414, 431])
    def test_a_firewall_that_refuses_writes(self, status: int) -> None:
        """Writes are unproved, reads are granted, and one remedy names the firewall."""
        found = sweep(between=lambda canvas: Firewall(canvas, writes, status))

        assert found.not_granted() == dict.fromkeys(WRITES, (Verdict.UNPROVED, "firewall"))
        assert len(remedies(found)) == 1
        assert "the firewall or proxy between here and Canvas" in remedies(found).pop()

    def test_nothing_is_left_to_restore(self) -> None:
        """What never reached Canvas is not reported as a change that could not be undone."""
        found = sweep(between=lambda canvas: Firewall(canvas, writes))

        assert found.untouched
        assert found.run is not None
        assert found.run.tally.failed == []

    @pytest.mark.parametrize("strips", [False, True], ids=["", "headers stripped"])
    def test_in_probe_mode_too(self, *, strips: bool) -> None:
        """Probes of writes meet the same firewall."""
        found = sweep("probe", between=lambda canvas: Firewall(canvas, writes), proxy_strips_headers=strips)

        assert found.not_granted() == dict.fromkeys(WRITES, (Verdict.UNPROVED, "firewall"))

    @pytest.mark.parametrize("status", [401, 404, 410, 500, 503])
    def test_other_pages_are_no_firewall(self, status: int) -> None:
        """Those statuses have other explanations."""
        found = sweep("probe", between=lambda canvas: Firewall(canvas, writes, status))

        assert found.not_granted() == dict.fromkeys(WRITES, (Verdict.UNPROVED, "not-canvas-answering"))

    def test_a_firewall_that_refuses_long_addresses(self) -> None:
        """The preflight is made in parts, and a note says that a user's authorization will meet the same limit."""
        found = sweep("probe", only=NONE, between=lambda canvas: Firewall(canvas, lambda r: len(str(r.url)) > 2048))

        assert {result.verdict for result in found.setup.key} <= {CheckVerdict.OK, CheckVerdict.NOT_CHECKED}
        assert len(found.setup.notes) == 1
        assert "refuses addresses of 2,244 bytes (HTTP 403 from BigIP" in found.setup.notes[0]
        assert "let 8,000 bytes through to /login/oauth2/auth" in found.setup.notes[0]

    def test_a_page_for_everything_may_come_from_a_wrong_host(self) -> None:
        """Where Canvas never answered, CANVAS_BASE_URL is what to look at first."""
        found = sweep("probe", only=NONE, between=lambda canvas: Firewall(canvas, lambda _: True))

        assert {result.cause for result in found.setup.key if result.cause} == {"not-canvas-answering"}
