"""Signals that wait until TensorFlow is done."""

from __future__ import annotations

import signal
import threading

import pytest

from tenfold.models.held import held_signals


class Ended(KeyboardInterrupt):
    """What the program itself raises."""


@pytest.fixture
def ending(monkeypatch):
    """The program's own handlers of both signals."""

    def end(number, frame):
        raise Ended(number)

    before = {kind: signal.signal(kind, end) for kind in (signal.SIGINT, signal.SIGTERM)}
    yield end
    for kind, handler in before.items():
        signal.signal(kind, handler)


def held(work) -> None:
    with held_signals():
        work()


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_what_was_begun_is_done_before_the_programs_own_handler_is_called(ending, kind) -> None:
    done = []

    def work() -> None:
        signal.raise_signal(kind)
        done.append(True)

    with pytest.raises(Ended, match=str(int(kind))):
        held(work)
    assert done == [True]


def test_an_error_that_follows_a_signal_is_not_what_is_told(ending) -> None:
    def work() -> None:
        signal.raise_signal(signal.SIGTERM)
        raise ValueError("got 'SymbolicTensor' object has no attribute '_type_spec'")

    with pytest.raises(Ended):
        held(work)


def test_a_second_signal_ends_at_once(ending) -> None:
    def work() -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        pytest.fail("went on")

    with pytest.raises(KeyboardInterrupt):
        held(work)


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_the_handlers_of_before_come_back(ending, kind) -> None:
    with held_signals():
        assert signal.getsignal(kind) is not ending
    assert signal.getsignal(kind) is ending


def test_a_thread_changes_no_handler(ending) -> None:
    seen = []

    def work() -> None:
        with held_signals():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [ending]
