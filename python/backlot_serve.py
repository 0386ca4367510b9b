"""Keeps an interpreter warm for Backlot: evaluates task after task; the protocol is docs/protocol.md.

    backlot_serve.py SOCKET fork OWN       forks per task from a process that has imported flowpipe and the nodes' modules
    backlot_serve.py SOCKET session OWN    evaluates every task in this one process (programs that take long to start)

OWN is a JSON file: {"setup": code, "reset": code, "interpreter": name}. A session runs the setup before it connects, and
before each task but the first it puts its program back: the reset, then the setup. Where the reset defines a function
`reset`, it is run once, after the setup, and that function is called from then on.
Connects to SOCKET and reads one JSON request a line:
    {"id": 1, "task": "/x/task.json", "log": "/x/log", "pid": "/x/pid", "cwd": "/x", "env": {"ADDED": "..."}, "limit": 2}
A fork server starts and revokes them as backlot_launch.py does; a session runs them one after another, and those that
were prefetched have a start token, the file `token`: the side that removes it owns the start.
Answers are those of backlot_launch.py (a session says behind a process which of its tasks this is, from 1; its remains
have only its peak memory, `more`: whether it takes another task, and `why` not), and ["r", id, why]: not begun, since code
changed or the process is used up; it ends and another one has to do it; and ["c", id, why]: it has to have a process of
its own. A pid file that is there already means that a later Backlot has given the attempt up: it is not begun. When the
socket closes it ends, after the tasks that run. Python 3.7 syntax.
"""
HOST_NAMES = {name: value for name, value in globals().items() if name not in ("__file__", "__doc__")}

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(globals().get("__file__", ""))))
from backlot_launch import Answers, Queue, add_line, claim, ended_children, note, outlive, wake_on_children
from backlot_system import IS_WINDOWS, children, forget_peak, open_files, peak_memory, start_of, thread_count
from backlot_state import State
import backlot_evaluate as evaluator  # takes its folder off sys.path again

import ast
import atexit
import contextvars
import gc
import json
import select
import signal
import socket
import threading
import time
import traceback

try:
    import ctypes

    FLUSH_C = ctypes.CDLL("ucrtbase" if IS_WINDOWS else None).fflush
except Exception:
    FLUSH_C = None  # a Python without ctypes: what C code printed is written when its buffer is full

MAX_TASKS = 500
MAX_BYTES = 4 << 30


def flush_all():
    """What was printed is in the log from here on: Python's own, then what C code has in its buffers."""
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except Exception:
            pass  # a stream that the node broke
    flush_c()


def flush_c():
    if FLUSH_C is not None:
        FLUSH_C(None)


def point_output(path):
    """From here on the log is what this process prints, and what its children do."""
    flush_all()
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    for fd in (1, 2):
        os.dup2(log, fd)
    os.close(log)


def code_files(modules=None):
    """Size and time of every imported file that is not Python's own: what would be read anew by a new process."""
    own = tuple(filter(None, {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)}))
    found = {}
    for module in list(sys.modules.values()) if modules is None else modules:
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and not path.startswith(own):
            found[path] = state_of(path)
    return found


def state_of(path):
    """Time and size of a file; None where it is gone."""
    try:
        state = os.stat(path)
        return state.st_mtime_ns, state.st_size
    except OSError:
        return None


class Warm:
    """What the tasks share: the setup, done once, and modules that are imported before a fork."""

    def __init__(self):
        self.setups = set()
        self.files = code_files()
        self.modules = {}

    def is_stale(self):
        """Whether imported code has changed on disk since."""
        return any(state_of(path) != state for path, state in self.files.items())

    def keep_loaded(self):
        """Files of modules that are gone are read anew by whoever imports them."""
        loaded = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        self.files = {path: state for path, state in self.files.items() if path in loaded}
        self.modules = {id(module): module for module in list(sys.modules.values())}

    def learn(self, since):
        """Files that were imported since; one that was written since as well may be another than was read."""
        modules = {id(module): module for module in list(sys.modules.values())}
        new = [module for key, module in modules.items() if key not in self.modules]
        self.modules = modules
        for path, state in code_files(new).items():
            self.files.setdefault(path, state if state and state[0] < since else "written while it was imported")

    def prepare(self, task):
        """The setup of a task, once."""
        if task.get("setup") not in self.setups:
            evaluator.run_setup(task)
            self.setups.add(task.get("setup"))


