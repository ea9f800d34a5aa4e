"""`tenfold calibrate`: what can be promised on pictures of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import track

from tenfold.cli.output import columns, print_json
from tenfold.data.folder import Record, read_folder
from tenfold.errors import ExportError, TenfoldError
from tenfold.runtime.manifest import DEFAULT_MODEL

if TYPE_CHECKING:
    from tenfold.reading import Reader
    from tenfold.trust import Acceptance, Promise, Steps

LADDER: Final = (0.02, 0.01, 0.005, 0.002, 0.001)
"""Promises that are looked at where none is asked for."""

SCHEMA: Final = 1
_HEADINGS: Final = ("max error", "accepted", "wrong", "bound", "from confidence")


def calibrate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Pictures with labels.csv or in 0 to 9.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the promise, for tenfold read --promise FILE."),
    ] = None,
    max_error: Annotated[
        list[float] | None,
        typer.Option(metavar="P", help="A share of wrong answers to promise; may be repeated."),
    ] = None,
    model: Annotated[
        str, typer.Option(metavar="NAME", help="A shipped model, or the path of an .onnx file.")
    ] = DEFAULT_MODEL,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")] = False,
) -> None:
    """Print what can be promised of the reader's answers on labelled pictures like yours.

    Each picture is read as tenfold read does it, and gives one answer: one of its
    numbers by chance. Too few pictures promise little; the table says how many are
    needed. docs/trust.md says what a promise is worth.

    $ tenfold calibrate my-meters --out meters.json

    $ tenfold read --promise meters.json --max-error 0.01 new-meters
    """
    from tenfold.reading import Reader
    from tenfold.trust import Promise, steps

    records = read_folder(folder)
    asked = sorted(max_error or LADDER, reverse=True)
    for share in asked:
        steps([], []).accept(share)  # one that cannot be is told before any picture is read
    pairs, failed = answered(Reader(model), records)
    for message in failed:
        typer.echo(message, err=True)
    found = steps([sure for sure, _ in pairs], [right for _, right in pairs])
    accepted = [found.accept(share) for share in asked]
    about = {
        "pictures": f"{len(records):,} in {folder}",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    if as_json:
        print_json(_as_dict(model, records, found, accepted))
    else:
        print(report(records, found, accepted))
    if out is not None:
        _write(Promise(found, model, about), out)
    if failed:
        raise typer.Exit(1)


def answered(
    reader: Reader, records: Sequence[Record]
) -> tuple[list[tuple[float, bool]], list[str]]:
    """One answer a picture, sure and right; and a message for each that cannot be read."""
    from tenfold.evaluation import answers, one_of

    pairs: list[tuple[float, bool]] = []
    failed = []
    for place, record in enumerate(_watched(records)):
        try:
            reading = reader.read(record.path)
        except TenfoldError as error:
            failed.append(str(error))
            continue
        pairs += one_of(answers(reading, record.label), seed=place)
    return pairs, failed


def report(records: Sequence[Record], found: Steps, accepted: Sequence[Acceptance]) -> str:
    """Everything for people to read."""
    wrong = int(found.wrong[-1]) if found.n else 0
    head = (
        f"{len(records):,} pictures; a number was found in {found.n:,}, "
        f"{wrong:,} of these answers are wrong."
    )
    rows = [
        (
            f"{100 * one.max_error:g} %",
            f"{one.accepted:,} ({100 * one.accepted / one.n:.0f} %)",
            f"{one.wrong:,}",
            f"{100 * one.bound:.2f} %",
            f"{one.threshold:.4f}",
        )
        if one.promised
        else (f"{100 * one.max_error:g} %", "none", "", "", one.reason)
        for one in accepted
    ]
    delta = accepted[0].delta
    foot = (
        "bound: on new pictures like these, no greater share of the accepted answers is wrong, "
        f"with {100 * (1 - delta):g} % confidence."
    )
    return "\n".join((head, "", columns(_HEADINGS, rows), "", foot))


def _as_dict(
    model: str, records: Sequence[Record], found: Steps, accepted: Sequence[Acceptance]
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "model": model,
        "pictures": len(records),
        "answers": found.n,
        "wrong": int(found.wrong[-1]) if found.n else 0,
        "promises": [
            {
                "max_error": one.max_error,
                "promised": one.promised,
                "threshold": one.threshold if one.promised else None,
                "accepted": one.accepted,
                "wrong": one.wrong,
                "bound": one.bound,
                "confidence": 1 - one.delta,
                "needed": one.n_needed,
            }
            for one in accepted
        ],
    }


def _write(promise: Promise, out: Path) -> None:
    from tenfold.data.cache import write_atomically

    try:
        write_atomically(out, promise.to_json().encode())
    except OSError as error:
        raise ExportError(str(out), f"cannot be written ({error.strerror})") from None
    typer.echo(f"The promise is in {out}: tenfold read --promise {out} PICTURE", err=True)


def _watched(records: Sequence[Record]) -> Iterator[Record]:
    console = Console(stderr=True)
    hidden = not console.is_terminal
    yield from track(records, "Reading", console=console, transient=True, disable=hidden)
