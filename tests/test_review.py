"""The walk through doubtful answers: what is asked, what is shown, what is kept, what is undone."""

import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PIL import Image

from fake_reader import number
from review_small import picture, reading, scans, written
from tenfold.data.folder import read_folder
from tenfold.data.kept import KeptFolder
from tenfold.errors import DataError, PictureError
from tenfold.picture import open_picture
from tenfold.results import Box, Reading
from tenfold.review import Doubt, Originals, Sitting, doubts, is_label, read_results
from tenfold.review.originals import around


def readings_of(path: Path) -> list[Reading]:
    return read_results(path.read_text(), path.name)


def proposals(found: list[Doubt]) -> list[str]:
    return [doubt.proposal for doubt in found]


def test_the_doubtful_come_first_the_accepted_and_the_unread_when_asked_for(tmp_path: Path) -> None:
    readings = [*readings_of(scans(tmp_path)), Reading("d.png", 0, 0, error="no such file.")]
    assert proposals(doubts(readings)) == ["7", "52", "407"]
    assert proposals(doubts(readings, in_order=True)) == ["407", "7", "52"]
    assert proposals(doubts(readings, accepted=True)) == ["7", "52", "407", "18"]
    assert proposals(doubts(readings, unread=True)) == ["7", "52", "407", ""]
    assert proposals(doubts([*readings, *readings])) == ["7", "52", "407"], "each place once"


def test_a_digit_that_was_masked_is_proposed_as_it_was_read() -> None:
    plain = number("407")
    masked = dataclasses.replace(plain, text="4?7", written="4?7")
    marked = dataclasses.replace(plain, text="4?7", written="40,7-")
    nothing = dataclasses.replace(plain, text="", written="", digits=(), unruled="407")
    strange = dataclasses.replace(plain, written="=4+07\x1b[2J")
    all_of_them = (plain, masked, marked, nothing, strange)
    found = [Doubt(reading("a.png"), one).proposal for one in all_of_them]
    assert found == ["407", "407", "40,7-", "", "407"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no json", "entry 1: not a reading in JSON"),
        ('{"schema": 1}', "no 'file'"),
        ('{"schema": 7, "file": "a"}', "schema 7 was given"),
        ("[1, 2]", "entry 1"),
    ],
)
def test_what_read_did_not_print_is_refused_with_its_place(text: str, told: str) -> None:
    with pytest.raises(DataError, match=told) as caught:
        read_results(text, "out.jsonl")
    assert "tenfold read --json" in str(caught.value)


def test_lines_a_list_and_one_object_are_the_same_and_a_cut_line_is_named(tmp_path: Path) -> None:
    text = scans(tmp_path).read_text()
    readings = read_results(text, "x")
    assert read_results(json.dumps([one.to_dict() for one in readings], indent=2), "x") == readings
    assert read_results(json.dumps(readings[0].to_dict()), "x") == readings[:1]
    with pytest.raises(DataError, match="x, entry 3"):
        read_results(text[:-20], "x")


PLACES = st.builds(Box, *[st.integers(0, 90)] * 2, *[st.integers(1, 60)] * 2)


@given(PLACES, st.lists(PLACES, max_size=5))
def test_a_crop_holds_its_number_and_no_more_of_the_others_than_the_number_s_own_box(
    box: Box, others: list[Box]
) -> None:
    place = around(box, others, 150, 150)
    assert place.union(box) == place
    assert place.x >= 0
    assert place.y >= 0
    assert max(place.right, place.bottom) <= 150
    for other in others:
        beside = other.right <= box.x or box.right <= other.x
        level = other.y < box.bottom and other.bottom > box.y
        if beside and level:
            assert place.x >= other.right or place.right <= other.x


def crop_of(doubt: Doubt, **where: object) -> np.ndarray:
    return Originals([doubt.reading.file], **where).crop(doubt).pixels


