"""The parser of the command line: commands, options, help. Imports nothing heavier than numpy."""

from __future__ import annotations

import argparse
import difflib
import math
import os
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from typing_extensions import override

from dinodesk import __version__, file_urls
from dinodesk.cli.argument_order import Argument, Table, in_order, options_of, pieces
from dinodesk.features.map_registry import MAPS
from dinodesk.records import SORTS, STOPS

TEMPLATES = ("none", "simple", "openai80")
RECIPES = ("builtin", "calibration", "ssl")
BENCHES = ("all", "index", "search", "decode", "model", "pipeline", "library")


HELP = ("-h", "--help")
_DASHED_WORDS = ("search", "saved")
"""Commands whose words may begin with a dash: that of a query leaves something out."""


class CommandLine(argparse.ArgumentParser):
    """The parser of `dinodesk`, for which options may stand anywhere, before the command too."""

    def __init__(self) -> None:
        super().__init__(
            prog="dinodesk",
            description="Find any photo on your computer from a typed sentence. Alone it opens the window.",
        )
        self.add_argument("--version", action="version", version=f"dinodesk {__version__}")
        commands = self.add_subparsers(
            dest="command", metavar="COMMAND", parser_class=argparse.ArgumentParser
        )
        common = _common()
        for name, describe in _PARSERS.items():
            words = describe.__doc__ or ""
            describe(commands.add_parser(name, parents=[common], help=words, description=words))
        self.commands: dict[str, argparse.ArgumentParser] = dict(commands.choices)
        self._options: Table = options_of(self, *self.commands.values())

    def first_word(self, arguments: Sequence[str]) -> str | None:
        """The first argument that is no option and no option's value; None where there is none."""
        words = (piece.tokens[0] for piece in pieces(arguments, self._options) if piece.kind == "word")
        return next(words, None)

    def asks_for(self, names: Sequence[str], arguments: Sequence[str]) -> bool:
        """Whether one of these options is among the arguments, and neither a word nor an option's value."""
        return _asks_for(names, pieces(arguments, self._options))

    @override
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        return super().parse_known_args(None if args is None else self._in_order(list(args)), namespace)

    def _in_order(self, arguments: list[str]) -> list[str]:
        found = list(pieces(arguments, self._options))
        at = next((number for number, piece in enumerate(found) if piece.kind == "word"), len(found))
        word = found[at].tokens[0] if at < len(found) else None
        command = word if word in self.commands else None
        if word is not None and command is None and not is_there(word):
            unknown = [piece.tokens[0] for piece in found[:at] if piece.kind == "unknown"]
            self._refuse(word, unknown)
        if _asks_for(["--version"], found):
            return ["--version"]
        if word is None:
            return arguments
        if command is None:  # a file that is there: help is all that may be asked of it here
            if _asks_for(HELP, found):
                return ["--help"]
            self._refuse(word, [])
        rest = arguments[: found[at].at] + arguments[found[at].at + 1 :]
        own = options_of(self.commands[command])
        dashes = command in _DASHED_WORDS
        found = list(pieces(rest, own, dashes=dashes))
        unknown = [piece.tokens[0] for piece in found if piece.kind == "unknown"]
        if unknown:  # named alone: argparse would add the words around them
            near = did_you_mean(unknown[0], own)
            self.commands[command].error(f"unrecognized arguments: {' '.join(unknown)}{near}")
        return [command, *in_order(rest, own, dashes=dashes)]

    def _refuse(self, word: str, unknown: Sequence[str]) -> NoReturn:
        """End with a word that is no command; an unknown option before it may have it for its value."""
        if unknown:
            near = did_you_mean(unknown[0], self._options)
            self.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
        near = did_you_mean(word, self.commands)
        self.error(f"invalid choice: {word!r} is neither a command nor a file or folder that is there{near}")


def is_there(word: str) -> bool:
    """Whether a word names something on the disk, as a path or as a `file:` address."""
    return os.path.lexists(file_urls.path_of(word) or os.path.expanduser(word))


def _asks_for(names: Sequence[str], found: Iterable[Argument]) -> bool:
    return any(piece.kind == "option" and piece.tokens[0] in names for piece in found)


