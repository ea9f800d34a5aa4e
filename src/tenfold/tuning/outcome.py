"""What a study leaves behind: the best settings as TOML, two figures, and a few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import optuna

from tenfold.errors import RunError
from tenfold.models.search import AUGMENTATION, Span, to_settings
from tenfold.training import Config
from tenfold.training.folder import writing
from tenfold.tuning.trials import Tried, best_of, distribution

N_FOR_IMPORTANCE: Final = 8  # with fewer trials the shares are noise


BEST: Final = "best.toml"


@dataclass(frozen=True, slots=True)
class TuneResult:
    """A study as it stands.

    Attributes:
        study: its file.
        folder: where best.toml, history.png and importance.png lie.
        trials: the settled ones, in order.
        best: the best of those that were trained to their end; None where there is none.
        config: the best one's recipe and settings, as in best.toml.
        summary: the same in words.
    """

    study: Path
    folder: Path
    trials: tuple[Tried, ...]
    best: Tried | None
    config: Config | None
    summary: str

    @property
    def best_toml(self) -> Path:
        """What `tenfold train RECIPE --config` takes."""
        return self.folder / BEST


def write_best(folder: Path, base: Config, trials: Sequence[Tried], n_held: int) -> Config | None:
    """The best trial's config, now in best.toml; None where no trial was whole."""
    best = best_of(trials)
    if best is None:
        return None
    config = base.changed(to_settings(best.values))
    text = (
        f"# The best of {n_of(len(trials), 'trial')} of `tenfold tune {base.recipe_name}`: "
        f"number {best.number}, validation {_accuracy(best, n_held)}.\n"
        f"# tenfold train {base.recipe_name} --config {folder / BEST}\n\n" + config.to_toml()
    )
    _write(folder / BEST, lambda draft: draft.write_text(text, encoding="utf-8"))
    return config


def draw(folder: Path, spans: Sequence[Span], trials: Sequence[Tried]) -> list[Path]:
    """The figures that there is something to show in."""
    from tenfold.plots import save
    from tenfold.plots.tuning import Setting, history, importance

    seen = [trial for trial in trials if trial.accuracy is not None]
    if best_of(seen) is None:
        return []
    accuracy = [trial.accuracy or 0.0 for trial in seen]
    whole = [trial.whole for trial in seen]
    figures = {"history.png": history([trial.number for trial in seen], accuracy, whole)}
    if len(seen) >= N_FOR_IMPORTANCE and len(spans) > 1 and len(set(accuracy)) > 1:
        settings = [
            Setting(
                label_of(span.setting),
                share,
                [float(trial.values[span.setting]) for trial in seen],
                log=span.kind != "even" and span.setting != AUGMENTATION,
            )
            for span, share in zip(spans, shares(spans, seen), strict=True)
        ]
        figures["importance.png"] = importance(settings, accuracy, whole)
    for name, figure in figures.items():
        _write(folder / name, partial(save, figure))
    return [folder / name for name in figures]


def shares(spans: Sequence[Span], trials: Sequence[Tried]) -> list[float]:
    """How much of the accuracies' differences each setting explains; they sum to 1.

    A trial that was cut short counts with its last accuracy: without it the
    settings that made trials bad would look harmless. The method is fANOVA
    (Hutter, Hoos and Leyton-Brown, 2014).
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    kinds = {span.setting: distribution(span) for span in spans}
    study.add_trials(
        [
            optuna.create_trial(params=trial.values, distributions=kinds, value=trial.accuracy)
            for trial in trials
        ]
    )
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return [float(found[span.setting]) for span in spans]


def words(
    base: Config, spans: Sequence[Span], trials: Sequence[Tried], n_held: int, ended: str
) -> str:
    """What a person wants to know at the end."""
    n_cut = sum(not trial.whole for trial in trials)
    lines = [
        f"{base.recipe_name}: {n_of(len(trials), 'trial')}, {n_cut} cut short. {ended}".strip()
    ]
    best = best_of(trials)
    if best is None:
        return "\n".join([*lines, "No trial was trained to its end yet; run the same line again."])
    first = trials[0]
    lines.append(f"Best: trial {best.number}, validation {_accuracy(best, n_held)}.")
    if first.whole and best.number != first.number:
        lines.append(f"The recipe's own settings: {_accuracy(first, n_held)}.")
    for span in spans:
        value = brief(span.setting, best.values[span.setting])
        changed = best.values[span.setting] != span.own
        was = f"  (was {brief(span.setting, span.own)})" if changed else ""
        lines.append(f"  {label_of(span.setting):<14}{value}{was}")
    lines.append(
        "The best of many is a little luck: train it with other seeds before you trust it."
    )
    return "\n".join(lines)


def values_in_words(values: dict[str, float]) -> str:
    """What a trial tried, on one line.

    >>> values_in_words({"fit.learning_rate": 0.00123456, "data.strength": 0.0})
    'learning rate 0.00123, augmentation none'
    """
    return ", ".join(f"{label_of(name)} {brief(name, value)}" for name, value in values.items())


def n_of(n: int, thing: str) -> str:
    """So many things.

    >>> n_of(1, "trial"), n_of(1200, "trial")
    ('1 trial', '1,200 trials')
    """
    return f"{n:,} {thing}{'s' * (n != 1)}"


def label_of(setting: str) -> str:
    """The setting as people call it.

    >>> label_of("fit.batch_size"), label_of("data.strength")
    ('batch size', 'augmentation')
    """
    return "augmentation" if setting == AUGMENTATION else setting.split(".")[1].replace("_", " ")


def brief(setting: str, value: float) -> str:
    """The value in at most three digits, as best.toml has it."""
    if setting == AUGMENTATION and not value:
        return "none"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _accuracy(trial: Tried, n_held: int) -> str:
    accuracy = trial.accuracy or 0.0
    return f"{accuracy:.2%} ({round((1 - accuracy) * n_held):,} of {n_held:,} wrong)"


def _write(path: Path, make: Callable[[Path], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as draft:
            make(draft)
    except (OSError, RunError) as fault:
        came = fault.came if isinstance(fault, RunError) else fault.strerror or str(fault)
        raise RunError(
            str(path),
            "could not be written",
            came=came.lower(),
            todo="Make room, then run the same line again; the study is kept",
        ) from fault
