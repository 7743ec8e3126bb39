"""What a fault is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tests.selftest.hostile.exchange import Effect


class Kind(StrEnum):
    """Whose fault it is."""

    NETWORK = "network"
    """Connections that break, hang and deliver late or twice."""
    PROXY = "proxy"
    """Other software between client and Canvas, which answers itself or changes what passes."""
    STORAGE = "storage"
    """The host that takes uploaded files."""
    MISDIRECTION = "misdirection"
    """The answer to another request, or one that Canvas gave at another time."""


class Family(StrEnum):
    """Faults that are alike."""

    BROKEN = "broken connections"
    LATE = "changes done late, twice or unseen"
    ALTERED = "altered requests"
    STRANGER = "strangers' answers"
    STRANGER_DONE = "strangers' answers to what is done"
    BODY = "bodies and headers"
    STORAGE = "storages"
    TICKET = "upload addresses"
    ANOTHER = "answers to other requests"
    LIST = "lists"
    VALUE = "values"
    REFUSAL = "stray refusals"
    REFUSAL_DONE = "stray refusals of what is done"
    DELETED = "answers to deletions"
    SECRET = "secrets"
    TEXT = "harmful texts"

    @property
    def kind(self) -> Kind:
        """Whose they are."""
        return _KINDS.get(self, Kind.PROXY)


_KINDS: Final = {
    **dict.fromkeys((Family.BROKEN, Family.LATE), Kind.NETWORK),
    **dict.fromkeys((Family.STORAGE, Family.TICKET), Kind.STORAGE),
    **dict.fromkeys(
        (Family.ANOTHER, Family.LIST, Family.VALUE, Family.REFUSAL, Family.REFUSAL_DONE, Family.DELETED),
        Kind.MISDIRECTION,
    ),
}


@dataclass(frozen=True)
class Fault:
    """One row of the table."""

    name: str
    family: Family
    effect: Effect
    places: tuple[str, ...]
    """Where it may strike (`places.PLACES`)."""

    @property
    def kind(self) -> Kind:
        """Whose fault it is."""
        return self.family.kind

    @property
    def is_stray(self) -> bool:
        """Whether it looks like Canvas's own answer to such a request.

        Such a one strikes each kind of object once in a run: what lies again when it is looked at again is forged.
        """
        return self.kind is Kind.MISDIRECTION or self.name in STRAYS


STRAYS: Final = frozenset({"a dead token in a stranger's words"})
"""What else does: without Canvas's headers, but in the words and with the one header that tell a dead token."""
