"""A known secret is found in every form that SECURITY.md lists, and what is not one is left alone."""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scopecheck.model.masking import SHORTEST
from scopecheck.model.secret import MASK, KnownSecrets, Secret
from tests.selftest.encodings import FORMS, contains

TOKEN: Final = "1234~" + "".join(random.Random(1).choices("abcXYZ0189", k=64))  # noqa: S311  # the same each time
SHORT: Final = "an-older-secret"

around = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12)


def known(*values: str) -> KnownSecrets:
    """These secrets."""
    return KnownSecrets(map(Secret, values or (TOKEN, SHORT)))


@pytest.mark.parametrize("value", [TOKEN, SHORT])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_masked(form: str, value: str) -> None:
    """Nothing of the secret is left, and what stands around it is."""
    text = f"before {FORMS[form](value)} after"

    masked = known().mask(text)

    assert MASK in masked
    assert not contains(masked, value)
    assert masked.startswith("before ")
    assert masked.endswith(" after")


@given(before=around, after=around, form=st.sampled_from(list(FORMS)), outer=st.sampled_from([str, json.dumps, quote]))
def test_wherever_it_stands(before: str, after: str, form: str, outer: Callable[[str], str]) -> None:
    """Whatever is around it, and if the whole is then quoted in JSON or put into an address."""
    text = outer(f"{before} {FORMS[form](TOKEN)} {after}")

    assert not contains(known().mask(text), TOKEN)


@pytest.mark.parametrize("form", FORMS)
def test_each_half_of_a_split_one_is_masked(form: str) -> None:
    """A token that is spread over two members, or cut off, is found by what is left of it."""
    half = len(TOKEN) // 2
    body = json.dumps({"one": FORMS[form](TOKEN[:half]), "other": FORMS[form](TOKEN[half:])})

    masked = known().mask(body)

    assert not contains(masked, TOKEN[:half])
    assert not contains(masked, TOKEN[half:])
    assert set(json.loads(masked)) == {"one", "other"}


def test_short_ones_are_left_alone() -> None:
    """A secret of a few characters would make holes into every word."""
    assert known("a", "is", "canvas"[:SHORTEST]).mask("canvas is a word") == "canvas is a word"


def sentences() -> Iterator[str]:
    """Texts that have nothing of a secret in them."""
    yield from ("embedded Canvas", "the client secret", "an older secret", "", "•••", "%", "&#;", "\\u12", "====")
    yield json.dumps({"html_url": "https://canvas.test/courses/1001/pages/reading-list", "title": "é", "a": "x\0y"})


def test_other_texts_stay() -> None:
    """They are not changed, escapes or not."""
    for text in sentences():
        assert known().mask(text) == text


def test_it_takes_no_long_time() -> None:
    """Not for answers of the usual size, and not for a hostile one of a megabyte, whatever is in it."""
    rows = [{"id": each, "title": "A page", "html_url": "https://canvas.test/courses/1/pages/a"} for each in range(30)]
    secrets, usual = known(TOKEN, *map(str, range(10**20, 10**20 + 5))), json.dumps(rows)
    noise = base64.b64encode(random.Random(2).randbytes(750_000)).decode()  # noqa: S311  # no secret
    hostile = [noise, "%41" * 330_000, "aB" * 500_000, TOKEN[:11] * 90_000, "Abcdefghijkl " * 75_000]
    started = time.process_time()
    for _ in range(100):
        secrets.mask(usual)
    assert time.process_time() - started < 2
    for text in hostile:
        started = time.process_time()
        assert not contains(secrets.mask(f"{text} {FORMS['percent'](TOKEN)}")[-1000:], TOKEN)
        assert time.process_time() - started < 3


@pytest.mark.parametrize("value", ["x" * 200_000, "ab" * 100_000, "token1" * 30_000], ids=["x", "ab", "token1"])
def test_a_secret_without_end_takes_no_long_time(value: str) -> None:
    """An answer may say that a key's secret is a word of 200,000 letters; what repeats it is masked all the same."""
    secrets, started = known(value, TOKEN), time.process_time()

    for text in (value, value[:150_000], f"open {value[:400]} > {TOKEN}", f"{TOKEN} {value[:100_000]}"):
        masked = secrets.mask(text)
        assert value[:12] not in masked
        assert TOKEN not in masked
    assert time.process_time() - started < 3


def test_secrets_come_to_be_known() -> None:
    """Those that are added later are masked from then on; none and empty ones are no secrets."""
    secrets = known(SHORT)
    secrets.add(None, Secret(""))
    assert secrets.mask(TOKEN) == TOKEN

    secrets.add(Secret(TOKEN))

    assert secrets.mask(TOKEN) == MASK
    assert [each.reveal() for each in secrets] == [SHORT, TOKEN]
    assert TOKEN not in repr(secrets)
