"""The states of key, role, course and Canvas in which faults strike."""

from __future__ import annotations


from dataclasses import dataclass


from typing import Any, Final

from tests.selftest.exercises.sweep import SCOPES

STATES: Final[dict[str, dict[str, Any]]] = {
    "right": {},
    "some years ago": {"version": "old"},
    "S3": {"storage": "s3"},
    "inst-fs": {"storage": "inst-fs"},
    "a key of another account": {"key_owner": "other-account"},
    "includes not allowed": {"allow_includes": False},
    "may not edit pages": {"denied": frozenset({"manage_wiki_update"})},
    "may not edit assignments, some years ago": {"denied": frozenset({"manage_assignments_edit"}), "version": "old"},
    "may not upload": {"denied": frozenset({"manage_files_add"})},
    "may not edit files": {"denied": frozenset({"manage_files_edit"})},
    "may not delete files": {"denied": frozenset({"manage_files_delete"})},
    "a teacher": {"role": "teacher"},
    "tabs switched off": {"disabled_tabs": frozenset({"pages", "quizzes"})},
    "an empty course": {"content": "empty"},
    "no media": {"kaltura": False},
    "others' media": {"owns_media": False},
    "no blueprint": {"blueprint": False},
    "locked by a blueprint": {"blueprint_locked": True},
    "in Spanish": {"language": "es"},
}


@dataclass(frozen=True)
class State:
    """One state of everything that is not a fault."""

    name: str = "right"
    missing_on_key: frozenset[str] = frozenset()
    missing_on_token: frozenset[str] = frozenset()
    admin: bool = False
    """Whether CANVAS_ADMIN_TOKEN is set."""
    refreshes: bool = False
    """Whether the token comes from CANVAS_REFRESH_TOKEN."""
    mode: str = "exercise"
    litter: bool = False
    """Whether earlier runs, and people, have left things that look like a run's."""

    @property
    def config(self) -> dict[str, Any]:
        """The fields of CanvasConfig."""
        return {
            "scopes": SCOPES, "throttle": False, "missing_on_key": self.missing_on_key,
            "missing_on_token": self.missing_on_token | self.missing_on_key, **STATES[self.name],
        }  # fmt: skip

    @property
    def missing(self) -> frozenset[str]:
        """The scopes that the token lacks."""
        return self.missing_on_key | self.missing_on_token

    def __str__(self) -> str:
        said = [self.name, self.mode]
        said += [
            word
            for word, given in (("admin", self.admin), ("refresh", self.refreshes), ("litter", self.litter))
            if given
        ]
        return "; ".join([*said, *(f"lacks {scope}" for scope in sorted(self.missing))])
