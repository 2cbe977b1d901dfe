"""target-sqlite: <schemas.json> <database>. Objects become columns, lists become Python's repr."""

import sqlite3
import sys

from stored import answer, from_python, schemas, table, unflatten

connection = sqlite3.connect(sys.argv[2])
connection.row_factory = sqlite3.Row


def convert(value, kind):
    if kind == "boolean":
        return {0: False, 1: True}[value]
    return from_python(value) if kind in ("array", "object") else value


def read(stream):
    columns = connection.execute(f'pragma table_info("{stream}")').fetchall()
    rows = connection.execute(f'select * from "{stream}"').fetchall()
    properties = schemas[stream]["properties"]
    return table(
        [unflatten(dict(row), properties, convert) for row in rows],
        {column["name"]: column["type"] for column in columns},
        [column["name"] for column in columns if column["pk"]],
    )


answer({stream: read(stream) for stream in schemas})
