/** The other pages of the reference, each made from the table or the shape in src-main that the program itself goes by. */
import { documentNames, schemaFile, schemaOf } from '../../src-main/cli/documents.ts'
import { exitCodes, exitTexts } from '../../src-main/cli/exit-codes.ts'
import { projectSchema } from '../../src-main/cli/project-shape.ts'
import { shippedInterpreters } from '../../src-main/domain/interpreter.ts'
import { metadataTexts } from '../../src-main/domain/metadata.ts'
import { looks, taskStates, jobStatusOrder, type AnyState } from '../../src-main/domain/status.ts'
import { foreignVariables, variables, type Variable } from '../../src-main/domain/variables.ts'
import { anyWorker, workerExamples, workerShape, type WorkerKey } from '../../src-main/domain/worker.ts'
import { z } from 'zod'
import type { Page } from './commands.ts'
import { code, fence, page, table, words } from './markdown.ts'
import { kindOf, rowsOf, type Row, type Schema } from './schema.ts'

export const otherPages = (): Page[] => [
  { path: 'metadata.md', text: metadataPage() },
  { path: 'documents.md', text: documentsPage() },
  { path: 'exit-codes.md', text: exitPage() },
  { path: 'worker-profile.md', text: workerPage() },
  { path: 'project-file.md', text: projectPage() },
  { path: 'environment.md', text: environmentPage() },
  { path: 'interpreters.md', text: interpretersPage() },
  { path: 'states.md', text: statesPage() }
]

const metadataPage = (): string =>
  page('Metadata of nodes', [
    'What Backlot reads of a node’s metadata. Other keys are kept and handed on; one that looks like a slip of these is a warning, `metadata-unread`.',
    table(
      ['key', 'may be', 'what it does'],
      Object.entries(metadataTexts).map(([key, { values, about }]) => [code(key), words(values), words(about)])
    ),
    'Of `priority`, `memory` and `strict` there are also options of a run; what a node says of itself counts more.',
    fence('py', [
      '@Node(outputs=["images"], metadata={"interpreter": "maya", "batch_size": 10})',
      'def Render(frames, scene):',
      '    …'
    ])
  ])

const rowTable = (rows: readonly Row[]): string =>
  table(
    ['key', 'what it is', 'meaning'],
    rows.map(({ key, kind, about, required }) => [
      code(key),
      words(kind),
      words(required ? about : [about, 'may be missing'].filter(Boolean).join('; '))
    ])
  )

const documentsPage = (): string =>
  page('Documents of --json', [
    'With `--json` a command prints one document on stdout; `run`, `resume`, `rerun`, `retry` and `log --grep` print one a line. Names are camelCase, moments ISO 8601 in universal time, durations seconds, sizes bytes.',
    '`backlot schema COMMAND` prints the JSON Schema (2020-12); all of them are in `schemas/commands` of the package.',
    ...documentNames.flatMap((name) => {
      const schema = schemaOf(name) as Schema
      const list = schema.type === 'array' ? 'A list. ' : ''
      return [
        `## ${name === 'error' ? 'A failure' : name}`,
        `${list}${name === 'error' ? 'The last line of stderr where a command with `--json` fails.' : `${code(`backlot ${name} --json`)}.`} Schema: ${code(`schemas/commands/${schemaFile(name)}`)}.`,
        rowTable(rowsOf(schema))
      ]
    })
  ])

const exitPage = (): string =>
  page('Exit codes', [
    table(
      ['code', 'meaning'],
      Object.entries(exitTexts).map(([number, text]) => [number, words(text)])
    ),
    '## Kinds of errors',
    'With `--json` a failure is one line of JSON on stderr; its `kind` decides the exit code.',
    table(
      ['kind', 'exit code'],
      Object.entries(exitCodes).map(([kind, number]) => [code(kind), String(number)])
    )
  ])

