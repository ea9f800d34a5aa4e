"""One part in n of the pictures, by their names: for many machines that share nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from tenfold.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `of`, counted from 1. Every name is in exactly one of them.

    The name decides, not the place in a list: a file that comes or goes moves no other.

    >>> [Shard(k, 3).holds("scan-7.png") for k in (1, 2, 3)].count(True)
    1
    """

    number: int = 1
    of: int = 1

    def holds(self, name: str) -> bool:
        """Is this picture in it? All pages of a file are."""
        if self.of == 1:
            return True
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


ALL: Final = Shard()
"""The one part of one."""


def parse_shard(text: str) -> Shard:
    """The shard that `2/8` names, the second of eight.

    Raises:
        ConfigError: it is written in another form, or there is no such part.

    >>> parse_shard("2/8")
    Shard(number=2, of=8)
    """
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ConfigError(
            "--shard", "must be i/n with i from 1 to n", came=f'"{text}"', todo="Write 1/8 to 8/8"
        )
    return Shard(int(match[1]), int(match[2]))
