"""The line on top: which experiment, what it is doing, and how well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from rich.segment import Segment
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from nnmath_tui.drawing.numbers import count, percent, short
from nnmath_tui.drawing.palette import Palette

if TYPE_CHECKING:
    from nnmath_engine.snapshot import Snapshot

    from nnmath_tui.proof import Light

Role = Literal["text", "muted", "accent", "good", "warning", "bad"]

LEGIBLE = 10.0
"""Epochs a second up to which it says something which batch of its epoch a picture shows."""

ASCII = {
    "▶": ">",
    "–": "-",
    "−": "-",
    "·": "-",
    "…": "..",
    "η": "lr",
    "²": "2",
    "∞": "inf",
    "◀": "<",
    "✓": "ok",
    "✗": "failed",
    "○": "old",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A few words that are shown whole or not at all; a lower `rank` is given up later.

    `short` says the same in less room, and takes their place before a piece of the rank
    `shortens` is given up.
    """

    text: str
    role: Role = "text"
    rank: int = 0
    right: bool = False
    bold: bool = False
    short: str = ""
    shortens: int = 0
    room: int = 0
    """Cells that it keeps if they are free, so that a number that loses a digit moves nothing."""

    @property
    def next(self) -> int:
        """The rank of what it gives up next: some of its words, or all of them."""
        return max(self.rank, self.shortens) if self.short else self.rank


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What the line tells of."""

    title: str = ""
    """That of the preset."""
    source: str = field(default="", kw_only=True)
    """The data that the preset begins with."""
    snapshot: Snapshot | None = None
    running: bool = False
    speed: float = 0.0
    pace: float | None = None
    light: Light = "off"
    """What the proof lamp shows."""
    checked: float = 0.0
    """The share of the parameters that the check under way has looked at."""
    findings: int = 0
    """How many faults the doctor sees."""
    newest: int | None = None
    """While the past is looked at, the last epoch that there is."""
    veiled: bool = False
    """Whether the losses are asked for, and not shown before they are answered."""
    awaited: int | None = None
    """The epoch that is on its way, if that takes long."""
    room: str = ""
    """What the terminal is too small for, in words."""

    @property
    def past(self) -> bool:
        """Whether the snapshot is not of the newest moment."""
        return self.newest is not None


def pieces(situation: Situation) -> Iterator[Piece]:
    """Everything that the line could say, in order from left to right."""
    yield Piece("nnmath", "accent", 6, bold=True)
    if situation.room:
        yield Piece(situation.room, "warning", 0)
    snapshot = situation.snapshot
    if snapshot is None:
        yield Piece(situation.title or "loading", "muted", 1)
        return
    yield from title(situation)
    yield Piece(network_in_words(snapshot), "muted", 10)
    yield Piece(training_in_words(snapshot), "muted", 11)
    yield Piece(f"seed {snapshot.experiment.training.seed}", "muted", 8)
    yield from signs(situation)
    yield state(situation)
    if not situation.past and (not finished(snapshot) or situation.running):
        yield Piece(f"epoch {count(snapshot.epoch)}", "text", 1, right=True)
    if snapshot.batch and not (situation.running and situation.speed > LEGIBLE):
        yield Piece(f"batch {snapshot.batch}/{snapshot.batches}", "muted", 7, right=True)
    # In slow motion the pace is told, and the speed only where training cannot keep up.
    if situation.speed and not (situation.pace and situation.speed > 0.8 * situation.pace):
        words = f"{short(situation.speed, 6, digits=3)}/s"
        yield Piece(words, "muted", 9, right=True, room=len("1 234/s"))
    if situation.pace and not situation.running:
        # The only answer to a key, so it is given up late.
        yield Piece(f"pace {situation.pace:g}/s", "muted", 1, right=True)
    last = snapshot.history.last
    if situation.veiled:
        yield Piece("train ?", "text", 5, right=True)
    else:
        yield _loss("train", last.train_loss, 5)
    if len(snapshot.dataset.test) and not situation.veiled:
        yield _loss("test", last.test_loss, 3)
    tested = len(snapshot.dataset.test) > 0
    score = last.test_score if tested else last.train_score
    if score == score:
        of = "test " if tested else "train "
        shown = (
            f"acc {percent(score)}"
            if snapshot.dataset.task == "classification"
            else f"R² {short(score, 6, digits=3)}"
        )
        room = len("acc 12.3 %")
        yield Piece(of + shown, "accent", 2, True, short=shown, shortens=7, room=len(of) + room)


def _loss(name: str, value: float, rank: int) -> Piece:
    words = f"{name} {short(value, 7, digits=3)}"
    return Piece(words, "text", rank, right=True, room=len(name) + 1 + len("0.1234"))


def title(situation: Situation) -> Iterator[Piece]:
    """The preset's title or, over other data than its own, the name of those and the title."""
    assert situation.snapshot is not None
    source = situation.snapshot.experiment.data.source
    if situation.source in ("", source):
        yield Piece(situation.title, "text", 4, bold=True)
    else:
        yield Piece(printed_source(source), "text", 4, bold=True)
        yield Piece(f"(from {situation.title})", "muted", 7)


def printed_source(source: str) -> str:
    """The name of the data; of a file without the folders that it lies in."""
    return source.replace("\\", "/").rsplit("/", 1)[-1]


