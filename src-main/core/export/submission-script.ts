/** What every submit.sh does, in sh or in Python: makes a folder for this submission, and its record. */
import type { FarmName } from '../../domain/formats.ts'
import { submissionFile } from './pulled/submission.ts'
import { runsFolder } from './script.ts'

/**
 * POSIX sh, `$folder` being the export's: makes `$root`, the folder of the submission `$run`, and `note FACT VALUE`, which
 * writes into its record. Says in a sentence where the folder cannot be written.
 */
export const newRun = (farm: FarmName | 'deadline-cloud'): string => `run=$(date -u +%Y%m%d-%H%M%S)-$$
root="$folder/${runsFolder}/$run"
if ! {
  mkdir -p -- "$folder/${runsFolder}" && mkdir -- "$root" "$root/tasks" &&
    { [ ! -d "$folder/nodes" ] || cp -R -- "$folder/nodes" "$root/nodes"; }
}; then
  printf '%s\\n' "nothing was submitted: $(id -un) cannot write into $folder/${runsFolder}, where the results of a submission are kept; the farm's machines have to as well" >&2
  exit 1
fi
note() {
  printf '%s\\n' "$*" >> "$root/${submissionFile}" ||
    printf '%s\\n' "$root/${submissionFile} cannot be written, and lacks: $*" >&2
}
note submission 1
note farm ${farm}
note at "$(date +%s)000"
note user "$(id -un)"
note host "$(uname -n)"`

/**
 * POSIX sh, behind `newRun`, where one call submits all: what is interrupted meanwhile may have been submitted or not, and
 * is not taken for a job that waits on its farm.
 */
export const stopsInOne = (farm: string): string =>
  `trap 'note stopped; echo "interrupted; look whether ${farm} has the job: it may have taken it" >&2; exit 1' HUP INT TERM`

/**
 * Python, `folder` being the export's: `make_run()` makes the submission's folder, `record(root, lines)` writes into its
 * record, `refuse(text, root)` ends the script and leaves nothing of a submission that came to nothing. One that is
 * interrupted may have been submitted or not, which its record says. Of the standard library it needs os, shutil, signal,
 * sys and time.
 */
export const runsInPython = `def make_run():
    """The folder of this submission, with what its tasks need."""
    run = time.strftime('%Y%m%d-%H%M%S', time.gmtime()) + '-%d' % os.getpid()
    root = os.path.join(folder, '${runsFolder}', run)
    os.makedirs(os.path.join(root, 'tasks'))
    if os.path.isdir(os.path.join(folder, 'nodes')):
        shutil.copytree(os.path.join(folder, 'nodes'), os.path.join(root, 'nodes'))

    def stop(*_):
        record(root, ['stopped'])
        sys.exit('interrupted; look whether the farm has the job: it may have taken it')
    for name in ('SIGHUP', 'SIGINT', 'SIGTERM'):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), stop)
    return root, run


def record(root, lines):
    with open(os.path.join(root, '${submissionFile}'), 'a', encoding='utf-8') as file:
        file.write(''.join(line + '\\n' for line in lines))


def refuse(text, root=None):
    if root is not None:
        shutil.rmtree(root)
    sys.exit(text)`

/** Python: `root, run = begun('FARM', name)`, of which the record says who submitted what from where. */
export const beginsInPython = `${runsInPython}


def begun(farm, name):
    try:
        root, run = make_run()
    except OSError as error:
        refuse('nothing was submitted: %s; the results of a submission are kept in this folder, and the machines of the farm have to write there as well' % error)
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    record(root, ['submission 1', 'farm ' + farm, 'at %d' % (time.time() * 1000), 'user ' + user,
                  'host ' + socket.gethostname(), 'name ' + ' '.join(name.split())])
    return root, run`
