"""The states of an embedded Canvas as text: `--embedded KEY=VALUE`, read by the configuration's own field types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from scopecheck.embedded_canvas.config import CanvasConfig, Fault

MEANINGS: Final[Mapping[str, str]] = {
    "integration": "whether the integration's key, user, role and sandbox course are there yet",
    "missing_on_key": "scopes that the key lacks",
    "missing_on_token": "scopes that the token lacks because it was issued before the key had them",
    "enforce_scopes": "whether the key enforces scopes",
    "allow_includes": "whether the key allows include parameters",
    "key_state": "the key's state for the account",
    "key_workflow": "whether the key is active, inactive or deleted",
    "key_kind": "an API key, or an LTI key, which has no API scope",
    "key_owner": "the account that owns the key",
    "redirect_uris": "the redirect URIs on the key",
    "auto_expire_tokens": "whether the key's tokens expire after an hour",
    "token_state": "the token's state",
    "masquerading": "whether the key is authorized by an administrator who acts as the user",
    "role": "the role of the user behind the token; `ally` has just what Anthology asks for",
    "denied": "permissions that the role lacks, by Canvas's names",
    "denied_below": "permissions that the role lacks in one sub-account: 11 has the sandbox, 12 and 13 others",
    "role_cache": "whether a change of a role goes unseen until Canvas's cache is emptied",
    "language": "the user's language: English, Spanish, or an invented one",
    "owns_media": "whether the token's user created the sandbox's media",
    "version": "which Canvas to imitate: today's, one of 2022, or one from before 2020",
    "storage": "where files are uploaded to",
    "storage_quota_mb": "the course's file quota in megabytes",
    "kaltura": "whether media services are on",
    "blueprint": "whether the sandbox is associated with a blueprint",
    "blueprint_locked": "whether the blueprint locks what it synced to the sandbox",
    "content": "what the sandbox course holds",
    "block_editor": "whether pages were made with the block editor, and have no body",
    "course_state": "the sandbox course's state",
    "course_dates": "whether the sandbox course has dates that an update would clear",
    "active_students": "how many active students the sandbox course has",
    "sandbox_is_blueprint": "whether the sandbox course is itself a blueprint",
    "disabled_tabs": "disabled course tabs: pages, quizzes",
    "mobile_branding": "whether the theme wraps HTML in CSS and JavaScript for mobile",
    "error_report_ids": "whether a refusal for a missing scope contains the number of an error report",
    "scopes_renamed": "scopes that have another name on this Canvas",
    "throttle": "whether requests are throttled",
    "bucket_size": "the size of the throttle's bucket in units",
    "latency_ms": "how long each request takes at least, in milliseconds",
    "proxy_strips_headers": "whether a proxy drops the headers that only Canvas has",
    "faults": "what goes wrong between client and Canvas, on requests whose verb and path match a regular expression",
}
"""Every key and what it means. `scopes` is not among them: the profile says what a correct key carries."""

_TYPES: Final = get_type_hints(CanvasConfig)
_FAULT_KINDS: Final = get_args(get_type_hints(Fault)["kind"])
_SCOPE: Final = re.compile(r"url:[A-Z]+\|/\S+")
_BELOW: Final = re.compile(r"[0-9]+:[a-z_]+")
_FAULT: Final = re.compile(r"(?P<kind>[^:]+)(?::(?P<match>.*?)(?::(?P<times>\d+))?)?")


class OptionError(ValueError):
    """A `KEY=VALUE` that describes no state of the embedded Canvas; its one sentence says what to write instead."""


def parse(pairs: Sequence[str]) -> CanvasConfig:
    """The configuration that `KEY=VALUE` texts describe; keys not named keep their defaults.

    Lists take values separated by commas, or the key several times; `faults` takes only the latter, since its regular
    expression may contain a comma. Raises OptionError at the first text that is wrong.
    """
    given: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if key not in MEANINGS:
            raise OptionError(f"--embedded {pair}: there is no key {key!r}; write one of {', '.join(MEANINGS)}.")
        if not equals:
            raise OptionError(f"--embedded {pair}: {key} has no value; write {key}={form_of(key)}.")
        given.setdefault(key, []).append(value)
    return CanvasConfig(**{key: _value(key, values) for key, values in given.items()})


def described() -> list[tuple[str, str, str]]:
    """Every key, the form of its value, and what it means: for help texts."""
    return [(key, form_of(key), meaning) for key, meaning in MEANINGS.items()]


def form_of(key: str) -> str:
    """What a value of the key looks like: `true|false`, `new|old`, `VALUE[,VALUE…]`."""
    return _reader_of(key)[0]


def _value(key: str, texts: Sequence[str]) -> Any:
    form, read, several = _reader_of(key)
    if len(texts) > 1 and not several:
        raise OptionError(f"--embedded {key} is given {len(texts)} times; give it once, as {key}={form}.")
    try:
        return read(texts)
    except ValueError as error:
        shown = " and ".join(f"{key}={text}" for text in texts)
        raise OptionError(f"--embedded {shown}: {error}; write {key}={form}.") from None


_Reader = tuple[str, Callable[[Sequence[str]], Any], bool]
"""A value's form, the function that reads its texts, and whether the key may be given several times."""


