"""HTML on its way into and out of the embedded Canvas, against the fact sheet."""

from __future__ import annotations

import pytest

from tests.selftest.embedded_canvas.content import ASSIGNMENT, put_assignment
from tests.selftest.embedded_canvas.driver import canvas, client


def test_linked_content_is_no_identity() -> None:
    """Linked content that is read and written back unchanged is stored with more than it had."""
    of = canvas(content="linked")
    before = of.tables.assignments[2001].description
    read = client(of).get(ASSIGNMENT).json()["description"]
    put_assignment(of, {"description": read})

    assert 'href="http://canvas.test/courses/1001/pages/welcome"' in read
    assert 'data-api-endpoint="http://canvas.test/api/v1/courses/1001/pages/welcome"' in read
    assert "verifier=" in read
    stored = str(of.tables.assignments[2001].description)
    assert stored != before
    assert 'href="/courses/1001/pages/welcome"' in stored
    assert "verifier=" not in stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ("<p>a</p><script>x()</script>", "<p>a</p>"),
        ("<p>a</p><style>p{}</style>", "<p>a</p>"),
        ("<p>a<blink>b</blink></p>", "<p>ab</p>"),
        ('<a href="javascript:x()">a</a>', '<a href="">a</a>'),
        ('<img src="https://elsewhere.test/x.png" alt="x">', '<img src="https://elsewhere.test/x.png" alt="x">'),
        ('<div lang="en" aria-label="a" data-x="1">a</div>', '<div lang="en" aria-label="a" data-x="1">a</div>'),
    ],
)
def test_html_is_sanitized(sent: str, stored: str) -> None:
    """Scripts, styles, event handlers and unknown elements are removed; accessible markup stays."""
    assert put_assignment(canvas(), {"description": sent}).json()["description"] == stored


def test_deeply_nested_html_survives() -> None:
    """A thousand levels are stored whole."""
    deep = "<div>" * 1000 + "x" + "</div>" * 1000

    assert put_assignment(canvas(), {"description": deep}).json()["description"] == deep


def test_media_comments_become_players_and_back() -> None:
    """A media comment's link is returned as a player, and stored as a link again."""
    of = canvas()
    link = '<a class="instructure_inline_media_comment" id="media_comment_m-1">v</a>'
    read = put_assignment(of, {"description": link}).json()["description"]

    assert read.startswith("<video")
    put_assignment(of, {"description": read})
    assert of.tables.assignments[2001].description == link


def test_equations_gain_mathml_that_is_not_stored() -> None:
    """An equation's image is returned with MathML, which is not stored."""
    of = canvas()
    image = '<img class="equation_image" alt="x^2">'
    read = put_assignment(of, {"description": image}).json()["description"]

    assert "x-canvaslms-safe-mathml" in read
    put_assignment(of, {"description": read})
    assert of.tables.assignments[2001].description == image


def test_mobile_branding_surrounds_what_is_read() -> None:
    """A theme's mobile CSS and JavaScript surround the text, and are stripped when it is written back."""
    of = canvas(mobile_branding=True)
    before = of.tables.assignments[2001].description
    read = client(of).get(ASSIGNMENT).json()["description"]
    put_assignment(of, {"description": read})

    assert (read.startswith("<link"), read.endswith("</script>")) == (True, True)
    assert of.tables.assignments[2001].description == before
