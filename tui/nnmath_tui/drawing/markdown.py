"""The Markdown that lessons are written in, as lines of words: no document tree, no widgets.

Headings, paragraphs, **strong** and *stressed* words, `code`, fenced code, quotes, lists and links
are told apart; whatever else there is stays as it was typed, so that no word is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["text", "heading", "strong", "stressed", "code", "muted"]


@dataclass(frozen=True, slots=True)
class Span:
    """Letters that look alike."""

    text: str
    role: Role = "text"


Line = tuple[Span, ...]

_INLINE = re.compile(
    r"(?P<code>`+)(?P<c>.+?)(?P=code)|\*\*(?P<b>\S(?:.*?\S)?)\*\*|__(?P<u>\S(?:.*?\S)?)__"
    r"|(?<![\w*])\*(?P<i>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])|!?\[(?P<l>[^\]]+)\]\([^)]*\)"
)
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,3}[.)])\s+(.*)")
_RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")


def rendered(markdown: str, width: int) -> list[Line]:
    """The text in lines of at most `width` cells."""
    lines: list[Line] = []
    for block in _blocks(markdown.splitlines()):
        if lines and not (block.close and lines[-1]):
            lines.append(())
        lines.extend(block.lines(max(1, width)))
    return lines


@dataclass(frozen=True, slots=True)
class _Block:
    """Words that belong together; `close` ones follow the block before without a blank line."""

    text: str
    role: Role = "text"
    lead: str = ""
    verbatim: bool = False
    close: bool = False

    def lines(self, width: int) -> Iterator[Line]:
        if self.verbatim:
            for text in self.text.split("\n"):
                for at in range(0, max(1, len(text)), width):
                    yield (Span(text[at : at + width], self.role),)
            return
        lead = self.lead if len(self.lead) < width // 2 else ""
        rows = wrapped(spans(self.text, self.role), width - len(lead))
        for number, row in enumerate(rows):
            start = lead if number == 0 else " " * len(lead)
            yield (Span(start, "muted"), *row) if lead else row


def _blocks(rows: Sequence[str]) -> Iterator[_Block]:
    paragraph: list[str] = []
    lead, close, listed = "", False, False
    fenced: list[str] | None = None

    def end() -> Iterator[_Block]:
        nonlocal lead, close
        if paragraph:
            yield _Block(" ".join(paragraph), lead=lead, close=close)
        paragraph.clear()
        lead, close = "", False

    for row in [*(row.expandtabs(4) for row in rows), ""]:
        if fenced is not None:
            if _FENCE.match(row):
                yield _Block("\n".join(fenced), "code", verbatim=True)
                fenced = None
            else:
                fenced.append(row)
        elif _FENCE.match(row):
            yield from end()
            fenced = []
        elif not row.strip():
            yield from end()
            listed = False
        elif heading := _HEADING.match(row):
            yield from end()
            yield _Block(heading[2], "heading")
        elif _RULE.match(row):
            yield from end()
        elif item := _ITEM.match(row):
            yield from end()
            sign = "•" if item[2] in "-*+" else item[2]
            lead, close, listed = " " * len(item[1]) + sign + " ", listed, True
            paragraph.append(item[3])
        elif row.startswith("    ") and not paragraph:
            yield _Block(row[4:], "code", verbatim=True, close=True)
        elif row.lstrip().startswith("|"):
            yield from end()
            yield _Block(row.strip(), "code", verbatim=True, close=True)
        else:
            quote = row.lstrip()
            if quote.startswith(">"):
                lead = lead or "│ "
                row = quote[1:]
            paragraph.append(row.strip())
    if fenced:
        yield _Block("\n".join(fenced), "code", verbatim=True)


def spans(text: str, role: Role = "text") -> list[Span]:
    """The words of one paragraph with what is stressed in them."""
    found: list[Span] = []
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            found.append(Span(text[at : match.start()], role))
        if match["c"]:
            found.append(Span(match["c"], "code"))
        elif strong := match["b"] or match["u"]:
            found.append(Span(strong, "strong" if role == "text" else role))
        else:
            found.append(Span(match["i"] or match["l"], "stressed" if role == "text" else role))
        at = match.end()
    if at < len(text):
        found.append(Span(text[at:], role))
    return found


def wrapped(words: Sequence[Span], width: int) -> list[Line]:
    """Spans in lines of at most `width` cells, broken at blanks, or amid words that are longer."""
    width = max(1, width)
    lines: list[Line] = []
    line: list[Span] = []
    used = 0
    for piece in _pieces(words):
        length = sum(len(span.text) for span in piece)
        gap = 1 if line else 0
        if used + gap + length > width and line:
            lines.append(_joined(line))
            line, used, gap = [], 0, 0
        if gap:
            # The blank between two words of the same kind belongs to both.
            same = line[-1].role == piece[0].role
            line.append(Span(" ", line[-1].role if same else "text"))
        for span in piece:
            text = span.text
            while used + gap + len(text) > width and length > width:
                room = width - used - gap
                line.append(Span(text[:room], span.role))
                lines.append(_joined(line))
                line, used, gap, text = [], 0, 0, text[room:]
            line.append(Span(text, span.role))
            used += gap + len(text)
            gap = 0
    if line or not lines:
        lines.append(_joined(line))
    return lines


def _pieces(words: Sequence[Span]) -> Iterator[list[Span]]:
    """What no line is broken in: letters between two blanks, of one kind or of several."""
    piece: list[Span] = []
    for span in words:
        for number, part in enumerate(re.split(r"\s+", span.text)):
            if number and piece:
                yield piece
                piece = []
            if part:
                piece.append(Span(part, span.role))
    if piece:
        yield piece


def _joined(line: Sequence[Span]) -> Line:
    merged: list[Span] = []
    for span in line:
        if merged and merged[-1].role == span.role:
            merged[-1] = Span(merged[-1].text + span.text, span.role)
        elif span.text:
            merged.append(span)
    return tuple(merged)
