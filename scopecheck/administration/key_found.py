"""Which developer key is meant, and whether it may be changed: reads only.

Four kinds of keys are never changed: Canvas's default key, which all tokens made by hand belong to; inherited keys,
which others use as well; LTI keys, which have no API scopes; and the key that the administrator's token itself was
issued through, since a change of it may end that token.
"""

from __future__ import annotations

from typing import Final

from scopecheck.administration.key_plan import ScopesHere
from scopecheck.canvas.classify import DEAD_TOKEN, Reading, read
from scopecheck.canvas.ids import IdForm, issued_by
from scopecheck.canvas.scopes_list import all_names, listed_scopes
from scopecheck.canvas.signs import signs_of
from scopecheck.config.settings import SettingsError
from scopecheck.installation import CLI
from scopecheck.key.record import SCOPES, ShownKey, own_keys, read_key
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.model.foreign_text import clean
from scopecheck.model.scope import route_shape
from scopecheck.model.with_remedy import WithRemedy
from scopecheck.transport.client import CanvasClient

DEFAULT_KEY: Final = "User-Generated"
"""The name that Canvas gives its default key (developer_key.rb)."""

_LIST_OF_KEYS: Final = route_shape("url:GET|/api/v1/accounts/:account_id/developer_keys")
_PERMISSION: Final = (
    "use the token of an administrator of the root account whose role has the permission Developer Keys - manage "
    "(Admin > Permissions > Account Roles), or give the role that permission."
)


class KeyNotDone(WithRemedy):
    """Something could not be read, or could not be done, though nothing forbids it."""


class Unknown(KeyNotDone):
    """Whether it was done is not known."""


class NoSuchKey(SettingsError):
    """The account has no key with this ID."""


def find_key(admin: CanvasClient, key_id: str) -> ShownKey:
    """The key with this ID, global or local. Raises SettingsError if it must not be changed, and KeyNotDone."""
    shown, answer = read_key(admin, key_id)
    if shown is None:
        _require_list(answer)
        issuer = signs_of(answer.headers)
        if issuer.key_id and issued_by(issuer.key_id, key_id, issuer.user_id) is not False:
            raise SettingsError([_own(f"The key with the ID {key_id}")])
        raise NoSuchKey([
            f"No key with the ID {key_id} is in the root account of this Canvas, nor one that it inherits; copy the "
            "ID from Admin > Developer Keys, column Details."
        ])  # fmt: skip
    _require_changeable(shown)
    if _may_have_issued(shown):
        raise SettingsError([_own(called(shown))])
    return shown


def read_again(admin: CanvasClient, key: ShownKey) -> ShownKey:
    """The same key as it is now. Raises as `find_key` does, but for what told then that the key is another's."""
    shown, answer = read_key(admin, str(key.record.key_id))
    if shown is None:
        _require_list(answer)
        raise KeyNotDone(f"{called(key)} is not in the list of keys any more.", "See Admin > Developer Keys.")
    _require_changeable(shown)
    return shown


def find_by_name(admin: CanvasClient, name: str) -> list[ShownKey]:
    """The account's own keys with this name, whatever they are; case does not count. Raises as `find_key` does."""
    shown, answer = own_keys(admin)
    _require_list(answer)
    return [key for key in shown if is_called(key, name)]


def find_named(admin: CanvasClient, name: str) -> ShownKey | None:
    """The one API key with this name, if there is any, checked like one that is given by ID. Raises as `find_key`."""
    found = [key for key in find_by_name(admin, name) if not key.record.is_lti]
    if len(found) > 1:
        raise SettingsError([
            f"There are several keys of that name: {', '.join(map(called, found))}. Set CANVAS_CLIENT_ID to the ID of "
            "the one that is meant."
        ])  # fmt: skip
    return find_key(admin, str(found[0].record.key_id)) if found else None


def read_scopes(admin: CanvasClient) -> ScopesHere:
    """The scopes that this Canvas lists. Raises SettingsError if the token may not see them, and KeyNotDone."""
    answer = admin.send(Call("GET", SCOPES))
    here = ScopesHere(listed_scopes(answer.json), all_names(answer.json)) if read(answer) is Reading.OK else None
    if here is None or not here.listed:
        raise unreadable(answer, "scopes")
    return here


