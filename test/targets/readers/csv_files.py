"""target-csv: <schemas.json> <directory>. CSV has no types and no nulls, and nested values are Python's repr."""

import csv
import os
import sys

from stored import answer, from_python, schemas, table

csv.field_size_limit(10**9)
PARSERS = {
    "boolean": lambda text: {"True": True, "False": False}[text],
    "integer": int,
    "number": float,
    "array": from_python,
    "object": from_python,
}


def read(stream):
    path = os.path.join(sys.argv[2], f"{stream}.csv")
    if not os.path.exists(path):
        return table([])
    properties = schemas[stream]["properties"]
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        known = [name for name in reader.fieldnames if name in properties]
        assert known == list(properties), f"{stream}: columns out of order"
        rows = [
            {
                name: PARSERS.get(properties[name]["type"][0], str)(text) if text != "" else None
                for name, text in row.items()
                if name in properties
            }
            for row in reader
        ]
    return table(rows)


answer({stream: read(stream) for stream in schemas})
