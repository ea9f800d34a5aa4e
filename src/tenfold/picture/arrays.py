"""Arrays of any common form as images."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tenfold.errors import PictureError

from .decode import MAX_PIXELS, too_many_pixels


def image_of(array: NDArray[Any]) -> Image.Image:
    """An array (h, w), (h, w, 3) or (h, w, 4) as an image."""
    shape = array.shape
    deep = array.ndim == 3 and shape[2] in (3, 4)
    if not (array.ndim == 2 or deep) or 0 in shape:
        raise PictureError(
            "<array>", "must be (h, w), (h, w, 3) or (h, w, 4) with pixels in it", came=f"{shape}"
        )
    if shape[0] * shape[1] > MAX_PIXELS:
        raise too_many_pixels("<array>", f"{shape[1]}x{shape[0]}")
    return Image.fromarray(_array_as_uint8(array))


def _array_as_uint8(array: NDArray[Any]) -> NDArray[np.uint8]:
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return (array >> 8).astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating):
        if array.min() >= 0 and array.max() <= 1:  # NaN fails here too
            return (array * 255 + 0.5).astype(np.uint8)
        came = f"floats from {array.min():g} to {array.max():g}"
        raise PictureError("<array>", "floats must lie in [0, 1]", came=came)
    raise PictureError("<array>", "must be uint8, uint16, bool or float", came=str(array.dtype))
