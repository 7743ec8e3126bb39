"""Refusals are told apart by their shape, in any language, on old Canvas (role refused with 401) and new (403)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from scopecheck.canvas.classify import PAST_THE_GATE, Reading, is_tab_off, read, target_signs
from scopecheck.canvas.signs import Signs, signs_of
from scopecheck.model.answer import Answer, TargetSigns
from scopecheck.transport.signs_latch import SignsLatch

SIGNED: Final = {"x-request-context-id": "832b9f2b-59e3-498e-bec9-6e1a0f67ea9b"}
BEFORE: Final = {**SIGNED, "x-canvas-meta": "o=accounts;n=index;b=1544428;m=1544428;u=0.04;y=0.01;d=0.01;"}
"""Of a refusal before the scope gate: the route is named, nobody else."""
AFTER: Final = {
    **SIGNED,
    "x-canvas-user-id": "10000000000003",
    "x-canvas-meta": "at=10000000000074;dk=10000000000002;o=accounts;n=show;t=Account;i=1;b=1544428;u=0.04;",
}
BEARER: Final = {**BEFORE, "www-authenticate": 'Bearer realm="canvas-lms"'}

KNOWN: Final = TargetSigns(signed=True, identifies=True)
"""A Canvas whose other answers in this run were signed and named the token's user."""

LANGUAGES: Final = {
    "English": ("unauthorized", "user not authorized to perform that action", "The specified resource does not exist."),
    "Spanish": (
        "no autorizado",
        "usuario no autorizado para realizar esta acción",
        "El recurso especificado no existe.",
    ),
    "invented": ("ne permesata", "la uzanto ne rajtas fari tion", "la rimedo ne ekzistas"),
}


