"""The embedded Canvas as the target, for when no other Canvas is set."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from scopecheck.config.settings import Settings
from scopecheck.embedded_canvas.known import Credentials
from scopecheck.embedded_canvas.options import OptionError, parse
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.installation import CLI
from scopecheck.model.profile import Profile
from scopecheck.model.scope import route_shape
from scopecheck.model.secret import Secret


class EmbeddedError(ValueError):
    """The embedded Canvas has no such state; the message says which states it has."""


@dataclass
class Embedded:
    """A running embedded Canvas and the settings that point to it."""

    canvas: EmbeddedCanvas

    @classmethod
    def start(cls, profile: Profile, without: Collection[str], state: Sequence[str], port: int = 0) -> Embedded:
        """Start one in the state that `--without-scope` and `--embedded` ask for, on a free port if it is 0.

        Raises EmbeddedError, and OSError if the port is taken.
        """
        scopes = tuple(str(requirement.scope) for requirement in profile.requirements)
        taken = _of_profile(without, scopes)
        try:
            config = parse(state)
        except OptionError as error:
            raise EmbeddedError(str(error)) from None
        missing_on_key = _of_profile(config.missing_on_key, scopes) | taken
        missing_on_token = _of_profile(config.missing_on_token, scopes) | taken
        unknown = sorted((missing_on_key | missing_on_token).difference(scopes))
        if unknown:
            option = "--without-scope" if taken.intersection(unknown) else "--embedded"
            raise EmbeddedError(
                f"{option} names {', '.join(unknown)}, which profile {profile.name} does not have; "
                f"`{CLI} profile show {profile.name}` lists its scopes; put one in quotes."
            )
        config = replace(config, scopes=scopes, missing_on_key=missing_on_key, missing_on_token=missing_on_token)
        return cls(EmbeddedCanvas(config, port))

    def settings(self, settings: Settings) -> Settings:
        """The settings, pointed at this Canvas."""
        return settings_for_embedded(self.canvas.url, self.canvas.credentials, settings)

    def stop(self) -> None:
        """Stop it and free its port."""
        self.canvas.stop()


def _of_profile(given: Collection[str], scopes: Collection[str]) -> frozenset[str]:
    """The profile's names of scopes, which may be given by any name of their routes."""
    names = {route_shape(scope): scope for scope in scopes}
    return frozenset(names.get(route_shape(scope), scope) for scope in given)


def settings_for_embedded(url: str, known: Credentials, settings: Settings) -> Settings:
    """The settings, pointed at an embedded Canvas; everything else (mode, profile, reports) stays."""
    return replace(
        settings,
        base_url=url,
        client_id=known.client_id,
        client_secret=Secret(known.client_secret),
        redirect_uri=known.redirect_uri,
        access_token=Secret(known.access_token),
        course_id=known.course_id,
        course_name=known.course_name,
    )
