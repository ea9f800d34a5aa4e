import signal
import threading

import pytest

from tenfold.training.stopping import Stop, StoppedWhileWaiting


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_a_wish_and_the_second_one_an_order(kind):
    stop = Stop()
    before = signal.getsignal(kind)
    with stop.heeded():
        signal.raise_signal(kind)
        assert stop.wished
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(kind)
    assert signal.getsignal(kind) is before


def test_a_wait_ends_at_once():
    stop = Stop()
    with stop.heeded(), pytest.raises(StoppedWhileWaiting), stop.waiting():
        signal.raise_signal(signal.SIGINT)


def test_a_wait_after_a_wish_does_not_begin():
    stop = Stop()
    with stop.heeded():
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(StoppedWhileWaiting), stop.waiting():
            pytest.fail("it began")


def test_outside_the_main_thread_nothing_listens():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with Stop().heeded():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
