"""Starts commands for Backlot's scheduler: a small process starts another one faster than a large one can.

    backlot_launch.py        reads one JSON request a line from stdin, answers one JSON list a line on stdout

Request:  {"id": 1, "argv": [...], "cwd": "/x", "env": {"ADDED": "..."}, "log": "/x/log", "pid": "/x/pid", "limit": 2}
          {"id": 1, "revoke": true}  it is not to be started any more, if it still waits
Answers:  ["h", reaps]               first of all: it is there; whether orphans of what it starts become its children
          ["p", id, pid, start]      it runs; the pid file (src-main/core/process/pid-file.ts) says so from then on
          ["e", id, code, remains]   it ended by itself
          ["s", id, number, remains]  a signal ended it
          ["x", id, errno, text]     it could not be started
          ["r", id]                  revoked: it was not started and will not be
Remains:  {"peakMemory": bytes, "left": whether processes that it started live on, "orphans": their pids as far as
          they are our children now, "logged": bytes in its log, "ran": ms}; no "left" where that cannot be told
Requests are started in the order in which they came, while fewer run than the latest `limit`: a prefetched one starts
when another one ends, so its pid file is made and its log opened before that. Each command leads a process group
of its own and appends to its log. A pid file that is there already means that a later Backlot has given the attempt up:
it is not started. While requests wait, answers are held for milliseconds and told together. When stdin ends, nothing
more is started, and the launcher stays until what it started has ended and puts down how. Needs Python 3.8 (posix_spawn)
on a POSIX system, and nothing else.
"""
import errno
import json
import os
import select
import signal
import time

from backlot_system import (
    IS_LINUX,
    MEMORY_UNIT,
    become_reaper,
    is_group,
    is_running,
    open_children_list,
    start_of,
    variables_of,
)

MARK = "BACKLOT_ATTEMPT"  # in the environment of all that an attempt starts (src-main/core/process/system.ts)
RESET = [getattr(signal, n) for n in ("SIGPIPE", "SIGINT", "SIGCHLD", "SIGXFSZ") if hasattr(signal, n)]


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
    """A pipe whose first end can be read when a child has ended. From here on orphans of our children are our children."""
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    orphans.reap()
    return woken, wake


class Orphans:
    """
    Children that we did not start: their parent, a task or what it started, is gone. Each is laid at one task's door: by
    the mark in its environment, by its group or session, else it is that of the last one to end of those that ran when it
    was first seen.
    """

    def __init__(self):
        self.reaps = False
        self.list = None  # the file that names our children; held open, since it is read for each task
        self.suspects = {}  # by pid: leaders that may have left it
        self.told = set()

    def reap(self):
        try:
            self.list = open_children_list()
        except OSError:
            return  # another system, or a kernel that does not list them
        self.reaps = become_reaper()

    def children(self):
        """Pids of this process's children."""
        return map(int, os.pread(self.list, 1 << 16, 0).split())

    def left(self, ended, running):
        """The orphans of each of the leaders that have ended. `ended`, `running`: requests by leader's pid."""
        left = {leader: [] for leader in ended}
        alive = [pid for pid in self.children() if pid not in running and pid not in ended]
        if not alive and not self.suspects and not self.told:
            return left
        self.told.intersection_update(alive)
        for pid in set(self.suspects) - set(alive):
            del self.suspects[pid]
        for pid in alive:
            if pid not in self.told and is_running(pid):
                self.lay(pid, ended, running, left)
        return left

    def lay(self, pid, ended, running, left):
        leaders = {**running, **ended}
        suspects = self.suspects.setdefault(pid, self.named(pid, leaders) or set(leaders))
        if suspects & set(running):
            return
        own = [leader for leader in ended if leader in suspects]
        if own:
            left[own[-1]].append(pid)
            self.told.add(pid)
            self.suspects.pop(pid)

    def named(self, pid, leaders):
        """The leader that it names itself: by its mark, its group or its session; None: none of these."""
        set_there = variables_of(pid)
        for leader, request in leaders.items():
            mark = (request.get("env") or {}).get(MARK)
            if mark is not None and os.fsencode("%s=%s" % (MARK, mark)) in set_there:
                return {leader}
        try:
            groups = {os.getpgid(pid), os.getsid(pid)}
        except OSError:
            return None
        return groups & set(leaders) or None


