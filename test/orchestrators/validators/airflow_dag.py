"""Loads the DAG as Airflow's DAG processor does, and prints the result as JSON."""

import json
import sys

from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1])
dags = {dag_id: {task.task_id: task.bash_command for task in dag.tasks} for dag_id, dag in bag.dags.items()}
print(json.dumps({"errors": bag.import_errors, "dags": dags}))
