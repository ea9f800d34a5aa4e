"""How answers are counted: what was read beside what is written, picture by picture.

A picture's label says what counts as right:

- digits, `40718`: the texts of all numbers, joined in reading order, are exactly
  this;
- lines, `1246|890|357`: a whole page. Its lines of digits, words and blanks left
  out, are all found, in order, and no other line of digits is;
- `letter:A`: no digit stands there. Right is a picture that was refused: no
  number was found, or every number found is left for review.
"""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from tenfold.data.folder import Record
from tenfold.evaluation import wilson

Kind = Literal["digit", "number", "page", "not_digit"]

LETTER: Final = "letter:"
NEXT_LINE: Final = "|"
_DIGITS: Final = frozenset("0123456789")  # str.isdigit would let superscripts in


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says of one picture.

    Attributes:
        lines: the digits of each line that was read, from the top.
        confidence: that all of it is right, in [0, 1].
        n_numbers: how many numbers were found.
        n_accepted: how many of them the reader stands by.
    """

    lines: tuple[str, ...] = ()
    confidence: float = 0.0
    n_numbers: int = 0
    n_accepted: int = 0

    @property
    def text(self) -> str:
        """All digits, in reading order."""
        return "".join(self.lines)

    @property
    def accepted(self) -> bool:
        """Is there a number, and does the reader stand by every one?"""
        return 0 < self.n_numbers == self.n_accepted


class Reads(Protocol):
    """A reader to be scored.

    Attributes:
        name: as the results call it.
        version: of the program.
        model: which weights.
        model_bytes: their size.
        package: the package or program whose version it is.
    """

    name: str
    version: str
    model: str
    model_bytes: int
    package: str

    def read(self, path: Path, kind: Kind) -> Answer:
        """What stands in a picture; `kind` is for readers that must be told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One picture, what was said of it, and how long that took.

    Attributes:
        record: the picture and its label.
        answer: what was read; empty where reading failed.
        seconds: wall time from the path to the answer.
        error: why reading failed, or "".
    """

    record: Record
    answer: Answer
    seconds: float
    error: str = ""

    @property
    def right(self) -> bool:
        """Is the answer what the label asks for?"""
        return not self.error and is_right(self.record.label, self.answer)


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one reader on one folder.

    Attributes:
        n: pictures.
        right: pictures whose answer is right.
        low, high: 95 % Wilson interval of the rate of right answers.
        by_source: rate of right answers for each source.
        accepted_right, accepted_wrong: of the answers that the reader stands by.
            Of a letter every accepted answer is wrong.
        empty: pictures in which no number was found.
        errors: pictures that could not be read.
        lines, lines_found, lines_invented: of pages; 0 elsewhere.
        ms_median: milliseconds a picture.
    """

    n: int
    right: int
    low: float
    high: float
    by_source: dict[str, float]
    accepted_right: int
    accepted_wrong: int
    empty: int
    errors: int
    lines: int
    lines_found: int
    lines_invented: int
    ms_median: float

    @property
    def right_rate(self) -> float:
        """Share of right answers, in [0, 1]."""
        return self.right / self.n

    @property
    def mean_over_sources(self) -> float:
        """Mean of the sources' rates: a source with many pictures weighs no more than others."""
        return statistics.fmean(self.by_source.values())


def kind_of(label: str) -> Kind:
    """What a label asks for.

    >>> [kind_of(label) for label in ("7", "40718", "-1.5", "12|34", "total 3 5 5", "letter:A")]
    ['digit', 'number', 'number', 'page', 'page', 'not_digit']
    """
    if label.startswith(LETTER):
        return "not_digit"
    if any(mark == NEXT_LINE or mark.isspace() or mark.isalpha() for mark in label):
        return "page"
    return "digit" if len(label) == 1 else "number"


def digits_of(text: str) -> str:
    """The digits 0 to 9 of a text; everything else is left out.

    >>> digits_of("URDU 5 0 1²")
    '501'
    """
    return "".join(mark for mark in text if mark in _DIGITS)


def lines_of(label: str) -> tuple[str, ...]:
    """The lines of digits that a label names; lines without a digit are none.

    >>> lines_of("Eng|URDU 5 0 1|total 3 5 5")
    ('501', '355')
    """
    return tuple(filter(None, map(digits_of, label.split(NEXT_LINE))))


def n_lines_found(wanted: Sequence[str], read: Sequence[str]) -> int:
    """How many wanted lines were read exactly, in order: their longest common subsequence.

    >>> n_lines_found(["12", "34", "56"], ["12", "3", "56", "78"])
    2
    """
    best = [0] * (len(read) + 1)
    for line in wanted:
        before = best
        best = [0]
        for i, other in enumerate(read):
            best.append(before[i] + 1 if line == other else max(before[i + 1], best[i]))
    return best[-1]


def is_right(label: str, answer: Answer) -> bool:
    """Is the answer what the label asks for? See the head of this file.

    >>> is_right("12|34", Answer(("12", "34"))), is_right("1234", Answer(("12", "34")))
    (True, True)
    >>> is_right("letter:A", Answer(("4",), 0.3, n_numbers=1)), is_right("4", Answer())
    (True, False)
    """
    match kind_of(label):
        case "not_digit":
            return answer.n_accepted == 0
        case "page":
            return lines_of(label) == answer.lines
    return label == answer.text


def score(outcomes: Sequence[Outcome]) -> Score:
    """The figures of one reader on one folder.

    Raises:
        ValueError: there is nothing to count.
    """
    right = sum(outcome.right for outcome in outcomes)
    wrong_low, wrong_high = wilson(len(outcomes) - right, len(outcomes))
    accepted = [outcome.right for outcome in outcomes if outcome.answer.accepted]
    # A letter with one accepted number beside one for review was not refused.
    not_refused = sum(
        kind_of(outcome.record.label) == "not_digit"
        and outcome.answer.n_accepted > 0
        and not outcome.answer.accepted
        for outcome in outcomes
    )
    pages = [outcome for outcome in outcomes if kind_of(outcome.record.label) == "page"]
    wanted = [lines_of(page.record.label) for page in pages]
    found = [
        n_lines_found(lines, page.answer.lines) for lines, page in zip(wanted, pages, strict=True)
    ]
    return Score(
        n=len(outcomes),
        right=right,
        low=1 - wrong_high,
        high=1 - wrong_low,
        by_source=_by_source(outcomes),
        accepted_right=sum(accepted),
        accepted_wrong=len(accepted) - sum(accepted) + not_refused,
        empty=sum(outcome.answer.n_numbers == 0 for outcome in outcomes),
        errors=sum(bool(outcome.error) for outcome in outcomes),
        lines=sum(map(len, wanted)),
        lines_found=sum(found),
        lines_invented=sum(len(page.answer.lines) for page in pages) - sum(found),
        ms_median=1000 * statistics.median(outcome.seconds for outcome in outcomes),
    )


def _by_source(outcomes: Sequence[Outcome]) -> dict[str, float]:
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.record.source].append(outcome.right)
    return {source: statistics.fmean(group) for source, group in sorted(groups.items())}
