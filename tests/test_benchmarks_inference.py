"""Counts of multiply-adds, the paired test, and rows of results/inference.csv."""

from math import comb
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arithmetic import GEMM_SIDE, fastest, multiply_adds
from engines import Variant
from inference_table import INFERENCE_HEADINGS, inference_rows
from onnx_small import band_net, mixed_net
from paired import mcnemar

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


def test_multiply_adds_are_those_counted_by_hand(tmp_path):
    assert multiply_adds(onnx.load(band_net(tmp_path / "bands.onnx"))) == 784 * 10
    convolution = 24 * 24 * 4 * (5 * 5)
    turned, dense = 2304 * 30, 30 * 10
    net = mixed_net(np.random.default_rng(0))
    assert multiply_adds(net) == convolution + turned + dense


def test_weights_that_are_worked_out_count_as_others():
    from tenfold.export.int8 import in_int8

    net = mixed_net(np.random.default_rng(0))
    assert multiply_adds(in_int8(net)) == multiply_adds(net)


def test_the_limit_is_that_of_the_fastest_call(monkeypatch):
    ticks = iter([0, 4, 4, 6, 6, 9, 9, 10])  # 4, 2, 3 and 1 seconds
    monkeypatch.setattr("arithmetic.time.perf_counter", lambda: next(ticks))
    assert fastest([lambda: None, lambda: None], turns=2) == 2 * GEMM_SIDE**3


@given(PAIRS)
def test_the_paired_test_adds_up_all_that_is_no_likelier_than_what_came(pairs):
    first, second = (np.array(one) for one in zip(*pairs, strict=True))
    found = mcnemar(first, second)
    assert found.lost == sum(a and not b for a, b in pairs)
    assert found.won == sum(b and not a for a, b in pairs)
    n = found.lost + found.won
    ways = [comb(n, k) for k in range(n + 1)]  # the definition, written the slow way
    unlikely = sum(way for way in ways if way <= ways[found.lost])
    assert found.p == pytest.approx(unlikely / 2**n)


def test_answers_of_different_pictures_cannot_be_paired():
    with pytest.raises(ValueError, match="cannot be paired"):
        mcnemar(np.ones(3, bool), np.ones(4, bool))


def test_no_table_without_figures(tmp_path):
    assert inference_rows(tmp_path) == []


@pytest.fixture(scope="module")
def modules():
    """The benchmark, and the maker of its files, which needs the lab."""
    pytest.importorskip("keras")
    import inference
    import inference_files

    return inference, inference_files


@pytest.fixture
def digits():
    from tenfold.data.splits import Split

    rng = np.random.default_rng(3)
    x = rng.integers(0, 256, (3000, 28, 28), np.uint8)
    y = (np.arange(3000) % 10).astype(np.uint8)
    return Split(x[:2000], y[:2000], x[2000:], y[2000:])


@pytest.mark.train
def test_calibration_sees_training_digits_only_each_in_its_share(modules, digits):
    chosen = modules[1].calibration(digits)
    assert len(chosen) == modules[1].N_CALIBRATION
    seen = {one.tobytes() for one in chosen}
    assert seen <= {one.tobytes() for one in digits.train_x}
    assert not seen & {one.tobytes() for one in digits.test_x}


@pytest.mark.train
def test_a_file_without_layers_is_rounded_and_told_what_it_goes_without(
    modules, digits, tmp_path, capsys
):
    from rich.console import Console

    import engines

    source = band_net(tmp_path / "bands.onnx")
    (tmp_path / "made").mkdir()
    found = list(
        modules[1].variants(f"bands={source}", tmp_path / "made", digits, Console(stderr=True))
    )
    assert [one.engine for one in found] == [
        *(engines.ORT, engines.OPENVINO, engines.ORT_STATIC, engines.ORT_DYNAMIC)
    ]
    assert "bands: without Keras and LiteRT" in capsys.readouterr().err
    images = digits.test_x[:50] / np.float32(255)
    first, *others = (engines.opened(one.engine, one.file, 1)(images) for one in found)
    assert first.sum(axis=1) == pytest.approx(np.ones(50), abs=1e-5)
    for other in others:
        assert other == pytest.approx(first, abs=0.2)


@pytest.mark.train
@pytest.mark.parametrize("name", ["dense128", "tenfold"])  # ships in float32, and in int8
def test_a_run_under_the_name_of_another_net_is_refused(name, modules, digits, tmp_path):
    import typer
    from rich.console import Console

    source = band_net(tmp_path / "bands.onnx")
    (tmp_path / "made").mkdir()
    with pytest.raises(typer.BadParameter, match="is not the net that is shipped"):
        next(modules[1].variants(f"{name}={source}", tmp_path / "made", digits, Console()))


@pytest.mark.train
def test_a_net_that_ships_in_int8_is_measured_as_it_ships(modules, digits, tmp_path, capsys):
    from rich.console import Console

    import engines
    from tenfold.runtime import load_classifier, shipped

    (found,) = modules[1].variants("tenfold", tmp_path, digits, Console(stderr=True))
    assert (found.engine, found.n_bytes) == (engines.ORT_SHIPPED, shipped()["tenfold"].bytes)
    assert found.multiply_adds > 5_000_000
    assert "in float32 too: tenfold=RUN or FILE.onnx" in capsys.readouterr().err
    images = digits.test_x[:20]
    answers = engines.opened(found.engine, found.file, 1)(images / np.float32(255))
    assert answers == pytest.approx(load_classifier().predict_proba(images), abs=1e-6)


@pytest.mark.train
def test_a_row_pairs_a_runtime_with_the_first_of_its_net(modules, tmp_path):
    inference, _ = modules
    known = [Variant("net", f"runtime {k}", Path("x"), 1000, 5_000_000) for k in range(2)]
    timed = [inference.Timed([0.001] * 19 + [0.003], {1: [0.064], 2: [0.032]}) for _ in range(2)]
    truth = np.array([1, 2, 3, 4], np.uint8)
    answers = [
        np.eye(10, dtype=np.float32)[row] * 0.8 + 0.02 for row in ([1, 2, 3, 0], [0, 0, 3, 4])
    ]
    first, second = inference.rows_of(known, timed, 50e9, answers, truth)
    assert (first["ms_one_median"], first["p"]) == ("1.0000", "")
    assert (first["per_s_1_thread"], first["per_s_2_threads"]) == ("4000", "8000")
    assert first["share_one"] == "0.2000"  # 10 million operations a ms are 10 of 50 billion
    assert first["share_batch"] == "0.8000"
    assert (second["lost"], second["won"], second["p"]) == (2, 1, "1.000")
    facts = dict.fromkeys(inference.FACTS, "")
    place = tmp_path / "results" / "inference.csv"
    rows = [first | facts, second | facts]
    inference.merge_rows(place, rows, inference.KEY, inference.COLUMNS)
    table = inference_rows(tmp_path)
    assert [len(row) for row in table] == [len(INFERENCE_HEADINGS)] * 2
    loss = -3 / 4 * np.log(0.82) - 1 / 4 * np.log(0.02)
    assert table[0][-5:] == ["–", "–", f"{loss:.5f}", "–", "100.00 %"]
    assert table[1][-5:-2] == [
        "2 / 1",
        "1.000",
        f"{loss - np.log(0.02) / 4 + np.log(0.82) / 4:.5f}",
    ]
