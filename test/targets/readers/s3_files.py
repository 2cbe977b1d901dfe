"""target-s3-jsonl: <schemas.json> <endpoint>/<bucket>. Run by a Python that has boto3."""

import json
import sys

import boto3
from stored import answer, schemas, table

endpoint, bucket = sys.argv[2].rsplit("/", 1)
keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
client = boto3.client("s3", endpoint_url=endpoint, **keys)
stored = {item["Key"] for item in client.list_objects_v2(Bucket=bucket).get("Contents", [])}


def read(stream):
    if f"{stream}.json" not in stored:
        return table([])
    text = client.get_object(Bucket=bucket, Key=f"{stream}.json")["Body"].read().decode()
    return table([json.loads(line) for line in text.split("\n") if line])


answer({stream: read(stream) for stream in schemas})
