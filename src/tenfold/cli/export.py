"""`tenfold export`: a trained net as a file that others run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tenfold.errors import ConfigError
from tenfold.export.targets import Target
from tenfold.models.quiet import quiet


def export(
    model: Annotated[str, typer.Argument(help="A run folder, .keras or .h5.")],
    to: Annotated[Target | None, typer.Option("--to", help="What the net shall become.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file or folder to write; default: beside the source."),
    ] = None,
    ship: Annotated[
        str | None,
        typer.Option(
            "--ship", metavar="NAME", help="Put it among the package's own weights, by this name."
        ),
    ] = None,
    int8: Annotated[
        bool, typer.Option("--int8", help="With --ship: let it compute in 8 bits.")
    ] = False,
) -> None:
    """Write MODEL as another kind of file, and prove that it answers the same.

    $ tenfold export runs/convnet-20260101-120000 --to onnx

    $ tenfold export runs/tiny-20260101-120000 --to litert-int8

    $ tenfold export model.h5 --to saved-model --out served

    $ tenfold export runs/convnet-20260101-120000 --to triton --out repository/digits

    The file is opened again in its own runtime and compared with MODEL on 100
    pictures; a file that answers otherwise is not kept. onnx-int8 and litert-int8
    store each weight in a byte, for nets trained with model.weight_bits. With --int8 the
    arithmetic is done in bytes as well; ranges are taken from the run's own training pictures,
    and 99 % of the answers to held-out ones must stay.
    """
    if (to is None) == (ship is None):
        raise ConfigError("tenfold export", "either --to or --ship is needed")
    if int8 and ship is None:
        raise ConfigError("--int8", "goes with --ship only", todo="For files: --to onnx-int8")
    with quiet() as talk:
        if to is not None:
            from tenfold.export import export as export_model

            exported = export_model(model, to, out)
            path, difference = exported.path, exported.difference
        elif ship is not None:
            from tenfold.export import ship as ship_run

            shipped = ship_run(model, ship, int8=int8)
            path, difference = shipped.path, shipped.difference
        talk.write(f"100 pictures: probabilities differ by {difference:.1e} at most.\n")
    typer.echo(str(path))
