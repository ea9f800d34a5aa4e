"""A net as a model of a Triton Inference Server: the ONNX file and what the server asks of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tenfold.opening.graphs import BATCH

CONFIG: Final = "config.pbtxt"
ONNX_FILE: Final = Path("1") / "model.onnx"
"""The first version of the model; Triton wants these names."""

_HEAD: Final = f"""\
# Written by `tenfold export --to triton`. The folder's name is the model's name.
backend: "onnxruntime"
max_batch_size: {BATCH}
dynamic_batching {{ }}
# One thread each: two are slower for nets as small as these.
parameters {{ key: "intra_op_thread_count" value {{ string_value: "1" }} }}
"""


def write_config(folder: Path) -> None:
    """Write config.pbtxt for the ONNX file in the folder, from the shapes in that file.

    Triton leaves the first axis, the batch, out of `dims`.
    """
    import onnx

    graph = onnx.load(folder / ONNX_FILE, load_external_data=False).graph
    parts = [_tensor("input", node) for node in graph.input]
    parts += [_tensor("output", node) for node in graph.output]
    (folder / CONFIG).write_text(_HEAD + "".join(parts), encoding="utf-8")


def _tensor(which: str, node: Any) -> str:
    sides = [str(axis.dim_value) for axis in node.type.tensor_type.shape.dim[1:]]
    # One number for each picture: Triton has no empty `dims`, so clients see (n, 1).
    shape = f"dims: [ {', '.join(sides)} ]" if sides else "dims: [ 1 ] reshape { shape: [ ] }"
    return f'{which} {{ name: "{node.name}" data_type: TYPE_FP32 {shape} }}\n'
