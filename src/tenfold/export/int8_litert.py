"""Weights of a LiteRT file stored in one byte each; the net computes in float32 as before.

What LiteRT's converter calls dynamic range also rounds the pictures on their way
through the net, and leaves kernels under 1,024 weights as they are. Here the file
holds the whole steps of the trained kernels, and a DEQUANTIZE for each, which
LiteRT runs once, when it opens the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import flatbuffers
import numpy as np
from numpy.typing import NDArray
from tensorflow.lite.python import schema_py_generated as schema

from tenfold.export.int8 import pays, whole_steps

_OUTPUT_AXIS: Final = 0  # of the kernels of CONV_2D and FULLY_CONNECTED
_VERSION: Final = 5  # of DEQUANTIZE: the first that takes a scale for each channel
_COST: Final = 150  # bytes; about what a tensor, its quantization and an operator take
_PER_CHANNEL: Final = 12  # bytes: a scale, and a zero point that must be there
_IDENTIFIER: Final = b"TFL3"
_CODE: Final = schema.BuiltinOperator


def in_int8(data: bytes) -> bytes:
    """The same `.tflite`, the kernels of its convolutions and dense layers stored as int8.

    Names and notes of the converter are left out, but for the signature with the
    names of inputs and outputs.

    Raises:
        NotWholeStepsError: the weights of a layer are not whole steps.
    """
    model = schema.ModelT.InitFromPackedBuf(data, 0)
    [graph] = model.subgraphs
    _fix_reshapes(model, graph)
    _store_steps(model, graph)
    _prune(model, graph)
    builder = _SharingBuilder(len(data))
    builder.Finish(model.Pack(builder), file_identifier=_IDENTIFIER)
    return bytes(builder.Output())


class _SharingBuilder(flatbuffers.Builder):  # type: ignore[misc]
    """Writes equal arrays once: shapes and zero points come again and again."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._places: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: NDArray[Any]) -> int:  # noqa: N802
        key = (x.dtype.str, x.tobytes())
        if key not in self._places:
            self._places[key] = super().CreateNumpyVector(x)
        return self._places[key]


def _operators(model: Any, graph: Any, *codes: int) -> Iterator[Any]:
    for operator in graph.operators:
        if model.operatorCodes[operator.opcodeIndex].builtinCode in codes:
            yield operator


def _constant(model: Any, graph: Any, values: NDArray[Any], **facts: Any) -> int:
    """The index of a new tensor that holds the values."""
    model.buffers.append(schema.BufferT(data=values.reshape(-1).view(np.uint8)))
    buffer = len(model.buffers) - 1
    shape = np.array(values.shape, np.int32)
    graph.tensors.append(schema.TensorT(shape=shape, buffer=buffer, **facts))
    return len(graph.tensors) - 1


def _fix_reshapes(model: Any, graph: Any) -> None:
    """Give reshapes in which only n is free their shape, instead of operators that work it out."""
    for operator in _operators(model, graph, _CODE.RESHAPE):
        shape = graph.tensors[operator.outputs[0]].shapeSignature
        if shape is not None and (shape < 0).sum() == 1:
            index = _constant(model, graph, shape, type=schema.TensorType.INT32)
            operator.inputs = np.array([operator.inputs[0], index], np.int32)


def _store_steps(model: Any, graph: Any) -> None:
    """Put int8 and a DEQUANTIZE in the place of every kernel for which that saves bytes."""
    layers = _operators(model, graph, _CODE.CONV_2D, _CODE.FULLY_CONNECTED)
    made = []
    for index in dict.fromkeys(int(operator.inputs[1]) for operator in layers):
        tensor = graph.tensors[index]
        stored = model.buffers[tensor.buffer].data
        if stored is None or tensor.type != schema.TensorType.FLOAT32:
            continue
        kernel = stored.view(np.float32).reshape(tensor.shape)
        if not pays(kernel, _OUTPUT_AXIS, cost=_COST, per_channel=_PER_CHANNEL):
            continue
        whole, scale = whole_steps(kernel, _OUTPUT_AXIS)
        quantization = schema.QuantizationParametersT(
            scale=scale,
            zeroPoint=np.zeros(len(scale), np.int64),
            quantizedDimension=_OUTPUT_AXIS,
        )
        kind = schema.TensorType.INT8
        source = _constant(model, graph, whole, type=kind, quantization=quantization)
        tensor.buffer = 0  # the first is empty: the tensor is worked out
        made.append(
            schema.OperatorT(
                opcodeIndex=len(model.operatorCodes),
                inputs=np.array([source], np.int32),
                outputs=np.array([index], np.int32),
            )
        )
    model.operatorCodes.append(
        schema.OperatorCodeT(
            deprecatedBuiltinCode=_CODE.DEQUANTIZE, builtinCode=_CODE.DEQUANTIZE, version=_VERSION
        )
    )
    graph.operators = made + graph.operators


def _prune(model: Any, graph: Any) -> None:
    """Leave out what is not needed to run the net, and number the rest anew."""
    needed = set(graph.outputs.tolist())
    kept: list[Any] = []
    for operator in reversed(graph.operators):
        if needed & set(operator.outputs.tolist()):
            needed |= {index for index in operator.inputs.tolist() if index >= 0}
            kept.insert(0, operator)
    graph.operators = kept
    _renumber_tensors(model, graph, _numbered(sorted(needed)))
    codes = _numbered(sorted({operator.opcodeIndex for operator in kept}))
    model.operatorCodes = [model.operatorCodes[index] for index in codes]
    for operator in kept:
        operator.opcodeIndex = codes[operator.opcodeIndex]
    held = {tensor.buffer for tensor in graph.tensors}
    buffers = _numbered([0, *sorted(k for k in held if model.buffers[k].data is not None)])
    model.buffers = [model.buffers[index] for index in buffers]
    for tensor in graph.tensors:
        tensor.buffer = buffers.get(tensor.buffer, 0)
    _drop_words(model, graph)


def _renumber_tensors(model: Any, graph: Any, places: dict[int, int]) -> None:
    graph.tensors = [graph.tensors[index] for index in places]
    for holder in (graph, *graph.operators):
        holder.inputs, holder.outputs = (
            np.array([places.get(index, -1) for index in indices.tolist()], np.int32)
            for indices in (holder.inputs, holder.outputs)
        )
    for signature in model.signatureDefs:
        for named in (*signature.inputs, *signature.outputs):
            named.tensorIndex = places[named.tensorIndex]


def _drop_words(model: Any, graph: Any) -> None:
    """Leave out notes, names, and what a tensor's shape says already."""
    model.metadata = model.metadataBuffer = model.description = graph.name = None
    ends = {*graph.inputs.tolist(), *graph.outputs.tolist()}
    worked_out = {index for operator in graph.operators for index in operator.outputs.tolist()}
    for index, tensor in enumerate(graph.tensors):
        tensor.name = None
        tensor.hasRank = not len(tensor.shape)
        if index not in ends:  # LiteRT works these out from the input's
            tensor.shapeSignature = None
            if index in worked_out:
                tensor.shape = None
        if tensor.quantization is not None and tensor.quantization.scale is None:
            tensor.quantization = None


def _numbered(indices: list[int]) -> dict[int, int]:
    return {index: place for place, index in enumerate(indices)}
