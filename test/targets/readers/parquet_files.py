"""target-parquet: <schemas.json> <directory>. Objects become columns, lists become Python's repr, and integers with nulls become floats."""

import glob
import os
import sys

import pyarrow.parquet
from stored import answer, from_python, schemas, table, unflatten


def convert(value, kind):
    if kind == "integer":
        assert value == int(value), value
        return int(value)
    return from_python(value) if kind in ("array", "object") else value


def read(stream):
    files = sorted(glob.glob(os.path.join(sys.argv[2], f"{stream}-*.parquet")))
    tables = [pyarrow.parquet.read_table(file) for file in files]
    properties = schemas[stream]["properties"]
    rows = [unflatten(row, properties, convert) for each in tables for row in each.to_pylist()]
    types = {field.name: str(field.type).split("(")[0] for each in tables for field in each.schema}
    return table(rows, types)


answer({stream: read(stream) for stream in schemas})
