"""The bundle: what its file holds, member by member, and reading and writing it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct

from scopecheck.bundle.stand_ins import HOMES
from scopecheck.config.atomic_write import write_whole
from scopecheck.installation import CLI
from scopecheck.model.scope import Scope, ScopeError
from scopecheck.model.verdict import CheckVerdict, KeyCheck, KeyResult, Proof, ScopeResult, Verdict
from scopecheck.sandbox.tag import TAG, made_at
from scopecheck.transport.certificates import Kind

BUNDLE_VERSION: Final = 1
_MARK: Final = "scope_conformance_bundle"

Fault = Literal["never-sent", "timed-out", "broken-off"] | Kind


class Recorded(Struct, frozen=True, omit_defaults=True):
    """One exchange, every value of it replaced or public."""

    who: str
    """Whose token the request carried: `token`, `admin`, or `nobody`."""
    call: str
    """`GET /api/v1/courses/123456789/pages?per_page=10`, unescaped; with the origin if that is not the target."""
    status: int | None = None
    """None if no answer came."""
    headers: dict[str, str | None] = {}
    """The answer's headers; None: only that it was there."""
    json: Any = UNSET
    """The body, if it was JSON."""
    text: str = ""
    """What stands for a body that was not."""
    fault: Fault | None = None
    """What happened instead of an answer."""


class Circumstances(Struct, frozen=True):
    """What the run was given, as far as its verdicts depend on it."""

    profile: str
    scopes: list[str]
    needs_includes: bool
    mode: Literal["exercise", "probe"]
    tag: str
    home: str
    embedded: bool
    account_id: str
    course_id: str | None
    course_name: str | None
    client_id: str | None
    redirect_uri: str | None
    refreshed: bool
    """Whether it fetched its token with a refresh token."""
    administered: bool
    """Whether it had an administrator's token."""
    allow_students: bool
    may_write: bool
    """Whether nothing on this side kept it from writing, such as a lock that could not be taken."""
    redirect_uri_malformed: bool = False
    """Whether the redirect URI had not the form that the integration's profile gives."""
    read_course_ids: list[str] = []
    """The live courses that it was told to read."""


class Found(Struct, frozen=True):
    """What the run said about one scope."""

    verdict: Verdict
    proof: Proof | None
    cause: str | None


class FoundCheck(Struct, frozen=True):
    """What the run said about one property of key and token."""

    verdict: CheckVerdict
    cause: str | None


class Bundle(Struct, frozen=True):
    """All of a bundle."""

    scope_conformance_bundle: Literal[1]
    suite: str
    given: Circumstances
    scopes: dict[str, Found]
    key: dict[KeyCheck, FoundCheck]
    exchanges: list[Recorded]
    """In the order in which the answers came."""


class BundleError(ValueError):
    """A file is not a bundle that this suite can judge; the message says what is wrong and what to do."""


class BundleNotWritten(OSError):
    """The bundle cannot be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(
            f"The bundle cannot be written to {path}: {error.strerror or error}. Name a file in a writable folder."
        )


def found_scopes(results: Sequence[ScopeResult]) -> dict[str, Found]:
    """The verdicts of a run, by scope."""
    return {each.scope: Found(each.verdict, each.proof, each.cause) for each in results}


def found_checks(results: Sequence[KeyResult]) -> dict[KeyCheck, FoundCheck]:
    """What a run said about key and token."""
    return {each.check: FoundCheck(each.verdict, each.cause) for each in results}


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write the file, whole or not at all: one exchange a line, to be read by people too. Raises OSError."""
    head = msgspec.structs.replace(bundle, exchanges=[])
    lines = ",\n".join(msgspec.json.encode(each).decode() for each in bundle.exchanges)
    text = msgspec.json.format(msgspec.json.encode(head), indent=1).decode()
    start, end = text.rsplit("[]", 1)
    write_whole(path, f"{start}[\n{lines}\n]{end}\n")


def load_bundle(path: Path) -> Bundle:
    """Read a bundle. Raises BundleError if it cannot be read, is cut off, of an unknown version, or something else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror or error}); give the path of a bundle.") from None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise BundleError(f"{path} {_damage(content)}; use the file exactly as `record` wrote it.") from None
    version = found.get(_MARK) if isinstance(found, dict) else None
    if version is None:
        raise BundleError(f"{path} is not a bundle; use a file that `{CLI} record` wrote.")
    if version != BUNDLE_VERSION:
        raise BundleError(
            f"{path} is a bundle of version {version!r}, but this suite reads version {BUNDLE_VERSION} only; "
            "replay it with the version of the suite that recorded it, or record again."
        )
    try:
        bundle = msgspec.convert(found, Bundle)
    except msgspec.ValidationError as error:
        raise BundleError(_invalid(path, str(error))) from None
    wrong = _wrong(bundle)
    if wrong:
        raise BundleError(_invalid(path, wrong))
    return bundle


def _damage(content: bytes) -> str:
    return "is an incomplete bundle: its end is missing" if _MARK.encode() in content[:200] else "is not a bundle"


def _invalid(path: Path, wrong: str) -> str:
    return f"{path} is damaged or was edited: {wrong}; use the file exactly as `record` wrote it."


def _wrong(bundle: Bundle) -> str | None:
    """What is wrong with its content: a bundle may come from strangers, and names become paths."""
    given = bundle.given
    if not TAG.fullmatch(given.tag) or made_at(given.tag) is None:
        return "its tag is not one that a run makes"
    if given.home not in HOMES.values():
        return "its target is not a stand-in for a Canvas"
    try:
        for scope in given.scopes:
            Scope.parse(scope)
    except ScopeError as error:
        return str(error).removesuffix(".")
    if not given.scopes:
        return "it lists no scopes"
    if not set(bundle.scopes) <= set(given.scopes):
        return "it has verdicts for scopes that it does not list"
    return None