orphans = Orphans()


def collect(running):
    """Children that have ended, by pid: requests and how; what is not in `running` is nobody's, its memory is forgotten."""
    ended = {}
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        request = running.pop(pid, None)
        if request is not None:
            ended[pid] = (request, status, usage)


def ended_children(running):
    """Each child that has ended: its request and what to answer. `running`: requests by pid."""
    ended = collect(running)  # all of them before one is asked what it left: what died with it has left nothing
    if not ended:
        return
    left = orphans.left({pid: request for pid, (request, _, _) in ended.items()}, running) if orphans.reaps else {}
    for pid, (request, status, usage) in ended.items():
        memory = usage.ru_maxrss * MEMORY_UNIT
        remains = {"peakMemory": memory, "logged": size_of(request["log"])}
        if orphans.reaps:
            remains.update(left=bool(left[pid]), orphans=left[pid])
        elif is_group(pid) or not IS_LINUX:
            remains["left"] = is_group(pid)
        if "began" in request:
            remains["ran"] = round((time.monotonic() - request["began"]) * 1000)
        if os.WIFSIGNALED(status):
            yield request, ("s", request["id"], os.WTERMSIG(status), remains)
        else:
            yield request, ("e", request["id"], os.WEXITSTATUS(status), remains)


def size_of(path):
    """Bytes in a file; 0 where it is gone."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def outlive(running):
    """Waits for children and puts down how each ended, for a later Backlot. `running`: requests by pid."""
    while running:
        pid, kind, number = next_end()
        request = running.pop(pid, None)
        if request:
            add_line(request["pid"], "%s %d" % (kind, number))
        if hasattr(os, "waitid"):
            os.waitpid(pid, 0)


def next_end():
    """The next child that ends, and how. Its line comes before it is collected: whoever sees it gone finds how."""
    if hasattr(os, "waitid"):
        end = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        return end.si_pid, "e" if end.si_code == os.CLD_EXITED else "s", end.si_status
    # macOS before Python 3.13: collected first, so for a moment nobody finds how
    pid, status = os.waitpid(-1, 0)
    return (pid, "s", os.WTERMSIG(status)) if os.WIFSIGNALED(status) else (pid, "e", os.WEXITSTATUS(status))


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


class Queue:
    """Requests in the order in which they came; each is started when fewer run than the limit."""

    def __init__(self):
        self.waiting = []
        self.limit = 0

    def take(self, request):
        """Queues a request; one that revokes another returns that one if it still waited."""
        if not request.get("revoke"):
            self.limit = request["limit"]
            self.waiting.append(request)
            return None
        found = [one for one in self.waiting if one["id"] == request["id"]]
        self.waiting = [one for one in self.waiting if one["id"] != request["id"]]
        return found[0] if found else None

    def next(self, running):
        """The request to start while so many run; None: there is none."""
        return self.waiting.pop(0) if self.waiting and running < self.limit else None


class Answers:
    """What is said together, since each time wakes the other side up: held for a moment while requests wait."""

    HELD = 0.0015  # seconds

    def __init__(self):
        self.said = []
        self.since = 0.0

    def add(self, *messages):
        if not self.said:
            self.since = time.monotonic()
        self.said += messages

    def patience(self, waits):
        """Seconds until they are due; None where there are none. `waits`: whether there are requests that wait."""
        if not self.said:
            return None
        return max(0, self.since + self.HELD - time.monotonic()) if waits else 0

    def take(self):
        """All of them, as lines."""
        said, self.said = self.said, []
        return "".join(json.dumps(message) + "\n" for message in said).encode()


class Ready:
    """A request's pid file and log, made and opened before its start; `error`: why that could not be."""

    def __init__(self, request, own):
        self.claimed = self.log = self.error = None
        try:
            self.claimed = claim(request["pid"])
            note(self.claimed, own)
            self.log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            self.error = error

    def give_up(self):
        """Nothing is started, and nobody may any more."""
        note(self.claimed, "-")
        self.close()

    def close(self):
        for file in (self.claimed, self.log):
            if file is not None:
                os.close(file)


