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
