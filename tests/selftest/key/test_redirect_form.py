"""The redirect URI's form: the same typing error on the key and in the settings is still one."""

from __future__ import annotations

from typing import Final

import pytest

from scopecheck.canvas.authorize_reading import OUT_OF_BAND
from scopecheck.embedded_canvas.known import REDIRECT_URI
from scopecheck.key.redirect_form import unknown_host, wrong_form
from scopecheck.model.profile import KeySettings
from scopecheck.model.verdict import CheckVerdict, KeyCheck
from tests.selftest.exercises.sweep import ALLY, Sweep, sweep

PATH: Final = "/auth/canvas/callback"

OWN: Final = "for the suite's own token, give it to python -m scopecheck authorize alone, with --canvas-redirect-uri"

RIGHT: Final = [
    REDIRECT_URI,
    "https://prod-eu-central-1.ally.ac/api/v2/7/auth/canvas/callback",
    "https://ally.elsewhere.test/api/v2/7/auth/canvas/callback",
    "https://prod.ally.ac:443/api/v2/7/auth/canvas/callback",
]

WRONG: Final = [
    ("http://prod.ally.ac/api/v2/1234/auth/canvas/callback", "starts with http:// instead of https://"),
    ("https://[AllyEnvironment]/api/v2/1234/auth/canvas/callback", "still has the placeholder [AllyEnvironment] in it"),
    ("https://prod.ally.ac/api/v2/[ClientId]/auth/canvas/callback", "still has the placeholder [ClientId] in it"),
    ("https://prod.ally.ac/api/v2/%5BClientId%5D/auth/canvas/callback",
     "still has the placeholder %5BClientId%5D in it"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/callback/", "ends with a slash"),
    ("https://prod.ally.ac//api/v2/1234/auth/canvas/callback", "has two slashes in a row"),
    ("https://prod.ally.ac/api/v2//auth/canvas/callback", "has two slashes in a row"),
    ("https://prod.ally.ac/api/v2/auth/canvas/callback", "has auth where the number [ClientId] belongs"),
    ("https://prod.ally.ac/api/v2/ABC/auth/canvas/callback", "has ABC where the number [ClientId] belongs"),
    ("https://prod.ally.ac/api/v1/1234/auth/canvas/callback", "has v1 where v2 belongs"),
    ("https://prod.ally.ac/1234/auth/canvas/callback", "has 1234 where api belongs"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/canvas/callback", "has canvas where callback belongs"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/callback/callback", "goes on after callback"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/callback?x=1", "goes on after callback"),
    ("https://prod.ally.ac/api/v2/1234", "ends before /auth/canvas/callback"),
    ("https://prod.ally.ac/", "ends with a slash"),
    ("https://prod.ally.ac", "has nothing where api belongs"),
    ("https://ally.elsewhere.test/api/v2/1234", "ends before /auth/canvas/callback"),
    ("https://ally.elsewhere.test/1234/auth/canvas/callback", "has 1234 where api belongs"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/callback?", "goes on after callback"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/callback#", "goes on after callback"),
    ("https://prod.ally.ac/api/v2/1234/auth/canvas/callback#top", "goes on after callback"),
    ("prod.ally.ac/api/v2/1234/auth/canvas/callback", "is not an address"),
    # This suite's own, and one that is nothing like the integration's.
    ("http://localhost:8400/callback", f"leads to this computer, where the integration is not ({OWN})"),
    ("https://127.0.0.1/api/v2/7/auth/canvas/callback",
     f"leads to this computer, where the integration is not ({OWN})"),
    (OUT_OF_BAND, f"is for programs that have no address, and the integration has one ({OWN})"),
    ("https://tools.school.test/canvas", "has canvas where api belongs"),
]  # fmt: skip


@pytest.mark.parametrize("uri", RIGHT)
def test_what_is_right(uri: str) -> None:
    """The integration's form passes on any host."""
    assert wrong_form(uri, ALLY.key) is None


@pytest.mark.parametrize(("uri", "wrong"), WRONG)
def test_what_is_wrong(uri: str, wrong: str) -> None:
    """The first mistake is named."""
    assert wrong_form(uri, ALLY.key) == wrong


@pytest.mark.parametrize("uri", [row[0] for row in WRONG])
def test_a_profile_without_a_form_finds_nothing_wrong(uri: str) -> None:
    """Form and hosts are optional."""
    assert wrong_form(uri, KeySettings()) is None
    assert unknown_host(uri, KeySettings()) is None


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        (REDIRECT_URI, None),
        (REDIRECT_URI.upper().replace("HTTPS", "https"), None),
        ("https://prod-ap-southeast-2.ally.ac" + PATH, None),
        ("https://prod.ally.ac.test" + PATH, "prod.ally.ac.test"),
        ("https://prod.ally.ac:8443" + PATH, "prod.ally.ac:8443"),
        ("https://prod.ally.ac:443" + PATH, None),
        ("http://localhost:8400/x", None),
        (OUT_OF_BAND, None),
    ],
)
def test_unknown_hosts(uri: str, host: str | None) -> None:
    """Five hosts are known; another may be right all the same."""
    assert unknown_host(uri, ALLY.key) == host


