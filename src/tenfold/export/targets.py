"""The kinds of file that a net can become."""

from enum import StrEnum
from typing import Final


class Target(StrEnum):
    """A kind of file; its value is what `tenfold export --to` takes."""

    keras = "keras"
    h5 = "h5"
    onnx = "onnx"
    onnx_int8 = "onnx-int8"
    saved_model = "saved-model"
    litert = "litert"
    litert_int8 = "litert-int8"
    openvino = "openvino"
    triton = "triton"

    @property
    def suffix(self) -> str:
        """The ending of the file; a SavedModel and a model for Triton are folders without one."""
        return {
            Target.keras: ".keras",
            Target.h5: ".h5",
            Target.onnx: ".onnx",
            Target.onnx_int8: ".onnx",
            Target.saved_model: "",
            Target.litert: ".tflite",
            Target.litert_int8: ".tflite",
            Target.openvino: ".xml",
            Target.triton: "",
        }[self]

    @property
    def default_end(self) -> str:
        """What the default name of the file ends in: no two kinds have the same."""
        if not self.suffix:
            return f"-{self.value}"
        return f"-int8{self.suffix}" if self in INT8 else self.suffix

    @property
    def is_graph(self) -> bool:
        """Whether the file gives probabilities; the others hold the net to train on with."""
        return self not in (Target.keras, Target.h5)


INT8: Final = (Target.onnx_int8, Target.litert_int8)
"""The kinds whose weights take a byte each."""
