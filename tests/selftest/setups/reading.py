"""Reads a step as its reader would, and does what it says: from phrases to deeds.

Sentence by sentence. One that begins with "If" is done only if the reader finds it so; of alternatives that "; or"
separates, the first is taken. A step in which no phrase is known is an error: remedies have to be doable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scopecheck.embedded_canvas.known import REDIRECT_URI
from scopecheck.model.secret import Secret
from scopecheck.report.actions import Action
from tests.selftest.setups.world import NotDoable, World


class NotUnderstood(Exception):
    """A step, or a condition in it, that says nothing that the table knows."""


class Needless(Exception):
    """A step that asks for what is so already."""


class Enough(Exception):
    """The step says to run again now."""


@dataclass
class Reader:
    """Somebody with administrator's rights who does what one step says."""

    world: World
    action: Action
    editing: dict[str, Any] | None = None
    """The key whose screen is open."""
    changed: dict[str, Any] = field(default_factory=dict)
    """What was changed on that screen, until it is saved."""
    deeds: int = 0

    def do(self) -> None:
        """Do the whole step; raises NotUnderstood, Needless and NotDoable."""
        try:
            for sentence in self._instead() or self._sentences():
                self._obey(sentence)
        except Enough:
            pass
        if self.changed:
            raise NotDoable("the step does not say to save")
        if not self.deeds:
            raise NotUnderstood(f"no phrase of this step is in the table: {self._text()}")

    def _text(self) -> str:
        return f"{self.action.what} {self.action.then}".strip()

    def _sentences(self) -> list[str]:
        return re.split(r"(?<=\.)\s+(?=[A-Z])", self._text())

    def _instead(self) -> list[str]:
        """The sentence that replaces all others, where it holds."""
        found = [re.match(r"If (?P<condition>.+?), .+ instead\.$", sentence) for sentence in self._sentences()]
        return [match[0] for match in found if match and self._holds(match["condition"])]

    def _obey(self, sentence: str) -> None:
        asked = re.match(r"If (?P<condition>.+?), (?P<rest>.+)", sentence)
        if asked:
            if not self._holds(asked["condition"]):
                return
            sentence = asked["rest"]
        sentence = sentence.partition("; or ")[0]
        found = [(match.start(), deed, match) for phrase, deed in DEEDS.items()
                 for match in re.finditer(phrase, sentence)]  # fmt: skip
        for _, deed, match in sorted(found, key=lambda each: each[0]):
            self.deeds += 1
            deed(self, match)

    def _holds(self, condition: str) -> bool:
        for phrase, holds in CONDITIONS.items():
            match = re.search(phrase, condition)
            if match:
                self.deeds += 1
                return holds(self)
        raise NotUnderstood(f"no reader knows whether {condition}")

    # ---------------------------------------------------------------- what the reader sees

    def own_key(self) -> dict[str, Any] | None:
        """The integration's key in the list of keys, which its owner knows by its name."""
        keys = [key for key in self.world.all_keys() if str(key["name"]).startswith("Ally") and not key["is_lti_key"]]
        return max(keys, key=lambda key: int(key["id"]), default=None)

    def set_key(self) -> dict[str, Any] | None:
        """The key of CANVAS_CLIENT_ID in the list of keys."""
        return next((key for key in self.world.all_keys() if str(key["id"]) == self.world.settings.client_id), None)

    def has_another_key(self) -> bool:
        """Whether CANVAS_CLIENT_ID is not the integration's key, but there is one."""
        own = self.own_key()
        return own is not None and str(own["id"]) != self.world.settings.client_id

    # ---------------------------------------------------------------- what the reader does

    def open_key(self, match: re.Match[str]) -> None:
        """Open a key's screen, found by the ID in the step."""
        number = re.search(r"\bID (\d+)", match["key"])
        if not number:
            raise NotDoable(f"which key is {match['key']}?")
        self.editing = self.world.key(number[1])

    def open_set_key(self, _: re.Match[str]) -> None:
        """Open the screen of the key that the step speaks of."""
        self.editing = self.set_key()

    def put(self, name: str, value: Any) -> None:
        """Change a field of the screen; raises Needless if it is so already."""
        if self.editing is None:
            raise NotDoable(f"{name} of which key?")
        if self.editing[name] == value:
            raise Needless(f"{name} is {value} already")
        self.changed[name] = value

    def select(self, names: list[str]) -> None:
        """Select boxes; raises Needless if one is selected already."""
        if self.editing is None:
            raise NotDoable("the boxes of which key?")
        already = set(names) & set(self.editing["scopes"])
        if already:
            raise Needless(f"selected already: {already}")
        self.changed["scopes"] = [*self.editing["scopes"], *names]

    def select_all(self, _: re.Match[str]) -> None:
        """Select those of the integration's boxes that are not selected."""
        if self.editing is None:
            raise NotDoable("the boxes of which key?")
        more = [name for name in self.world.boxes() if name not in self.editing["scopes"]]
        self.changed["scopes"] = [*self.editing["scopes"], *more]

    def save(self, _: re.Match[str]) -> None:
        """Save the key's screen."""
        if self.editing is None or not self.changed:
            raise NotDoable("nothing to save")
        self.world.edit(self.editing, f"changed {', '.join(sorted(self.changed))}", **self.changed)
        self.changed = {}

    def turn_on(self, match: re.Match[str]) -> None:
        """Set a key's State to ON."""
        number = re.search(r"\bID (\d+)", match["key"])
        key = self.world.key(number[1] if number else "")
        if key["developer_key_account_binding"]["workflow_state"] == "on":
            raise Needless("the key is on already")
        self.world.turn_on(key)

    def see_that_it_is_on(self, _: re.Match[str]) -> None:
        """Set the State of the key whose screen was open to ON, if it is not."""
        key = self.set_key()
        if key and key["developer_key_account_binding"]["workflow_state"] != "on":
            self.world.turn_on(key)

    def activate(self, _: re.Match[str]) -> None:
        """Activate the key again."""
        key = self.world.key(str(self.world.settings.client_id))
        if key["workflow_state"] == "active":
            raise Needless("the key is active already")
        self.world.edit(key, "activated the key", event="activate")

    def use_own_key(self, _: re.Match[str]) -> None:
        """Set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to the integration's key."""
        own = self.own_key()
        if own is None:
            raise NotDoable("there is no such key")
        self.world.use_key(own)

    def copy_secret(self, _: re.Match[str]) -> None:
        """Set CANVAS_CLIENT_SECRET to what Show Key shows."""
        key = self.world.key(str(self.world.settings.client_id))
        self.world.change("set the secret", client_secret=Secret(key["api_key"]))