def asked(uri: str, on_key: str | None = None, version: str = "new", **given: object) -> Sweep:
    """A run with this callback in the settings, and the same or another on the key."""
    settings = {"redirect_uri": uri, **given}
    return sweep("probe", only=("none",), redirect_uris=(on_key or uri,), version=version, settings=settings)


@pytest.mark.parametrize(("uri", "wrong"), WRONG)
def test_the_same_mistake_on_the_key_fails_the_check(uri: str, wrong: str) -> None:
    """Though Canvas accepts the address, the check fails, and says what is wrong and what to do."""
    found = asked(uri)
    check = next(result for result in found.setup.key if result.check is KeyCheck.REDIRECT_URI)

    assert (check.verdict, check.cause) == (CheckVerdict.FAILED, "redirect-uri-malformed")
    assert check.message == f"CANVAS_REDIRECT_URI {wrong}."
    assert ALLY.key.redirect_uri in str(check.remedy)
    assert {result.cause for result in found.setup.key} <= {None, "redirect-uri-malformed"}


@pytest.mark.parametrize("version", ["new", "old"])
@pytest.mark.parametrize("uri", [OUT_OF_BAND, "http://localhost:8000/cb"])
def test_this_suite_s_own_callback_proves_nothing_of_the_integration_s(uri: str, version: str) -> None:
    """On a correct key, too: an old Canvas accepts `urn:ietf:wg:oauth:2.0:oob` for every key."""
    found = asked(uri, on_key=REDIRECT_URI, version=version)

    assert found.check(KeyCheck.REDIRECT_URI) == (CheckVerdict.FAILED, "redirect-uri-malformed")
    assert {result.cause for result in found.setup.key} == {None, "redirect-uri-malformed"}


def test_a_mistake_in_the_settings_alone_is_one_fault() -> None:
    """Where the key does not have the mistyped address, all that cannot be known has the one cause and remedy."""
    found = asked(f"{REDIRECT_URI}/", on_key=REDIRECT_URI)
    wrong = [result for result in found.setup.key if result.cause]

    assert {result.check for result in wrong} == {KeyCheck.REDIRECT_URI, KeyCheck.KEY_ON, KeyCheck.SCOPES_ON_KEY}
    assert {(result.cause, result.remedy) for result in wrong} == {("redirect-uri-malformed", wrong[0].remedy)}


def test_it_fails_without_a_preflight_too() -> None:
    """The form needs no Canvas."""
    found = asked(f"{REDIRECT_URI}/", client_id=None)

    assert found.check(KeyCheck.REDIRECT_URI) == (CheckVerdict.FAILED, "redirect-uri-malformed")


def test_an_unknown_host_is_only_noted() -> None:
    """A new region is not a fault; the hosts that are known are listed with their regions."""
    found = asked("https://prod-xx.ally.ac/api/v2/7/auth/canvas/callback")

    assert found.check(KeyCheck.REDIRECT_URI) == (CheckVerdict.OK, None)
    assert len(found.setup.notes) == 1
    assert "leads to prod-xx.ally.ac, which is not a known host of Anthology Ally" in found.setup.notes[0]
    assert "prod-eu-central-1.ally.ac (Europe)" in found.setup.notes[0]
