"""`tenfold review`: a person looks at the doubtful answers, one by one."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenfold.batch.sources import STDIN
from tenfold.errors import DataError, PictureError

if TYPE_CHECKING:
    from tenfold.cli.keys import Asks
    from tenfold.results import Reading
    from tenfold.review import Crop, Doubt, Originals, Sitting

_CONFIRM, _NO_NUMBER, _SKIP, _UNDO, _QUIT = "yxsuq"
_WHAT_TO_DO: Final = "Press a key, or type what is written, as 407 or 12,50"


def review(
    results: Annotated[
        str,
        typer.Argument(
            metavar="OUT.jsonl", show_default=False, help="What tenfold read --json printed, or -."
        ),
    ],
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the pictures lie now, if elsewhere; or the file that came on stdin.",
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where to keep what is said: default reviewed beside them."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also the accepted answers, not the doubtful alone.")
    ] = False,
    errors: Annotated[
        bool, typer.Option("--errors", help="Also pictures in which nothing could be read.")
    ] = False,
    in_order: Annotated[
        bool, typer.Option("--in-order", help="As the file has them, not most doubtful first.")
    ] = False,
) -> None:
    """Walk through the doubtful answers of tenfold read: confirm or correct them.

    y: right as read; type what is written where it is not; x: no number; s: skip;
    u: undo; q: quit. All is kept at once: stop when you like, and go on with the
    same command. Without a terminal, each line of stdin is such an answer.

    $ tenfold read --json scans > out.jsonl

    $ tenfold review out.jsonl

    $ tenfold calibrate scans/reviewed --out scans.json
    """
    from tenfold.cli.keys import asks
    from tenfold.cli.review_screen import KEYS
    from tenfold.data.kept import KeptFolder
    from tenfold.review import Originals, Sitting, doubts

    readings = _readings(results, pictures)
    chosen = doubts(readings, accepted=every, unread=errors, in_order=in_order)
    if not chosen:
        typer.echo(f"Nothing to look at: {_why(readings)}.")
        return
    moved = pictures if pictures is not None and pictures.is_dir() else None
    files = [reading.file for reading in readings]
    originals = Originals(files, Path(results).parent, moved, _written_at(results))
    folder = to or originals.folder
    sitting = Sitting(chosen, KeptFolder(folder))
    single = "".join(key for key in KEYS if len(key) == 1)
    try:
        _walk(sitting, originals, asks(single, stdin_is_taken=results == STDIN))
    finally:
        _sum_up(sitting, folder, every=every)
    if sitting.lost:
        raise typer.Exit(1)


def _walk(sitting: Sitting, originals: Originals, asked: Asks) -> None:
    from rich.console import Console

    from tenfold.cli.review_screen import show

    console = Console(highlight=False)
    said = f"Going on: {sitting.n_before} were looked at before." if sitting.n_before else ""
    while (doubt := sitting.current) is not None:
        try:
            crop = originals.crop(doubt)
        except PictureError as error:
            sitting.lose(error)
            typer.echo(str(error), err=True)
            continue
        show(console, doubt, crop, f"{sitting.position} of {sitting.n}", said)
        try:
            answer = asked.ask(lambda text, doubt=doubt: refusal(text, doubt))  # type: ignore[misc]
        except EOFError:
            return
        if answer == _QUIT:
            return
        said = _do(answer, sitting, doubt, crop)


def refusal(text: str, doubt: Doubt) -> str:
    """Why a text is no answer; empty where it is one."""
    from tenfold.review import is_label

    if text == _CONFIRM and not doubt.proposal:
        return "Nothing was read that could be right: type what is written, or press x"
    if text in (_CONFIRM, _NO_NUMBER, _SKIP, _UNDO, _QUIT) or is_label(text, doubt):
        return ""
    return _WHAT_TO_DO


def _do(answer: str, sitting: Sitting, doubt: Doubt, crop: Crop) -> str:
    """What came of an answer, in words."""
    if answer == _SKIP:
        sitting.skip()
        return "Skipped."
    if answer == _UNDO:
        return "Taken back." if sitting.undo() else "There is nothing to undo."
    label = {_CONFIRM: doubt.proposal, _NO_NUMBER: ""}.get(answer, answer)
    kind = sitting.keep(crop.pixels, label)
    return f"Kept: {label}, {kind}." if label else f"Kept: {kind}."


def _sum_up(sitting: Sitting, folder: Path, *, every: bool) -> None:
    """What was said in all sittings, what is left, and the commands that take the folder."""
    from tenfold.data.folder import DIGIT_NAMES
    from tenfold.review import CONFIRMED, CORRECTED, NO_NUMBER

    counts = sitting.counts()
    parts = [f"{counts[kind]} {kind}" for kind in (CONFIRMED, CORRECTED, NO_NUMBER)]
    parts += [f"{sitting.n_left} left"]
    parts += [f"{len(sitting.lost)} could not be shown"] if sitting.lost else []
    typer.echo(f"{sitting.n} answers: {', '.join(parts)}.")
    if not counts.total():
        return
    typer.echo(f"They are kept in {folder}. What takes it:")
    typer.echo(f"  tenfold calibrate {folder} --out promise.json")
    if any(label in DIGIT_NAMES for label in sitting.labels()):
        typer.echo(f"  tenfold evaluate tenfold --data {folder}")
        typer.echo(f"  tenfold train dense128 --data {folder}")
    if not every:
        typer.echo("A promise for all answers needs accepted ones as well: tenfold review --all.")


def _readings(results: str, pictures: Path | None) -> list[Reading]:
    from tenfold.review import read_results

    try:
        data = sys.stdin.buffer.read() if results == STDIN else Path(results).read_bytes()
        readings = read_results(data.decode("utf-8-sig"), results)
    except OSError as error:
        raise DataError(results, f"cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise DataError(results, "not a reading in JSON", came="bytes that are no text") from None
    if pictures is None or pictures.is_dir():
        return readings
    if not pictures.is_file():
        raise DataError(str(pictures), "there is no such folder or file")
    # One file: it is what came on stdin.
    return [
        dataclasses.replace(reading, file=str(pictures)) if reading.file == STDIN else reading
        for reading in readings
    ]


def _written_at(results: str) -> float | None:
    return None if results == STDIN else Path(results).stat().st_mtime


def _why(readings: list[Reading]) -> str:
    n_numbers = sum(len(reading.numbers) for reading in readings)
    n_failed = sum(reading.error is not None for reading in readings)
    words = f"all {n_numbers} numbers in {len(readings)} pictures were accepted"
    return f"{words}; {n_failed} pictures could not be read, see --errors" if n_failed else words
