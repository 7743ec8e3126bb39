"""Measures whole runs by worker count and latency, with their requests and the bound that no run can beat.

Every figure is the median of several whole `pytest` commands, startup included. The bound is the longest chain of
calls that depend on each other, made alone over one connection in the same benchmark, so ratios hold on any machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.model.call import Call
from scopecheck.transport.client import CanvasClient

ROOT: Final = Path(__file__).resolve().parents[1]

LONGEST_CHAIN: Final = (
    "preflight: which scopes",
    "preflight: on for this account",
    "may files be deleted",
    "upload: announce",
    "upload: send",
    "upload: confirm",
    "look at the file",
    "rename",
    "rename back",
    "delete",
    "look again",
)
"""The life of the uploaded file after the preflight: each call needs the answer of the one before."""


@contextmanager
def canvas(latency_ms: int) -> Iterator[EmbeddedCanvas]:
    """An embedded Canvas with Ally's key and this latency."""
    scopes = tuple(str(requirement.scope) for requirement in load_profile("ally").requirements)
    with EmbeddedCanvas(CanvasConfig(scopes=scopes, latency_ms=latency_ms)) as running:
        yield running


def whole_run(running: EmbeddedCanvas, *arguments: str) -> float:
    """Seconds of one whole `pytest` command against a running Canvas; exits unless it passes."""
    known = running.credentials
    with tempfile.TemporaryDirectory() as reports:
        environment = {
            **os.environ,
            "CANVAS_BASE_URL": running.url,
            "CANVAS_CLIENT_ID": known.client_id,
            "CANVAS_REDIRECT_URI": known.redirect_uri,
            "CANVAS_ACCESS_TOKEN": known.access_token,
            "CANVAS_SANDBOX_COURSE_ID": known.course_id,
            "CANVAS_SANDBOX_COURSE_NAME": known.course_name,
            "CANVAS_REPORTS": reports,
            "CI": "true",
        }
        started = time.perf_counter()
        command = [sys.executable, "-m", "pytest", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"A measured run failed (exit code {done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def bound(running: EmbeddedCanvas) -> float:
    """Seconds of the longest chain, made alone."""
    client = CanvasClient(running.url)
    started = time.perf_counter()
    for _ in LONGEST_CHAIN:
        client.send(Call("GET", "/api/v1/accounts"))
    seconds = time.perf_counter() - started
    client.close()
    return seconds


def measure(latency_ms: int, mode: str, workers: str, times: int) -> tuple[float, int]:
    """The median seconds of whole runs, and the number of requests of one."""
    taken: list[float] = []
    made = 0
    for _ in range(times):
        with canvas(latency_ms) as running:
            taken.append(whole_run(running, "-n", workers, f"--canvas-mode={mode}"))
            made = running.requests
    return statistics.median(taken), made


def start_up() -> tuple[float, float]:
    """Seconds until the embedded Canvas answers, imports included, and its memory in MB, in a separate process."""
    code = (
        "import time; t = time.perf_counter()\n"
        "from scripts.benchmark import canvas, memory_mb\n"
        "from scopecheck.model.call import Call\n"
        "from scopecheck.transport.client import CanvasClient\n"
        "with canvas(0) as running:\n"
        "    CanvasClient(running.url).send(Call('GET', '/api/v1/accounts'))\n"
        "    print(time.perf_counter() - t, memory_mb())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def memory_mb() -> float:
    """The peak memory of this process in MB (Linux counts in KB, macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=int, default=150, help="latency of each answer in milliseconds (default 150)")
    parser.add_argument("--times", type=int, default=5, help="runs for each median (default 5)")
    parser.add_argument("--workers", nargs="+", default=["0", "1", "2", "4"], help="xdist worker counts")
    asked = parser.parse_args()
    with canvas(asked.latency) as running:
        least = statistics.median(bound(running) for _ in range(asked.times))
    print(f"Bound at {asked.latency} ms: {least:.2f} s ({len(LONGEST_CHAIN)} dependent calls)\n")
    print(f"| mode | workers | {asked.latency} ms latency | times the bound | no latency | requests |")
    print("| --- | --- | --- | --- | --- | --- |")
    for mode in ("exercise", "probe"):
        for workers in asked.workers:
            slow, made = measure(asked.latency, mode, workers, asked.times)
            fast, _ = measure(0, mode, workers, asked.times)
            print(f"| {mode} | {workers} | {slow:.1f} s | {slow / least:.1f} | {fast:.1f} s | {made} |", flush=True)
    seconds, memory = start_up()
    print(f"\nEmbedded Canvas: first answer after {seconds:.2f} s (imports included), {memory:.0f} MB.")


if __name__ == "__main__":
    main()
