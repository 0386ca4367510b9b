"""What a module's text says of the nodes in it, nothing of it imported or run; a part of backlot_evaluate.py, for --check.

flowpipe makes a node again by name: it imports the module, else it runs the file, takes the function or the class out of it,
and calls a class with graph=None alone.
"""
import ast
import os
import sys
from difflib import get_close_matches

from backlot_evaluate import BROKEN, folders_of, is_standard, origin_of

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = FUNCTIONS + (ast.ClassDef, ast.Lambda)
SOURCES = {}


def text_in(node):
    """The text of a literal; None of anything else."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError):
        return None
    return value if isinstance(value, str) else None


def last_name(node):
    """`Node` of Node, flowpipe.Node and flowpipe.Node(outputs=[]); None of anything else."""
    node = node.func if isinstance(node, ast.Call) else node
    return getattr(node, "attr", None) or getattr(node, "id", None)


def runs_never(test):
    """Whether a condition is false in an import: `__name__ == "__main__"`, `TYPE_CHECKING`."""
    if last_name(test) == "TYPE_CHECKING":
        return True
    sides = [test.left] + test.comparators if isinstance(test, ast.Compare) else []
    return {"__name__", "__main__"} <= {getattr(side, "id", None) or text_in(side) for side in sides}


def shallow(node):
    """The node and what is in it, without the insides of other functions and classes."""
    todo = [node]
    while todo:
        current = todo.pop()
        yield current
        todo += [child for child in ast.iter_child_nodes(current) if not isinstance(child, SCOPES)]


class Source:
    """The names that a module binds, as far as its text tells."""

    def __init__(self, path, module):
        self.path, self.module = path, module
        self.bound, self.unrun, self.stars = {}, {}, []
        self.tree = ast.parse("")
        try:
            with open(path, "rb") as source:
                self.tree = ast.parse(source.read())
        except SyntaxError as error:
            BROKEN[path] = error
        except (OSError, ValueError, RecursionError):
            self.stars = [None]  # a library: there is no telling what is in it
        names = {getattr(part, "id", None) or getattr(part, "attr", None) for part in ast.walk(self.tree)}
        self.is_dynamic = bool(names & {"exec", "globals", "modules"}) or None in self.stars
        self.walk(self.tree.body, self.bound)
        for part in ast.walk(self.tree):
            for name in part.names if isinstance(part, ast.Global) else ():
                self.bound.setdefault(name, None)
        self.is_dynamic = self.is_dynamic or "__getattr__" in self.bound

    def walk(self, body, into):
        for part in body:
            if isinstance(part, FUNCTIONS + (ast.ClassDef,)):
                into[part.name] = part
            elif isinstance(part, (ast.Import, ast.ImportFrom)):
                self.imported(part, into)
            elif isinstance(part, ast.If) and runs_never(part.test):
                self.walk(part.body, self.unrun)
                self.walk(part.orelse, into)
            else:
                self.stored(part, into)

    def stored(self, part, into):
        """A statement: what it binds itself, and what the statements in it do."""
        blocks = [getattr(part, name, []) for name in ("body", "orelse", "finalbody")]
        inner = list(getattr(part, "handlers", [])) + list(getattr(part, "cases", []))
        blocks += [block.body for block in inner]
        held = {id(one) for block in blocks for one in block}
        todo = [part]
        while todo:
            current = todo.pop()
            if isinstance(current, ast.Name) and isinstance(current.ctx, ast.Store):
                into[current.id] = part if isinstance(part, ast.Assign) else None
            todo += [child for child in ast.iter_child_nodes(current) if id(child) not in held and not isinstance(child, SCOPES)]
        for block in blocks:
            self.walk(block, into)

    def imported(self, part, into):
        for alias in part.names:
            if alias.name == "*":
                self.stars.append(self.absolute(part))
            else:
                into[alias.asname or alias.name.split(".")[0]] = part

    def absolute(self, part):
        """The name of the module that `from … import` names."""
        package = self.module.split(".")
        package = package if os.path.basename(self.path) == "__init__.py" else package[:-1]
        above = package[: len(package) - part.level + 1] if part.level else []
        return ".".join(above + ([part.module] if part.module else []))

    def find(self, name, known=()):
        """The source and the statement that bind a name; the statement is None where there is no telling."""
        if name in self.bound:
            return self, self.bound[name]
        for star in self.stars:
            source = source_of(star) if star and star not in known else None
            if source is None or source.is_dynamic:
                return self, None
            found = source.find(name, tuple(known) + (star,))
            if found:
                return found
        return (self, None) if self.is_dynamic else None

    def definition(self, name, depth=0):
        """The function or class that a name means here, through imports; None where there is no telling."""
        found = self.find(name)
        source, part = found if found else (self, None)
        if isinstance(part, ast.ImportFrom) and depth < 8:
            real = [alias.name for alias in part.names if (alias.asname or alias.name) == name]
            other = source_of(source.absolute(part))
            return other.definition(real[0], depth + 1) if other and real else None
        return (source, part) if isinstance(part, FUNCTIONS + (ast.ClassDef,)) else None

    def owner(self, name):
        """The function or class in which another one of this name is defined, with the line; None where there is none."""
        for outer in ast.walk(self.tree):
            for part in outer.body if isinstance(outer, FUNCTIONS + (ast.ClassDef,)) else ():
                inside = [one for one in shallow_statements(part) if isinstance(one, FUNCTIONS + (ast.ClassDef,)) and one.name == name]
                if inside:
                    return "class %s" % outer.name if isinstance(outer, ast.ClassDef) else "%s()" % outer.name, inside[0].lineno
        return None


def shallow_statements(part):
    """A statement and those in it, but not those in functions and classes."""
    yield part
    if not isinstance(part, SCOPES):
        for child in ast.iter_child_nodes(part):
            for one in shallow_statements(child):
                yield one


def source_of(module, path=None):
    """A module's names; None where no Python text of it is found."""
    path = path or origin_of(module)
    if not path or not path.endswith((".py", ".pyw")):
        return None
    if path not in SOURCES:
        SOURCES[path] = Source(path, module)
    return SOURCES[path]


