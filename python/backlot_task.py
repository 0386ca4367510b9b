"""Runs one task of an export's folder where there is no POSIX shell, as commands/N.sh does elsewhere (docs/protocol.md).

    python commands/N.py NODE/BATCH [RUN]        the task of this folder; RUN: a submission, which keeps what comes out in runs/RUN
    python commands/frames.py commands/N.py NODE 1-9:2,20 [RUN]    the task that has just these frames

Beside N.py lies N.json: {"argv": [...], "env": {...}, "evaluator": file or "", "plain": bool, "rules": [[telling, pattern]]}.
Prints and keeps what the command prints (log.K.txt), notes how the attempt went (attempts.txt), and ends as the command did;
with an error also where the result or the log tells of one. Python 3.7 syntax.
"""
import getpass
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

HEAD_END = "# output:"
LONGEST_LINE = 20000
LONGEST_MESSAGE = 500
BEAT = 5  # seconds between signs of life
STOPS = {"SIGTERM": 143, "SIGINT": 130, "SIGHUP": 129, "SIGBREAK": 143}
# by which farms say which task this is
IDS = (
    "CUE_JOB CUE_JOB_ID CUE_FRAME CUE_FRAME_ID SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID SLURM_JOB_ID SLURM_RESTART_COUNT"
    " DEADLINE_JOB_ID DEADLINE_TASK_ID DEADLINE_SESSION_ID DEADLINE_WORKER_ID"
    " TR_ENV_JID TR_ENV_TID"
).split()


def now():
    return int(time.time() * 1000)


def ends_well(path):
    with open(path, "rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def fill(text, places):
    return re.sub(r"\{(evaluator|task|node)\}", lambda found: places[found.group(1)], text)


class Task:
    def __init__(self, root, name, launch, run=""):
        self.root, self.name, self.launch, self.of_run = root, name, launch, run
        kept = os.path.join(root, "runs", run) if run else root
        self.folder = os.path.join(kept, "tasks", os.path.normpath(name))
        self.file = os.path.join(self.folder, "task.json")
        self.result = os.path.join(self.folder, "result.json")
        self.process = self.stopped = None
        self.make_folder()
        self.number = self.last_noted() + 1  # though its log may be gone
        while os.path.exists(self.path_of_log()):
            self.number += 1

    def last_noted(self):
        try:
            with open(os.path.join(self.folder, "attempts.txt"), encoding="utf-8") as notes:
                return max([int(found.group()) for found in map(re.compile(r"\d{1,6}(?= )").match, notes) if found] or [0])
        except FileNotFoundError:
            return 0

    def make_folder(self):
        """Before the work, not after it."""
        probe = os.path.join(self.folder, "writable.%d" % os.getpid())
        try:
            os.makedirs(self.folder, exist_ok=True)
            open(probe, "w").close()
            os.remove(probe)
            if self.of_run:
                shutil.copyfile(os.path.join(self.root, "tasks", os.path.normpath(self.name), "task.json"), self.file)
        except OSError as error:
            refuse(
                "%s cannot write into %s on %s (%s), so the task was not started: give that user the right to write "
                "there, or run the job as the user who has it" % (getpass.getuser(), self.folder, platform.node(), error)
            )

    def where(self):
        ids = ["%s=%s" % (name, "".join(os.environ[name].split())) for name in IDS if os.environ.get(name)]
        return " ".join(["".join((platform.node() or "unknown").split())] + ids)

    def beat(self, over):
        """A sign of life: where it stands still, whoever ended this script left it no time to say so."""
        path = os.path.join(self.folder, "alive.%d" % self.number)
        while True:
            with open(path, "w") as alive:
                alive.write("%d\n" % time.time())
            if over.wait(BEAT):
                return

    def stop(self, number, _frame):
        name = signal.Signals(number).name
        if self.stopped is None:
            self.stopped = name
            self.note("told %s %d" % (name[3:], now()))
        if self.process is not None:
            self.process.terminate()

    def path_of_log(self):
        return os.path.join(self.folder, "log.%d.txt" % self.number)

    def note(self, text):
        path = os.path.join(self.folder, "attempts.txt")
        with open(path, "a", encoding="utf-8", newline="\n") as notes:
            # behind a line that was cut off, as by a full disk
            notes.write("%s%d %s\n" % ("" if ends_well(path) else "\n", self.number, text))

    def run(self):
        """The exit code."""
        self.note("began %d on %s" % (now(), self.where()))
        self.note("process %d" % os.getpid())
        if os.path.exists(self.result):  # an earlier attempt's
            os.replace(self.result, os.path.join(self.folder, "result.%d.json" % (self.number - 1)))
        over = threading.Event()
        life = threading.Thread(target=self.beat, args=(over,), daemon=True)
        life.start()
        for name in STOPS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self.stop)
        code = self.evaluate()
        if self.stopped is not None:
            code = STOPS.get(self.stopped, 143)
        if code == 0 and self.result_lacks():
            sys.stderr.write("backlot: exit code 0, but the result is missing or tells of a failure\n")
            code = 1
        told = self.told() if code == 0 else None
        if told:
            code, sentence = told
            sys.stderr.write("backlot: %s\n" % sentence)
            self.note("said %s" % sentence)
        self.note("ended %d %d" % (now(), code))
        over.set()  # not before: a long log takes its time to be read
        life.join()
        os.remove(os.path.join(self.folder, "alive.%d" % self.number))
        return code

    def evaluate(self):
        evaluator = self.launch["evaluator"]
        places = {
            "evaluator": os.path.join(self.root, evaluator) if evaluator else "",
            "task": self.file,
            "node": "node",
        }
        argv = [fill(word, places) for word in self.launch["argv"]]
        environment = dict(os.environ)
        for name, value in self.launch["env"].items():
            environment[name] = fill(value, places)
        with open(self.path_of_log(), "wb") as log:
            run = ", run %s" % self.of_run if self.of_run else ""
            place = (self.name, self.number, self.root, run, self.where())
            self.say(log, "# backlot task %s, attempt %d, in %s%s, on %s\n" % place)
            self.say(log, "# command: %s\n%s\n" % (subprocess.list2cmdline(argv), HEAD_END))
            nothing, pipe, both = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
            try:
                process = subprocess.Popen(argv, cwd=self.root, env=environment, stdin=nothing, stdout=pipe, stderr=both)
            except OSError as error:
                self.say(log, "backlot: %s cannot be started: %s\n" % (argv[0], error))
                return 127
            self.process = process
            if self.stopped is not None:
                process.terminate()
            for data in iter(lambda: process.stdout.read1(1 << 16), b""):
                self.show(log, data)
            code = process.wait()
        return code if 0 <= code < 256 else 1

    def say(self, log, text):
        self.show(log, text.encode("utf-8", "backslashreplace"))

    def show(self, log, data):
        log.write(data)
        log.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def result_lacks(self):
        """A plain command need write no result."""
        try:
            with open(self.result, encoding="utf-8") as result:
                return '"outputs"' not in result.read()
        except OSError:
            return not self.launch["plain"]

    def told(self):
        """The exit code and a sentence about the first line that tells of a failure; None: none does."""
        rules = list(readable(self.launch["rules"]))
        with open(self.path_of_log(), "rb") as log:
            text = log.read().decode("utf-8", "replace").partition(HEAD_END + "\n")[2]
        for line in re.split(r"\r\n|\r|\n", text.replace("\0", "")):
            line = line[:LONGEST_LINE]
            telling = next((telling for telling, pattern in rules if pattern.search(line)), "other")
            found = failure(telling, line)
            if found:
                return found
        return None


