"""Where each meaning of an answer begins and ends: by status, by the shape of an error body, by header."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from scopecheck.canvas.classify import Reading, is_record, messages, read
from scopecheck.canvas.signs import is_from_canvas
from scopecheck.model.answer import Answer

COST: Final = {"x-request-cost": "0.1"}
"""A header that hardly anything but Canvas sets."""
SAID: Final = [{"message": "in some words"}]
SIGNED: Final = {"x-request-context-id": "1"}
FIELD: Final = {"body": ["is too long"]}
TYPED: Final = {"body": [{"attribute": "body", "type": "too_long", "message": "is too long"}]}
"""The same in the form of Canvas's model errors."""


def answer(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    return Answer("GET", "https://canvas.test/x", status, headers or {}, json.dumps(body).encode())


READINGS: list[tuple[int, Any, dict[str, str], Reading]] = [
    # statuses, each with what would be another reading one further
    (200, {}, {}, Reading.OK),
    (203, {}, {}, Reading.OK),
    (204, {}, {}, Reading.EMPTY),
    (205, {}, {}, Reading.OK),
    (299, [], {}, Reading.OK),
    (300, {}, {}, Reading.REDIRECTED),
    (399, {}, {}, Reading.REDIRECTED),
    (400, {}, {}, Reading.NOT_CANVAS),
    (428, {}, {}, Reading.NOT_CANVAS),
    (429, {}, {}, Reading.THROTTLED),
    (430, {}, {}, Reading.NOT_CANVAS),
    (499, {}, {}, Reading.NOT_CANVAS),
    (500, {}, {}, Reading.SERVER_FAULT),
    (599, {}, {}, Reading.SERVER_FAULT),
    (403, "403 Forbidden (Rate Limit Exceeded)", {}, Reading.THROTTLED),
    (400, "403 Forbidden (Rate Limit Exceeded)", {}, Reading.NOT_CANVAS),
    (403, {"message": "Requests must have a valid user agent."}, {}, Reading.NO_USER_AGENT),
    (403, {"message": "Requests must have a valid user agent."}, COST, Reading.NO_USER_AGENT),
    (400, {"message": "Requests must have a valid user agent."}, COST, Reading.REFUSED),
    (403, {"message": ["a valid user agent"]}, {}, Reading.NO_USER_AGENT),
    (403, {"why": "a valid user agent"}, {}, Reading.NOT_CANVAS),
    # no object, no refusal of Canvas's, whatever the header
    (403, [{"message": "user not authorized to perform that action"}], COST, Reading.NOT_CANVAS),
    (403, None, COST, Reading.NOT_CANVAS),
    # the status member counts beside a list of messages alone
    (403, {"status": "unauthorized", "errors": SAID}, {}, Reading.NOT_CANVAS),
    (403, {"status": "unauthorized", "errors": SAID}, SIGNED, Reading.NOT_PERMITTED),
    (401, {"status": "unauthenticated", "errors": SAID}, {}, Reading.UNAUTHENTICATED),
    (403, {"status": "unauthenticated", "errors": SAID}, {}, Reading.UNAUTHENTICATED),
    (403, {"status": "unauthorized"}, {}, Reading.NOT_CANVAS),
    (403, {"status": "unauthorized", "errors": "no"}, {}, Reading.NOT_CANVAS),
    (403, {"status": "unauthorized", "errors": [{"code": 7}]}, {}, Reading.NOT_CANVAS),
    (403, {"status": "unauthorized", "errors": ["message"]}, {}, Reading.NOT_CANVAS),
    (403, {"status": "forbidden", "errors": SAID}, {}, Reading.NOT_CANVAS),
    (403, {"errors": SAID}, {}, Reading.NOT_CANVAS),
    # a known sentence counts wherever it stands, the outermost first
    (403, {"errors": [{"message": "in other words"}, {"message": "Insufficient scopes on access token."}]}, {},
     Reading.SCOPE_MISSING),
    (400, {"message": "Expired access token.", "errors": [{"message": "Revoked access token."}]}, {},
     Reading.TOKEN_EXPIRED),
    (403, {"status": "unauthorized", "errors": [{"message": "page not found"}]}, {}, Reading.NOT_FOUND),
    # 404
    (404, {"errors": SAID}, COST, Reading.NOT_FOUND),
    (404, {"errors": ["message", *SAID]}, COST, Reading.NOT_FOUND),
    (404, {"errors": ["message"]}, COST, Reading.NOT_CANVAS),
    (404, {"errors": [{"code": 7}]}, COST, Reading.NOT_CANVAS),
    (404, {"errors": FIELD}, COST, Reading.NOT_CANVAS),
    (404, {"message": "in some words"}, COST, Reading.NOT_CANVAS),
    # 401
    (401, {"errors": FIELD}, {}, Reading.UNAUTHENTICATED),
    (401, {"errors": FIELD}, COST, Reading.NOT_PERMITTED),
    (401, {"errors": {"body": "is too long", **FIELD, "title": "x"}}, COST, Reading.NOT_PERMITTED),
    (401, {"errors": TYPED}, {}, Reading.NOT_PERMITTED),
    (401, {"errors": {**TYPED, **FIELD}}, {}, Reading.UNAUTHENTICATED),
    (401, {"errors": {"body": []}}, {}, Reading.UNAUTHENTICATED),
    (401, {"errors": {"body": "is too long"}}, {}, Reading.UNAUTHENTICATED),
    (401, {"errors": SAID}, {}, Reading.UNAUTHENTICATED),
    (401, {"errors": []}, {}, Reading.NOT_CANVAS),
    (401, {}, {}, Reading.NOT_CANVAS),
    (401, {}, COST, Reading.UNAUTHENTICATED),
    # other refusals
    (403, {"errors": FIELD}, {}, Reading.REFUSED),
    (405, {"errors": FIELD}, {}, Reading.REFUSED),
    (403, {"errors": {"body": "is too long"}}, {}, Reading.NOT_CANVAS),
    (400, {"errors": "no"}, {}, Reading.REFUSED),
    (409, {"errors": "no"}, {}, Reading.REFUSED),
    (422, {"errors": "no"}, {}, Reading.REFUSED),
    (405, {"errors": "no"}, {}, Reading.NOT_CANVAS),
    (400, {"errors": []}, {}, Reading.NOT_CANVAS),
    (405, {}, COST, Reading.REFUSED),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "reading"), READINGS)
