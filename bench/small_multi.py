"""The same graph by flowpipe's own multiprocessing mode; with a second argument without its delay between starts."""
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
from flowpipe import Graph

if __name__ == "__main__":
    with open(os.path.join(sys.argv[1], "graph.json")) as source:
        graph = Graph.from_json(json.load(source))
    graph.evaluate(mode="multiprocessing", **({"submission_delay": 0} if len(sys.argv) > 2 else {}))
