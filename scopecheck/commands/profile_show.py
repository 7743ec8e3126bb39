"""`profile list` and `profile show`: what an integration requires, and what its scopes allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from scopecheck.canvas.scope_words import allows
from scopecheck.model.foreign_text import clean
from scopecheck.model.profile import KeySettings, Profile, Requirement, Role
from scopecheck.report.columns import wrapped
from scopecheck.report.words import counted


def listed(profiles: Sequence[Profile]) -> Iterator[str]:
    """Each profile by its name: title, counts and source."""
    width = max(len(profile.name) for profile in profiles)
    for profile in profiles:
        indent = " " * (width + 2)
        yield from wrapped(clean(f"{profile.title}: {_counts(profile)}"), indent, f"{profile.name:{width}}  ")
        if profile.source:
            yield from wrapped(clean(_source(profile)), indent)


def shown(profile: Profile) -> Iterator[str]:
    """The whole profile."""
    for part in (_head(profile), _key(profile.key), _role(profile.role), _optional(profile), _scopes(profile)):
        lines = [clean(line) for line in part]
        if lines:
            yield from (*lines, "")


def _counts(profile: Profile) -> str:
    writes = sum(row.scope.is_write for row in profile.requirements)
    reads = len(profile.requirements) - writes
    return f"{counted(len(profile.requirements), 'scope')} ({reads} to read, {writes} to write)"


def _source(profile: Profile) -> str:
    return f"{profile.source} ({profile.as_of.isoformat()})" if profile.as_of else profile.source


def _head(profile: Profile) -> Iterator[str]:
    yield f"{profile.title} ({profile.name}): {_counts(profile)}"
    if profile.source:
        yield f"Source: {_source(profile)}"


def _key(key: KeySettings) -> Iterator[str]:
    yield "Key"
    yield f"  Enforce Scopes: {'on' if key.enforce_scopes else 'not required'}"
    yield f"  Allow Include Parameters: {'checked' if key.allow_includes else 'not required'}"
    if key.redirect_uri:
        yield f"  Redirect URI: {key.redirect_uri}"
    yield from (f"    {region}: {host}" for region, host in key.redirect_hosts.items())
    if key.authorized_in:
        yield f"  Authorized in: {key.authorized_in}"


def _role(role: Role | None) -> Iterator[str]:
    if role:
        yield f"Role {role.name}: {counted(len(role.permissions), 'permission')}"
        yield from (f"  {permission.label}" for permission in role.permissions)


def _optional(profile: Profile) -> Iterator[str]:
    if profile.optional:
        yield "Optional groups"
    for group in profile.optional:
        yield from wrapped(f"{group.name} ({counted(len(group.scopes), 'scope')}): {group.without}", "    ", "  ")


def _scopes(profile: Profile) -> Iterator[str]:
    ordered = sorted(profile.requirements, key=lambda row: row.section.lower())
    for section, rows in groupby(ordered, key=lambda row: row.section):
        yield section
        for row in rows:
            yield from _scope(profile, row)


def _scope(profile: Profile, row: Requirement) -> Iterator[str]:
    group = profile.optional_group(str(row.scope))
    yield f"  {row.scope}{f'  (optional: {group.name})' if group else ''}"
    words = allows(row.scope)
    yield from wrapped(f"{words[0].upper()}{words[1:]}.{f' {row.why}' if row.why else ''}", "    ")
