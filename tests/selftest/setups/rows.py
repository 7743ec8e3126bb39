"""Set-ups as people have them, and what a Canvas administrator would call the right report for each.

The state is written as for `--embedded`, so that the same rows can be run as whole commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scopecheck.embedded_canvas.keys import OUT_OF_BAND
from scopecheck.embedded_canvas.known import ADMIN_KEY, REDIRECT_URI
from scopecheck.model.secret import Secret
from tests.selftest.exercises.sweep import SCOPES
from tests.selftest.setups.faults import COURSE, PAGE, PLACEHOLDER, QUIZ, REFRESH, TERMS

Step = tuple[str, str]
"""A step's cause, and words that it has to have."""


@dataclass(frozen=True)
class Row:
    """One set-up, how the suite is run on it, and what comes of it."""

    name: str
    embedded: tuple[str, ...] = ()
    """The state of the embedded Canvas, as options of `check`."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What differs in the settings."""
    mode: str = "exercise"
    admin: bool = False
    steps: tuple[Step, ...] = ()
    """What to do, in order; without any the run is green and ends with exit code 0, else with 1."""
    note: str = ""
    """Words in a note of the run, for what works but should be known."""
    unseen: bool = False
    """Whether the integration would not work here, which a run in probe mode without the administrator cannot see."""

    def __str__(self) -> str:
        return f"{self.name} ({self.mode}{', administrator' if self.admin else ''})"


def off(*scopes: str) -> tuple[str, str]:
    """Boxes that were never selected."""
    names = ",".join(scopes)
    return f"missing_on_key={names}", f"missing_on_token={names}"


SELECT: Final = "scope-missing-on-key"
ENFORCE: Final = "scopes-not-enforced"
KIND: Final = "wrong-kind-of-key"
FOREIGN: Final = "token-from-another-key"
UNKNOWN: Final = "key-unknown-here"
LACKS: Final = "user-lacks-permission"
UNNAMED: Final = "token-user-unnamed"
STRIPS: Final = "proxy_strips_headers=true"
REDIRECT: Final = "redirect-uri-mismatch"
OTHER_URI: Final = "redirect_uris=https://prod.ally.ac/api/v2/4321/auth/canvas/callback"
LOOPBACK: Final = "http://localhost:8000/cb"
NO_COURSE: Final = {"course_id": None, "course_name": None}
KEY: Final = "the key with the ID 10000000000042"
"""What the key is called where only its ID is known."""
IN_CANVAS: Final = "Ally (ID 10000000000042)"
"""What the administrator's list calls it."""
BY_HAND: Final = "not one created under Account > Settings > New Access Token"
NO_PAGES_BELOW: Final = ",".join(f"{account}:manage_wiki_update" for account in (11, 12, 13))
NO_CONTENT: Final = ("role=ally", "denied_below=12:read_course_content")
OUTSIDE: Final = "course 1004 lies outside account 11"

