from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

pytest.importorskip("onnx", reason="the small nets of these tests are made with onnx")

from onnx_small import band_answer, band_net
from tenfold.errors import DataError, ModelError
from tenfold.runtime import Classifier, load_classifier, session


@pytest.fixture(scope="module")
def bands(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return load_classifier(band_net(tmp_path_factory.mktemp("nets") / "bands.onnx", is_digit=True))


def some_images(n: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (n, 28, 28), np.uint8)


@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 7), seed=st.integers(0, 99))
def test_probabilities_are_those_of_the_net_worked_out_by_hand(
    bands: Classifier, n: int, seed: int
) -> None:
    images = some_images(n, seed)
    got = bands.predict_proba(images)
    assert got.shape == (n, 10)
    assert got.dtype == np.float32
    assert got == pytest.approx(band_answer(images / 255), abs=1e-4)


def test_bytes_and_floats_of_the_same_picture_get_the_same_answer(bands: Classifier) -> None:
    images = some_images(5)
    floats = images.astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(bands.predict_proba(images), bands.predict_proba(floats))
    np.testing.assert_allclose(
        bands.predict_proba(images), bands.predict_proba(floats.astype(np.float64)), atol=1e-6
    )


def test_a_batch_larger_than_one_run_is_answered_in_order(
    bands: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = some_images(11)
    whole = bands.judge(images)
    monkeypatch.setattr(session, "_BATCH", 4)
    parts = bands.judge(images)
    np.testing.assert_allclose(parts.probabilities, whole.probabilities, atol=1e-6)
    np.testing.assert_array_equal(parts.is_digit, whole.is_digit)


def test_is_digit_comes_from_the_net_where_it_has_that_output(bands: Classifier) -> None:
    images = np.zeros((2, 28, 28), np.float32)
    images[1, 3, 3] = 0.5
    assert bands.judge(images).is_digit.tolist() == [0.0, 0.5]


def test_is_digit_is_one_where_the_net_has_no_such_output(tmp_path: Path) -> None:
    plain = load_classifier(band_net(tmp_path / "plain.onnx"))
    judged = plain.judge(np.zeros((3, 28, 28), np.uint8))
    assert judged.is_digit.tolist() == [1.0, 1.0, 1.0]
    assert judged.probabilities == pytest.approx(np.full((3, 10), 0.1))


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (
            np.zeros((28, 28), np.uint8),
            "images: must be (n, 28, 28); got shape (28, 28). For one image give images[None].",
        ),
        (np.zeros((2, 784)), "images: must be (n, 28, 28); got shape (2, 784)."),
        (
            np.zeros((1, 28, 28), np.int64),
            "images: must be uint8 in 0..255 or float in [0, 1]; got int64.",
        ),
        (
            np.full((1, 28, 28), 255.0),
            "images: floats must lie in [0, 1], 1 = ink; got 255 to 255. "
            "Divide by 255 or give uint8.",
        ),
        (
            np.full((1, 28, 28), -0.5),
            "images: floats must lie in [0, 1], 1 = ink; got -0.5 to -0.5.",
        ),
        (np.full((1, 28, 28), np.nan), "images: must not hold NaN; got 784 of them."),
    ],
)
def test_images_that_are_not_canonical_are_refused_in_words(
    bands: Classifier, images: NDArray[np.generic], words: str
) -> None:
    with pytest.raises(DataError) as caught:
        bands.predict_proba(images)
    assert str(caught.value) == words


def refused(path: Path | str) -> str:
    with pytest.raises(ModelError) as caught:
        load_classifier(path)
    return str(caught.value).replace(str(Path(path).parent) + "/", "")


def test_a_net_of_another_shape_is_refused_and_the_message_says_which_end(tmp_path: Path) -> None:
    flat = band_net(tmp_path / "flat.onnx", shape=("n", 784))
    assert refused(flat) == (
        'flat.onnx: input "images" must be float32 (n, 28, 28); got float (n, 784).'
    )
    fixed = band_net(tmp_path / "fixed.onnx", shape=(1, 28, 28))
    assert refused(fixed) == (
        'fixed.onnx: input "images" must be float32 (n, 28, 28); got float (1, 28, 28).'
    )
    nine = band_net(tmp_path / "nine.onnx", n_classes=9)
    assert refused(nine) == (
        'nine.onnx: output "probabilities" must be float32 (n, 10); got float (n, 9).'
    )


def test_a_net_that_gives_scores_in_place_of_probabilities_is_refused(tmp_path: Path) -> None:
    scores = load_classifier(band_net(tmp_path / "scores.onnx", softmax=False))
    with pytest.raises(ModelError, match=r"that sum to 1; got a row that sums to 784\. End the"):
        scores.predict_proba(np.ones((1, 28, 28)))


def test_a_net_that_names_another_canon_is_refused(tmp_path: Path) -> None:
    net = band_net(tmp_path / "old.onnx", metadata={"tenfold.canon": "7"})
    assert refused(net).startswith("old.onnx: was trained on canon 7; this version makes canon 1.")
    load_classifier(band_net(tmp_path / "new.onnx", metadata={"tenfold.canon": "1"}))


@pytest.mark.parametrize("folder", ["here", "elsewhere"])
def test_a_net_whose_weights_lie_in_another_file_is_refused(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnx

    path = tmp_path / "here" / "a.onnx"
    path.parent.mkdir()
    net = onnx.load(band_net(path))
    onnx.save(net, path, save_as_external_data=True, location="weights", size_threshold=100)
    assert (path.parent / "weights").stat().st_size > 0
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / folder)
    with pytest.raises(ModelError, match=r"cannot open it; got .*External data"):
        load_classifier(path)


def test_a_file_that_is_missing_or_no_net_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.onnx") == "gone.onnx: no such file."
    text = tmp_path / "text.onnx"
    text.write_text("hello")
    assert refused(text).startswith("text.onnx: ONNX Runtime cannot open it; got ")
    (tmp_path / "folder.onnx").mkdir()
    assert refused(tmp_path / "folder.onnx").startswith("folder.onnx: cannot be opened (")
