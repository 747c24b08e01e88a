"""The grammar of the command line: every command and every option, and nothing heavy to import."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from nnmath_tui.failure import printable

PROGRAM = "nnmath-tui"
ABOUT = (
    "A spreadsheet for a neural network: it trains live, and every number opens\ninto its formula."
)
COMMANDS = {
    "train": "train without a screen",
    "explain": "print how one number came about, from formula to digits",
    "gradcheck": "compare every derivative with a central difference",
    "conventions": "say what the numbers mean, and the same in other libraries",
    "presets": "list the presets, show or copy one, print their JSON Schema",
    "check": "validate preset files",
    "progress": "say which lessons are done",
    "verify": "run again what completion codes say",
    "data": "say what is made of a table: target, inputs, rows",
    "export": "write a trained network as code or data for others",
    "host": "host a room of learners over SSH",
    "web": "show the screen in a browser",
}
MOST_SEEDS = 1000
MOST_DEPTH = 20
LONGEST_NAME = 40
COURSE_VARIABLE = "NNMATH_TUI_COURSE"
NAME_VARIABLE = "NNMATH_TUI_NAME"
_PRESET = "a preset's name, a .toml file, or a .csv file"


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read a command line; `command` is one of `COMMANDS`, or "open" for the screen.

    Raises:
        SystemExit: after --help and --version with 0, after wrong use with 2 and one line.
    """
    if argv and argv[0] in COMMANDS:
        command = argv[0]
        return _PARSERS[command]().parse_args(argv[1:], argparse.Namespace(command=command))
    parser = _open_parser()
    arguments = parser.parse_args(argv, argparse.Namespace(command="open"))
    words = arguments.preset
    if words and words[0] in COMMANDS:
        parser.error(f"a command comes first, before any option: {PROGRAM} {words[0]} ...")
    if len(words) > 1:
        close = difflib.get_close_matches(words[0], COMMANDS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(COMMANDS)}"
        parser.error(f"{words[0]!r} is no command; {hint}")
    if words and arguments.resume:
        parser.error("--resume goes on with the saved session: it takes no preset")
    arguments.preset = words[0] if words else None
    return arguments


class _Parser(argparse.ArgumentParser):
    """argparse, saying in one line what is wrong."""

    def __init__(self, prog: str, **settings: Any) -> None:
        super().__init__(prog=prog, allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{PROGRAM}: {printable(message)} (`{self.prog} --help` explains)\n")

    def print_help(self, file: Any = None) -> None:
        # argparse's own swallows a full disk, and exits as if the help had been written.
        (file or sys.stdout).write(self.format_help())


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError(f"must be {_PRESET}, not {text!r}")
    return text


def _seeds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST_SEEDS):
        raise argparse.ArgumentTypeError(
            f"must be a whole number from 1 to {MOST_SEEDS}, not {text[:20]!r}"
        )
    return int(text)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes 20 ms."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        print(f"{PROGRAM} {version(PROGRAM)}")
        parser.exit()


def _open_parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<13}{about}" for name, about in COMMANDS.items())
    parser = _Parser(
        PROGRAM,
        usage=f"{PROGRAM} [OPTION ...] [PRESET]\n       {PROGRAM} COMMAND ...",
        description=ABOUT,
        epilog=f"commands without a screen:\n{commands}\n\n`{PROGRAM} COMMAND --help` explains.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "preset", nargs="*", type=_name, metavar="PRESET", help=f"what to open: {_PRESET}"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on where you were, without being asked"
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    parser.add_argument("--fps", type=float, metavar="N", help="pictures a second (12; over SSH 5)")
    parser.add_argument(
        "--theme",
        choices=("auto", "dark", "light", "contrast"),
        default="auto",
        help="colors to start with (contrast: high contrast)",
    )
    parser.add_argument(
        "--color",
        "--colour",
        choices=("auto", "truecolor", "256", "16", "mono"),
        default="auto",
        help="colors to send to the terminal (auto: what it announces)",
    )
    parser.add_argument(
        "--ascii", action="store_true", default=None, help="draw with ASCII characters alone"
    )
    parser.add_argument(
        "--low-bandwidth",
        action="store_true",
        help="for a thin link: at most 2 pictures a second and 256 colors, nothing animated",
    )
    parser.add_argument(
        "--no-mouse", dest="mouse", action="store_false", help="leave the mouse to the terminal"
    )
    _add_learner(parser)
    parser.add_argument(
        "--watch", action="store_true", help="read the preset's file again whenever it changes"
    )
    return parser


def _add_learner(parser: argparse.ArgumentParser, name: bool = True) -> None:
    parser.add_argument(
        "--course",
        type=_name,
        metavar="FOLDER",
        help="the presets of a folder, in the order of its course.toml, in place of those that "
        f"come with the program ({COURSE_VARIABLE} does the same)",
    )
    if name:
        parser.add_argument(
            "--name",
            type=_learner,
            metavar="NAME",
            help=f"whose progress it is; goes into completion codes ({NAME_VARIABLE} does the "
            "same)",
        )


def _learner(text: str) -> str:
    plain = " ".join(text.split())
    if not plain or not plain.isprintable() or len(plain.encode()) > LONGEST_NAME:
        raise argparse.ArgumentTypeError(
            f"must be a name of at most {LONGEST_NAME} bytes, not {text[:60]!r}"
        )
    return plain


def _train_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} train",
        description="Train a preset without a screen, and say how good it became.",
        epilog="Ctrl+C stops after the current batch, saves what --save names, and exits with 130.",
    )
    parser.add_argument("preset", type=_name, metavar="PRESET", help=_PRESET)
    _add_settings(parser)
    parser.add_argument("--epochs", metavar="N", help="how many epochs in all")
    parser.add_argument(
        "--seeds",
        type=_seeds,
        metavar="N",
        help="train N networks at once, with seeds from --seed on, and say how many do well",
    )
    parser.add_argument(
        "--log",
        metavar="FILE",
        help="write a row per epoch to a .jsonl or .csv, or go on with one after --resume",
    )
    parser.add_argument(
        "--log-layers",
        action="store_true",
        help="in the log, also the length of each layer's gradient",
    )
    parser.add_argument(
        "--tensorboard",
        metavar="FOLDER",
        help="write the same for TensorBoard (needs the extra: nnmath-tui[tensorboard])",
    )
    parser.add_argument("--save", metavar="FILE", help="write a checkpoint (.npz) at the end")
    parser.add_argument(
        "--save-preset",
        metavar="FILE",
        help="write the settings, with all that changed them, as a new preset (.toml)",
    )
    parser.add_argument(
        "--resume",
        metavar="FILE",
        help="go on from a checkpoint, under its own settings and those of --set and --epochs",
    )
    _add_output(parser)
    return parser


