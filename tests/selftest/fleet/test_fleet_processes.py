"""Processes of a fleet: what each really has of others' secrets, and that none hangs or outlives the fleet."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from scopecheck.config.targets_file import Target
from scopecheck.fleet import process, timetable
from scopecheck.fleet.process import Child, Start
from scopecheck.fleet.runs import Fleet, Orders
from scopecheck.model.fleet_document import Ending, TargetOutcome

STAND_IN: Final = """
import json, os, signal, subprocess, sys, time
folder = os.environ["CANVAS_REPORTS"]
mode = os.environ["CANVAS_MODE"]
with open(folder + "/seen.json", "w") as file:
    json.dump([dict(os.environ), sys.argv, os.getpid(), os.getpgrp()], file)
print("out of", mode)
print("err of", mode, file=sys.stderr)
if mode == "hangs":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: print(signal.Signals(number).name))
    worker = subprocess.Popen([sys.executable, "-S", "-c", "import signal, time; signal.signal(2, signal.SIG_IGN); "
                               "signal.signal(15, signal.SIG_IGN); time.sleep(60)"])
    print("worker", worker.pid)
    while True:
        time.sleep(60)
sys.exit(int(mode))
"""
"""Writes what it was given to its folder; either ends at once, or hangs with a worker, and heeds no signal."""

SECRETS: Final = {"ONE": "secret-number-one", "TWO": "secret-number-two", "THREE": "secret-number-three"}


def fleet(reports: Path, **modes: str) -> tuple[dict[str, TargetOutcome], dict[str, list[object]]]:
    """A fleet of stand-ins by name, the first with the first secret; how each ended, and what it was given."""
    targets = [
        Target(name, name, {"CANVAS_MODE": mode}, {"CANVAS_ACCESS_TOKEN": variable})
        for (name, mode), variable in zip(modes.items(), SECRETS, strict=False)
    ]
    orders = Orders(
        targets, reports, reports, {**os.environ, **SECRETS}, SECRETS, [sys.executable, "-S", "-c", STAND_IN], 3,
        limit_s=4.0,
    )  # fmt: skip
    found = Fleet(orders, lambda _: None).run()
    seen = {target.name: json.loads((reports / target.name / "seen.json").read_text()) for target in targets}
    return {each.name: each for each in found.targets}, seen


def test_none_has_anothers_secrets_and_one_that_hangs_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither environment nor arguments have them; the hanging one gets each signal, and its worker ends with it."""
    monkeypatch.setattr(timetable, "STEPS_S", (1.0, 1.0))
    outcomes, seen = fleet(tmp_path, ok="0", hangs="hangs", dies="7")

    for (name, (environment, argv, *_)), own in zip(seen.items(), SECRETS.values(), strict=False):
        assert {each for each in SECRETS.values() if each in json.dumps([environment, argv])} == {own}, name
        assert own not in json.dumps(argv)
    assert [(each.exit_code, each.ending) for each in outcomes.values()] == [
        (0, Ending.BY_ITSELF), (2, Ending.TIME_LIMIT), (3, Ending.BY_ITSELF),
    ]  # fmt: skip
    log = (tmp_path / "hangs" / "run.log").read_text()
    assert [line for line in log.splitlines() if line.startswith("SIG")] == ["SIGINT", "SIGTERM"]
    assert (tmp_path / "ok" / "run.log").read_text() == "out of 0\nerr of 0\n"
    _, _, leader, group = seen["hangs"]
    assert (leader == group, group != os.getpgrp()) == (True, True)
    worker = int(next(line.split()[1] for line in log.splitlines() if line.startswith("worker")))
    assert is_gone(worker)


def is_gone(pid: int) -> bool:
    """Whether a process ends within a second or so; one that only waits to be reaped has ended."""
    for _ in range(100):
        try:
            if ") Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_a_document_is_kept_apart_from_the_log(tmp_path: Path) -> None:
    """What a preflight prints for machines is a file, and what it says of it is the log."""
    environment = {**os.environ, "CANVAS_REPORTS": str(tmp_path), "CANVAS_MODE": "0"}
    child = Child(Start([sys.executable, "-S", "-c", STAND_IN], environment, tmp_path, True), tmp_path)
    while child.poll() is None:
        time.sleep(0.01)

    assert (tmp_path / process.DOCUMENT).read_text() == "out of 0\n"
    assert (tmp_path / process.LOG).read_text() == "err of 0\n"


def test_ctrl_c_reaches_each_run_once_and_its_clean_up_is_waited_for(tmp_path: Path) -> None:
    """The command hears of it, passes it on, writes its overview, and ends with exit code 2."""
    (tmp_path / "targets.toml").write_text(
        "\n".join(f'[[target]]\nname = "{name}"\nCANVAS_MODE = "probe"\n' for name in ("a", "b"))
    )
    stand_in = (
        "import signal, sys, time\n"
        "def clean_up(*_):\n    time.sleep(0.3); print('cleaned up', flush=True); sys.exit(2)\n"
        "signal.signal(signal.SIGINT, clean_up)\n"
        "print('ready', flush=True)\nwhile True: time.sleep(9)\n"
    )
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from scopecheck.commands import fleet\nfrom scopecheck.commands.main import main\n"
        f"fleet.fleet_command = lambda root, preflight: [sys.executable, '-S', '-c', {stand_in!r}]\n"
        "sys.exit(main(['fleet', 'targets.toml', '--jobs', '1'], Path.cwd()))\n"
    )
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as started:
        log = tmp_path / "reports" / "fleet" / "a" / "run.log"
        while not (log.exists() and "ready" in log.read_text()):
            time.sleep(0.02)
            assert started.poll() is None
        started.send_signal(signal.SIGINT)
        said, _ = started.communicate(timeout=30)

    assert started.returncode == 2
    assert log.read_text() == "ready\ncleaned up\n"
    assert "Ending: the runs clean up." in said
    document = json.loads((tmp_path / "reports" / "fleet" / "fleet.json").read_text())
    assert [each["ending"] for each in document["targets"]] == ["interrupted", "not-started"]
