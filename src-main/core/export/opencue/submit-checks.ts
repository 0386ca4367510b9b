/**
 * What submit.sh looks at before anything is submitted, as Python. cuebot and rqd would refuse it with no word that helps,
 * or fail every frame. Sources: V1__Initial_schema.sql (job.str_shot 64, job.str_user 32 of its history, job_env.str_value
 * 2048), JobSpec.conformJobName, JobLauncher (a name that is pending), JobLogUtil (JOB--ID), rqd's JOB.FRAME.rqlog, which is
 * one name of a file: 255 bytes.
 */
import { runsFolder } from '../script.ts'
import { runsInPython } from '../submission-script.ts'

/** Bytes of a file's name, on every file system of a farm. */
export const maxFileName = 255
export const maxShot = 64
export const maxUser = 32
export const maxValue = 2048

/** rqd numbers older logs behind a dot. */
const rotated = 3

export const submitChecks = `job_name = wanted or spec.getElementsByTagName('job')[0].getAttribute('name')
job_name = re.sub('_{2,}', '_', job_name.replace('-', '_')).lower().lstrip('_')
full_name = ('%s-%s-%s' % (show, shot.replace('-', '_'), user)).rstrip('_').lower() + '_' + job_name
layers = []
for element in spec.getElementsByTagName('layer'):
    position = re.search(r' (\\d+)/#IFRAME#$', text_of(element, 'cmd')).group(1)
    layers.append((position, element.getAttribute('name')))


def longest_frame():
    names = [(0, '')]
    for element in spec.getElementsByTagName('layer'):
        last = max([int(number) for number in re.findall(r'\\d+', text_of(element, 'range'))] or [0])
        name = '%04d-%s' % (last, element.getAttribute('name'))
        names.append((len(name.encode('utf-8')), name))
    return max(names)[1]


def lengths():
    """A sentence for each name that is too long."""
    found = []
    if len(shot) > ${maxShot}:
        found.append('the shot has %d characters, and cuebot keeps ${maxShot}: submit it for a shot with a shorter name' % len(shot))
    if len(user) > ${maxUser}:
        found.append('the user has %d characters, and cuebot keeps ${maxUser}: say a shorter one with CUE_USER' % len(user))
    if len(folder) > ${maxValue}:
        found.append('the path of this folder has %d characters, and cuebot keeps ${maxValue} of a variable: move it' % len(folder))
    if not re.match(r'[\\w.]{3,}$', job_name, re.ASCII):
        found.append('cuebot takes no job called %r: a name has 3 characters or more of a-z 0-9 _ . (JOB=NAME)' % job_name)
    log = '%s.%s.rqlog' % (full_name, longest_frame())
    over = max(len(log.encode('utf-8')) + ${rotated} - ${maxFileName}, len(full_name) + 38 - ${maxFileName})
    if over > 0:
        room = len(job_name) - over
        how = 'say a name of at most %d characters with JOB=NAME' % room if room >= 3 else 'rename its longest node'
        found.append('the logs of %s would have names of more than ${maxFileName} bytes, which no rqd can write: %s' % (full_name, how))
    return found


def there(ask, name):
    """Whether cuebot knows it; None where this cuebot cannot be asked that."""
    import opencue.exception as wrong
    try:
        ask(name)
        return True
    except (wrong.ConnectionException, wrong.DeadlineExceededException) as error:
        sys.exit('nothing was submitted: no cuebot answers (%s); say which with CUEBOT_HOSTS' % error)
    except wrong.CueException as error:
        return None if 'UNIMPLEMENTED' in str(error) else False


def unknown(api):
    """A sentence for each thing that cuebot has not, or has already."""
    found = []
    if there(api.findShow, show) is False:
        found.append('there is no show %s on this cuebot' % show)
    if facility != '' and there(api.getFacility, facility) is False:
        found.append('there is no facility %s on this cuebot; leave FACILITY out, and it decides' % facility)
    for limit in sorted({element.firstChild.data for element in spec.getElementsByTagName('limit')}):
        if there(api.findLimit, limit) is False:
            how = "python3 -c 'import opencue.api as cue; cue.createLimit(\\"%s\\", N)'" % limit
            found.append('there is no limit %s on this cuebot; make it once: %s' % (limit, how))
    if there(api.findJob, full_name):
        found.append('the job %s is pending already; say another name with JOB=NAME, or kill that one' % full_name)
    return found


${runsInPython}

def not_writable(root):
    """Why the job's user cannot write its results; empty: nothing is known against it."""
    if uid == '' or int(uid) == os.geteuid():
        return ''
    if os.geteuid() == 0:
        # what root made here is the job's user's
        for path, _, files in os.walk(root):
            for name in [path] + [os.path.join(path, one) for one in files]:
                os.chown(name, int(uid), -1)
        return ''
    import pwd
    groups = os.getgrouplist(user, pwd.getpwuid(int(uid)).pw_gid)
    state = os.stat(os.path.join(root, 'tasks'))
    right = 0o070 if state.st_gid in groups else 0o007
    if state.st_mode & right & 0o333 == right & 0o333:
        return ''
    return '%s (uid %s), whose job it is, cannot write into %s: make that folder writable for a group that both are in, or submit as %s' % (
        user, uid, os.path.join(folder, '${runsFolder}'), user)
`
