"""Readers that are scored side by side, behind one protocol (`scores.Reads`).

All of them are given the same pixels, upright and without transparency, as
Tenfold decodes them, and one thread each. The peers are told more than Tenfold:
that a crop holds one line, and Tesseract even that it holds a single digit.
Only the digits of what they say are looked at.
"""

import io
import os
import shutil
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from scores import Answer, Kind, Reads, digits_of
from tenfold.errors import TenfoldError
from tenfold.picture import open_picture
from tenfold.reading import Reader
from tenfold.results import Box, Reading
from tenfold.runtime import shipped
from tenfold.runtime.manifest import DEFAULT_MODEL

PEER_ACCEPT: Final = 0.9
"""Peers promise nothing: an answer at least this sure counts as accepted."""


class Tenfold:
    """The project's own reader, which finds out by itself what a picture holds."""

    package = "tenfold"

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self._reader = Reader(model)
        self.version = version(self.package)
        self.model = Path(model).name
        own = model == DEFAULT_MODEL
        self.name = self.package if own else f"{self.package} ({self.model})"
        nets = self._reader.nets
        used = {net.name for net in (nets.alone, nets.company, nets.line) if net}
        self.model_bytes = sum(map(_bytes_of, used))

    def read(self, path: Path, kind: Kind) -> Answer:
        """What stands in a picture; the kind is not looked at."""
        return answer_of(self._reader.read(path))


def _bytes_of(net: str) -> int:
    """Of a shipped net, by name, or of a file."""
    return Path(net).stat().st_size if net.endswith(".onnx") else shipped()[net].bytes


class RapidOCR:
    """RapidOCR: its recogniser alone on crops, its detector in front on pages."""

    name = package = "rapidocr"

    def __init__(self) -> None:
        from rapidocr import RapidOCR as Engine

        threads = "EngineConfig.onnxruntime"
        self._engine: Any = Engine(  # what it returns depends on what it is asked for
            params={
                "Global.log_level": "error",
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
            }
        )
        self.version = version(self.package)
        names = ("Rec.ocr_version", "Rec.model_type")
        family, size = (_setting(self._engine.cfg, name) for name in names)
        weights = Path(str(self._engine.cfg.Global.model_root_dir)) / f"{family}_rec_{size}.onnx"
        self.model = weights.name
        self.model_bytes = weights.stat().st_size

    def read(self, path: Path, kind: Kind) -> Answer:
        """What stands in a picture."""
        pixels = open_picture(path).pixels
        found = self._engine(
            pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, ::-1]),  # BGR
            use_det=kind == "page",
            use_cls=False,
            use_rec=True,
        )
        texts, scores = found.txts or (), found.scores or ()
        if kind != "page":
            return _line_answer(zip(texts, scores, strict=False))
        boxes = [] if found.boxes is None else [_upright_box(corners) for corners in found.boxes]
        parts = [  # row by row already
            (box, digits, float(sure))
            for box, text, sure in zip(boxes, texts, scores, strict=True)
            if (digits := digits_of(text))
        ]
        lines = in_lines([(box, digits) for box, digits, _ in parts])
        return _answer(lines, [sure for _, _, sure in parts])


class Tesseract:
    """Tesseract with the digits whitelist; starts a process for each picture, as its users do."""

    name = package = "tesseract"
    _MODES: Final[dict[Kind, int]] = {"digit": 10, "not_digit": 10, "number": 7, "page": 6}

    def __init__(self) -> None:
        self.version = _output("tesseract", "--version").split()[1]
        listed = _output("tesseract", "--list-langs")
        weights = Path(listed.split('"')[1]) / "eng.traineddata"
        self.model = weights.name
        self.model_bytes = weights.stat().st_size

    def read(self, path: Path, kind: Kind) -> Answer:
        """What stands in a picture."""
        picture = io.BytesIO()
        Image.fromarray(open_picture(path).pixels).save(picture, "bmp")
        command = ["tesseract", "stdin", "stdout", "--psm", str(self._MODES[kind])]
        command += ["-c", "tessedit_char_whitelist=0123456789", "tsv"]
        done = subprocess.run(
            command,
            input=picture.getvalue(),
            capture_output=True,
            check=True,
            timeout=120,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )
        return answer_of_tsv(done.stdout.decode())