class Launcher:
    def __init__(self):
        self.queue = Queue()
        self.answers = Answers()
        self.running = {}
        self.ready = {}
        self.ended = []  # requests whose ends are not told yet, and what they are
        self.programs = {}
        self.own = "? %d %s" % (os.getpid(), start_of(os.getpid()) or "")
        self.environment = dict(os.environ)
        self.nothing = os.open(os.devnull, os.O_RDONLY)

    def tell(self):
        said = self.answers.take()
        while said:
            said = said[os.write(1, said) :]
        self.ended = []

    def start(self, request):
        ready = self.ready.pop(request["id"], None) or Ready(request, self.own)
        try:
            if ready.error:
                raise ready.error
            pid = self.spawn(request, ready.log)
        except (OSError, ValueError) as error:
            ready.give_up()
            self.answers.add(("x", request["id"], errno.errorcode.get(getattr(error, "errno", 0) or 0, ""), str(error)))
            return
        request["began"] = time.monotonic()
        self.running[pid] = request
        start = start_of(pid)
        note(ready.claimed, "%d %s" % (pid, start or ""))
        ready.close()
        self.answers.add(("p", request["id"], pid, start))

    def spawn(self, request, log):
        environment = dict(self.environment, **request["env"])
        os.chdir(request["cwd"])
        return os.posix_spawn(
            self.program_of(request["argv"][0], environment.get("PATH"), request["cwd"]),
            request["argv"],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, self.nothing, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setpgroup=0,
            setsigdef=RESET,
        )

    def program_of(self, *asked):
        """What was found stays so; should it be gone since, then it cannot be started, and that is said."""
        if asked not in self.programs:
            self.programs[asked] = program_of(*asked)
        return self.programs[asked]

    def loop(self):
        woken, _ = wake_on_children()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.answers.add(("h", orphans.reaps))
        self.tell()
        rest = b""
        while True:
            patience = self.answers.patience(self.queue.waiting)
            ready = select.select([0, woken], [], [], patience)[0]
            if woken in ready:
                os.read(woken, 512)
                for request, message in ended_children(self.running):
                    self.ended.append((request, message))
                    self.answers.add(message)
            if 0 in ready:
                data = os.read(0, 1 << 16)
                if not data:
                    return
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self.take(json.loads(line))
            self.start_next()
            self.get_ready()
            if self.answers.patience(self.queue.waiting) == 0:
                self.tell()

    def take(self, request):
        revoked = self.queue.take(request)
        if revoked:
            self.forget(revoked)
            self.answers.add(("r", revoked["id"]))

    def forget(self, request):
        ready = self.ready.pop(request["id"], None)
        if ready:
            ready.give_up()

    def start_next(self):
        request = self.queue.next(len(self.running))
        while request:
            self.start(request)
            request = self.queue.next(len(self.running))

    def get_ready(self):
        """Those that start next."""
        for request in self.queue.waiting[: self.queue.limit]:
            if request["id"] not in self.ready:
                self.ready[request["id"]] = Ready(request, self.own)

    def leave(self):
        """Nobody hears us any more: what waits is given up, and how others end is put down."""
        for request in self.queue.waiting:
            self.forget(request)
        for request, message in self.ended:
            add_line(request["pid"], "%s %d" % (message[0], message[2]))
        outlive(self.running)


if __name__ == "__main__":
    launcher = Launcher()
    try:
        launcher.loop()
    except BrokenPipeError:
        pass  # whoever asked is gone; what was started runs on
    launcher.leave()