def test_reading(status: int, body: Any, headers: dict[str, str], reading: Reading) -> None:
    """Each answer in the table has exactly this reading."""
    assert read(answer(status, body, headers)) is reading


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"x-request-cost": "0.1"}, True),
        ({"x-rate-limit-remaining": "600.0"}, True),
        ({"x-canvas-meta": "q=1;"}, True),
        ({"server": "nginx", "x-canvas-meta": ""}, True),
        ({"www-authenticate": 'Bearer realm="canvas-lms"'}, True),
        ({"www-authenticate": 'Basic realm="proxy"'}, False),
        ({"www-authenticate": 'Basic realm="proxy"', "x-request-cost": "1"}, True),
        ({"server": "nginx"}, False),
        ({}, False),
    ],
)
def test_whose_answer(headers: dict[str, str], *, ours: bool) -> None:
    """Canvas is told by headers that hardly anything else sets (request_throttle.rb)."""
    assert is_from_canvas(headers) is ours


@pytest.mark.parametrize(
    ("status", "body", "record"),
    [
        (200, {"id": 1}, True),
        (201, {"id": None, "name": "x"}, True),
        (200, {"name": "x"}, False),
        (200, ["id"], False),
        (200, "id", False),
        (401, {"id": 1}, False),
        (500, {"id": 1}, False),
        (204, {"id": 1}, False),
    ],
)
def test_record(status: int, body: Any, *, record: bool) -> None:
    """A record is an object with an id, on a success."""
    assert is_record(answer(status, body)) is record


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        ({"message": "a"}, ["a"]),
        ({"errors": [{"message": "a"}, {"message": "b"}]}, ["a", "b"]),
        ({"errors": {"body": [{"type": "x", "message": "a"}]}, "message": "b"}, ["b", "a"]),
        ({"message": {"message": "a"}, "errors": [{"message": 7}, "b"]}, []),
        ([{"message": "a"}, 7, None], ["a"]),
        ("a", []),
        (None, []),
    ],
)
def test_sentences(body: Any, sentences: list[str]) -> None:
    """Every `message` that is a text, the outermost first; what else stands under that name is not looked into."""
    assert messages(answer(400, body)) == sentences


@pytest.mark.parametrize(("around", "found"), [(7, True), (8, False), (900, False)])
@pytest.mark.parametrize(("left", "right"), [('{"errors":', "}"), ("[", "]")])
def test_only_so_deep(left: str, right: str, around: int, *, found: bool) -> None:
    """Eight levels are read, twice as many as Canvas's own bodies have; a nest without end is no crash."""
    body = left * around + '{"message": "a"}' + right * around

    assert messages(Answer("GET", "", 400, {}, body.encode())) == ["a"] * found
