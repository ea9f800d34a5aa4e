"""The options of the reader itself: which model, which ink, how sure."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Model = Annotated[
    str, typer.Option(metavar="NAME", help="A shipped model, or the path of an .onnx file.")
]
MinConfidence = Annotated[
    float,
    typer.Option(metavar="P", min=0, max=1, help="Print ? for digits less sure than P, 0 to 1."),
]
Polarity = Literal["auto", "dark-on-light", "light-on-dark"]
InkOption = Annotated[
    Polarity, typer.Option("--polarity", help="Is the ink darker than its paper, or lighter?")
]
