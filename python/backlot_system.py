"""What a system tells of its processes: Linux by /proc, macOS by ps, Windows by its own calls. Python 3.7 syntax.

The starts are those of src-main/core/process: a process is known by its pid and its start, and the scheduler compares
what it is told with what it sees itself.
"""
import errno
import os
import sys
import time

IS_LINUX = sys.platform.startswith("linux")
IS_WINDOWS = os.name == "nt"
PR_SET_CHILD_SUBREAPER = 36
# what os.wait4 counts memory in
MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


def read_file(path):
    """The start of a file of /proc, as bytes; empty where it is gone or not ours to read."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(file, 1 << 17)
    except OSError:
        return b""
    finally:
        os.close(file)


def stat_of(pid):
    """The fields of /proc/PID/stat behind the program's name; none where it is gone."""
    return read_file("/proc/%s/stat" % pid).rpartition(b")")[2].split()


def start_of(pid):
    """A process's start in the system's own words; None where it cannot be told."""
    if IS_WINDOWS:
        return WINDOWS.start_of(pid)
    if not IS_LINUX:
        return start_by_ps(pid)
    fields = stat_of(pid)
    return fields[19].decode() if len(fields) > 19 else None


def start_by_ps(pid):
    """Whole seconds since 1970, as src-main/core/process/posix/ps.ts has them."""
    import calendar
    import subprocess

    plain = {"PATH": "/bin:/usr/bin", "LC_ALL": "C", "TZ": "UTC"}
    try:
        said = subprocess.check_output(["ps", "-p", str(pid), "-o", "lstart="], env=plain, stderr=subprocess.DEVNULL)
        return str(calendar.timegm(time.strptime(said.decode().strip(), "%a %b %d %H:%M:%S %Y")))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def is_running(pid):
    """Whether it is there and more than a zombie; True where nobody can tell."""
    if not IS_LINUX:
        return True
    return stat_of(pid)[:1] not in ([], [b"Z"], [b"X"])


def variables_of(pid):
    """What a process was started with, as `NAME=value` in bytes (Linux)."""
    return read_file("/proc/%d/environ" % pid).split(b"\0") if IS_LINUX else []


def is_group(pid):
    """Whether a process of this group is there."""
    try:
        os.killpg(pid, 0)
        return True
    except OSError as error:
        return error.errno == errno.EPERM


def open_children_list():
    """An open file that names this process's children; raises OSError where there is none."""
    if not IS_LINUX:
        raise OSError("no /proc")
    return os.open("/proc/self/task/%d/children" % os.getpid(), os.O_RDONLY)


def become_reaper():
    """Whether orphans below this process become its children from now on (Linux)."""
    if not IS_LINUX:
        return False
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except Exception:
        return False  # a Python without ctypes, a system without prctl: processes in groups of their own are not ours


def peak_memory():
    """The most bytes this process had in memory since `forget_peak`; None where nobody can say."""
    if IS_WINDOWS:
        return WINDOWS.peak_memory()
    for line in read_file("/proc/self/status").splitlines() if IS_LINUX else []:
        if line.startswith(b"VmHWM"):
            return int(line.split()[1]) * 1024
    return None


def forget_peak():
    """Where that cannot be done, the peak is that of the whole session."""
    if not IS_LINUX:
        return
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


def thread_count():
    """Threads of this process, also those that only C code knows of; 0 where nobody can tell."""
    return len(names_in("/proc/self/task"))


def names_in(folder):
    """The names in a folder of /proc; none elsewhere."""
    try:
        return os.listdir(folder) if IS_LINUX else []
    except OSError:
        return []


def open_files():
    """The descriptors of this process with what each leads to; what a task leaves open shows up here."""
    found = {}
    for fd in names_in("/proc/self/fd"):
        try:
            found[fd] = os.readlink("/proc/self/fd/" + fd)
        except OSError:
            pass  # that of the list itself
    return found


def children():
    """Processes that this one has started and that run, as far as the system tells: their pids as text."""
    if IS_WINDOWS:
        return WINDOWS.children()
    found = set()
    for thread in names_in("/proc/self/task"):
        found.update(read_file("/proc/self/task/%s/children" % thread).decode().split())
    return {pid for pid in found if is_running(pid)}


class Windows:
    """By kernel32, through ctypes; a Python without that tells nothing."""

    ASK_AND_WAIT = 0x1000 | 0x100000
    SNAPSHOT_OF_PROCESSES = 2

    def __init__(self):
        try:
            import ctypes
            from ctypes import wintypes
        except ImportError:
            self.kernel = None
            return
        self.ctypes, self.types = ctypes, wintypes
        self.kernel = ctypes.WinDLL("kernel32")
        self.kernel.OpenProcess.restype = self.kernel.GetCurrentProcess.restype = wintypes.HANDLE
        self.kernel.CreateToolhelp32Snapshot.restype = wintypes.HANDLE

        class Entry(ctypes.Structure):
            _fields_ = [
                ("size", wintypes.DWORD),
                ("usage", wintypes.DWORD),
                ("pid", wintypes.DWORD),
                ("heap", ctypes.c_void_p),
                ("module", wintypes.DWORD),
                ("threads", wintypes.DWORD),
                ("parent", wintypes.DWORD),
                ("priority", wintypes.LONG),
                ("flags", wintypes.DWORD),
                ("name", wintypes.WCHAR * 260),
            ]

        self.Entry = Entry

    def start_of(self, pid):
        """In 100 ns since 1601."""
        if self.kernel is None:
            return None
        handle = self.types.HANDLE(self.kernel.OpenProcess(self.ASK_AND_WAIT, False, pid))
        if not handle:
            return None
        times = [self.types.FILETIME() for _ in range(4)]
        try:
            if self.kernel.WaitForSingleObject(handle, 0) == 0:
                return None  # it has ended
            told = self.kernel.GetProcessTimes(handle, *[self.ctypes.byref(one) for one in times])
            return str((times[0].dwHighDateTime << 32) + times[0].dwLowDateTime) if told else None
        finally:
            self.kernel.CloseHandle(handle)

    def peak_memory(self):
        if self.kernel is None:
            return None
        counters = (self.ctypes.c_size_t * 9)()  # PROCESS_MEMORY_COUNTERS: two DWORDs, then sizes
        size = self.ctypes.sizeof(counters)
        own = self.types.HANDLE(self.kernel.GetCurrentProcess())
        told = self.kernel.K32GetProcessMemoryInfo(own, counters, size)
        return counters[1] if told else None

    def children(self):
        if self.kernel is None:
            return set()
        snapshot = self.types.HANDLE(self.kernel.CreateToolhelp32Snapshot(self.SNAPSHOT_OF_PROCESSES, 0))
        entry = self.Entry()
        entry.size = self.ctypes.sizeof(entry)
        found = set()
        more = self.kernel.Process32FirstW(snapshot, self.ctypes.byref(entry))
        while more:
            if entry.parent == os.getpid() and entry.name.lower() != "conhost.exe":
                found.add(str(entry.pid))
            more = self.kernel.Process32NextW(snapshot, self.ctypes.byref(entry))
        self.kernel.CloseHandle(snapshot)
        return found


WINDOWS = Windows() if IS_WINDOWS else None