def did_you_mean(word: str, known: Any) -> str:
    """A question that ends a refusal, "" where nothing known is like `word`."""
    near = difflib.get_close_matches(word.partition("=")[0].lower(), list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def make_parser() -> CommandLine:
    """The parser of `dinodesk`; wrong usage ends with exit code 2."""
    return CommandLine()


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--library", type=_name, metavar="DIR", help="the library's folder (made if it is not there)"
    )
    common.add_argument(
        "--model",
        type=_name,
        metavar="NAME_OR_FILES",
        help="a name of `models list`, checkpoint files joined by commas, or a folder from Hugging Face",
    )
    common.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    common.add_argument("--precision", choices=("auto", "fp32", "bf16"))
    common.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    return common


def _index(parser: argparse.ArgumentParser) -> None:
    """Add folders or files to the library and embed what is new or changed."""
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--believe", action="store_true", help="when a folder is suddenly emptier, note it without asking"
    )


def _search(parser: argparse.ArgumentParser) -> None:
    """Find photos by a query, by example photos, or both."""
    parser.add_argument(
        "query",
        nargs="?",
        default="",
        metavar="QUERY",
        help='words, "…", AND OR NOT, a leading -, ( ), and filters such as after:2012 or rating>=3',
    )
    parser.add_argument("--recipe", type=_name, metavar="FILE", help="the search of a recipe")
    parser.add_argument("--save-recipe", type=_name, metavar="FILE", help="write a recipe of this search")
    _asking(parser)


def _saved(parser: argparse.ArgumentParser) -> None:
    """Save searches under a name, list them, run one as `search`, remove one."""
    parser.add_argument("action", nargs="?", choices=("list", "add", "run", "remove"), default="list")
    parser.add_argument(
        "what", nargs="*", type=_name, metavar="NAME QUERY", help="its name; to add, its query as well"
    )
    _asking(parser)


def _asking(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--literal", action="store_true", help="take QUERY as one sentence, whatever signs it has"
    )
    parser.add_argument(
        "--image", type=_name, action="append", default=[], metavar="FILE", help="an example photo"
    )
    parser.add_argument(
        "--image-weight",
        type=_share,
        metavar="W",
        help="the share, 0 to 1, of the example photos beside a sentence",
    )
    parser.add_argument(
        "--queries", type=_name, metavar="FILE", help="one query a line: the first photos of each"
    )
    parser.add_argument(
        "--scene",
        type=_share,
        default=0.5,
        metavar="W",
        help="the share, 0 to 1, of the whole scene beside its details (0.5)",
    )
    parser.add_argument("--top", type=_positive, default=50, metavar="N", help="how many to list (50)")
    parser.add_argument(
        "--sort",
        choices=SORTS,
        default="relevance",
        metavar="KEY",
        help="relevance, date, name, rating, size or folder, or one with a minus before it; "
        "other than relevance: the hits only",
    )
    parser.add_argument(
        "--stop", choices=STOPS, default="balanced", help="how much counts as a good match (balanced)"
    )
    parser.add_argument(
        "--line", type=_share, metavar="P", help="the confidence, 0 to 1, from which a photo is a match"
    )
    parser.add_argument("--threshold", type=_finite, metavar="T", help="the cosine of confidence 0.5")
    parser.add_argument("--temperature", type=_steepness, metavar="A", help="how steep confidence rises")
    parser.add_argument("--templates", choices=TEMPLATES, default="none")
    parser.add_argument("--exact", action="store_true", help="never use the approximate index")


def _labels(parser: argparse.ArgumentParser) -> None:
    """List labels and albums with counts; put a label on photos or take it off."""
    parser.add_argument("action", nargs="?", choices=("list", "add", "remove"), default="list")
    parser.add_argument(
        "what", nargs="*", type=_name, metavar="NAME PATH", help="the label, then files or folders"
    )


def _export(parser: argparse.ArgumentParser) -> None:
    """Write what is known of photos for other programs; or links, copies, a contact sheet of them."""
    parser.add_argument("--format", choices=("csv", "json", "xmp", "links", "copies", "sheet"), required=True)
    parser.add_argument(
        "--query", type=_name, default=None, metavar="TEXT", help="only what matches this sentence"
    )
    parser.add_argument(
        "--label", type=_name, default=None, metavar="NAME", help="only photos with this label"
    )
    parser.add_argument(
        "--place", type=_name, default=None, metavar="FOLDER", help="only photos in this folder and below"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=_name,
        metavar="OUT",
        help="the file, or the folder of links and copies; sidecars lie beside photos",
    )


