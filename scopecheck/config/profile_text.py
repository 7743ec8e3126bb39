"""A profile as the text of its TOML file, for those who write a new one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import groupby

from scopecheck.model.profile import KeySettings, OptionalGroup, Profile, Requirement

_NO_WORD = re.compile(r"[^a-z0-9]+")


def profile_text(profile: Profile, remarks: Sequence[str] = ()) -> str:
    """The file of a profile, its scopes by section as the key page has them; `remarks` are lines at its top.

    A role is not written, since its keys and labels take knowledge that no list of scopes has.
    """
    ordered = sorted(profile.requirements, key=lambda row: row.section.lower())
    sections = [
        _table("[scope]", _row(row)) for _, rows in groupby(ordered, key=lambda row: row.section) for row in rows
    ]
    groups = [_table("[optional]", _group(group)) for group in profile.optional]
    parts = [
        "\n".join(f"# {line}" for line in remarks),
        "\n".join(_head(profile)),
        _key(profile.key),
        *groups,
        *sections,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def name_from(title: str) -> str:
    """A profile's name from its title: lower-case words with hyphens."""
    return _NO_WORD.sub("-", title.lower()).strip("-") or "new-profile"


def _head(profile: Profile) -> Iterator[str]:
    yield f"name = {_text(profile.name)}"
    yield f"title = {_text(profile.title)}"
    if profile.source:
        yield f"source = {_text(profile.source)}"
    if profile.as_of:
        yield f"as_of = {profile.as_of.isoformat()}"


def _key(key: KeySettings) -> str:
    lines = [f"enforce_scopes = {_flag(key.enforce_scopes)}"]
    if key.allow_includes:
        lines.append("allow_includes = true")
    if key.redirect_uri:
        lines.append(f"redirect_uri = {_text(key.redirect_uri)}")
    return "\n".join(["[key]", *lines])


def _row(row: Requirement) -> Iterator[str]:
    for field in fields(row):
        value = str(getattr(row, field.name))
        if value and value != field.default:
            yield f"{field.name} = {_text(value)}"


def _group(group: OptionalGroup) -> Iterator[str]:
    yield f"name = {_text(group.name)}"
    yield f"without = {_text(group.without)}"
    yield "\n".join(["scopes = [", *(f"    {_text(scope)}," for scope in group.scopes), "]"])


def _table(name: str, lines: Iterator[str]) -> str:
    return "\n".join([f"[{name}]", *lines])


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _text(value: str) -> str:
    """A basic string of TOML, which has the escapes of JSON; DEL is the one character that JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
