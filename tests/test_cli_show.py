"""`tenfold show`: the words, the picture and the bars, with a net whose answers are known."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.text import Text
from typer.testing import CliRunner

from onnx_small import band_answer, band_net
from tenfold.cli import app
from tenfold.cli.shades import RAMP, shades
from tenfold.finding.single import single_digit

WRONG = 3


@pytest.fixture(autouse=True)
def _no_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return band_net(tmp_path / "bands.onnx")


def bands() -> np.ndarray:
    """Ten pictures that the net reads as 0 to 9: ink in one tenth each."""
    flat = np.arange(784) * 10 // 784 == np.arange(10)[:, None]
    return (flat * 10).astype(np.uint8).reshape(-1, 28, 28)


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Labelled as the net reads them, but for one."""
    y = np.arange(10)
    y[WRONG] = 8
    np.savez(tmp_path / "digits.npz", x=bands(), y=y)
    return tmp_path / "digits.npz"


def run(*words: object, code: int = 0, **how: object):
    result = CliRunner().invoke(app, ["show", *map(str, words)], **how)
    assert result.exit_code == code, result.output
    return result


def bars(output: str) -> dict[int, tuple[str, float, str]]:
    """Each digit's bar, percent and words."""
    found = re.findall(r"(\d) +(█*|#*) +([\d.]+) %(?: (\w[\w, ]*))?", output)
    rows = {int(digit): (bar, float(rate), words.strip()) for digit, bar, rate, words in found}
    assert sorted(rows) == list(range(10))
    return rows


def test_a_right_answer_is_told_in_words_and_by_its_bar(net, digits) -> None:
    output = run(net, "--data", digits, "--index", 6).stdout
    expected = 100 * band_answer(bands() / 255)[6]
    lines = output.splitlines()
    assert lines[0] == f"{digits}, digit 6"
    assert lines[1] == f"{net} reads 6 ({expected[6]:.1f} %), right"
    rows = bars("\n".join(lines[2:]))
    for digit, (bar, percent, words) in rows.items():
        assert percent == pytest.approx(expected[digit], abs=0.06)
        assert len(bar) == round(20 * expected[digit] / 100)
        assert words == ("predicted, true" if digit == 6 else "")


def test_a_wrong_answer_names_both_digits_without_any_colour(net, digits) -> None:
    output = run(net, "--data", digits, "--index", WRONG).stdout
    assert "wrong: it is a 8" in output
    rows = bars(output.split("\n", 2)[2])
    assert (rows[WRONG][2], rows[8][2]) == ("predicted", "true")
    assert "\x1b" not in output


def test_a_seed_draws_the_same_digit_again_and_others_draw_others(net, digits) -> None:
    first = [run(net, "--data", digits, "--seed", s).stdout.splitlines()[0] for s in range(8)]
    again = run(net, "--data", digits, "--random", "--seed", 3).stdout.splitlines()[0]
    assert again == first[3]
    assert len(set(first)) > 2


def test_without_a_choice_any_digit_is_shown_and_named(net, digits) -> None:
    assert re.match(rf"{digits}, digit \d\n", run(net, "--data", digits).stdout)


def page(path: Path) -> Path:
    pixels = np.full((90, 70), 240, np.uint8)
    pixels[10:80, 30:38] = 30
    Image.fromarray(pixels).save(path)
    return path


def test_a_picture_is_shown_as_the_28x28_that_the_net_gets(net, tmp_path: Path) -> None:
    output = run(net, page(tmp_path / "one.png")).stdout
    canon = single_digit(tmp_path / "one.png")
    shown = [line[:28] for line in output.splitlines()[3:17]]
    assert shown == [line.ljust(28) for line in shades(canon).splitlines()]
    assert any("@" in line for line in shown)
    digit = int(band_answer(canon[None] / 255).argmax())
    assert output.splitlines()[1].startswith(f"{net} reads {digit} (")
    assert "right" not in output
    assert "wrong" not in output


def test_a_blank_picture_is_called_one(net, tmp_path: Path) -> None:
    Image.new("L", (50, 50), 240).save(tmp_path / "blank.png")
    output = run(net, tmp_path / "blank.png").stdout
    assert output.startswith(f"{tmp_path}/blank.png (no ink was found)\n")


def test_a_picture_may_come_from_stdin(net, tmp_path: Path) -> None:
    data = page(tmp_path / "one.png").read_bytes()
    from_file = run(net, tmp_path / "one.png").stdout.splitlines()
    from_stdin = run(net, "-", input=data).stdout.splitlines()
    assert from_stdin[0] == "-"
    assert from_stdin[1:] == from_file[1:]


