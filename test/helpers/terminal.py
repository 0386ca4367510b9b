"""Runs a command in a terminal of its own: types when it sees a text, and tells how it ended.

    terminal.py STEPS COMMAND...     STEPS: JSON list of {"see": text, "send": text or null, "signal": name or null}

`send` is typed, `hangup` closes the terminal. Prints {"code", "signal", "text"} as JSON when the command has ended.
"""
import json
import os
import pty
import select
import signal
import sys
import time

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = ""
place = 0
status = None
closed = False
while status is None:
    if steps and steps[0]["see"] in seen[place:]:
        step = steps.pop(0)
        place = len(seen)
        if step.get("hangup"):
            os.close(terminal)
            closed = True
        elif step.get("signal"):
            os.kill(pid, getattr(signal, step["signal"]))
        else:
            os.write(terminal, step["send"].encode())
        continue
    ended, found = os.waitpid(pid, os.WNOHANG)
    if ended:
        status = found
    if closed:
        time.sleep(0.02)
        continue
    readable = select.select([terminal], [], [], 0.02)[0]
    try:
        while readable:
            data = os.read(terminal, 65536)
            seen += data.decode(errors="replace")
            readable = data and select.select([terminal], [], [], 0)[0]
    except OSError:
        pass  # the other side is closed
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
ended_by = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else None
print(json.dumps({"code": code, "signal": ended_by, "text": seen}))
