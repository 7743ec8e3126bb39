"""Several runs side by side as plain lines and as Markdown: only what differs, and what the numbers stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scopecheck.report.columns import WIDTH, wrapped
from scopecheck.report.markdown_text import code, paragraph, prose
from scopecheck.report.side_by_side.table import UNKNOWN, Cell, Head, Row, Table


def as_text(table: Table) -> str:
    """Lines of at most 80 columns: what differs, once for all rows that differ alike, and the runs by their numbers."""
    lines = [*wrapped(table.sentence), *_in_all(table)]
    together: dict[tuple[Cell, ...], list[Row]] = {}
    for row in table.different:
        together.setdefault(row.cells, []).append(row)
    for cells, rows in together.items():
        lines += ["", *(line for row in rows for line in _name(row)), *_said(cells)]
    lines += ["", "Runs:"]
    for number, head in enumerate(table.heads, 1):
        lines += wrapped(_described(head, table), "      ", f"{number:>4}  ")
    return "\n".join(lines) + "\n"


def as_markdown(table: Table) -> str:
    """The same as a Markdown section."""
    lines = [f"## {prose(table.sentence)}", "", *(f"{paragraph(text)}\n" for text in _in_all(table))]
    if table.different:
        numbers = range(1, len(table.heads) + 1)
        lines += [f"| what | {' | '.join(map(str, numbers))} |", f"| --- | {' | '.join('---' for _ in numbers)} |"]
        for row in table.different:
            name = code(row.name, cell=True) if row.is_scope else prose(row.name)
            lines.append(f"| {name} | {' | '.join(prose(str(cell)) for cell in row.cells)} |")
        lines.append("")
    lines += [f"{number}. {paragraph(_described(head, table))}" for number, head in enumerate(table.heads, 1)]
    return "\n".join(lines) + "\n"


def _in_all(table: Table) -> list[str]:
    alike = [f"{name}: {value}" for name, value in table.alike.items()]
    return wrapped(f"In all: {'; '.join(alike)}") if alike else []


def _name(row: Row) -> Iterator[str]:
    """The row's name in full; a scope that does not fit goes on after a slash."""
    rest = f"  {row.name}"
    while len(rest) > WIDTH and "/" in rest[4:WIDTH]:
        end = rest.rindex("/", 4, WIDTH) + 1
        yield rest[:end]
        rest = f"    {rest[end:]}"
    yield from wrapped(rest.strip(), "    ", rest[: len(rest) - len(rest.lstrip())])


def _said(cells: Sequence[Cell]) -> Iterator[str]:
    """What is said of a row, each with the numbers of the runs that say so."""
    said: dict[Cell, list[int]] = {}
    for number, cell in enumerate(cells, 1):
        said.setdefault(cell, []).append(number)
    for cell, numbers in said.items():
        yield from wrapped(f"{cell}: {_ranges(numbers)}", "        ", "      ")


def _ranges(numbers: Sequence[int]) -> str:
    """`1-3, 5`, of numbers in their order."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1].append(number)
        else:
            ranges.append([number])
    return ", ".join(str(each[0]) if len(each) == 1 else f"{each[0]}-{each[-1]}" for each in ranges)


def _described(head: Head, table: Table) -> str:
    """One run in words, without what is the same in all and what its name says already."""
    own = {name: value for name, value in head.facts.items() if name not in table.alike and value != UNKNOWN}
    about = [f"{name}: {value}" for name, value in own.items() if value not in head.run.name]
    return f"{head.run.name}: {'; '.join([head.outcome.word, *about, *filter(None, [head.run.note])])}"