def _reader_of(key: str) -> _Reader:
    kind = _TYPES[key]
    item, check = _ITEMS.get(key, ("VALUE", str))
    if kind is bool:
        return "true|false", lambda texts: {"true": True, "false": False}[_one_of(("true", "false"), texts[0])], False
    if kind is int:
        return "NUMBER", lambda texts: _number(texts[0]), False
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        return "|".join(choices), lambda texts: _one_of(choices, texts[0]), False
    if get_args(kind)[0] is Fault:
        form = f"KIND[:MATCH[:TIMES]] with KIND one of {', '.join(_FAULT_KINDS)}"
        return form, lambda texts: tuple(map(_fault, texts)), True
    if issubclass(get_origin(kind), Mapping):
        return f"{item}=NEW[,{item}=NEW…]", lambda texts: dict(map(_renaming, _items(texts))), True
    return f"{item}[,{item}…]", lambda texts: get_origin(kind)(map(check, _items(texts))), True


def _items(texts: Sequence[str]) -> list[str]:
    items = [item.strip() for text in texts for item in text.split(",")]
    if not all(items):
        raise ValueError("a value is empty")
    return items


def _one_of(choices: Sequence[str], text: str) -> str:
    if text not in choices:
        raise ValueError(f"{text!r} is not one of its values")
    return text


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


def _scope(text: str) -> str:
    if not _SCOPE.fullmatch(text):
        raise ValueError(f"{text!r} is not a scope such as url:GET|/api/v1/accounts")
    return text


def _below(text: str) -> str:
    if not _BELOW.fullmatch(text):
        raise ValueError(f"{text!r} is not a sub-account and a permission such as 12:manage_wiki_update")
    return text


_ITEMS: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "missing_on_key": ("SCOPE", _scope),
    "missing_on_token": ("SCOPE", _scope),
    "scopes_renamed": ("SCOPE", _scope),
    "denied_below": ("ACCOUNT:PERMISSION", _below),
}
"""Lists of something more particular than values: what an item is called, and the function that checks it."""


def _renaming(text: str) -> tuple[str, str]:
    name, _, new = text.partition("=")
    return _scope(name), _scope(new)


def _fault(text: str) -> Fault:
    found = _FAULT.fullmatch(text)
    if not found:
        raise ValueError("a fault needs a kind")
    try:
        re.compile(found["match"] or "")
    except re.error as error:
        raise ValueError(f"{found['match']!r} is not a regular expression ({error})") from None
    kind: Any = _one_of(_FAULT_KINDS, found["kind"])
    return Fault(kind, found["match"] or "", int(found["times"]) if found["times"] else None)