def _import_sidecars(parser: argparse.ArgumentParser) -> None:
    """Take over ratings, labels, titles and descriptions from XMP files beside the photos."""
    parser.add_argument(
        "paths", nargs="*", type=_name, metavar="PATH", help="files or folders; everything by default"
    )


def _embed(parser: argparse.ArgumentParser) -> None:
    """Write raw vectors for other tools."""
    parser.add_argument("--image", type=_name, action="append", default=[], metavar="FILE")
    parser.add_argument("--images-from", type=_name, metavar="LIST", help="a file with one path a line")
    parser.add_argument("--text", action="append", default=[], metavar="STRING")
    parser.add_argument("--texts-from", type=_name, metavar="LIST", help="a file with one text a line")
    parser.add_argument("--patches", action="store_true", help="patch tokens too")
    parser.add_argument("-o", "--output", type=_name, required=True, metavar="OUT.npz")


def _calibrate(parser: argparse.ArgumentParser) -> None:
    """Fit the model's line on a labelled folder, and keep it."""
    parser.add_argument("folder", type=_name, nargs="?", default=None, metavar="FOLDER")
    parser.add_argument(
        "--labels", type=_name, metavar="FILE", help="one label a line; else the subfolders' names"
    )
    parser.add_argument("--templates", choices=TEMPLATES, default="none")
    parser.add_argument("--forget", action="store_true", help="go back to the calibration before")


def _classify(parser: argparse.ArgumentParser) -> None:
    """Label photos by words alone, and measure where subfolders name the truth."""
    parser.add_argument("folder", type=_name, metavar="FOLDER")
    parser.add_argument(
        "--labels", type=_name, metavar="FILE", help="one label a line; else the subfolders' names"
    )
    parser.add_argument("--templates", choices=TEMPLATES, default="openai80")
    parser.add_argument(
        "--report", type=_name, metavar="OUT.html", help="a page with histograms, reliability and confusion"
    )


def _explain(parser: argparse.ArgumentParser) -> None:
    """Compare sentences with photos, word by word."""
    parser.add_argument("files", nargs="+", type=_name, metavar="FILE")
    parser.add_argument("--text", action="append", default=[], metavar="STRING", help="may be repeated")
    parser.add_argument("--templates", choices=TEMPLATES, default="none")
    parser.add_argument(
        "--crop", type=_crop, metavar="X,Y,W,H", help="a part of the photos, in pixels, beside the whole"
    )


def _inspect(parser: argparse.ArgumentParser) -> None:
    """Write one inspection map of a photo."""
    parser.add_argument("file", type=_name, metavar="FILE")
    parser.add_argument("--map", choices=[spec.name for spec in MAPS], required=True)
    parser.add_argument("--text", default="", metavar="STRING", help="the sentence of a text map")
    parser.add_argument("--patch", type=_patch, metavar="ROW,COL", help="the patch of a similarity map")
    parser.add_argument("--layer", type=_whole, default=-1, metavar="N", help="0-based; the last by default")
    parser.add_argument("--size", type=_positive, default=0, metavar="PX", help="short side of the input")
    parser.add_argument("--view", choices=("whole", "model"), default="whole")
    parser.add_argument("--robust", action="store_true", help="fit the PCA without outlying patches")
    parser.add_argument("--foreground", action="store_true", help="fit the PCA on the foreground")
    parser.add_argument("-o", "--output", type=_name, required=True, metavar="OUT")
    parser.add_argument("--npy", type=_name, metavar="OUT.npy", help="raw values on the patch grid")


def _models(parser: argparse.ArgumentParser) -> None:
    """List, import and verify models."""
    parser.add_argument("action", nargs="?", choices=("list", "import", "verify"), default="list")
    parser.add_argument("what", nargs="*", type=_name, metavar="FILE_OR_NAME")


def _doctor(parser: argparse.ArgumentParser) -> None:
    """Check device, versions and the library."""
    parser.add_argument(
        "--repair", action="store_true", help="rebuild the caches, restore a damaged database"
    )
    parser.add_argument("--verify", action="store_true", help="hash every photo again; goes on if stopped")
    parser.add_argument("--back-up", action="store_true", help="back the database up now")
    parser.add_argument(
        "--move-to", type=_name, metavar="DIR", help="move the library to an empty or new folder"
    )


