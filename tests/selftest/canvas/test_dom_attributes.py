"""What Canvas may have added to a document, and what only an editor can have."""

from __future__ import annotations

import pytest

from scopecheck.canvas import dom

WRITTEN = "<p>old</p><h2 lang='en'>new</h2>"


@pytest.mark.parametrize(
    ("seen", "alike"),
    [
        pytest.param(WRITTEN, True, id="as written"),
        pytest.param("<p class='x'>old</p>\n<h2 id='kl_1' lang='en'>new</h2>", True, id="attributes and white space"),
        pytest.param("<p>old</p><h2>new</h2>", False, id="an attribute less"),
        pytest.param("<p>old</p><h2 lang='de'>new</h2>", False, id="another attribute"),
        pytest.param("<p>old</p><h3 lang='en'>new</h3>", False, id="another element"),
        pytest.param("<p>old</p><h2 lang='en'>newer</h2>", False, id="another text"),
        pytest.param(f"<p>more</p>{WRITTEN}", False, id="more in front"),
        pytest.param(f"{WRITTEN}<p>more</p>", False, id="more behind"),
        pytest.param(f"{WRITTEN}more", False, id="text behind"),
        pytest.param("<p>old</p>", False, id="cut off"),
        pytest.param("", False, id="emptied"),
        pytest.param(None, False, id="null"),
    ],
)
def test_same_but_for_attributes(seen: str | None, *, alike: bool) -> None:
    """A document is what was written only if nothing was added to it or taken from it but attributes and space."""
    assert dom.same_but_for_attributes(seen, WRITTEN) is alike
