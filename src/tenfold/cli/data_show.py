"""`tenfold data show`: how many of each digit a data set has, and how they look."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image
from rich.bar import Bar
from rich.columns import Columns
from rich.console import Console
from rich.table import Table

from tenfold.cli import data_pages
from tenfold.cli.data_strings import N_EACH, STRINGS, print_difficulties, string_sheet
from tenfold.cli.halfblocks import half_blocks
from tenfold.data.checks import Labels, Pixels
from tenfold.data.folder import Record, load_npz, read_folder
from tenfold.data.known import KNOWN, known
from tenfold.data.sheet import contact_sheet, some_of_each
from tenfold.errors import DataError, did_you_mean
from tenfold.picture import open_picture

OTHER: Final = "other"
PREVIEW_PX: Final = 14
PER_CLASS: Final = 20
BAR_CELLS: Final = 30

Rows = Mapping[str, Sequence[NDArray[np.uint8]]]


@dataclass(frozen=True, slots=True)
class Contents:
    """What `show` has to know of a data set.

    Attributes:
        counts: part -> label -> number of pictures.
        some: given how many of each and a seed: label -> pictures to look at.
    """

    counts: Mapping[str, Counter[str]]
    some: Callable[[int, int], Rows]

    @property
    def labels(self) -> list[str]:
        """Every label once, digits first."""
        return sorted(set().union(*self.counts.values()), key=lambda label: (label == OTHER, label))


def show(
    name: Annotated[str, typer.Argument(metavar="NAME|FOLDER|FILE.npz")],
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Look here instead of in $TENFOLD_DATA."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="Write a contact sheet, a row for each digit."),
    ] = None,
    per_class: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=200,
            help="Pictures in each row of the sheet.  "
            f"[default: {PER_CLASS}; strings: {N_EACH}; pages: {data_pages.N_EACH}]",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Which pictures are drawn.")] = 0,
    preview: Annotated[
        bool | None,
        typer.Option(
            "--preview/--no-preview",
            help="Show one of each in the terminal.  [default: where it is one]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print how many pictures of each digit a data set has; write a contact sheet.

    NAME is one of `tenfold data list`; a folder with labels.csv or subfolders 0 to 9, and a
    .npz with x and y, are read as well. The sheet's pictures are the training ones.

    NAME strings prints what makes numbers hard to read, and its sheet has a row for each
    difficulty of the synthetic test set: written by the pen and the fonts, with --data by the
    real digits of that folder as well. NAME pages does the same with whole pages, kind by kind.
    """
    if name == data_pages.PAGES and not Path(name).exists():
        data_pages.print_kinds()
        if out is not None:
            _save(data_pages.page_sheet(per_class or data_pages.N_EACH, seed, data), out)
        return
    if name == STRINGS and not Path(name).exists():
        print_difficulties()
        if out is not None:
            _save(string_sheet(per_class or N_EACH, seed, data), out)
        return
    contents = _contents(name, data)
    console = Console()
    console.print(_table(contents))
    if _has_colours(console) if preview is None else preview:
        console.print(_preview(contents.some(1, seed)))
    if out is not None:
        notes = {label: f"{_total(contents, label):,}" for label in contents.labels}
        _save(contact_sheet(contents.some(per_class or PER_CLASS, seed), notes=notes), out)


def _has_colours(console: Console) -> bool:
    return console.is_terminal and console.color_system is not None and not console.no_color


def _contents(name: str, data: Path | None) -> Contents:
    path = Path(name).expanduser()
    if name not in KNOWN and not path.exists():
        advice = did_you_mean(name, [*KNOWN, STRINGS, data_pages.PAGES])
        raise DataError(name, "no data set has this name", todo=advice)
    if name in KNOWN:
        entry = known(name)
        return _of_arrays(entry.load(data), entry.ink_high)
    if path.is_dir():
        return _of_records(read_folder(path))
    return _of_arrays({"all": load_npz(path)}, ink_high=True)


def _of_arrays(parts: Mapping[str, tuple[Pixels, Labels]], ink_high: bool) -> Contents:
    x, y = next(iter(parts.values()))  # the training part, where there are two

    def some(per_class: int, seed: int) -> Rows:
        chosen = some_of_each(y, per_class, seed)
        return {label: list(255 - x[k] if ink_high else x[k]) for label, k in chosen.items()}

    counts = {part: Counter(str(label) for label in y.tolist()) for part, (_, y) in parts.items()}
    return Contents(counts, some)


def _of_records(records: Sequence[Record]) -> Contents:
    labels = np.array([OTHER if r.digit is None else r.label for r in records])

    def some(per_class: int, seed: int) -> Rows:
        chosen = some_of_each(labels, per_class, seed)
        return {
            label: [open_picture(records[k].path).pixels for k in places]
            for label, places in chosen.items()
        }

    return Contents({"all": Counter(labels.tolist())}, some)


def _total(contents: Contents, label: str) -> int:
    return sum(count[label] for count in contents.counts.values())


def _table(contents: Contents) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("digit")
    for part in contents.counts:
        table.add_column(part, justify="right")
    table.add_column("")
    most = max(_total(contents, label) for label in contents.labels)
    for label in contents.labels:
        counts = (f"{count[label]:,}" for count in contents.counts.values())
        bar = Bar(most, 0, _total(contents, label), width=BAR_CELLS, color="cyan")
        table.add_row(label, *counts, bar)
    table.add_section()
    sums = (f"{sum(count.values()):,}" for count in contents.counts.values())
    table.add_row("sum", *sums, "", style="bold")
    return table


def _preview(rows: Rows) -> Columns:
    """One picture of each label side by side, shrunk; as many in a line as fit."""
    return Columns([half_blocks(_thumbnail(pictures[0])) for pictures in rows.values()])


def _thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gray = Image.fromarray(picture).convert("L")
    return np.asarray(gray.resize((PREVIEW_PX, PREVIEW_PX), Image.Resampling.BOX))


def _save(sheet: Image.Image, out: Path) -> None:
    partial = out.with_name(f"{out.name}.tmp")
    try:
        sheet.save(partial, format=Image.registered_extensions().get(out.suffix.lower(), "PNG"))
        partial.replace(out)
    except OSError as fault:
        partial.unlink(missing_ok=True)
        raise DataError(
            str(out), "the sheet cannot be written", came=fault.strerror or str(fault)
        ) from fault
    Console(stderr=True).print(f"wrote {out}", highlight=False)
