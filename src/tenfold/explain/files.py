"""An explanation as files: a figure for each part, and report.json. Each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenfold.errors import ExportError
from tenfold.explain.whole import Explanation
from tenfold.explain.words import doubt_after
from tenfold.plots import explain as draw
from tenfold.plots import save
from tenfold.plots.layers import Panel, layers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tenfold.explain.layers import LayerView

REPORT: Final = "report.json"
_NOT_A_DIGIT: Final = "none"
_MOST_NAMES: Final = 11  # a bar for each digit, and the reader's "not a single digit"


def write_files(explanation: Explanation, folder: Path) -> list[Path]:
    """The paths of what was written: `layers.png` and so on, and `report.json` last.

    Raises:
        ExportError: the folder cannot be made, or a file not be written.
    """
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, figure in figures(explanation).items():
            path = folder / f"{name}.png"
            with _draft(path) as draft:
                save(figure, draft)
            paths.append(path)
        if explanation.change is not None and not explanation.change.found:
            (folder / "change.png").unlink(missing_ok=True)  # of an earlier run: it would mislead
        report = json.dumps(explanation.to_dict(), indent=1, ensure_ascii=False)
        with _draft(folder / REPORT) as draft:
            draft.write_text(report + "\n", encoding="utf-8")
    except OSError as fault:
        raise ExportError(
            str(folder),
            "could not be written",
            came=(fault.strerror or str(fault)).lower(),
            todo="Make room, or give another --out",
        ) from fault
    return [*paths, folder / REPORT]


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place when it is whole, and vanishes otherwise."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def figures(explanation: Explanation) -> dict[str, Figure]:
    """A figure for every part that was made, by the part's name."""
    answer = explanation.answer
    image, drawn = answer.glyph.image, {}
    if explanation.layers is not None:
        panels = [_panel(view, last=view is explanation.layers[-1]) for view in explanation.layers]
        title = f"Every layer of {Path(answer.model).name}, reading a {answer.predicted}"
        drawn["layers"] = layers(image, panels, title)
    if explanation.occlusion is not None:
        drawn["saliency"] = draw.saliency(
            image,
            answer.digit,
            gradient=explanation.gradient,
            loss=explanation.occlusion.loss,
            patch_px=explanation.occlusion.patch_px,
        )
    if (near := explanation.neighbours) is not None:
        drawn["neighbours"] = draw.neighbours(
            image,
            answer.predicted,
            near.images,
            near.labels.tolist(),
            near.distances.tolist(),
            f"Nearest of {near.n_source:,} {near.source}\n"
            f"by {near.measure} distance in the {near.n_values} values of layer {near.layer}; "
            f"framed in orange: not a {answer.predicted}",
        )
    if (change := explanation.change) is not None and change.found:
        title = (
            f"From {change.digit} to {change.target}: {change.added_px:.1f} px of ink added, "
            f"{change.removed_px:.1f} px removed ({100 * change.moved_rate:.1f} % of the digit's)"
        )
        title += f"\n{doubt_after(change)}" if doubt_after(change) else ""
        drawn["change"] = draw.change(
            change.before, change.after, change.p_before, change.p_after, title
        )
    return drawn


def _panel(view: LayerView, *, last: bool) -> Panel:
    n = view.values.shape[-1]
    named = last and view.values.ndim == 1 and n <= _MOST_NAMES
    names = [str(k) for k in range(10)] + [_NOT_A_DIGIT] * (n - 10) if named else None
    shape = view.shape if view.values.ndim == 3 else f"{n} values"
    title = f"{view.name} ({view.kind}), {shape}"
    return Panel(title, view.values, view.strongest, view.weights, names)
