"""`tenfold evaluate`: how right a model is on labelled digits, and how well it knows it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from tenfold.cli.evaluate_corruptions import (
    WAYS,
    corruption_figure,
    corruption_report,
    told_of,
    worn_ways,
)
from tenfold.cli.labelled import CHOICES, SETS, Labelled, labelled
from tenfold.cli.output import columns, print_json
from tenfold.errors import ExportError, ModelError
from tenfold.evaluation import Evaluation
from tenfold.evaluation import evaluate as evaluated
from tenfold.models.quiet import quiet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tenfold.models.classifier import Judged
    from tenfold.opening import DigitModel
    from tenfold.runtime import Judgement

SCHEMA: Final = 1
NOTHING: Final = "-"
MODEL_HELP: Final = "A shipped name, a run, .keras, .h5, .onnx, .tflite or saved-model:FOLDER."


def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", help=MODEL_HELP)],
    data: Annotated[
        str, typer.Option("--data", metavar="SET", help=f"The labelled digits: {CHOICES}.")
    ] = SETS[0],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    plots: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write confusion.png, reliability.png and mistakes.png here."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Take N of the digits, always the same ones."),
    ] = None,
    corruptions: Annotated[
        bool,
        typer.Option("--corruptions", help="Spoil the digits in the 15 ways of MNIST-C as well."),
    ] = False,
    normalised: Annotated[
        bool,
        typer.Option("--as-pictures", help="With --corruptions: also after the reader's clean-up."),
    ] = False,
) -> None:
    """Print how many digits MODEL reads right, and which it confuses.

    A folder has labels.csv or subfolders 0 to 9; each of its pictures is read as one digit.
    docs/evaluate.md says what each figure means.

    $ tenfold evaluate tenfold

    $ tenfold evaluate runs/dense128 --data mine --plots figures
    """
    from tenfold.opening import find_model

    if normalised and not corruptions:
        raise typer.BadParameter("says how spoilt digits are seen. Add --corruptions.")
    find_model(model)  # a mistyped name should not wait for the data
    if plots is not None:
        _make_folder(plots)
    digits = labelled(data, limit)
    talk = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for note in (*digits.notes, *digits.failed):
        talk.print(note)
    net = opened(model)
    probabilities = answers(net, digits.x).probabilities
    result = evaluated(probabilities, digits.y)
    worn: dict[str, dict[str, Evaluation]] = {}
    if corruptions:
        worn = worn_ways(
            lambda x: answers(net, x).probabilities, digits.x, digits.y, result, normalised
        )
    if as_json:
        told = {key: told_of(found) for key, found in worn.items()}
        print_json({**_as_dict(model, digits, result), **told})
    else:
        print(report(model, digits, result))
        for key, found in worn.items():
            print(corruption_report(found, WAYS[key]))
    if plots is not None:
        _write_plots(plots, digits, probabilities, result)
        for key, found in worn.items():
            write_figure(corruption_figure(found), plots / f"{key}.png")
        talk.print(f"Figures are in {plots}")
    if digits.failed:
        talk.print(f"Not counted, since they could not be read: {len(digits.failed)}.")
        raise typer.Exit(1)


def opened(model: str) -> DigitModel:
    """The model, with a sign of life while its packages are loaded."""
    from tenfold.opening import open_model

    with quiet() as stderr, Console(file=stderr).status(f"{model} is being opened …"):
        return open_model(model)


def answers(model: DigitModel, x: NDArray[np.uint8]) -> Judgement | Judged:
    """What the model makes of (n, 28, 28) pictures.

    Raises:
        ModelError: some of its probabilities are not numbers.
    """
    with quiet():
        judged = model.judge(x)
    wrong = int((~np.isfinite(judged.probabilities)).any(axis=1).sum())
    if wrong:
        raise ModelError(
            model.name,
            "its probabilities should be numbers",
            came=f"NaN for {wrong:,} of {len(x):,} pictures",
            todo="Was its training stopped by a loss that was no number? Train it anew",
        )
    return judged


def report(model: str, digits: Labelled, result: Evaluation) -> str:
    """Everything for people to read."""
    figures = (
        ("accuracy", str(result.scores), ""),
        ("NLL", f"{result.scores.loss:.4f}", "nats; 0 is best"),
        ("Brier", f"{result.brier:.4f}", "0 to 2; 0 is best"),
        ("ECE", f"{result.reliability.expected_error:.4f}", "0 to 1; 0 is best"),
    )
    pairs = result.confusion.most_confused()
    confused = [f"{pair.true} read as {pair.predicted}  {pair.count:>5,}" for pair in pairs]
    return "\n".join(
        (
            f"{model} on {digits.name}",
            f"({digits.how})",
            "",
            *(f"{name:<8}  {value}" + (f"  ({unit})" if unit else "")
              for name, value, unit in figures),
            "",
            columns(_HEADINGS, _digit_rows(result)),
            "",
            "Most often confused" if confused else "Nothing was confused.",
            *confused,
        )
    )  # fmt: skip


_HEADINGS: Final = ("digit", "     n", "precision %", "recall %", "  F1 %")


def _digit_rows(result: Evaluation) -> list[tuple[str, ...]]:
    """One row a digit, in percent; no figure where there is nothing to count."""
    given = result.confusion.counts.sum(axis=0)
    return [
        (
            f"{score.digit:>5}",
            f"{score.n:>6,}",
            f"{_percent(score.precision, given[score.digit]):>11}",
            f"{_percent(score.recall, score.n):>8}",
            f"{_percent(score.f1, score.n):>6}",
        )
        for score in result.confusion.digits()
    ]


def _percent(rate: float, n: int) -> str:
    return f"{100 * rate:.2f}" if n else NOTHING


def _as_dict(model: str, digits: Labelled, result: Evaluation) -> dict[str, Any]:
    data = {
        "name": digits.name,
        "how": digits.how,
        "notes": list(digits.notes),
        "failed": list(digits.failed),
    }
    return {"schema": SCHEMA, "model": model, "data": data, **result.to_dict()}


def _write_plots(
    folder: Path, digits: Labelled, probabilities: NDArray[np.float32], result: Evaluation
) -> None:
    from tenfold import plots
    from tenfold.plots.reliability import reliability

    write_figure(plots.confusion(result.confusion), folder / "confusion.png")
    write_figure(reliability(result.reliability), folder / "reliability.png")
    write_figure(plots.mistakes(digits.x, digits.y, probabilities), folder / "mistakes.png")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise _no_write(folder, fault) from fault


def write_figure(figure: Figure, path: Path) -> None:
    """The figure as PNG, whole or not at all.

    Raises:
        ExportError: it cannot be written; an older file of that name is still there.
    """
    from tenfold.plots import save

    try:
        with tempfile.TemporaryDirectory(prefix=".tenfold-", dir=path.parent) as near:
            draft = Path(near) / path.name
            save(figure, draft)
            draft.replace(path)
    except OSError as fault:
        raise _no_write(path, fault) from fault


def _no_write(path: Path, fault: OSError) -> ExportError:
    return ExportError(str(path), "cannot be written", came=fault.strerror or str(fault))
