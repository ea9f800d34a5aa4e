"""A contact sheet of failures: each picture, what is written in it, what was read, how surely."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from scores import Outcome
from tenfold.data.sheet import PAPER, QUIET, WORDS
from tenfold.errors import PictureError
from tenfold.picture import open_picture

CELL_PX: Final = (190, 120)
WORDS_PX: Final = 32
GAP_PX: Final = 6
N_COLUMNS: Final = 8
FAULT: Final = (176, 32, 32)


def failure_sheet(outcomes: Sequence[Outcome]) -> Image.Image:
    """One picture of all outcomes, with a heading where the next folder starts.

    Under each picture stand its label, and in red what was read with its
    confidence; `!` marks what the reader had accepted.

    Raises:
        ValueError: there is no outcome to draw.
    """
    if not outcomes:
        raise ValueError("a sheet of failures needs at least one failure")
    by_folder = itertools.groupby(outcomes, key=lambda outcome: outcome.record.path.parent)
    groups = [(folder.name, list(group)) for folder, group in by_folder]
    step_x, step_y = CELL_PX[0] + GAP_PX, CELL_PX[1] + WORDS_PX + GAP_PX
    heading = 30
    n_rows = [-(-len(group) // N_COLUMNS) for _, group in groups]
    size = (N_COLUMNS * step_x + GAP_PX, sum(heading + n * step_y for n in n_rows) + GAP_PX)
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    top = 0
    for (name, group), n in zip(groups, n_rows, strict=True):
        title = f"{name}: {len(group)} not right"
        pen.text((GAP_PX, top + heading / 2), title, WORDS, _font(17), anchor="lm")
        top += heading
        for i, outcome in enumerate(group):
            _draw(sheet, outcome, GAP_PX + i % N_COLUMNS * step_x, top + i // N_COLUMNS * step_y)
        top += n * step_y
    return sheet


def may_be_written(sheet: Path, pictures: Sequence[Path], repository: Path) -> bool:
    """Only pictures that lie in the repository may be drawn on a sheet in the repository.

    Other people's pictures have no licence here: no sheet of them may be committed by accident.

    >>> home = Path("/repo")
    >>> may_be_written(home / "a.png", [Path("/data/b.png")], home)
    False
    >>> may_be_written(Path("/tmp/a.png"), [Path("/data/b.png")], home)
    True
    """
    inside = [path.resolve().is_relative_to(repository.resolve()) for path in (sheet, *pictures)]
    return not inside[0] or all(inside)


def _draw(sheet: Image.Image, outcome: Outcome, x: int, y: int) -> None:
    pen = ImageDraw.Draw(sheet)
    answer = outcome.answer
    try:
        picture = _fitted(Image.fromarray(open_picture(outcome.record.path).pixels).convert("RGB"))
        room = (CELL_PX[0] - picture.width) // 2, (CELL_PX[1] - picture.height) // 2
        sheet.paste(picture, (x + room[0], y + room[1]))
    except PictureError as error:
        pen.text((x, y + CELL_PX[1] / 2), error.reason[:30], FAULT, _font(12), anchor="lm")
    pen.rectangle((x - 1, y - 1, x + CELL_PX[0], y + CELL_PX[1]), outline=QUIET)
    read = "|".join(answer.lines) or outcome.error or "nothing"
    mark = " !" if answer.accepted else ""
    pen.text((x, y + CELL_PX[1] + 2), outcome.record.label[:28], WORDS, _font(13))
    said = f"{read[:22]}  {answer.confidence:.2f}{mark}"
    pen.text((x, y + CELL_PX[1] + 16), said, FAULT, _font(13))


def _fitted(picture: Image.Image) -> Image.Image:
    scale = min(CELL_PX[0] / picture.width, CELL_PX[1] / picture.height, 4.0)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    way = Image.Resampling.NEAREST if scale >= 1 else Image.Resampling.BOX
    return picture.resize(size, way)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)