def _places(parser: argparse.ArgumentParser) -> None:
    """List the folders of the library; take one out, forget what is gone, set what is left out."""
    parser.add_argument("action", nargs="?", choices=("list", "remove", "forget", "rules"), default="list")
    parser.add_argument(
        "what", nargs="*", type=_name, metavar="FOLDER", help="folders to remove; their files stay"
    )
    parser.add_argument(
        "--older-than", type=_days, default=30.0, metavar="DAYS", help="forget: missing for so long (30)"
    )
    parser.add_argument("--leftovers", action="store_true", help="forget: photos of folders taken out")
    parser.add_argument("--exclude", action="append", metavar="GLOB", help="rules: leave these out")
    parser.add_argument("--smallest", type=_natural, metavar="BYTES", help="rules: leave smaller files out")
    parser.add_argument("--hidden", choices=("yes", "no"), help="rules: look into hidden folders")


def _bench(parser: argparse.ArgumentParser) -> None:
    """Measure against the plain way, interleaved in one run."""
    parser.add_argument("what", nargs="?", choices=BENCHES, default="all")
    parser.add_argument(
        "--rows",
        type=_positive,
        default=100_000,
        help="vectors to search, or files to look through (100,000)",
    )
    parser.add_argument("--photos", type=_positive, default=24, help="photos to index (24)")


def _train(parser: argparse.ArgumentParser) -> None:
    """Run a recipe that makes a model."""
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--data", type=_name, metavar="DIR", default="data", help="the data folder (./data)")
    parser.add_argument(
        "--out", type=_name, metavar="DIR", help="log, checkpoint and result (./train-RECIPE)"
    )
    parser.add_argument(
        "--cache", type=_name, metavar="DIR", help="features kept between runs (./train-cache)"
    )
    parser.add_argument("--seed", type=_natural, default=0, metavar="N")
    parser.add_argument("--quick", action="store_true", help="a run of minutes")
    parser.add_argument("--restart", action="store_true", help="begin anew, whatever checkpoint there is")
    parser.add_argument(
        "--tune",
        type=_name,
        metavar="DIR",
        help="builtin: train last stages and layers too, from the heads that a run without this wrote to DIR",
    )
    parser.add_argument(
        "--frozen",
        type=_name,
        metavar="FILE",
        help="builtin: the frozen parts to train on (those of the model there is)",
    )
    parser.add_argument(
        "--gentle", action="store_true", help="one thread at the lowest priority, to run beside other work"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=NUMBER",
        help="a number of the recipe, for example gram=0; may be given several times",
    )


def _name(text: str) -> str:
    """A name of something; "" would be the current folder, or as if nothing had been said."""
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def _setting(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    if not name:
        raise argparse.ArgumentTypeError("must be NAME=NUMBER")
    return name, _number(number)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"invalid number: {text!r}") from None
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError("must be a number of ordinary size")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from None


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _natural(text: str) -> int:
    number = _whole(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def _days(text: str) -> float:
    number = _finite(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def _finite(text: str) -> float:
    number = _number(text)
    if not abs(number) < 1e6:
        raise argparse.ArgumentTypeError("must be a number of ordinary size")
    return number


def _share(text: str) -> float:
    number = _number(text)
    if not 0.0 <= number <= 1.0:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return number


def _steepness(text: str) -> float:
    number = _finite(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _patch(text: str) -> tuple[int, int]:
    try:
        row, column = (int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be ROW,COL") from error
    return row, column


def _crop(text: str) -> tuple[int, int, int, int]:
    try:
        left, top, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be X,Y,W,H in pixels") from error
    if width < 1 or height < 1:
        raise argparse.ArgumentTypeError("must have a width and a height")
    return left, top, width, height


_PARSERS = {
    "index": _index,
    "search": _search,
    "saved": _saved,
    "labels": _labels,
    "export": _export,
    "import-sidecars": _import_sidecars,
    "embed": _embed,
    "calibrate": _calibrate,
    "classify": _classify,
    "explain": _explain,
    "inspect": _inspect,
    "models": _models,
    "doctor": _doctor,
    "bench": _bench,
    "places": _places,
    "train": _train,
}
"""What adds the options of each command, in the order of the help; `main.FUNCTIONS` has the same names."""

COMMANDS = tuple(_PARSERS)