def default_names(args):
    """Names of a function's parameters, in order, each with whether it may be left out."""
    positional = getattr(args, "posonlyargs", []) + args.args
    free = len(positional) - len(args.defaults)
    pairs = [(arg.arg, i >= free) for i, arg in enumerate(positional)]
    return pairs, [(arg.arg, default is not None) for arg, default in zip(args.kwonlyargs, args.kw_defaults)]


def function_facts(source, part):
    """What a node of this function needs. Its inputs are null where a decorator may change them."""
    pairs, _ = default_names(part.args)
    nodes = {"Node"} | {alias.asname for one in ast.walk(source.tree) if isinstance(one, ast.ImportFrom) for alias in one.names if alias.name == "Node"}
    plain = len(part.decorator_list) <= 1 and all(last_name(one) in nodes for one in part.decorator_list)
    inputs = [{"name": name, "optional": optional} for name, optional in pairs if name != "self"]
    later = "async" if isinstance(part, ast.AsyncFunctionDef) else None
    if any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in shallow(part)):
        later = "generator"
    return {"state": "function", "line": part.lineno, "inputs": inputs if plain else None, "later": later}


def dataclass_facts(part):
    """Parameters of the constructor that @dataclass writes; None where the class is none."""
    if "dataclass" not in [last_name(one) for one in part.decorator_list]:
        return None
    fields = [one for one in part.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    return [(one.target.id, one.value is not None) for one in fields], []


def constructor(source, part, depth=0):
    """(positional, keyword-only, takes any) of the constructor; None where there is no telling."""
    written = [one for one in part.body if isinstance(one, FUNCTIONS) and one.name == "__init__"]
    if written:
        positional, keyword = default_names(written[-1].args)
        return positional[1:], keyword, written[-1].args.kwarg is not None
    fields = dataclass_facts(part)
    if fields:
        return fields + (False,)
    if part.decorator_list or depth > 8:
        return None
    for base in part.bases:
        found = source.definition(base.id) if isinstance(base, ast.Name) else None
        if not found or found[0].module.split(".")[0] == "flowpipe" or not isinstance(found[1], ast.ClassDef):
            return None
        return constructor(found[0], found[1], depth + 1)
    return None


def class_facts(source, part):
    """What flowpipe, which calls the class with graph=None alone, would miss; and inputs that have to have a value."""
    found = constructor(source, part)
    positional, keyword, takes_any = found or ([], [], True)
    needs = [name for name, optional in positional + keyword if not optional and name != "graph"]
    takes_graph = takes_any or "graph" in [name for name, _ in positional + keyword]
    return {"state": "class", "line": part.lineno, "needs": needs, "takes_graph": takes_graph, "inputs": class_inputs(part)}


def class_inputs(part):
    """Inputs that compute() has to be given, of those that the constructor makes without a value."""
    methods = {one.name: one for one in part.body if isinstance(one, FUNCTIONS)}
    if "compute" not in methods or "__init__" not in methods:
        return None
    calls = [one for one in ast.walk(methods["__init__"]) if isinstance(one, ast.Call) and last_name(one) == "InputPlug"]
    bare = {text_in(one.args[0]) for one in calls if one.args and len(one.args) < 3 and "value" not in [word.arg for word in one.keywords]}
    pairs, keyword = default_names(methods["compute"].args)
    return [{"name": name, "optional": optional or name not in bare} for name, optional in pairs[1:] + keyword]


def name_facts(source, name):
    """What there is of a name that flowpipe asks the module for."""
    if name == "<lambda>":
        return {"state": "lambda"}
    found = source.find(name)
    if found:
        definition = source.definition(name)
        if not definition:
            return {"state": "unknown"}
        at, part = definition
        return class_facts(at, part) if isinstance(part, ast.ClassDef) else function_facts(at, part)
    if name in source.unrun:
        return {"state": "unrun", "line": getattr(source.unrun[name], "lineno", 0)}
    owner = source.owner(name)
    if owner:
        return {"state": "inside", "owner": owner[0], "line": owner[1]}
    kinds = FUNCTIONS + (ast.ClassDef,)
    near = get_close_matches(name, [one for one, part in source.bound.items() if isinstance(part, kinds)], 1)
    return {"state": "absent", "near": near[0] if near else None}


def is_same(one, other):
    """Whether two files are one, or hold the same."""
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        with open(one, "rb") as left, open(other, "rb") as right:
            return left.read() == right.read()
    except OSError:
        return False


def fault(error):
    """A syntax error with its place."""
    return {"line": error.lineno or 0, "message": error.msg}


def facts_of(module, file, names, code):
    """What the text of a module says of these names. `code`: the files that an import reads."""
    before = list(sys.path)
    sys.path += folders_of(file) if file else []
    try:
        origin, own = origin_of(module), file if os.path.isfile(file) else None
        source = source_of(module, origin or own)
        other = source_of(module, own) if origin and own and not is_same(origin, own) else None
        found = {}
        for name in names if source else ():
            facts = name_facts(source, name)
            # what the module lacks flowpipe takes out of the file
            lacks = facts["state"] in ("absent", "inside", "unrun")
            found[name] = dict(name_facts(other, name) if other and lacks else facts, other=bool(other and not lacks))
        broken = [dict(fault(BROKEN[path]), file=path) for path in dict.fromkeys([source.path] + code if source else code) if path in BROKEN]
        shadowed = origin if other else None
        return {"path": source.path if source else None, "names": found, "broken": broken, "shadowed": shadowed, "standard": bool(shadowed and is_standard(shadowed))}
    finally:
        sys.path[:] = before
