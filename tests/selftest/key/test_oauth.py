"""The token endpoint: what it issues, and why it refuses, in old and new wording."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from scopecheck.canvas.classify import Reading, read
from scopecheck.embedded_canvas.app import Canvas
from scopecheck.embedded_canvas.config import Fault
from scopecheck.embedded_canvas.known import ADMIN_KEY, INTEGRATION_USER, KEY
from scopecheck.embedded_canvas.moments import now
from scopecheck.embedded_canvas.records import AuthorizationCode
from scopecheck.key import oauth
from scopecheck.key.oauth import Issued, TokenRefused
from scopecheck.model.call import Call
from scopecheck.model.secret import Secret
from scopecheck.transport.client import CanvasClient, Patience
from scopecheck.transport.evidence import exchange as exchange_of
from scopecheck.transport.pace import Pace
from tests.selftest.embedded_canvas.driver import BASE, SCOPES, canvas
from tests.selftest.embedded_canvas.transport import transport
from tests.selftest.exercises.between import OtherSoftware
from tests.selftest.exercises.sweep import sweep

HASTY: Final = Patience(timeout=1, attempts=3, first_wait=0.0, longest_wait=0.0)
COURSE: Final = Call("GET", "/api/v1/courses/1001")


def client(of: Canvas, token: Secret | None = None, base: str = BASE) -> CanvasClient:
    """A client of an embedded Canvas in this process."""
    return CanvasClient(base, token, Pace(4), HASTY, transport(of))


def refresh(of: Canvas, *, base: str = BASE, **instead: str) -> Issued:
    """Refresh with the correct credentials, except for those given instead."""
    known = of.credentials
    given = {"client_id": known.client_id, "secret": known.client_secret, "token": known.refresh_token, **instead}
    return oauth.refresh(
        client(of, base=base), given["client_id"], Secret(given["secret"]), Secret(given["token"])
    )  # fmt: skip


def code(of: Canvas, *, minutes_old: int = 0, key: int = KEY, scopes: tuple[str, ...] = SCOPES) -> Secret:
    """A code as if the user had just clicked Authorize."""
    born = now() - timedelta(minutes=minutes_old)
    of.tables.codes["c0de"] = AuthorizationCode("c0de", key, INTEGRATION_USER, list(scopes), born)
    return Secret("c0de")


def exchange(of: Canvas, given: Secret, secret: str | None = None, client_id: str | None = None) -> Issued:
    """Exchange a code."""
    known = of.credentials
    return oauth.exchange_code(
        client(of), client_id or known.client_id, Secret(secret or known.client_secret), given, known.redirect_uri
    )


def test_a_refreshed_token_works_and_the_old_one_does_not() -> None:
    """Canvas replaces the access token; the refresh token stays."""
    ours = canvas()
    issued = refresh(ours)

    assert read(client(ours, issued.access_token).send(COURSE)) is Reading.OK
    assert read(client(ours, Secret(ours.credentials.access_token)).send(COURSE)) is Reading.TOKEN_INVALID
    assert refresh(ours).access_token != issued.access_token


def test_a_code_brings_both_tokens_and_the_user() -> None:
    """The code grant issues a refresh token, and says which user authorized."""
    ours = canvas()
    issued = exchange(ours, code(ours))

    assert issued.refresh_token is not None
    assert issued.user_name == "Ally Integration"
    assert read(client(ours, issued.access_token).send(COURSE)) is Reading.OK
    assert refresh(ours, token=issued.refresh_token.reveal()).access_token != issued.access_token


def test_revoking_ends_both_tokens() -> None:
    """Afterwards the access token is revoked, and the refresh token is unknown."""
    ours = canvas()
    token = Secret(ours.credentials.access_token)

    assert read(oauth.revoke(client(ours, token))) is Reading.OK
    assert read(client(ours, token).send(COURSE)) is Reading.TOKEN_REVOKED
    with pytest.raises(TokenRefused, match="not known") as caught:
        refresh(ours)
    assert caught.value.refusal.unknown_token


REFUSALS: Final[list[tuple[str, dict[str, Any], dict[str, str], str, str, str]]] = [
    # name, state of the embedded Canvas, what is given instead, then cause, message and remedy
    ("the secret is wrong", {}, {"secret": "wrong"}, "refresh-failed",
     "CANVAS_REFRESH_TOKEN cannot be used: CANVAS_CLIENT_SECRET is not this key's secret.", "Show Key"),
    ("the key is not known", {}, {"client_id": "5"}, "key-unknown-here",
     "CANVAS_REFRESH_TOKEN cannot be used: this Canvas does not know CANVAS_CLIENT_ID.", "CANVAS_BASE_URL"),
    ("the key is inactive", {"key_workflow": "inactive"}, {}, "key-unknown-here", "does not know", "CANVAS_CLIENT_ID"),
    ("the token is not known", {}, {"token": "1~gone"}, "refresh-failed",
     "CANVAS_REFRESH_TOKEN is not known (any more)", "python -m scopecheck authorize"),
    ("the token was revoked", {"token_state": "revoked"}, {}, "refresh-failed", "(any more)", "authorize"),
    ("the token is past its date", {"token_state": "permanently-expired"}, {}, "refresh-failed", "(any more)",
     "authorize"),
    ("the token belongs to another key", {}, {"client_id": str(ADMIN_KEY), "secret": "admin-key-secret"},
     "token-from-another-key", "was issued through another key than CANVAS_CLIENT_ID", "CANVAS_CLIENT_SECRET"),
    ("overwritten, and the token is lost", {}, {"token": "1~gone", "base": "https://x.test.instructure.com"},
     "environment-reset", "not known in the test environment", "at every production release"),
    ("overwritten, and the key is lost", {}, {"client_id": "5", "base": "https://x.beta.instructure.com"},
     "environment-reset", "CANVAS_CLIENT_ID is not known in the beta environment", "every Saturday"),
]  # fmt: skip


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize(
    ("state", "instead", "cause", "message", "remedy"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS]
)
def test_refusal(
    state: dict[str, Any], instead: dict[str, str], cause: str, message: str, remedy: str, version: str
) -> None:
    """Canvas's description identifies each refusal, in today's wording and in that of some years ago."""
    with pytest.raises(TokenRefused) as caught:
        refresh(canvas(version=version, **state), **instead)

    assert caught.value.refusal.cause.slug == cause
    assert message in caught.value.refusal.message
    assert remedy in caught.value.refusal.remedy
    assert not caught.value.refusal.proves_nothing


def test_a_code_works_once() -> None:
    """A used code, one older than ten minutes, and one that never existed get the same refusal."""
    ours = canvas()
    exchange(ours, code(ours))
    for given in (Secret("c0de"), code(ours, minutes_old=11), Secret("never")):
        with pytest.raises(
            TokenRefused, match=r"^The code is not valid: a code works once, and only for 10 minutes\.$"
        ):
            exchange(ours, given)


def test_a_code_of_another_key_is_refused() -> None:
    """The two keys of one integration are easily mixed up."""
    ours = canvas()

    with pytest.raises(TokenRefused, match="another key"):
        exchange(ours, code(ours, key=ADMIN_KEY))


def test_a_code_with_scopes_that_the_key_lost_is_refused() -> None:
    """Canvas answers with a 422 page, which is not mistaken for a 422 from other software."""
    ours = canvas(missing_on_key=frozenset(SCOPES[:1]))

    with pytest.raises(TokenRefused) as caught:
        exchange(ours, code(ours))
    assert caught.value.refusal.cause.slug == "scopes-sent-to-unscoped-key"

    foreign = CanvasClient(BASE, None, Pace(1), HASTY, httpx.MockTransport(lambda _: httpx.Response(422, text="No")))
    with pytest.raises(TokenRefused) as caught:
        oauth.exchange_code(foreign, "1", Secret("s"), Secret("c"), "https://x.test")
    assert caught.value.refusal.cause.slug == "not-canvas-answering"


NOT_CANVAS: Final[list[tuple[str, httpx.Response]]] = [
    ("maintenance", httpx.Response(503, text="<html>down</html>")),
    ("a portal", httpx.Response(302, headers={"Location": "https://sso.school.test/?code=s3cret"})),
    ("a page", httpx.Response(200, text="<html>Welcome</html>")),
    ("other software's refusal", httpx.Response(403, json={"error": "forbidden", "error_description": "no"})),
    ("other software's 400", httpx.Response(400, json={"error": "bad_request", "error_description": "no"})),
    ("a crash that quotes a refusal", httpx.Response(500, json={"error": "invalid_grant"})),
    ("an answer that is cut off", httpx.Response(200, text='{"access_token": "1~s3cret", "token_ty')),
    ("an answer without a token, with only the user", httpx.Response(200, json={"access_token": None, "user": {}})),
    ("a token that would break out of .env", httpx.Response(200, json={"access_token": "s3cret\nCANVAS_BASE_URL=x"})),
    ("a list", httpx.Response(200, json=["s3cret"])),
    ("a proxy that repeats the request", httpx.Response(502, text="client_secret=my-s3cret&refresh_token=1~s3cret")),
]  # fmt: skip


@pytest.mark.parametrize("response", [row[1] for row in NOT_CANVAS], ids=[row[0] for row in NOT_CANVAS])
def test_an_answer_from_anything_else_proves_nothing_and_shows_nothing(response: httpx.Response) -> None:
    """It is not a refusal, the message shows no secret that was sent or returned, and there is no retry."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(response.status_code, headers=response.headers, content=response.content)

    wire = CanvasClient(BASE, None, Pace(1), HASTY, httpx.MockTransport(answer))
    with pytest.raises(TokenRefused) as caught:
        oauth.refresh(wire, "7", Secret("my-s3cret"), Secret("1~s3cret"))

    assert caught.value.refusal.proves_nothing
    assert "s3cret" not in caught.value.refusal.message + caught.value.refusal.remedy
    assert len(asked) == 1


