"""What a net trains in on this machine: bfloat16 where that is soon, else float32."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from tenfold.models.backend import load_keras

AUTO: Final = "auto"
FLOAT32: Final = "float32"
BFLOAT16: Final = "mixed_bfloat16"
PRECISIONS: Final = (AUTO, FLOAT32, BFLOAT16)

_CPUINFO: Final = Path("/proc/cpuinfo")
_BFLOAT16_FLAGS: Final = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""What Linux calls a processor's instructions for it: Intel's and AMD's, and Arm's."""


def precision_here(wished: str) -> str:
    """The precision that was wished for; `auto` becomes the sooner one.

    A processor without instructions for bfloat16 takes twice as long with it as with float32
    (the line net, an Intel Ice Lake); one with them gains.

    Args:
        wished: one of `PRECISIONS`.

    >>> precision_here("float32")
    'float32'
    """
    if wished != AUTO:
        return wished
    return BFLOAT16 if _is_soon_in_bfloat16() else FLOAT32


@cache
def _is_soon_in_bfloat16() -> bool:
    backend = load_keras().backend.backend()
    if _has_accelerator(backend):
        return True
    # XLA widens each operand on a processor.
    return backend != "jax" and bool(_BFLOAT16_FLAGS & processor_flags(_CPUINFO))


def _has_accelerator(backend: str) -> bool:
    """Whether the backend computes on something else than the processor."""
    if backend == "tensorflow":
        import tensorflow as tf

        return any(device.device_type != "CPU" for device in tf.config.list_logical_devices())
    if backend == "jax":
        import jax

        return any(device.platform != "cpu" for device in jax.devices())
    if backend == "torch":
        import torch

        return bool(torch.cuda.is_available())
    return False


def processor_flags(cpuinfo: Path) -> frozenset[str]:
    """The instruction sets of the first processor; none where the system does not tell.

    Args:
        cpuinfo: Linux' file; other systems have none.

    >>> processor_flags(Path("/no/such/file"))
    frozenset()
    """
    try:
        lines = cpuinfo.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    told = (line.partition(":") for line in lines)
    named = (words for name, _, words in told if name.strip() in ("flags", "Features"))
    return frozenset(next(named, "").split())
