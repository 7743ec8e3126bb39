"""Measures whole runs by worker count and latency, and what they are to be compared with, in one go.

Every figure is the median of several whole commands, startup included. A chain is the longest one of calls that depend
on each other, made alone over one connection: no run can be faster, and ratios to it hold on any machine. Peers make
the same calls without this suite: plain pytest one after the other, and one asyncio gather all at once.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.model.call import Call
from scopecheck.transport.client import CanvasClient
from scripts import bench_calls, bench_peers
from scripts.bench_calls import Calls

ROOT: Final = Path(__file__).resolve().parents[1]

WITHOUT_LEASE: Final = (
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
"""The longest chain of an exercise run as it was before runs kept each other away and looked twice: the life of the
uploaded file after the preflight. Earlier figures are stated in it."""

GOALS: Final = {"2": 2.0, "0": 1.6}
"""How many times its longest chain a run may take, by worker count; 2 is the default."""


@dataclass(frozen=True)
class Measure:
    """What to compare the runs of one mode with, in seconds."""

    calls: Calls
    chain: float
    serial: float
    gather: float


@contextmanager
def canvas(latency_ms: int, *, throttle: bool = True) -> Iterator[EmbeddedCanvas]:
    """An embedded Canvas with Ally's key and this latency."""
    scopes = tuple(str(requirement.scope) for requirement in load_profile("ally").requirements)
    with EmbeddedCanvas(CanvasConfig(scopes=scopes, latency_ms=latency_ms, throttle=throttle)) as running:
        yield running


def whole_run(running: EmbeddedCanvas, *arguments: str, **variables: str) -> float:
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
            **variables,
        }
        started = time.perf_counter()
        command = [sys.executable, "-m", "pytest", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(f"A measured run failed (exit code {done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def made_alone(latency_ms: int, calls: int, times: int) -> float:
    """The median seconds of so many calls, each made when the one before is answered."""
    taken: list[float] = []
    with canvas(latency_ms) as running:
        for _ in range(times):
            client = CanvasClient(running.url)
            started = time.perf_counter()
            for _ in range(calls):
                client.send(Call("GET", "/api/v1/accounts"))
            taken.append(time.perf_counter() - started)
            client.close()
    return statistics.median(taken)


def calls_of(mode: str) -> Calls:
    """The calls of a run in this mode."""
    with tempfile.TemporaryDirectory() as folder, canvas(20) as running:
        file = Path(folder, "calls.json")
        arguments = ("-n", "0", "-p", bench_calls.__name__, f"--canvas-mode={mode}")
        whole_run(running, *arguments, **{bench_calls.FILE: str(file)})
        return bench_calls.load(file)


def to_compare(latency_ms: int, mode: str, times: int) -> Measure:
    """The longest chain of this mode, and its peers."""
    calls = calls_of(mode)
    serial: list[float] = []
    gather: list[float] = []
    for _ in range(times):
        with canvas(latency_ms) as running:
            serial.append(bench_peers.serial(running, calls))
        with canvas(latency_ms, throttle=False) as running:
            gather.append(bench_peers.gather(running, calls))
    chain = made_alone(latency_ms, calls.chain, times)
    return Measure(calls, chain, statistics.median(serial), statistics.median(gather))


def measure_runs(latency_ms: int, mode: str, workers: str, times: int) -> tuple[float, int]:
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
    latency = asked.latency
    earlier = made_alone(latency, len(WITHOUT_LEASE), asked.times)
    found = {mode: to_compare(latency, mode, asked.times) for mode in ("exercise", "probe")}
    for mode, by in found.items():
        print(f"{mode} at {latency} ms: longest chain {by.calls.chain} calls, {by.chain:.2f} s alone; "
              f"serial pytest {by.serial:.2f} s; one gather {by.gather:.2f} s")  # fmt: skip
    print(f"Longest chain of an exercise run before leases: {len(WITHOUT_LEASE)} calls, {earlier:.2f} s alone\n")
    print(f"| mode | workers | {latency} ms latency | times the chain | times the {len(WITHOUT_LEASE)} calls | "
          "times serial pytest | times one gather | no latency | requests |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    verdicts = []
    for mode, by in found.items():
        for workers in asked.workers:
            slow, made = measure_runs(latency, mode, workers, asked.times)
            fast, _ = measure_runs(0, mode, workers, asked.times)
            before = f"{slow / earlier:.1f}" if mode == "exercise" else "-"
            ratios = f"{slow / by.chain:.2f} | {before} | {slow / by.serial:.2f} | {slow / by.gather:.1f}"
            print(f"| {mode} | {workers} | {slow:.1f} s | {ratios} | {fast:.1f} s | {made} |", flush=True)
            if mode == "exercise" and workers in GOALS:
                verdicts.append(told(workers, slow / by.chain))
    print("\n" + "\n".join(verdicts))
    seconds, memory = start_up()
    print(f"\nEmbedded Canvas: first answer after {seconds:.2f} s (imports included), {memory:.0f} MB.")


def told(workers: str, ratio: float) -> str:
    """Whether a goal is met."""
    goal = GOALS[workers]
    return f"{workers} workers: {ratio:.2f} times the longest chain, {'within' if ratio <= goal else 'OVER'} {goal}."


if __name__ == "__main__":
    main()
