"""How far off a measured rate may be."""

from statistics import NormalDist


def wilson(errors: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval in which the true error rate lies, after `errors` of `n`.

    It stays inside [0, 1] and is right for few or no errors too, where the
    usual plus-or-minus is not. See Wilson, "Probable Inference" (1927).

    Args:
        errors: how many were wrong, 0 to n.
        n: how many there were.
        confidence: how often such an interval holds the true rate, in (0, 1).

    Returns:
        low and high, each a rate in [0, 1].

    Raises:
        ValueError: there is nothing to count, or more errors than answers.

    >>> [round(rate, 4) for rate in wilson(50, 10_000)]
    [0.0038, 0.0066]
    >>> [round(rate, 4) for rate in wilson(0, 100)]
    [0.0, 0.037]
    """
    if not 0 <= errors <= n or n == 0:
        raise ValueError(f"{errors} errors in {n} answers cannot be")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = errors / n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)) ** 0.5
    # The exact bounds at the ends; rounding would leave 1e-18 there.
    low = 0.0 if errors == 0 else centre - reach
    high = 1.0 if errors == n else centre + reach
    return low, high
