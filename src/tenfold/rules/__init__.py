"""Rules that a number must obey: text in, yes or no out. Nothing here knows of pictures."""

from tenfold.rules.checksums import CHECKSUMS
from tenfold.rules.choices import read_choices
from tenfold.rules.rules import Rules
from tenfold.rules.values import DIGITS, MARKS, digits_of, meanings

__all__ = ["CHECKSUMS", "DIGITS", "MARKS", "Rules", "digits_of", "meanings", "read_choices"]
