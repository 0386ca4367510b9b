"""flowpipe's from_json, then a job as the guide "VFX Renderfarm Conversion" makes it: a task per node, its dependencies by name."""
import json
import sys

from flowpipe import Graph

sys.setrecursionlimit(100000)
with open(sys.argv[1]) as source:
    graph = Graph.from_json(json.load(source))
tasks = {}
for node in graph.evaluation_sequence:
    tasks[node.identifier] = {
        "name": node.name,
        "command": "python -c '%s'" % json.dumps(node.to_json()),
        "dependencies": [parent.name for parent in node.parents],
    }
json.dumps({"name": graph.name, "tasks": list(tasks.values())})
