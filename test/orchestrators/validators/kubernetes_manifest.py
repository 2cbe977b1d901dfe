"""Checks manifests against Kubernetes' own definitions, twice, and prints their commands as JSON.

kubernetes-validate holds them strictly against the published schema of a version; the official client must be able to
read them into its models and give back the same, so that no field is unknown to it.
"""

import json
import sys

import kubernetes_validate
import yaml
from kubernetes import client

MODELS = {"PersistentVolumeClaim": "V1PersistentVolumeClaim", "CronJob": "V1CronJob"}


def problems_of(document, version):
    try:
        kubernetes_validate.validate(document, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{document['kind']}: {error.message}"]
    api = client.ApiClient()
    model = api.deserialize(json.dumps(document), MODELS[document["kind"]], "application/json")
    return [] if api.sanitize_for_serialization(model) == document else [f"{document['kind']}: not the same again"]


with open(sys.argv[1], encoding="utf-8") as file:
    documents = list(yaml.safe_load_all(file))
problems = [problem for document in documents for problem in problems_of(document, sys.argv[2])]
jobs = {
    job["metadata"]["name"]: {
        "policy": job["spec"].get("concurrencyPolicy"),
        "args": container["args"],
        "env": container["env"],
    }
    for job in documents
    if job["kind"] == "CronJob"
    for container in job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
}
print(json.dumps({"problems": problems, "jobs": jobs}))
