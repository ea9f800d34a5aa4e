"""The kinds of file that a net can become."""

from enum import StrEnum


class Target(StrEnum):
    """A kind of file; its value is what `tenfold export --to` takes."""

    keras = "keras"
    h5 = "h5"
    onnx = "onnx"
    saved_model = "saved-model"
    litert = "litert"
    openvino = "openvino"
    triton = "triton"

    @property
    def suffix(self) -> str:
        """The ending of the file; a SavedModel and a model for Triton are folders without one."""
        return {
            Target.keras: ".keras",
            Target.h5: ".h5",
            Target.onnx: ".onnx",
            Target.saved_model: "",
            Target.litert: ".tflite",
            Target.openvino: ".xml",
            Target.triton: "",
        }[self]

    @property
    def is_graph(self) -> bool:
        """Whether the file gives probabilities; the others hold the net to train on with."""
        return self not in (Target.keras, Target.h5)
