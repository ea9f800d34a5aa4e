import csv
import json
import math

import numpy as np
import pytest

from lab_small import small

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras")
pytest.importorskip("mlxtend")

from tenfold.errors import ConfigError, DataError, RunError, TrainingError  # noqa: E402
from tenfold.models import build  # noqa: E402
from tenfold.models.classifier import KerasClassifier  # noqa: E402
from tenfold.training import Config, loop, objective, run, train  # noqa: E402
from tenfold.training.checkpoint import Row, State  # noqa: E402
from tenfold.training.material import material  # noqa: E402
from tenfold.training.norms import settle_norms  # noqa: E402

# Everything that carries state from one epoch to the next: dropout, a running
# mean, a schedule, an optimizer with memory.
RESTLESS = {
    "model__dropout": 0.3, "fit__ema": 0.9, "fit__schedule": "cosine", "fit__warmup_rate": 0.3,
    "fit__optimizer": "adamw", "data__validation_rate": 0.2,
}  # fmt: skip
FILES = {
    "config.toml", "checkpoint.npz", "history.csv", "model.keras", "metrics.json", "curves.png",
    "confusion.png", "mistakes.png",
}  # fmt: skip


def rows(folder):
    """The history without its seconds."""
    with (folder / "history.csv").open() as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of three epochs that nobody stopped."""
    return train(small(**RESTLESS), tmp_path_factory.mktemp("runs") / "whole")


@pytest.fixture
def stop_after(monkeypatch):
    """Wish to stop in the middle of the epoch after the given one."""

    def arrange(n_epochs):
        seen = loop._Watch.on_train_batch_end

        def look(watch, batch, logs=None):
            if watch.number > n_epochs:
                watch.stop._wish(0, None)
            seen(watch, batch, logs)

        monkeypatch.setattr(loop._Watch, "on_train_batch_end", look)
        return monkeypatch

    return arrange


def test_a_run_folder_holds_everything(whole):
    assert {path.name for path in whole.folder.iterdir()} == FILES
    assert Config.from_toml(whole.folder / "config.toml") == small(**RESTLESS)
    assert len(rows(whole.folder)) == 3


def test_the_sample_is_neither_trivial_nor_hopeless(whole):
    assert 0.15 < whole.metrics["test"]["accuracy"] < 0.95, "guessing is right in 0.1"


def test_metrics_hold_the_figures_and_how_they_came(whole):
    metrics = json.loads((whole.folder / "metrics.json").read_text())
    assert metrics == json.loads(json.dumps(whole.metrics))
    for part, n in (("train", 320), ("validation", 800), ("test", 1000)):
        told = metrics[part]
        assert told["n"] == n
        assert told["accuracy"] == pytest.approx(1 - told["errors"] / n)
        assert told["interval"][0] <= told["accuracy"] <= told["interval"][1]
    assert metrics["seed"] == 0
    assert {"python", "keras", "numpy", "backend"} <= metrics["versions"].keys()
    assert len(metrics["data_sha256"]) == 64
    assert metrics["seconds"] > 0
    assert metrics["stopped"] is None
    assert metrics["parameters"] == 784 * 16 + 16 + 16 * 10 + 10


def test_the_saved_model_gives_the_test_figures(whole):
    digits = material(small(**RESTLESS).settings)
    model = keras.models.load_model(whole.folder / "model.keras")
    p = KerasClassifier(model).predict_proba(digits.test_x)
    assert int((p.argmax(axis=1) != digits.test_y).sum()) == whole.metrics["test"]["errors"]


def test_the_summary_says_it_in_words(whole):
    test = whole.metrics["test"]
    assert whole.summary.startswith("dense128: 3 of 3 epochs in ")
    assert f"Test:       {100 * test['accuracy']:.2f} % of 1,000 ({test['errors']} wrong" in (
        whole.summary
    )
    assert "Its source claims: about 97 % test." in whole.summary


def test_a_stopped_run_goes_on_to_the_figures_of_one_that_never_stopped(
    whole, stop_after, tmp_path
):
    patch = stop_after(1)
    stopped = train(small(**RESTLESS), tmp_path / "run")
    assert len(rows(stopped.folder)) == 1
    assert "Stopped by hand; go on with: tenfold train --resume" in stopped.summary
    assert (stopped.folder / "model.keras").is_file()
    patch.undo()
    resumed = train(small(**RESTLESS), tmp_path / "run", resume=True)
    assert rows(resumed.folder) == rows(whole.folder)
    for part in ("train", "validation", "test"):
        assert resumed.metrics[part] == whole.metrics[part]
    assert resumed.metrics["stopped"] is None


def test_a_run_stopped_before_its_first_epoch_goes_on_from_nothing(whole, stop_after, tmp_path):
    patch = stop_after(0)
    stopped = train(small(**RESTLESS), tmp_path / "run")
    assert stopped.metrics == {}
    assert "no epoch was finished" in stopped.summary
    patch.undo()
    resumed = train(small(**RESTLESS), tmp_path / "run", resume=True)
    assert rows(resumed.folder) == rows(whole.folder)


def test_a_stop_keeps_the_best_epoch_by_validation(stop_after, tmp_path):
    stop_after(2)
    config = small(data__validation_rate=0.5, fit__epochs=4)
    stopped = train(config, tmp_path / "run")
    accuracies = [float(row["validation_accuracy"]) for row in rows(stopped.folder)]
    assert stopped.metrics["epoch_kept"] == 1 + int(np.argmax(accuracies))
    assert stopped.metrics["validation"]["accuracy"] == pytest.approx(max(accuracies), abs=1e-6)


def test_the_best_weights_outlive_worse_epochs():
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    state = State("sha")
    for epoch, accuracy in enumerate([0.5, 0.9, 0.7], start=1):
        row = Row(epoch, 0.1, 0.9, 0.2, accuracy, 1.0)
        state = state.after(row, model, (np.array([epoch]),))
    assert (state.best_epoch, state.best, state.last) == (2, (np.array([2]),), (np.array([3]),))


def test_of_equal_epochs_the_first_is_best_and_a_lower_loss_decides():
    rows_ = [Row(1, 0, 0, 0.3, 0.9, 0), Row(2, 0, 0, 0.2, 0.9, 0), Row(3, 0, 0, 0.2, 0.9, 0)]
    assert State("sha", history=tuple(rows_)).best_epoch == 2


def test_another_seed_gives_other_figures(whole, tmp_path):
    other = train(small(**RESTLESS, fit__seed=1), tmp_path / "run")
    assert rows(other.folder) != rows(whole.folder)


def test_patience_ends_a_run_that_gets_no_better(tmp_path):
    config = small(
        fit__learning_rate=0.0, data__validation_rate=0.2, fit__epochs=9, fit__patience=2
    )
    result = train(config, tmp_path / "run")
    assert len(rows(result.folder)) == 3
    assert result.metrics["epoch_kept"] == 1
    assert result.metrics["stopped"] == "Stopped: no better validation for 2 epochs."


def test_a_loss_that_is_not_a_number_keeps_the_last_good_state(monkeypatch, tmp_path):
    seen = loop._Watch.on_train_batch_end

    def spoil(watch, batch, logs=None):
        if watch.number == 2 and batch >= 9:
            logs = {**logs, "loss": math.nan}
        seen(watch, batch, logs)

    monkeypatch.setattr(loop._Watch, "on_train_batch_end", spoil)
    with pytest.raises(TrainingError) as caught:
        train(small(), tmp_path / "run")
    assert str(caught.value) == (
        "epoch 2: the loss is not a number, in steps 1 to 10. Train anew with a smaller "
        "--learning-rate than 0.001."
    )
    assert len(rows(tmp_path / "run")) == 1
    kept = keras.models.load_model(tmp_path / "run" / "model.keras")
    assert all(np.isfinite(w).all() for w in kept.get_weights())


def test_a_real_overflow_is_caught_at_its_step(tmp_path):
    config = small(fit__optimizer="sgd", fit__learning_rate=1e38)
    with pytest.raises(TrainingError, match=r"epoch 1: the loss is not a number, in steps 1 to 1"):
        train(config, tmp_path / "run")


def test_a_run_folder_is_never_written_over(whole):
    before = (whole.folder / "metrics.json").read_bytes()
    with pytest.raises(RunError, match="exists already"):
        train(small(**RESTLESS), whole.folder)
    assert (whole.folder / "metrics.json").read_bytes() == before


def test_a_run_goes_on_with_its_own_digits_only(stop_after, tmp_path):
    patch = stop_after(1)
    train(small(), tmp_path / "run")
    patch.undo()
    state = State.load(tmp_path / "run" / "checkpoint.npz")
    State("0" * 64, state.history, state.variables, state.optimizer, state.last, state.best).save(
        tmp_path / "run" / "checkpoint.npz"
    )
    with pytest.raises(RunError, match="was trained on other digits than are found now"):
        train(small(), tmp_path / "run", resume=True)


def test_a_damaged_state_is_told(whole, tmp_path):
    path = tmp_path / "checkpoint.npz"
    path.write_bytes((whole.folder / "checkpoint.npz").read_bytes()[:-2000])
    with pytest.raises(RunError, match="not a state of a run"):
        State.load(path)


def test_labels_outside_the_digits_are_named(tmp_path):
    np.savez(tmp_path / "odd.npz", x=np.zeros((20, 28, 28), np.uint8), y=np.full(20, 11))
    config = Config.of("dense128", {"data.source": str(tmp_path / "odd.npz")})
    with pytest.raises(DataError, match=r"odd.npz: label 0 should be a digit from 0 to 9; got 11"):
        train(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_digits_of_ones_own_train_a_net(tmp_path):
    x = np.zeros((200, 28, 28), np.uint8)
    y = np.arange(200) % 10
    for k, label in enumerate(y):
        x[k, 2 * label : 2 * label + 4, 4:24] = 255
    np.savez(tmp_path / "bars.npz", x=x, y=y)
    config = Config.of("dense128", {"data.source": str(tmp_path / "bars.npz"), "fit.epochs": 20})
    assert train(config, tmp_path / "run").metrics["test"]["errors"] == 0


def test_norms_settle_to_the_statistics_of_the_pictures():
    model = build(Config.of("convnet").recipe)
    x = np.random.default_rng(0).random((512, 28, 28), np.float32)
    settle_norms(model, x)
    first = next(n for n in model.layers if isinstance(n, keras.layers.BatchNormalization))
    before = keras.Model(model.input, first.input).predict(x, verbose=0)
    assert np.asarray(first.moving_mean) == pytest.approx(before.mean(axis=(0, 1, 2)), abs=1e-4)
    assert np.asarray(first.moving_variance) == pytest.approx(before.var(axis=(0, 1, 2)), rel=0.02)
    assert first.momentum == 0.9


@pytest.mark.parametrize("recipe", ["dense128-onehot", "dense50x2-sigmoid", "convnet"])
def test_every_kind_of_loss_and_net_learns(recipe, tmp_path):
    width = {} if recipe == "convnet" else {"model__width": 32}
    config = small(recipe, fit__epochs=4, data__fraction=0.25, **width)
    result = train(config, tmp_path / "run")
    losses = [float(row["loss"]) for row in rows(result.folder)]
    assert losses[-1] < 0.7 * losses[0]
    assert result.metrics["test"]["accuracy"] > 0.6


def test_tensorboard_gets_every_epoch_in_order(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    train(small(), tmp_path / "run", tensorboard=True)
    told = accumulator.EventAccumulator(str(tmp_path / "run" / "tensorboard" / "train"))
    told.Reload()
    assert [event.step for event in told.Tensors("epoch_loss")] == [0, 1, 2]


def test_tensorboard_is_asked_for_by_name(monkeypatch, tmp_path):
    from tenfold.errors import MissingExtraError

    monkeypatch.setattr(run, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"tensorboard: .*pip install 'tenfold\[train\]'"):
        train(small(), tmp_path / "run", tensorboard=True)


def test_a_teacher_s_answers_are_mixed_with_the_labels(tmp_path):
    taught = train(small(fit__epochs=1), tmp_path / "teacher").folder
    fit = small(fit__teacher=str(taught), fit__teacher_rate=0.25).settings.fit
    x = np.random.default_rng(0).random((6, 28, 28)).astype(np.float32)
    y = np.arange(6, dtype=np.uint8)
    teacher = KerasClassifier(keras.saving.load_model(taught / "model.keras"))
    expected = 0.75 * np.eye(10)[y] + 0.25 * teacher.predict_proba(x)
    assert np.allclose(objective.taught(x, y, fit, 10), expected, atol=1e-6)
    two = small(fit__teacher=f"{taught},{taught}", fit__teacher_rate=0.25).settings.fit
    assert np.allclose(objective.taught(x, y, two, 10), expected, atol=1e-6)
    with pytest.raises(ConfigError, match="teaches nets of ten digits only"):
        objective.taught(x, y, fit, 11)


def test_who_is_taught_comes_closer_to_the_teacher_than_who_is_not(tmp_path):
    teacher = train(small(fit__epochs=6), tmp_path / "teacher").folder
    x = material(small().settings).test_x
    wanted = KerasClassifier(keras.saving.load_model(teacher / "model.keras")).predict_proba(x)
    apart = []
    for name, rate in (("alone", 0.0), ("taught", 1.0)):
        changes = {"fit__teacher": str(teacher), "fit__teacher_rate": rate, "fit__seed": 5}
        folder = train(small(**changes), tmp_path / name).folder
        answers = KerasClassifier(keras.saving.load_model(folder / "model.keras")).predict_proba(x)
        apart.append(np.abs(answers - wanted).mean())
    assert apart[1] < apart[0]
