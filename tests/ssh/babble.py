"""What terminals, lines and people send at worst: keys, mouse reports, pastes, answers, rubbish."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.ssh.monkey import KEYS

QUIT = bytes.maketrans(b"q\x11", b"w\x17")
"""Keys that would end the program, and others in their place."""

_NOT_UTF8 = (
    *(b"\xff", b"\xfe\xff", b"\xc3(", b"\xc0\xaf", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80"),
    *(b"\xf8\x88\x80\x80\x80", b"\x80\x80", b"\xf4\x90\x80\x80", b"\xc3\xa9\xcc\x81", b"\x00"),
)
_ANSWERS = (
    *(b"\x1b[?62;22c", b"\x1b[>41;354;0c", b"\x1b[0n", b"\x1b[?6c", b"\x1b[?0u", b"\x1b[?29u"),
    *(b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", b"\x1b]52;c;aGVsbG8=\x07", b"\x1bP1$r0m\x1b\\"),
    *(b"\x1bP>|XTerm(388)\x1b\\", b"\x1b[8;24;80t", b"\x1b[4;600;800t", b"\x1b_Gi=31;OK\x1b\\"),
    *(b"\x1b[?997;1n", b"\x1b]4;1;rgb:cdcd/0000/0000\x07", b"\x1b[?1;2S", b"\x18", b"\x1a"),
)


def _pick(chance: random.Random, *usual: int) -> int:
    """A number as usual or, now and then, one that nobody expects."""
    if chance.random() < 0.9:
        return chance.choice(usual)
    return chance.choice([0, 1, 223, 255, 4_095, 55_296, 65_535, 1_114_112, 10**8, 10**20])


def _key(chance: random.Random) -> bytes:
    key: str = chance.choice(KEYS)
    return key.encode()


def _many_keys(chance: random.Random) -> bytes:
    return b"".join(_key(chance) for _ in range(chance.randint(2, 12)))


def _palette(chance: random.Random) -> bytes:
    words = "".join(
        chance.choice("abcdefghilmnoprstuwxyz0123 ") for _ in range(chance.randint(0, 4))
    )
    moves = "".join(
        chance.choice(["\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[5~", "\r", "\x1b[27u", "\x10"])
        for _ in range(chance.randint(0, 5))
    )
    return f"\x10{words}{moves}".encode()


def _kitty_key(chance: random.Random) -> bytes:
    code = _pick(chance, *range(97, 113), 27, 13, 9, 32, 127, *range(57_344, 57_460))
    other = f":{_pick(chance, 65, 97)}" * (chance.random() < 0.2)
    modifiers = f";{_pick(chance, 1, 2, 3, 5, 6, 9, 65, 129)}"
    event = f":{chance.choice([1, 2, 3])}" * (chance.random() < 0.3)
    text = chance.choice(["", "", f";{_pick(chance, 97, 66, 233)}", ";97:769", ";"])
    return f"\x1b[{code}{other}{modifiers}{event}{text}u".encode()


def _modified_key(chance: random.Random) -> bytes:
    modifiers = _pick(chance, 2, 3, 4, 5, 6, 7, 8)
    return chance.choice(
        [
            f"\x1b[1;{modifiers}{chance.choice('ABCDEFHPQRS')}",
            f"\x1b[{_pick(chance, 1, 2, 3, 5, 6, 15, 24)};{modifiers}~",
            f"\x1b[27;{modifiers};{_pick(chance, 9, 13, 97, 122)}~",
            f"\x1b{chance.choice('abcdefgxyz')}",
            f"\x1bO{chance.choice('ABCDHFPQRSM')}",
        ]
    ).encode()


def _mouse(chance: random.Random) -> bytes:
    button = _pick(chance, 0, 0, 0, 1, 2, 3, 32, 34, 35, 35, 64, 65, 66, 67, 128, 16, 4)
    x, y = _pick(chance, *range(1, 251)), _pick(chance, *range(1, 81))
    if chance.random() < 0.05:
        x, y = -x, -y
    if chance.random() < 0.1:
        return b"\x1b[%d;%d;%dM" % (button + 32, x, y)
    press = b"\x1b[<%d;%d;%dM" % (button, x, y)
    return press + press[:-1] + b"m" if button < 3 and chance.random() < 0.9 else press


def _old_mouse(chance: random.Random) -> bytes:
    button = chance.choice([32, 33, 34, 35, 64, 67, 96, 97, chance.randrange(256)])
    return b"\x1b[M" + bytes([button, chance.randrange(33, 256), chance.randrange(33, 114)])


def _paste(chance: random.Random) -> bytes:
    text = chance.choice(
        ["3e-1", "0.1\n0.2", "日本 é", "\x1b[31mred", "x" * 3_000, "", "\x00", "-7"]
    )
    whole = b"\x1b[200~" + text.encode() + b"\x1b[201~"
    return chance.choice([whole] * 6 + [whole[:-6], whole[:-2], b"\x1b[201~", whole[:6] + whole])


def _size_report(chance: random.Random) -> bytes:
    height, width = _pick(chance, *range(1, 81)), _pick(chance, *range(1, 251))
    return b"\x1b[48;%d;%d;%d;%dt" % (height, width, height * 16, width * 8 * chance.randint(0, 1))


def _mode_report(chance: random.Random) -> bytes:
    return b"\x1b[?%d;%d$y" % (chance.choice([2026, 2048, 2004, 1016]), chance.randint(0, 9))


def _answer(chance: random.Random) -> bytes:
    place = b"\x1b[%d;%dR" % (_pick(chance, 1, 24), _pick(chance, 1, 80))
    return chance.choice([place, place, *_ANSWERS])


def _rubbish(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 12)).translate(QUIT)


def _eight_bit(chance: random.Random) -> bytes:
    return chance.choice(
        [b"\x9bA", b"\x9b200~", b"\x90q\x9c", b"\x9d0;x\x9c", b"\x85", b"\xc2\x9b5~"]
    )


_KINDS: list[tuple[int, Callable[[random.Random], bytes]]] = [
    (30, _key),
    (6, _many_keys),
    (4, _palette),
    (6, _kitty_key),
    (5, _modified_key),
    (14, _mouse),
    (5, _old_mouse),
    (3, _paste),
    (2, _size_report),
    (1, _mode_report),
    (3, _answer),
    (12, _rubbish),
    (2, _eight_bit),
    (3, lambda chance: chance.choice(_NOT_UTF8)),
    (2, lambda chance: chance.choice([b"\x1b[I", b"\x1b[O"])),
]


def piece(chance: random.Random) -> bytes:
    """One key, report, paste, answer or handful of rubbish; a few of them are cut off."""
    weights = [weight for weight, _ in _KINDS]
    data = chance.choices(_KINDS, weights)[0][1](chance)
    if chance.random() < 0.04:
        return data[: chance.randrange(len(data))] if data else data
    return data