def _require_list(answer: Answer) -> None:
    """Raises SettingsError and KeyNotDone for an answer that is no list of keys."""
    if read(answer) is not Reading.OK or not isinstance(answer.json, list):
        raise unreadable(answer, "developer keys")


def unreadable(answer: Answer, what: str) -> SettingsError | KeyNotDone:
    """Why Canvas did not show one of its lists, as the error to raise."""
    forbidden = refusal(answer)
    if forbidden:
        return SettingsError([forbidden])
    return KeyNotDone(
        clean(f"Canvas's list of {what} could not be read: {answer.says()}."),
        "Check CANVAS_BASE_URL, and run the command again.",
    )


def refusal(answer: Answer) -> str | None:
    """Why the administrator's token may not manage keys, with what to do; None if the answer says no such thing."""
    reading = read(answer)
    if reading in {Reading.NOT_PERMITTED, Reading.UNCLEAR}:
        return f"The user of CANVAS_ADMIN_TOKEN may not manage developer keys; {_PERMISSION}"
    if reading is Reading.SCOPE_MISSING:
        return (
            "CANVAS_ADMIN_TOKEN is limited to scopes that do not allow this; use a token that an administrator with "
            "the permission Developer Keys - manage made by hand (Account > Settings > New Access Token)."
        )
    if reading in DEAD_TOKEN:
        return f"Canvas does not accept CANVAS_ADMIN_TOKEN ({clean(answer.says())}); set it to a valid token."
    return None


def is_called(key: ShownKey, name: str) -> bool:
    """Whether this is the key's name; case and the width of blanks do not count."""
    return _plain(str(key.row.get("name") or "")) == _plain(name)


def called(key: ShownKey) -> str:
    """The key by name and ID, as Canvas's list shows it."""
    record = key.record
    return f"{record.name} (ID {record.key_id})" if record.name else f"the key with the ID {record.key_id}"


def token_count(key: ShownKey) -> int | None:
    """How many tokens of the key are active; None if Canvas does not say."""
    count = key.row.get("access_token_count")
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def _require_changeable(key: ShownKey) -> None:
    """Raises SettingsError if the key must not be changed, and KeyNotDone if Canvas does not show what it is."""
    record = key.record
    if is_called(key, DEFAULT_KEY):
        raise SettingsError([
            f"{called(key)} is Canvas's default key, which all tokens made by hand belong to; name the integration's."
        ])  # fmt: skip
    if key.inherited:
        raise SettingsError([
            f"{called(key)} is inherited from another account, whose administrators alone can change it; ask them, or "
            f"make a key of your own: {CLI} key create."
        ])  # fmt: skip
    if record.is_lti:
        raise SettingsError([
            f"{called(key)} is an LTI key, which has no API scopes; name the integration's API key, or make one: "
            f"{CLI} key create."
        ])  # fmt: skip
    if not IdForm.NUMBER.fits(record.key_id) or not str(record.key_id).isdecimal() or record.scopes is None:
        raise KeyNotDone(
            f"Canvas does not show the scopes of {called(key)}, so nothing can be added safely.",
            "Edit the key in Canvas: Admin > Developer Keys.",
        )


def _own(key: str) -> str:
    return (
        f"{key[0].upper()}{key[1:]} is, or may be, the one that CANVAS_ADMIN_TOKEN was issued through: a change could "
        "end that token. Use a token that an administrator made by hand (Account > Settings > New Access Token), from "
        "where no proxy takes X-Canvas-Meta off Canvas's answers."
    )


def _may_have_issued(key: ShownKey) -> bool:
    """Whether the token that read this record may have been issued through the key.

    Where a proxy strips the header that names the issuer, the accepted token itself tells that some keys did not issue
    it: one that is off, one without active tokens, and one that enforces scopes without that of this very list.
    """
    record, signs = key.record, signs_of(key.record.answer.headers)
    if signs.key_id is not None:
        return issued_by(signs.key_id, str(record.key_id), signs.user_id) is not False
    limited = record.enforced is True and _LIST_OF_KEYS not in map(route_shape, record.scopes or ())
    return not (limited or record.active is False or record.on is False or token_count(key) == 0)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