class Pipe:
    """Windows: a named pipe, used as a socket is. One that waits for the other side cannot be written to meanwhile."""

    def __init__(self, path):
        self.file = open(path, "r+b", buffering=0)

    def recv(self, most):
        try:
            return self.file.read(most)
        except OSError:
            return b""  # the other side is gone

    def sendall(self, data):
        while data:
            data = data[self.file.write(data) :]


def connected(path):
    """The other side."""
    if IS_WINDOWS:
        return Pipe(path)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    found.connect(path)
    return found


class Server:
    def __init__(self, path):
        self.socket = connected(path)
        self.rest = b""
        self.answers = Answers()
        self.warm = Warm()

    def answer(self, *message):
        self.answers.add(message)

    def tell(self):
        self.socket.sendall(self.answers.take())

    def evaluate_task(self, request, prepare):
        """The exit code. Who serves Backlot need not wait for the disk: what counts of a result is in its store."""
        return evaluator.evaluate_file(request["task"], prepare, durable=False)

    def read(self):
        """The requests that have come; None when the other side is gone."""
        data = self.socket.recv(1 << 16)
        if not data:
            return None
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        return [json.loads(line.decode()) for line in lines]


class ForkServer(Server):
    """One child per task, in a process group of its own."""

    def __init__(self, path):
        Server.__init__(self, path)
        self.queue = Queue()
        self.running = {}
        self.imported = {}
        try:
            evaluator.import_flowpipe()
        except evaluator.Failure:
            pass  # each task says so in its own log
        self.warm.files = code_files()
        evaluator.this_evaluator()  # its children need not look it up

    def loop(self):
        self.pipe = wake_on_children()
        woken = self.pipe[0]
        while True:
            patience = self.answers.patience(self.queue.waiting)
            ready = select.select([self.socket, woken], [], [], patience)[0]
            if woken in ready:
                os.read(woken, 512)
                for _, message in ended_children(self.running):
                    self.answer(*message)
            if self.socket in ready:
                requests = self.read()
                if requests is None:
                    return
                for request in requests:
                    revoked = self.queue.take(request)
                    if revoked:
                        self.answer("r", revoked["id"])
            self.start_next()
            if self.answers.patience(self.queue.waiting) == 0:
                self.tell()

    def start_next(self):
        request = self.queue.next(len(self.running))
        while request:
            if self.warm.is_stale():
                return self.refuse("r", request, "code that it has imported has changed")
            self.start(request)
            request = self.queue.next(len(self.running))

    def refuse(self, kind, request, why):
        """Neither this one nor those that wait are begun here."""
        for refused in [request] + self.queue.waiting:
            self.answer(kind, refused["id"], why)
        self.queue.waiting = []

    def import_module(self, request):
        """Imports the task's module before the fork; what that prints is shown in the log of every task that needs it."""
        try:
            with open(request["task"], encoding="utf-8-sig") as source:
                task = json.load(source)
            record = task.get("node") or {}
            name = (record.get("func") or record)["module"]
        except Exception:
            return b""  # the task's own process says what is wrong
        if name not in self.imported:
            self.imported[name] = self.import_first(name, record, task)
        return self.imported[name]

    def import_first(self, name, record, task):
        said = os.path.join(os.path.dirname(self.socket.getpeername()), "said-%d" % os.getpid())
        place = record.get("file_location")
        sys.path += [os.path.dirname(os.path.abspath(place))] if place else []
        saved = os.dup(1)
        point_output(said)
        try:
            self.warm.prepare(task)
            evaluator.import_first(name)
        except BaseException:
            sys.modules.pop(name, None)  # it fails again, and in words, in the task's own process
            return b""
        finally:
            evaluator.settle_streams()
            for fd in (1, 2):
                os.dup2(saved, fd)
            os.close(saved)
            if place:
                sys.path.pop()
            self.warm.files = code_files()
            with open(said, "rb") as source:
                text = source.read()
            os.remove(said)
            if hasattr(gc, "freeze"):
                gc.freeze()  # a child that collects does not touch, and so copy, what it shares with us
        return text

    def start(self, request):
        said = self.import_module(request)
        threads = count_threads()
        if threads > 1:
            why = "its program has %d threads, and a fork takes only one of them along" % threads
            return self.refuse("c", request, why)
        flush_all()
        pid = os.fork()
        if pid == 0:
            self.evaluate(request, said)
        try:
            os.setpgid(pid, pid)  # here too: whoever comes first
        except OSError:
            pass  # it has ended already
        self.running[pid] = request
        self.answer("p", request["id"], pid, start_of(pid))

    def evaluate(self, request, said):
        """The child: never returns."""
        code = 1
        try:
            os.setpgid(0, 0)
            put_down(request["pid"])
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for fd in self.pipe:
                os.close(fd)
            self.socket.close()
            point_output(request["log"])
            os.chdir(request["cwd"])
            os.environ.update(request["env"])
            os.write(1, said)
            code = self.evaluate_task(request, self.warm.prepare)
            threading._shutdown()
            atexit._run_exitfuncs()
        finally:
            evaluator.settle_streams()
            flush_c()
            os._exit(code)


