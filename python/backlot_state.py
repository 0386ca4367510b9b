"""What a session puts back in its own Python after each task (docs/adr/0019); the program's own state is its reset's affair.

Each function below notes a kind of state and returns how to put it back. That returns None, or in words what could not
be put back: the session ends then. Python 3.7 syntax.
"""
import gc
import importlib
import locale
import logging
import os
import random
import signal
import sys
import threading
import time
import warnings
from importlib.machinery import EXTENSION_SUFFIXES
from operator import is_

from backlot_inside import Classes, LastCalls, in_c, way_to_start

try:
    import resource
except ImportError:
    resource = None  # not POSIX

# what many nodes use and change: noted before the first task, if it is loaded then
OFTEN_USED = "calendar csv ctypes datetime decimal fractions glob json math shutil socket subprocess tempfile".split()

MISSING = object()


def environment():
    before = dict(os.environ)

    def put_back():
        now = dict(os.environ)
        for name in set(now) - set(before):
            del os.environ[name]
        os.environ.update({name: text for name, text in before.items() if now.get(name) != text})
        if now.get("TZ") != before.get("TZ") and hasattr(time, "tzset"):
            time.tzset()

    return put_back


def interpreter():
    """sys: its lists with what is in them, its hooks and switches."""
    lists = {name: value for name, value in vars(sys).items() if isinstance(value, list)}
    contents = {name: list(value) for name, value in lists.items()}
    left = ("modules", "path_importer_cache", "last_type", "last_value", "last_traceback", "last_exc")
    attributes = {name: value for name, value in vars(sys).items() if name not in left}
    depth, interval, trace, profile = sys.getrecursionlimit(), sys.getswitchinterval(), sys.gettrace(), sys.getprofile()
    digits = getattr(sys, "get_int_max_str_digits", int)()

    def put_back():
        for name in set(vars(sys)) - set(attributes) - set(left):
            delattr(sys, name)
        for name, value in attributes.items():
            if getattr(sys, name, MISSING) is not value:
                setattr(sys, name, value)
        for name, value in lists.items():
            value[:] = contents[name]
        sys.setrecursionlimit(depth)
        sys.setswitchinterval(interval)
        if sys.gettrace() is not trace:
            sys.settrace(trace)
        if sys.getprofile() is not profile:
            sys.setprofile(profile)
        if digits and sys.get_int_max_str_digits() != digits:
            sys.set_int_max_str_digits(digits)

    return put_back


def collector():
    enabled, threshold, callbacks = gc.isenabled(), gc.get_threshold(), list(gc.callbacks)

    def put_back():
        (gc.enable if enabled else gc.disable)()
        gc.set_threshold(*threshold)
        gc.callbacks[:] = callbacks

    return put_back


def umask():
    mask = os.umask(0o22)
    os.umask(mask)
    return lambda: os.umask(mask) and None


def signals():
    # those that nobody can answer, and Windows has not
    every = set(range(1, signal.NSIG)) - {getattr(signal, name, None) for name in ("SIGKILL", "SIGSTOP")}
    every &= set(map(int, signal.valid_signals())) if hasattr(signal, "valid_signals") else every
    handlers = {number: signal.getsignal(number) for number in every}
    is_posix = hasattr(signal, "pthread_sigmask")
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, []) if is_posix else None
    wake = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wake)

    def put_back():
        for clock in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF) if is_posix else ():
            if signal.getitimer(clock)[0]:
                signal.setitimer(clock, 0)
        signal.set_wakeup_fd(wake)
        if is_posix:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        lost = []
        for number, handler in handlers.items():
            if signal.getsignal(number) == handler:
                continue
            if handler is None:  # the program's own, in C: Python cannot set it
                lost.append(signal.Signals(number).name)
            else:
                signal.signal(number, handler)
        return "it changed the program's handler of %s" % ", ".join(lost) if lost else None

    return put_back


def chance():
    """Random numbers: no task goes on with another one's seed. As in a new process they begin anywhere."""

    def put_back():
        random.seed()
        numpy = sys.modules.get("numpy.random")
        if numpy is not None:
            numpy.seed()

    return put_back