def answer(status: int, body: object, headers: Mapping[str, str], target: TargetSigns = KNOWN) -> Answer:
    """An answer to a call with a token."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer("GET", "https://canvas.test/api/v1/x", status, headers, raw, target=target)


def said(text: str, **members: Any) -> dict[str, Any]:
    """An error body as Canvas renders it."""
    return {**members, "errors": [{"message": text}]}


@pytest.mark.parametrize("language", LANGUAGES)
class TestAnyLanguage:
    """The same five refusals, measured on a Canvas of 2022, in three languages."""

    @pytest.mark.parametrize("status", [401, 403], ids=["old", "new"])
    def test_role_refused(self, language: str, status: int) -> None:
        """A refused role has the member `status`, and names the user."""
        member, text, _ = LANGUAGES[language]

        assert read(answer(status, said(text, status=member), AFTER)) is Reading.NOT_PERMITTED

    @pytest.mark.parametrize("status", [401, 403], ids=["old", "new"])
    def test_role_refused_of_a_target_that_identifies_nobody(self, language: str, status: int) -> None:
        """Where no answer names the user, the member `status` and the missing WWW-Authenticate tell a refused role."""
        member, text, _ = LANGUAGES[language]
        refused = answer(status, said(text, status=member), SIGNED, TargetSigns(signed=True))

        assert read(refused) is Reading.NOT_PERMITTED

    def test_not_found(self, language: str) -> None:
        """What does not exist is 404 to a user who is named."""
        assert read(answer(404, said(LANGUAGES[language][2]), AFTER)) is Reading.NOT_FOUND

    def test_scope_missing(self, language: str) -> None:
        """A refused scope has neither WWW-Authenticate nor `status`, and names nobody where other answers do."""
        text = "Insufficient scopes on access token." if language == "English" else LANGUAGES[language][1]

        assert read(answer(401, said(text, error_report_id=18), BEFORE)) is Reading.SCOPE_MISSING

    def test_dead_token(self, language: str) -> None:
        """A dead token has WWW-Authenticate."""
        text = "Invalid access token." if language == "English" else LANGUAGES[language][1]

        assert read(answer(401, said(text), BEARER)) is Reading.TOKEN_INVALID

    def test_logged_out(self, language: str) -> None:
        """Who is logged out gets WWW-Authenticate and `status`."""
        member, text, _ = LANGUAGES[language]

        assert read(answer(401, said(text, status=member), BEARER)) is Reading.UNAUTHENTICATED


ROWS: Final[list[tuple[str, int, object, Mapping[str, str], Reading]]] = [
    ("throttled", 403, "403 Forbidden (Rate Limit Exceeded)\n",
     {**SIGNED, "content-type": "text/plain; charset=utf-8", "x-rate-limit-remaining": "20.1"}, Reading.THROTTLED),
    ("expired", 401, said("Expired access token."), BEARER, Reading.TOKEN_EXPIRED),
    ("revoked", 401, said("Revoked access token."), BEARER, Reading.TOKEN_REVOKED),
    ("a file that may not be deleted", 401, {"message": "No puede borrar este archivo"}, AFTER, Reading.NOT_PERMITTED),
    ("a field that may not be set", 401, {"errors": {"published": [{"message": "no"}]}}, AFTER, Reading.NOT_PERMITTED),
    ("a closed grading period", 403, {"errors": {"due_at": ["closed"]}}, AFTER, Reading.REFUSED),
    ("a refused value", 400, {"errors": {"body": [{"message": "x"}]}}, AFTER, Reading.REFUSED),
    ("an object", 200, {"id": 1}, AFTER, Reading.OK),
    ("nothing", 204, "", AFTER, Reading.EMPTY),
    # What names nobody was not let through the gate, whatever it says.
    ("a public course, shown to nobody in particular", 200, {"id": 1}, SIGNED, Reading.UNAUTHENTICATED),
    ("not found, before the scope was checked", 404, said("The specified resource does not exist."), BEFORE,
     Reading.NOT_FOUND_FIRST),
    ("no errors in a list", 401, {"errors": "Invalid as_user_id"}, BEFORE, Reading.UNAUTHENTICATED),
    ("a session that has expired", 401, said("Session expired", status="x"), BEFORE, Reading.UNAUTHENTICATED),
    ("a refusal before the gate", 400, {"errors": [{"message": "bad JSON"}]}, BEFORE, Reading.NOT_CANVAS),
    # What is not signed proves nothing where other answers were.
    ("a stranger's list", 200, [], {}, Reading.NOT_CANVAS),
    ("a stranger's object", 200, {"id": 1}, {"server": "gateway"}, Reading.NOT_CANVAS),
    ("a stranger who knows Canvas's 404", 404, said("The specified resource does not exist."), {}, Reading.NOT_CANVAS),
    ("a stranger who knows the scope refusal", 401, said("Insufficient scopes on access token."), {},
     Reading.NOT_CANVAS),
    ("a stranger who knows the role refusal", 403, said("user not authorized to perform that action",
     status="unauthorized"), {"x-request-cost": "0.1"}, Reading.NOT_CANVAS),
    ("a stranger who knows the dead token", 401, said("Invalid access token."), {"www-authenticate": "Bearer"},
     Reading.NOT_CANVAS),
    ("a stranger's model errors", 401, {"errors": {"base": [{"message": "x"}]}}, {}, Reading.NOT_CANVAS),
    ("a page that says that a user agent is needed", 403, {"message": "Requests must have a valid user agent."}, {},
     Reading.NO_USER_AGENT),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "reading"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_shape(status: int, body: object, headers: Mapping[str, str], reading: Reading) -> None:
    """Each answer of a Canvas that signs and identifies has exactly this reading."""
    assert read(answer(status, body, headers)) is reading


@pytest.mark.parametrize("row", [row for row in ROWS if not row[3]], ids=lambda row: row[0])
def test_without_headers_a_body_counts(row: tuple[str, int, object, Mapping[str, str], Reading]) -> None:
    """Where a proxy strips every answer's headers, a body that only Canvas writes is read again."""
    _, status, body, headers, _ = row
    unsigned = answer(status, body, headers, TargetSigns())

    told = {Reading.SCOPE_MISSING, Reading.UNAUTHENTICATED, Reading.NO_USER_AGENT} | PAST_THE_GATE
    assert read(unsigned) in told


def test_a_scope_refusal_is_never_guessed() -> None:
    """Unknown words on a 401 are no missing scope if the target never named a user: a role refusal might be so too."""
    for target in (TargetSigns(), TargetSigns(signed=True)):
        assert read(answer(401, said("?"), SIGNED, target)) is not Reading.SCOPE_MISSING