def count_threads():
    """Of this process, also those that only C code knows of."""
    return max(thread_count(), threading.active_count())


def put_down(path):
    """Lets a later Backlot find this process. Raises FileExistsError where that one has given the attempt up."""
    claimed = claim(path)
    note(claimed, "%d %s" % (os.getpid(), start_of(os.getpid()) or ""))
    if claimed is not None:
        os.close(claimed)


def owns_start(request):
    """Whether the start is ours: a prefetched task may have been revoked."""
    try:
        if request.get("token"):
            os.unlink(request["token"])
        return True
    except OSError:
        return False


NTH = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def nth_text(nth):
    """`third`, `23rd`"""
    if nth <= len(NTH):
        return NTH[nth - 1]
    return "%d%s" % (nth, "th" if nth % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(nth % 10, "th"))


class Standing:
    """What a process has open and running, so as to tell what a task left there that would go on into the next one."""

    def __init__(self):
        self.files = open_files()
        self.threads = set(threading.enumerate())
        self.children = children()

    def left_behind(self):
        """In words."""
        if self.opened():
            gc.collect()  # what nobody holds any more closes itself
        left = [("it left open: %s", self.opened())]
        left.append(("it left threads running: %s", [one.name for one in set(threading.enumerate()) - self.threads]))
        left.append(("it left processes running: %s", children() - self.children))
        return [text % some(sorted(names)) for text, names in left if names]

    def opened(self):
        return [name for fd, name in open_files().items() if self.files.get(fd) != name]


class Program:
    """What a session's program is: set up at its start, put back before each task but the first."""

    def __init__(self, own):
        self.own = own
        self.reset = own.get("reset") or ""
        self.function = None

    def start(self):
        """Raises what the setup and the reset's first run do."""
        evaluator.run_setup(self.own)
        if "reset" in names_in(self.reset):
            self.function = self.run_reset()["reset"]

    def run_reset(self):
        """The names it leaves; what lies beside this file can be imported in it."""
        space = {"__name__": "__backlot_reset__"}
        sys.path.insert(0, evaluator.HERE)
        try:
            exec(compile(self.reset, "<reset>", "exec"), space)
        finally:
            sys.path.remove(evaluator.HERE)
        return space

    def put_back(self):
        """Why it could not be; None: it is as it was."""
        if not self.reset:
            return None
        try:
            (self.function or self.run_reset)()
            evaluator.run_setup(self.own)
            return None
        except BaseException as error:
            traceback.print_exc()
            return "its program could not be reset (%s: %s)" % (type(error).__name__, evaluator.text_of(error))


def names_in(code):
    """The names of functions that code defines or imports; none if it is no Python: running it tells why."""
    try:
        parts = ast.parse(code).body
    except (SyntaxError, ValueError):
        return set()
    imported = [alias.asname or alias.name for part in parts if isinstance(part, ast.ImportFrom) for alias in part.names]
    return set(imported) | {part.name for part in parts if isinstance(part, ast.FunctionDef)}


