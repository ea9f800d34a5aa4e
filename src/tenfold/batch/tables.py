"""The pictures in a column of a Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tenfold.errors import ConfigError, MissingExtraError, PictureError

_ROWS_AT_ONCE: Final = 16  # of pictures of any size, so few


def open_table(path: Path) -> Any:
    """The file, as pyarrow has it; its rows are not read yet.

    Raises:
        MissingExtraError: pyarrow is not installed.
        PictureError: it cannot be opened, or is no Parquet.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise MissingExtraError("pyarrow", "batch") from None
    try:
        return parquet.ParquetFile(path)
    except (OSError, pa.ArrowException) as fault:
        raise PictureError(str(path), f"is no Parquet file, or damaged ({fault})") from None


def image_column(path: Path, schema: Any, asked: str | None) -> str:
    """The column that holds the bytes of image files.

    It holds binary values, or, as Hugging Face writes them, structs with `bytes` in them.

    Raises:
        ConfigError: there is none, or more than one and none was asked for.
    """
    found: list[str] = [field.name for field in schema if _holds_bytes(field.type)]
    if asked is not None and asked in found:
        return asked
    if asked is None and len(found) == 1:
        return found[0]
    wrong = "has no such column of bytes" if asked else "must have one column of bytes"
    came = ", ".join(found) or "none"
    raise ConfigError(str(path), wrong, came=came, todo="Name it with --column")


def table_pictures(
    path: Path, column: str | None, wanted: Callable[[int], bool]
) -> Iterator[tuple[int, bytes | None]]:
    """The rows' pictures, counted from 1, few in memory at a time; None where there is none.

    Args:
        path: a Parquet file.
        column: which; None: the only one that there is.
        wanted: is asked with each row; what it declines is not given.

    Raises:
        PictureError: as `open_table`, or the file is damaged further on.
        ConfigError: as `image_column`.
    """
    import pyarrow as pa

    with open_table(path) as table:
        name = image_column(path, table.schema_arrow, column)
        row = 0
        try:
            for batch in table.iter_batches(batch_size=_ROWS_AT_ONCE, columns=[name]):
                for value in batch.column(0):
                    row += 1
                    if wanted(row):
                        yield row, _bytes_of(value.as_py())
        except (OSError, pa.ArrowException) as fault:
            raise PictureError(str(path), f"is damaged after row {row} ({fault})") from None


def _holds_bytes(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        index = kind.get_field_index("bytes")
        return index >= 0 and _holds_bytes(kind.field(index).type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _bytes_of(value: Any) -> bytes | None:
    data: bytes | None = value["bytes"] if isinstance(value, dict) else value
    return data