function workerPage(): string {
  const schema = z.toJSONSchema(workerShape, { io: 'input' }) as Schema
  const rows = Object.entries(schema.properties ?? {}).map(([key, own]) => [
    code(key),
    words(kindOf(own, schema)),
    withoutIt(key as WorkerKey),
    words(own.description ?? '')
  ])
  return page('Worker profile', [
    '`backlot.worker.yaml` beside the graph says what a worker of the farm has; `backlot worker init` writes one to begin with, `backlot worker check` looks at it, `backlot worker show` prints what counts. Its JSON Schema is `schemas/backlot.worker.schema.json`.',
    table(['key', 'may be', 'without it', 'meaning'], rows),
    '## All keys, with an example of each',
    fence(
      'yaml',
      Object.keys(schema.properties ?? {}).map((key) => `${key}: ${workerExamples[key as WorkerKey]}`)
    )
  ])
}

/** What a profile that leaves the key out has there. */
const withoutIt = (key: WorkerKey): string => (anyWorker[key] === null ? '' : code(JSON.stringify(anyWorker[key])))

const projectPage = (): string =>
  page('Project file', [
    '`backlot.json` in the working folder or above it, or the key `backlot` of a `package.json`, keeps defaults. What is said on the command line counts more than the environment, which counts more than this file. It names no command, so opening a folder runs nothing. Its JSON Schema: `backlot schema backlot.json`.',
    rowTable(rowsOf(projectSchema() as Schema)),
    fence('json', [
      '{',
      '  "dataDir": ".backlot",',
      '  "map": { "maya": "python" },',
      '  "slots": 4,',
      '  "run": { "retries": 1, "timeout": 3600 }',
      '}'
    ])
  ])

function environmentPage(): string {
  const rows = (by: Variable['by']) =>
    Object.entries(variables)
      .filter(([, one]) => one.by === by)
      .map(([name, { about }]) => [code(name), words(about)])
  return page('Environment variables', [
    '## Yours, read by Backlot',
    table(['variable', 'meaning'], rows('you')),
    '## Backlot’s, set for what it starts',
    'A task needs none of them to be run by hand: the command in its log’s head is whole.',
    table(['variable', 'meaning'], rows('backlot')),
    '## Of others, read by Backlot',
    table(
      ['variables', 'meaning'],
      foreignVariables.map(([names, about]) => [names.split(', ').map(code).join(', '), words(about)])
    )
  ])
}

const interpretersPage = (): string =>
  page('Interpreters that come with Backlot', [
    '`{evaluator}` is Backlot’s evaluator of that language, `{task}` the task’s file, `{node}` the Node that runs Backlot. `backlot interpreter set NAME` changes an entry, `backlot interpreter reset NAME` puts it back.',
    table(
      ['name', 'start', 'command'],
      shippedInterpreters.map(({ name, start, argv }) => [code(name), start, code(argv.join(' '))])
    ),
    ...shippedInterpreters
      .filter(({ setup, reset }) => setup !== '' || reset !== '')
      .flatMap(({ name, setup, reset }) => [
        `## ${name}`,
        ...(setup === '' ? [] : ['Before a node is loaded (`--setup`):', fence('py', setup.split('\n'))]),
        ...(reset === ''
          ? []
          : ['Before each task of a session but the first (`--reset`):', fence('py', reset.split('\n'))])
      ])
  ])

function statesPage(): string {
  const rows = (states: readonly AnyState[]) =>
    states.map((state) => [looks[state].sign, code(state), words(stateTexts[state])])
  return page('States', [
    '## Of a task',
    table(['sign', 'state', 'meaning'], rows(taskStates)),
    '## Of a job',
    table(['sign', 'state', 'meaning'], rows(jobStatusOrder))
  ])
}

/** The compiler names a state that lacks its text. */
const stateTexts: Readonly<Record<AnyState, string>> = {
  failed: 'it ended with a failure; what depends on it is blocked until it is retried or omitted',
  canceled: 'a user ended it; what depends on it is blocked',
  interrupted: 'its Backlot is gone; backlot resume goes on with it',
  running: 'it runs',
  remote: 'a farm runs it; backlot follow shows it, and nothing of it is started here',
  paused: 'nothing new of it starts until backlot resume',
  queued: 'it is to run',
  ready: 'all that it waits for is done; it starts when there is a slot',
  waiting: 'something that it waits for is not done yet',
  blocked: 'something that it waits for failed or was canceled; backlot why names it',
  omitted: 'it is skipped, passes null on and blocks nothing',
  succeeded: 'it is done'
}