def test_the_crop_is_cut_from_the_picture_as_a_person_sees_it(tmp_path: Path) -> None:
    """EXIF says that the camera was turned; boxes are those of the upright picture."""
    upright = np.random.default_rng(5).integers(0, 256, (60, 90), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "turned.png"
    Image.fromarray(np.ascontiguousarray(np.rot90(upright))).save(path, exif=exif)
    one = dataclasses.replace(number("7"), box=Box(30, 20, 10, 20))
    found = crop_of(Doubt(reading(path, one, size=(90, 60)), one))
    assert np.array_equal(found, upright[14:46, 24:46])


def test_each_page_of_a_file_gives_its_own_crop(tmp_path: Path) -> None:
    pages = [np.full((40, 120), shade, np.uint8) for shade in (10, 120, 230)]
    path = tmp_path / "three.tif"
    first, *rest = map(Image.fromarray, pages)
    first.save(path, save_all=True, append_images=rest)
    for page in (1, 2, 3):
        one = number("7")
        doubt = Doubt(dataclasses.replace(reading(path, one), page=page), one)
        assert np.unique(crop_of(doubt)).tolist() == [pages[page - 1][0, 0]]
    for page in (None, 4):
        doubt = Doubt(dataclasses.replace(reading(path, one), page=page), one)
        with pytest.raises(PictureError, match="has changed since it was read"):
            crop_of(doubt)


def test_a_large_picture_is_cropped_at_its_full_resolution(tmp_path: Path) -> None:
    path = picture(tmp_path / "large.png", (5000, 60))
    one = dataclasses.replace(number("7"), box=Box(4000, 20, 16, 20))
    found = Originals([str(path)]).crop(Doubt(reading(path, one, size=(5000, 60)), one))
    assert found.pixels.shape == (32, 28)
    assert found.inner == Box(6, 6, 16, 20)
    assert open_picture(path).pixels.shape[1] < 5000


def test_a_picture_that_is_another_by_now_is_not_labelled(tmp_path: Path) -> None:
    [doubt, *_] = doubts(readings_of(scans(tmp_path)))
    picture(Path(doubt.reading.file), (120, 41))
    with pytest.raises(PictureError, match="120x40 then, 120x41 now"):
        crop_of(doubt)
    Path(doubt.reading.file).unlink()
    with pytest.raises(PictureError, match=r"not there any more.*--pictures FOLDER"):
        crop_of(doubt)


def test_a_picture_newer_than_its_reading_is_shown_with_a_note(tmp_path: Path) -> None:
    [doubt, *_] = doubts(readings_of(scans(tmp_path)))
    file, now = doubt.reading.file, Path(doubt.reading.file).stat().st_mtime
    assert Originals([file], read_at=now).crop(doubt).note == ""
    assert "newer than its reading" in Originals([file], read_at=now - 9).crop(doubt).note


def test_pictures_that_moved_are_found_where_their_names_tell_them_apart(tmp_path: Path) -> None:
    files = ["in/x/1.png", "in/y/1.png", "in/y/2.png"]
    for k, place in enumerate(["x/1.png", "y/1.png", "2.png", "1.png"]):
        picture(tmp_path / place, seed=k)
    moved = Originals(files, pictures=tmp_path)
    assert [moved.find(file).relative_to(tmp_path).as_posix() for file in files] == [
        "x/1.png", "y/1.png", "2.png"
    ]  # fmt: skip
    (tmp_path / "y" / "1.png").unlink()
    with pytest.raises(PictureError):
        moved.find("in/y/1.png")  # 1.png may be either


def test_corrections_lie_beside_the_pictures_unless_one_says_where() -> None:
    assert Originals(["scans/a.png", "scans/b.png"]).folder == Path("scans/reviewed")
    assert Originals(["scans/a/1.png", "scans/b/1.png"]).folder == Path("scans/reviewed")
    assert Originals(["-"]).folder == Path("reviewed")
    assert Originals(["a.png"], pictures=Path("/nowhere")).folder == Path("/nowhere/reviewed")


def test_what_came_on_stdin_needs_its_file() -> None:
    with pytest.raises(PictureError, match=r"came on stdin.*--pictures FILE"):
        Originals(["-"]).find("-")


@pytest.mark.parametrize("text", ["0", "007", "12,50", "-3", "1.250,5"])
def test_a_number_can_be_typed(text: str) -> None:
    assert is_label(text, Doubt(reading("a"), number("7")))


@pytest.mark.parametrize("text", ["", "y", "seven", "=1+1", "1,", "-", "1|2", "7\n8", "٣"])
def test_what_is_no_number_is_not_kept_as_one(text: str) -> None:
    assert not is_label(text, Doubt(reading("a"), number("7")))


PIXELS = np.zeros((4, 4), np.uint8)


class Walk(RuleBasedStateMachine):
    """Any order of keys, kills included, against a plain list of what was said."""

    def __init__(self) -> None:
        super().__init__()
        from tempfile import TemporaryDirectory

        self.place = TemporaryDirectory()
        numbers = [number(str(k), x=10 * k, confidence=0.1 * k) for k in range(4)]
        self.doubts = doubts([reading("a.png", *numbers, size=(400, 40))])
        self.said: list[tuple[str, str | None]] = []
        self.sit()

    def sit(self) -> None:
        self.sitting = Sitting(self.doubts, KeptFolder(Path(self.place.name)))

    @rule()
    def killed_and_gone_on_with(self) -> None:
        self.sit()
        self.said = [pair for pair in self.said if pair[1] is not None]

    @precondition(lambda self: self.sitting.current)
    @rule(label=st.sampled_from(["", "5", "07"]))
    def said_something(self, label: str) -> None:
        self.said.append((self.sitting.current.name, label or "none"))
        self.sitting.keep(PIXELS, label)

    @precondition(lambda self: self.sitting.current)
    @rule()
    def skipped(self) -> None:
        self.said.append((self.sitting.current.name, None))
        self.sitting.skip()

    @rule()
    def undone(self) -> None:
        assert self.sitting.undo() == bool(self.said)
        if self.said:
            name, _ = self.said.pop()
            assert self.sitting.current.name == name

    @invariant()
    def the_folder_holds_what_was_said(self) -> None:
        said = [pair for pair in self.said if pair[1] is not None]
        folder = Path(self.place.name)
        assert [(row["file"], row["label"]) for row in KeptFolder(folder).rows()] == said
        assert {path.name for path in folder.glob("*.png")} == {name for name, _ in said}
        assert self.sitting.n_left == 4 - len(said)
        assert self.sitting.position == len(self.said) + 1
        if said:
            assert len(read_folder(folder)) == len(said)

    def teardown(self) -> None:
        self.place.cleanup()


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_a_pdf_s_page_is_cropped_as_it_was_read(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra [formats]")
    page = np.full((200, 300), 255, np.uint8)
    page[80:120, 100:110] = 0
    stream = io.BytesIO()
    Image.fromarray(page).save(stream, "PDF", resolution=72)
    (tmp_path / "a.pdf").write_bytes(stream.getvalue())
    import tenfold

    [read] = tenfold.Reader().read_pages(tmp_path / "a.pdf")
    [one] = read.numbers
    path = written(tmp_path / "out.jsonl", read)
    [doubt] = doubts(readings_of(path), accepted=True)
    found = crop_of(doubt)
    assert tenfold.Reader().read(found).text == one.text == "1"