def log_setup():
    manager = logging.root.manager

    def loggers():
        return [logging.root] + [one for one in list(manager.loggerDict.values()) if isinstance(one, logging.Logger)]

    def state_of(one):
        return one.level, list(one.handlers), list(one.filters), one.propagate, one.disabled

    before = {one: state_of(one) for one in loggers()}
    handlers = {handler: (handler.level, handler.formatter, list(handler.filters)) for one in before for handler in one.handlers}
    names = [(table, dict(table)) for table in (logging._levelToName, logging._nameToLevel)]
    disable, kind = manager.disable, manager.loggerClass

    def put_back():
        for one in loggers():
            level, kept, filters, one.propagate, one.disabled = before.get(one, (logging.NOTSET, [], [], True, False))
            for handler in one.handlers:
                if handler not in kept:
                    close_quietly(handler)
            one.handlers[:], one.filters[:] = kept, filters
            one.setLevel(level)
        for handler, (level, handler.formatter, filters) in handlers.items():
            handler.setLevel(level)
            handler.filters[:] = filters
        for table, content in names:
            if table != content:
                table.clear()
                table.update(content)
        manager.disable, manager.loggerClass = disable, kind

    return put_back


def close_quietly(handler):
    try:
        handler.close()
    except Exception:
        pass  # the node broke it


def language():
    before = locale.setlocale(locale.LC_ALL)

    def put_back():
        if locale.setlocale(locale.LC_ALL) != before:
            locale.setlocale(locale.LC_ALL, before)

    return put_back


def warning_filters():
    before = list(warnings.filters)

    def put_back():
        if warnings.filters != before:
            warnings.filters[:] = before
        getattr(warnings, "_filters_mutated", int)()  # what was shown once is shown again

    return put_back


def limits():
    """What the system lets this process have."""
    names = [name for name in dir(resource) if name.startswith("RLIMIT_")] if resource else []
    before = {name: resource.getrlimit(getattr(resource, name)) for name in names}
    nice = os.getpriority(os.PRIO_PROCESS, 0) if hasattr(os, "getpriority") else 0
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None

    def put_back():
        try:
            for name, limit in before.items():
                if resource.getrlimit(getattr(resource, name)) != limit:
                    resource.setrlimit(getattr(resource, name), limit)
            if hasattr(os, "getpriority") and os.getpriority(os.PRIO_PROCESS, 0) != nice:
                os.setpriority(os.PRIO_PROCESS, 0, nice)
            if cores is not None and os.sched_getaffinity(0) != cores:
                os.sched_setaffinity(0, cores)
        except (OSError, ValueError):
            return "it lowered a limit of its process for good"

    return put_back


def small_switches():
    """Defaults that modules keep in C."""
    csv, socket = sys.modules.get("csv"), sys.modules.get("socket")
    timeout = socket.getdefaulttimeout() if socket else None
    longest = csv.field_size_limit() if csv else None
    stack = threading.stack_size()

    def put_back():
        if socket:
            socket.setdefaulttimeout(timeout)
        if csv:
            csv.field_size_limit(longest)
        if threading.stack_size() != stack:
            threading.stack_size(stack)

    return put_back


def is_ours(name, module):
    """Whether a module's attributes are put back: Python's own and flowpipe. Others, such as a program's add-ons, go on."""
    top = name.partition(".")[0]
    if name == "sys":
        return False
    if top in ("__main__", "builtins", "flowpipe", "typing_extensions"):
        return True
    return is_standard(top, module)


def is_standard(top, module):
    known = getattr(sys, "stdlib_module_names", None)
    if known is not None:
        return top in known
    if top in sys.builtin_module_names:
        return True
    path = getattr(module, "__file__", None)
    inside = isinstance(path, str) and path.startswith(os.path.dirname(os.__file__) + os.sep)
    return inside and "-packages" + os.sep not in path and getattr(module, "__name__", "").partition(".")[0] == top


