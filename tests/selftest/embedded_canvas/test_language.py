"""What Canvas says in the user's language, and what it never translates (config/locales, authentication_methods.rb)."""

from __future__ import annotations

from typing import Any

import pytest

from scopecheck.embedded_canvas.known import INTEGRATION_USER
from tests.selftest.embedded_canvas.calling import INSUFFICIENT, INVALID, UNSCOPED, with_header
from tests.selftest.embedded_canvas.driver import COURSE, canvas, client

SPANISH = "usuario no autorizado para realizar esta acción"
INVENTED = "resu ton dezirohtua ot mrofrep taht noitca"


@pytest.mark.parametrize(
    ("state", "code", "status", "message"),
    [
        ({"language": "es", "version": "old"}, 401, "no autorizado", SPANISH),
        ({"language": "es"}, 403, "unauthorized", SPANISH),
        ({"language": "xx", "version": "old"}, 401, "dezirohtuanu", INVENTED),
        ({"language": "xx"}, 403, "unauthorized", INVENTED),
    ],
)
def test_the_refusal_of_a_right_is_translated(state: dict[str, Any], code: int, status: str, message: str) -> None:
    """The message is translated by every version, its `status` only by old Canvas."""
    answer = client(canvas(role="student", **state)).get(COURSE)

    assert (answer.status_code, answer.json()) == (code, {"status": status, "errors": [{"message": message}]})


@pytest.mark.parametrize("version", ["old", "new"])
def test_tokens_and_scopes_are_refused_in_english(version: str) -> None:
    """The refusals of a missing scope and of a dead token are in no language file."""
    of = canvas(language="xx", version=version)

    assert client(of).get(UNSCOPED).json() == INSUFFICIENT
    assert with_header(of, "Bearer x").json() == INVALID


def test_other_texts() -> None:
    """Disabled tabs, files that may not be deleted and kinds of migration are named in the user's language."""
    by = client(canvas(language="xx", disabled_tabs=frozenset({"pages"}), denied=frozenset({"manage_files_delete"})))

    assert by.get(f"{COURSE}/pages").json() == {"message": "tahT egap sah neeb delbasid rof siht esruoc"}
    assert by.delete("/api/v1/files/5001").json() == {"message": "dezirohtuanU ot eteled siht elif"}
    assert by.get(f"{COURSE}/content_migrations").json()[0]["migration_type_title"] == "esruoC ypoC"


def test_others_keep_their_own_language() -> None:
    """The language is that of the token's user; the administrator's is English."""
    of = canvas(language="es")
    title = client(of, "admin").get(f"{COURSE}/content_migrations").json()[0]["migration_type_title"]
    user = client(of, "admin").get(f"/api/v1/users/{INTEGRATION_USER}").json()

    assert (title, user["effective_locale"]) == ("Course Copy", "es")
