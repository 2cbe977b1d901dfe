"""target-duckdb: <schemas.json> <database>."""

import json
import sys

import duckdb
from stored import answer, schemas, table

connection = duckdb.connect(sys.argv[2], read_only=True)
TYPES = "select column_name, data_type from information_schema.columns where table_name = ?"
KEYS = "select constraint_column_names from duckdb_constraints() where table_name = ? and constraint_type = 'PRIMARY KEY'"


def read(stream):
    types = dict(connection.execute(TYPES, [stream]).fetchall())
    cursor = connection.execute(f'select * from "{stream}"')
    names = [column[0] for column in cursor.description]
    rows = [
        {
            name: json.loads(value) if types[name] == "JSON" and value is not None else value
            for name, value in zip(names, row, strict=True)
        }
        for row in cursor.fetchall()
    ]
    return table(rows, types, connection.execute(KEYS, [stream]).fetchall()[0][0])


answer({stream: read(stream) for stream in schemas})
