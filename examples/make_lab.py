"""Makes the notebook of the lab: python examples/make_lab.py [FILE].

The cells are kept here, where a change of one word is a change of one line;
the notebook itself is JSON, and has no outputs until somebody runs it.
"""

import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

NOTEBOOK = Path(__file__).with_name("lab.ipynb")

_cells: list[tuple[str, str]] = []


def say(text: str) -> None:
    """A cell of words."""
    _cells.append(("markdown", text.strip()))


def do(text: str) -> None:
    """A cell of code."""
    _cells.append(("code", text.strip()))


say("""
# The lab: teach a computer to read digits

In nine small steps: **load** digits that people wrote, **look** at them, **train** a net,
**evaluate** it, see what it **confuses**, look **inside**, **save** it, **load** it again, and let
it read a **picture**.

You need `pip install 'tenfold[train]' notebook`. No graphics card, no network, about a minute.
""")

say("""
## 1. Load

MNIST is a set of 70,000 digits, written by some 500 people. Where it is not on this computer
(`tenfold data get mnist` brings it) we take 5,000 of its digits that come inside a Python package.
""")
do("""
from tenfold.data.mnist_files import find_mnist
from tenfold.training import Config
from tenfold.training.material import material

config = Config.of(
    "dense128",
    {
        "data.source": "mnist" if find_mnist() else "offline",
        "data.validation_rate": 0.1,
    },
)
digits = material(config.settings)
for name, images in {
    "train": digits.train_x,
    "validate": digits.held_x,
    "test": digits.test_x,
}.items():
    print(f"{name:<9}{len(images):>6,} digits of {images.shape[1]} x {images.shape[2]} pixels")
""")
say("""
Why three parts? The net learns from the first. We compare nets by the second. The third is looked
at once, at the end: nobody should be examined on the questions they practised with.
""")

say("""
## 2. Look

Always look at your data before you teach it to anybody.
""")
do("""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import CenteredNorm

some = np.random.default_rng(0).choice(len(digits.train_x), 20, replace=False)
figure, axes = plt.subplots(2, 10, figsize=(8, 2))
for axis, k in zip(axes.ravel(), some, strict=True):
    axis.imshow(digits.train_x[k], cmap="gray_r")
    axis.set_title(digits.train_y[k], fontsize=10)
    axis.axis("off")
""")
say("""
To the computer a digit is a table of numbers: 0 is paper, 255 is full ink. Here is the middle of
the first of them.
""")
do("""
print(digits.train_x[some[0]][8:20, 8:20])
""")

say("""
## 3. Train

Our net is the one of many first lessons. It lays the 28 x 28 pixels in one row of 784 numbers. Each
of 128 units weighs all of them and says how much it sees what it looks for. Ten last units, one for
each digit, weigh those 128; softmax turns their sums into ten probabilities.
""")
do("""
from tenfold.models import build

build(config.recipe, config.settings).summary()
""")
say("""
Training is guessing and correcting: show 32 digits, see how wrong the ten probabilities are (the
*loss*), move every weight a little so that they would have been less wrong, and again. Once through
all digits is an *epoch*; we take five.
""")
do("""
import tempfile
from pathlib import Path

from tenfold.training import train

folder = Path(tempfile.mkdtemp(prefix="tenfold-lab-"))
run = train(config, folder / "run")
print(run.summary)
""")
say("""
The run folder holds everything that is needed to repeat the run. One of its files has a row for
each epoch. The loss should fall and the accuracy rise; where training goes on to get better and
validation does not, the net has begun to learn its examples by heart.
""")
do("""
import csv

from tenfold import plots

with (run.folder / "history.csv").open(encoding="utf-8") as file:
    epochs = list(csv.DictReader(file))
plots.curves(
    **{
        name: [float(epoch[name]) for epoch in epochs]
        for name in ("accuracy", "loss", "validation_accuracy", "validation_loss")
    }
)
""")

say("""
## 4. Evaluate

Now the test digits, which the net has never seen. It gives ten probabilities for each; the largest
is its answer.
""")
do("""
from tenfold.opening import open_model

model = open_model(run.folder)
probabilities = model.predict_proba(digits.test_x)
one = len(probabilities) // 2
for digit, p in enumerate(probabilities[one]):
    print(f"{digit}  {p:6.1%}  {'#' * round(40 * p)}")
print("the truth:", digits.test_y[one])
""")
do("""
from tenfold.evaluation import evaluate

result = evaluate(probabilities, digits.test_y)
print(result.scores)
""")
say("""
The interval says how far luck goes: with other test digits by the same writers the figure would
most likely lie in it. Two nets whose intervals overlap widely may be equally good.
""")

