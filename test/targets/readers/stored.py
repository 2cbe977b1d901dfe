"""What all readers need: they print the tables of a target as JSON, with values in the types of the tap's schemas."""

import datetime
import decimal
import json
import math
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    schemas = json.load(file)


def plain(value):
    """Turns values that JSON does not have into text."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)}: {value!r}")


def from_python(text):
    """Reads a list or a dict that the target wrote as Python's repr. Fractions in it are `Decimal('1.5')`."""
    names = {"__builtins__": {}, "Decimal": decimal.Decimal, "nan": None}
    return None if text is None or text == "" else eval(text, names)


def is_missing(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def unflatten(row, properties, convert, prefix="", renamed=lambda name: name):
    """Joins the parts of an object that the target split into columns like `meta__request_path`."""
    record = {}
    for name, schema in properties.items():
        column = prefix + renamed(name)
        kind = schema["type"][0]
        if kind == "object" and "properties" in schema:
            inner = unflatten(row, schema["properties"], convert, f"{column}__", renamed)
            record[name] = inner if any(value is not None for value in inner.values()) else None
        else:
            value = row.get(column)
            record[name] = None if is_missing(value) else convert(value, kind)
    return record


def table(rows, types=None, keys=None, names=None):
    """@param names the names of the stored columns, if the target has its own"""
    return {"rows": rows, "types": types or {}, "keys": keys or [], **({"names": names} if names else {})}


def answer(tables):
    json.dump(tables, sys.stdout, default=plain)
