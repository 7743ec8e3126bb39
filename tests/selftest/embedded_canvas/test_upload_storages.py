"""Step 2 of an upload: what each kind of storage accepts and refuses (doc/api/file_uploads.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.selftest.embedded_canvas.calling import INSUFFICIENT
from tests.selftest.embedded_canvas.content import FILES
from tests.selftest.embedded_canvas.driver import canvas, client
from tests.selftest.embedded_canvas.uploading import CONTENT, announce, confirm, seen, store, upload

OFF_CANVAS = ("s3", "inst-fs")


class TestLocal:
    """Steps 2 and 3 on Canvas's own disk."""

    def test_redirects_to_the_confirmation(self) -> None:
        """It is a 302; without step 3 the file stays invisible."""
        of = canvas()
        stored = store(of, announce(of).json())

        assert stored.status_code == 302
        assert "/create_success?uuid=" in stored.headers["location"]
        assert "note.txt" not in client(of).get(FILES).text
        assert confirm(of, stored).status_code == 200

    def test_a_part_named_file_works_too(self) -> None:
        """canvasapi sends it like this."""
        of = canvas()

        assert store(of, announce(of).json(), part="file").status_code == 302

    def test_renaming_rides_on_the_address(self) -> None:
        """`on_duplicate` is in the upload URL's query, so a client that drops it overwrites."""
        of = canvas()
        upload(of)
        ticket = announce(of, on_duplicate="rename").json()
        bare = {**ticket, "upload_url": ticket["upload_url"].partition("?")[0]}

        assert ticket["upload_url"].endswith("?on_duplicate=rename")
        assert confirm(of, store(of, bare)).json()["display_name"] == "note.txt"

    @pytest.mark.parametrize(
        "changes",
        [
            {"fields": {"Policy": "x"}},
            {"fields": {"Signature": "x"}},
            {"fields": {"key": "elsewhere"}},
            {"part": "other"},
        ],
        ids=["policy", "signature", "key", "part"],
    )
    def test_a_bad_policy_is_an_empty_400(self, changes: dict[str, Any]) -> None:
        """The answer does not say what was wrong."""
        of = canvas()
        answer = store(of, announce(of).json(), **changes)

        assert (answer.status_code, answer.content) == (400, b"")

    def test_a_policy_works_once(self) -> None:
        """Reusing it is refused."""
        of = canvas()
        ticket = announce(of).json()

        assert [store(of, ticket).status_code for _ in range(2)] == [302, 400]


class TestS3:
    """Step 2 at Amazon S3."""

    def test_redirects_to_the_confirmation(self) -> None:
        """It is a 303 to the address in step 1."""
        of = canvas(storage="s3")
        ticket = announce(of).json()
        stored = store(of, ticket)

        assert stored.status_code == 303
        assert stored.headers["location"] == ticket["upload_params"]["success_action_redirect"]

    @pytest.mark.parametrize("field", ["key", "acl", "Policy", "x-amz-signature", "x-amz-date", "content-type"])
    def test_every_field_must_come_back(self, field: str) -> None:
        """A missing field is refused in XML, and nothing is stored."""
        of = canvas(storage="s3")
        ticket = announce(of).json()
        del ticket["upload_params"][field]
        answer = store(of, ticket)

        assert answer.status_code == 403
        assert "<Code>AccessDenied</Code>" in answer.text
        assert not any(each.stored for each in of.tables.tickets.values())

    def test_a_field_too_many(self) -> None:
        """Fields that are not in the policy are refused."""
        of = canvas(storage="s3")
        answer = store(of, announce(of).json(), fields={"extra": "1"})

        assert "Extra input fields: extra" in answer.text

    def test_fields_behind_the_file_are_not_seen(self) -> None:
        """The file must be the last part."""
        of = canvas(storage="s3")
        ticket = announce(of).json()
        parts: list[tuple[str, Any]] = [("file", ("note.txt", CONTENT, "text/plain"))]
        parts += [(name, (None, value)) for name, value in ticket["upload_params"].items()]
        answer = client(of, None).post(ticket["upload_url"], files=parts)

        assert answer.status_code == 403

    def test_no_empty_file(self) -> None:
        """S3 requires at least one byte."""
        of = canvas(storage="s3")

        assert "<Code>EntityTooSmall</Code>" in store(of, announce(of).json(), b"").text


