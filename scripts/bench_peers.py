"""What else could make the calls of a run: plain pytest, one call after the other, and one asyncio gather.

Both are programs by themselves, with httpx and nothing of this suite. They make the calls that a run has made, which a
file has, and neither judges, paces, retries, restores nor reports anything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec

from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scripts.bench_calls import Calls

_MAKING: Final = """
import base64, json, os
import httpx

with open("calls.json") as file:
    CALLS = json.load(file)
URL, TOKEN = os.environ["PEER_URL"], os.environ["PEER_TOKEN"]

def request(client, call, before):
    headers = {"Authorization": f"Bearer {TOKEN}"} if call["authorized"] else {}
    content = base64.b64decode(call["body"])
    if call["kind"] == "multipart/form-data":
        ticket = before.json()
        url, form = ticket["upload_url"], ticket["upload_params"]
        return client.build_request("POST", url, headers=headers, data=form, files={"file": content})
    if call["kind"]:
        headers["Content-Type"] = call["kind"]
    url = URL + call["path"] if call["path"] else before.headers["location"]
    return client.build_request(call["method"], url, headers=headers, content=content)
"""

SERIAL: Final = f"""{_MAKING}
import pytest

def make(client, calls):
    answer = None
    for call in calls:
        answer = client.send(request(client, call, answer))
        assert answer.status_code == call["status"], (call, answer.text)

@pytest.fixture(scope="session")
def client():
    with httpx.Client(timeout=60) as client:
        make(client, CALLS["before"])
        yield client
        make(client, CALLS["after"])

@pytest.mark.parametrize("scope", CALLS["cases"])
def test_scope(client, scope):
    make(client, CALLS["cases"][scope])
"""
"""One test for each scope; what comes before and after the cases is a fixture."""

GATHER: Final = f"""{_MAKING}
import asyncio

async def make(client, calls):
    answer = None
    for call in calls:
        answer = await client.send(request(client, call, answer))

async def main():
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        chains = [CALLS["before"], *CALLS["cases"].values(), CALLS["after"]]
        await asyncio.gather(*(make(client, chain) for chain in chains))

asyncio.run(main())
"""
"""All cases at once, and what comes before and after them too: as fast as it can be, if Canvas had no throttle."""


def serial(canvas: EmbeddedCanvas, calls: Calls) -> float:
    """Seconds of the whole pytest command."""
    return _run(canvas, calls, SERIAL, "-m", "pytest", "-q", "peer.py")


def gather(canvas: EmbeddedCanvas, calls: Calls) -> float:
    """Seconds of the whole program; the Canvas must not throttle, for it would refuse most of the calls."""
    return _run(canvas, calls, GATHER, "peer.py")


def _run(canvas: EmbeddedCanvas, calls: Calls, program: str, *arguments: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "peer.py").write_text(program, "utf-8")
        Path(folder, "calls.json").write_bytes(msgspec.json.encode(calls))
        environment = {
            **os.environ,
            "PEER_URL": canvas.url,
            "PEER_TOKEN": canvas.credentials.access_token,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        }
        started = time.perf_counter()
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # see above
        seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"A peer failed (exit code {done.returncode}):\n{done.stdout[:3000]}{done.stderr[-2000:]}")
    return seconds
