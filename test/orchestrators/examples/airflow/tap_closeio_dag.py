"""Reads Close once an hour in four tasks, each with its own streams and its own state.

On the workers: Node 20.18.1 or newer, `npm install -g tap-closeio`, a Singer target, and the directory DIR: a catalog
of each part's name, `target.json`, and the states, which all workers must share.
The key is taken from the Airflow variable `tap_closeio_api_key`, which a secrets backend may hold.
"""

import os
from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PARTS = ["leads", "activities", "small", "events"]
DIR = os.environ.get("TAP_CLOSEIO_DIR", "/opt/tap-closeio")
TARGET = f"target-jsonl --config {DIR}/target.json"

with DAG(
    dag_id="tap_closeio",
    schedule="@hourly",
    catchup=False,
    # One run at a time: each continues from the state of the one before. The tap's lock would refuse a second run anyway.
    max_active_runs=1,
    # Exit code 1 means that something was not read. The next try continues from the state.
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
):
    for part in PARTS:
        BashOperator(
            task_id=part,
            bash_command=(
                "tap-closeio run --config=ENV"
                f" --catalog {DIR}/catalogs/{part}.json --state {DIR}/states/{part}.json -- {TARGET}"
            ),
            env={
                "TAP_CLOSEIO_API_KEY": "{{ var.value.tap_closeio_api_key }}",
                "TAP_CLOSEIO_START_DATE": "2025-01-01",
            },
            append_env=True,
        )
