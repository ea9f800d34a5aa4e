"""Damaged files by a seeded maker; for each an answer or a TenfoldError, soon and in bounds.

    python tests/fuzz_small.py                what the test runs
    python tests/fuzz_small.py 20000 7 png    many files of one kind, from seed 7

A file for which it did not hold lies in tests/fuzz_corpus/KIND/, and is read by every run.
"""

from __future__ import annotations

import faulthandler
import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from tenfold.data.folder import load_npz, read_folder
from tenfold.data.idx import read_idx, to_idx
from tenfold.errors import TenfoldError
from tenfold.picture import Pages, find_ink
from tenfold.picture.archives import archive_members
from tenfold.runtime import load_classifier, shipped
from tenfold.runtime.manifest import WEIGHTS
from tenfold.training.config import Config
from tenfold.trust import load_promise

CORPUS = Path(__file__).with_name("fuzz_corpus")
N_FILES = 60
MOST_SECONDS = 20.0
"""For one file; the slowest takes a second on an idle machine."""
MOST_BYTES = 2 * 2**30
"""More address space than at the start: 100 million pixels in colour fit, a bomb does not."""

WORDS = (
    b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\x80", b"-1", b"1e999", b"NaN",
    b"9" * 5000, b"[" * 2000, b'{"a":' * 2000, b"'", b'"', b"\n", b",", b"null", b"\xc3", b"..\\",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """Whole files of one kind, and who reads it."""

    name: str
    whole: tuple[bytes, ...]
    read: Callable[[Path], object]


def kinds() -> dict[str, Kind]:
    """Every kind of file that people hand over, by the name of its folder in the corpus."""
    found = {name: Kind(f"x.{name}", whole, read_picture) for name, whole in pictures().items()} | {
        "idx": Kind("x-ubyte", (to_idx(digits()), to_idx(np.ones((3, 2), np.float32))), read_idx),
        "idx-gz": Kind("x.gz", (gzip.compress(to_idx(digits()), mtime=0),), read_idx),
        "npz": Kind("x.npz", (npz(),), load_npz),
        "labels": Kind(
            "labels.csv", (b"file,label\nlabels.csv,7\n",), lambda p: read_folder(p.parent)
        ),
        "promise": Kind("x.json", (small_json("promise.json"),), load_promise),
        "manifest": Kind(
            "manifest.json", (small_json("manifest.json"),), lambda p: shipped(p.parent)
        ),
        "config": Kind("x.toml", (Config.of("dense128").to_toml().encode(),), Config.from_toml),
        "onnx": Kind("x.onnx", (onnx(),), lambda p: load_classifier(p).predict_proba(digits())),
    }
    return found | {
        name: Kind(f"x.{name}", (data,), lambda p: list(archive_members(p)))
        for name, data in archives().items()
    }


def read_picture(path: Path) -> None:
    with Pages(path) as pages:
        for index in range(min(pages.n, 3)):
            find_ink(pages.picture(index))


def digits() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (4, 28, 28), np.uint8)


def pictures() -> dict[str, tuple[bytes, ...]]:
    """A 7 on paper in every kind of file, in the forms of it that are decoded by other code."""
    sheet = np.full((40, 30), 245, np.uint8)
    sheet[6:10, 6:24] = sheet[6:34, 18:22] = 20
    gray, noisy = Image.fromarray(sheet), Image.fromarray(digits()[0]).convert("RGB")
    colour = gray.convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    found = {
        "png": (saved(gray, "PNG"), saved(gray.convert("P"), "PNG", transparency=0)),
        "jpeg": (saved(colour, "JPEG", exif=exif), saved(noisy, "JPEG", progressive=True)),
        "webp": (saved(colour, "WEBP"), saved(noisy, "WEBP", lossless=True)),
        "tiff": (
            saved(gray, "TIFF", save_all=True, append_images=[gray], compression="tiff_lzw"),
            saved(gray.convert("1"), "TIFF", compression="group4"),
            saved(noisy, "TIFF", compression="jpeg"),
        ),
        "bmp": (saved(gray, "BMP"), saved(colour, "DIB")),
        "gif": (saved(gray, "GIF", save_all=True, append_images=[noisy.convert("L")]),),
        "ppm": (saved(gray, "PPM"), b"P2\n3 2\n255\n0 9 255\n7 7 7\n"),
        "jp2": (saved(colour, "JPEG2000"),),
        "pdf": (saved(gray, "PDF", save_all=True, append_images=[gray]),),
    }
    try:
        from pillow_heif import register_heif_opener
    except ModuleNotFoundError:
        return found
    register_heif_opener()
    return found | {"heic": (saved(noisy.resize((64, 64)), "HEIF"),)}


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def npz() -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, x=digits(), y=np.arange(4))
    return stream.getvalue()