def _gradcheck_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} gradcheck",
        description="Check backpropagation: compare the derivative of the objective by every "
        "parameter with a central difference. Exits with 1 if one differs.",
    )
    parser.add_argument("preset", type=_name, metavar="PRESET", help=_PRESET)
    _add_settings(parser)
    parser.add_argument("--epochs", metavar="N", help="train for so many epochs first")
    _add_output(parser)
    return parser


def _conventions_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} conventions",
        description="Print what an experiment's numbers mean (how losses are averaged, what "
        "penalties add, the optimizer's update, an epoch), and the equivalent lines in PyTorch, "
        "Keras and scikit-learn with what differs.",
    )
    parser.set_defaults(epochs=None)
    parser.add_argument("preset", type=_name, metavar="PRESET", help=_PRESET)
    _add_settings(parser)
    return parser


def _explain_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} explain",
        description="Print the derivation of one number of the next training step.",
        epilog="Cells are written like w2[3,1] b1[0] z2[0] a1[4] delta2[0] loss sample_loss, and "
        "of a weight or bias like 'grad w1[0,2]', 'next w1[0,2]', 'm b1[0]'. Layers count from 1; "
        "inside the brackets everything counts from 0, as in NumPy.",
    )
    parser.add_argument("preset", type=_name, metavar="PRESET", help=_PRESET)
    parser.add_argument("cell", type=_name, metavar="CELL", help="the number to open")
    _add_settings(parser)
    parser.add_argument("--epoch", metavar="N", help="train for so many epochs first")
    parser.add_argument(
        "--sample",
        metavar="ROW",
        help="of which sample: training row 17 or test row test3 (the first of the next batch)",
    )
    parser.add_argument(
        "--depth",
        type=_depth,
        metavar="N",
        default=1,
        help="levels to open: 1 is the number alone, 2 also those it is made of",
    )
    parser.add_argument("--all", action="store_true", help="print all terms of long sums")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


def _depth(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_DEPTH):
        raise argparse.ArgumentTypeError(
            f"must be a whole number from 1 to {MOST_DEPTH}, not {text[:20]!r}"
        )
    return int(text)


def _presets_parser() -> argparse.ArgumentParser:
    parser = _Parser(f"{PROGRAM} presets", description="Presets: what there is.")
    parser.set_defaults(action="list")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=_Parser)
    actions.add_parser(
        "list", prog=f"{parser.prog} list", help="name them all, chapter by chapter (the default)"
    )
    show = actions.add_parser("show", prog=f"{parser.prog} show", help="print one")
    show.add_argument("preset", type=_name, metavar="NAME", help=_PRESET)
    show.add_argument(
        "--markdown",
        action="store_true",
        help="as a hand-out: the lesson, its formulas, and boxes for the answers",
    )
    copy = actions.add_parser("copy", prog=f"{parser.prog} copy", help="copy one to change it")
    copy.add_argument("preset", type=_name, metavar="NAME", help=_PRESET)
    copy.add_argument(
        "destination", metavar="DEST", nargs="?", help="a .toml file or a folder (here)"
    )
    copy.add_argument("--force", action="store_true", help="overwrite a file that is there")
    actions.add_parser(
        "schema",
        prog=f"{parser.prog} schema",
        help="print the JSON Schema of preset files, for editors",
    )
    return parser


