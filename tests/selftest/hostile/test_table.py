"""The table of faults: how much it declares, and that each row can strike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from tests.selftest.hostile.exchange import Raw, as_json
from tests.selftest.hostile.fault import Kind
from tests.selftest.hostile.places import PLACES
from tests.selftest.hostile.states import State
from tests.selftest.hostile.table import FAMILIES, FAULTS
from tests.selftest.hostile.told import ADMIN, TOKEN
from tests.selftest.hostile.way import Active
from tests.selftest.hostile.world import world


def test_the_table_has_what_was_seen_to_do_harm() -> None:
    """Hundreds of faults, of networks, proxies, storages, and misdirected answers."""
    assert len(FAULTS) >= 97
    assert {fault.kind for fault in FAULTS.values()} == set(Kind)
    assert all(FAMILIES.values())
    assert all(fault.places and set(fault.places) <= set(PLACES) for fault in FAULTS.values())


def test_every_place_is_on_the_way_of_some_run() -> None:
    """A fault at a place that no run comes by would strike nothing."""
    asked = set()
    for state in (
        State(admin=True, refreshes=True),
        State("no blueprint", admin=True),
        State("S3"),
        State("inst-fs"),
        State("no media", mode="probe"),
        State("may not upload"),
    ):
        with world(state) as here:
            here.run()
            asked |= {line.partition(" -> ")[0].partition("?")[0] for line in here.way.said}
    never = {name for name, pattern in PLACES.items() if not any(re.fullmatch(pattern, each) for each in asked)}

    assert never == set()


@dataclass
class Alone:
    """An exchange with a Canvas that answers everything alike (`Exchange`)."""

    request: httpx.Request
    answer: Raw
    seconds: float = 30.0
    delivered: list[httpx.Request] = field(default_factory=list)
    later: bool = False

    def deliver(self, request: httpx.Request | None = None) -> Raw:
        self.delivered.append(request or self.request)
        return self.answer

    def deliver_later(self, *, seconds: float = 0.0, after: int = 0) -> None:
        self.later = seconds > 0 or after > 0

    def ask(self, path: str, *, admin: bool = False) -> Raw:
        return self.answer.saying({"asked": path, "admin": admin})

    def earlier(self) -> Raw | None:
        return self.answer.saying("earlier")

    def last(self) -> Raw | None:
        return self.answer.saying("the last")

    def wait(self, seconds: float) -> None:
        if seconds > self.seconds:
            raise httpx.ReadTimeout("timed out", request=self.request)
        self.later = True

    @property
    def known_secrets(self) -> Sequence[str]:
        return [TOKEN, ADMIN]


RECORD = {
    "id": 7, "url": "a-page", "media_id": "m", "account_id": 1, "display_name": "x", "body": "x", "workflow_state": "x",
    "media_tracks": [{"id": 3, "locale": "en"}], "upload_url": "https://storage.canvas.test/", "upload_params": {},
}  # fmt: skip
SIGNED = (
    ("X-Canvas-Meta", "at=1;dk=2;o=pages;"), ("X-Canvas-User-Id", "1"), ("X-Rate-Limit-Remaining", "600"),
    ("Link", "<https://canvas.test/>; rel=first"),
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_fault_strikes(name: str) -> None:
    """It changes an answer, or the request, or when and how often Canvas gets it."""
    struck = []
    for answer in (as_json(200, RECORD, *SIGNED), as_json(200, [RECORD, {**RECORD, "id": 8}], *SIGNED)):
        sent = {"Authorization": "Bearer x", "Content-Type": "application/json"}
        request = httpx.Request("PUT", "https://canvas.test/api/v1/courses/1001?a=b", headers=sent, json={"a": 1})
        exchange = Alone(request, answer)
        try:
            got = FAULTS[name].effect(exchange)
            assert got.response().status_code == got.status
            struck.append(got != answer or got.pieces is not None)
        except httpx.HTTPError:
            struck.append(True)
        struck.append(exchange.later or exchange.delivered != [request])

    assert any(struck)


def test_what_strikes_nothing_would_be_seen() -> None:
    """An effect that only delivers changes neither answer nor request."""
    answer = as_json(200, RECORD)
    exchange = Alone(httpx.Request("GET", "https://canvas.test/"), answer)

    assert exchange.deliver() == answer
    assert exchange.delivered == [exchange.request]


def test_a_strike_is_written_as_it_is_read() -> None:
    """What a finding's story names can be given to `scripts/faults --strike`."""
    for fault in FAULTS.values():
        for times in (1, None):
            one = Active(fault, fault.places[0], times, 2)
            assert Active.parse(str(one)) == one
    with pytest.raises(ValueError, match="no fault of the table"):
        Active.parse("nothing @ everything #1 x1")
