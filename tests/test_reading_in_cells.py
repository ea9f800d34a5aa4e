"""What stands in a cell is one number, unless it stands in two lines."""

import pytest

from sheets_drawn import blank, grid_lines, page, write
from tenfold.reading import Reader


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.mark.parametrize("gap", [None, 60])
def test_two_lines_in_a_cell_are_rather_no_number_than_one(reader, gap):
    """The border between two cells was not drawn, or not found."""
    sheet = blank(400, 560)
    grid_lines(sheet, (30, 200, 370, 530), (30, 130, 230, 370), 3)
    for row, y in enumerate((55, 155)):
        for column, x in enumerate((60, 230, 400)):
            write(sheet, "407", x, y, 40, 7 + 3 * row + column)
    write(sheet, "25", 60, 245, 40, 3)
    if gap is not None:
        write(sheet, "71", 60, 245 + gap, 40, 4)
    (table,) = reader.read(page(sheet, noise=1.0)).tables
    numbers = {(cell.row, cell.column): cell.number for cell in table.cells}
    assert numbers[2, 0].text == ("25" if gap is None else "2571")
    assert (numbers[2, 0].confidence > 0.5) == (gap is None)
    assert numbers[0, 0].confidence > 0.5