ROWS: Final[tuple[Row, ...]] = (
    # nothing is wrong
    Row("all is right"),
    Row("all is right", admin=True),
    Row("all is right", mode="probe"),
    Row("all is right", mode="probe", admin=True),
    Row("a Canvas of 2022", ("version=old",)),
    Row("a Canvas of 2022", ("version=old",), mode="probe", admin=True),
    Row("a refresh token", given=REFRESH, admin=True),
    Row("no sandbox course", given=NO_COURSE, mode="probe"),
    # the key
    Row("a box is off", off(QUIZ), steps=((SELECT, f"{KEY} > Edit, and select 1 scope:"),)),
    Row("a box is off", off(QUIZ), mode="probe", admin=True,
        steps=((SELECT, f"> {IN_CANVAS} > Edit, and select 1 scope:"),)),
    Row("three boxes are off", off(PAGE, QUIZ, TERMS), steps=((SELECT, "select 3 scopes:"),)),
    Row("three boxes are off, in 2022", (*off(PAGE, QUIZ, TERMS), "version=old"), mode="probe",
        steps=((SELECT, "select 3 scopes:"),)),
    Row("the course's box is off", off(COURSE), steps=((SELECT, "select 1 scope:"),)),
    Row("a box was taken off a key in use", (f"missing_on_key={TERMS}", "token_state=revoked"),
        steps=((SELECT, "select 1 scope:"),)),
    Row("no box is on", off(*SCOPES), steps=((KIND, "If it is API Key, edit it, select all"),)),
    Row("no box is on", off(*SCOPES), admin=True, steps=((SELECT, "select 31 scopes:"),)),
    Row("no box is on", off(*SCOPES), mode="probe", steps=((KIND, "If it is API Key, edit it, select all"),)),
    Row("an LTI key", ("key_kind=lti", *off(*SCOPES)), steps=((KIND, "If it has none, create a key with"),)),
    Row("an LTI key", ("key_kind=lti", *off(*SCOPES)), admin=True, steps=((KIND, "look at the Type of Ally"),)),
    Row("an LTI key and a token made by hand", ("key_kind=lti", "token_state=personal"),
        steps=((KIND, "If it is LTI Key"),)),
    Row("Enforce Scopes is off", ("enforce_scopes=false",), steps=((ENFORCE, "turn Enforce Scopes on"),)),
    Row("Enforce Scopes is off", ("enforce_scopes=false",), mode="probe", admin=True,
        steps=((ENFORCE, "turn Enforce Scopes on"),)),
    Row("Enforce Scopes is off and no box is on", ("enforce_scopes=false", *off(*SCOPES)),
        steps=((ENFORCE, "turn Enforce Scopes on, select all of the integration's scopes"),)),
    Row("Enforce Scopes is off and no box is on", ("enforce_scopes=false", *off(*SCOPES)), admin=True,
        steps=((ENFORCE, "turn Enforce Scopes on, and select 31 scopes:"),)),
    Row("Allow Include Parameters is off", ("allow_includes=false",),
        steps=(("includes-not-allowed", "No new token is needed"),)),
    Row("Allow Include Parameters is off", ("allow_includes=false",), NO_COURSE, mode="probe", admin=True,
        steps=(("includes-not-allowed", "select Allow Include Parameters"),)),
    Row("the key has another redirect URI", (OTHER_URI,), steps=((REDIRECT, "Redirect URIs: paste"),)),
    Row("the key has another redirect URI", (OTHER_URI,), mode="probe", admin=True,
        steps=((REDIRECT, "Redirect URIs: paste"),)),
    Row("the key has another redirect URI and lacks a box", (OTHER_URI, *off(QUIZ)),
        steps=((REDIRECT, "Redirect URIs: paste"), (SELECT, "select 1 scope:"))),
    Row("the key is off", ("key_state=off",), steps=(("key-off", f"set the State of {KEY} to ON"),)),
    Row("the key is off", ("key_state=off",), mode="probe", admin=True,
        steps=(("key-off", f"set the State of {IN_CANVAS} to ON"),)),
    Row("the key is inherited and off", ("key_owner=site-admin", "key_state=allow"),
        steps=(("key-off", "on the Inherited tab"),)),
    Row("the key is inactive", ("key_workflow=inactive",), steps=((UNKNOWN, "If the key is listed as inactive"),)),
    Row("the key is inactive", ("key_workflow=inactive",), admin=True, steps=(("key-inactive", "activate it"),)),
    Row("the key is deleted", ("key_workflow=deleted",), steps=((UNKNOWN, "has no key here any more"),)),
    Row("the key is deleted", ("key_workflow=deleted",), mode="probe", admin=True,
        steps=((UNKNOWN, "has no key here any more"),)),
    # the token
    Row("the token's hour is over", ("token_state=expired",), steps=(("token-expired", "run python -m scopecheck"),)),
    Row("the token was revoked", ("token_state=revoked",), mode="probe",
        steps=(("token-killed-by-scope-removal", "A new token is needed"),)),
    Row("the token is of another Canvas", ("token_state=unknown",), steps=(("token-expired", "CANVAS_BASE_URL"),)),
    Row("the token was made by hand", ("token_state=personal",), steps=((FOREIGN, BY_HAND),)),
    Row("the token was made by hand", ("token_state=personal",), mode="probe", admin=True,
        steps=((FOREIGN, "as Ally Integration (user 10000000000101)"),)),
    *(Row("the token was made by hand, and no key is set", ("token_state=personal",),
          {"client_id": None, "client_secret": None, "redirect_uri": None}, mode=mode, admin=admin,
          steps=((ENFORCE, "If Enforce Scopes is on already, use a token of this key"),))
      for mode in ("exercise", "probe") for admin in (False, True)),
    Row("the token was made by hand, and the key lacks a box", (*off(QUIZ), "token_state=personal"),
        steps=((SELECT, "issued through another key"),)),
    Row("the token is older than a box", (f"missing_on_token={PAGE}",),
        steps=(("token-not-reauthorized", "in Ally's Configuration, tab Canvas Developer Key"),)),
    Row("the token is older than a box", (f"missing_on_token={PAGE}",), mode="probe", admin=True,
        steps=(("token-not-reauthorized", "authorize again as Ally Integration (user 10000000000101)"),)),
    Row("an administrator authorized acting as the user", ("masquerading=true",), admin=True,
        note="log in as the user it is to act for, and authorize again as Ally Integration"),
    Row("an administrator authorized acting as the user", ("masquerading=true",), mode="probe",
        note="acting as its user"),
    Row("a placeholder is left in the redirect URI", (f"redirect_uris={PLACEHOLDER}",), {"redirect_uri": PLACEHOLDER},
        steps=(("redirect-uri-malformed", "put the same address there"),)),
    *(Row(f"{name} on key and in the settings", (f"redirect_uris={uri}",), {"redirect_uri": uri}, mode, admin=True,
          steps=(("redirect-uri-malformed", "Set CANVAS_REDIRECT_URI to the integration's callback"),))
      for name, uri, mode in (("no address", OUT_OF_BAND, "exercise"), ("this computer", LOOPBACK, "exercise"),
                              ("a # at the end", f"{REDIRECT_URI}#", "probe"))),
    Row("an old Canvas accepts any key's urn:", ("version=old", OTHER_URI), {"redirect_uri": OUT_OF_BAND},
        steps=(("redirect-uri-malformed", "Set CANVAS_REDIRECT_URI to the integration's callback"),)),
    Row("urn: in the settings alone", given={"redirect_uri": OUT_OF_BAND}, mode="probe",
        steps=(("redirect-uri-malformed", "Set CANVAS_REDIRECT_URI to the integration's callback"),)),
    Row("the authorization was revoked", ("token_state=revoked",), REFRESH,
        steps=(("refresh-failed", "python -m scopecheck authorize"),)),
    # the settings
    Row("another key's secret", given={**REFRESH, "client_secret": Secret("another")},
        steps=(("refresh-failed", "Copy the secret again"),)),
    Row("the ID of no key", given={"client_id": "424242"}, steps=((UNKNOWN, "If another key is the integration's"),)),
    Row("the number of no account", given={"account_id": "999"},
        steps=(("account-not-found", "leave it unset for the root account"),)),
    Row("the number of no account", given={"account_id": "999"}, mode="probe",
        steps=(("account-not-found", "leave it unset for the root account"),)),
    # the user
    Row("the user is a teacher", ("role=teacher",), steps=((LACKS, "add that user with the role Ally"),)),
    Row("the user is a teacher", ("role=teacher",), mode="probe", steps=((LACKS, "+ Account Admins"),)),
    Row("the user is a teacher, and a box is off", ("role=teacher", *off(QUIZ)), mode="probe", admin=True,
        steps=((SELECT, "select 1 scope:"), (LACKS, "add that user with the role Ally"))),
    Row("the user administers a sub-account", ("role=sub-account-admin",), steps=((LACKS, "+ Account Admins"),)),
    Row("the role that Ally asks for", ("role=ally",), admin=True),
    Row("the role that Ally asks for", ("role=ally",), mode="probe", admin=True),
    Row("the same without updating pages", ("role=ally", "denied=manage_wiki_update"),
        steps=((LACKS, "turn on this permission:"),)),
    Row("the same without updating pages", ("role=ally", "denied=manage_wiki_update"), mode="probe", admin=True,
        steps=((LACKS, "for the role Ally turn on this permission:"),)),
    Row("the same without updating pages", ("role=ally", "denied=manage_wiki_update"), mode="probe", unseen=True),
    Row("the same without acting as users", ("role=ally", "denied=become_user"), mode="probe", admin=True,
        steps=((LACKS, "for the role Ally turn on this permission:"),)),
    *(Row("the same behind a proxy that strips headers", ("role=ally", "denied=become_user", STRIPS), mode=mode,
          admin=True, steps=((UNNAMED, "Set CANVAS_REFRESH_TOKEN, with CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET"),))
      for mode in ("exercise", "probe")),
    *(Row("the same with a refresh token", ("role=ally", "denied=become_user", STRIPS), REFRESH, mode, admin=True,
          steps=((LACKS, "for the role Ally turn on this permission:"),)) for mode in ("exercise", "probe")),
    Row("the same without updating pages, behind a proxy", ("role=ally", "denied=manage_wiki_update", STRIPS),
        mode="probe", unseen=True),
    *(Row(f"no course may be listed: {' '.join(state)}", state, NO_COURSE, mode="probe", steps=((LACKS, part),))
      for state, part in ((("role=teacher",), "+ Account Admins"), (("role=student",), "+ Account Admins"),
                          (("role=sub-account-admin",), "or set CANVAS_ACCOUNT_ID to that account"),
                          (("role=ally", "denied=read_course_list"), "turn on this permission:"))),
    # the accounts below the root
    Row("pages cannot be updated in any sub-account", ("role=ally", f"denied_below={NO_PAGES_BELOW}"), mode="probe",
        admin=True, steps=((LACKS, "account 11 (course 1002), account 13 (course 1003), account 12 (course 1004)"),)),
    Row("pages cannot be updated in any sub-account", ("role=ally", f"denied_below={NO_PAGES_BELOW}"), mode="probe",
        unseen=True),
    Row("pages cannot be updated in one sub-account", ("role=ally", "denied_below=12:manage_wiki_update"), mode="probe",
        admin=True, steps=((LACKS, "Account Roles in account 12 (course 1004) (the role has all of it in account 1),"
                                   " and for the role Ally turn on this permission:"),)),
    Row("courses of one sub-account cannot be read", NO_CONTENT, mode="probe",
        steps=((LACKS, "Account Roles in account 12 (course 1004), and for the role of the user who authorized the "
                       "integration turn on this permission:"),)),
    Row("courses of one sub-account cannot be read", NO_CONTENT, mode="probe", admin=True,
        steps=((LACKS, "in account 12 (course 1004) (the role has all of it in account 1), and for the role Ally turn "
                       "on this permission:"),)),
    Row("the same in a course that is named", NO_CONTENT, {"read_course_ids": ("1001", "1004")}, mode="probe",
        steps=((LACKS, "in the sub-account of course 1004, and for"),)),
    Row("the same in a course that is named", NO_CONTENT, {"read_course_ids": ("1001", "1004")}, mode="probe",
        admin=True, steps=((LACKS, "in account 12 (course 1004)"),)),
    *(Row(f"{len(named)} named, one of them outside what the user administers", ("role=sub-account-admin",),
          {"account_id": "11", "read_course_ids": named}, mode="probe", admin=admin, steps=((LACKS, OUTSIDE),))
      for named in (("1004",), ("1001", "1004")) for admin in (False, True)),
    *(Row("the same, and the root account is meant", ("role=sub-account-admin",), {"read_course_ids": ("1004",)},
          mode="probe", admin=admin, steps=((LACKS, "+ Account Admins"),)) for admin in (False, True)),
    # the key of somebody else
    *(Row("the ID of another key", given={"client_id": str(ADMIN_KEY)}, mode=mode, admin=admin,
          steps=((FOREIGN, "set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to that key"),))
      for mode in ("exercise", "probe") for admin in (False, True)),
    *(Row("the ID of another key, and the authorization was revoked", ("token_state=revoked",),
          {**REFRESH, "client_id": str(ADMIN_KEY), "client_secret": Secret("admin-key-secret")}, mode, admin=True,
          steps=((REDIRECT, "31 of 31 scopes are missing on Administration (ID 10000000000007), so most likely"),))
      for mode in ("exercise", "probe")),
)  # fmt: skip