ACCEPTED: Final = TargetSigns(accepts=True)
"""A target behind a proxy that strips Canvas's headers; other answers in this run showed that it accepts the token."""

UNCLEAR: Final[list[tuple[int, object, Reading]]] = [
    # status, body, reading without Canvas's headers where the token is known to be accepted
    (401, said("usuario no autorizado", status="no autorizado"), Reading.UNCLEAR),
    (401, said("usuario no autorizado"), Reading.UNCLEAR),
    (401, {"message": "No puede borrar este archivo"}, Reading.UNCLEAR),
    (403, said("usuario no autorizado", status="no autorizado"), Reading.UNCLEAR),
    (404, said("El recurso especificado no existe."), Reading.UNCLEAR),
    # what is known stays known
    (401, said("user not authorized to perform that action", status="unauthorized"), Reading.NOT_PERMITTED),
    (401, said("Insufficient scopes on access token."), Reading.SCOPE_MISSING),
    (401, said("Invalid access token."), Reading.TOKEN_INVALID),
    (401, said("user authorization required", status="unauthenticated"), Reading.UNAUTHENTICATED),
    (401, said("x", status="unauthenticated"), Reading.UNAUTHENTICATED),
    (401, {"errors": {"published": [{"attribute": "published", "message": "no"}]}}, Reading.NOT_PERMITTED),
    # what other software may say as well
    (401, said("Session expired", status="unauthorized"), Reading.UNCLEAR),
    (401, {"errors": {"base": ["Session expired"]}}, Reading.UNCLEAR),
    (401, {"errors": {"base": [{"message": "Session expired"}]}}, Reading.UNCLEAR),
    # what no Canvas says stays a stranger's
    (403, {"message": "Forbidden"}, Reading.NOT_CANVAS),
    (404, {"message": "no Route matched"}, Reading.NOT_CANVAS),
    (401, "<html>", Reading.NOT_CANVAS),
]


@pytest.mark.parametrize(("status", "body", "reading"), UNCLEAR)
def test_an_accepted_token_is_not_blamed(status: int, body: object, reading: Reading) -> None:
    """Refusals of a token and of a scope are never translated: what is refused in other words is neither."""
    assert read(answer(status, body, {}, ACCEPTED)) is reading
    assert read(answer(status, body, {}, TargetSigns())) is not Reading.UNCLEAR
    assert read(replace(answer(status, body, {}, ACCEPTED), authorized=False)) is not Reading.UNCLEAR
    dead = answer(status, body, {"www-authenticate": 'Bearer realm="canvas-lms"'}, ACCEPTED)
    assert read(dead) is not Reading.UNCLEAR


def test_a_call_without_a_token_is_not_held_to_the_user_id() -> None:
    """The token endpoint names nobody."""
    told = replace(answer(200, {"access_token": "x"}, BEFORE), authorized=False)

    assert read(told) is Reading.OK


def test_signs() -> None:
    """The headers name user, token, key and route; what is no number is no ID."""
    assert signs_of(AFTER) == Signs(
        canvas=True, throttle=False, dead_token=False, user_id="10000000000003", token_id="10000000000074",
        key_id="10000000000002", controller="accounts", action="show",
        context=("Account", "1"),
    )  # fmt: skip
    assert signs_of({"x-canvas-meta": "q=1;a=1;g=x;s=8900;c=cluster21;z=us-east-1b;o=pages;n=index"}).key_id is None
    assert signs_of({"x-canvas-user-id": "../7", "x-canvas-meta": "dk=x;;=;"}).past_the_gate is False


def test_a_target_is_known_by_what_it_sent() -> None:
    """An answer shows whether its target signs, and whether it names users; a stranger's user ID counts for nothing."""
    assert target_signs(answer(200, {}, AFTER)) == KNOWN
    assert target_signs(answer(401, {}, BEFORE)) == TargetSigns(signed=True)
    assert target_signs(answer(200, {}, {"x-canvas-user-id": "1"}, TargetSigns())) == TargetSigns()


