/** The script that sends the job to Afanasy's server from wherever its folder lies. */
import { elsewhereInPython } from '../elsewhere.ts'
import type { Workers } from '../farm.ts'
import { beginsInPython } from '../submission-script.ts'
import { jobFile } from './job.ts'

/** What people may say of a job, all of it texts or whole numbers (CGRU's document "Job", Editable Parameters). */
const texts = [
  'name',
  'branch',
  'hosts_mask',
  'hosts_mask_exclude',
  'depend_mask',
  'depend_mask_global',
  'need_os',
  'project',
  'department'
]
const numbers = ['priority', 'max_running_tasks', 'max_running_tasks_per_host', 'time_wait', 'time_life']

const head = `#!/bin/sh
# Submits this job to Afanasy from the folder that it lies in now: sh submit.sh [--print] [paused] [NAME=VALUE]...
#   --print       shows what would be sent, as afcmd json send takes it
#   paused        it starts when you say so
#   NAME=VALUE    of the job: priority, max_running_tasks, hosts_mask, branch and so on, as in priority=120
# Prints the job's id; its results and logs are in a folder of this submission in runs/. In the environment:
#   CGRU_LOCATION   CGRU's folder; else its modules have to be where PYTHONPATH says
#   PYTHON          else python3
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
exec "\${PYTHON-python3}" - "$folder" "$@" << 'END'
import getpass
import json
import os
import shutil
import signal
import socket
import sys
import time

`

const tail = `

TEXTS = '${texts.join(' ')}'.split()
NUMBERS = '${numbers.join(' ')}'.split()

${beginsInPython}


folder, *said = sys.argv[1:]
printed = said[:1] == ['--print']
if printed:
    said.pop(0)
if any(ord(one) < 32 for one in folder):
    sys.exit('Afanasy takes no control character in a path: move ' + folder)
with open(os.path.join(folder, '${jobFile}'), encoding='utf-8') as file:
    sent = json.load(file)
job = sent['job']
for one in said:
    key, sign, value = one.partition('=')
    if one == 'paused':
        job['offline'] = True
    elif key in NUMBERS and value.lstrip('-').isdigit():
        job[key] = int(value)
    elif key in TEXTS and value != '' and not any(ord(c) < 32 or c in '"\\\\' for c in value):
        job[key] = value
    else:
        sys.exit('usage: sh submit.sh [--print] [paused] [NAME=VALUE]...; not to be said here: ' + one)

home = os.environ.get('CGRU_LOCATION')
if home:
    sys.path[:0] = [os.path.join(home, *parts) for parts in (('lib', 'python'), ('afanasy', 'python'))]
    os.environ.setdefault('AF_ROOT', os.path.join(home, 'afanasy'))
try:
    import afnetwork
    import cgruconfig
    import cgrupathmap
except ImportError as error:
    if not printed:
        sys.exit('%s has no CGRU: %s; say where it is with CGRU_LOCATION' % (sys.executable, error))
    afnetwork = None

there = elsewhere(folder)
if there is None:
    there = folder if afnetwork is None else cgrupathmap.PathMap().toServer(folder)
for block in job['blocks']:
    block['working_directory'] = there
if afnetwork is None:
    job.update(user_name=getpass.getuser(), host_name=socket.gethostname())
else:
    job.update(user_name=cgruconfig.VARS['USERNAME'], host_name=cgruconfig.VARS['HOSTNAME'])
if printed:
    print(json.dumps(sent))
    sys.exit()
root, run = begun('afanasy', job['name'])
for block in job['blocks']:
    block['command'] += ' ' + run
taken, answer = afnetwork.sendServer(json.dumps(sent))
if not taken or not isinstance(answer, dict) or 'error' in answer or not answer.get('id'):
    refuse('the server took nothing: %s' % (json.dumps(answer) if answer else 'no answer'), root)
record(root, ['id %s' % answer['id']])
print(answer['id'])
END
`

/** POSIX sh around a Python that finds CGRU's modules: they know the server, the user and the farm's paths. */
export const submitScript = ({ paths }: Pick<Workers, 'paths'>): string => `${head}${elsewhereInPython(paths)}${tail}`
