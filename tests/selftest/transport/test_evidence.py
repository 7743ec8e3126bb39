"""The evidence of an answer shows what may be shown, and no value that opens a door by itself, wherever it stands."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
import pytest

from scopecheck.model.answer import Answer
from scopecheck.model.secret import MASK, KnownSecrets, Secret
from scopecheck.transport.evidence import exchange
from tests.selftest.exercises.sweep import sweep

VALUE: Final = "d00r0pener"

SIGNED: Final = (
    "x-amz-signature", "X-Amz-Signature", "x-amz-credential", "X-Amz-Security-Token", "x-amz-date",
    "access_token", "refresh_token", "client_secret", "api_key", "code", "token", "Signature", "Policy", "verifier",
    "uuid", "secure_params", "sf_verifier", "password", "state",
)  # fmt: skip
"""Names of what signs an upload to S3 (the X-Amz ones), opens a file, or stands for a user."""


def shown(name: str, *secrets: Secret) -> str:
    """The evidence of three exchanges, as JSON, that have the value under this name in every place there is."""
    url = f"https://files.test/x?a=1&{name}={VALUE}&b=2"
    ticket = {"upload_url": url, "upload_params": {"key": "k", name: VALUE, "acl": "private"}}
    headers = {"location": url, "link": f'<{url}>; rel="next"', "server": f"{name}={VALUE}"}
    answer = Answer("POST", url, 201, headers, json.dumps(ticket).encode(), sent=f"key=k&{name}={VALUE}&acl=private")
    refused = Answer("POST", url, 400, headers, json.dumps({"errors": {name: VALUE}, name: VALUE}).encode())
    fault = Answer("GET", url, None, fault=f"the address is malformed: '{url}'")
    known = KnownSecrets(secrets)
    return msgspec.json.encode([exchange(each, known) for each in (answer, refused, fault)]).decode()


@pytest.mark.parametrize("name", SIGNED)
def test_what_signs_is_masked(name: str) -> None:
    """In addresses and what was sent the name is shown without the value's length; the value is nowhere."""
    assert shown(name).count(f"{name}={MASK}") == 6
    assert VALUE not in shown(name)


def test_what_nobody_knows_is_not_shown() -> None:
    """A value under any other name is told as its type and length, a parameter without its name's help as that."""
    assert VALUE not in shown("anything")
    assert '\\"anything\\": text (10)' in shown("anything")


def body(said: Any, status: int = 200) -> str:
    """The evidence of a body."""
    answer = Answer("GET", "https://canvas.test/api/v1/courses/1", status, {}, json.dumps(said).encode())
    return exchange(answer, KnownSecrets()).body


def test_a_record_shows_what_helps() -> None:
    """IDs, states, dates, flags, scopes and the run's own names; of all else type and length."""
    record = {
        "id": 7, "course_id": "1~7", "title": "scopecheck-20260101T000000-abcd page", "name": "Ann Example",
        "workflow_state": "active", "created_at": "2026-01-15T09:00:00Z", "published": True, "points": 3,
        "scopes": ["url:GET|/api/v1/accounts", "Ann"], "body": "<p>scopecheck-20260101T000000-abcd and more</p>",
    }  # fmt: skip
    assert body(record) == (
        '{"id": 7, "course_id": "1~7", "title": "scopecheck-20260101T000000-abcd page", "name": text (11), '
        '"workflow_state": "active", "created_at": "2026-01-15T09:00:00Z", "published": true, "points": number, '
        '"scopes": ["url:GET|/api/v1/accounts", text (3)], "body": text (47, with scopecheck-20260101T000000-abcd)}'
    )
    assert body([record, record, {}]).endswith(", … 3 rows]")


def test_a_refusal_shows_what_it_says() -> None:
    """Canvas's sentences are shown whole, in every shape of its errors."""
    errors = {"title": [{"attribute": "title", "type": "too_long", "message": "is too long", "value": "Ann"}]}
    assert body({"errors": errors}, 400) == (
        '{"errors": {"title": [{"attribute": "title", "type": "too_long", "message": "is too long", '
        '"value": text (3)}]}}'
    )
    for said in ({"errors": [{"message": "Insufficient scopes on access token."}]},
                 {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]},
                 {"error": "invalid_scope", "error_description": "A requested scope is invalid"},
                 {"message": "That page has been disabled for this course"}):  # fmt: skip
        assert body(said, 401) == json.dumps(said)


@pytest.mark.parametrize(
    "token", ["1234~" + "aB3x" * 16, "eyJhbGciOi.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmVkMTIz", "f" * 12 + "0" * 12]
)
def test_what_looks_like_a_token_is_masked(token: str) -> None:
    """Even in what an error says, and though nobody knows whose it is."""
    for said in (f"Blocked: Bearer {token}", f"{token} is unknown", f"see https://x.test/?token={token}"):
        assert token not in body({"message": said}, 403)
        assert token[-12:] not in body({"message": said}, 403)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<html><head><title>Request Rejected</title></head>Ann</html>", ": Request Rejected)"),
        ("<html><title>Ann Example - Log in</title>", ": … - Log in)"),
        ("<!DOCTYPE html><h1>Ann</h1>", "characters)"),
        ("Blocked: Bearer d00r0pener", ": Blocked: …)"),
        ("upstream connect error 503", ": … connect error 503)"),
    ],
)
def test_a_page_shows_known_words(page: str, told: str) -> None:
    """Of what is no JSON, only what error pages of web servers and proxies say is shown of its title or first line."""
    answer = Answer("GET", "https://canvas.test/x", 502, {"server": "nginx/1.25.3"}, page.encode())

    assert exchange(answer, KnownSecrets()).body.endswith(told)
    assert answer.says().endswith(told)
    assert answer.says().startswith("HTTP 502 from nginx/1.25.3: (")


def test_an_upload_to_s3_is_masked() -> None:
    """The signature of the one upload that a run makes is not in its evidence."""
    scope = "url:POST|/api/v1/courses/:course_id/files"
    told = msgspec.json.encode(sweep(only=(scope,), storage="s3").results[scope].evidence).decode()

    assert '\\"upload_params\\": {' in told
    assert "x-amz-signature" in told
    assert "AKIAEMBEDDED" not in told