def test_a_throttle_is_waited_out_and_then_named() -> None:
    """Canvas throttles before it does anything, so even a refresh can be retried."""
    assert refresh(canvas(faults=(Fault("throttle-403", "oauth2/token", times=2),))).access_token

    with pytest.raises(TokenRefused) as caught:
        refresh(canvas(faults=(Fault("throttle-403", "oauth2/token"),)))
    assert caught.value.refusal.cause.slug == "throttled"
    assert caught.value.refusal.proves_nothing


def test_other_refusals_are_quoted() -> None:
    """An unknown refusal is shown in Canvas's own words, without the secrets that were sent."""
    body = {"error": "invalid_request", "error_description": "1~s3cret is odd"}
    wire = CanvasClient(BASE, None, Pace(1), HASTY, httpx.MockTransport(lambda _: httpx.Response(400, json=body)))

    with pytest.raises(TokenRefused, match=r"was refused \(invalid_request: ••• is odd\)"):
        oauth.refresh(wire, "7", Secret("secret"), Secret("1~s3cret"))


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    ("error", "description"),
    [
        ("unauthorized_client", "Client does not have access to the specified Canvas account."),
        ("unauthorized_client", "El cliente no tiene acceso"),
        ("invalid_client", "client does not have access"),
    ],
)
def test_a_key_that_is_off(error: str, description: str, status: int) -> None:
    """Where the token endpoint itself says that the key is off, in whatever words, the key is to be turned on."""
    body = {"error": error, "error_description": description}
    wire = CanvasClient(BASE, None, Pace(1), HASTY, httpx.MockTransport(lambda _: httpx.Response(status, json=body)))

    with pytest.raises(TokenRefused, match="the key is turned off for this account") as caught:
        oauth.refresh(wire, "7", Secret("secret"), Secret("1~s3cret"))
    assert caught.value.refusal.cause.slug == "key-off"
    assert "set the State of the integration's key to ON" in caught.value.refusal.remedy