class SessionServer(Server):
    """Every task in this process, put back as it was after each."""

    def __init__(self, path, own):
        self.program = Program(own)
        self.program.start()
        self.own = own
        try:
            evaluator.import_flowpipe()
        except evaluator.Failure:
            pass  # each task says so in its own log
        Server.__init__(self, path)
        if hasattr(os, "register_at_fork"):
            # what a task forks speaks to nobody, and what outlives this process does not seem to be it
            os.register_at_fork(after_in_child=self.socket.close)
        self.warm.setups.add(own.get("setup"))
        self.done = 0
        self.log = os.dup(1)
        self.place = None
        self.state = None

    def loop(self):
        while True:
            requests = self.read()
            if requests is None:
                return
            why = None
            for request in requests:
                if why or not owns_start(request):
                    self.answer("r", request["id"], why or "it was revoked")
                    continue
                why = self.put_back()
                if why:
                    self.answer("r", request["id"], why)
                else:
                    why = self.evaluate(request)
            self.tell()
            if why:
                return

    def put_back(self):
        """As it was before the task before; why it cannot be, if so."""
        if self.state is None:
            return None
        why = self.program.put_back()
        self.state.modules.forget()
        self.warm.keep_loaded()
        return why or ("code that it has imported has changed" if self.warm.is_stale() else None)

    def evaluate(self, request):
        """Evaluates one task; why no other one may come, if so."""
        forget_peak()
        try:
            put_down(request["pid"])
        except FileExistsError:
            return "a later Backlot has its task"
        self.done += 1
        self.answer("p", request["id"], os.getpid(), start_of(os.getpid()), self.done)
        self.tell()
        start = Standing()
        since = int(time.time() * 1e9)
        self.begin()
        point_output(request["log"])
        os.write(1, self.head_line(request.get("said")).encode("utf-8", "backslashreplace"))
        code = 1
        try:
            os.chdir(request["cwd"])
            os.environ.update(request["env"])
            code = contextvars.copy_context().run(self.evaluate_task, request, self.prepare)
            self.state.end()
        finally:
            evaluator.settle_streams()
            trouble = self.state.put_back()
            self.point_back()
        trouble += start.left_behind()
        memory = peak_memory()
        self.warm.learn(since)
        if self.done >= MAX_TASKS:
            trouble.append("it has run %d tasks" % self.done)
        if (memory or 0) >= MAX_BYTES:
            trouble.append("it has %.1f GB in memory" % (memory / (1 << 30)))
        why = "; ".join(trouble)
        # whoever kills this process with the next task takes what is not heard yet with it
        add_line(request["pid"], "e %d" % code)
        remains = {"peakMemory": memory, "more": not why, "why": why or None}
        self.answer("e", request["id"], code, remains)
        return why or None

    def begin(self):
        """Notes what this process is like, which a reset of its program may have changed; else it is as it was."""
        if self.state is None or self.program.reset:
            self.state = State()
        else:
            self.state.modules.begin()

    def head_line(self, said):
        return "# backlot: session, %s task of process %d%s\n" % (
            nth_text(self.done),
            os.getpid(),
            "; what it says beside its tasks: %s" % said if said else "",
        )

    def prepare(self, task):
        self.leave_other_folder((task.get("node") or {}).get("file_location"))
        self.warm.prepare(task)

    def leave_other_folder(self, place):
        """Modules that were found beside another node's file must not answer for this one's."""
        folder = os.path.dirname(os.path.abspath(place)) if place else None
        if self.place is not None and folder != self.place:
            for name, module in list(sys.modules.items()):
                path = getattr(module, "__file__", None)
                if isinstance(path, str) and path.startswith(self.place + os.sep):
                    del sys.modules[name]
        self.place = folder

    def point_back(self):
        flush_all()
        for fd in (1, 2):
            os.dup2(self.log, fd)
        os.chdir(os.sep)


def some(names):
    rest = len(names) - 3
    return ", ".join(names[:3]) + (" and %d more" % rest if rest > 0 else "")


def main():
    arguments = evaluator.make_ready(HOST_NAMES) or json.loads(os.environ.get("BACKLOT_ARGS") or "[]")
    path, kind, own = arguments
    with open(own, encoding="utf-8") as file:
        details = json.load(file)
    try:
        server = ForkServer(path) if kind == "fork" else SessionServer(path, details)
    except evaluator.Failure as error:
        evaluator.say(evaluator.error_of(error)["traceback"] + "backlot: %s" % error)
        sys.exit(1)
    try:
        server.loop()
    except (BrokenPipeError, ConnectionResetError):
        pass  # whoever asked is gone; what was begun is finished and found by the next
    evaluator.settle_streams()
    if kind == "fork":
        outlive(server.running)
    sys.exit(0)  # as the evaluator does: a host that is handed back its script's end may stumble over what it left


if __name__ == "__main__":
    main()
