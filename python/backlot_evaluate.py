"""Evaluates one flowpipe node for Backlot; the protocol is docs/protocol.md.

    backlot_evaluate.py TASK.json             evaluates a node, writes result.json beside the task
    backlot_evaluate.py --graph FILE OUT [CHOICE]   writes the graph that a Python file builds as flowpipe's JSON
    backlot_evaluate.py --check REQUEST OUT   says what this interpreter can import, importing nothing

Needs nothing but the user's flowpipe, and for the last two the files of its folder; the syntax is Python 3.7's. Exit codes:
0 done, 1 failed, 2 wrong usage.
"""
HOST_NAMES = {name: value for name, value in globals().items() if name not in ("__file__", "__doc__")}

import ast
import collections.abc
import dataclasses
import enum
import os
import sys

HERE = os.path.dirname(os.path.realpath(globals().get("__file__", "")))
if sys.path and sys.path[0] and os.path.realpath(sys.path[0]) == HERE:
    del sys.path[0]  # the evaluator's own folder: what lies there must not shadow the user's modules

import glob
import importlib.util
import inspect
import itertools
import json
import re
import time
import traceback
import types
import warnings
from importlib.machinery import PathFinder, SourceFileLoader

PROTOCOL = 1
PARTS = {}
MAX_DEPTH = 890  # Backlot reads 900 levels, and the files around a value take some of them
USAGE = "usage: backlot_evaluate.py TASK.json, or --graph FILE OUT [CHOICE], or --check REQUEST OUT"


class Failure(Exception):
    """
    An expected failure: a sentence for the user, and the exception behind it or the kind that it is like; `choices`:
    names of graphs or functions one of which would do.
    """

    def __init__(self, message, cause=None, kind="RuntimeError", choices=()):
        Exception.__init__(self, message)
        self.choices = list(choices)
        self.cause = cause
        self.kind = kind if cause is None else type(cause).__name__