class Modules:
    """What is imported, and what hangs on Python's own modules."""

    def __init__(self):
        self.names = set()
        self.attributes = {}
        self.classes = Classes()
        self.last_calls = LastCalls(self.stays)
        self.begin()

    def begin(self):
        """A task begins: what was imported since the last one belongs to what it finds."""
        new = set(sys.modules) - self.names
        self.names |= new
        for name in new:
            self.note(name, sys.modules[name])
        self.ends = [self.note_imports(), self.last_calls.begin()]

    def note(self, name, module):
        if name not in self.attributes and hasattr(module, "__dict__") and is_ours(name, module):
            self.attributes[name] = (module, dict(vars(module)))
            self.classes.note(name, module)

    def note_imports(self):
        """Of modules that are imported from now on: what they had when that was done. Returns how to end this."""
        bootstrap = sys.modules.get("_frozen_importlib")
        load = getattr(bootstrap, "_load_unlocked", None)
        if load is None:
            return lambda: None

        def loading(spec):
            module = load(spec)
            self.note(spec.name, module)
            return module

        bootstrap._load_unlocked = loading
        return lambda: setattr(bootstrap, "_load_unlocked", load)

    def put_back(self):
        """Attributes, and modules that a task replaced or took away; what it imported goes with `forget`."""
        for end in self.ends:
            end()
        for name, (module, before) in self.attributes.items():
            if name in self.names or sys.modules.get(name) is module:
                sys.modules[name] = module
                self.put_back_attributes(name, vars(module), before)
        self.classes.put_back()

    def put_back_attributes(self, name, now, before):
        if len(now) == len(before) and all(map(is_, now.values(), before.values())) and now.keys() == before.keys():
            return  # most are: a look at each part costs more
        for key in [key for key in now if key not in before]:
            part = sys.modules.get("%s.%s" % (name, key))
            if part is None or part is not now[key]:
                del now[key]
        for key, value in before.items():
            if now.get(key, MISSING) is not value:
                now[key] = value

    def imported(self):
        """What the task imported: the names by their first parts."""
        new = {}
        for name in [name for name in sys.modules if name not in self.names]:
            new.setdefault(name.partition(".")[0], []).append(name)
        return new

    def goes_on(self, top, names):
        return is_standard(top, sys.modules[names[0]]) or any(map(is_compiled, names))

    def stays(self, name):
        """Whether the next task finds this module as it is."""
        top = (name or "").partition(".")[0]
        if name in self.names:
            return True
        names = self.imported().get(top, [])
        return bool(names) and self.goes_on(top, names)

    def forget(self):
        """Takes away what the task imported, so that the next one imports it anew: but for Python's own modules, and for
        packages with C code, most of which cannot be imported twice."""
        tops = {name.partition(".")[0] for name in self.names}
        for top, names in self.imported().items():
            if top in tops or self.goes_on(top, names):
                continue
            for name in names:
                sys.modules.pop(name, None)
        importlib.invalidate_caches()


def is_compiled(name):
    """Whether this module is C code, under its own name."""
    spec = getattr(sys.modules[name], "__spec__", None)
    origin = getattr(spec, "origin", None)
    return getattr(spec, "name", None) == name and isinstance(origin, str) and origin.endswith(tuple(EXTENSION_SUFFIXES))


KINDS = (
    *(environment, interpreter, collector, umask, signals, chance, log_setup, language),
    *(warning_filters, limits, small_switches, in_c, way_to_start),
)


class State:
    """All of it, as it is before a task and is again after it."""

    def __init__(self):
        for name in OFTEN_USED:
            try:
                importlib.import_module(name)
            except ImportError:
                pass  # a program that comes without it
        self.undo = [kind() for kind in KINDS]
        self.modules = Modules()

    def end(self):
        """Does what the task wanted done at the end of its process."""
        self.modules.last_calls.call()

    def put_back(self):
        """What could not be put back, in words; what the task imported stays until `modules.forget`."""
        trouble = []
        for undo in [self.modules.put_back] + self.undo:
            try:
                trouble.append(undo())
            except Exception as error:
                trouble.append("its Python cannot be put back (%s: %s)" % (type(error).__name__, error))
        return [why for why in trouble if why]
