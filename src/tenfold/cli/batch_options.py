"""The options of `tenfold batch` that are not those of the reader."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from tenfold.batch.rows import SUFFIXES, Form
from tenfold.errors import ConfigError
from tenfold.runtime.manifest import shipped

TIMEOUT_S: Final = 60.0
_RUN: Final = "How it runs"

_NO_PART_OF_ROWS: Final = frozenset(
    {"out", "workers", "timeout", "summary", "overwrite", "engine", "address", "help"}
)
"""Parameters that may change between two runs of one batch."""

Out = Annotated[
    Path,
    typer.Option(metavar="FILE", help="Where to: FILE.jsonl, .csv, .parquet or .sqlite."),
]
FormName = Annotated[
    Form | None, typer.Option("--format", help="Where FILE's ending does not say it.")
]
Ordered = Annotated[bool, typer.Option("--ordered", help="Rows in the order of the pictures.")]
ShardText = Annotated[
    str, typer.Option(metavar="I/N", help="Read part I of N, by name: 1/8 to 8/8.")
]
Column = Annotated[
    str | None, typer.Option(metavar="NAME", help="The pictures' column in a Parquet file.")
]
Null = Annotated[
    bool, typer.Option("--null", help="Paths in a list end with a null byte (find -print0).")
]
SummaryFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the counts here, as JSON.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Begin anew, whatever is there.")]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Processes; one a core.", rich_help_panel=_RUN),
]
Timeout = Annotated[
    float,
    typer.Option(
        metavar="S", min=0.1, help="Give a picture up after S seconds.", rich_help_panel=_RUN
    ),
]
EngineName = Annotated[
    Literal["local", "ray"],
    typer.Option(help="This machine's processes, or a Ray cluster.", rich_help_panel=_RUN),
]
Address = Annotated[
    str | None,
    typer.Option(metavar="HOST", help="Of the Ray cluster; auto finds it.", rich_help_panel=_RUN),
]


def form_of(out: Path, form: Form | None) -> Form:
    """The format that was asked for, or that the file's ending asks for.

    Raises:
        ConfigError: the ending is of no format.
    """
    found = form or SUFFIXES.get(out.suffix.lower())
    if found is None:
        raise ConfigError(
            str(out),
            "its ending names no format",
            came=f'"{out.suffix}"',
            todo=f"Known: {' '.join(SUFFIXES)}; or give --format",
        )
    return found


def told_options(context: typer.Context, model: str) -> dict[str, str]:
    """Everything that the rows depend on, as the user knows it; what is not given is left out."""
    import tenfold

    options = {
        (parameter.opts[-1] if parameter.name != "sources" else "SOURCE"): value
        for parameter in context.command.params
        if parameter.name not in _NO_PART_OF_ROWS
        and (value := context.params.get(parameter.name)) not in (None, False)
    }
    told = {name: _words(value) for name, value in options.items()}
    return told | {"version": tenfold.__version__, "weights": _weights(model)}


def _weights(model: str) -> str:
    """The start of the sums of the nets' files."""
    from tenfold.runtime import LINE_MODEL, company_of

    if model.endswith(".onnx"):
        return hashlib.sha256(Path(model).read_bytes()).hexdigest()[:12]
    used = dict.fromkeys((model, company_of(model), LINE_MODEL))
    return " ".join(shipped()[name].sha256[:12] for name in used)


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
