"""The evidence of an answer shows no value that opens a door by itself, wherever in the exchange it stands."""

from __future__ import annotations

import json
import re
from typing import Final

import msgspec
import pytest

from scopecheck.model.answer import Answer
from scopecheck.model.secret import MASK, Secret
from scopecheck.transport.evidence import exchange
from tests.selftest.exercises.sweep import sweep

VALUE: Final = "d00r0pener"

SIGNED: Final = (
    "x-amz-signature", "X-Amz-Signature", "x-amz-credential", "X-Amz-Security-Token", "x-amz-date",
    "access_token", "refresh_token", "client_secret", "api_key", "code", "token", "Signature", "Policy", "verifier",
    "uuid", "secure_params", "sf_verifier",
)  # fmt: skip
"""Names of what signs an upload to S3 (the X-Amz ones), opens a file, or stands for a user."""


def shown(name: str, *secrets: Secret) -> str:
    """The evidence of two exchanges, as JSON, that have the value under this name in every place there is."""
    url = f"https://files.test/x?a=1&{name}={VALUE}&b=2"
    ticket = {"upload_url": url, "upload_params": {"key": "k", name: VALUE, "acl": "private"}}
    headers = {"location": url, "link": f'<{url}>; rel="next"'}
    answer = Answer("POST", url, 201, headers, json.dumps(ticket).encode(), sent=f"key=k&{name}={VALUE}&acl=private")
    fault = Answer("GET", url, None, fault=f"the address is malformed: {url}")
    return msgspec.json.encode([exchange(each, secrets) for each in (answer, fault)]).decode()


@pytest.mark.parametrize("name", SIGNED)
def test_what_signs_is_masked(name: str) -> None:
    """In address, body, headers, what was sent, and fault the name is shown, and its value is not."""
    assert shown(name).count(name) == shown(name).count(MASK) == 8
    assert VALUE not in shown(name)


def test_a_known_secret_is_masked() -> None:
    """The run's own token is masked whatever it stands under."""
    assert VALUE in shown("anything")
    assert VALUE not in shown("anything", Secret(VALUE))


def test_an_upload_to_s3_is_masked() -> None:
    """The signature of the one upload that a run makes is in its evidence by name alone."""
    scope = "url:POST|/api/v1/courses/:course_id/files"
    told = msgspec.json.encode(sweep(only=(scope,), storage="s3").results[scope].evidence).decode()

    assert re.search(rf"x-amz-signature\W+{MASK}", told)
    assert "AKIAEMBEDDED" not in told
