import numpy as np
import pytest

from tenfold.data.sheet import GAP_PX, PAPER, contact_sheet, some_of_each


def flat(value, h=28, w=28):
    return np.full((h, w), value, np.uint8)


def colours(sheet):
    return set(map(tuple, np.asarray(sheet).reshape(-1, 3)))


def test_every_picture_is_on_the_sheet_in_its_row_and_column():
    rows = {"0": [flat(10), flat(20)], "7": [flat(30)]}
    pixels = np.asarray(contact_sheet(rows, cell_px=20))
    centres = {
        value: np.argwhere((pixels == value).all(axis=2)).mean(axis=0) for value in (10, 20, 30)
    }
    step = 20 + GAP_PX
    assert centres[20] - centres[10] == pytest.approx([0, step])
    assert centres[30] - centres[10] == pytest.approx([step, 0])


def test_a_small_picture_is_enlarged_without_blur():
    checks = (np.indices((8, 8)).sum(0) % 2 * 255).astype(np.uint8)
    found = colours(contact_sheet({"1": [checks]}, cell_px=56).crop((0, 0, 200, 60)))
    cell = np.asarray(contact_sheet({"1": [checks]}, cell_px=56))
    black_or_white = ((cell == 0) | (cell == 255)).all(axis=2)
    assert black_or_white.sum() >= 56 * 56
    assert {(0, 0, 0), (255, 255, 255), PAPER} <= found


def test_wide_cells_hold_wide_pictures_at_full_height():
    rows = {"strings": [flat(10, 20, 60), flat(20, 20, 60)]}
    pixels = np.asarray(contact_sheet(rows, cell_px=20, wide=3))
    first, second = (np.argwhere((pixels == value).all(axis=2)) for value in (10, 20))
    assert np.ptp(first, axis=0).tolist() == [19, 59]
    assert second.mean(axis=0) - first.mean(axis=0) == pytest.approx([0, 60 + GAP_PX])


def test_pictures_keep_their_shape_and_colour():
    wide = np.zeros((10, 40, 3), np.uint8)
    wide[:] = (200, 30, 90)
    pixels = np.asarray(contact_sheet({"1": [wide]}, cell_px=40))
    there = np.argwhere((pixels == (200, 30, 90)).all(axis=2))
    assert np.ptp(there, axis=0).tolist() == [9, 39]


def test_notes_stand_behind_the_pictures():
    rows = {"1": [flat(0)]}
    bare, noted = contact_sheet(rows), contact_sheet(rows, notes={"1": "6,742"})
    assert noted.width > bare.width
    behind = noted.crop((bare.width, 0, noted.width, noted.height))
    assert len(colours(behind)) > 1


def test_a_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one picture"):
        contact_sheet({"1": []})


def test_some_of_each_label_are_drawn_with_a_seed():
    y = np.array([3] * 50 + [1] * 2)
    drawn = some_of_each(y, 5, seed=0)
    assert {label: len(places) for label, places in drawn.items()} == {"1": 2, "3": 5}
    assert all((y[places] == int(label)).all() for label, places in drawn.items())
    assert all(len(set(places)) == len(places) for places in drawn.values())
    assert np.array_equal(some_of_each(y, 5, seed=0)["3"], drawn["3"])
    assert not np.array_equal(some_of_each(y, 5, seed=1)["3"], drawn["3"])
