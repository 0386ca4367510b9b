/** The script that sends the job to a Manager from wherever its folder lies. */
import { elsewhereInPython, inPython } from '../elsewhere.ts'
import type { Workers } from '../farm.ts'
import type { Need } from '../needs.ts'
import { beginsInPython } from '../submission-script.ts'
import { description, jobType, jobTypeFile } from './job-type.ts'
import { jobFile, platforms } from './job.ts'

/** Where the Manager listens. */
const manager = 'FLAMENCO_MANAGER'

export const needs: readonly Need[] = [
  { what: 'the place where the Manager listens, as http://HOST:8080', option: null, variables: [manager] }
]

/** What people may say of a job: fields of SubmittedJob that are not what it is made of. */
const sayable = ['name', 'priority', 'worker_tag', 'initial_status'] as const

const head = `#!/bin/sh
# Submits this job to Flamenco 3 from the folder that it lies in now: sh submit.sh [--check | --print] [NAME=VALUE]...
#   --check       the Manager makes its tasks and keeps none of them
#   --print       shows what would be sent
#   NAME=VALUE    ${sayable.join(', ')}, as in priority=60 or initial_status=paused
# Prints the job's id; its results and logs are in a folder of this submission in runs/. Once for all jobs: copy ${jobTypeFile} into the folder "scripts" beside flamenco-manager.
# In the environment:
#   ${manager}   where it listens, as http://render01:8080
#   PYTHON             else python3
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
import urllib.error
import urllib.request

`

const tail = `

${beginsInPython}


folder, *said = sys.argv[1:]
mode = said.pop(0) if said[:1] in (['--check'], ['--print']) else 'submit'
if any(ord(one) < 32 or one in '{}\\\\' for one in folder):
    sys.exit('Flamenco takes no { } \\\\ or control character in a path: move ' + folder)


with open(os.path.join(folder, '${jobFile}'), encoding='utf-8') as file:
    job = json.load(file)
there = elsewhere(folder)
job['settings']['folder'] = folder if there is None else there
job['submitter_platform'] = sys.platform if there is None else PLATFORM
try:
    job['metadata']['user.name'] = getpass.getuser()
except (KeyError, OSError):
    pass
for one in said:
    key, sign, value = one.partition('=')
    if key not in ${inPython(sayable)} or value == '':
        sys.exit('usage: sh submit.sh [--check | --print] [NAME=VALUE]...; not to be said here: ' + one)
    if key == 'priority' and not value.lstrip('-').isdigit():
        sys.exit('a priority is a whole number: ' + one)
    job[key] = int(value) if key == 'priority' else value
if mode == '--print':
    json.dump(job, sys.stdout, ensure_ascii=False, indent=2)
    sys.exit()

manager = os.environ.get('${manager}', '').rstrip('/')
if manager == '':
    sys.exit('say where the Manager listens: ${manager}=http://HOST:8080 sh submit.sh')


def asked(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(manager + path, data, {'Content-Type': 'application/json'})
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.loads(answer.read() or b'{}')


def reason(error):
    """What the Manager says of it."""
    try:
        return json.loads(error.read())['message']
    except (ValueError, KeyError, TypeError):
        return str(error)


root = None
try:
    kind = asked('/api/v3/jobs/type/${jobType}')
    if kind.get('description') != ${JSON.stringify(description)}:
        sys.exit('the Manager has another version of scripts/${jobType}.js: copy ${jobTypeFile} to it')
    job['type_etag'] = kind['etag']
    if mode == '--check':
        asked('/api/v3/jobs/check', job)
        print('the Manager takes it')
        sys.exit()
    root, job['settings']['run'] = begun('flamenco', job['name'])
    made = asked('/api/v3/jobs', job)
except urllib.error.HTTPError as error:
    if error.code == 404:
        refuse('the Manager has no job type ${jobType}: copy ${jobTypeFile} into the folder "scripts" beside flamenco-manager; a Manager that had no such folder has to be started anew', root)
    refuse('the Manager refused it: ' + reason(error), root)
except (OSError, ValueError) as error:
    refuse('no answer from the Manager at %s: %s' % (manager, error), root)
record(root, ['id ' + made['id']])
print(made['id'])
END
`

/** POSIX sh around Python's own library. */
export const submitScript = ({ paths, os }: Workers): string =>
  `${head}PLATFORM = '${platforms[os]}'
${elsewhereInPython(paths)}${tail}`
