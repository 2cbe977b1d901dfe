"""Shows an executable to the tests of Meltano's SDK as a Tap: what it discovers, what it writes, and how it ends."""

import functools
import json
import os
import subprocess
import tempfile

from singer_sdk import Stream, Tap
from singer_sdk.testing.runners import TapTestRunner

TAP = os.environ["TAP_EXECUTABLE"]
CONFIG = os.environ["TAP_CONFIG"]


def run_tap(*args):
    finished = subprocess.run([TAP, "--config", CONFIG, *args], capture_output=True, check=False, text=True)
    assert finished.returncode == 0, f"{args}: ended with {finished.returncode}\n{finished.stderr[-4000:]}"
    return finished.stdout


@functools.cache
def discover():
    return json.loads(run_tap("--discover"))


def sync(wanted=None):
    """The output of a sync of all streams, or of one."""
    catalog = json.loads(json.dumps(discover()))
    for entry in catalog["streams"]:
        root = next(item for item in entry["metadata"] if not item["breadcrumb"])
        root["metadata"]["selected"] = wanted is None or entry["stream"] == wanted
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(catalog, file)
        file.flush()
        return run_tap("--catalog", file.name)


class ExternalStream(Stream):
    def __init__(self, tap, entry):
        super().__init__(tap, schema=entry["schema"], name=entry["stream"])
        root = next(item["metadata"] for item in entry["metadata"] if not item["breadcrumb"])
        self.primary_keys = root["table-key-properties"]
        self.replication_key = root.get("replication-key")

    def get_records(self, _context):
        for line in sync(self.name).splitlines():
            message = json.loads(line)
            if message["type"] == "RECORD":
                yield message["record"]


class ExternalTap(Tap):
    name = "tap-closeio"
    config_jsonschema = {"type": "object", "properties": {}}

    def discover_streams(self):
        return [ExternalStream(self, entry) for entry in discover()["streams"]]


def execute_sync(_runner):
    """Runs the real sync instead of the SDK's own."""
    return sync(), ""


TapTestRunner._execute_sync = execute_sync
