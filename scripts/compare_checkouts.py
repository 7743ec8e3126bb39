"""Prove that a refactoring changed no behavior: run this checkout and another side by side and compare their reports.

Both run the whole conformance suite against the embedded Canvas in ten states, with this interpreter; nothing of either
is imported. Exit codes, scopes.json, junit.xml and Allure results have to be the same in every key, its place and its
value, but for what differs between two runs of the same code, and for the wording that people read.

Exit codes: 0 same; 1 different; 2 a run wrote no reports, so nothing was proved.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import subprocess  # starts pytest, with arguments as a list
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

ROOT: Final = Path(__file__).resolve().parents[1]

LONGEST_S: Final = 300
"""Seconds after which a run counts as hanging."""

_WRITE: Final = "url:PUT|/api/v1/courses/:course_id/pages/:url_or_id"

STATES: Final[Mapping[str, str]] = {
    "right": "",
    "scope-missing": f"--without-scope={_WRITE} --embedded=blueprint_locked=true",
    "token-older": f"--embedded=missing_on_token={_WRITE} --embedded=kaltura=false",
    "not-enforced": "--embedded=enforce_scopes=false --embedded=token_state=personal",
    "no-includes": "--embedded=allow_includes=false --embedded=content=empty --embedded=key_owner=other-account",
    "teacher": "--embedded=role=teacher --embedded=disabled_tabs=quizzes --embedded=version=old",
    "token-revoked": "--embedded=token_state=revoked",
    "outage": "--embedded=faults=503-html:pages --embedded=faults=throttle-403:quizzes",
    "key-off": "--embedded=version=old --embedded=key_state=off",
    "probe": "--canvas-mode=probe --embedded=redirect_uris=https://elsewhere.example/",
}
"""Name to pytest's options. Some are several troubles in one: together they meet every verdict and twelve causes."""

_MARKS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("start", "stop", "time", "timestamp", "started_at", "duration_s", "Started", "Took"), "‹time›"),
    **dict.fromkeys(("host", "hostname"), "‹host›"),
    "thread": "‹thread›",
}
"""Keys, labels and properties whose values are of one run or one machine."""

_WORDS: Final = frozenset({"message", "remedy", "description", "trace"})
"""Keys, labels and properties that people read."""

_BEFORE_WORDS: Final = re.compile(r"(?:[\w.-]+(?: \([\w-]+\))?: )*")
"""What stands before the words and has to be the same: a cause, or a verdict with its cause."""

_ANYWHERE: Final = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "‹uuid›"),
    (re.compile(r"\bscopecheck-\d{8}T\d{6}-[0-9a-f]{4}\b"), "‹tag›"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+"), "‹port›"),
    # The embedded Canvas numbers what is made as it comes: the upload's file races with the captions for a number.
    (re.compile(r"(?<=/files/)1000\d\d\b"), "‹made›"),
)

Reports = dict[str, list[str]]
"""A run's files, made comparable: name to lines."""


class NoReports(Exception):
    """A run that wrote no scopes.json, with its last words."""


