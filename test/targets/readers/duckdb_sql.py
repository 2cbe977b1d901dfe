"""target-duckdb: <database>, and SQL on standard input. Prints the rows of the last statement as JSON."""

import datetime
import decimal
import json
import sys

import duckdb


def plain(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    raise TypeError(f"{type(value)}: {value!r}")


cursor = duckdb.connect(sys.argv[1]).execute(sys.stdin.read())
names = [column[0] for column in cursor.description or []]
json.dump([dict(zip(names, row, strict=True)) for row in cursor.fetchall()], sys.stdout, default=plain)
