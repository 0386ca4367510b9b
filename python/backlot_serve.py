"""Keeps an interpreter warm for Backlot: evaluates task after task; the protocol is docs/protocol.md.

    backlot_serve.py SOCKET fork       forks per task from a process that has imported flowpipe and the nodes' modules
    backlot_serve.py SOCKET session    evaluates every task in this one process (programs that take long to start)

Connects to SOCKET and reads one JSON request a line:
    {"id": 1, "task": "/x/task.json", "log": "/x/log", "pid": "/x/pid", "cwd": "/x", "env": {"ADDED": "..."}, "limit": 2}
A fork server starts and revokes them as backlot_launch.py does; a session runs them one after another, and those that
were prefetched have a start token, the file `token`: the side that removes it owns the start.
Answers are those of backlot_launch.py (a session's remains have only its peak memory, and `more`: whether it takes another
task), and ["r", id]: not begun, since code changed or the process is used up; it ends
and another one has to do it. A pid file that is there already means that a later Backlot has given the attempt up: it is
not begun. When the socket closes it ends, after the tasks that run. Python 3.7 syntax.
"""
HOST_NAMES = {name: value for name, value in globals().items() if name not in ("__file__", "__doc__")}

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(globals().get("__file__", ""))))
from backlot_launch import Answers, Queue, add_line, claim, ended_children, note, outlive, start_of, wake_on_children
import backlot_evaluate as evaluator  # takes its folder off sys.path again

import atexit
import gc
import json
import select
import signal
import socket
import threading
import time

MAX_TASKS = 500
MAX_BYTES = 4 << 30


def peak_memory():
    """The most bytes this process had in memory since `forget_peak`; None where nobody can say."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None


def forget_peak():
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass  # no /proc: the peak is that of the whole session


def point_output(path):
    """From here on the log is what this process prints, and what its children do."""
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except Exception:
            pass  # a stream that the node broke
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
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


class Server:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)
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
                for refused in [request] + self.queue.waiting:
                    self.answer("r", refused["id"])
                self.queue.waiting = []
                return
            self.start(request)
            request = self.queue.next(len(self.running))

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
            os._exit(code)


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


def open_files():
    """The descriptors of this process; what a task leaves open shows up here."""
    try:
        return set(os.listdir("/proc/self/fd"))
    except OSError:
        return set()


class SessionServer(Server):
    """Every task in this process, put back as it was after each."""

    def __init__(self, path):
        Server.__init__(self, path)
        self.done = 0
        self.log = os.dup(1)
        self.place = None

    def loop(self):
        while True:
            requests = self.read()
            if requests is None:
                return
            more = True
            for request in requests:
                if not more or not owns_start(request):
                    self.answer("r", request["id"])
                elif self.warm.is_stale():
                    self.answer("r", request["id"])
                    more = False
                else:
                    more = self.evaluate(request)
            self.tell()
            if not more:
                return

    def evaluate(self, request):
        """Evaluates one task; whether another one may come."""
        forget_peak()
        try:
            put_down(request["pid"])
        except FileExistsError:
            return False
        self.answer("p", request["id"], os.getpid(), start_of(os.getpid()))
        self.tell()
        before = (dict(os.environ), list(sys.path), (sys.stdout, sys.stderr, sys.stdin), list(sys.argv))
        files, threads, since = open_files(), set(threading.enumerate()), int(time.time() * 1e9)
        point_output(request["log"])
        code = 1
        try:
            os.chdir(request["cwd"])
            os.environ.update(request["env"])
            code = self.evaluate_task(request, self.prepare)
        finally:
            evaluator.settle_streams()
            self.restore(before)
        clean = set(threading.enumerate()) <= threads and self.left_nothing_open(files)
        self.done += 1
        memory = peak_memory()
        self.warm.learn(since)
        fresh = clean and self.done < MAX_TASKS and (memory or 0) < MAX_BYTES
        # whoever kills this process with the next task takes what is not heard yet with it
        add_line(request["pid"], "e %d" % code)
        self.answer("e", request["id"], code, {"peakMemory": memory, "more": fresh})
        return fresh

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

    def restore(self, before):
        environ, path, streams, argv = before
        now = dict(os.environ)
        for name in set(now) - set(environ):
            del os.environ[name]
        os.environ.update({name: text for name, text in environ.items() if now.get(name) != text})
        sys.path[:] = path
        sys.argv[:] = argv
        sys.stdout, sys.stderr, sys.stdin = streams
        for fd in (1, 2):
            os.dup2(self.log, fd)
        os.chdir(os.sep)

    def left_nothing_open(self, files):
        if open_files() <= files:
            return True
        gc.collect()  # what nobody holds any more closes itself
        return open_files() <= files


def main():
    arguments = evaluator.make_ready(HOST_NAMES) or json.loads(os.environ.get("BACKLOT_ARGS") or "[]")
    path, kind = arguments
    server = ForkServer(path) if kind == "fork" else SessionServer(path)
    try:
        server.loop()
    except (BrokenPipeError, ConnectionResetError):
        pass  # whoever asked is gone; what was begun is finished and found by the next
    evaluator.settle_streams()
    if kind == "fork":
        outlive(server.running)


if __name__ == "__main__":
    main()
