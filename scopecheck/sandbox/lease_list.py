"""The leases that a course's list of files shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from scopecheck.canvas.classify import PASSING, PAST_THE_GATE, Reading, read
from scopecheck.canvas.ids import in_path
from scopecheck.model.answer import Answer
from scopecheck.model.call import Call
from scopecheck.sandbox.canvas_clock import CanvasClock
from scopecheck.sandbox.lease_name import LeaseName
from scopecheck.sandbox.tag import PREFIX
from scopecheck.transport.client import CanvasClient

LIST: Final = "url:GET|/api/v1/courses/:course_id/files"
MOST_PAGES: Final = 10
"""Of files whose names contain our prefix, the newest first, a hundred to a page."""
LONGEST: Final = timedelta(hours=36)
"""A lease is over so long after it was created, whatever its name says: no settings give a run as much time."""

_NUMBER: Final = re.compile(r"(?:\d{1,8}~)?(\d{1,20})", re.ASCII)


class NotListed(Exception):
    """The leases cannot be listed; `refused`: Canvas will never list them to this token, `passing`: it may soon."""

    def __init__(self, why: str, answer: Answer) -> None:
        super().__init__(why)
        reading = read(answer)
        self.refused = reading in {Reading.SCOPE_MISSING, Reading.UNCLEAR, *PAST_THE_GATE} - {Reading.OK}
        self.passing = reading in PASSING - {Reading.OUT_OF_TIME}


@dataclass(frozen=True)
class Listed:
    """A lease, as the list shows it."""

    name: LeaseName
    id: str | None
    """The file's; None if it is none."""
    created_at: datetime | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self | None:
        """What a row of the list shows; None if it is no lease."""
        name = LeaseName.parse(row.get("display_name"))
        shown = row.get("id")
        found = _NUMBER.fullmatch(str(shown)) if isinstance(shown, int | str) else None
        return cls(name, str(shown) if found else None, _moment(row.get("created_at"))) if name else None

    @property
    def number(self) -> int:
        """The ID as a number, without its shard; without an ID, lower than any."""
        found = _NUMBER.fullmatch(self.id or "")
        return int(found[1]) if found else -1

    def is_over(self, now: datetime | None) -> bool:
        """Whether its run has certainly ended; where the time is not known, none has."""
        latest = self.created_at + LONGEST if self.created_at else self.name.expires
        return now is not None and now >= min(self.name.expires, latest)


def leases(client: CanvasClient, course_id: str, clock: CanvasClock) -> list[Listed]:
    """All leases that the course's list of files shows, by ID. Raises NotListed."""
    query = [("search_term", PREFIX), ("sort", "created_at"), ("order", "desc"), ("per_page", "100")]
    call = Call("GET", f"/api/v1/courses/{in_path(course_id)}/files", query=query)
    found: list[Listed] = []
    for _ in range(MOST_PAGES):
        answer = client.send(call, clock.note)
        if read(answer) is Reading.SCOPE_MISSING:
            raise NotListed(f"the token lacks {LIST}", answer)
        if read(answer) is not Reading.OK or not isinstance(answer.json, list):
            raise NotListed(f"the course's files could not be listed ({answer.says()})", answer)
        rows = (Listed.of(row) for row in answer.json if isinstance(row, dict))
        found += [each for each in rows if each]
        further = answer.next_page
        if not further:
            return sorted(found, key=lambda each: each.number)
        if not client.owns(further):
            raise NotListed("the list of the course's files goes on at another host", answer)
        call = Call("GET", further)
    raise NotListed(f"the list of the course's files did not end within {MOST_PAGES} pages", answer)


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