def part(name):
    """A module beside this one that only Backlot's own calls need: what evaluates tasks travels to farms without it."""
    if "backlot_" + name in PARTS:
        return PARTS["backlot_" + name]
    path = os.path.join(os.path.dirname(os.path.realpath(text_of.__code__.co_filename)), "backlot_%s.py" % name)
    own = {key: value for key, value in globals().items() if not key.startswith("__")}
    sys.modules.setdefault("backlot_evaluate", types.ModuleType("backlot_evaluate")).__dict__.update(own)
    spec = importlib.util.spec_from_file_location("backlot_" + name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    PARTS["backlot_" + name] = module
    return module


def text_of(error):
    """The exception's own words on any terms: its __str__ may raise."""
    try:
        if isinstance(error, SystemExit):
            return "it called exit(%s)" % ("" if error.code is None else repr(error.code))
        return str(error)
    except BaseException:
        return "(its message cannot be read)"


def error_of(error):
    """The `error` member of a result; the traceback begins behind the evaluator's own frames."""
    cause, kind = (error.cause, error.kind) if isinstance(error, Failure) else (error, type(error).__name__)
    trace = "%s: %s\n" % (kind, text_of(error))
    try:
        frames = cause.__traceback__
        while frames and frames.tb_frame.f_code.co_filename == text_of.__code__.co_filename:
            frames = frames.tb_next
        trace = "".join(traceback.format_exception(type(cause), cause, frames))
    except BaseException:
        pass  # no exception is behind it, or one that cannot be shown
    return {"type": kind, "message": text_of(error), "traceback": trace}


def settle_streams():
    """Flushes what was printed; drops a broken stream, for which Python would exit with 120."""
    spare = os.open(os.devnull, os.O_RDWR)
    while spare < 3:  # a node closed 0, 1 or 2: what it printed must not end in the next file that is opened
        spare = os.open(os.devnull, os.O_RDWR)
    os.close(spare)
    for name in ("stdout", "stderr", "__stdout__", "__stderr__"):
        try:
            getattr(sys, name).flush()
        except Exception:
            setattr(sys, name, None)


def say(text):
    """Writes to the log, also where the node closed or replaced sys.stderr."""
    settle_streams()
    data = (text.rstrip("\n") + "\n").encode("utf-8", "backslashreplace")
    try:
        while data:
            data = data[os.write(2, data) :]
    except OSError:
        pass  # there is no log to write to


ENCODER = {"call": None, "interpreter": "python"}
OWN_ENCODER = "backlot:encode"


LISTED = (range, collections.deque, collections.abc.MappingView)


def plain(value):
    """A usual value that is no JSON as one that is; the value itself where it is none of those. None of them is changed."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    for name in ("isoformat", "tolist"):  # dates and times; arrays and their numbers
        method = getattr(value, name, None)
        if callable(method) and not isinstance(value, type):
            return method()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=lambda part: (type(part).__name__, repr(part) if not isinstance(part, (int, float, str)) else part))
    if isinstance(value, LISTED):
        return list(value)
    return dict(value) if isinstance(value, collections.abc.Mapping) else value


def instead_of(value):
    """What a node would write in place of a value that is no JSON."""
    kinds = (("isoformat", ".isoformat()"), ("tolist", ".tolist()"), ("__fspath__", "str(…)"), ("__dataclass_fields__", "dataclasses.asdict(…)"))
    found = [text for name, text in kinds if hasattr(value, name)]
    if isinstance(value, enum.Enum):
        found = ["its .value"]
    if isinstance(value, (set, frozenset)):
        found = ["sorted(…)"]
    if isinstance(value, (bytes, bytearray)):
        found = ["the path of a file that holds them, or base64 text"]
    if isinstance(value, type):
        found = ["its name"]
    if not found and isinstance(value, collections.abc.Iterable):
        found = ["dict(…)" if isinstance(value, collections.abc.Mapping) else "list(…)"]
    return found[0] if found else "texts, numbers, lists and dictionaries"


def encoded(value):
    """What json.dumps asks for a value that it does not know: the encoder's answer, else how it is mended."""
    if ENCODER["call"]:
        return ENCODER["call"](value)
    said = "Object of type %s is not JSON serializable; write %s in its place" % (type(value).__name__, instead_of(value))
    known = plain(value) is not value
    which = OWN_ENCODER if known else "MODULE:FUNCTION"
    raise TypeError("%s, or let an encoder do it: backlot interpreter set %s --encoder %s" % (said, ENCODER["interpreter"], which))


def encode(value):
    """Backlot's own encoder: paths, dates, enums, dataclasses, sets, arrays and their numbers."""
    known = plain(value)
    if known is value:
        raise TypeError("Object of type %s is not JSON serializable, and %s does not know it" % (type(value).__name__, OWN_ENCODER))
    return known


def use_encoder(name, interpreter):
    """From now on a value that is no JSON is handed to this function, `module:function`; empty: to none."""
    ENCODER.update(call=None, interpreter=interpreter or "python")
    if not name:
        return
    module, _, path = name.partition(":")
    try:
        found = encode if name == OWN_ENCODER else importlib.import_module(module)
        for part in path.split(".") if name != OWN_ENCODER else ():
            found = getattr(found, part)
        if not callable(found):
            raise TypeError("it is no function")
    except Exception as error:
        raise Failure("the encoder %r of the interpreter %r cannot be used: %s" % (name, interpreter, text_of(error)), error)
    ENCODER["call"] = found


def culprit(value, path, error, default, above=()):
    """Path and error of the innermost part that JSON cannot hold; one that contains itself ends the search."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for key, part in parts if id(value) not in above else ():
        try:
            json.dumps(part, default=default)
        except Exception as inner:
            step = ".%s" % (key,) if isinstance(value, dict) else "[%d]" % key
            return culprit(part, path + step, inner, default, above + (id(value),))
    return path, error


def told_behind(error):
    """The error, where code of the user's stands in its traceback; None where a sentence says all of it."""
    ours = (os.path.dirname(text_of.__code__.co_filename), os.path.dirname(json.__file__))
    places = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    return error if any(os.path.dirname(place) not in ours for place in places) else None


def key_text(key):
    """A dictionary's key as JSON has it."""
    return key if isinstance(key, str) else json.dumps(key)


def other_keys(value, where):
    """The dictionaries in a value whose keys are not all texts, each with its path."""
    todo = [(value, where)]
    while todo:
        part, path = todo.pop()
        if isinstance(part, dict):
            todo += [(item, "%s.%s" % (path, key)) for key, item in part.items() if isinstance(item, (dict, list, tuple))]
            if not all(isinstance(key, str) for key in part):
                yield part, path
        elif isinstance(part, (list, tuple)):
            todo += [(item, "%s[%d]" % (path, at)) for at, item in enumerate(part) if isinstance(item, (dict, list, tuple))]


def keys_as_texts(value, where):
    """Path and a key of each dictionary that gets texts in place of other keys; refuses keys of which two would be one."""
    found = []
    for part, path in other_keys(value, where):
        known = {}
        for key in part:
            text = key_text(key)
            if text in known:
                what = "the keys %r and %r are both %s in JSON, so one would be lost; use texts that differ" % (known[text], key, json.dumps(text))
                raise Failure("%s cannot be written as JSON: %s" % (path, what), kind="ValueError")
            known[text] = key
        found.append((path, next(key for key in part if not isinstance(key, str))))
    return found


def json_text(value, where, default=None):
    """json.dumps, with a failure that names the part of `where` that cannot be written (quirk Q38)."""
    default, made = default or encoded, []

    def answered(part):
        made.append(default(part))
        return made[-1]

    try:
        text = json.dumps(value, default=answered)
    except RecursionError:
        raise Failure("%s is nested too deep to be written as JSON" % where, kind="RecursionError")
    except Exception as error:
        path, error = culprit(value, where, error, default)
        mend = "; make texts of its keys" if text_of(error).startswith("keys must be ") else ""
        raise Failure("%s cannot be written as JSON: %s%s" % (path, text_of(error), mend), told_behind(error), type(error).__name__)
    for part in [value] + made:
        keys_as_texts(part, where)
    if text.count("[") + text.count("{") > MAX_DEPTH:
        brackets = re.sub(r'"(?:[^"\\]|\\.)*"|[^]["{}]+', "", text)
        if max(itertools.accumulate(1 if mark in "[{" else -1 for mark in brackets)) > MAX_DEPTH:
            raise Failure("%s is nested deeper than %d levels" % (where, MAX_DEPTH), kind="ValueError")
    return text


def write_file(path, text, durable=True):
    """Writes the whole file or nothing: a temporary file of the same folder takes its place. `durable`: on the disk."""
    temporary = "%s.%d.tmp" % (path, os.getpid())
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            if durable:
                out.flush()
                os.fsync(out.fileno())
        os.replace(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def origin_of(name):
    """The file of a module, looked up part by part so that nothing is imported; None where there is no code."""
    finders, places, spec = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")], None, None
    try:
        for part in name.split(".") if name != "__main__" else ():
            spec = next(filter(None, (finder.find_spec(part, places) for finder in finders)))
            finders, places = [PathFinder], list(spec.submodule_search_locations or ())
        return spec.origin if spec.origin != "namespace" else None
    except Exception:
        return None


def is_standard(path):
    """Whether a file comes with Python itself."""
    inside = path.startswith(os.path.dirname(os.__file__) + os.sep)
    return inside and "-packages" + os.sep not in path


BROKEN = {}


def imports_of(path, name):
    """The names of modules that a source file imports, wherever in its text; those of `from` may be attributes."""
    try:
        with open(path, "rb") as source:
            tree = ast.parse(source.read())
    except SyntaxError as error:
        BROKEN[path] = error
        return []
    except (OSError, ValueError, RecursionError):
        return []  # a library, or no source that this Python reads
    package = name.split(".") if os.path.basename(path) == "__init__.py" else name.split(".")[:-1]
    found = []
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            found += [alias.name for alias in part.names]
        if isinstance(part, ast.ImportFrom):
            above = package[: len(package) - part.level + 1] if part.level else []
            module = ".".join(above + ([part.module] if part.module else []))
            found += [module] + ["%s.%s" % (module, alias.name) for alias in part.names]
    return found


def package_of(path):
    """The package that a file lies in, by its dotted name, and the folder that it is imported from; "" where it lies in none."""
    folder, names = os.path.dirname(os.path.abspath(path)), []
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder, name = os.path.split(folder)
        names.insert(0, name)
    return ".".join(names), folder


def folders_of(path):
    """Where the modules beside a file are looked for: its own folder, and the one that holds its package."""
    package, root = package_of(path)
    return [os.path.dirname(os.path.abspath(path))] + ([root] if package else [])


def code_of(name, file):
    """The files that importing a module reads, as far as their text tells; nothing is imported. Of installed packages,
    other than the module's own, only the entrance is among them."""
    before = list(sys.path)
    sys.path += folders_of(file) if file else []
    try:
        found, todo = {}, [(name, origin_of(name) or (file if os.path.isfile(file) else None))]
        while todo:
            module, path = todo.pop()
            if not path or path in found or not os.path.isfile(path) or is_standard(path):
                continue
            found[path] = module
            own = module.split(".")[0] == name.split(".")[0]
            others = imports_of(path, module) if own or "-packages" + os.sep not in path else []
            parent = module.rpartition(".")[0]
            todo += [(other, origin_of(other)) for other in others + ([parent] if parent else [])]
        return sorted(found)
    finally:
        sys.path[:] = before


VERSIONS = {}


def version_of(origin):
    """The version of the flowpipe at this file, looked up once; one that was not installed by pip has no known version."""
    if origin not in VERSIONS:
        folders = [os.path.dirname(os.path.dirname(origin))] + list(map(str, sys.path))
        infos = [info for folder in folders for info in glob.glob(os.path.join(glob.escape(folder), "flowpipe-*-info"))]
        found = re.match(r"flowpipe-(\d+[^-]*?)(\.dist|\.egg|-)", os.path.basename(infos[0])) if infos else None
        VERSIONS[origin] = found.group(1) if found else "unknown"
    return VERSIONS[origin]


def this_evaluator():
    """The `evaluator` member of a result."""
    origin = getattr(sys.modules.get("flowpipe"), "__file__", None) or origin_of("flowpipe")
    flowpipe = version_of(origin) if origin else None
    return {"language": "python", "version": "%d.%d.%d" % sys.version_info[:3], "flowpipe": flowpipe}


def import_flowpipe():
    """The user's flowpipe, or one sentence about what this Python lacks (quirk Q58)."""
    try:
        return importlib.import_module("flowpipe")
    except Exception as error:
        python = "the Python %d.%d at %s" % (sys.version_info[0], sys.version_info[1], sys.executable)
        advice = "; install flowpipe and typing_extensions for it" if isinstance(error, ImportError) else ""
        raise Failure("%s cannot import flowpipe: %s%s" % (python, text_of(error), advice), error)


def import_first(name):
    """Imports the node's module. Where there is none flowpipe turns to the file; what it lacks itself is an error."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not (name + ".").startswith("%s." % error.name):
            raise


def name_files():
    """A module that flowpipe loads from a file knows that file, as an imported one does: flowpipe leaves `__file__` out."""
    load = SourceFileLoader.exec_module

    def exec_module(self, module):
        module.__dict__.setdefault("__file__", self.path)
        return load(self, module)

    SourceFileLoader.exec_module = exec_module


name_files()


def asked_of(error):
    """What argparse found wrong with a file's own arguments; None where it did not end the file."""
    if not isinstance(error, SystemExit):
        return None
    last = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    said = [frame.f_locals.get("message") for frame in last if frame.f_globals.get("__name__") == "argparse" and frame.f_code.co_name == "error"]
    return said[0] if said else None


def load_node(record):
    """The node as flowpipe's from_json makes it; where record and code do not fit, both are named (quirk Q41)."""
    flowpipe, path = import_flowpipe(), record.setdefault("file_location", None)
    sys.modules["module"] = types.ModuleType("module")  # what flowpipe calls the file that it loads a class from:
    sys.modules["module"].__file__ = path  # without it, it cannot tell that class's file
    sys.path += folders_of(path) if path else []
    code = record.get("func") or record
    try:
        import_first(code["module"])
        return flowpipe.INode.from_json(record)
    except BaseException as error:
        lost = error.args[0] if isinstance(error, KeyError) and error.args else None
        sides = [side[:-1] for side in ("inputs", "outputs") if lost in record.get(side, {})]
        why = "its code has no %s %r any more" % (" or ".join(sides), lost) if sides else text_of(error)
        asked = asked_of(error)
        if asked:
            why = 'it reads the command line when it is imported (%s); move that below if __name__ == "__main__", or the node into a module of its own' % asked
        who = "the node %r of the module %r" % (record.get("name"), code.get("module"))
        raise Failure("%s cannot be loaded: %s" % (who, why), error)


def read_result(path, task):
    """The outputs of a task that has to have run before."""
    try:
        with open(path, encoding="utf-8") as source:
            outputs = json.load(source).get("outputs")
    except Exception as error:
        raise Failure("the result of the task %r cannot be read; run it first (%s)" % (task, text_of(error)), error)
    if outputs is None:
        raise Failure("the task %r failed; run it again first" % task)
    return outputs


def merge(values, rule, name):
    """What the values of an output's batches are together; `rule` None lets the values decide."""
    if len(values) < 2:
        return values[0] if values else None
    same = len({json.dumps(value, separators=(",", ":")) for value in values}) == 1
    lists = all(isinstance(value, list) for value in values)
    objects = all(isinstance(value, dict) for value in values)
    rule = rule or ("same" if same else "concat" if lists else "object" if objects else "list")
    if not {"same": same, "concat": lists, "object": objects, "list": True, "last": True}.get(rule):
        raise Failure("the batches of the output %r do not fit the merge rule %r" % (name, rule), kind="ValueError")
    if rule == "concat":
        return list(itertools.chain.from_iterable(values))
    if rule == "object":
        return dict(item for value in values for item in value.items())
    return values if rule == "list" else values[-1]


def read_node_file(path):
    """A bundle's file about a node: its record, and where the results of its tasks are."""
    try:
        with open(path, encoding="utf-8") as source:
            return json.load(source)
    except Exception as error:
        raise Failure("the node file %s cannot be read: %s" % (path, text_of(error)), error)


def is_whole(plug):
    """Whether the value of a result's output is its own, and not made of its sub-plugs."""
    return plug.get("whole", False) or plug.get("value") is not None or not plug["sub_plugs"]


def whole_of(plug):
    """One batch's value of an output that others returned whole; null where it returned nothing."""
    parts = plug["sub_plugs"]
    return plug.get("value") if is_whole(plug) or all(part is None for part in parts.values()) else parts


def linked_value(link, folder):
    """The value of a link's source; a plug that is made of its sub-plugs is merged key by key."""
    if link.get("from") is not None:
        path = os.path.join(folder, link["from"])
        link, folder = dict(link, **read_node_file(path)), os.path.dirname(path)
    results = [read_result(os.path.join(folder, path), task) for path, task in zip(link["results"], link["tasks"])]
    name, key, rule = link["output"], link.get("outputKey"), link.get("merge")
    plugs = [outputs[name] for outputs in results if name in outputs]
    subs = {}
    for sub, value in (item for plug in plugs for item in plug["sub_plugs"].items()):
        subs.setdefault(sub, []).append(value)
    if key is not None:
        return merge(subs.get(key, []), rule, "%s.%s" % (name, key))
    if subs and not any(map(is_whole, plugs)):
        return {sub: merge(values, rule, "%s.%s" % (name, sub)) for sub, values in subs.items()}
    return merge([whole_of(plug) for plug in plugs], rule, name)


def complete(record):
    """The record with all that flowpipe's from_json asks for: before 0.5 plugs had no sub-plugs, and editors leave them out."""
    for plug in itertools.chain(record["inputs"].values(), record["outputs"].values()):
        plug.setdefault("sub_plugs", {})
    return record


def resolve_links(record, links, folder):
    """Puts the linked values into the record; where a plug has sub-plugs theirs win, as in flowpipe (quirk Q45)."""
    for link in links:
        plug = record["inputs"].get(link["plug"])
        if plug is None:
            raise Failure("a link leads to the input %r, which the record lacks" % link["plug"], kind="KeyError")
        if link.get("key") is not None:
            plug = plug["sub_plugs"].setdefault(link["key"], {})
        plug["value"] = linked_value(link, folder)


def run_setup(task):
    """The code that starts the Python of a DCC up, in a namespace of its own."""
    try:
        exec(compile(task.get("setup") or "", "<setup>", "exec"), {"__name__": "__backlot_setup__"})
    except BaseException as error:
        raise Failure("the setup of the interpreter %r failed: %s" % (task.get("interpreter"), text_of(error)), error)


def set_frames(node, frames):
    """Sets the batch's frames as the VALUE of the plug (quirk Q04)."""
    plug = node.inputs.get("frames")
    if plug is None or plug.sub_plugs:
        why = "has no input 'frames'" if plug is None else "has sub-plugs in its input 'frames'"
        raise Failure("the node %r %s, so it cannot be run in batches" % (node.name, why), kind="KeyError")
    plug.value = frames


MAX_FRAMES = 1000000
MAX_SAFE = 2**53 - 1
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # what JavaScript takes for space
PIECE = re.compile("[{0}]*(-?[0-9]+)[{0}]*(?:-[{0}]*(-?[0-9]+)[{0}]*(?:x[{0}]*([0-9]+)[{0}]*)?)?".format(SPACE))


def safe_number(digits):
    """The number; None where JavaScript could not hold it exactly."""
    plain = digits.lstrip("-").lstrip("0")
    number = int(digits) if len(plain) < 17 else MAX_SAFE + 1  # int() refuses very long ones
    return number if abs(number) <= MAX_SAFE else None


def frames_of_range(text):
    """`1-100`, `1-100x2`, `1-10,20`, `-5-5`, `10-1`: the twin of parseFrameRange in src-main/domain/frames.ts."""
    frames, shown = [], json.dumps(text, ensure_ascii=False)
    for part in text.split(","):
        match = PIECE.fullmatch(part)
        if not match:
            piece = json.dumps(re.sub("^[{0}]+|[{0}]+$".format(SPACE), "", part), ensure_ascii=False)
            raise Failure("%s is no frame range: %s is not like 1-100, 1-100x2 or 7" % (shown, piece))
        step = match.group(3) or "1"
        if not step.strip("0"):
            raise Failure("%s steps by 0; a step is at least 1" % shown)
        first, last = safe_number(match.group(1)), safe_number(match.group(2) or match.group(1))
        if first is None or last is None or abs(last - first) > MAX_SAFE:
            raise Failure("%s has a frame number above 2^53" % shown)
        span, step = abs(last - first), safe_number(step) or MAX_SAFE
        if len(frames) + span // step + 1 > MAX_FRAMES:
            raise Failure("%s has more than %d frames; split the node or shorten the range" % (shown, MAX_FRAMES))
        sign = 1 if last > first else -1
        frames += [first + sign * at for at in range(0, span + 1, step)]
    return frames


def frame_key(frame):
    """Frames that people call the same: 2, 2.0, "2" and "0002" are."""
    if isinstance(frame, str):
        number = safe_number(frame) if re.fullmatch("-?[0-9]+", frame) else None
        return frame if number is None else number
    return int(frame) if abs(frame) <= MAX_SAFE and frame == int(frame) else frame


def frames_given(value, only):
    """The twin of framesGiven in src-main/domain/frames.ts: what upstream gave, read as any node's frames; `only`: --frames."""
    if isinstance(value, str):
        value = frames_of_range(value)
    if not isinstance(value, list):
        text = json.dumps(value)
        what = text if len(text) <= 40 else "object" if isinstance(value, dict) else "number"
        raise Failure('frames is %s; it should be a list or a range text such as "1-100x2"' % what)
    if len(value) > MAX_FRAMES:
        raise Failure("frames lists %d frames; the most is %d" % (len(value), MAX_FRAMES))
    for frame in value:
        if isinstance(frame, bool) or not isinstance(frame, (int, float, str)):
            raise Failure("frames holds %s; a frame is a number or a text" % json.dumps(frame)[:40])
    if not value:
        raise Failure("no frames")
    wanted = None if only is None else set(map(frame_key, only))
    chosen = [frame for frame in value if wanted is None or frame_key(frame) in wanted]
    if not chosen:
        raise Failure("none of the frames asked for (%s)" % ", ".join(map(str, only))[:40])
    return chosen


def frames_from(record, how):
    """The frames of a node that is batched by upstream's, on a farm: nobody could batch it before."""
    plug = record["inputs"].get("frames") or {}
    try:
        return frames_given(plug.get("value"), how.get("only"))
    except Failure as failure:
        message = "%s cannot be batched by %s: %s" % (record.get("name"), how.get("source"), text_of(failure))
        raise Failure(message, kind="ValueError")


def check_returned(node, returned):
    """Refuses what flowpipe cannot put into the node's outputs or JSON cannot hold (quirks Q38, Q50)."""
    if returned and not hasattr(returned, "items"):
        what = type(returned).__name__
        raise Failure("the node returned a value of type %s; it should return a dictionary of its outputs" % what, kind="TypeError")
    for key, value in (returned or {}).items():
        parts = key.split(".") if isinstance(key, str) else ()
        if len(parts) not in (1, 2) or parts[0] not in node.outputs:
            names = ", ".join(node.outputs) or "none"
            raise Failure("the node returned %r, which is none of its outputs (%s)" % (key, names), kind="KeyError")
        json_text(value, key)
        for path, other in keys_as_texts(value, key)[:1]:
            say("backlot: %s: keys that are no texts go on as texts, such as %r as %s" % (path, other, json.dumps(key_text(other))))


def evaluate(node):
    """Runs the node, its outputs cleared before (quirk Q51); returns what it returned, and the seconds it took."""
    for plug in node.all_outputs().values():
        plug.value = None
    compute, gave = node.compute, {}

    def checked(*args, **kwargs):
        returned = compute(*args, **kwargs)
        check_returned(node, returned)
        gave.update(returned or {})
        return returned

    node.compute = checked
    begin = time.perf_counter()
    try:
        node.evaluate()
    except SystemExit as error:
        raise Failure(text_of(error).replace("it", "the node", 1), error)
    return gave, time.perf_counter() - begin


def keyed(value):
    """The parts of a dictionary by their keys as JSON has them; anything else has none."""
    parts = value.items() if isinstance(value, dict) else ()
    return {key_text(key): part for key, part in parts}


def pushed(plug):
    """What flowpipe hands on to all that is connected to the plug itself; its `value` is made of the sub-plugs (quirk Q46)."""
    return getattr(plug, "_value", None) if plug.sub_plugs else plug.value


def output_text(plug, name, gave):
    """The text of one output. Sub-plugs that were not returned by themselves get their part of a dictionary that was."""
    whole = pushed(plug)
    found = keyed(whole)
    subs = [(key, found.get(key) if sub.value is None else sub.value) for key, sub in plug.sub_plugs.items()]
    texts = [(key, json_text(value, "%s.%s" % (name, key))) for key, value in subs]
    parts = "{%s}" % ", ".join("%s: %s" % (json.dumps(key), text) for key, text in texts)
    value = json_text(whole, name)
    if not subs:
        return '{"value": %s, "sub_plugs": {}}' % value
    if value != parts and (whole is not None or gave.get(name, "") is None):
        return '{"value": %s, "sub_plugs": %s, "whole": true}' % (value, parts)
    return '{"value": null, "sub_plugs": %s}' % parts


def say_of_parts(record, node, gave):
    """Says in the log where a dictionary that was returned whole and its sub-plugs do not go together as one expects."""
    for name, whole in ((name, gave[name]) for name in node.outputs if name in gave and node.outputs[name].sub_plugs):
        known = record["outputs"].get(name, {}).get("sub_plugs", {})
        fed = [key for key, sub in known.items() if sub["connections"] and "%s.%s" % (name, key) not in gave]
        parts, left = keyed(whole), keyed(pushed(node.outputs[name]))
        taken, absent = [key for key in fed if key in parts], [key for key in fed if key not in parts]
        lost = [key for key in parts if key not in left]
        if taken and not lost:
            say("backlot: %s: taken from the dictionary that was returned; flowpipe itself hands null on" % listed(name, taken))
        if absent:
            say("backlot: %s: null, as what was returned for %r has no such part" % (listed(name, absent), name))
        if lost:
            say("backlot: %s: lost, as parts were returned after the dictionary; return it last" % listed(name, lost))


def listed(name, keys):
    return ", ".join("%s.%s" % (name, key) for key in keys)


def leave_word(word):
    """Says something to the rehearsal that traces this process: a path that is looked for and is not there."""
    try:
        os.stat("/backlot-phase/" + word)
    except (OSError, ValueError):
        pass


def watch_variables():
    """From now on each environment variable that code asks for is said to the rehearsal, once."""
    kind, known = type(os.environ), set()
    look_up = kind.__getitem__

    def asked(self, key):
        if self is os.environ and isinstance(key, str) and key not in known:
            known.add(key)
            leave_word("variable/" + key.replace("%", "%25").replace("/", "%2F"))
        return look_up(self, key)

    kind.__getitem__ = asked  # `in`, get() and os.getenv() come by here as well


def run_task(task, folder, prepare=run_setup):
    """The text of a task's result; `prepare` gets the task before its node is loaded."""
    if task["protocol"] != PROTOCOL:
        raise Failure("the task is of protocol %r, this evaluator knows %d" % (task["protocol"], PROTOCOL))
    is_rehearsed = task.get("rehearsal", False)
    if is_rehearsed:
        watch_variables()
    prepare(task)
    shared = task.get("record")
    record = complete(task["node"] if shared is None else read_node_file(os.path.join(folder, shared))["record"])
    resolve_links(record, task.get("links") or [], folder)
    frames = task.get("frames")
    if task.get("framesFrom") is not None:
        frames = frames_from(record, task["framesFrom"])
    node = load_node(record)
    use_encoder(task.get("encoder"), task.get("interpreter"))
    if frames is not None:
        set_frames(node, frames)
    if is_rehearsed:
        leave_word("compute")
    try:
        gave, seconds = evaluate(node)
    finally:
        if is_rehearsed:
            leave_word("end")
    names = dict.fromkeys(list(record["outputs"]) + list(node.outputs))
    texts = [(name, output_text(node.outputs[name], name, gave)) for name in names]
    outputs = ", ".join("%s: %s" % (json.dumps(name), text) for name, text in texts)
    say_of_parts(record, node, gave)
    rest = json.dumps({"seconds": seconds, "evaluator": this_evaluator()})
    return '{"protocol": %d, "outputs": {%s}, %s' % (PROTOCOL, outputs, rest[1:])


def result_of(path):
    """`x/7-1.task.json` -> `x/7-1.result.json`; beside any other name `result.json`."""
    stem = path[: -len("task.json")] if path.endswith("task.json") else os.path.join(os.path.dirname(path), "")
    return stem + "result.json"


def evaluate_file(path, prepare=run_setup, durable=True):
    """`TASK.json`: writes its result beside it, whatever the node does. Returns the exit code."""
    result, code = result_of(path), 0
    try:
        with open(path, encoding="utf-8-sig") as source:
            text = source.read()
        if os.path.exists(result):
            os.remove(result)  # an earlier run's: if this one crashes there is none
    except (OSError, ValueError) as error:
        say("backlot: the task file cannot be used: %s" % text_of(error))
        return 2
    try:
        body = run_task(json.loads(text), os.path.dirname(path), prepare)
    except BaseException as failure:
        error, code = error_of(failure), 1
        say(error["traceback"] + ("" if error["message"] in error["traceback"] else "backlot: " + error["message"]))
        body = json.dumps({"protocol": PROTOCOL, "error": error, "evaluator": this_evaluator()})
    settle_streams()
    write_file(result, body, durable)
    return code


def program_folders():
    """The folders that this Python and its packages live in: a farm's workers have them as well."""
    prefixes = [sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(sys.executable or "")]
    folders = prefixes + [path for path in map(str, sys.path) if os.path.isabs(path)]
    both = [folder for path in folders if path for folder in (path, os.path.realpath(path))]
    return sorted(set(filter(os.path.exists, both)))


def this_program():
    """Name, version and file of the program that this Python is in, asked of the modules that it brings; none is imported."""
    bpy, hou, nuke, tde4 = (sys.modules.get(name) for name in ("bpy", "hou", "nuke", "tde4"))
    maya = os.environ.get("MAYA_LOCATION", "").rstrip("/\\")
    try:
        if bpy:
            return {"name": "Blender", "version": bpy.app.version_string, "path": bpy.app.binary_path}
        if hou:
            return {"name": "Houdini", "version": hou.applicationVersionString(), "path": None}
        if nuke:
            return {"name": "Nuke", "version": nuke.NUKE_VERSION_STRING, "path": nuke.env["ExecutablePath"]}
        if tde4:
            return {"name": "3DEqualizer", "version": tde4.get3DEVersion(), "path": None}
        if maya and os.path.realpath(sys.executable or "").startswith(os.path.realpath(maya) + os.sep):
            found = re.search(r"\d[\d.]*", os.path.basename(maya))
            return {"name": "Maya", "version": found.group() if found else None, "path": None}
    except Exception:
        pass  # a program that does not say it so: its Python is told
    return {"name": "Python", "version": "%d.%d.%d" % sys.version_info[:3], "path": sys.executable}


def is_in_archive(name, file):
    """Whether a module is found where its file would be, which is none: in a zip archive."""
    if not file or os.path.isfile(file):
        return False
    before = list(sys.path)
    sys.path += folders_of(file)
    try:
        return bool(origin_of(name))
    finally:
        sys.path[:] = before


def module_check(wanted):
    """What is there of one module; of the names of its nodes what its text says."""
    module, file, names = wanted["module"], wanted.get("file") or "", wanted.get("names")
    found = {"importable": bool(origin_of(module)) or is_in_archive(module, file), "file_exists": os.path.isfile(file), "code": code_of(module, file)}
    facts = part("code").facts_of(module, file, names, found["code"]) if names else None
    return dict({"module": module}, **dict(found, **({"facts": facts} if facts else {})))


def check_text(path, _out):
    """The answer to a --check request: what this interpreter could import."""
    with open(path, encoding="utf-8-sig") as source:
        wanted = json.load(source)["modules"]
    found = [module_check(one) for one in wanted]
    packages = {name: value for name, value in os.environ.items() if name.startswith("REZ_")}
    known = {"executable": sys.executable, "packages": packages, "program": this_program(), "typing_extensions": bool(origin_of("typing_extensions")), "modules": found}
    return json.dumps(dict(this_evaluator(), folders=program_folders(), **known))


def is_own(path):
    """Whether a file is the user's: no part of Python, its packages, flowpipe or Backlot."""
    flowpipe = getattr(sys.modules.get("flowpipe"), "__file__", None)
    places = {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), os.path.dirname(flowpipe or os.__file__)}
    places.add(os.path.dirname(os.path.realpath(text_of.__code__.co_filename)))
    return os.path.isabs(path) and not path.startswith(tuple(place + os.sep for place in places))


def story_of(error, path):
    """What went wrong while a file was read, in one sentence with the place in the file, and the whole traceback."""
    frames = error.__traceback__
    while frames and not is_own(frames.tb_frame.f_code.co_filename):
        frames = frames.tb_next
    cause = error.cause if isinstance(error, Failure) and error.cause else error
    trace = "".join(traceback.format_exception(type(cause), cause, frames if cause is error else cause.__traceback__))
    if isinstance(error, Failure):
        return {"message": text_of(error), "traceback": trace if cause is not error else "", "choices": error.choices}
    places = [(frame.filename, frame.lineno, frame.name) for frame in traceback.extract_tb(frames) if is_own(frame.filename)]
    asked = asked_of(error)
    text = "%s; write the file's own arguments behind --" % asked if asked else "%s: %s" % (type(error).__name__, text_of(error))
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        places.append((error.filename, error.lineno, "<module>"))
        text = "%s: %s" % (type(error).__name__, error.msg)
    lines = [line for file, line, _ in places if file == path]
    place = "%s, line %d" % (path, lines[-1]) if lines else path
    inner = ""
    if places and places[-1][0] != path:
        file, line, name = places[-1]
        file = os.path.basename(file) if os.path.dirname(file) == os.path.dirname(path) else file
        inner = " (%s, line %d%s)" % (file, line, "" if name == "<module>" else ", in " + name)
    return {"message": "%s: %s%s" % (place, " ".join(text.split()).rstrip(": "), inner), "traceback": trace}


def write_answer(text_for, path, out, *more):
    """`--graph FILE OUT` and `--check REQUEST OUT`: all of OUT, or OUT.error and one sentence. Returns the exit code."""
    try:
        write_file(out, text_for(path, out, *more))
        return 0
    except BaseException as error:
        story = story_of(error, path)
        say("backlot: %s" % story["message"])
        try:
            write_file(out + ".error", json.dumps(story))
        except OSError:
            pass  # the sentence is in the log
        return 1


def answer(args):
    """Does what the arguments ask; without any, what the environment does (3DE). Returns the exit code."""
    args = args or json.loads(os.environ.get("BACKLOT_ARGS") or "[]") or [os.environ.get("BACKLOT_TASK", "")]
    files = args[1:] if args[0] in ("--graph", "--check") else args
    counts = {"--graph": (2, 3), "--check": (2,)}.get(args[0], (1,))
    if len(files) not in counts or any(not file or file.startswith("--") for file in files):
        say(USAGE)
        return 2
    paths = [os.path.abspath(file) for file in files]
    if args[0] == "--graph":
        return write_answer(lambda *call: part("graph").graph_text(*call), *paths)
    return write_answer(check_text, *paths) if args[0] == "--check" else evaluate_file(*paths)


def make_ready(host_names):
    """Makes the interpreter ready; returns the arguments: those behind `--` where there is one (Blender), else all."""
    args = list(getattr(sys, "argv", [])[1:])
    sys.modules["__main__"] = types.ModuleType("__main__")  # as it was: nobody shall find our names there
    sys.modules["__main__"].__dict__.update(host_names)
    for stream in (sys.stdout, sys.stderr):
        try:  # the log is UTF-8, shows each line at once, and no character makes a print fail
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
        except Exception:
            pass  # a DCC's own stream, or none
    return args[args.index("--") + 1 :] if "--" in args else args


def main():
    code = answer(make_ready(HOST_NAMES))
    settle_streams()
    return code


if __name__ == "__main__":
    sys.exit(main())