PEERS: Final = (RapidOCR, Tesseract)


Model = Annotated[
    str, typer.Option(metavar="NAME", help="A shipped model, or the path of an .onnx file.")
]
Peers = Annotated[bool, typer.Option("--peers", help="RapidOCR and Tesseract as well.")]


def readers_asked(model: str, peers: bool) -> list[Reads]:
    """Tenfold, and beside it the peers that are here, where they are asked for.

    Raises:
        typer.BadParameter: the model cannot be used.
    """
    try:
        own = Tenfold(model)
    except TenfoldError as error:
        raise typer.BadParameter(str(error)) from None
    here, absent = installed_peers() if peers else ([], [])
    for name in absent:
        typer.echo(f"{name} is not installed: left out (benchmarks/README.md).", err=True)
    return [own, *here]


def installed_peers() -> tuple[list[Any], list[str]]:
    """The peers that are here, made ready; and the names of those that are not."""
    here, absent = [], []
    for peer in PEERS:
        try:
            here.append(peer())
        except (ImportError, FileNotFoundError):
            absent.append(peer.name)
    return here, absent


def answer_of(reading: Reading) -> Answer:
    """What a reading says, its numbers put in lines."""
    numbers = reading.numbers
    return Answer(
        lines=in_lines([(number.box, number.text) for number in numbers]),
        confidence=float(np.prod([number.confidence for number in numbers])) if numbers else 0.0,
        n_numbers=len(numbers),
        n_accepted=sum(number.status == "accepted" for number in numbers),
    )


def answer_of_tsv(table: str) -> Answer:
    r"""What Tesseract's `tsv` says: words in rows, their line named in columns 2 to 5.

    >>> words = ["5 1 1 1 1 1 0 0 9 9 96.0 12", "5 1 1 1 2 1 0 9 9 9 80.0 34"]
    >>> answer_of_tsv("level ...\n" + "\n".join(words).replace(" ", "\t")).lines
    ('12', '34')
    """
    lines: dict[tuple[str, ...], str] = {}
    sure = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and (digits := digits_of(cells[11])):
            place = tuple(cells[1:5])
            lines[place] = lines.get(place, "") + digits
            sure.append(float(cells[10]) / 100)
    return _answer(tuple(lines.values()), sure)


def in_lines(parts: Iterable[tuple[Box, str]]) -> tuple[str, ...]:
    """Texts in reading order, joined where they stand to the right of the one before.

    >>> boxes = Box(0, 0, 9, 9), Box(20, 2, 9, 9), Box(0, 12, 9, 9)
    >>> in_lines(zip(boxes, ("1", "2", "3")))
    ('12', '3')
    """
    lines: list[str] = []
    last: Box | None = None
    for box, text in parts:
        if last is not None and box.x > last.x and _same_line(last, box):
            lines[-1] += text
        else:
            lines.append(text)
        last = box
    return tuple(lines)


def _same_line(left: Box, right: Box) -> bool:
    shared = min(left.bottom, right.bottom) - max(left.y, right.y)
    return 2 * shared >= min(left.height, right.height)


def _line_answer(found: Iterable[tuple[str, float]]) -> Answer:
    parts = [(digits, float(sure)) for text, sure in found if (digits := digits_of(text))]
    return _answer(tuple(digits for digits, _ in parts), [sure for _, sure in parts])


def _answer(lines: tuple[str, ...], sure: list[float]) -> Answer:
    """A peer's answer: it stands by what it is sure of."""
    return Answer(
        lines=lines,
        confidence=float(np.prod(sure)) if sure else 0.0,
        n_numbers=len(sure),
        n_accepted=sum(value >= PEER_ACCEPT for value in sure),
    )


def _upright_box(corners: NDArray[Any]) -> Box:
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return Box(int(left), int(top), int(right - left), int(bottom - top))


def _setting(config: Any, dotted: str) -> str:
    for name in dotted.split("."):
        config = config[name]
    return str(getattr(config, "value", config))


def _output(*command: str) -> str:
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(command[0])
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