class TestInstFs:
    """Step 2 at Instructure's own storage, which is also the last."""

    def test_answers_with_the_file(self) -> None:
        """It is a 201 with the file's JSON and its address on Canvas."""
        of = canvas(storage="inst-fs")
        stored = store(of, announce(of).json())
        made = stored.json()

        assert stored.status_code == 201
        assert stored.headers["location"] == (
            f"http://canvas.test/api/v1/files/{made['id']}?include[]=enhanced_preview_url"
        )
        assert made["url"].startswith("http://canvas.test/files/")
        assert seen(of, made["id"]).status_code == 200

    def test_the_location_has_a_scope_of_its_own(self) -> None:
        """The integration's token lacks the scope to follow it."""
        of = canvas(storage="inst-fs")
        answer = client(of).get(store(of, announce(of).json()).headers["location"])

        assert answer.json() == INSUFFICIENT

    def test_a_token_works_once(self) -> None:
        """Uploading to the same address again is refused."""
        of = canvas(storage="inst-fs")
        ticket = announce(of).json()

        assert [store(of, ticket).status_code for _ in range(2)] == [201, 401]

    def test_over_quota(self) -> None:
        """A file of unannounced size is refused on arrival, and no file is created."""
        of = canvas(storage="inst-fs", storage_quota_mb=0)
        ticket = client(of).post(FILES, data={"name": "note.txt"}).json()

        assert store(of, ticket).json() == {"message": "file size exceeds quota limits"}
        assert not [file for file in of.tables.files.values() if file.display_name == "note.txt"]


class TestTime:
    """Tickets expire."""

    @pytest.mark.parametrize(("storage", "minutes"), [("local", 30), ("s3", 30), ("inst-fs", 10)])
    @pytest.mark.parametrize(("seconds", "accepted"), [(-5, True), (5, False)])
    def test_a_ticket_expires(self, storage: str, minutes: int, seconds: int, accepted: bool) -> None:
        """Policies of local storage and S3 last half an hour, inst-fs's tokens ten minutes."""
        of = canvas(storage=storage)
        ticket = announce(of).json()
        for each in of.tables.tickets.values():
            each.expires_at -= timedelta(minutes=minutes, seconds=seconds)

        assert (store(of, ticket).status_code < 400) is accepted


class TestToken:
    """Canvas's token belongs in step 1 alone."""

    @pytest.mark.parametrize("storage", OFF_CANVAS)
    def test_a_storage_refuses_and_notes_it(self, storage: str) -> None:
        """S3 and inst-fs refuse an Authorization header; nothing is stored, and the leak is recorded."""
        of = canvas(storage=storage)
        ticket = announce(of).json()
        answer = store(of, ticket, headers={"Authorization": "Bearer x"})

        assert answer.status_code == 400
        assert of.tables.leaks == [f"POST {ticket['upload_url'].partition('?')[0]}"]
        assert not any(each.stored for each in of.tables.tickets.values())

    @pytest.mark.parametrize("storage", OFF_CANVAS)
    def test_the_token_as_a_parameter_is_a_leak_too(self, storage: str) -> None:
        """A token in the form is a leak as well."""
        of = canvas(storage=storage)
        store(of, announce(of).json(), fields={"access_token": "x"})

        assert len(of.tables.leaks) == 1

    @pytest.mark.parametrize("storage", OFF_CANVAS)
    def test_a_good_upload_leaks_nothing(self, storage: str) -> None:
        """A correct upload records no leak."""
        of = canvas(storage=storage)
        upload(of)

        assert of.tables.leaks == []

    @pytest.mark.parametrize(
        ("host", "storage"), [("127.0.0.1:8080", "localhost:8080"), ("localhost:8080", "127.0.0.1:8080")]
    )
    def test_on_loopback_the_storage_has_the_other_name(self, host: str, storage: str) -> None:
        """One server is two hosts, so a client's check of hosts is really tested."""
        of = canvas(storage="s3")
        ticket = client(of).post(f"http://{host}{FILES}", data={"name": "a.png"}).json()

        assert ticket["upload_url"] == f"http://{storage}/canvas-uploads"
        assert ticket["upload_params"]["success_action_redirect"].startswith(f"http://{host}/api/v1/files/")
