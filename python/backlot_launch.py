"""Starts commands for Backlot's scheduler: a small process starts another one faster than a large one can.

    backlot_launch.py        reads one JSON request a line from stdin, answers one JSON list a line on stdout

Request:  {"id": 1, "argv": [...], "cwd": "/x", "env": {"ADDED": "..."}, "log": "/x/log", "pid": "/x/pid", "room": 2}
          {"id": 1, "back": true}    it is not to be started any more, should it still wait
Answers:  ["p", id, pid, start]      it runs; the pid file (src-main/core/run/pid-file.ts) says so from then on
          ["e", id, code, remains]   it ended by itself
          ["s", id, number, remains]  a signal ended it
          ["x", id, errno, text]     it could not be started
          ["r", id]                  it was given back: it was not started and will not be
Remains:  {"peakMemory": bytes, "left": whether others of its group live on, "logged": bytes in its log}
Requests are started in the order in which they came, while fewer run than the latest `room`: what is handed over ahead
starts when another one ends. Each command leads a process group of its own and appends to its log. A pid file that is there already means that a
later Backlot has given the attempt up: it is not started. When stdin ends, nothing more is started, and the launcher
stays until what it started has ended and puts down how. Needs Python 3.8 (posix_spawn) on a POSIX system, and nothing else.
"""
import errno
import json
import os
import select
import signal
import sys

RESET = [signal.SIGPIPE, signal.SIGINT, signal.SIGCHLD] + ([signal.SIGXFSZ] if hasattr(signal, "SIGXFSZ") else [])


def start_of(pid):
    """The process's start in the system's own words (field 22 of /proc/PID/stat); None where there is no /proc."""
    try:
        stat = os.open("/proc/%d/stat" % pid, os.O_RDONLY)
    except OSError:
        return None
    try:
        return os.read(stat, 4096).rpartition(b")")[2].split()[19].decode()
    except (OSError, IndexError):
        return None
    finally:
        os.close(stat)


def claim(path):
    """Makes the pid file; None on a full disk, where the process runs all the same. Raises FileExistsError."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
    except FileExistsError:
        raise
    except OSError:
        return None


def note(claimed, line):
    """Writes a line into a claimed pid file; on a full disk nobody is told."""
    try:
        if claimed is not None:
            os.write(claimed, (line + "\n").encode())
    except OSError:
        pass


def wake_on_children():
    """A pipe whose first end can be read when a child has ended."""
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return woken, wake


def ended_children(running):
    """What to answer for each child that has ended. `running`: requests by pid; others' children are nobody's."""
    while running:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        request = running.pop(pid, None)
        if request is None:
            continue
        memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        remains = {"peakMemory": memory, "left": is_group(pid), "logged": size_of(request["log"])}
        if os.WIFSIGNALED(status):
            yield "s", request["id"], os.WTERMSIG(status), remains
        else:
            yield "e", request["id"], os.WEXITSTATUS(status), remains


def is_group(pid):
    """Whether a process of this group is there."""
    try:
        os.killpg(pid, 0)
        return True
    except OSError as error:
        return error.errno == errno.EPERM


def size_of(path):
    """Bytes in a file; 0 where it is gone."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def outlive(running):
    """Waits for children and puts down how each ended, for a later Backlot. `running`: requests by pid."""
    while running and hasattr(os, "waitid"):
        # first the line, then the process is collected: whoever sees it gone finds how
        end = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        request = running.pop(end.si_pid, None)
        if request:
            add_line(request["pid"], "%s %d" % ("e" if end.si_code == os.CLD_EXITED else "s", end.si_status))
        os.waitpid(end.si_pid, 0)


def add_line(path, line):
    """Adds a line to a pid file; on a full disk nobody is told."""
    try:
        with open(path, "a") as note:
            note.write(line + "\n")
    except OSError:
        pass


def program_of(name, path, cwd):
    """The file that a program's name means on this PATH, as execvp finds it."""
    if "/" in name:
        return os.path.join(cwd, name)
    denied = None
    for folder in (path or os.defpath).split(os.pathsep):
        full = os.path.join(cwd, folder, name)
        if os.access(full, os.X_OK) and os.path.isfile(full):
            return full
        denied = denied or (full if os.path.isfile(full) else None)
    raise OSError(errno.EACCES if denied else errno.ENOENT, "not found")


class Turns:
    """Requests in the order in which they came; each has its turn when fewer run than there is room for."""

    def __init__(self):
        self.waiting = []
        self.room = 0

    def take(self, request):
        """Puts a request in its place; one that takes another back returns that one, where it still waited."""
        if not request.get("back"):
            self.room = request["room"]
            self.waiting.append(request)
            return None
        found = [one for one in self.waiting if one["id"] == request["id"]]
        self.waiting = [one for one in self.waiting if one["id"] != request["id"]]
        return found[0] if found else None

    def next(self, running):
        """The request whose turn it is while so many run; None: nobody's."""
        return self.waiting.pop(0) if self.waiting and running < self.room else None


class Launcher:
    def __init__(self):
        self.turns = Turns()
        self.said = []
        self.running = {}
        self.programs = {}
        self.own = "? %d %s" % (os.getpid(), start_of(os.getpid()) or "")
        self.environment = dict(os.environ)

    def answer(self, *message):
        self.said.append(json.dumps(message) + "\n")

    def tell(self):
        """All answers of a round at once: each wakes the other side up."""
        said = "".join(self.said).encode()
        self.said = []
        while said:
            said = said[os.write(1, said) :]

    def start(self, request):
        try:
            claimed = claim(request["pid"])
        except FileExistsError as error:
            self.answer("x", request["id"], "EEXIST", str(error))
            return
        note(claimed, self.own)
        try:
            self.spawn(request, claimed)
        finally:
            if claimed is not None:
                os.close(claimed)

    def spawn(self, request, claimed):
        environment = dict(self.environment, **request["env"])
        try:
            os.chdir(request["cwd"])
            program = self.program_of(request["argv"][0], environment.get("PATH"), request["cwd"])
            pid = os.posix_spawn(
                program,
                request["argv"],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
                setpgroup=0,
                setsigdef=RESET,
            )
        except (OSError, ValueError) as error:
            note(claimed, "-")
            self.answer("x", request["id"], errno.errorcode.get(getattr(error, "errno", 0) or 0, ""), str(error))
            return
        self.running[pid] = request
        start = start_of(pid)
        note(claimed, "%d %s" % (pid, start or ""))
        self.answer("p", request["id"], pid, start)

    def program_of(self, *asked):
        """What was found stays so; should it be gone since, then it cannot be started, and that is said."""
        if asked not in self.programs:
            self.programs[asked] = program_of(*asked)
        return self.programs[asked]

    def loop(self):
        woken, _ = wake_on_children()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        rest = b""
        while True:
            ready = select.select([0, woken], [], [])[0]
            if woken in ready:
                os.read(woken, 512)
                for message in ended_children(self.running):
                    self.answer(*message)
            if 0 in ready:
                data = os.read(0, 1 << 16)
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    back = self.turns.take(json.loads(line))
                    if back:
                        self.answer("r", back["id"])
            self.start_next()
            self.tell()

    def start_next(self):
        request = self.turns.next(len(self.running))
        while request:
            self.start(request)
            request = self.turns.next(len(self.running))


if __name__ == "__main__":
    launcher = Launcher()
    try:
        launcher.loop()
    except BrokenPipeError:
        pass  # whoever asked is gone; what was started runs on
    outlive(launcher.running)
