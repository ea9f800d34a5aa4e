"""MNIST's test digits, from 0, whose label five people outvoted; no net can be blamed for them."""

from typing import Final

DISPUTED: Final = (
    *(947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729),
)
