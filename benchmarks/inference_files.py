"""One net as the files that its runtimes open: as it is, and rounded to int8 in several ways."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

import engines
from arithmetic import multiply_adds
from engines import Variant
from tenfold.data.splits import Split, holdout
from tenfold.errors import ExportError
from tenfold.export import Target, export
from tenfold.export.graph import INPUT
from tenfold.export.parity import N_DEBRIS, N_IMAGES, TOLERANCE, pen_images
from tenfold.export.quantized import HEAVY, Feed, check_alike
from tenfold.models.classifier import as_pixels
from tenfold.opening import open_model
from tenfold.opening.kinds import RUN_MODEL, Found, Kind, find_model
from tenfold.runtime import INT8, shipped, verify

N_CALIBRATION: Final = 1000
CALIBRATION_SEED: Final = 0
N_ALIKE: Final = 1000
"""Pictures that a shipped net and what is said to be it are both shown."""


def variants(word: str, folder: Path, digits: Split, console: Console) -> Iterator[Variant]:
    """Every runtime that can run the net; the one in float32 that ships comes first.

    Args:
        word: a shipped name, or NAME=FILE.
        folder: where files are made.
        digits: its training part calibrates what is rounded.
        console: is told what is left out.
    """
    import onnx

    name, _, given = word.partition("=")
    source = find_model(given or name)
    known = shipped().get(name)
    rounds = known is not None and known.computes == INT8
    files: dict[str, Path] = {}
    if rounds and not given:
        console.print(f"{name}: only as it ships, in int8; in float32 too: {name}=RUN or FILE.onnx")
    else:
        files |= _files(name, source, folder, digits, console)
    if rounds:
        files[engines.ORT_SHIPPED] = verify(name)
    if given and known:
        _check_same(name, files[engines.ORT], rounds)
    count = multiply_adds(onnx.load(next(iter(files.values()))))
    for engine, file in files.items():
        stored = file / RUN_MODEL if file.is_dir() else file
        yield Variant(name, engine, file, stored.stat().st_size, count)


def _files(
    name: str, source: Found, folder: Path, digits: Split, console: Console
) -> dict[str, Path]:
    """By runtime, what each opens; the one in float32 comes first."""
    has_layers = source.kind in (Kind.run, Kind.keras, Kind.h5)
    plain = folder / f"{name}.onnx"
    if has_layers:
        export(source.path, Target.onnx, plain)
    else:
        shutil.copy(verify(name) if source.kind is Kind.shipped else source.path, plain)
    files = {engines.ORT: plain, engines.OPENVINO: plain, **_rounded(plain, digits)}
    if not has_layers:
        console.print(f"{name}: without Keras and LiteRT, which need its layers: {name}=RUN")
        return files
    files[engines.KERAS] = source.path
    return files | _exported(name, source.path, folder, console)


def _exported(name: str, source: Path, folder: Path, console: Console) -> dict[str, Path]:
    """LiteRT's file, and for nets of eight bits a weight those that hold just these."""
    made = {engines.LITERT: export(source, Target.litert, folder / f"{name}.tflite").path}
    wanted = {
        engines.ORT_WEIGHTS: (Target.onnx_int8, f"{name}-int8.onnx"),
        engines.LITERT_WEIGHTS: (Target.litert_int8, f"{name}-int8.tflite"),
    }
    for engine, (target, file) in wanted.items():
        try:
            made[engine] = export(source, target, folder / file).path
        except ExportError as fault:
            console.print(f"{name}: without {engine}: {fault}", highlight=False)
    return made


def _check_same(name: str, file: Path, rounds: bool) -> None:
    """Stop unless the file answers as the net that is shipped under the name."""
    n = N_ALIKE
    images = pen_images(n)[: n - n * N_DEBRIS // N_IMAGES]  # what debris is taken for wavers
    ours, theirs = (open_model(one).predict_proba(images) for one in (file, name))
    wrong = "the run is not the net that is shipped"
    if rounds:
        try:
            check_alike(name, [theirs], [ours])
        except ExportError as fault:
            raise typer.BadParameter(f"{wrong}: {fault}") from fault
        return
    difference = float(np.abs(ours - theirs).max())
    if difference > TOLERANCE:
        raise typer.BadParameter(
            f"{name}: {wrong}: answers differ by {difference:.2g}. Give it another name"
        )


def _rounded(plain: Path, digits: Split) -> dict[str, Path]:
    """The net that computes in int8: calibrated, and, without convolutions, as it comes."""
    import onnx
    from onnxruntime.quantization import QuantFormat, quantize_dynamic, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    ready = plain.with_name(f"{plain.stem}-ready.onnx")
    quant_pre_process(plain, ready, skip_symbolic_shape=True)
    made = {engines.ORT_STATIC: plain.with_name(f"{plain.stem}-static.onnx")}
    pixels = as_pixels(calibration(digits))
    quantize_static(
        ready,
        made[engines.ORT_STATIC],
        Feed(INPUT, np.array_split(pixels, max(len(pixels) // 100, 1))),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        op_types_to_quantize=list(HEAVY),
    )
    if all(node.op_type != "Conv" for node in onnx.load(plain).graph.node):
        made[engines.ORT_DYNAMIC] = plain.with_name(f"{plain.stem}-dynamic.onnx")
        quantize_dynamic(ready, made[engines.ORT_DYNAMIC], per_channel=True)
    return made


def calibration(digits: Split) -> NDArray[np.uint8]:
    """Training digits, each of the ten in its share, always the same."""
    rate = N_CALIBRATION / len(digits.train_y)
    _, held = holdout(digits.train_y, rate, CALIBRATION_SEED)
    return digits.train_x[held]
