"""What a person presses or types: single keys on a terminal, lines where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

PROMPT: Final = "> "


class Asks(Protocol):
    """Brings one answer after the other."""

    def ask(self, refuses: Callable[[str], str]) -> str:
        """A key, or the text that was typed.

        Args:
            refuses: why a text cannot be taken; empty where it can.

        Raises:
            EOFError: no more answers will come.
            KeyboardInterrupt: Ctrl-C.
        """


class Keys:
    """One of the keys, pressed on an empty line, is an answer at once; the rest is typed.

    Args:
        keys: single characters.
    """

    def __init__(self, keys: str) -> None:
        # Not every terminal answers when it is asked where its cursor is; some wait two seconds.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        self._session = _session(keys)

    def ask(self, refuses: Callable[[str], str]) -> str:
        """As `Asks` says; a text that is refused can be edited."""
        from prompt_toolkit.validation import ValidationError, Validator

        class Refusing(Validator):
            def validate(self, document: object) -> None:
                text = document.text.strip()  # type: ignore[attr-defined]
                if why := refuses(text):
                    raise ValidationError(len(text), why)

        validator = Refusing()
        return self._session.prompt(
            PROMPT, validator=validator, validate_while_typing=False
        ).strip()


class Lines:
    """A line of stdin is an answer; the reason goes to stderr where it is none."""

    def ask(self, refuses: Callable[[str], str]) -> str:
        """As `Asks` says."""
        for line in sys.stdin:
            text = line.strip()
            why = refuses(text)
            if not why:
                return text
            print(f'"{text}": {why}', file=sys.stderr)
        raise EOFError


def asks(keys: str, *, stdin_is_taken: bool) -> Asks:
    """Keys where a person sits at a terminal, lines elsewhere.

    Args:
        keys: as for `Keys`.
        stdin_is_taken: the results came on it; a person is asked on the terminal itself.
    """
    if sys.stdout.isatty() and (stdin_is_taken or sys.stdin.isatty()):
        return Keys(keys)
    return Lines()


def _session(keys: str) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.application import get_app
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.history import DummyHistory
    from prompt_toolkit.input import create_input
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()
    nothing_typed = Condition(lambda: not get_app().current_buffer.text)

    def answers(event: KeyPressEvent) -> None:
        event.app.exit(result=event.data)

    for key in keys:
        bindings.add(key, filter=nothing_typed)(answers)
    return PromptSession(
        key_bindings=bindings,
        input=create_input(always_prefer_tty=True),
        history=DummyHistory(),  # no answer to another picture comes back by an arrow key
        enable_suspend=True,
    )
