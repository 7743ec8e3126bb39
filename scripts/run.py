"""Set the virtual environment up where it is not yet, then run one of the project's commands in it.

Needs Python 3.11 or newer and nothing else; imports the standard library only.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess  # starts this project's own commands, with arguments as a list
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
RUNNING, TESTING = "requirements.lock", "requirements-test.lock"
"""What the suite runs on, and with that, what proves the suite itself: made from their .txt by `scripts/lock`."""
CHECKS = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy"),
    ("-m", "scripts.import_contracts"),
    ("-m", "scripts.made_tables", "--check"),
)
"""What is checked without running anything; before each commit too (.pre-commit-config.yaml)."""
QUICK = ("-m", "not process and not sweep and not thorough")
USUAL = ("-m", "not thorough")
COVERED = ("-p", "tests.selftest.lines")
"""pytest's options for the self-tests that take about a minute, and for counting the lines that all of them reach."""
MUTATION_TOOL = "mutmut==3.8.1"
INTERRUPTED = 2
"""pytest's own exit code for Ctrl-C."""


def set_up(lock_file: str) -> None:
    """Make `.venv` and install what the lock names, by its hashes, unless that was done for this very lock."""
    if PYTHON.exists() and _stamp(lock_file).exists() and _stamp(lock_file).read_text() == _hash(lock_file):
        return
    print("Setting up .venv (once; about half a minute) ...", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    install = [*pip, "--require-hashes", "-r", ROOT / lock_file]
    if subprocess.run(install, env=_without_secrets(), check=False).returncode:  # noqa: S603  # pip
        sys.exit("The requirements could not be installed; see pip's words above. Is the package index reachable?")
    for installed in {lock_file, RUNNING}:  # the lock for testing has all of the other in it
        _stamp(installed).write_text(_hash(installed))


def _stamp(lock_file: str) -> Path:
    return VENV / f"{lock_file}.sha256"


def _hash(lock_file: str) -> str:
    return hashlib.sha256((ROOT / lock_file).read_bytes()).hexdigest()


def run(*command: str, folder: Path = ROOT, heeds_one: bool = False) -> int:
    """Run a command in the environment, from the project's root or another folder, and give its exit code.

    `heeds_one`: it takes SIGINTs within a second for one. Then one that reaches this process is passed on, although
    that of a terminal has reached the command too.
    """
    sys.stdout.flush()
    signals = (signal.SIGINT, signal.SIGTERM) if heeds_one and os.name != "nt" else ()
    if signals:  # the command lets them in once it can answer them
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    with subprocess.Popen([PYTHON, *command], cwd=folder, env=_environment()) as child:  # noqa: S603  # see import
        # Both signals are the child's to answer: it puts everything back and writes its reports before it ends.
        pass_on = heeds_one and os.name != "nt"
        signal.signal(signal.SIGINT, lambda *_: child.send_signal(signal.SIGINT) if pass_on else None)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        if signals:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
        return child.wait()


def run_side_by_side(*commands: tuple[str, ...]) -> list[int]:
    """Run commands in the environment at the same time, show in order what each said, and give their exit codes."""
    children = [_heard(command) for command in commands]
    for child in children:
        said, _ = child.communicate()
        sys.stdout.buffer.write(said)
        sys.stdout.flush()
    return [child.returncode for child in children]


def _heard(command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # see import
        [PYTHON, *command], cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _environment() -> dict[str, str]:
    # Where byte code may not be kept, every process compiles everything anew: a second for each worker.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for name, first in (("PATH", BIN), ("PYTHONPATH", ROOT)):
        environment[name] = os.pathsep.join(filter(None, [str(first), os.environ.get(name)]))
    return environment


def _without_secrets() -> dict[str, str]:
    """The environment for what installs packages, which needs none of this suite's secrets."""
    return {name: value for name, value in os.environ.items() if not re.fullmatch(r"CANVAS_\w+_(TOKEN|SECRET)", name)}


def check(arguments: list[str]) -> int:
    """Run the conformance suite from the folder of whoever asks, with the `.env` of this checkout."""
    return run(
        "-P", "-m", "scopecheck", "check", f"--canvas-folder={ROOT}", *arguments, folder=Path.cwd(), heeds_one=True
    )


def test(arguments: list[str]) -> int:
    """Lint, types, generated tables and self-tests; fails if any fails, and runs all of them first.

    With `--quick` only the self-tests that start no process and make no sweep; with `--thorough` also those that have
    too many like them. There is one worker more than processors, since many tests wait. Without any argument the lines
    that all of them reach are counted, and too few fail the run; but not where requirements-test.txt has nothing to
    count with.
    """
    others = [argument for argument in arguments if argument not in {"--quick", "--thorough"}]
    chosen = QUICK if "--quick" in arguments else () if "--thorough" in arguments else USUAL
    covered = () if arguments or not _counts_lines() else COVERED
    codes = run_side_by_side(*CHECKS)
    workers = ("-n", str((os.cpu_count() or 1) + 1))
    codes.append(run("-m", "pytest", "tests/selftest", "-p", "hypothesispytest", *workers, *chosen, *covered, *others))
    return next((code for code in reversed(codes) if code), 0)


def _counts_lines() -> bool:
    return any(VENV.glob("**/site-packages/slipcover"))


def lock(arguments: list[str]) -> int:
    """Renew the lock files."""
    return run("-m", "scripts.lock_requirements", *arguments)


def bench(arguments: list[str]) -> int:
    """Measure whole runs."""
    return run("-m", "scripts.benchmark", *arguments)


def mutate(arguments: list[str]) -> int:
    """Change the modules that decide in small ways, and show which changes no test notices."""
    # Not in the lock file: what it stands on has no wheels for every system and Python that the lock holds for.
    return run("-m", "pip", "install", "--quiet", MUTATION_TOOL) or run("-m", "scripts.mutation", *arguments)


def pairs(arguments: list[str]) -> int:
    """Do what the reports say about every pair of faults, and show what did not mend them."""
    return run("-m", "scripts.all_pairs", *arguments)


def faults(arguments: list[str]) -> int:
    """Judge scopes while faults strike, and count what went wrong."""
    return run("-m", "scripts.all_faults", *arguments)


def pictures(arguments: list[str]) -> int:
    """Make the README's pictures."""
    return run("-m", "scripts.make_pictures", *arguments)


COMMANDS = {
    "check": (check, RUNNING),
    "bench": (bench, RUNNING),
    "test": (test, TESTING),
    "lock": (lock, TESTING),
    "mutate": (mutate, TESTING),
    "pairs": (pairs, TESTING),
    "faults": (faults, TESTING),
    "pictures": (pictures, TESTING),
}
"""Each command and what has to be installed for it."""


def main() -> int:
    """Run the command that the first argument names."""
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Set PYTHON to a newer one.")
    name, *arguments = sys.argv[1:] or [""]
    if name not in COMMANDS:
        sys.exit(f"usage: run.py {{{','.join(COMMANDS)}}} [arguments]")
    command, lock_file = COMMANDS[name]
    try:
        set_up(lock_file)
        return command(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
