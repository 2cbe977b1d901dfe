"""Reads Close once an hour in four assets, each with its own streams and its own state.

Where the runs execute: Node 20.18.1 or newer, `npm install -g tap-closeio`, a Singer target, TAP_CLOSEIO_API_KEY in
the environment, and the directory DIR: a catalog of each part's name, `target.json`, and the states, which all runs
must share.
"""

import os
import subprocess

import dagster as dg

PARTS = ["leads", "activities", "small", "events"]
DIR = os.environ.get("TAP_CLOSEIO_DIR", "/opt/tap-closeio")
TARGET = ["target-jsonl", "--config", f"{DIR}/target.json"]


def asset_for(part: str) -> dg.AssetsDefinition:
    # Exit code 1 means that something was not read. The next try continues from the state.
    @dg.asset(name=part, group_name="close", retry_policy=dg.RetryPolicy(max_retries=2, delay=300))
    def read_close() -> None:
        files = ["--catalog", f"{DIR}/catalogs/{part}.json", "--state", f"{DIR}/states/{part}.json"]
        env = {"TAP_CLOSEIO_START_DATE": "2025-01-01", **os.environ}
        subprocess.run(["tap-closeio", "run", "--config=ENV", *files, "--", *TARGET], check=True, env=env)

    return read_close


close = dg.define_asset_job("close", selection=dg.AssetSelection.groups("close"))

defs = dg.Definitions(
    assets=[asset_for(part) for part in PARTS],
    jobs=[close],
    schedules=[dg.ScheduleDefinition(job=close, cron_schedule="0 * * * *")],
)