def test_a_terminal_with_colours_gets_grey_half_blocks(net, digits, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    text = Text.from_ansi(run(net, "--data", digits, "--index", 6).stdout)
    assert text.plain.count("▀") == 28 * 14
    greys = {span.style.color.triplet for span in text.spans if span.style.color}
    assert {(0, 0, 0), (10, 10, 10)} <= {tuple(grey) for grey in greys if grey}
    monkeypatch.setenv("NO_COLOR", "1")
    assert "▀" not in run(net, "--data", digits, "--index", 6).stdout


def test_a_terminal_without_unicode_gets_plain_bars(net, digits) -> None:
    words = ["show", str(net), "--data", str(digits), "--index", "6"]
    result = CliRunner(charset="ascii").invoke(app, words)
    assert result.stdout_bytes.isascii()
    assert "#" * 10 in result.stdout


def test_a_narrow_terminal_gets_the_bars_below_the_picture(net, digits, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = run(net, "--data", digits, "--index", 6).stdout.splitlines()
    first_bar = next(n for n, line in enumerate(lines[2:], 2) if line.startswith("0 "))
    assert first_bar >= 3 + 14


def test_a_net_that_knows_what_is_no_digit_says_so(tmp_path: Path, digits) -> None:
    net = band_net(tmp_path / "telling.onnx", is_digit=True)
    words = run(net, "--data", digits, "--index", 6).stdout.splitlines()[1]
    assert words.endswith(f"right; a single digit at all: {100 * 10 / 255:.1f} %")


def test_the_figure_is_written_beside_the_words(net, digits, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "x.png"
    result = run(net, "--data", digits, "--index", WRONG, "--out", out)
    assert result.stderr.endswith(f"wrote {out}\n")
    first = out.read_bytes()
    with Image.open(io.BytesIO(first)) as figure:
        assert figure.width == 800
        colours = {colour[:3] for _, colour in figure.convert("RGBA").getcolors(1 << 20)}
    assert {(0, 0x72, 0xB2), (0xD5, 0x5E, 0)} <= colours  # the predicted and the true bar
    run(net, "--data", digits, "--index", WRONG, "--out", out)
    assert out.read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "bands.onnx", "digits.npz", "x.png",
    ]  # fmt: skip


def test_a_figure_that_cannot_be_written_says_so_and_the_words_are_out(net, digits) -> None:
    pytest.importorskip("matplotlib")
    result = run(net, "--data", digits, "--index", 6, "--out", digits / "x.png", code=1)
    assert f"{digits}/x.png: cannot be written" in result.stderr
    assert "reads 6" in result.stdout


@pytest.mark.parametrize(
    ("options", "came"),
    [
        (["a.png", "--index", 1], "PICTURE and --index"),
        (["--index", 1, "--random"], "--index and --random"),
        (["a.png", "--seed", 1], "PICTURE and --random"),
    ],
)
def test_two_ways_of_choosing_are_refused(net, options: list[object], came: str) -> None:
    assert run(net, *options, code=2).stderr == f"tenfold show: one digit is shown; got {came}.\n"


def test_an_index_beyond_the_set_says_how_far_it_goes(net, digits) -> None:
    words = run(net, "--data", digits, "--index", 10, code=2).stderr
    assert words == f"--index: goes from 0 to 9 in {digits}; got 10.\n"


def test_a_picture_that_is_not_there_or_a_folder_of_several_is_refused(net, tmp_path: Path) -> None:
    missing = tmp_path / "gone.png"
    assert run(net, missing, code=1).stderr == f"{missing}: no such file.\n"
    folder = tmp_path / "two"
    folder.mkdir()
    page(folder / "a.png")
    page(folder / "b.png")
    assert "one picture is shown; got 2 pictures" in run(net, folder, code=1).stderr


def test_shades_grow_with_the_ink() -> None:
    ramp = np.repeat(np.arange(0, 256, dtype=np.uint8)[None], 2, axis=0)
    line = shades(ramp)
    assert list(dict.fromkeys(line)) == list(RAMP)
    assert [RAMP.index(mark) for mark in line] == sorted(RAMP.index(mark) for mark in line)


def test_shades_take_two_rows_a_line_and_add_paper_below_an_odd_one() -> None:
    ink = np.array([[255, 0], [255, 0], [0, 255]], np.uint8)
    assert shades(ink).split("\n") == ["@ ", " " + shades(np.array([[255], [0]], np.uint8))]
