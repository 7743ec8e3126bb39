"""What an action gets: the request, the caller, and the lookups and refusals that all controllers share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from scopecheck.embedded_canvas import errors
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.http import Request, Response, json_response
from scopecheck.embedded_canvas.keys import SHARD
from scopecheck.embedded_canvas.known import DUMMY
from scopecheck.embedded_canvas.pagination import link_header, page_numbers
from scopecheck.embedded_canvas.params import Upload
from scopecheck.embedded_canvas.permissions import Judge
from scopecheck.embedded_canvas.records import AccessToken, Account, Course, Term, User
from scopecheck.embedded_canvas.tables import Tables
from scopecheck.embedded_canvas.translations import NOT_PERMITTED, UNAUTHORIZED, translated

Record = TypeVar("Record")


class _HasId(Protocol):
    id: int


Numbered = TypeVar("Numbered", bound=_HasId)


def _numbers(local: int) -> set[str]:
    """The numbers that name a record here: local, global, and short global (Switchman's `1~42`)."""
    return {str(local), str(SHARD + local), f"1~{local}"}


@dataclass
class Context:
    """One request while an action handles it."""

    request: Request
    config: CanvasConfig
    tables: Tables
    path: Mapping[str, str]
    """The route's parameters, decoded."""
    params: dict[str, Any]
    """Query and body, nested and merged, after include stripping."""
    json: Any = None
    uploads: Sequence[Upload] = ()
    user: User | None = None
    token: AccessToken | None = None
    memo: dict[str, Any] = field(default_factory=dict)
    scene: tuple[str, int] | None = None
    """The course or account that the request is about: its class and ID."""

    @property
    def caller(self) -> User:
        """The user behind the token; refuses anonymous requests."""
        if self.user is None:
            raise errors.unauthenticated()
        return self.user

    def text(self, name: str) -> str | None:
        """A plain parameter as text (JSON numbers too); None if it is absent, a list or an object."""
        value = self.params.get(name)
        return str(value) if isinstance(value, str | int | float) else None

    def course(self, name: str = "course_id", *, deleted: bool = False) -> Course:
        """The course of path parameter `name`: number, `uuid:` or `lti_context_id:`; else 404 (lib/api.rb)."""
        wanted = self.path[name]
        for course in self.tables.courses.values():
            names = {*_numbers(course.id), f"uuid:{course.uuid}", f"lti_context_id:{course.uuid}.lti"}
            if wanted in names and (deleted or course.workflow_state != "deleted"):
                self.scene = ("Course", course.id)
                return course
        raise errors.not_found()

    def account(self, name: str = "account_id") -> Account:
        """The account of path parameter `name`: number, `self`, `default` or `uuid:`; else 404 (lib/api.rb)."""
        wanted = self.path[name]
        for account in self.tables.accounts.values():
            names = {*_numbers(account.id), f"uuid:{account.uuid}"}
            if account.root_account_id is None:
                names |= {"self", "default"}
            if wanted in names and account.workflow_state == "active":
                self.scene = ("Account", account.id)
                return account
        raise errors.not_found()

    def one(self, records: Iterable[Numbered], name: str = "id") -> Numbered:
        """The record with the ID in path parameter `name`; 404 if there is none (lib/api.rb, api_find)."""
        wanted = self.path[name]
        for record in records:
            if wanted.isdecimal() and record.id == int(wanted):
                return record
        raise errors.not_found()

    def term(self, wanted: object) -> Term:
        """The enrollment term with that ID; 404 if there is none."""
        found = self.tables.terms.get(int(str(wanted))) if str(wanted).isdecimal() else None
        if found is None or found.workflow_state == "deleted" or found.account_id == DUMMY:
            raise errors.not_found()
        return found

    def may(self, right: str, where: Course | Account) -> bool:
        """Whether the caller has the right there."""
        return self.judge.allows(self.caller, right, where)

    @property
    def judge(self) -> Judge:
        """Who may do what here."""
        return Judge(self.tables, self.config.is_old)

    def require(self, right: str, where: Course | Account) -> None:
        """Refuse a caller without the right, the way this Canvas version does."""
        if not self.may(right, where):
            raise self.not_permitted()

    def not_permitted(self) -> errors.Refusal:
        """The refusal for a missing right: 403, or on old Canvas 401 with a translated `status`."""
        message = self.said(NOT_PERMITTED)
        if self.config.is_old:
            return errors.not_permitted(401, self.said(UNAUTHORIZED), message)
        return errors.not_permitted(403, UNAUTHORIZED, message)

    def said(self, text: str) -> str:
        """A text of Canvas's (translations.py) in the caller's language."""
        return translated(text, self.user.language if self.user is not None else "en")

    def fields(self, wrapper: str) -> dict[str, Any]:
        """The fields under `wrapper`; none is fine, but a text instead crashes Canvas."""
        wanted = self.params.get(wrapper) or {}
        if not isinstance(wanted, dict):
            raise errors.crashed()
        return wanted

    def includes(self, *names: str) -> frozenset[str]:
        """What `include[]` asks for (`names`: the parameters read, default `include`)."""
        found: set[str] = set()
        for name in names or ("include",):
            value = self.params.get(name)
            found |= set(map(str, value)) if isinstance(value, list) else set()
        return frozenset(found)

    def page(
        self,
        records: Sequence[Record],
        render: Callable[[Record], Any],
        *,
        total: bool = True,
        wrapper: str | None = None,
        link_path: str | None = None,
    ) -> Response:
        """One page of a list with its Link header (lib/api.rb).

        Records rendered as None are dropped after paging, so such a page is short.
        `total=False` leaves out the `last` link, `wrapper` puts the list under a key, `link_path` is the
        path of the links if it is not the request's own.
        """
        number, size = page_numbers(self.params)
        start = (number - 1) * size
        rendered = [shown for record in records[start : start + size] if (shown := render(record)) is not None]
        link = link_header(self.request, number, size, len(records), total=total, path=link_path)
        return json_response({wrapper: rendered} if wrapper else rendered, headers=(("Link", link),))
