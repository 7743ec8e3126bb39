"""What storage hosts and Canvas say in an upload: addresses that are none lead nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.transport.upload import NotConfirmed, StorageFault, is_ticket, upload

TICKET = {"upload_url": "https://files.test/x", "upload_params": {}}


@pytest.mark.parametrize(
    "url",
    ["", "no address", "/api/v1/courses/1", "//", "http://", "http://[broken", "mailto:a@b.test", "file:///etc/passwd",
     "javascript:alert(1)", None, 7, ["https://files.test/x"]],
)  # fmt: skip
def test_a_ticket_has_an_address(url: object) -> None:
    """Anything else would be sent to a path on Canvas, or nowhere; the case says that the answer is malformed."""
    assert is_ticket(TICKET)
    assert not is_ticket({**TICKET, "upload_url": url})


def sending(stored: Answer) -> Callable[[Call], Answer]:
    """Canvas gives a ticket, and its storage this answer."""
    ticket = Answer("POST", "https://canvas.test/x", 200, {}, json.dumps(TICKET).encode())
    return lambda call: ticket if call.path.startswith("/api/") else stored


def ticket_of(answer: Answer) -> Any:
    """The ticket in the answer to step 1."""
    return answer.json


def test_nothing_is_sent_to_an_address_that_is_none() -> None:
    """Also where the caller has not looked at the whole ticket."""
    said = Answer(
        "POST", "https://canvas.test/x", 200, {}, b'{"upload_url": "/api/v1/users/self", "upload_params": {}}'
    )
    sent: list[Call] = []

    def send(call: Call) -> Answer:
        sent.append(call)
        return said

    with pytest.raises(StorageFault, match="no address"):
        upload(send, "1", "image.png", ticket_of)
    assert len(sent) == 1


def test_a_malformed_place_to_confirm_is_named() -> None:
    """The storage's redirect may be no address at all."""
    stored = Answer("POST", "https://files.test/x", 303, {"location": "http://[broken"})

    with pytest.raises(NotConfirmed, match="malformed address"):
        upload(sending(stored), "1", "image.png", ticket_of)


def test_a_storage_that_gives_too_much_is_named() -> None:
    """The fault that the client found stands in the message."""
    stored = Answer("POST", "https://files.test/x", None, fault="the answer was not read: it is long")

    with pytest.raises(StorageFault, match="the answer was not read"):
        upload(sending(stored), "1", "image.png", ticket_of)


@pytest.mark.parametrize(
    "number", [5, "5", 10**19, "1~5", "10000000000005"], ids=lambda number: f"{type(number).__name__} {number}"
)
def test_the_id_is_the_one_in_the_body(number: object) -> None:
    """As a number or a string, local or with its shard."""
    assert upload(sending(stored({"id": number})), "1", "image.png", ticket_of) == str(number)


@pytest.mark.parametrize(
    "number",
    [None, "None", "null", True, False, 5.0, -5, 0, "0", 10**20, "", [5], {"id": 5}, " 5", "5 ", "5/x", "../5",
     "../courses/1003?event=delete", "%2e%2e", "５", "5\n"],
    ids=repr,
)  # fmt: skip
def test_what_is_no_id_is_none(number: object) -> None:
    """Such an answer of the storage leads nowhere."""
    with pytest.raises(NotConfirmed):
        upload(sending(stored({"id": number})), "1", "image.png", ticket_of)


@pytest.mark.parametrize(
    ("path", "number"),
    [("/files/5", "5"), ("/api/v1/files/1~5?x=1", "1~5"), ("/courses/1/files/5/download", "5")]
    + [(f"/files/{what}", None) for what in ("", "5.0", "5x", "-5", "0", "..", "None", "%2e%2e", "５", "1" * 21)],
)
def test_the_id_in_an_address_is_one(path: str, number: str | None) -> None:
    """inst-fs names the file only there."""
    at = stored({}, location=f"https://canvas.test{path}")
    if number is None:
        with pytest.raises(NotConfirmed):
            upload(sending(at), "1", "image.png", ticket_of)
    else:
        assert upload(sending(at), "1", "image.png", ticket_of) == number


def stored(body: object, status: int = 201, **headers: str) -> Answer:
    """An answer of the storage."""
    return Answer("POST", "https://files.test/x", status, headers, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("address", "token"),
    [
        ("https://canvas.test/api/v1/files/5/create_success?uuid=x", True),
        ("https://canvas.test/api/v1/files/1~5/create_success", True),
        ("https://canvas.test/api/v1/courses/1003?event=delete", False),
        ("https://canvas.test/login/oauth2/token", False),
        ("https://canvas.test/api/v1/files/5/../../users/self/create_success", False),
        ("https://canvas.test/api/v1/files/5/create_success/x", False),
    ],
)
def test_the_token_goes_only_where_an_upload_is_confirmed(address: str, *, token: bool) -> None:
    """A storage that leads to another path of Canvas gets no request there that has the token."""
    sent: list[Call] = []

    def send(call: Call) -> Answer:
        sent.append(call)
        if call.path.startswith("/api/"):
            return Answer("POST", "https://canvas.test/x", 200, {}, json.dumps(TICKET).encode())
        if call.method == "POST":
            return stored(None, 303, location=address)
        return Answer(
            "GET",
            call.path,
            401,
            {"www-authenticate": "Bearer"},
            b'{"errors": [{"message": "x"}], "status": "unauthenticated"}',
        )

    with pytest.raises(NotConfirmed):
        upload(send, "1", "image.png", ticket_of)
    assert [call.authorized for call in sent[2:]] == ([False, True] if token else [False])
