"""`tenfold tune`: better settings for a recipe, found by trying."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tenfold.cli.settings import data_flags, pairs
from tenfold.models import RECIPES
from tenfold.models.quiet import quiet
from tenfold.training import Config
from tenfold.tuning import N_TRIALS


def tune(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help=", ".join(RECIPES))],
    trials: Annotated[
        int, typer.Option("--trials", metavar="N", min=1, help="Trials of the whole study.")
    ] = N_TRIALS,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", min=0, help="Stop after so long."),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", metavar="FILE.db", help="Where trials are kept; default studies/RECIPE.db."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="WHERE", help="As for tenfold train."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", metavar="N", help="Epochs of a trial.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Start of every random number.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE.toml", help="Settings to start from."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="SECTION.KEY=VALUE", help="Fix any setting; may be repeated."
        ),
    ] = None,
) -> None:
    """Try settings around those of RECIPE and keep the best by validation.

    Learning rate, width, dropout, batch size and augmentation are tried,
    except those that --set fixes. The test digits are never looked at.

    $ tenfold tune dense128 --trials 30

    $ tenfold train dense128 --config studies/dense128/best.toml

    The same line again goes on where a study stopped, or was killed. The last
    line on stdout is best.toml.
    """
    flags = {"fit.epochs": epochs, "fit.seed": seed, **data_flags(data), **pairs(settings or [])}
    fixed = {key: value for key, value in flags.items() if value is not None}
    start = Config.from_toml(config, name=recipe) if config else Config.of(recipe)
    start = start.changed(fixed, item="tenfold tune")
    place = study or Path("studies") / f"{recipe}.db"
    limit = math.inf if timeout is None else timeout
    with quiet() as talk:
        console = Console(file=talk)
        console.print(f"{recipe}: {start.recipe.summary}. Study: {place}", soft_wrap=True)
        with console.status("Keras is being loaded …"):
            from tenfold.tuning import tune as go_on
        result = go_on(start, place, fixed=fixed, n_trials=trials, timeout_s=limit, console=console)
    if result.best is None:
        raise typer.Exit(1)
    typer.echo(str(result.best_toml))
