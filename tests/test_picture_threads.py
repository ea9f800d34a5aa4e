"""OpenCV's threads: one while small pictures are read, and afterwards as many as before."""

import threading
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

import tenfold
from tenfold.picture import one_thread
from tenfold.reading.layouts import LaidOut
from tenfold.reading.straight import read_straight

SMALL, LARGE = 300 * 100, 3000 * 4000


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    yield
    cv2.setNumThreads(before)


def test_a_large_picture_keeps_all_threads() -> None:
    with one_thread(LARGE):
        assert cv2.getNumThreads() == 2


def test_threads_come_back_after_a_fault() -> None:
    with pytest.raises(KeyError), one_thread(SMALL):
        raise KeyError
    assert cv2.getNumThreads() == 2


def test_threads_come_back_when_the_last_of_several_readers_is_done() -> None:
    inside, leave = threading.Barrier(3), threading.Event()

    def read() -> None:
        with one_thread(SMALL):
            inside.wait(10)
            leave.wait(10)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for one in readers:
        one.start()
    inside.wait(10)
    assert cv2.getNumThreads() == 1
    with one_thread(SMALL):
        pass
    assert cv2.getNumThreads() == 1
    leave.set()
    for one in readers:
        one.join()
    assert cv2.getNumThreads() == 2


def test_a_small_picture_is_read_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(*arguments: Any) -> LaidOut:
        seen.append(cv2.getNumThreads())
        return read_straight(*arguments)

    monkeypatch.setattr("tenfold.reading.reader.read_straight", noted)
    page = np.full((60, 60), 250, np.uint8)
    page[10:50, 28:33] = 40
    assert tenfold.Reader().read(page).text == "1"
    assert seen == [1]
    assert cv2.getNumThreads() == 2
