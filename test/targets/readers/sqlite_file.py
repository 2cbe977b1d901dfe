"""target-sqlite: <schemas.json> <database>. Objects become columns, lists become Python's repr, and names become snake case."""

import sqlite3
import sys

from stored import answer, from_python, schemas, table, unflatten
from target_sqlite.utils.singer_target_utils import inflect_column_name

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
    types = {column["name"]: column["type"] for column in columns}
    named = {name: types.get(inflect_column_name(name)) for name in properties}
    return table(
        [unflatten(dict(row), properties, convert, renamed=inflect_column_name) for row in rows],
        {name: kind for name, kind in named.items() if kind is not None},
        [column["name"] for column in columns if column["pk"]],
        list(types),
    )


answer({stream: read(stream) for stream in schemas})
