"""Runs the standard tests of Meltano's SDK with the tap's executable."""

import os

from external_tap import ExternalTap
from singer_sdk.testing import SuiteConfig, get_tap_test_class

EMPTY = [name for name in os.environ.get("TAP_EMPTY_STREAMS", "").split(",") if name]

TestTap = get_tap_test_class(
    tap_class=ExternalTap,
    config={},
    suite_config=SuiteConfig(ignore_no_records_for_streams=EMPTY),
)
