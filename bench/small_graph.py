"""Writes N small function nodes in DIR: graph.json for Backlot, a Makefile that runs each the guide's way, an OpenJD template."""
import json
import os
import sys

folder, count, interpreter = sys.argv[1], int(sys.argv[2]), (sys.argv[3:] or ["python"])[0]
with open(os.path.join(folder, "small_nodes.py"), "w") as out:
    out.write("from flowpipe import Node\n\n\n@Node(outputs=['out'])\ndef Small(value):\n    return {'out': value + 1}\n")
sys.path.insert(0, folder)
from flowpipe import Graph
from small_nodes import Small

graph = Graph(name="small")
for i in range(count):
    Small(graph=graph, name="n%d" % i, value=i, metadata={"interpreter": interpreter})
with open(os.path.join(folder, "graph.json"), "w") as out:
    json.dump(graph.to_json(), out)

os.mkdir(os.path.join(folder, "records"))
for i, node in enumerate(graph.nodes):
    with open(os.path.join(folder, "records", "%d.json" % i), "w") as out:
        json.dump(node.to_json(), out)
code = (
    "import json, sys; from flowpipe import INode; path = sys.argv[1]; "
    "node = INode.from_json(json.load(open(path))); node.evaluate(); json.dump(node.to_json(), open(path + '.out', 'w'))"
)
with open(os.path.join(folder, "Makefile"), "w") as out:
    names = ["t%d" % i for i in range(count)]
    out.write("all: %s\n.PHONY: all %s\n" % (" ".join(names), " ".join(names)))
    for i, name in enumerate(names):
        out.write("%s:\n\tPYTHONPATH=%s %s -c \"%s\" records/%d.json\n" % (name, folder, sys.executable, code, i))
task = {
    "name": "Small",
    "parameterSpace": {"taskParameterDefinitions": [{"name": "N", "type": "INT", "range": "0-%d" % (count - 1)}]},
    "script": {
        "actions": {"onRun": {"command": sys.executable, "args": ["{{Task.File.Run}}", folder + "/records/{{Task.Param.N}}.json"]}},
        "embeddedFiles": [{"name": "Run", "type": "TEXT", "data": "import sys; sys.path.insert(0, %r); %s" % (folder, code)}],
    },
}
with open(os.path.join(folder, "template.json"), "w") as out:
    json.dump({"specificationVersion": "jobtemplate-2023-09", "name": "small", "steps": [task]}, out)
