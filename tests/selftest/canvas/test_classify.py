"""What each answer means, from Canvas or from something in its place."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopecheck.canvas.classify import PAST_THE_GATE, Reading, read
from scopecheck.model.answer import OUT_OF_TIME, Answer, TargetSigns
from tests.selftest.canvas.test_answer_shapes import ROWS as SHAPES
from tests.selftest.canvas.test_answer_shapes import UNCLEAR

BEARER = {"www-authenticate": 'Bearer realm="canvas-lms"'}
SCOPES = {"errors": [{"message": "Insufficient scopes on access token."}]}
NOT_PERMITTED = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
NOT_FOUND = {"errors": [{"message": "The specified resource does not exist."}]}
CRASH = {"errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}], "error_report_id": 7}
MODEL = {"errors": {"body": [{"attribute": "body", "type": "too_long", "message": "is too long"}]}}


def answer(status: int | None, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body, or with the text as it is."""
    raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    url, fault, target = "https://canvas.test/api/v1/x", None if status else str(body), TargetSigns(user_id="3")
    return Answer("GET", url, status, headers or {}, raw, fault, target=target)


ROWS: list[tuple[str, int | None, object, dict[str, str], Reading]] = [
    # authentication_methods.rb
    ("scope missing", 401, SCOPES, {}, Reading.SCOPE_MISSING),
    ("scope missing, with an error report", 401, {**SCOPES, "error_report_id": 12}, {}, Reading.SCOPE_MISSING),
    ("scope missing on a 403", 403, SCOPES, {}, Reading.SCOPE_MISSING),
    ("token invalid", 401, {"errors": [{"message": "Invalid access token."}]}, BEARER, Reading.TOKEN_INVALID),
    ("token expired", 401, {"errors": [{"message": "Expired access token.", "expired_at": "2026-01-01T00:00:00Z"}]},
     BEARER, Reading.TOKEN_EXPIRED),
    ("token revoked", 401, {"errors": [{"message": "Revoked access token."}]}, BEARER, Reading.TOKEN_REVOKED),
    ("no token", 401, {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}, BEARER,
     Reading.UNAUTHENTICATED),
    ("no token, translated", 401, {"status": "unauthenticated", "errors": [{"message": "Benutzer nicht angemeldet"}]},
     BEARER, Reading.UNAUTHENTICATED),
    ("bad as_user_id", 401, {"errors": "Invalid as_user_id"}, {}, Reading.UNAUTHENTICATED),
    ("unverified user", 401, {"status": "unverified", "errors": [{"message": "x"}]}, {}, Reading.UNAUTHENTICATED),
    # application_controller.rb: the same refusal, by version
    ("not permitted, new", 403, NOT_PERMITTED, {}, Reading.NOT_PERMITTED),
    ("not permitted, old", 401, NOT_PERMITTED, {}, Reading.NOT_PERMITTED),
    ("Canvas's status with other words", 403, {"status": "unauthorized", "errors": [{"message": "Session expired"}]},
     {}, Reading.NOT_CANVAS),
    ("the same, signed", 403, {"status": "unauthorized", "errors": [{"message": "nicht erlaubt"}]},
     {"x-request-context-id": "1"}, Reading.NOT_PERMITTED),
    ("page field not permitted", 401, {"errors": {"published": [{"attribute": "published", "message": "no"}]}}, {},
     Reading.NOT_PERMITTED),
    ("file may not be deleted", 401, {"message": "Unauthorized to delete this file"}, {}, Reading.NOT_PERMITTED),
    ("file was submitted", 403,
     {"message": "Cannot delete a file that has been submitted as part of an assignment"}, {}, Reading.NOT_PERMITTED),
    # not found, by controller
    ("not found", 404, NOT_FOUND, {}, Reading.NOT_FOUND),
    ("not found, with an error report", 404, {**NOT_FOUND, "error_report_id": 3}, {}, Reading.NOT_FOUND),
    ("page not found", 404, {"message": "page not found"}, {}, Reading.NOT_FOUND),
    ("folder not found", 404, {"message": "The specified resource does not exist."}, {}, Reading.NOT_FOUND),
    ("tab disabled", 404, {"message": "That page has been disabled for this course"}, {}, Reading.NOT_FOUND),
    ("not found, other words, with Canvas's headers", 404, {"errors": [{"message": "Existiert nicht"}]},
     {"x-request-cost": "0.1"}, Reading.NOT_FOUND),
    ("not found, other words, no headers", 404, {"errors": [{"message": "nope"}]}, {}, Reading.NOT_CANVAS),
    ("a gateway's 404", 404, {"message": "no Route matched with those values"}, {}, Reading.NOT_CANVAS),
    ("no such route", 404, "<!DOCTYPE html><html><title>Page Not Found</title></html>", {}, Reading.NOT_CANVAS),
    # refusals of the content
    ("parameter missing", 400, {"errors": [{"message": "assignment is missing"}]}, {}, Reading.REFUSED),
    ("validation", 400, MODEL, {}, Reading.REFUSED),
    ("validation, unprocessable", 422, MODEL, {}, Reading.REFUSED),
    ("plain refusal", 400, {"message": "Terms only belong to root_accounts."}, {}, Reading.REFUSED),
    ("name taken", 409, {"message": "file already exists; use on_duplicate='overwrite' or 'rename'"}, {},
     Reading.REFUSED),
    ("closed grading period", 403, {"errors": {"due_at": ["closed"]}}, {}, Reading.REFUSED),
    # success
    ("object", 200, {"id": 1}, {}, Reading.OK),
    ("list", 200, [], {}, Reading.OK),
    ("created", 201, {"id": 1}, {}, Reading.OK),
    ("captions not permitted", 204, None, {}, Reading.EMPTY),
    ("a page on a 200", 200, "<html>Sign in</html>", {}, Reading.NOT_CANVAS),
    ("nothing on a 200", 200, None, {}, Reading.NOT_CANVAS),
    ("cut-off JSON", 200, '[{"id": 1}, {"id"', {}, Reading.NOT_CANVAS),
    ("a bare number", 200, 7, {}, Reading.NOT_CANVAS),
    ("nested endlessly", 200, "[" * 100_000, {}, Reading.NOT_CANVAS),
    ("a refusal nested deeply", 404, '{"a":' * 900 + "1" + "}" * 900, {}, Reading.NOT_CANVAS),
    # request_throttle.rb
    ("throttled", 403, "403 Forbidden (Rate Limit Exceeded)\n", {}, Reading.THROTTLED),
    ("throttled, positive remainder", 403, "403 Forbidden (Rate Limit Exceeded)\n",
     {"x-rate-limit-remaining": "120.5"}, Reading.THROTTLED),
    ("throttled since 2025", 429, "429 Too Many Requests (Rate Limit Exceeded)\n", {}, Reading.THROTTLED),
    ("throttled by anything", 429, None, {}, Reading.THROTTLED),
    # between here and Canvas
    ("no User-Agent", 403, {"error": "Forbidden", "message": "Requests must have a valid user agent."}, {},
     Reading.NO_USER_AGENT),
    ("crash", 500, CRASH, {}, Reading.SERVER_FAULT),
    ("circuit breaker", 502, {"errors": [{"message": "x", "error_code": "bad_gateway"}]}, {}, Reading.SERVER_FAULT),
    ("maintenance", 503, "<html>down</html>", {}, Reading.SERVER_FAULT),
    ("a 5xx that quotes the scope message", 500, SCOPES, {}, Reading.SERVER_FAULT),
    ("a firewall's 403", 403, "<html>Request blocked</html>", {}, Reading.NOT_CANVAS),
    ("a proxy's 401", 401, "<html>Authorization Required</html>", {}, Reading.NOT_CANVAS),
    ("other software's 401", 401, {"error": "unauthorized"}, {}, Reading.NOT_CANVAS),
    ("Canvas's own 401 in unknown words", 401, {"message": "?"},
     {"www-authenticate": 'Bearer realm="canvas-lms"'}, Reading.UNAUTHENTICATED),
    ("a gateway's 403 with a message", 403, {"message": "Forbidden"}, {}, Reading.NOT_CANVAS),
    ("a gateway's 400 with a message", 400, {"message": "Bad request"}, {}, Reading.NOT_CANVAS),
    ("a refusal in unknown words with Canvas's headers", 400, {"message": "Kurs ist voll"},
     {"x-rate-limit-remaining": "600.0"}, Reading.REFUSED),
    ("a gateway's 405 with a message", 405, {"message": "Method Not Allowed"}, {}, Reading.NOT_CANVAS),
    ("an unknown 403 with Canvas's headers", 403, {"message": "no"}, {"x-request-cost": "1"}, Reading.REFUSED),
    ("other software's 403", 403, {"error": "forbidden"}, {}, Reading.NOT_CANVAS),
    ("an answer to another token", 200, {"id": 1}, {"x-canvas-user-id": "9"}, Reading.MISDIRECTED),
    ("login redirect", 302, None, {"location": "https://sso.school.test/"}, Reading.REDIRECTED),
    ("no answer", None, "reset", {}, Reading.NO_ANSWER),
    ("no time for an answer", None, f"{OUT_OF_TIME}; nothing was sent", {}, Reading.OUT_OF_TIME),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "reading"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_reading(status: int | None, body: object, headers: dict[str, str], reading: Reading) -> None:
    """Each answer in the table has exactly this reading."""
    assert read(answer(status, body, headers)) is reading


def test_every_reading_is_in_the_table() -> None:
    """Every reading comes from at least one answer in the table."""
    assert {row[4] for row in (*ROWS, *SHAPES)} | {row[2] for row in UNCLEAR} == set(Reading)


@given(
    status=st.integers(100, 599),
    body=st.one_of(st.binary(max_size=40), st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["errors", "message", "status", "error"]), inner, max_size=3),
    ).map(lambda value: json.dumps(value).encode())),
)  # fmt: skip
def test_an_unknown_answer_proves_nothing_about_the_scope(status: int, body: bytes) -> None:
    """An answer without Canvas's sentence never means "missing", and an unknown 404 or 5xx never means "granted"."""
    reading = read(Answer("GET", "https://canvas.test/", status, {}, body))

    assert reading is not Reading.SCOPE_MISSING
    if status == 404 or status >= 500:
        assert reading not in PAST_THE_GATE


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_a_fault_never_passes_the_scope_check(status: int) -> None:
    """Whatever its body says, a fault is not an answer."""
    bodies: list[object] = [SCOPES, NOT_FOUND, NOT_PERMITTED, {"id": 1}, [], "x"]
    for body in bodies:
        assert read(answer(status, body)) in {Reading.SERVER_FAULT, Reading.THROTTLED}