def run(checkout: Path, options: Iterable[str], folder: Path) -> Reports:
    """Run the suite of a checkout and read its reports. Raises NoReports, and TimeoutExpired for one that hangs."""
    dropped = ("CANVAS_", "PYTEST_", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    command = [sys.executable, "-m", "pytest", f"--canvas-reports={folder}", "--no-allure-report", *options]
    environment = {**bare, "PYTHON_DOTENV_DISABLED": "1"}
    done = subprocess.run(  # noqa: S603  # pytest of a checkout that the user named
        command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False
    )
    if not (folder / "scopes.json").exists():
        said = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise NoReports(f"{checkout} wrote no scopes.json (exit code {done.returncode}):\n{said}")
    return {"exit code": [str(done.returncode)], **comparable(folder)}


def comparable(folder: Path) -> Reports:
    """The files of a report folder; one that is missing is missing here too."""
    readers = {"scopes.json": _scopes_json, "junit.xml": _junit}
    read = {name: reader(folder / name) for name, reader in readers.items() if (folder / name).exists()}
    files = Counter(_anywhere(str(path.relative_to(folder))) for path in folder.rglob("*") if path.is_file())
    listing = [f"{count} {name}" for name, count in sorted(files.items())]
    return {**read, **dict(_allure(folder / "allure-results")), "all files": listing}


def _scopes_json(path: Path) -> list[str]:
    document = json.loads(path.read_text("utf-8"))
    _sum_requests([row for row in document.get("scopes", []) if row.keys() >= {"section", "requests"}])
    return _lines(document)


def _sum_requests(rows: Iterable[dict[str, Any]]) -> None:
    """Put the section's sum in place of each scope's own requests: scopes of a section share what they read, a shared
    call counts for the scope that comes first, and which one that is varies with the threads. The sum does not."""
    made = Counter[str]()
    for row in rows:
        made[row["section"]] += int(row["requests"])
    for row in rows:
        row["requests"] = f"{made[row['section']]} in all of {row['section']}"


def _junit(path: Path) -> list[str]:
    root = ElementTree.parse(path).getroot()  # noqa: S314  # pytest wrote it a moment ago
    cases = [{each.attrib["name"]: each for each in case.iter("property")} for case in root.iter("testcase")]
    counted = [case for case in cases if case.keys() >= {"section", "requests"}]
    rows = [{name: case[name].attrib["value"] for name in ("section", "requests")} for case in counted]
    _sum_requests(rows)
    for case, row in zip(counted, rows, strict=True):
        case["requests"].attrib["value"] = row["requests"]
    return list(_element(root))


def _element(element: ElementTree.Element, indent: str = "") -> Iterator[str]:
    attributes = [f" {name}={value!r}" for name, value in _normal(element.attrib).items()]
    yield f"{indent}<{element.tag}{''.join(attributes)}>{_worded((element.text or '').strip())}"
    children = list(element)
    if element.tag == "testsuite":
        # The two workers' cases come in as they end.
        children.sort(key=lambda case: (case.tag, case.get("classname", ""), case.get("name", "")))
    for child in children:
        yield from _element(child, f"{indent}  ")


def _allure(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Results and set-ups by the name of their case: their files have random names and no order."""
    results = [_untitled(json.loads(path.read_text("utf-8"))) for path in folder.glob("*-result.json")]
    names = {result["uuid"]: result.get("fullName", "unnamed") for result in results}
    named = [(f"{names[result['uuid']]} result.json", _lines(result)) for result in results]
    for path in folder.glob("*-container.json"):
        container = json.loads(path.read_text("utf-8"))
        container["children"] = [names.get(child, child) for child in container.get("children", [])]
        # What a set-up step is called is wording.
        container["befores"] = [step | {"name": "‹words›"} for step in container.get("befores", [])]
        named.append((f"{', '.join(container['children'])} container.json", _lines(container)))
    together: Reports = {}
    for name, lines in sorted(named):
        together.setdefault(f"Allure: {name}", []).extend(lines)
    yield from together.items()
    for path in folder.glob("categories.json"):
        met = json.loads(path.read_text("utf-8"))
        yield path.name, _lines([category | {"name": _worded(category["name"])} for category in met])
    for path in folder.glob("environment.properties"):
        pairs = [line.partition(" = ") for line in path.read_text("ascii").splitlines()]
        yield path.name, [f"{name}{equals}{_normal(value, name)}" for name, equals, value in pairs]


def _untitled(result: dict[str, Any]) -> dict[str, Any]:
    """A result without its title, which is wording where it is not the scope; its full name and history ID stay."""
    title = result["name"]
    if title == result.get("fullName"):
        return result
    labels = [label | {"value": "‹words›"} if label["value"] == title else label for label in result["labels"]]
    return result | {"name": "‹words›", "labels": labels}


def _lines(value: object) -> list[str]:
    return json.dumps(_normal(value), ensure_ascii=False, indent=2).splitlines()


def _normal(value: Any, name: str = "") -> Any:
    """A value without what differs between two runs, and without wording; `name` says what it is the value of."""
    if isinstance(value, dict):
        # In a label or a property, {"name": "host", "value": "…"}, the name is a value too.
        called = value.get("name", "value")
        if value.get("type") == "link":
            # What a link is called is wording; where it leads is not.
            value = value | {"name": "‹words›"}
        return {key: _normal(inner, called if key == "value" else key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_normal(each, name) for each in value]
    if name in _MARKS and value is not None:
        return _MARKS[name]
    if isinstance(value, str):
        return _worded(value) if name in _WORDS else _anywhere(value)
    return value


def _worded(text: str) -> str:
    before = _BEFORE_WORDS.match(text)
    kept = before.group() if before else ""
    return f"{kept}‹words›" if text != kept else kept


def _anywhere(text: str) -> str:
    for pattern, mark in _ANYWHERE:
        text = pattern.sub(mark, text)
    return text


def compare(other: Path, states: Iterable[str]) -> int:
    """Compare in these states, with a line for each; gives how many differ. Raises as `run` does."""
    different = 0
    for state in states:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
            sides = (("other", other), ("this", ROOT))
            runs = [pool.submit(run, root, STATES[state].split(), Path(folder) / side) for side, root in sides]
            before, after = (each.result() for each in runs)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        verdict = f"DIFFERENT in {len(names)} of {len(before.keys() | after.keys())} files" if names else "same"
        print(f"{state:14} {time.monotonic() - started:5.1f} s  {verdict}", flush=True)
        for name in names:
            old, new = before.get(name, []), after.get(name, [])
            told = difflib.unified_diff(old, new, f"other: {name}", f"this: {name}", n=8, lineterm="")
            print("\n".join(told), end="\n\n", flush=True)
        different += bool(names)
    return different


def _states(text: str) -> list[str]:
    names = list(STATES)[: int(text)] if text.isdecimal() else [text]
    if not names or not STATES.keys() >= set(names):
        raise argparse.ArgumentTypeError(f"there is no state {text!r}; name some of {', '.join(STATES)}, or how many")
    return names


def main() -> int:
    """Compare and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path, metavar="OTHER_CHECKOUT", help="the root of the checkout to compare with")
    which = f"only these, or the first N, of {', '.join(STATES)}"
    parser.add_argument("--states", type=_states, nargs="+", default=[list(STATES)], metavar="STATE", help=which)
    asked = parser.parse_args()
    if not (asked.other / "tests" / "conformance").is_dir():
        parser.error(f"{asked.other} is no checkout of this project: it has no tests/conformance")
    states = list(dict.fromkeys(name for names in asked.states for name in names))
    try:
        different = compare(asked.other.resolve(), states)
    except (NoReports, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{different or 'None'} of {len(states)} states differ.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
