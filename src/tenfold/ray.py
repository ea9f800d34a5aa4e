"""Ray Data: pictures in, readings out, on as many machines as there are (docs/batch.md).

    import ray, tenfold.ray
    pictures = ray.data.read_binary_files("s3://bucket/scans", include_paths=True)
    tenfold.ray.read_images(pictures).write_parquet("s3://bucket/numbers")

Importing this module does not bring Ray in; using `read_images` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenfold.batch.items import Item
from tenfold.batch.rows import MIN_CONFIDENCE
from tenfold.batch.worker import Asked, Worker
from tenfold.errors import DataError, MissingExtraError
from tenfold.runtime.manifest import DEFAULT_MODEL

if TYPE_CHECKING:
    from ray.data import Dataset

BYTES: Final = "bytes"
PATH: Final = "path"
"""The columns that `ray.data.read_binary_files(..., include_paths=True)` makes."""

_READER: Final = ("polarity", "max_error", "promise")
_BATCH: Final = 32


class ReadImages:
    """Reads the pictures of a batch; a class for `Dataset.map_batches`, made once a worker.

    Args:
        model: a shipped name, or the path of an .onnx file that every machine has.
        pages: which of a file's pages, as `parse_pages` gives them; all where None.
        min_confidence: digits less sure are `?`.
        options: what `Reader` and `Reader.read` take by name: `max_error`, `layout`, `rules`...

    Raises:
        ModelError: the model is not there or cannot be used.
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        pages: list[range] | None = None,
        min_confidence: float = MIN_CONFIDENCE,
        **options: Any,
    ) -> None:
        of_reader = {name: options.pop(name) for name in _READER if name in options}
        asked = Asked(model, how=options, pages=pages, min_confidence=min_confidence, **of_reader)
        self._worker = Worker(asked)

    def __call__(self, batch: Any) -> Any:
        """A row for each page of each picture, with the keys of `tenfold read --json`.

        Args:
            batch: a pyarrow table with `bytes` and, for their names, `path`.

        Raises:
            DataError: it has no column `bytes`.
        """
        import pyarrow as pa

        from tenfold.batch.parquet import row_of, schema_of_rows

        if BYTES not in batch.column_names:
            came = ", ".join(batch.column_names)
            raise DataError("dataset", f'must have a column "{BYTES}"', came=came)
        data = batch[BYTES].to_pylist()
        names = batch[PATH].to_pylist() if PATH in batch.column_names else ["<bytes>"] * len(data)
        rows = [
            row_of(row.payload)
            for name, one in zip(names, data, strict=True)
            for row in self._worker.rows(_item(name, one))
        ]
        return pa.Table.from_pylist(rows, schema_of_rows())


def read_images(
    dataset: Dataset, *, concurrency: int | None = None, batch_size: int = _BATCH, **options: Any
) -> Dataset:
    """The readings of a dataset's pictures, a row for each page; read when it is asked for.

    Args:
        dataset: with the columns `bytes` and `path`.
        concurrency: how many workers; None: as Ray sees fit.
        batch_size: pictures that one worker holds at a time.
        options: as for `ReadImages`.

    Raises:
        MissingExtraError: Ray is not installed.
    """
    try:
        import ray.data
    except ModuleNotFoundError:
        raise MissingExtraError("ray", "ray") from None
    compute = ray.data.ActorPoolStrategy(size=concurrency) if concurrency else None
    return dataset.map_batches(
        ReadImages,
        fn_constructor_kwargs=options,
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=compute or ray.data.ActorPoolStrategy(),
    )


def _item(name: str, data: bytes | None) -> Item:
    return Item(name, data, None if data is not None else "the row holds no picture.")