def _enforce(reader: Reader, _: re.Match[str]) -> None:
    reader.put("require_scopes", True)


def _includes(reader: Reader, _: re.Match[str]) -> None:
    reader.put("allow_includes", True)


def _redirect(reader: Reader, _: re.Match[str]) -> None:
    reader.put("redirect_uris", reader.world.settings.redirect_uri)


def _callback(reader: Reader, _: re.Match[str]) -> None:
    reader.world.change("set the redirect URI", redirect_uri=REDIRECT_URI)


def _boxes(reader: Reader, match: re.Match[str]) -> None:
    names = [box.name for group in reader.action.boxes for box in group.boxes]
    if len(names) != int(match["count"]):
        raise NotDoable(f"{match['count']} boxes, but {len(names)} are named")
    reader.select(names)


def _labels(reader: Reader) -> list[str]:
    return [box.name for group in reader.action.boxes for box in group.boxes]


def _allow(reader: Reader, match: re.Match[str]) -> None:
    roles = reader.world.roles()
    named = [role for role in roles if role["label"] == match["role"]] or roles
    if not named:
        raise NotDoable("the user has no role in the root account")
    reader.world.allow(named[0], _labels(reader))


def _make_administrator(reader: Reader, match: re.Match[str]) -> None:
    if reader.world.roles():
        raise Needless("the user is an administrator already")
    reader.world.make_administrator(match["role"], _labels(reader))


def _authorize(reader: Reader, _: re.Match[str]) -> None:
    reader.world.authorize()


def _root_account(reader: Reader, _: re.Match[str]) -> None:
    reader.world.change("left the account unset", account_id="self")


def _enough(_reader: Reader, _: re.Match[str]) -> None:
    raise Enough


DEEDS: Final[Mapping[str, Callable[[Reader, re.Match[str]], None]]] = {
    r"open Admin > Developer Keys > (?P<key>.+?) > Edit": Reader.open_key,
    r"^edit it\b": Reader.open_set_key,
    r"turn Enforce Scopes on": _enforce,
    r"select Allow Include Parameters": _includes,
    r"Redirect URIs: paste the integration's callback exactly as in CANVAS_REDIRECT_URI": _redirect,
    r"Set CANVAS_REDIRECT_URI to the integration's callback": _callback,
    r"put the same address there": _redirect,
    r"select (?P<count>\d+) scopes?:": _boxes,
    r"select all of the integration's scopes": Reader.select_all,
    r"\b[Ss]ave\b": Reader.save,
    r"make sure that its State is ON": Reader.see_that_it_is_on,
    r"set the State of (?P<key>.+?) to ON": Reader.turn_on,
    r"activate it with Canvas's API: PUT \S+/ID with developer_key\[event\]=activate": Reader.activate,
    r"create a key with \+ Developer Key > \+ API Key": lambda reader, _: reader.world.create_key(),
    r"set CANVAS_CLIENT_ID and CANVAS_CLIENT_SECRET to (that one|that key|the one that is)": Reader.use_own_key,
    r"Copy the secret again, in Canvas: Admin > Developer Keys > Show Key": Reader.copy_secret,
    r"for (the role (?P<role>.+?)|one of the user's roles .+?) turn on": _allow,
    r"\+ Account Admins, and add that user with the role (?P<role>\w+)": _make_administrator,
    r"leave it unset for the root account": _root_account,
    r"python -m scopecheck authorize": _authorize,
    r"\brun again": _enough,
}
"""What steps say, and what whoever reads it does."""

CONDITIONS: Final[Mapping[str, Callable[[Reader], bool]]] = {
    r"it is API Key": lambda reader: not (reader.set_key() or {"is_lti_key": True})["is_lti_key"],
    r"it is LTI Key and the integration has another key": Reader.has_another_key,
    r"it has none": lambda reader: reader.own_key() is None,
    r"another key is the integration's|it is another|th(at|is) is not the integration's key": Reader.has_another_key,
    r"it is the same|it is\b|^it is$": lambda reader: not reader.has_another_key(),
    r"the key is listed as inactive": lambda reader: (reader.set_key() or {}).get("workflow_state") == "inactive",
    r"it is marked Test Cluster Only": lambda _: False,
    r"the integration has no key here any more": lambda reader: reader.own_key() is None,
    r"the key is inherited": lambda _: False,
}
"""What steps make something depend on, and how a reader sees whether it is so."""
