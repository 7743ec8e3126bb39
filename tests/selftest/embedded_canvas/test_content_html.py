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
    stored = str(of.tables.assignments[2001].description)
    assert stored != before
    assert 'href="/courses/1001/pages/welcome"' in stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ("<p>a</p><script>x()</script>", "<p>a</p>"),
        ("<p>a<blink>b</blink></p>", "<p>ab</p>"),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        (
            '<a href="/courses/1001/files/5001?verifier=x&amp;wrap=1">a</a>',
            '<a href="/courses/1001/files/5001?wrap=1">a</a>',
        ),
        ('<img src="https://elsewhere.test/x.png" alt="x">', '<img src="https://elsewhere.test/x.png" alt="x">'),
        ('<div lang="en" aria-label="a" data-x="1">a</div>', '<div lang="en" aria-label="a" data-x="1">a</div>'),
    ],
)
def test_html_is_sanitized(sent: str, stored: str) -> None:
    """Scripts, event handlers, verifiers and unknown elements are removed; accessible markup stays."""
    of = canvas()
    put_assignment(of, {"description": sent})

    assert of.tables.assignments[2001].description == stored


SAME = [
    "<p>a &amp; b &lt; c &nbsp; d “q” é</p>",
    "<style>p{color:red}</style><p>a</p>",
    "  <p>a</p>\n\n<p>b</p>  ",
    '<p style="color: red; position: fixed;" id="x" class="y" dir="rtl">a</p>',
    "<p><math><mi>x</mi></math></p>",
    "<figure><figcaption>c</figcaption></figure>",
    '<p><iframe src="https://example.com/e" width="10"></iframe></p>',
    "text without markup & all",
    "",
]
MENDED = {
    "<P>a<br/>b</P>": "<p>a<br>b</p>",
    "<p>one<p>two": "<p>one</p><p>two</p>",
    "<p>a & b &quot;&eacute;&quot;</p>": '<p>a &amp; b "é"</p>',
    "<table><tr><td>1</td></tr></table>": "<table><tbody><tr><td>1</td></tr></tbody></table>",
    "<p><div>a</div></p>": "<p></p><div>a</div><p></p>",
    "<p/>a": "<p>a</p>",
    "<p>a</p>\r\n<p>b</p>": "<p>a</p>\n<p>b</p>",
    '<video src="https://example.com/a.mp4" controls></video>':
        '<video src="https://example.com/a.mp4" controls=""></video>',
    '<a href="https://example.com" target="_blank" rel="noopener">a</a>':
        '<a href="https://example.com" target="_blank">a</a>',
    "<p>a</p><!-- c -->": "<p>a</p>",
    '<svg width="1"><circle r="1"></circle></svg>': "",
    '<input type="text"><form><p>a</p></form>': "<p>a</p>",
    '<img src="/courses/1001/files/5001/preview">':
        '<img src="http://canvas.test/courses/1001/files/5001/preview" data-api-endpoint='
        '"http://canvas.test/api/v1/courses/1001/files/5001" data-api-returntype="File">',
    '<a href="/courses/1001/assignments">a</a>':
        '<a href="http://canvas.test/courses/1001/assignments" data-api-endpoint='
        '"http://canvas.test/api/v1/courses/1001/assignments" data-api-returntype="[Assignment]">a</a>',
}  # fmt: skip
"""What a real Canvas of 2022 gave back for other HTML than it was sent."""


@pytest.mark.parametrize("version", ["old", "new"])
@pytest.mark.parametrize(("sent", "read"), [*((text, text) for text in SAME), *MENDED.items()])
def test_html_comes_back_as_from_a_real_canvas(version: str, sent: str, read: str) -> None:
    """HTML5 is mended as browsers mend it, and clean HTML comes back exactly."""
    assert put_assignment(canvas(version=version), {"description": sent}).json()["description"] == read


def test_deeply_nested_html_survives() -> None:
    """Thousands of levels are stored whole."""
    deep = "<div>" * 3000 + "x" + "</div>" * 3000

    assert put_assignment(canvas(), {"description": deep}).json()["description"] == deep


def test_media_comments_become_players_and_back() -> None:
    """A media comment's link is returned as a player, and stored as a link again."""
    of = canvas()
    link = '<a class="instructure_inline_media_comment" id="media_comment_m-1">v <b>w</b></a>'
    read = put_assignment(of, {"description": link}).json()["description"]

    assert read.startswith("<video")
    assert 'data-media_comment_id="m-1"' in read
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
