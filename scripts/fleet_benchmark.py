"""Measures a fleet over many embedded Canvases: its time against the ideal, and its memory.

The ideal is the slowest target alone, or the work of all targets alone divided by how many run at once, whichever is
longer. The Canvases take processor time too, which real ones do not; on a machine that is busy with anything else, the
ratio tells of that machine rather than of the fleet.

    python -m scripts.fleet_benchmark                          # 100 Canvases at 150 ms an answer, 5 of them at 450
    python -m scripts.fleet_benchmark --canvases 12 --jobs 2
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from scopecheck.config.profile_file import load_profile
from scopecheck.embedded_canvas.config import CanvasConfig
from scopecheck.embedded_canvas.server import EmbeddedCanvas
from scopecheck.fleet.capacity import jobs_here

ROOT: Final = Path(__file__).resolve().parents[1]
_SLOWER: Final = 3
_ALONE: Final = 3
"""How many targets of each kind are run alone, to know how long they take."""


def serve(latencies_ms: list[int]) -> None:
    """Serve a Canvas for each latency, print what leads to them, and end when nobody writes any more."""
    scopes = tuple(str(requirement.scope) for requirement in load_profile("ally").requirements)
    with ExitStack() as running:
        known = []
        for latency in latencies_ms:
            canvas = running.enter_context(EmbeddedCanvas(CanvasConfig(scopes=scopes, latency_ms=latency)))
            has = canvas.credentials
            known.append(
                [canvas.url, has.client_id, has.redirect_uri, has.course_id, has.course_name, has.access_token]
            )
        print(json.dumps(known), flush=True)
        sys.stdin.read()


@contextmanager
def served(latencies_ms: list[int], processes: int) -> Iterator[list[list[str]]]:
    """What leads to a Canvas for each latency, in so many processes, while the block lasts."""
    shares = [latencies_ms[number::processes] for number in range(processes)]
    command = [sys.executable, "-m", "scripts.fleet_benchmark", "--serve"]
    servers = [
        subprocess.Popen(  # noqa: S603  # this module
            [*command, *map(str, share)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for share in shares
    ]
    try:
        found = [json.loads(server.stdout.readline()) for server in servers if server.stdout]
        yield [found[number % processes][number // processes] for number in range(len(latencies_ms))]
    finally:
        for server in servers:
            server.communicate()


def described(number: int, leads: list[str]) -> str:
    """The target of a Canvas."""
    names = ("BASE_URL", "CLIENT_ID", "REDIRECT_URI", "SANDBOX_COURSE_ID", "SANDBOX_COURSE_NAME")
    lines = [f"CANVAS_{name} = {json.dumps(value)}" for name, value in zip(names, leads[:-1], strict=True)]
    secrets = f'secrets = {{ CANVAS_ACCESS_TOKEN = "TOKEN_{number}" }}'
    return "\n".join(["[[target]]", f'name = "canvas-{number}"', *lines, secrets, ""])


class Usage:
    """The most memory that a process and all it started had at once, in MB, looked at four times a second."""

    def __init__(self, pid: int) -> None:
        self.peak_mb = 0.0
        self.most_processes = 0
        self.processor_s = 0.0
        """What all of them used, once they have ended."""
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            pages = self._tree()
            self.peak_mb = max(self.peak_mb, sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1024**2)
            self.most_processes = max(self.most_processes, len(pages))

    def _tree(self) -> list[int]:
        parents, pages = {}, {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    fields = (folder / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                parents[int(folder.name)], pages[int(folder.name)] = int(fields[1]), int(fields[21])
        found = more = [self._pid]
        while more:
            more = [pid for pid, parent in parents.items() if parent in found and pid not in found]
            found = [*found, *more]
        return [pages[pid] for pid in found if pid in pages]


def fleet(folder: Path, tokens: dict[str, str], *options: str) -> tuple[dict[str, float], float, Usage]:
    """Seconds of each target, those of the whole fleet, and what it used; exits unless all were right."""
    command = [
        sys.executable,
        "-m",
        "scopecheck",
        "fleet",
        str(folder / "targets.toml"),
        "--reports",
        str(folder / "all"),
    ]
    started, before = time.perf_counter(), _processor_seconds()
    with subprocess.Popen(  # noqa: S603  # this project's own command
        [*command, *options], cwd=ROOT, env={**os.environ, **tokens}, stdout=subprocess.PIPE, text=True
    ) as running:
        usage = Usage(running.pid)
        said, _ = running.communicate()
        seconds = time.perf_counter() - started
        usage.stop()
    usage.processor_s = _processor_seconds() - before
    if running.returncode:
        sys.exit(f"A measured fleet failed (exit code {running.returncode}):\n{said[-3000:]}")
    document = json.loads((folder / "all" / "fleet.json").read_text())
    return {each["name"]: each["duration_s"] for each in document["targets"]}, seconds, usage


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--canvases", type=int, default=100)
    parser.add_argument("--slow", type=int, default=5, help=f"how many of them are {_SLOWER} times slower (default 5)")
    parser.add_argument("--latency", type=int, default=150, help="latency of each answer in milliseconds (default 150)")
    parser.add_argument(
        "--jobs", type=int, default=max(1, jobs_here() * 3 // 4),
        help="how many run at once (default: three quarters of the fleet's own, which leaves the servers a share)",
    )  # fmt: skip
    parser.add_argument("--servers", type=int, default=4, help="processes that serve the Canvases (default 4)")
    parser.add_argument("--serve", nargs="+", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        return
    # The slow ones stand last, where a fleet that knows nothing of them starts them last.
    plain = asked.canvases - asked.slow
    latencies = [asked.latency] * plain + [asked.latency * _SLOWER] * asked.slow
    with served(latencies, asked.servers) as leads, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "targets.toml").write_text("\n".join(described(*each) for each in enumerate(leads)))
        tokens = {f"TOKEN_{number}": each[-1] for number, each in enumerate(leads)}
        kinds = [range(plain)[:_ALONE], range(plain, asked.canvases)[:_ALONE]]
        alone = []
        for kind in kinds:
            names = [f"canvas-{number}" for number in kind]
            alone.append(
                statistics.median(fleet(folder, tokens, "--jobs", "1", "--only", *names)[0].values()) if names else 0.0
            )
        work = plain * alone[0] + asked.slow * alone[1]
        ideal = max(*alone, work / asked.jobs)
        print(f"Alone: {alone[0]:.1f} s, a slow one {alone[1]:.1f} s")
        print(f"Ideal of {asked.canvases} Canvases, {asked.jobs} at once: {ideal:.1f} s", flush=True)
        (folder / "all" / "fleet.json").unlink()
        for what in ("first run", "next run, which knows the slow ones"):
            _, seconds, usage = fleet(folder, tokens, "--jobs", str(asked.jobs))
            print(
                f"{what}: {seconds:.1f} s, {seconds / ideal:.2f} times the ideal; at most {usage.peak_mb:.0f} MB in "
                f"{usage.most_processes} processes; {usage.processor_s / asked.canvases:.1f} s of a processor for each",
                flush=True,
            )


if __name__ == "__main__":
    main()