def test_a_key_that_is_off_is_one_step() -> None:
    """The check of the key and that of the token have the same remedy."""

    def refusing(transport: httpx.BaseTransport) -> httpx.BaseTransport:
        body = {"error": "unauthorized_client", "error_description": "Client does not have access"}
        return OtherSoftware(transport, "POST /login/oauth2/token", body, 401, signed=True)

    given = {"access_token": None, "refresh_token": Secret("1~x")}
    found = sweep("probe", only=("none",), key_state="off", between=refusing, settings=given)
    wrong = {(result.check.value, result.remedy) for result in found.setup.key if result.cause == "key-off"}

    assert {check for check, _ in wrong} == {"key-on", "token-alive"}
    assert len({remedy for _, remedy in wrong}) == 1


def test_nothing_that_is_issued_shows_in_a_repr() -> None:
    """A token in a traceback would be a token in a log."""
    issued = refresh(canvas())

    assert issued.access_token.reveal() not in repr(issued)


def test_what_is_exchanged_and_issued_is_known_as_secret() -> None:
    """The code and the key's secret before they are sent, and both tokens as soon as they are there."""
    ours = canvas()
    calling = client(ours)
    given = code(ours)
    issued = oauth.exchange_code(
        calling,
        ours.credentials.client_id,
        Secret(ours.credentials.client_secret),
        given,
        ours.credentials.redirect_uri,
    )

    expected = {given, Secret(ours.credentials.client_secret), issued.access_token, issued.refresh_token}
    assert {*calling.secrets} == expected


@pytest.mark.parametrize("status", [400, 403, 502])
def test_a_refused_code_is_not_told(status: int) -> None:
    """Whoever repeats it with the key's secret, in an error of Canvas's form or any other."""
    words = "ripe-apricots, early-mornings"
    said = {"error": "invalid_grant", "error_description": f"No {words}", "errors": [{"message": words}]}
    way = OtherSoftware(transport(canvas()), "POST /login/oauth2/token", said, status)
    calling = CanvasClient(BASE, None, Pace(4), HASTY, way)
    with pytest.raises(TokenRefused) as refused:
        oauth.exchange_code(calling, "1", Secret("early-mornings"), Secret("ripe-apricots"), "https://ally.test")

    refusal = refused.value.refusal
    shown = f"{refusal} {refused.value} {exchange_of(refusal.answer, calling.secrets)}"
    assert "•••, •••" in shown
    assert "apricots" not in shown
    assert "mornings" not in shown
