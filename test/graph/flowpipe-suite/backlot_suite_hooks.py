"""A plugin of pytest's: writes each graph that a test builds as JSON, with what it is and gives in memory.

BACKLOT_SUITE is the folder: N.json is flowpipe's own JSON, N.facts what is true of the graph.
"""
import itertools
import json
import os
import sys

import flowpipe.graph
import pytest
from flowpipe import INode

OUT = os.environ["BACKLOT_SUITE"]
COUNT = itertools.count(1)
BUILT = []
make = flowpipe.graph.Graph.__init__


def remember(self, *args, **kwargs):
    make(self, *args, **kwargs)
    if sys._getframe(1).f_globals.get("__name__") != "flowpipe.node":  # a node's own, until somebody gives it another
        BUILT.append(self)


flowpipe.graph.Graph.__init__ = remember


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    BUILT[:] = [flowpipe.graph.get_default_graph()]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    yield
    known = set()
    for graph in list(BUILT):
        graphs = connected(graph)
        if graph.nodes and not known.intersection(map(id, graphs)):
            known.update(map(id, graphs))
            write(item.nodeid, graph, graphs)


def plugs_of(side):
    return [(plug, None, end) for plug in side.values() for end in [plug]] + [
        (plug, key, sub) for plug in side.values() for key, sub in plug.sub_plugs.items()
    ]


def connected(graph):
    graphs = [graph]
    for node in (node for one in graphs for node in one.nodes):
        for _, _, end in plugs_of(node.inputs) + plugs_of(node.outputs):
            for other in end.connections:
                if not any(other.node.graph is one for one in graphs):
                    graphs.append(other.node.graph)
    return graphs


def edges_of(nodes):
    return [
        [other.node.identifier, other.name, node.identifier, end.name]
        for node in nodes
        for _, _, end in plugs_of(node.inputs)
        for other in end.connections
    ]


def is_loadable(record):
    try:
        INode.from_json(json.loads(json.dumps(record)))
        return True
    except Exception:
        return False


def outputs_of(nodes):
    """What flowpipe hands on: of the plug itself, and of each sub-plug."""
    found = {}
    for node in nodes:
        for name, plug in node.outputs.items():
            whole = plug._value if plug.sub_plugs else plug.value
            parts = {key: sub.value for key, sub in plug.sub_plugs.items()}
            found.setdefault(node.identifier, {})[name] = {"whole": whole, "parts": parts}
    return found


def evaluated(graph, nodes):
    for node in nodes:
        for plug in node.all_outputs().values():
            plug.value = None
    try:
        graph.evaluate(mode="linear")
        return json.loads(json.dumps(outputs_of(nodes))), None
    except Exception as error:
        return None, "%s: %s" % (type(error).__name__, error)


def write(test, graph, graphs):
    nodes = list({id(node): node for one in graphs for node in one.nodes}.values())
    facts = {"test": test, "name": graph.name, "nodes": [[n.identifier, n.name] for n in nodes], "edges": edges_of(nodes)}
    stem = os.path.join(OUT, str(next(COUNT)))
    try:
        data = graph.to_json()
        text = json.dumps(data)
        records = data["nodes"] + [node for sub in data["subgraphs"] for node in sub["nodes"]]
        facts["loadable"] = all(map(is_loadable, records))
        facts["omitted"] = any(node.omit for node in nodes)
        with open(stem + ".json", "w") as out:
            out.write(text)
        facts["outputs"], facts["failed"] = evaluated(graph, nodes) if facts["loadable"] else (None, None)
        if facts["outputs"] and evaluated(graph, nodes)[0] != facts["outputs"]:
            facts["outputs"] = {}  # a clock, or chance: nobody gives the same again
    except Exception as error:
        facts["no_json"] = "%s: %s" % (type(error).__name__, error)
    with open(stem + ".facts", "w") as out:
        json.dump(facts, out)