say("""
## 5. Confuse

One figure hides a lot. Which digits are taken for which? Rows are the truth, columns the answers;
the colour shows mistakes only.
""")
do("""
plots.confusion(result.confusion)
""")
do("""
for pair in result.confusion.most_confused(3):
    print(f"{pair.true} is read as {pair.predicted}: {pair.count} times")
""")
say("""
And these are the wrong answers that it was surest of. Some you would forgive.
""")
do("""
plots.mistakes(digits.test_x, digits.test_y, probabilities, n=16)
""")

say("""
## 6. Look inside

Each of the 128 units has one weight for each pixel, so its weights are a picture as well. They
began as random numbers; we show what training has added to them. Orange: ink here speaks for what
the unit looks for; purple: ink here speaks against it.
""")
do("""
import keras

keras.utils.set_random_seed(config.settings.fit.seed)
before = build(config.recipe, config.settings).get_weights()[0]
after = keras.saving.load_model(run.folder / "model.keras").get_weights()[0]
print(f"{after.shape[0]} pixels x {after.shape[1]} units")

learnt = (after - before).T.reshape(-1, 28, 28)
most = np.abs(learnt).sum(axis=(1, 2)).argsort()[-16:]
figure, axes = plt.subplots(2, 8, figsize=(8, 2.2))
for axis, unit in zip(axes.ravel(), most, strict=True):
    axis.imshow(learnt[unit], cmap="PuOr_r", norm=CenteredNorm())
    axis.axis("off")
""")
say("""
Blurred strokes and gaps, and nothing that a person would call a 3 or an 8: the net has found
features of its own. `tenfold explain` shows more: which pixels an answer hangs on, and what would
have to change for another digit to win.
""")

say("""
## 7. Save

The run has saved the net as `model.keras`, Keras' own form. Others ask for other forms: `.h5` is
the old one, `.onnx` runs without Keras, in other languages too. Each file is run and compared with
the net before you get it.
""")
do("""
from tenfold.export import export

files = [run.folder / "model.keras"]
for target in ("h5", "onnx"):
    made = export(run.folder, target, folder / f"digits.{target}")
    files.append(made.path)
    print(f"{made.path.name}: no probability differs by more than {made.difference:.1g}")
""")

say("""
## 8. Load

Whatever kind of file it is, it opens the same way and gives the same answers.
""")
do("""
some = np.random.default_rng(1).choice(len(digits.test_x), 12, replace=False)
for file in files:
    answers = open_model(file).predict_proba(digits.test_x[some]).argmax(axis=1)
    print(f"{file.name:<12}", *answers, f"  {file.stat().st_size / 1000:,.0f} kB")
print(f"{'truth':<12}", *digits.test_y[some])
""")

say("""
## 9. Read a picture

Here is a picture that is no 28 x 28 table: other size, other contrast, dark on light. This is where
nets that are at 97 % on MNIST fail, unless the picture is brought to the form that they learnt:
find the ink, fit its longer side to 20 pixels, put its centre of mass in the middle.
""")
do("""
from PIL import Image

from tenfold.finding.single import single_digit

picture = Image.open("digit.png")
digit = single_digit("digit.png")
figure, (left, right) = plt.subplots(1, 2, figsize=(5, 2.5))
left.imshow(picture, cmap="gray")
left.set_title(f"the picture, {picture.width} x {picture.height}", fontsize=10)
right.imshow(digit, cmap="gray_r")
right.set_title("what the net sees", fontsize=10)
for axis in (left, right):
    axis.axis("off")
""")
do("""
p = model.predict_proba(digit[None])[0]
plt.figure(figsize=(5, 2))
plt.bar(range(10), 100 * p, color="#0072B2")
plt.xticks(range(10))
plt.ylabel("probability, %")
print(f"I read a {p.argmax()}, and am {p.max():.0%} sure.")
""")

say("""
## And now?

- Write a digit on paper, take a photograph, and put its name in place of `digit.png`.
- Train a deeper net: `tenfold train convnet`, and count its mistakes.
- Find better settings: `tenfold tune dense128`.
- Read whole numbers with the net that comes with Tenfold: `tenfold read page.png`.
""")


def notebook() -> NotebookNode:
    """The notebook, without outputs; the same each time."""
    makers = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    cells = [makers[kind](text, id=f"lab-{k:02}") for k, (kind, text) in enumerate(_cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def main(file: Path) -> None:
    """Writes the notebook."""
    file.write_text(nbformat.writes(notebook()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else NOTEBOOK)
