"""The answers that a person should look at, from what `tenfold read --json` printed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tenfold.canon import JUNK, SYMBOLS
from tenfold.errors import DataError
from tenfold.results import Box, Number, Reading
from tenfold.rules import digits_of

STDIN: Final = "-"
_MARKED: Final = frozenset(SYMBOLS) - {JUNK}
_STEM: Final = 40  # characters; the whole path is in the checksum behind it


@dataclass(frozen=True, slots=True)
class Doubt:
    """One answer that a person looks at.

    Attributes:
        reading: the picture's.
        number: the answer; None where it is the picture as a whole, in which nothing was
            read.
    """

    reading: Reading
    number: Number | None

    @property
    def place(self) -> str:
        """Which picture, for people."""
        page = "" if self.reading.page is None else f", page {self.reading.page}"
        return f"{self.reading.file}{page}"

    @property
    def proposal(self) -> str:
        """What was read, with its marks; empty where nothing was.

        A digit that `--min-confidence` made a `?` is told.
        """
        if self.number is None:
            return ""
        text = self.number.text
        if not text.isdecimal():
            text = "".join(str(digit.digit) for digit in self.number.digits) if text else ""
        written = self.number.written
        return written if digits_of(written) == text and set(written) <= _MARKED else text

    @property
    def others(self) -> tuple[Box, ...]:
        """Where the picture's other numbers stand."""
        return tuple(one.box for one in self.reading.numbers if one is not self.number)

    @property
    def name(self) -> str:
        """The file name under which it is kept: the same for the same place of a picture.

        >>> Doubt(Reading("scans/a 1.png", 9, 9, page=2), None).name
        'a_1-page2-9ed85e.png'
        """
        reading = self.reading
        stem = "stdin" if reading.file == STDIN else Path(reading.file).stem
        parts = [re.sub(r"[^\w.-]", "_", stem).lstrip(".-")[:_STEM]]
        if reading.page is not None:
            parts.append(f"page{reading.page}")
        if self.number is not None:
            parts += map(str, self.number.box.to_list())
        known = f"{reading.file}\n{reading.page}\n{reading.width}x{reading.height}"
        parts.append(hashlib.sha256(known.encode(errors="surrogateescape")).hexdigest()[:6])
        return "-".join(parts) + ".png"


def doubts(
    readings: Iterable[Reading],
    *,
    accepted: bool = False,
    unread: bool = False,
    in_order: bool = False,
) -> list[Doubt]:
    """What a person should look at, the most doubtful first; each place of a picture once.

    Args:
        readings: of any pictures.
        accepted: the accepted answers as well.
        unread: also pictures that could not be read, or in which nothing was; they come last.
        in_order: keep the order of the readings.
    """
    found: dict[str, Doubt] = {}
    for reading in readings:
        numbers = [n for n in reading.numbers if accepted or n.status == "review"]
        some = [Doubt(reading, number) for number in numbers]
        if unread and not reading.numbers:
            some.append(Doubt(reading, None))
        found |= {doubt.name: doubt for doubt in some if doubt.name not in found}
    if in_order:
        return list(found.values())
    return sorted(found.values(), key=lambda one: one.number.confidence if one.number else 2.0)


def read_results(text: str, name: str) -> list[Reading]:
    """The readings in the JSON or the JSON lines that `tenfold read` printed.

    Args:
        text: of the file.
        name: of the file, for the error.

    Raises:
        DataError: a line is something else, is cut short, or has another schema.
    """
    try:
        whole = json.loads(text)
    except ValueError:
        lines = enumerate(text.splitlines(), start=1)
        return [_reading(_parsed(line, name, n), name, n) for n, line in lines if line.strip()]
    entries = whole if isinstance(whole, list) else [whole]
    return [_reading(entry, name, n) for n, entry in enumerate(entries, start=1)]


def _parsed(line: str, name: str, n: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as fault:
        raise _not_ours(name, n, str(fault)) from None


def _reading(entry: Any, name: str, n: int) -> Reading:
    try:
        return Reading.from_dict(entry)
    except KeyError as fault:
        raise _not_ours(name, n, f"no {fault}") from None
    except (ValueError, TypeError, AttributeError) as fault:
        raise _not_ours(name, n, str(fault)) from None


def _not_ours(name: str, n: int, came: str) -> DataError:
    return DataError(
        f"{name}, entry {n}",
        "not a reading in JSON",
        came=came,
        todo="Make the file so: tenfold read --json PICTURE... > out.jsonl",
    )
