"""Runs the Python tap with a URL and all its streams, and reports its CPU and memory on descriptor 3.

usage: tap.py URL --config FILE
"""

import json
import os
import resource
import sys
import time

import singer

import tap_closeio
from tap_closeio import http
from tap_closeio.context import Context

http.BASE_URL = sys.argv[1]
began = time.time()
with open(sys.argv[3], encoding="utf8") as file:
    context = Context(json.load(file), {})
catalog = tap_closeio.discover(context)
for stream in catalog.streams:
    stream.schema.selected = True
    stream.metadata = singer.metadata.to_list(
        singer.metadata.write(singer.metadata.to_map(stream.metadata), (), "selected", True)
    )
context.catalog = catalog
tap_closeio.sync(context)
sys.stdout.flush()
used = resource.getrusage(resource.RUSAGE_SELF)
usage = {
    "cpuSeconds": used.ru_utime + used.ru_stime,
    "peakMiB": used.ru_maxrss / 1024,
    "upSeconds": time.time() - began,
}
os.write(3, json.dumps(usage).encode())
