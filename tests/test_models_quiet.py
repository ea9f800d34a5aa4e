"""What libraries write to file descriptor 2 themselves."""

import os

import pytest

from tenfold.errors import ModelError
from tenfold.models.quiet import quiet


def talk() -> None:
    os.write(2, b"cpu_feature_guard\n")


def fail(error: Exception) -> None:
    with quiet():
        talk()
        raise error


def test_talk_is_held_back_and_our_own_words_are_heard(capfd) -> None:
    with quiet() as stderr:
        talk()
        print("opening", file=stderr)
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "opening\nafter\n"


def test_an_unforeseen_error_brings_the_talk_back(capfd) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    assert capfd.readouterr().err == "cpu_feature_guard\n"


def test_an_error_in_words_stands_alone(capfd) -> None:
    with pytest.raises(ModelError):
        fail(ModelError("a.keras", "no such file"))
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"
