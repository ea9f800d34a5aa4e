"""Where the time of a reading goes: the real functions of the path, wrapped while it is measured.

A function's time is that of its step, less what it spends in functions of other
steps that it calls. Nothing of this is left in the product.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from typing import Any, Final

STEPS: Final[Mapping[str, Sequence[str]]] = {
    "decode": ("picture.pages:open_picture",),
    "sheet": ("picture.sheet:flattened",),
    "ink": ("picture.ink:find_ink", "finding.plain:plain"),
    "level": ("picture.lean:page_lean", "picture.view:turned", "reading.ways:ways_up"),
    "grid": ("grids.grid:find_grids", "grids.faint:faint_grids", "reading.layouts:_parted"),
    "cut": (
        "finding.pieces:find_pieces",
        "finding.pieces:of_writing",
        "finding.lines:in_lines",
        "finding.ruled:without_rules",
        "reading.spacing:apart",
        "reading.paths:line_of",
    ),
    "canon": ("finding.single:levels_in", "finding.single:glyph_in", "reading.strips:strip_of"),
    "net": ("runtime.session:Classifier.judge", "runtime.line:LineNet.probabilities"),
    "spell": ("reading.paths:weigh", "reading.spelling:spell"),
    "json": ("results:Reading.to_dict", "json:dumps"),
}
"""The functions of each step, as `module:name`; a module without a dot outside is Tenfold's."""

REST: Final = "rest"
"""What is spent between the steps."""

Clock = Callable[[], float]


class Stopwatch:
    """Seconds by step; the step that was entered last counts.

    >>> ticks = iter([0, 1, 3, 4, 9])
    >>> watch = Stopwatch(lambda: next(ticks))
    >>> with watch.step("outer"):
    ...     with watch.step("inner"):
    ...         pass
    >>> watch.seconds
    {'rest': 1.0, 'outer': 7.0, 'inner': 1.0}
    """

    def __init__(self, clock: Clock = time.process_time) -> None:
        self._clock = clock
        self.start()

    def start(self) -> None:
        """Nothing was booked so far."""
        self._open = [REST]
        self.seconds: dict[str, float] = {REST: 0.0}
        self._since = self._clock()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time in here is this step's."""
        self.lap()
        self._open.append(name)
        try:
            yield
        finally:
            self.lap()
            self._open.pop()

    def lap(self) -> None:
        """Books the time until now."""
        now = self._clock()
        name = self._open[-1]
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now


@contextmanager
def watched() -> Iterator[Stopwatch]:
    """While this is open, every function of `STEPS` books its time with the watch."""
    watch = Stopwatch()
    undo: list[tuple[Any, str, Any]] = []
    for step, places in STEPS.items():
        for place in places:
            undo += _wrapped(place, step, watch)
    watch.start()  # wrapping took longer than a small picture takes
    try:
        yield watch
        watch.lap()
    finally:
        for owner, name, plain in reversed(undo):
            setattr(owner, name, plain)


def _wrapped(place: str, step: str, watch: Stopwatch) -> list[tuple[Any, str, Any]]:
    """Puts a function that books its time wherever the plain one is known by its name."""
    module, _, name = place.partition(":")
    *outer, name = name.split(".")
    home = import_module(module if module == "json" else f"tenfold.{module}")
    for part in outer:
        home = getattr(home, part)
    plain = getattr(home, name)

    @wraps(plain)
    def timed(*arguments: Any, **named: Any) -> Any:
        with watch.step(step):
            return plain(*arguments, **named)

    owners = [home] if outer else _knowing(name, plain)
    for owner in owners:
        setattr(owner, name, timed)
    return [(owner, name, plain) for owner in owners]


def _knowing(name: str, plain: Any) -> list[Any]:
    """All modules in which this function goes by this name: `from … import` makes copies."""
    found = [module for module in sys.modules.values() if vars(module).get(name) is plain]
    if not found:
        raise LookupError(f"no module knows {name}")
    return found
