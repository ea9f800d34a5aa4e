"""JSON lines as one Parquet file, a few thousand rows in memory at a time."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any, Final

from tenfold.errors import MissingExtraError

_ROWS: Final = 4096


def check_pyarrow() -> None:
    """Told before anything is read.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtraError("pyarrow", "batch") from None


def write_parquet(lines: Path, out: Path) -> None:
    """The same objects, row by row; each key is a column (docs/format.md)."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = schema_of_rows()
    with lines.open("rb") as file, parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while rows := [row_of(line) for line in islice(file, _ROWS)]:
            writer.write_table(pa.Table.from_pylist(rows, schema))


def row_of(line: bytes | str) -> dict[str, Any]:
    """The object of a line, with names as Parquet can hold them."""
    row: dict[str, Any] = json.loads(line)
    for name in ("file", "error"):  # bytes that are no UTF-8 stand as \udcXX
        if row[name] is not None:
            row[name] = row[name].encode("utf-8", "backslashreplace").decode()
    return row


def schema_of_rows() -> Any:
    """A reading as columns, in the words of pyarrow."""
    import pyarrow as pa

    box = pa.list_(pa.int32())
    digit = {
        "digit": pa.int8(),
        "confidence": pa.float64(),
        "box": box,
        "alternatives": pa.list_(pa.list_(pa.float64())),
    }
    number = pa.struct(
        {
            "text": pa.string(),
            "written": pa.string(),
            "unruled": pa.string(),
            "confidence": pa.float64(),
            "status": pa.string(),
            "box": box,
            "digits": pa.list_(pa.struct(digit)),
        }
    )
    table = {
        "rows": pa.list_(pa.list_(pa.string())),
        "cells": pa.list_(pa.struct({"row": pa.int32(), "column": pa.int32(), "number": number})),
        "corners": pa.list_(pa.list_(box)),
    }
    return pa.schema(
        {
            "schema": pa.int32(),
            "file": pa.string(),
            "page": pa.int32(),
            "width": pa.int32(),
            "height": pa.int32(),
            "error": pa.string(),
            "numbers": pa.list_(number),
            "tables": pa.list_(pa.struct(table)),
        }
    )
