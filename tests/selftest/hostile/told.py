"""Secrets and commands in all that a run has left and said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.selftest.hostile.encodings import found_in
from tests.selftest.hostile.findings import Finding, Wrong
from tests.selftest.model.test_foreign_text import is_harmless

TOKEN, REFRESH, CLIENT, ADMIN = (
    "4711~Qk7RzVx2mWfTn9LcYb3HsJp6DgEu8AaKq1", "4711~vB5nXe8KrTy2ZwQm4JhLs7PdGf9CuAj3Do6",
    "Hx3WqN7tRb9KzMf2VyLp5JcGs8DdEu4TaQm6Xk1", "4711~Mj6FwPz1XnQv8RcLk3TbYs5HdGe9UaBo2K",
)  # fmt: skip
"""The secrets, each of them like nothing else."""

_NAMES: Final = {
    TOKEN: "the access token", REFRESH: "the refresh token", CLIENT: "the client secret",
    ADMIN: "the administrator's token",
}  # fmt: skip


def told(folder: Path, said: Mapping[str, str], secrets: Collection[str]) -> Iterator[Finding]:
    """What is found in the files of a folder, and in texts by what they are."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    texts = {str(path.relative_to(folder)): path.read_bytes() for path in files}
    texts |= {name: text.encode("utf-8", "surrogatepass") for name, text in said.items()}
    for name, data in texts.items():
        for secret in found_in(data, sorted(secrets)):
            yield Finding(Wrong.SECRET, f"{_NAMES.get(secret, 'a token')} in {name}")
        if not is_harmless(data.decode("utf-8", "surrogatepass")):
            yield Finding(Wrong.COMMAND, f"in {name}")
