"""Ray reads the same: the class for Ray Data without Ray, the rest on a Ray of this machine."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batch_small import Watching, pictures, quick_batch
from tenfold.batch.run import run_batch
from tenfold.batch.worker import Asked, Worker
from tenfold.errors import DataError, MissingExtraError

on_ray = pytest.mark.filterwarnings("ignore")  # of settings and processes that are Ray's own
EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = ("cell.png", "digit.png", "ruled.png", "gone.png")


def rows_of(out: Path) -> list[Any]:
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from PIL import Image

    folder = tmp_path_factory.mktemp("in")
    for name in NAMES[:3]:
        shutil.copy(EXAMPLES / name, folder)
    (folder / "gone.png").write_bytes(b"no picture")
    pages = [Image.open(EXAMPLES / name).convert("L") for name in NAMES[:2]]
    pages[0].save(folder / "pages.tif", save_all=True, append_images=pages[1:])
    return folder


@pytest.fixture(scope="module")
def want(folder: Path) -> list[Any]:
    """What `tenfold read` says of them, in the order of their names."""
    from tenfold.batch.items import Item

    worker = Worker(Asked("tenfold"))
    paths = sorted(folder.iterdir())
    return [json.loads(row.payload) for path in paths for row in worker.rows(Item(str(path), path))]


def test_the_class_for_ray_data_gives_the_rows_of_tenfold_read(
    folder: Path, want: list[Any]
) -> None:
    pa = pytest.importorskip("pyarrow", reason="a batch of Ray Data needs the extra [batch]")
    from tenfold.ray import ReadImages

    paths = sorted(folder.iterdir())
    table = pa.table({"path": [*map(str, paths)], "bytes": [path.read_bytes() for path in paths]})
    reader = ReadImages(layout="auto", max_error=0.005)
    assert reader(table).to_pylist() == want
    assert len(want) == len(paths) + 1
    assert reader(table.slice(0, 0)).num_rows == 0
    empty = pa.table({"bytes": pa.array([None], pa.binary())})
    [row] = reader(empty).to_pylist()
    assert (row["file"], row["error"]) == ("<bytes>", "the row holds no picture.")
    with pytest.raises(DataError, match='must have a column "bytes"; got image'):
        reader(pa.table({"image": [b""]}))


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenfold.batch.on_ray import RayEngine
    from tenfold.ray import read_images

    for name in ("ray", "ray.data"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(MissingExtraError, match=r"tenfold\[ray\]"):
        RayEngine(Asked("tenfold"), 1, None)
    with pytest.raises(MissingExtraError, match=r"tenfold\[ray\]"):
        read_images(None)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="a Ray of this machine needs: pip install '.[ray]'")
    there = {
        "PYTHONPATH": os.pathsep.join(map(str, (Path(__file__).parent, EXAMPLES.parent / "src")))
    }
    ray.init(num_cpus=2, include_dashboard=False, runtime_env={"env_vars": there})
    yield ray
    ray.shutdown()


@on_ray
def test_a_batch_on_ray_writes_the_rows_of_the_local_one(
    cluster: Any, folder: Path, tmp_path: Path, want: list[Any]
) -> None:
    from tenfold.batch.on_ray import RayEngine
    from tenfold.batch.run import Batch
    from tenfold.batch.sources import Sources

    asked = Asked("tenfold")
    batch = Batch(Sources((str(folder),), ordered=True), tmp_path / "out.jsonl", asked, {})
    assert run_batch(batch, lambda: RayEngine(asked, 2, None), Watching()).whole
    assert rows_of(tmp_path / "out.jsonl") == want


@on_ray
def test_a_picture_that_crashes_or_hangs_has_the_row_of_the_local_engine(
    cluster: Any, tmp_path: Path
) -> None:
    from tenfold.batch.local import LocalEngine
    from tenfold.batch.on_ray import RayEngine

    folder = pictures(tmp_path / "in", [*map(str, range(10, 30)), "crash", "hang", "odd"])
    for name, engine in (("local", LocalEngine), ("ray", RayEngine)):
        batch = quick_batch(folder, tmp_path / f"{name}.jsonl", ordered=1, timeout_s=1)
        more = () if name == "local" else (None,)
        run_batch(batch, lambda: engine(batch.asked, 2, *more), Watching())  # noqa: B023
    assert rows_of(tmp_path / "ray.jsonl") == rows_of(tmp_path / "local.jsonl")


@on_ray
def test_a_ray_worker_that_is_killed_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    from tenfold.batch.on_ray import RayEngine

    folder = pictures(tmp_path / "in", [f"{k:04d}" for k in range(1500)])
    batch = quick_batch(folder, tmp_path / "out.jsonl")
    killed = []

    class Killer(Watching):
        def shows(self, tally: Any) -> None:
            if len(killed) < 2 and tally.pictures > 300 * len(killed):
                for process in psutil.process_iter(["pid", "cmdline"]):
                    if "ray::_says" in " ".join(process.info["cmdline"] or []):
                        os.kill(process.pid, signal.SIGKILL)
                        killed.append(process.pid)
                        return

    assert run_batch(batch, lambda: RayEngine(batch.asked, 2, None), Killer()).whole
    assert killed
    names = [row["file"] for row in rows_of(tmp_path / "out.jsonl")]
    assert sorted(names) == sorted(map(str, folder.iterdir()))
    assert not any(row["error"] for row in rows_of(tmp_path / "out.jsonl"))


@on_ray
def test_ray_data_reads_a_folder_as_tenfold_read_does(
    cluster: Any, folder: Path, want: list[Any]
) -> None:
    from tenfold.ray import read_images

    pictures = cluster.data.read_binary_files(str(folder), include_paths=True)
    rows = read_images(pictures, concurrency=1).take_all()
    assert sorted(rows, key=_place) == sorted(want, key=_place)


def _place(row: Any) -> Any:
    return row["file"], row["page"] or 0
