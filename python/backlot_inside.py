"""More of what a session puts back (backlot_state.py): what lies inside Python's own modules, where no attribute of a
module shows it, and what a task asks to be called at the end of its process. Python 3.7 syntax.
"""
import atexit
import copyreg
import faulthandler
import sys
import traceback
from operator import is_

HEAP_TYPE = 1 << 9  # a class that Python code has made
PARTS = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")


def in_c():
    """Switches that nothing but their own functions shows."""
    decimal, trace = sys.modules.get("decimal"), sys.modules.get("tracemalloc")
    context = decimal and decimal.DefaultContext.copy()
    dumps, traces = faulthandler.is_enabled(), bool(trace and trace.is_tracing())
    hooks, depth = sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth()
    reducers = dict(copyreg.dispatch_table)

    def put_back():
        if context:
            now = decimal.DefaultContext
            for name in PARTS:
                setattr(now, name, getattr(context, name))
            now.traps.update(context.traps)
        faulthandler.cancel_dump_traceback_later()  # it would end another task
        if faulthandler.is_enabled() != dumps:
            (faulthandler.enable if dumps else faulthandler.disable)()
        now = sys.modules.get("tracemalloc")
        if now and now.is_tracing() and not traces:
            now.stop()
        sys.set_asyncgen_hooks(*hooks)
        sys.set_coroutine_origin_tracking_depth(depth)
        if copyreg.dispatch_table != reducers:
            copyreg.dispatch_table.clear()
            copyreg.dispatch_table.update(reducers)

    return put_back


def way_to_start():
    """multiprocessing's own choice of it, which is kept in an object."""

    def default():
        return getattr(sys.modules.get("multiprocessing.context"), "_default_context", None)

    before = getattr(default(), "_actual_context", None)

    def put_back():
        if default() is not None:
            default()._actual_context = before

    return put_back


def is_code(value):
    return callable(value) or hasattr(type(value), "__get__")


class Classes:
    """Functions of the classes of modules: many a studio replaces `json.JSONEncoder.default`."""

    def __init__(self):
        self.known = []

    def note(self, name, module):
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == name and value.__flags__ & HEAP_TYPE:
                self.known.append((value, dict(vars(value))))

    def put_back(self):
        for one, before in self.known:
            now = vars(one)
            if len(now) != len(before) or not all(map(is_, now.values(), before.values())):
                self.put_back_functions(one, dict(now), before)

    def put_back_functions(self, one, now, before):
        """Their values stay: Python counts and keeps things there itself."""
        for name in [name for name in now if name not in before and is_code(now[name])]:
            delattr(one, name)
        for name, value in before.items():
            if is_code(value) and now.get(name) is not value:
                setattr(one, name, value)


class LastCalls:
    """
    What a task's own code registers with atexit is called when the task ends, as where its process ends with it. What
    modules register that stay loaded is theirs, and waits for the end of the process.
    """

    def __init__(self, stays):
        self.stays = stays  # whether a module, by its name, is there for the next task, too
        self.calls = []

    def begin(self):
        """Returns how to end this."""
        register, unregister = atexit.register, atexit.unregister

        def registered(function, *args, **kwargs):
            if self.stays(sys._getframe(1).f_globals.get("__name__")):
                return register(function, *args, **kwargs)
            self.calls.append((function, args, kwargs))
            return function

        def unregistered(function):
            self.calls[:] = [call for call in self.calls if call[0] != function]
            unregister(function)

        atexit.register, atexit.unregister = registered, unregistered

        def end():
            atexit.register, atexit.unregister = register, unregister

        return end

    def call(self):
        """The last one first, as Python does."""
        while self.calls:
            function, args, kwargs = self.calls.pop()
            try:
                function(*args, **kwargs)
            except SystemExit:
                pass
            except BaseException:
                traceback.print_exc()
