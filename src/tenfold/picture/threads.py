"""OpenCV on one thread while small pictures are read: its threads cost them more than they gain."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import cv2

_SMALL: Final = 1_000_000
"""Pixels; a second core saves a tenth on a page of 12 megapixels, nothing on a small picture."""

_lock = threading.Lock()
_inside = 0
_before = 1


@contextmanager
def one_thread(n_pixels: int) -> Iterator[None]:
    """While a picture of so many pixels is read OpenCV uses one thread, if it is a small one.

    The number is one for the whole process: it is put back when the last picture that asked
    for it is done, so several threads may read at the same time.

    >>> before = cv2.getNumThreads()
    >>> with one_thread(300 * 100):
    ...     cv2.getNumThreads()
    1
    >>> cv2.getNumThreads() == before
    True
    """
    global _inside, _before
    if n_pixels > _SMALL:
        yield
        return
    with _lock:
        if not _inside:
            _before = cv2.getNumThreads()
            cv2.setNumThreads(1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                cv2.setNumThreads(_before)