def state(situation: Situation) -> Piece:
    """Whether it runs, and if not, why."""
    snapshot = situation.snapshot
    assert snapshot is not None
    if situation.awaited is not None:
        words = f"◀ going to epoch {count(situation.awaited)} …"
        return Piece(words, "warning", 0, right=True, bold=True)
    if situation.newest is not None:
        words = f"◀ past: epoch {count(snapshot.epoch)} of {count(situation.newest)}"
        return Piece(words, "warning", 0, right=True, bold=True)
    if snapshot.status == "diverged":
        return Piece("diverged", "bad", 0, right=True, bold=True)
    if snapshot.status == "stopped":
        return Piece("stopped early", "warning", 0, right=True, bold=True)
    if situation.running:
        slow = f" at {situation.pace:g}/s" if situation.pace else ""
        return Piece("▶ running" + slow, "good", 0, right=True, bold=True)
    if finished(snapshot):
        done = f"{count(snapshot.epoch)} epoch{'s' * (snapshot.epoch != 1)} done"
        more = "the schedule ended at η=0" if spent(snapshot) else "space goes on"
        least = f"{done}, η=0" if spent(snapshot) else done
        return Piece(f"{done}; {more}", "good", 0, right=True, bold=True, short=least, shortens=8)
    return Piece("paused" if snapshot.step else "ready", "warning", 0, right=True, bold=True)


def signs(situation: Situation) -> Iterator[Piece]:
    """The proof lamp, and how much the doctor has to say."""
    match situation.light:
        case "checking":
            yield Piece(f"proof {percent(situation.checked, 4)}", "accent", 2, right=True)
        case "proved":
            yield Piece("proof ✓", "good", 2, right=True)
        case "failed":
            yield Piece("proof ✗", "bad", 1, right=True, bold=True)
        case "stale":
            yield Piece("proof ○", "muted", 6, right=True)
    if situation.findings:
        yield Piece(f"doctor: {situation.findings}", "warning", 2, right=True)


def finished(snapshot: Snapshot) -> bool:
    """Whether exactly the planned epochs are done."""
    return snapshot.batch == 0 and snapshot.epoch == snapshot.experiment.training.epochs > 0


def spent(snapshot: Snapshot) -> bool:
    """Whether the schedule has brought the learning rate to 0, so that nothing moves any more."""
    return snapshot.learning_rate == 0 < snapshot.experiment.training.learning_rate


def network_in_words(snapshot: Snapshot) -> str:
    """The layers' sizes and the hidden activations: "2–6–6–1 tanh"."""
    sizes = snapshot.layer_sizes
    shown = [*map(str, sizes)] if len(sizes) <= 6 else [*map(str, sizes[:3]), "…", str(sizes[-1])]
    names = dict.fromkeys(activation.name for activation in snapshot.activations[:-1])
    return " ".join(["–".join(shown), "/".join(names) if len(names) <= 2 else "mixed"]).strip()


def training_in_words(snapshot: Snapshot) -> str:
    """Loss, optimizer, learning rate and penalties: "· bce · adam η=0.02 · L2=0.0001"."""
    training = snapshot.experiment.training
    parts = [
        snapshot.loss.name,
        f"{training.optimizer} η={short(snapshot.learning_rate, 7, digits=3)}",
    ]
    parts += [f"L1={short(training.l1, 6, digits=2)}"] if training.l1 else []
    parts += [f"L2={short(training.l2, 6, digits=2)}"] if training.l2 else []
    return "· " + " · ".join(parts)


def in_ascii(piece: Piece) -> Piece:
    """The piece for a terminal that has no other letters."""

    def plain(text: str) -> str:
        for letter, other in ASCII.items():
            text = text.replace(letter, other)
        return text.encode("ascii", "replace").decode()

    return replace(piece, text=plain(piece.text), short=plain(piece.short))


def fit(all_pieces: Sequence[Piece], width: int) -> tuple[list[Piece], list[Piece], int]:
    """The pieces on the left, those on the right, and the cells between, by rank as room allows."""
    kept = list(all_pieces)

    def used() -> int:
        left = sum(len(piece.text) + 1 for piece in kept if not piece.right)
        return left + sum(len(piece.text) + 2 for piece in kept if piece.right) + 1

    while len(kept) > 1 and used() > width:
        worst = max(range(len(kept)), key=lambda place: kept[place].next)
        if kept[worst].short:
            piece = kept[worst]
            room = piece.room - len(piece.text) + len(piece.short)
            kept[worst] = replace(piece, text=piece.short, short="", room=room)
        else:
            del kept[worst]
    left = [piece for piece in kept if not piece.right]
    right = [piece for piece in kept if piece.right]
    return left, right, max(0, width - used())


def steady(right: Sequence[Piece], gap: int) -> tuple[list[Piece], int]:
    """The pieces on the right in the room that they keep, as far as it is there, and what is left.

    They stand against the margin: one that grew by a digit would move all before it.
    """
    padded: list[Piece] = []
    for piece in reversed(right):
        more = min(max(0, piece.room - len(piece.text)), gap)
        gap -= more
        padded.insert(0, replace(piece, text=piece.text + " " * more))
    return padded, gap


class StatusBar(Widget):
    """One line; what does not fit is left out whole, the least important first."""

    situation: reactive[Situation] = reactive(Situation())
    palette: reactive[Palette] = reactive(Palette())

    def render_line(self, y: int) -> Strip:
        """Left pieces, a gap, right pieces."""
        palette, width = self.palette, self.size.width
        ground = Style(bgcolor=palette.surface)
        shown = [in_ascii(p) if palette.ascii else p for p in pieces(self.situation)]
        left, right, gap = fit(shown, width)
        if self.situation.running:
            right, gap = steady(right, gap)

        def segment(piece: Piece, text: str) -> Segment:
            color = getattr(palette, piece.role)
            return Segment(text, ground + Style(color=color, bold=piece.bold))

        segments = [Segment(" ", ground), *(segment(piece, piece.text + " ") for piece in left)]
        segments.append(Segment(" " * gap, ground))
        segments += [segment(piece, " " + piece.text + " ") for piece in right]
        return Strip(segments).adjust_cell_length(width, ground)