def failure(telling, line):
    if telling == "fail":
        said = re.sub(r"^openjd_fail: *", "", line)
        return 1, "the log says it failed: " + said[:LONGEST_MESSAGE].strip()
    if telling == "warning":
        return 1, "it is strict, and its log warns: " + line[:LONGEST_MESSAGE].strip()
    if telling == "exit":
        found = re.search(r"-?\d+", line)
        code = int(found.group()) if found else 0
        if code:
            return code if 0 < code < 256 else 1, "the log says exit status %d" % code
    return None


def readable(rules):
    """Patterns are JavaScript's, of which Python reads all but the names of groups; one that it cannot read is left out."""
    for telling, pattern in rules:
        try:
            yield telling, re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", pattern))
        except re.error:
            pass


def refuse(text):
    sys.stderr.write("backlot: %s\n" % text)
    sys.exit(1)


def main(script):
    """Of commands/N.py."""
    script = os.path.abspath(script)
    root = os.path.dirname(os.path.dirname(script))
    with open(os.path.splitext(script)[0] + ".json", encoding="utf-8") as file:
        launch = json.load(file)
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    # one that is empty says nothing
    of_run = (sys.argv[2] if len(sys.argv) > 2 else "") or os.environ.get("BACKLOT_RUN", "")
    if os.path.basename(of_run) != of_run or of_run.startswith("."):
        refuse("%s is no run of this folder" % of_run)
    if of_run and not os.path.isdir(os.path.join(root, "runs", of_run, "nodes")):
        refuse("there is no run %s in %s: submit.sh makes it" % (of_run, root))
    if not os.path.isfile(os.path.join(root, "tasks", os.path.normpath(name), "task.json")):
        refuse("there is no task %s in %s" % (name, root))
    os.chdir(root)
    sys.exit(Task(root, name, launch, of_run).run())


PIECE = re.compile(r"(-?\d+)(?:-(-?\d+)(?::(-?\d+))?)?$")


def frames_in(text):
    """`1-9:2,20` as rising numbers; None where it is no range."""
    found = []
    for piece in text.split(","):
        match = PIECE.match(piece)
        if not match:
            return None
        first, last, step = match.group(1), match.group(2) or match.group(1), int(match.group(3) or 1)
        if step == 0:
            return None
        found += range(int(first), int(last) + (1 if step > 0 else -1), step)
    return sorted(found)


def look_up(script):
    """Of commands/frames.py: runs the task that has these frames."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(script)))
    command, node, asked, *run = sys.argv[1:5]
    wanted = frames_in(asked)
    with open(os.path.join(root, "nodes", node + ".frames"), encoding="utf-8") as file:
        known = [frames_in(line.strip()) for line in file]
    if wanted is None or wanted not in known:
        refuse("no task of node %s has just the frames %s: they were cut otherwise than template.yaml says" % (node, asked))
    task = "%s/%d" % (node, known.index(wanted))
    sys.exit(subprocess.call([sys.executable, os.path.join(root, os.path.normpath(command)), task, *run]))
