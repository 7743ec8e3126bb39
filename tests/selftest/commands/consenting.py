"""A user with a browser: logs in to an embedded Canvas, answers its question, and pastes the final address."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import httpx

from scopecheck.embedded_canvas.known import CREDENTIALS

LEAVES: Final = ("code=", "error=")
"""The parameters that show that Canvas sent the browser to the redirect URI."""


def nothing() -> None:
    """The default: nothing happens."""


class User:
    """Opens the address that the command gives, and types at its prompts.

    `login` is the user name, which is the password, too; `first` happens before the address is opened, `clicks` is the
    button on the consent page, `meanwhile` happens between the click and the browser's return, `changed` alters the
    address on the way, `types` makes what is typed from the final address, and `way` leads to a Canvas in this process.
    """

    def __init__(
        self,
        clicks: str = "authorize",
        *,
        login: str = CREDENTIALS.login,
        first: Callable[[], object] = nothing,
        meanwhile: Callable[[], object] = nothing,
        changed: Callable[[str], str] = str,
        types: Sequence[Callable[[str], str]] = (str,),
        way: httpx.BaseTransport | None = None,
    ) -> None:
        self._way, self._login = way, login
        self.opened: list[str] = []
        self.ended_on = ""
        self.page: httpx.Response | None = None
        self._first, self._clicks, self._meanwhile, self._changed, self._types = (
            first,
            clicks,
            meanwhile,
            changed,
            iter(types),
        )

    def open(self, url: str) -> bool:
        """What `webbrowser.open` does."""
        self.opened.append(url)
        self._first()
        self.ended_on = self._changed(self._at_canvas(url))
        self._meanwhile()
        if self.ended_on.startswith("http://localhost:"):
            self.page = httpx.get(self.ended_on)
        return True

    def readline(self) -> str:
        """The next line at a prompt; empty once there is nothing more to type."""
        line = next(self._types, None)
        return "" if line is None else f"{line(self.ended_on)}\n"

    def _at_canvas(self, url: str) -> str:
        """The final address after login and consent."""
        with httpx.Client(transport=self._way) as browser:
            answer = browser.get(url)
            while "location" in answer.headers:
                target = answer.headers["location"]
                if any(mark in target for mark in LEAVES):
                    return target
                answer = browser.get(target)
                if target.endswith("/login"):
                    form = {
                        "pseudonym_session[unique_id]": self._login,
                        "pseudonym_session[password]": self._login,
                    }
                    answer = browser.post(target, data=form)
                elif target.endswith("/confirm") and "location" not in answer.headers:
                    answer = self._click(browser, answer)
        raise AssertionError(f"Canvas leads nowhere: {answer.text}")

    def _click(self, browser: httpx.Client, page: httpx.Response) -> httpx.Response:
        if self._clicks == "cancel":
            return browser.get(str(page.url.join("/login/oauth2/deny")))
        found = re.search(r'name="custom_csrf_token" value="(\w+)"', page.text)
        assert found, page.text
        return browser.post(str(page.url.join("/login/oauth2/accept")), data={"custom_csrf_token": found.group(1)})