def _check_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} check",
        description="Validate preset files, with their data. Exits with 1 if one is wrong.",
        epilog="With --run the solution of each lesson must meet all its goals, and the lesson as "
        "it starts must not.",
    )
    parser.add_argument(
        "files", type=_name, metavar="FILE", nargs="*", help=f"{_PRESET}, or a folder of presets"
    )
    parser.add_argument(
        "--run", action="store_true", help="train the solution of each lesson and test its goals"
    )
    parser.add_argument(
        "--goals", action="store_true", help="with --run, print a line for each goal as well"
    )
    parser.add_argument("--plain", action="store_true", help="without a progress line")
    return parser


def _progress_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} progress",
        description="Say which lessons are done, goal by goal, with the completion codes.",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for collecting")
    _add_learner(parser)
    return parser


def _verify_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} verify",
        description="Run again, from its seed, what completion codes say, and tell of every goal "
        "whether it is met. Exits with 1 if one is not, with 2 if a code is none.",
    )
    parser.add_argument(
        "codes", metavar="CODE", nargs="*", help="a completion code; none: a line each from stdin"
    )
    _add_learner(parser, name=False)
    parser.add_argument("--plain", action="store_true", help="without a progress line")
    return parser


def _data_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} data",
        description="Say what the program makes of a CSV file: which column is predicted and how, "
        "which are inputs, which rows are left out. --set changes it, here and in `train`.",
        epilog="such as --set data.target=price --set data.task=regression "
        '--set \'data.features=["size", "rooms"]\'',
    )
    parser.set_defaults(epochs=None, seed=None)
    parser.add_argument("preset", type=_name, metavar="FILE", help=_PRESET)
    _add_set(parser)
    return parser


def _export_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} export",
        description="Write the network in a checkpoint as a script that needs nothing of this "
        "program (numpy, torch), or as weights for other programs (json, safetensors).",
        epilog="The table that a network was trained on is looked for here, and beside FILE.",
    )
    parser.add_argument("file", type=_name, metavar="FILE", help="a checkpoint (.npz)")
    parser.add_argument(
        "--to", required=True, choices=("numpy", "torch", "json", "safetensors"), help="the format"
    )
    parser.add_argument(
        "-o", "--output", type=_name, metavar="FILE", help="where to write (here; - prints it)"
    )
    parser.add_argument(
        "--training",
        action="store_true",
        help="also the rows and how it was trained: `--train` of the script does it again",
    )
    parser.add_argument(
        "--data", type=_name, metavar="FOLDER", help="where the table is that it was trained on"
    )
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    return parser


def _host_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} host",
        description="Host a room: a private sshd of your own, whose every login ends in the "
        "program and nowhere else. Each learner has a name and a state of their own.",
        epilog="Runs until ctrl+C, which saves every session. Never as root.",
    )
    parser.add_argument("--port", type=_number(1, 65535), default=2222, metavar="N")
    parser.add_argument("--listen", default="0.0.0.0", metavar="ADDRESS", help="(all of them)")
    parser.add_argument("--course", metavar="FOLDER", help="the presets that the room is for")
    parser.add_argument(
        "--password-file",
        metavar="FILE",
        help="whoever knows this password comes in, with whatever key, and says a name once",
    )
    parser.add_argument(
        "--keys", metavar="FILE", help="public keys that come in, a learner's name after each"
    )
    parser.add_argument(
        "--sessions", type=_number(1, 500), default=40, metavar="N", help="at once (40)"
    )
    parser.add_argument(
        "--idle",
        type=_number(1, 1440),
        default=30,
        metavar="MINUTES",
        help="until a session in which nobody types is saved and ended (30)",
    )
    parser.add_argument(
        "--memory", type=_number(128, 65536), default=512, metavar="MB", help="for each (512)"
    )
    parser.add_argument("--state", metavar="FOLDER", help="where what learners do is kept")
    parser.add_argument("--sshd", metavar="PROGRAM", help="the server, where it is not found")
    return parser


def _web_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        f"{PROGRAM} web",
        description="Show the screen in a browser, through textual-serve (the extra [web]). There "
        "is no password: whoever reaches the address has the program, as your user.",
    )
    parser.add_argument("preset", type=_name, metavar="PRESET", nargs="?", help=_PRESET)
    parser.add_argument("--port", type=_number(1, 65535), default=8000, metavar="N")
    parser.add_argument(
        "--listen", default="127.0.0.1", metavar="ADDRESS", help="(this machine alone)"
    )
    return parser


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high):
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {low} to {high}, not {text[:20]!r}"
            )
        return int(text)

    return read


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", metavar="N", help="seed of the first weights and of the shuffles")
    _add_set(parser)


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        help="change a setting, such as training.learning_rate=0.1; may be repeated",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plain", action="store_true", help="line by line, without a progress bar")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


_PARSERS = {
    "train": _train_parser,
    "explain": _explain_parser,
    "gradcheck": _gradcheck_parser,
    "conventions": _conventions_parser,
    "presets": _presets_parser,
    "check": _check_parser,
    "progress": _progress_parser,
    "verify": _verify_parser,
    "data": _data_parser,
    "export": _export_parser,
    "host": _host_parser,
    "web": _web_parser,
}
