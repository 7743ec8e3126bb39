"""HTML compared as documents."""

import pytest

from scopecheck.canvas import dom


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("<p>a</p>\n<p>b</p>", "<p>a</p><p>b</p>", True),
        ("<p>a  b</p>", "<p>a\nb</p>", True),
        ('<img alt="x" src="y">', '<img src="y" alt="x" />', True),
        (None, "", True),
        ("plain", "plain", True),
        ("<p>a</p>", "<p>b</p>", False),
        ("<p>a</p>", "<div>a</div>", False),
        ('<p lang="en">a</p>', "<p>a</p>", False),
        ("<p>a</p><p>b</p>", "<p>a</p>", False),
        ('<link rel="stylesheet" href="/brand.css"><p>a</p><script src="/brand.js"></script>', "<p>a</p>", True),
        ("<p>a<!-- note --></p>", "<p>a</p>", True),
        ("&amp;", "&#38;", True),
    ],
)
def test_same(one: str | None, other: str | None, *, equal: bool) -> None:
    """Two fragments are the same if a browser would build the same tree."""
    assert dom.same(one, other) is equal


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>a</p>", True),
        (None, True),
        (
            '<p><a href="https://www.w3.org/">W3C</a> <a href="#top">top</a> <a href="mailto:a@b.test">mail</a></p>',
            True,
        ),
        ('<img src="https://www.w3.org/x.png" alt="x">', True),
        ('<a href="/courses/1/pages/x">x</a>', False),
        ('<a href="https://canvas.test/courses/1">x</a>', False),
        ('<a href="relative">x</a>', False),
        ('<img src="/courses/1/files/2/preview" alt="">', False),
        ('<p data-api-endpoint="https://canvas.test/api/v1/x">x</p>', False),
        ('<iframe src="https://video.test/"></iframe>', False),
        ("<video></video>", False),
        ('<img class="equation_image" src="https://x.test/eq.svg">', False),
        ('<link rel="stylesheet" href="/brand.css"><p>a</p><script src="/brand.js"></script>', True),
    ],
)
def test_plain(text: str | None, *, plain: bool) -> None:
    """Plain HTML is what Canvas returns as it was stored; links into Canvas and media are not plain."""
    assert dom.is_plain(text, "canvas.test") is plain


@pytest.mark.parametrize(
    ("whole", "found"),
    [
        ("<p>old</p><h2 lang='en'>new</h2>", True),
        ("<h2 lang='en'>new</h2><p>old</p>", True),
        # Canvas may add attributes of its own.
        ("<p>old</p><h2 class='x' lang='en'>new</h2>", True),
        ("<p>old</p><h2>new</h2>", False),
        ("<p>old</p><h2 lang='de'>new</h2>", False),
        ("<p>old</p><h2 lang='en'>newer</h2>", False),
        ("<p>old</p><h3 lang='en'>new</h3>", False),
        ("<p>old</p>", False),
        (None, False),
    ],
)
def test_contains(whole: str | None, *, found: bool) -> None:
    """A fragment is found with all its attributes, texts and tags, wherever it is; extra attributes do not matter."""
    assert dom.contains(whole, "<h2 lang='en'>new</h2>") is found
