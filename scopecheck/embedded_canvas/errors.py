"""Canvas's refusals: each is raised as a `Refusal` carrying the exact body Canvas sends.

Source of the bodies: application_controller.rb, authentication_methods.rb, lib/api.rb.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from scopecheck.embedded_canvas.http import Headers, Response, json_response

BEARER_REALM = ("WWW-Authenticate", 'Bearer realm="canvas-lms"')


class Refusal(Exception):
    """An action ends here with this response."""

    def __init__(self, response: Response, *, reported: bool = False, lacks_right: bool = False) -> None:
        super().__init__(response.status)
        self.response = response
        self.reported = reported
        """Whether Canvas files an error report for it."""
        self.lacks_right = lacks_right
        """Whether it is for a right that the caller lacks."""


def messages(status: int, *texts: str, headers: Headers = ()) -> Refusal:
    """`{"errors":[{"message":…}]}`, Canvas's most common error body."""
    return Refusal(json_response({"errors": [{"message": text} for text in texts]}, status, headers))


def message(status: int, text: str) -> Refusal:
    """`{"message":…}`, the body of plain refusals."""
    return Refusal(json_response({"message": text}, status))


def not_found() -> Refusal:
    """404 for a record that does not exist (application_controller.rb)."""
    return messages(404, "The specified resource does not exist.")


def unauthenticated() -> Refusal:
    """401 of a request without a user."""
    body = {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
    return Refusal(json_response(body, 401, (BEARER_REALM,)))


def not_permitted(code: int, status: str, message: str) -> Refusal:
    """The user lacks a right: 403 on current Canvas, 401 before `api_auth_error_updates`; the same members."""
    return Refusal(json_response({"status": status, "errors": [{"message": message}]}, code), lacks_right=True)


def invalid_token(text: str = "Invalid access token.", **more: str) -> Refusal:
    """401 of a token that is unknown, expired, revoked, or whose key is off (authentication_methods.rb)."""
    return Refusal(json_response({"errors": [{"message": text, **more}]}, 401, (BEARER_REALM,)))


def insufficient_scopes() -> Refusal:
    """401 without WWW-Authenticate: the one sign of a missing scope (authentication_methods.rb)."""
    body = {"errors": [{"message": "Insufficient scopes on access token."}]}
    return Refusal(json_response(body, 401), reported=True)


def with_report(response: Response, number: int) -> Response:
    """The answer with the number of its error report."""
    others = [header for header in response.headers if header[0] != "Content-Type"]
    return json_response(json.loads(response.body) | {"error_report_id": number}, response.status, others)


def crashed() -> Refusal:
    """500 for a request that Canvas's code does not expect (application_controller.rb)."""
    error = {"message": "An error occurred.", "error_code": "internal_server_error"}
    return Refusal(json_response({"errors": [error], "error_report_id": 4242}, 500))


def plain_invalid(**texts: str) -> Refusal:
    """400 from the controllers that give each error as a plain string: attribute -> text."""
    return Refusal(json_response({"errors": texts}, 400))


def invalid_text(status: int = 400, /, **texts: str) -> Refusal:
    """A failed validation whose message is its type too: attribute -> message."""
    return invalid({attribute: [(text, text)] for attribute, text in texts.items()}, status)


def invalid(errors: Mapping[str, Sequence[tuple[str, str]]], status: int = 400) -> Refusal:
    """A failed validation: attribute -> (type, message) pairs, rendered as Canvas renders model errors."""
    body = {
        attribute: [{"attribute": attribute, "type": kind, "message": text} for kind, text in pairs]
        for attribute, pairs in errors.items()
    }
    return Refusal(json_response({"errors": body}, status))
