"""Sections of text and tables, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    """Columns with a head each; cells are text already."""

    heads: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """One more row."""
        self.rows.append(cells)

    def __str__(self) -> str:
        """Padded, so that it reads well on a terminal too."""
        lines = [self.heads, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.heads))]
        rule = ["-" * width for width in widths]
        return "\n".join(
            "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
            for line in (self.heads, rule, *self.rows)
        )


@dataclass
class Section:
    """A heading and what stands under it, in order."""

    title: str
    parts: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """One more paragraph."""
        self.parts.append(text)

    def show(self, table: Table) -> None:
        """One more table."""
        self.parts.append(str(table))

    def __str__(self) -> str:
        return "\n\n".join([f"## {self.title}", *self.parts])


def document(title: str, opening: str, sections: Iterable[Section]) -> str:
    """The whole file."""
    return "\n\n".join([f"# {title}", opening, *map(str, sections)]) + "\n"


def number(value: float) -> str:
    """Three digits that count, without an exponent where that is short."""
    if value == 0:
        return "0"
    if not 1e-3 <= abs(value) < 1e6:
        return f"{value:.0e}"
    digits = max(0, 2 - len(str(int(abs(value)))) + 1) if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def share(value: float) -> str:
    """As a percentage."""
    return f"{100 * value:.1f} %" if value < 1 else f"{100 * value:.0f} %"


def microseconds(seconds: float) -> str:
    """As a number of them."""
    return number(1e6 * seconds)