@pytest.mark.parametrize(
    ("status", "body", "accepts"),
    [
        (200, {"id": 1}, True),
        (200, [{"id": 1}], True),
        (200, [], False),
        (200, {"status": "ok"}, False),
        (401, said("Insufficient scopes on access token."), True),
        (401, said("user not authorized to perform that action", status="unauthorized"), True),
        (404, said("The specified resource does not exist."), True),
        (401, said("Invalid access token."), False),
        (401, said("?", status="?"), False),
        (404, {"message": "no Route matched"}, False),
    ],
)
def test_a_token_is_accepted_by_what_only_it_gets(status: int, body: object, *, accepts: bool) -> None:
    """A record, or a refusal of something else than the token, of a call that carried it."""
    told = answer(status, body, {}, TargetSigns())

    assert target_signs(told).accepts is accepts
    assert target_signs(replace(told, authorized=False)).accepts is False


def test_one_token_s_acceptance_says_nothing_of_another() -> None:
    """Two tokens share what their target shows of its headers, but not that it accepts one of them."""
    ours = SignsLatch()
    theirs = SignsLatch(beside=ours)
    theirs.note(answer(200, {"id": 1}, AFTER, TargetSigns()))

    assert theirs.seen == TargetSigns(signed=True, identifies=True, accepts=True)
    assert ours.seen == TargetSigns(signed=True, identifies=True)
    assert SignsLatch(theirs.seen).seen == theirs.seen


TAB_OFF: Final = {"message": "Esta página se ha desactivado para este curso"}
ENGLISH: Final = {"message": "That page has been disabled for this course"}
LIST: Final = "https://canvas.test/api/v1/courses/7/pages?per_page=10"


@pytest.mark.parametrize(
    ("off", "method", "url", "status", "body", "headers"),
    [
        (True, "GET", LIST, 404, TAB_OFF, AFTER),
        (True, "GET", LIST, 404, ENGLISH, {}),
        (True, "GET", LIST, 404, {"errors": [ENGLISH]}, {}),
        (False, "GET", LIST, 404, TAB_OFF, BEFORE),
        (False, "GET", LIST, 404, TAB_OFF, {}),
        (False, "GET", LIST, 404, said("El recurso especificado no existe."), AFTER),
        (False, "GET", LIST, 404, {**TAB_OFF, "errors": []}, AFTER),
        (False, "GET", LIST, 404, {"message": 7}, AFTER),
        (False, "GET", LIST, 404, [TAB_OFF], AFTER),
        (False, "GET", LIST, 403, TAB_OFF, AFTER),
        (False, "POST", LIST, 404, TAB_OFF, AFTER),
        (False, "GET", "https://canvas.test/api/v1/courses/7/pages/x", 404, {"message": "página no encontrada"}, AFTER),
        (False, "GET", "https://canvas.test/api/v1/courses/7", 404, TAB_OFF, AFTER),
        (False, "GET", "https://canvas.test/api/v1/accounts/7/courses", 404, TAB_OFF, AFTER),
    ],
)
def test_a_tab_that_is_switched_off(
    off: bool, method: str, url: str, status: int, body: object, headers: Mapping[str, str]
) -> None:
    """A list below a course that is 404 with a bare message is switched off, whatever the message says."""
    assert is_tab_off(Answer(method, url, status, headers, json.dumps(body).encode(), target=KNOWN)) is off


@pytest.mark.parametrize("action", ["show", "index", "api_show", "api_index"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_write_that_became_a_read_on_its_way_is_not_what_canvas_refused(method: str, action: str) -> None:
    """A refusal of a scope names the action that was asked for: one that only reads is none of a write."""
    headers = {**SIGNED, "x-canvas-meta": f"o=files;n={action};b=1544428;m=1544428;u=0.04;y=0.01;d=0.01;"}
    refused = replace(answer(401, said("Insufficient scopes on access token."), headers), method=method)

    assert read(refused) is Reading.NOT_CANVAS
    assert read(replace(refused, method="GET")) is Reading.SCOPE_MISSING


def test_a_write_that_arrived_as_such_is_refused_for_its_scope() -> None:
    """A refusal that names the action of a write is about its scope."""
    headers = {**SIGNED, "x-canvas-meta": "o=files;n=api_update;b=1544428;m=1544428;u=0.04;y=0.01;d=0.01;"}
    refused = replace(answer(401, said("Insufficient scopes on access token."), headers), method="PUT")

    assert read(refused) is Reading.SCOPE_MISSING
