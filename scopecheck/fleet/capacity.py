"""How many targets run at once, unless somebody says so."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

_PER_CPU: Final = 2
"""A run in one process waits for Canvas two thirds of its time, at 150 ms an answer: so two keep a processor busy
without waiting for it, and leave room for whatever else the machine does."""
_RUN_MB: Final = 150
"""What a run may take: 65 MB, measured, and what an upload or a long list adds."""
_MOST: Final = 32


def jobs_here() -> int:
    """As many as processors and free memory allow, of this machine or of the container."""
    free = _free_mb()
    by_memory = _MOST if free is None else free // _RUN_MB
    return max(1, min(_MOST, _PER_CPU * _processors(), by_memory))


def _processors() -> int:
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = re.match(r"(\d+) (\d+)", _text("/sys/fs/cgroup/cpu.max"))
    return max(1, min(found, int(quota[1]) // int(quota[2]))) if quota else found


def _free_mb() -> int | None:
    """Free memory in MB; None where nothing tells."""
    machine = re.search(r"MemAvailable:\s+(\d+) kB", _text("/proc/meminfo"))
    limit, used = _text("/sys/fs/cgroup/memory.max").strip(), _text("/sys/fs/cgroup/memory.current").strip()
    known = [int(machine[1]) // 1024] if machine else []
    known += [(int(limit) - int(used)) // 1024**2] if limit.isdigit() and used.isdigit() else []
    return max(0, min(known)) if known else None


def _text(path: str) -> str:
    try:
        return Path(path).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""
