"""The same net in each runtime: float32 pictures in, probabilities out, on so many threads."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Run = Callable[[Floats], Floats]

ORT: Final = "ONNX Runtime fp32"
ORT_STATIC: Final = "ONNX Runtime int8, static"
ORT_DYNAMIC: Final = "ONNX Runtime int8, dynamic"
ORT_SHIPPED: Final = "ONNX Runtime int8, as shipped"
ORT_WEIGHTS: Final = "ONNX Runtime, int8 weights"
KERAS: Final = "Keras predict"
LITERT: Final = "LiteRT"
LITERT_WEIGHTS: Final = "LiteRT, int8 weights"
OPENVINO: Final = "OpenVINO f32"
KERAS_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class Variant:
    """One net in one runtime.

    Attributes:
        model: the net's name.
        engine: one of the names in `engines`.
        file: what the runtime opens; for Keras it may be a run folder.
        n_bytes: size of the file.
        multiply_adds: for one picture.
    """

    model: str
    engine: str
    file: Path
    n_bytes: int
    multiply_adds: int


def opened(engine: str, file: Path, threads: int) -> Run:
    """The file in the runtime of that name; what `predict` pays for, Keras pays for."""
    if engine == KERAS:
        return _keras(file)
    if engine in (LITERT, LITERT_WEIGHTS):
        return _litert(file, threads)
    return (_openvino if engine == OPENVINO else _onnxruntime)(file, threads)


def set_threads(threads: int) -> None:
    """Hold TensorFlow to so many threads; before it computes anything, or it raises."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _onnxruntime(file: Path, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(file.read_bytes(), options, ["CPUExecutionProvider"])
    return lambda pixels: session.run(["probabilities"], {"images": pixels})[0]


def _keras(file: Path) -> Run:
    from tenfold.export.graph import with_named_outputs
    from tenfold.opening import open_keras

    net = with_named_outputs(open_keras(file))
    return lambda pixels: net.predict(pixels, batch_size=KERAS_BATCH, verbose=0)["probabilities"]


def _litert(file: Path, threads: int) -> Run:
    from tenfold.opening.litert import Interpreter

    made: dict[int, Run] = {}  # one for each size of batch: a change of size costs

    def sized(n: int) -> Run:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # TensorFlow's own interpreter says that it will go
            interpreter = Interpreter(model_path=str(file), num_threads=threads)
        taken, given = _ends(interpreter)
        interpreter.resize_tensor_input(taken, (n, 28, 28))
        interpreter.allocate_tensors()

        def run(pixels: Floats) -> Floats:
            interpreter.set_tensor(taken, pixels)
            interpreter.invoke()
            answers: Floats = interpreter.get_tensor(given)
            return answers

        return run

    def run(pixels: Floats) -> Floats:
        n = len(pixels)
        if n not in made:
            made[n] = sized(n)
        return made[n](pixels)

    return run


def _ends(interpreter: Any) -> tuple[int, int]:
    """The tensors of pictures and probabilities; while a runner lives, no size can be changed."""
    runner = interpreter.get_signature_runner()
    taken = runner.get_input_details()["images"]["index"]
    return taken, runner.get_output_details()["probabilities"]["index"]


def _openvino(file: Path, threads: int) -> Run:
    import openvino

    # Left to itself it computes in bfloat16 where the processor can.
    told = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads}
    request = openvino.Core().compile_model(str(file), "CPU", told).create_infer_request()
    return lambda pixels: np.array(request.infer({"images": pixels})["probabilities"])