def small_json(name: str) -> bytes:
    return (WEIGHTS / name).read_bytes()


def onnx() -> bytes:
    from onnx_small import band_net

    with tempfile.TemporaryDirectory() as folder:
        return band_net(Path(folder) / "x.onnx", is_digit=True).read_bytes()


def archives() -> dict[str, bytes]:
    import tarfile
    import zipfile

    found = {}
    for name, mode in (("tar", "w:"), ("tgz", "w:gz"), ("txz", "w:xz")):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode=mode) as archive:
            for member in ("a.png", "b" * 150 + ".png"):  # the second needs a header of its own
                info = tarfile.TarInfo(member)
                info.size, info.mtime = 700, 0
                archive.addfile(info, io.BytesIO(bytes(700)))
        found[name] = stream.getvalue()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in ("a.png", "in/ü.png"):
            archive.writestr(zipfile.ZipInfo(member), bytes(700), zipfile.ZIP_DEFLATED)
    return found | {"zip": stream.getvalue()}


def damaged(rng: random.Random, whole: bytes) -> bytes:
    """The file with one to six faults; half of them near an end, where headers are."""
    data = bytearray(whole)
    for _ in range(rng.randint(1, 6)):
        near = rng.choice((len(data), len(data), 300))
        at = min(rng.randrange(near + 1), len(data))
        at = len(data) - at if rng.random() < 0.2 else at
        match rng.randrange(6):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                data[at : at + 4] = rng.choice(WORDS)
            case 2:
                data[at:at] = rng.choice(WORDS)
            case 3:
                del data[at : at + rng.choice((1, 7, 100))]
            case 4:
                data[at:at] = data[at : at + 64]
            case _ if rng.random() < 0.3:
                del data[at:]
    return bytes(data)


def files(kind: str, whole: tuple[bytes, ...], n: int, seed: int) -> Iterator[bytes]:
    """The kept files, the whole ones, and n damaged ones: always the same for a seed."""
    for path in sorted((CORPUS / kind).glob("*")):
        yield path.read_bytes()
    yield from whole
    rng = random.Random(f"{kind} {seed}")
    for _ in range(n):
        yield damaged(rng, rng.choice(whole))


def tried(kind: Kind, data: bytes, folder: Path) -> str:
    """`answer`, `refused`, or what else came of it."""
    path = folder / kind.name
    path.write_bytes(data)
    faulthandler.dump_traceback_later(5 * MOST_SECONDS, exit=True)
    began = time.monotonic()
    try:
        kind.read(path)
        outcome = "answer"
    except TenfoldError:
        outcome = "refused"
    except Exception:
        outcome = traceback.format_exc(limit=-6)
    faulthandler.cancel_dump_traceback_later()
    took = time.monotonic() - began
    return outcome if took < MOST_SECONDS else f"took {took:.0f} s"


def main(n: int = N_FILES, seed: int = 0, only: str | None = None) -> None:
    """Print, for each kind, how many files were answered and refused, and every other outcome."""
    every = kinds()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, resource.RLIM_INFINITY))
    for name in [only] if only else every:
        told: dict[str, int] = {}
        with tempfile.TemporaryDirectory() as folder:
            for data in files(name, every[name].whole, n, seed):
                print(json.dumps({"kind": name, "next": sha256(data).hexdigest()[:8]}), flush=True)
                outcome = tried(every[name], data, Path(folder))
                told[outcome] = told.get(outcome, 0) + 1
                if outcome not in ("answer", "refused"):
                    kept = Path(tempfile.gettempdir()) / f"{name}-{sha256(data).hexdigest()[:8]}"
                    kept.write_bytes(data)
                    print(f"{kept}: {outcome}", file=sys.stderr)
        print(json.dumps({"kind": name, "told": told}), flush=True)


if __name__ == "__main__":
    numbers, names = sys.argv[1:3], sys.argv[3:]
    main(*map(int, numbers), only=names[0] if names else None)
