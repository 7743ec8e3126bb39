"""What the processes of a run have to share to record their exchanges alike; light, as each of them imports it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scopecheck.canvas.scope_names import other_names

if TYPE_CHECKING:
    from scopecheck.config.settings import Settings


@dataclass(frozen=True)
class Recording:
    """What all processes of a run need to replace alike; it is handed over in memory and kept nowhere."""

    key: str = field(repr=False)
    base_url: str
    tag: str
    scopes: list[str]

    @classmethod
    def of(cls, settings: Settings, tag: str) -> Recording:
        """A new one; `settings.base_url` is set by now."""
        scopes = [
            name
            for requirement in settings.profile.requirements
            for name in (str(requirement.scope), *other_names(str(requirement.scope)))
        ]
        return cls(secrets.token_hex(32), str(settings.base_url), tag, scopes)
