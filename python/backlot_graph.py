"""Finds the graph that a Python file builds and writes it as flowpipe's JSON; a part of backlot_evaluate.py, which loads it.

    backlot_evaluate.py --graph FILE OUT [CHOICE]

CHOICE is a JSON file, {"graph": name or null, "args": [texts], "encoder": "module:function" or "", "interpreter": name}.
Beside OUT are written OUT.files (what was read) and OUT.notes (what the user should know of it).
"""
import ast
import enum
import functools
import importlib
import importlib.util
import inspect
import itertools
import json
import os
import sys
import types
import typing
import warnings
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader

from backlot_evaluate import Failure, encoded, import_flowpipe, json_text, keys_as_texts, package_of, say, text_of, use_encoder, write_file

MAIN = "__main__"
READS_ARGUMENTS = ("argv", "parse_args", "parse_known_args")


class FromSource(SourceFileLoader):
    """Compiles the source each time: byte code goes by size and whole seconds, which an edit within one second keeps."""

    def get_code(self, fullname):
        return self.source_to_code(self.get_data(self.path), self.path)


def tree_of(path):
    """The file's syntax; what cannot be parsed is told by the import."""
    try:
        with open(path, "rb") as source:
            return ast.parse(source.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ast.parse("")


def is_main_block(part):
    """Whether it is `if __name__ == "__main__":`."""
    test = part.test if isinstance(part, ast.If) else None
    sides = [test.left] + test.comparators if isinstance(test, ast.Compare) else []
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    texts = [getattr(side, "value", getattr(side, "s", None)) for side in sides if not isinstance(side, ast.Name)]
    return names == ["__name__"] and texts == [MAIN]


def import_file(path, tree):
    """The file as a module of its own name, so that flowpipe can import it by what it writes into the records. One that
    imports relatively is a part of its package."""
    stem, folder = os.path.splitext(os.path.basename(path))[0], os.path.dirname(path)
    package, root = package_of(path)
    is_relative = any(isinstance(part, ast.ImportFrom) and part.level for part in ast.walk(tree))
    name = "%s.%s" % (package, stem) if package and is_relative else stem
    first = name.split(".")[0]
    if first in sys.modules:
        what = "rename the file" if first == stem else "rename the folder of that name"
        raise Failure("%s cannot be imported: there is a module %r already; %s" % (path, first, what))
    sys.path[:0] = [folder] + ([root] if package else [])
    if name != stem:
        importlib.import_module(package)
    spec = importlib.util.spec_from_file_location(name, path, loader=FromSource(name, path))
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def line_in(frame, path, library):
    """The line of the file whose code made a graph; None where flowpipe itself did, or another file while it was imported."""
    if frame.f_code.co_filename.startswith(library):
        return None
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        if frame.f_code.co_filename == path:
            return frame.f_lineno
        frame = frame.f_back
    return None


def watch_graphs(flowpipe, path):
    """From now on each graph that the file makes is in the list, with its line: one whose name was given to another is
    in no module any more."""
    made, init = [], flowpipe.Graph.__init__
    library = os.path.dirname(os.path.abspath(flowpipe.__file__)) + os.sep

    @functools.wraps(init)
    def noted(self, *args, **kwargs):
        init(self, *args, **kwargs)
        line = line_in(sys._getframe(1), path, library)
        if line is not None:
            made.append((self, line))

    flowpipe.Graph.__init__ = noted
    return made


def connected_graphs(graph):
    """The graph and all that its nodes are connected with, by the edges: flowpipe's lists go stale (quirk Q25)."""
    graphs, known = [graph], {id(node) for node in graph.nodes}
    for node in (node for current in graphs for node in current.nodes):  # grows while it is walked
        plugs = itertools.chain(node.all_inputs().values(), node.all_outputs().values())
        for other in (end.node for plug in plugs for end in plug.connections):
            if id(other) not in known and not any(other.graph is one for one in graphs):
                graphs.append(other.graph)
                known.update(map(id, other.graph.nodes))
    return [graph] + sorted(graphs[1:], key=lambda sub: sub.name)


def apart(graphs):
    """Of graphs those that are not connected with one before them; the empty ones only where all are empty."""
    full = [graph for graph in graphs if graph.nodes] or list(graphs)
    found, known = [], set()
    for graph in full:
        if id(graph) not in known:
            found.append(graph)
            known.update(map(id, connected_graphs(graph)))
    return found


def members_of(value):
    """What an object holds, by name: entries of a collection, attributes of anything else; none of its code runs."""
    if isinstance(value, dict):
        return [(str(key), part) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        return [(str(i), part) for i, part in enumerate(value)]
    try:
        return list(vars(value).items())
    except TypeError:
        return []


def english(words, last="and"):
    """`a, b and c`, the first six of them."""
    words = list(words)
    words = words[:6] + (["%d more" % (len(words) - 6)] if len(words) > 6 else [])
    return (" %s " % last).join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


class Finder:
    """The graphs of one file, and which of them is meant."""

    def __init__(self, flowpipe, path, args):
        self.flowpipe, self.path, self.args = flowpipe, path, args
        self.base = os.path.basename(path)
        self.tree = tree_of(path)
        self.made = watch_graphs(flowpipe, path)
        self.notes = []
        self.prefix = ""
        self.module = import_file(path, self.tree)

    # what there is

    def is_graph(self, value):
        return isinstance(value, self.flowpipe.Graph)

    def is_node(self, value):
        return isinstance(value, self.flowpipe.INode)

    def default(self):
        return importlib.import_module("flowpipe.graph").get_default_graph()

    def own(self):
        """The module's own graphs, by name; flowpipe's default graph is none of them."""
        default, found = self.default(), {}
        for name, value in list(vars(self.module).items()):
            if self.is_graph(value) and value is not default:
                found.setdefault(id(value), (name, value))
        return list(found.values())

    def inside(self):
        """Graphs that the module's objects, classes and modules hold, by their path."""
        known, found = {id(graph) for _, graph in self.own()} | {id(self.default())}, {}
        for name, value in list(vars(self.module).items()):
            if name.startswith("__") or self.is_graph(value) or self.is_node(value) or value is self.flowpipe:
                continue
            for inner, part in members_of(value):
                if self.is_graph(part) and id(part) not in known:
                    found.setdefault(id(part), ("%s.%s" % (name, inner), part))
        return list(found.values())

    def called(self, graph):
        """What a person calls it: by its path in the module, else by its name and line."""
        for name, one in self.own() + self.inside():
            if one is graph:
                return name
        return graph.name

    def described(self, graph):
        """The same with the line that made it."""
        lines = ["line %d" % line for one, line in self.made if one is graph]
        name, own = self.called(graph), json.dumps(graph.name, ensure_ascii=False)
        details = ([own] if name != graph.name else []) + lines
        return (own if name == graph.name else name) + (" (%s)" % ", ".join(details) if details else "")

    def all(self):
        """The file's own graphs, and flowpipe's default one."""
        return [one for _, one in self.own()] + [one for one, _ in self.made] + [self.default()]

    def blocks(self):
        return [part for part in self.tree.body if is_main_block(part)]

    def reads_arguments(self):
        """Whether the file itself reads the command line, outside of what runs as a script alone."""
        outside = [part for part in self.tree.body if not is_main_block(part)]
        return any(getattr(part, "attr", None) in READS_ARGUMENTS for top in outside for part in ast.walk(top))

    def makers(self):
        """Functions and classes of the file in whose text a graph is made."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return [part.name for part in self.tree.body if isinstance(part, kinds) and any(map(is_making, ast.walk(part)))]

    # which is meant

    def find(self, choice):
        """The graph that is meant; without a choice the file has to leave no doubt."""
        if choice is None and self.args and inspect.isfunction(getattr(self.module, "graph", None)):
            return self.chosen("graph")
        if choice is None and self.args and self.reads_arguments():
            self.args = []  # it has them in sys.argv
        if choice is None and self.args:
            said = "%r is no file and no option, but an argument of a function that gives the graph" % self.args[0]
            raise Failure("%s; name the function: %s:FUNCTION -- ARGUMENTS" % (said, self.base))
        if choice is None:
            return self.automatic()
        first, _, name = choice.partition(".")
        if first != MAIN:
            return self.chosen(choice)
        before = len(self.made)
        self.run_main()
        return self.chosen(name) if name else self.of_main(before)

    def automatic(self):
        graph = getattr(self.module, "graph", None)
        if inspect.isfunction(graph) and takes_nothing(graph):
            before = len(self.made)
            graph = graph()
            if self.is_graph(graph):
                self.note_left(graph, [one for one, _ in self.made[before:]])
                return graph
        if not self.is_graph(graph):
            graph = self.only(apart([one for _, one in self.own()]))
        self.note_left(graph, self.all())
        return graph

    def only(self, graphs):
        if len(graphs) == 1:
            return graphs[0]
        if graphs:
            raise self.doubt(graphs)
        if self.default().nodes:
            return self.default()
        ways, choices = self.advice()
        raise Failure("%s has no graph: %s" % (self.path, "; ".join(ways)), choices=choices)

    def doubt(self, graphs):
        names = english([self.described(graph) for graph in graphs])
        choices = [self.prefix + self.called(graph) for graph in graphs]
        ways = english(["%s:%s" % (self.base, choice) for choice in choices], "or")
        say_so = "choose one with %s, or call the one to use `graph`" % ways
        text = "%s has %d graphs: %s are not connected; %s" % (self.path, len(graphs), names, say_so)
        return Failure(text, choices=choices)

    def advice(self):
        """Where a graph could be meant, each with how it is chosen; and what can be chosen, by name."""
        choices = [name for name, _ in self.inside()[:3]]
        found = ["%s is one: choose it with %s:%s" % (name, self.base, name) for name in choices]
        named = {id(graph) for _, graph in self.inside()}
        for graph, line in [(graph, line) for graph, line in self.made if graph.nodes and id(graph) not in named][:3]:
            name = json.dumps(graph.name, ensure_ascii=False)
            found.append("%s, made on line %d, has no name in it: choose it with %s:%s" % (name, line, self.base, graph.name))
            choices.append(graph.name)
        for block in self.blocks()[:1]:
            where = '`if __name__ == "__main__":` on line %d' % block.lineno
            found.append("what stands under %s does not run when the file is loaded: move the graph out of it, or choose %s:%s to run that block, too" % (where, self.base, MAIN))
            choices.append(MAIN)
        asked = getattr(self.module, "graph", None)
        if inspect.isfunction(asked) and not takes_nothing(asked):
            found.insert(0, "graph() needs arguments, %s: write them behind --, as in: %s -- NAME=VALUE" % (inspect.signature(asked), self.base))
        if not found:
            choices = self.makers()[:3]
            found = ["%s makes one: choose it with %s:%s" % (name, self.base, name) for name in choices]
        return found + ["call the one to use `graph`, or write a function graph() that returns it"], choices

    def note_left(self, graph, others):
        """Says which graphs are not a part of the job, each once."""
        known = set(map(id, connected_graphs(graph)))
        for other in apart([one for one in others if one.nodes and id(one) not in known]):
            name = self.called(other)
            if other is self.default():
                nodes = english(["%s" % node.name for node in other.nodes])
                message = "the nodes made without graph=… are left out: %s" % nodes
                remedy = "make them with the graph, or choose them with %s:%s" % (self.base, name)
            else:
                message = "the graph %s is left out: nothing connects it with %s" % (self.described(other), self.described(graph))
                remedy = "choose it with %s:%s%s, or connect the two" % (self.base, self.prefix, name)
            self.note("warning", "graph-left-out", message, remedy)

    def note(self, severity, code, message, remedy, node=None):
        self.notes.append({"severity": severity, "code": code, "message": message, "remedy": remedy})
        self.notes[-1].update(node={"identifier": node["identifier"], "name": node["name"]} if node else None)

    def run_main(self):
        """Runs what stands under `if __name__ == "__main__":`, in the module."""
        blocks = self.blocks()
        if not blocks:
            raise Failure('%s has no `if __name__ == "__main__":`; leave :%s out' % (self.path, MAIN))
        tree = ast.parse("")
        tree.body = [part for block in blocks for part in block.body]
        self.args, self.prefix = [], MAIN + "."  # it has them in sys.argv
        exec(compile(tree, self.path, "exec"), vars(self.module))

    def of_main(self, before):
        """The graph, once the block has run: what is called `graph`, else what was made in the block."""
        if self.is_graph(getattr(self.module, "graph", None)):
            return self.automatic()
        new = [one for one, _ in self.made[before:] if one.nodes]
        graph = self.only(apart(new or [one for _, one in self.own()] + [one for one, _ in self.made if one.nodes]))
        self.note_left(graph, self.all())
        return graph

    def chosen(self, name):
        try:
            value = self.resolve(name)
        except LookupError:
            graphs = [one for one in self.everything() if one.name == name]
            if not graphs:
                raise self.unknown(name)
            if len(apart(graphs)) > 1:
                raise Failure("%s has %d graphs called %r; give them names of their own" % (self.path, len(graphs), name))
            value = graphs[0]
        if self.is_graph(value) or not callable(value) or self.is_node(value):
            if self.args and not self.reads_arguments():
                raise Failure("%s: %s is no function, so it takes no arguments" % (self.path, name))
            return self.within(value, name, [])
        before = len(self.made)
        value = call_with(value, self.base, name, self.args)
        return self.within(value, name + "()", [one for one, _ in self.made[before:]])

    def within(self, value, name, made):
        """The graph in what a choice came to; `made`: while it was called."""
        if self.is_graph(value):
            graph = value
        elif self.is_node(value) and made:
            graph = value.graph
        else:
            parts = [] if self.is_node(value) else [part for _, part in members_of(value) if self.is_graph(part)]
            found = apart(parts or [one for one in made if one.nodes])
            if len(found) > 1:
                raise Failure("%s: %s gives %d graphs that are not connected, %s; let it give the one to use" % (self.path, name, len(found), english([self.described(one) for one in found])))
            if not found:
                what = "a node" if self.is_node(value) else "of type %s" % type(value).__name__
                raise Failure("%s: %s is %s and holds no graph" % (self.path, name, what))
            graph = found[0]
        self.note_left(graph, made)
        return graph

    def everything(self):
        graphs = [one for _, one in self.own() + self.inside()] + [one for one, _ in self.made] + [self.default()]
        return list({id(graph): graph for graph in graphs}.values())

    def resolve(self, name):
        """What a dotted name means in the module. A method of a class that can be made without arguments is bound."""
        value = self.module
        for part in name.split("."):
            holder, value = value, member_of(value, part)
            if inspect.isclass(holder) and inspect.isfunction(value) and not self.is_static(holder, part):
                if not takes_nothing(holder):
                    raise Failure("%s: %s needs arguments; write a function that makes it" % (self.path, holder.__name__))
                value = getattr(holder(), part)
        return value

    @staticmethod
    def is_static(holder, name):
        return isinstance(inspect.getattr_static(holder, name), staticmethod)

    def unknown(self, name):
        known = [one for one, _ in self.own() + self.inside()] + self.makers() + [one.name for one in self.everything() if one.nodes]
        known = list(dict.fromkeys(known))
        near = get_close_matches(name, known, 1)
        text = "%s has no %r%s" % (self.path, name, " (did you mean %s?)" % near[0] if near else "")
        bound = {part.id for block in self.blocks() for part in ast.walk(block) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        if name in bound:
            text = '%s has %r only under `if __name__ == "__main__":`; choose %s:%s to run that block, too' % (self.path, name, self.base, MAIN)
        return Failure("%s; it has %s" % (text, english(known) or "no graph and no function that makes one"), choices=known)


def is_making(part):
    """Whether it is a call such as Graph("name")."""
    func = part.func if isinstance(part, ast.Call) else None
    return "Graph" in (getattr(func, "id", None), getattr(func, "attr", None))


def member_of(value, name):
    """An attribute or an entry; LookupError where there is none."""
    if isinstance(value, dict) and name in value:
        return value[name]
    if isinstance(value, (list, tuple)) and name.isdigit() and int(name) < len(value):
        return value[int(name)]
    try:
        return getattr(value, name)
    except AttributeError:
        raise LookupError(name)


def parameters_of(function):
    """The parameters by name; none where Python cannot tell them."""
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return {}


def takes_nothing(function):
    """Whether it can be called without arguments."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(p.default is not p.empty or p.kind in kinds for p in parameters_of(function).values())


def hints_of(function):
    """The types of its parameters by name, as far as they can be told."""
    try:
        return typing.get_type_hints(function.__init__ if inspect.isclass(function) else function)
    except Exception:
        return {}  # names that are there for type checkers alone


def kind_of(hint, parameter):
    """The one type that a parameter wants, None where there is none or several; and whether None will do, too."""
    if hint is None and parameter is not None and parameter.annotation is parameter.empty:
        return (type(parameter.default) if isinstance(parameter.default, (str, bool)) else None), True
    unions = (typing.Union, getattr(types, "UnionType", typing.Union))
    if getattr(hint, "__origin__", type(hint)) not in unions:
        return hint, False
    kinds = [kind for kind in hint.__args__ if kind is not type(None)]
    return (kinds[0] if len(kinds) == 1 else None), len(kinds) < len(hint.__args__)


def as_json(text):
    try:
        return json.loads(text)
    except ValueError:
        return {"True": True, "False": False, "None": None}.get(text, text)


def choices_of(kind):
    """By their texts what a parameter can be that takes some values alone; None for any other."""
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return dict([(one.name, one) for one in kind] + [(str(one.value), one) for one in kind])
    if kind is bool:
        return {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    is_literal = getattr(kind, "__origin__", None) is getattr(typing, "Literal", "none")
    return {str(one): one for one in kind.__args__} if is_literal else None


def converted(text, parameter, hint=None):
    """
    An argument's text as a value: what the parameter's type makes of it, else JSON where it is JSON. ValueError: the type
    makes nothing of it.
    """
    kind, is_optional = kind_of(hint, parameter)
    if is_optional and text in ("None", "null"):
        return None
    choices = choices_of(kind)
    if choices is not None:
        found = text.lower() if kind is bool else text
        if found not in choices:
            raise ValueError("%s is none of %s" % (json.dumps(text, ensure_ascii=False), english(choices, "or")))
        return choices[found]
    if kind is str or (inspect.isclass(kind) and issubclass(kind, os.PathLike) and hasattr(kind, "parts")):
        return kind(text)
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            raise ValueError("%s is no %s" % (json.dumps(text, ensure_ascii=False), "whole number" if kind is int else "number"))
    return as_json(text)


def call_with(function, base, name, args):
    """Calls it with texts: `name=value` for a parameter of that name, the others in order."""
    parameters = parameters_of(function)
    by_order = [p for p in parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = {p.name: p for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    open_ended = {p.kind for p in parameters.values()}
    takes = ", ".join(map(str, parameters.values())) or "no arguments"
    name = "%s:%s" % (base, name)
    positional, keyword, hints = [], {}, hints_of(function)

    def value_of(text, parameter):
        try:
            return converted(text, parameter, hints.get(parameter.name) if parameter else None)
        except ValueError as error:
            raise Failure("%s: %s: %s; it takes: %s" % (name, parameter.name, text_of(error), takes))

    for text in args:
        key, equals, rest = text.partition("=")
        is_name = bool(equals) and key.isidentifier()
        if is_name and (key in named or inspect.Parameter.VAR_KEYWORD in open_ended):
            keyword[key] = value_of(rest, named.get(key))
        elif is_name and inspect.Parameter.VAR_POSITIONAL not in open_ended:
            near = get_close_matches(key, list(named), 1)
            hint = " (did you mean %s?)" % near[0] if near else ""
            raise Failure("%s has no argument %r%s; it takes: %s" % (name, key, hint, takes))
        else:
            at = len(positional)
            positional.append(value_of(text, by_order[at] if at < len(by_order) else None))
    try:
        if parameters or args:
            inspect.signature(function).bind(*positional, **keyword)
    except TypeError as error:
        raise Failure("%s: %s; it takes: %s; write them behind --, as in: -- NAME=VALUE" % (name, text_of(error), takes))
    value = function(*positional, **keyword)
    if inspect.isgenerator(value):
        return list(value)
    return importlib.import_module("asyncio").run(value) if inspect.iscoroutine(value) else value


def extension_of(graphs):
    """What flowpipe leaves out of its JSON: promoted plugs and `omit` (quirks Q31, Q36)."""

    def one(plug):
        group = getattr(plug, "plugs", None)
        return {"node": plug.node.identifier, "plug": plug.name} if group is None else {"group": list(map(one, group))}

    sides = [(graph.name, {"inputs": graph.inputs, "outputs": graph.outputs}) for graph in graphs]
    promoted = {
        name: {side: {key: one(plug) for key, plug in plugs.items()} for side, plugs in both.items()}
        for name, both in sides
        if any(both.values())
    }
    omit = [node.identifier for graph in graphs for node in graph.nodes if node.omit]
    return {key: value for key, value in (("promoted", promoted), ("omit", omit)) if value}


def range_as_list(value):
    """What json.dumps asks for a value that it does not know."""
    return list(value) if isinstance(value, range) else encoded(value)


def check_record(record, finder):
    """Names node and plug of a value that JSON cannot hold, and says where another value was written in its place."""
    values = [("metadata", record["metadata"])]
    for plug in itertools.chain(record["inputs"].values(), record["outputs"].values()):
        values += [(part["name"], part["value"]) for part in itertools.chain([plug], plug["sub_plugs"].values())]
    for name, value in values:
        where, met = "%s.%s" % (record["name"], name), []

        def asked(part):
            met.append(part)
            return range_as_list(part)

        json_text(value, where, asked)
        for path, key in keys_as_texts(value, name)[:1]:
            message = "%s: keys that are no texts become texts, such as %r" % (path, key)
            finder.note("info", "written-otherwise", message, "none needed if that is meant", record)
        if any(isinstance(part, range) for part in met):
            say("backlot: %s: a range was written as a list" % where)
            finder.note("info", "written-otherwise", "%s: a range was written as a list" % name, "none needed", record)
        kinds = sorted({type(part).__name__ for part in met if not isinstance(part, range)})
        if kinds:
            message = "%s: a value of type %s is no JSON, so its node gets what the encoder made of it" % (name, english(kinds))
            finder.note("info", "written-otherwise", message, "none needed if that is meant", record)


def own_attributes(node, usual):
    """What a node holds beside what every node has, as far as it can be compared: texts, numbers and collections of them."""
    return {name: value for name, value in vars(node).items() if name not in usual and is_comparable(value)}


def is_comparable(value):
    if isinstance(value, dict):
        return all(map(is_comparable, value.values()))
    if isinstance(value, (list, tuple, set)):
        return all(map(is_comparable, value))
    return value is None or isinstance(value, (str, int, float))


def check_again(flowpipe, nodes, records, finder):
    """Says what a node of a class loses when flowpipe makes it again of its record, which has nothing of its constructor's arguments."""
    if "graph" not in parameters_of(flowpipe.INode):
        return  # flowpipe before 1.0 makes them otherwise
    usual, known = set(vars(flowpipe.INode(graph=None))), {}
    for node, record in zip(nodes, records):
        if record.get("func") or type(node).post_deserialize is not flowpipe.INode.post_deserialize:
            continue
        mine = own_attributes(node, usual)
        key = (type(node), tuple(record["inputs"]), tuple(record["outputs"]), repr(sorted(mine.items())))
        if key not in known:
            known[key] = list(lost_of(flowpipe, mine, record, usual))
        for note in known[key]:
            finder.note(*note, node=record)


def lost_of(flowpipe, mine, record, usual):
    """The notes of one node; what differs between two nodes made of one record is not the constructor's."""
    text = json.dumps(record, default=range_as_list)
    try:
        made = importlib.import_module("flowpipe.utilities").import_class(record["module"], record["cls"], record["file_location"])(graph=None)
        plugs = [(side, [name for name in record[side] if name not in getattr(made, side)]) for side in ("inputs", "outputs")]
        whole = not any(lost for _, lost in plugs)
        again = [own_attributes(flowpipe.INode.from_json(json.loads(text)), usual) for _ in range(2)] if whole else []
    except Exception:
        return  # preflight tells from its code why it cannot be made
    for side, lost in plugs:
        if lost:
            message = "%s %s there where flowpipe makes the node again with %s(graph=None)" % (english(lost), "is not" if len(lost) == 1 else "are not", record["cls"])
            yield "error", "plug-lost", message, "make all %s of the class without arguments" % side
    shown = [{name: "%.60r" % (value,) for name, value in one.items()} for one in again]
    for name in mine if again else ():
        now, other = [one.get(name, "not there") for one in shown]
        if now == other and (name not in again[0] or again[0][name] != mine[name]):
            message = "its attribute %s is %.60r in the graph, but %s where flowpipe makes the node again of its JSON" % (name, mine[name], now)
            yield "warning", "attribute-lost", message, "make it an input or metadata of the node"


def files_read(known):
    """The files of the modules that were imported since; Python's own and installed ones do not change meanwhile."""
    own = tuple(filter(None, {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)}))
    new = [module for name, module in list(sys.modules.items()) if name not in known]
    files = {getattr(module, "__file__", None) for module in new}
    return sorted(file for file in files if isinstance(file, str) and not file.startswith(own))


def choice_in(path):
    """What a call chose; without a file nothing."""
    if path is None:
        return {}
    with open(path, encoding="utf-8-sig") as source:
        return json.load(source)


def graph_text(path, out, choice_file=None):
    """The text of the graph that is meant, as flowpipe's to_json has it."""
    choice = choice_in(choice_file)
    args = choice.get("args") or []
    flowpipe = import_flowpipe()
    known = set(sys.modules)
    sys.argv = [path] + args
    finder = Finder(flowpipe, path, args)
    graphs = connected_graphs(finder.find(choice.get("graph")))
    use_encoder(choice.get("encoder"), choice.get("interpreter") or "python")
    write_file(out + ".files", json.dumps(files_read(known)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Graph.serialize is deprecated", DeprecationWarning)
        datas = [graph.serialize(with_subgraphs=False) for graph in graphs]
    for record in (record for data in datas for record in data["nodes"]):
        check_record(record, finder)
    check_again(flowpipe, [node for graph in graphs for node in graph.nodes], [record for data in datas for record in data["nodes"]], finder)
    write_file(out + ".notes", json.dumps(finder.notes))
    extension = extension_of(graphs)
    data = dict(datas[0], subgraphs=datas[1:], **({"backlot": extension} if extension else {}))
    return json.dumps(data, indent=2, default=range_as_list)
