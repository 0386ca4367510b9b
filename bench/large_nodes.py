"""The node of large_graph.py."""
from flowpipe import Node


@Node(outputs=["out"])
def Mix(a, b):
    return {"out": a}
