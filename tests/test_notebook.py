"""The notebook of the lab: made by its maker, without outputs, and every cell runs."""

import importlib.util
import os
from pathlib import Path

import pytest

pytest.importorskip("keras")
nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

EXAMPLES = Path(__file__).parents[1] / "examples"
SECONDS = 300  # for the whole; it takes 20 on an idle core


def kept():
    return nbformat.read(EXAMPLES / "lab.ipynb", as_version=4)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """What each code cell shows, run offline, without MNIST, on one thread."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    alone = {
        "HOME": str(nowhere),
        "XDG_CACHE_HOME": str(nowhere),
        "TENFOLD_DATA": str(nowhere),
        "IPYTHONDIR": str(nowhere),
        "TMPDIR": str(nowhere),
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
    }
    client = nbclient.NotebookClient(
        kept(),
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(EXAMPLES)}},
    )
    with client.setup_kernel(env=os.environ | alone):
        for k, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, k)
    return [(cell.source, cell.outputs) for cell in client.nb.cells if cell.cell_type == "code"]


def printed(outputs):
    return "".join(o.text for _, shown in outputs for o in shown if o.output_type == "stream")


def test_the_notebook_is_what_its_maker_makes(tmp_path):
    spec = importlib.util.spec_from_file_location("make_lab", EXAMPLES / "make_lab.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    maker.main(tmp_path / "lab.ipynb")
    assert (tmp_path / "lab.ipynb").read_bytes() == (EXAMPLES / "lab.ipynb").read_bytes()


def test_the_notebook_is_kept_without_outputs_and_its_cells_are_short():
    notebook = kept()
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert max(len(cell.source.splitlines()) for cell in notebook.cells) <= 21


@pytest.mark.train
def test_every_cell_shows_something_and_nothing_goes_to_stderr(outputs):
    for source, shown in outputs:
        assert shown, source
        assert [o.text for o in shown if o.get("name") == "stderr"] == []


@pytest.mark.train
def test_the_net_learns_and_every_file_answers_as_it_does(outputs):
    text = printed(outputs)
    accuracy = float(text.split(" % of 1,000")[0].split()[-1])
    assert 85 < accuracy < 97  # better than chance by far, and not by looking at the answers
    rows = {line.split()[0]: line.split()[1:13] for line in text.splitlines() if line}
    assert rows["model.keras"] == rows["digits.h5"] == rows["digits.onnx"]
    assert sum(a == b for a, b in zip(rows["digits.onnx"], rows["truth"], strict=True)) >= 9


@pytest.mark.train
def test_it_reads_the_example_picture(outputs):
    assert "I read a 7, and am " in printed(outputs)
