/** The script that submits the spec from wherever its folder lies. */
import { runsFolder } from '../script.ts'
import type { FarmJob } from '../farm.ts'
import type { Need } from '../needs.ts'
import { jobName } from './names.ts'
import { folderVariable, publicId, runVariable, specFile, wantedRetries } from './spec.ts'
import { submitChecks } from './submit-checks.ts'

export const needs: readonly Need[] = [
  { what: 'a show', option: '--show', variables: ['SHOW'] },
  { what: 'a shot', option: '--shot', variables: ['SHOT'] },
  {
    what: 'another user than root, of whom cuebot takes no job',
    option: null,
    variables: ['CUE_USER'],
    isThere: () => process.getuid?.() !== 0
  }
]

/**
 * POSIX sh around a Python that has OpenCue's client. The spec is changed as XML, not as text: a folder may be called
 * what it likes.
 */
export const submitScript = (job: FarmJob): string =>
  [head(jobName(job)), opening(wantedRetries(job)), submitChecks, filling, launching].join('')

const head = (name: string): string => `#!/bin/sh
# Submits this job to OpenCue from the folder that it lies in now: sh submit.sh SHOW SHOT
# or, to see the spec and submit nothing:                          sh submit.sh --print SHOW SHOT
# Each submission has a folder of its own in ${runsFolder}/: what was submitted, results and logs.
# In the environment:
#   SHOW, SHOT     in place of the arguments
#   JOB            what the job is called there, else ${name}: cuebot takes no name that is pending
#   FACILITY       where it shall run; else the cuebot decides
#   CUE_USER       whose job it is; else yours. cuebot takes none of root's
#   CUEBOT_HOSTS   which cuebot; else what OpenCue's own configuration says
#   PYTHON         a Python that has opencue_pycue; else python3
mode=submit
if [ "\${1-}" = --print ]; then
  mode=print
  shift
fi
case \${1-}\${2-} in -*) set -- refused refused refused ;; esac
if [ $# -gt 2 ]; then
  echo 'usage: sh submit.sh [--print] SHOW SHOT; it takes no other options: say them in CueGUI, or in job.xml' >&2
  exit 2
fi
show=\${1-\${SHOW-}}
shot=\${2-\${SHOT-}}
user=\${CUE_USER-$(id -un)}
uid=$(id -u "$user" 2> /dev/null)
folder=$(cd "$(dirname "$0")" && pwd) || exit 1
exec "\${PYTHON-python3}" - "$mode" "$folder" "$show" "$shot" "$user" "$uid" "\${FACILITY-}" "\${JOB-}" << 'END'
`

const opening = (retries: number): string => `import os
import re
import shutil
import signal
import sys
import time
from xml.dom import minidom

mode, folder, show, shot, user, uid, facility, wanted = sys.argv[1:]
RETRIES = ${retries}
if show == '' or not re.match(r'[A-Za-z0-9_.-]{3,}$', shot):
    sys.exit('usage: sh submit.sh [--print] SHOW SHOT; a shot has 3 characters or more of A-Z a-z 0-9 _ . -')
if user in ('', 'root'):
    sys.exit('cuebot takes no job of root: say whose it is with CUE_USER')

spec = minidom.parse(folder + '/${specFile}')
spec.doctype.publicId = '${publicId}'  # the parser makes one space of two


def put(tag, text):
    element = spec.getElementsByTagName(tag)[0]
    while element.firstChild:
        element.removeChild(element.firstChild)
    element.appendChild(spec.createTextNode(text))
    return element


def add(tag, text, before):
    element = spec.createElement(tag)
    element.appendChild(spec.createTextNode(text))
    spec.documentElement.insertBefore(element, before)


def text_of(element, tag):
    return element.getElementsByTagName(tag)[0].firstChild.data


`

const filling = `
for element in spec.getElementsByTagName('job'):
    element.setAttribute('name', job_name)
for tag in ('depjob', 'onjob'):
    for element in spec.getElementsByTagName(tag):
        element.firstChild.data = job_name
put('key', folder)  # ${folderVariable}, the only one so far
put('shot', shot)
after_user = put('user', user).nextSibling
if uid != '':
    add('uid', uid, after_user)
show_element = put('show', show)
if facility != '':
    add('facility', facility, show_element)
if mode == 'print':
    for sentence in lengths():
        sys.stderr.write(sentence + '\\n')
    print(spec.toxml())
    sys.exit()

`

const launching = `try:
    import opencue.api
except ImportError as error:
    sys.exit('%s has no OpenCue: %s; pip install opencue_pycue, or say another with PYTHON' % (sys.executable, error))
wrong = lengths() + unknown(opencue.api)
if wrong:
    sys.exit('nothing was submitted:\\n' + '\\n'.join(wrong))

try:
    root, run = make_run()
except OSError as error:
    sys.exit('nothing was submitted: %s; the results of a submission are kept in this folder' % error)
wrong = not_writable(root)
if wrong:
    refuse('nothing was submitted:\\n' + wrong, root)
key = spec.createElement('key')
key.setAttribute('name', '${runVariable}')
key.appendChild(spec.createTextNode(run))
spec.getElementsByTagName('env')[0].appendChild(key)
record(root, ['submission 1', 'farm opencue', 'at %d' % (time.time() * 1000), 'user ' + user, 'name ' + full_name])
record(root, ['layer %s %s' % one for one in layers])
try:
    jobs = opencue.api.launchSpecAndWait(spec.toxml())
except Exception as error:
    refuse('cuebot took nothing: %s' % error, root)
for job in jobs:
    # a cuebot that gives no id or log folder back has them all the same
    record(root, ['%s %s' % fact for fact in (('id', job.id()), ('logs', job.logDir())) if fact[1]])
    if RETRIES > 1:
        try:
            job.setMaxRetries(RETRIES)
        except Exception as error:
            sys.stderr.write('the job has 1 retry in place of %d: %s\\n' % (RETRIES, error))
    print(job.name())
record(root, ['done'])
END
`
