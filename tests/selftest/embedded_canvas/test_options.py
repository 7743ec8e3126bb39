"""`--embedded KEY=VALUE`: every state of the embedded Canvas as text, and one clear sentence for anything else."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest

from scopecheck.embedded_canvas.config import CanvasConfig, Fault
from scopecheck.embedded_canvas.options import MEANINGS, OptionError, described, form_of, parse

ACCOUNTS = "url:GET|/api/v1/accounts"
PAGES = "url:GET|/api/v1/courses/:course_id/pages"
ROLES = "admin|site-admin|teacher|student|ally|sub-account-admin"

GOOD: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["enforce_scopes=false", "throttle=true"], {"enforce_scopes": False, "throttle": True}),
    (["latency_ms=150"], {"latency_ms": 150}),
    (["version=old", "role=teacher"], {"version": "old", "role": "teacher"}),
    (["denied=manage_wiki_update"], {"denied": frozenset({"manage_wiki_update"})}),
    (["denied=a, b", "denied=c"], {"denied": frozenset({"a", "b", "c"})}),
    (
        ["denied_below=12:manage_wiki_update, 11:read_forum"],
        {"denied_below": ("12:manage_wiki_update", "11:read_forum")},
    ),
    ([f"missing_on_key={ACCOUNTS},{PAGES}"], {"missing_on_key": frozenset({ACCOUNTS, PAGES})}),
    # only the first equals sign separates key and value
    (["redirect_uris=https://a.test/?x=1"], {"redirect_uris": ("https://a.test/?x=1",)}),
    ([f"scopes_renamed={PAGES}/:url_or_id={PAGES}/:url"], {"scopes_renamed": {f"{PAGES}/:url_or_id": f"{PAGES}/:url"}}),
    (["faults=reset"], {"faults": (Fault("reset"),)}),
    (["faults=500:PUT /api"], {"faults": (Fault("500", "PUT /api"),)}),
    (["faults=500::3"], {"faults": (Fault("500", "", 3),)}),
    (["faults=500:PUT .*/\\d{1,4}:2", "faults=hang"], {"faults": (Fault("500", "PUT .*/\\d{1,4}", 2), Fault("hang"))}),
    # only digits at the end are a count
    (["faults=502:a:b"], {"faults": (Fault("502", "a:b"),)}),
]

BAD: list[tuple[list[str], str]] = [
    (["throttle"], "--embedded throttle: throttle has no value; write throttle=true|false."),
    (["throttle=yes"], "--embedded throttle=yes: 'yes' is not one of its values; write throttle=true|false."),
    (["throttle="], "--embedded throttle=: '' is not one of its values; write throttle=true|false."),
    (
        ["role=boss"],
        f"--embedded role=boss: 'boss' is not one of its values; write role={ROLES}.",
    ),
    (
        ["role=admin", "role=admin"],
        f"--embedded role is given 2 times; give it once, as role={ROLES}.",
    ),
    (
        ["latency_ms=-1"],
        "--embedded latency_ms=-1: '-1' is not a whole number of 0 or more; write latency_ms=NUMBER.",
    ),
    (["denied=a,,b"], "--embedded denied=a,,b: a value is empty; write denied=VALUE[,VALUE…]."),
    (
        ["denied_below=read_forum"],
        "--embedded denied_below=read_forum: 'read_forum' is not a sub-account and a permission such as "
        "12:manage_wiki_update; write denied_below=ACCOUNT:PERMISSION[,ACCOUNT:PERMISSION…].",
    ),
    (
        ["missing_on_token=pages"],
        "--embedded missing_on_token=pages: 'pages' is not a scope such as url:GET|/api/v1/accounts; "
        "write missing_on_token=SCOPE[,SCOPE…].",
    ),
    (
        [f"scopes_renamed={ACCOUNTS}"],
        f"--embedded scopes_renamed={ACCOUNTS}: '' is not a scope such as url:GET|/api/v1/accounts; "
        "write scopes_renamed=SCOPE=NEW[,SCOPE=NEW…].",
    ),
]


@pytest.mark.parametrize(("texts", "state"), GOOD)
def test_texts_mean_a_state(texts: list[str], state: dict[str, Any]) -> None:
    """Each text sets its field by the field's type; fields not named keep their defaults."""
    assert parse(texts) == CanvasConfig(**state)


@pytest.mark.parametrize(("texts", "sentence"), BAD)
def test_what_is_no_state_is_told_in_one_sentence(texts: list[str], sentence: str) -> None:
    """The sentence has the text, what is wrong with it, and what to write instead."""
    with pytest.raises(OptionError) as caught:
        parse(texts)

    assert str(caught.value) == sentence


def test_an_unknown_key_is_told_all_keys() -> None:
    """A misspelled key gets a list of all keys."""
    with pytest.raises(OptionError) as caught:
        parse(["enforce_scope=false"])

    assert str(caught.value) == (
        "--embedded enforce_scope=false: there is no key 'enforce_scope'; write one of " + ", ".join(MEANINGS) + "."
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("faults=broken", "'broken' is not one of its values"),
        ("faults=", "a fault needs a kind"),
        ("faults=500:(", "'(' is not a regular expression (missing ), unterminated subpattern at position 0)"),
    ],
)
def test_a_fault_that_there_is_not_is_told_all_kinds(text: str, wrong: str) -> None:
    """The form of a fault's value lists every kind of fault."""
    kinds = ", ".join(get_args(get_type_hints(Fault)["kind"]))

    with pytest.raises(OptionError) as caught:
        parse([text])

    assert str(caught.value) == (
        f"--embedded {text}: {wrong}; write faults=KIND[:MATCH[:TIMES]] with KIND one of {kinds}."
    )


def test_every_field_but_the_profiles_scopes_is_a_key() -> None:
    """Every state of the embedded Canvas can be set on the command line, except the scopes, which are the profile's."""
    assert set(MEANINGS) == {field.name for field in fields(CanvasConfig)} - {"scopes"}


def test_every_key_is_described_with_its_form() -> None:
    """Help texts have a row for each key with its form and a one-line meaning."""
    assert described() == [(key, form_of(key), MEANINGS[key]) for key in MEANINGS]
    assert form_of("key_state") == "on|off|allow"
