"""Writes a graph of N nodes, a thousand wide, every node fed by two of the row above, as flowpipe's to_json has it.

The records are copied from one that flowpipe wrote: connecting so many nodes one by one takes it minutes.
"""
import copy
import json
import sys

from flowpipe import Graph
from large_nodes import Mix

WIDTH = 1000
one = Graph(name="large")
Mix(graph=one, name="n0")
data = one.to_json()
template, count = data["nodes"][0], int(sys.argv[2])
records = []
for i in range(count):
    record = copy.deepcopy(template)
    record.update(name="n%d" % i, identifier="n%d-bench" % i)
    records.append(record)
for i in range(WIDTH, count):
    for plug, above in (("a", i - WIDTH), ("b", i - WIDTH - 1 if i % WIDTH else i - 1)):
        source = records[above]
        records[i]["inputs"][plug]["connections"] = {source["identifier"]: "out"}
        source["outputs"]["out"]["connections"].setdefault(records[i]["identifier"], []).append(plug)
data["nodes"] = records
with open(sys.argv[1], "w") as out:
    json.dump(data, out)
