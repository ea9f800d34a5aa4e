"""Sheets whose truth is known: the pen writes on blank or squared paper, in tables and combs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tenfold.data.pen import draw_debris, draw_digit, draw_number, random_hand

Ink = NDArray[np.uint8]
PAPER, INK = 235, 45


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def blank(height: int, width: int) -> Ink:
    """A sheet without ink; ink is high until `page` makes it dark."""
    return np.zeros((height, width), np.uint8)


def page(ink: Ink, *, noise: float = 3.0, seed: int = 0) -> NDArray[np.uint8]:
    """Dark ink on light paper, with a little grain."""
    grain = generator(seed).normal(0, noise, ink.shape)
    return np.clip(PAPER - (PAPER - INK) * (ink / 255.0) + grain, 0, 255).astype(np.uint8)


def put(sheet: Ink, ink: Ink, x: int, y: int) -> None:
    """Adds ink to the sheet, its top left corner there; what juts out is cut off."""
    h, w = min(ink.shape[0], sheet.shape[0] - y), min(ink.shape[1], sheet.shape[1] - x)
    place = sheet[y : y + h, x : x + w]
    np.maximum(place, ink[:h, :w], out=place)


def write(sheet: Ink, text: str, x: int, y: int, height: int, seed: int, gap: float = 0.3) -> int:
    """Writes a number with its digits' tops near y; returns the column after it."""
    rng = generator(seed)
    ink, _ = draw_number(text, rng, round(height / 0.68), gap, hand=neat_hand(seed))
    put(sheet, ink, x, max(y - round(0.16 * height / 0.68), 0))
    return x + ink.shape[1]


@cache
def neat_hand(seed: int) -> Any:
    """Somebody who writes upright with an even, round pen, and no form that few people write.

    These tests are about layout, not hands.
    """
    rng = generator(seed)
    hands = [random_hand(rng) for _ in range(40)]
    neatest = min(
        hands, key=lambda hand: abs(hand.slant) + abs(hand.turn) / 20 + abs(hand.width - 0.1) * 4
    )
    return replace(neatest, pen="round", rare=False)


def digit(label: int, size: int, seed: int) -> Ink:
    return draw_digit(label, generator(seed), size, hand=neat_hand(seed))


def letter(name: str, size: int, seed: int) -> Ink:
    return draw_debris(generator(seed), size, name=name)


def line(sheet: Ink, start: tuple[float, float], stop: tuple[float, float], thick: int = 2) -> None:
    cv2.line(sheet, _point(start), _point(stop), 255, thick, cv2.LINE_AA, 3)


def _point(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0] * 8), round(place[1] * 8)


def grid_lines(
    sheet: Ink, xs: Sequence[float], ys: Sequence[float], thick: int = 2, frame: int | None = None
) -> None:
    """Lines at these columns and rows, the outer ones `frame` px thick."""
    for k, x in enumerate(xs):
        outer = frame is not None and k in (0, len(xs) - 1)
        line(sheet, (x, ys[0]), (x, ys[-1]), frame if outer and frame else thick)
    for k, y in enumerate(ys):
        outer = frame is not None and k in (0, len(ys) - 1)
        line(sheet, (xs[0], y), (xs[-1], y), frame if outer and frame else thick)


def sudoku(
    givens: Sequence[Sequence[int]], cell: int = 60, seed: int = 0, shift: float = 0.0
) -> Ink:
    """A 9x9 sudoku, 0 = empty; every third line is thick; digits moved by up to `shift` cells."""
    rng = generator(seed)
    side = 9 * cell
    sheet = blank(side + 80, side + 80)
    for k in range(10):
        thick = 5 if k % 3 == 0 else 2
        line(sheet, (40 + k * cell, 40), (40 + k * cell, 40 + side), thick)
        line(sheet, (40, 40 + k * cell), (40 + side, 40 + k * cell), thick)
    for r, row in enumerate(givens):
        for c, label in enumerate(row):
            if label:
                dx, dy = rng.uniform(-shift, shift, 2) * cell
                size = round(0.9 * cell)
                x, y = 40 + c * cell + 0.05 * cell + dx, 40 + r * cell + 0.05 * cell + dy
                put(sheet, digit(label, size, seed + 9 * r + c), round(x), round(y))
    return sheet


def givens_of(n: int, seed: int) -> list[list[int]]:
    """A 9x9 board with n digits 1 to 9 in it; whether it has a solution does not matter here."""
    rng = generator(seed)
    board = np.zeros(81, int)
    places = rng.choice(81, n, replace=False)
    board[places] = rng.integers(1, 10, n)
    return board.reshape(9, 9).tolist()


def table(
    texts: Sequence[Sequence[str]], seed: int = 0, cell: tuple[int, int] = (150, 70), thick: int = 2
) -> Ink:
    """A table of numbers, "" = empty."""
    n_rows, n_columns = len(texts), len(texts[0])
    width, height = cell
    sheet = blank(n_rows * height + 60, n_columns * width + 60)
    xs = [30 + width * k for k in range(n_columns + 1)]
    ys = [30 + height * k for k in range(n_rows + 1)]
    grid_lines(sheet, xs, ys, thick)
    for r, row in enumerate(texts):
        for c, text in enumerate(row):
            if text:
                high = round(0.5 * height)
                write(sheet, text, xs[c] + 8, ys[r] + round(0.25 * height), high, seed + 31 * r + c)
    return sheet


def comb(text: str, seed: int = 0, box: tuple[int, int] = (44, 60), thick: int = 2) -> Ink:
    """One row of boxes, a digit in each; a blank for an empty one."""
    width, height = box
    sheet = blank(height + 80, len(text) * width + 80)
    xs = [40 + width * k for k in range(len(text) + 1)]
    grid_lines(sheet, xs, [40, 40 + height], thick)
    for k, mark in enumerate(text):
        if mark != " ":
            size = round(0.9 * width)
            put(sheet, digit(int(mark), size, seed + k), xs[k] + 2, 40 + (height - size) // 2)
    return sheet


def squared(height: int, width: int, pitch: float, strength: int = 110, offset: float = 0.4) -> Ink:
    """Squared paper: pale even lines all over, out at every edge."""
    sheet = blank(height, width)
    for k in range(int(max(height, width) / pitch) + 2):
        place = (k + offset) * pitch
        line(sheet, (place, -5), (place, height + 5), 1)
        line(sheet, (-5, place), (width + 5, place), 1)
    return (sheet.astype(np.uint16) * strength // 255).astype(np.uint8)


def warped(ink: Ink, seed: int, amount: float = 0.02, lean: float = 2.0) -> Ink:
    """The sheet leaning by some degrees, seen at a small angle and on paper that bends a little."""
    rng = generator(seed)
    h, w = ink.shape
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    moved = corners + rng.uniform(-amount, amount, (4, 2)).astype(np.float32) * [w, h]
    angle = np.deg2rad(rng.uniform(-lean, lean))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([w / 2, h / 2])
    moved = (moved - middle) @ turn.T + middle
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    flat = cv2.warpPerspective(ink, matrix, (w, h))
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    bend = np.float32(0.004 * h) * np.sin(
        x / w * np.float32(np.pi * 2) + np.float32(rng.uniform(0, 6))
    )
    return np.asarray(cv2.remap(flat, x, y + bend, cv2.INTER_LINEAR), np.uint8)
