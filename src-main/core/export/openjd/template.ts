/** Writes the three files of a Deadline Cloud job bundle: the template, and the farm's settings and files beside it. */
import { at, of } from '../../../domain/at.ts'
import { stringify } from 'yaml'
import { lookUpInPython } from '../python-script.ts'
import {
  memoryOf,
  scriptKind,
  scriptOf,
  timeLimitOf,
  wholeSeconds,
  type FarmFile,
  type FarmJob,
  type FarmNode
} from '../farm.ts'
import { jobName, stepNames } from './names.ts'
import {
  folderParameter,
  runParameter,
  taskParameters,
  templateFile,
  type Step,
  type TaskParameter,
  type Template
} from './schema.ts'
import { settingsOf } from './settings.ts'
import { submitScript } from './submit.ts'
import { framesFile, framesScript, lookUp } from './look-up.ts'
import { framesText, labelOf, spaceOf, valuesOf } from './space.ts'

export const bundleFiles = (job: FarmJob): FarmFile[] => [
  { path: templateFile, text: templateText(job) },
  ...frameFiles(job),
  { path: 'submit.sh', text: submitScript, executable: true },
  { path: 'parameter_values.json', text: json({ parameterValues: settingsOf(job) }) },
  { path: 'asset_references.json', text: json(assetsText(job)) }
]

/** What finds a task by its frames. */
function frameFiles(job: FarmJob): FarmFile[] {
  const files = job.nodes.flatMap((node) => {
    const text = framesText(node)
    return text === null ? [] : [{ path: framesFile(node.position), text }]
  })
  const { ending } = scriptKind(job)
  const script = { path: framesScript[ending], text: ending === 'py' ? lookUpInPython : lookUp, executable: true }
  return files.length === 0 ? [] : [...files, script]
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** The folder is the template's own parameter, whose data flow says that all of it goes in and out; here stands what else does. */
const assetsText = ({ assets: { inputs, outputs } }: FarmJob) => ({
  assetReferences: {
    inputs: { filenames: inputs, directories: [] },
    outputs: { directories: outputs },
    referencedPaths: []
  }
})

/** Texts are quoted: what is a text to YAML 1.2 may be a number or a date to the engine's YAML 1.1. */
export const templateText = (job: FarmJob): string =>
  stringify(templateOf(job), {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    aliasDuplicateObjects: false
  })

function templateOf(job: FarmJob): Template {
  const names = stepNames(job)
  const nameOf = new Map(job.nodes.map((node, i) => [node, at(names, i)]))
  const chunked = job.nodes.some((node) => spaceOf(node).kind === 'chunk')
  return {
    specificationVersion: 'jobtemplate-2023-09',
    ...(chunked ? { extensions: ['TASK_CHUNKING'] } : {}),
    name: jobName(job),
    description:
      'Written by Backlot. Here: openjd run template.yaml. On Deadline Cloud: deadline bundle submit FOLDER. The results come back with: backlot pull FOLDER',
    parameterDefinitions: [folder, run],
    steps: job.nodes.map((node) => stepOf(job, node, nameOf))
  }
}

/** A relative default is joined to the template's own folder, so the bundle runs wherever it lies. */
const folder: Template['parameterDefinitions'][0] = {
  name: folderParameter,
  type: 'PATH',
  objectType: 'DIRECTORY',
  dataFlow: 'INOUT',
  default: '.',
  description: 'The folder of this template: records go in, results and logs come out.'
}

const run: Template['parameterDefinitions'][1] = {
  name: runParameter,
  type: 'STRING',
  default: '',
  description: 'A submission that has a folder in runs: its results come out there.'
}

/** The commands are POSIX shell scripts, or Python's. */
function requirements(node: FarmNode, { workers }: FarmJob): Step['hostRequirements'] {
  const memory = memoryOf(node)
  return {
    attributes: [{ name: 'attr.worker.os.family', anyOf: workers.os === 'windows' ? ['windows'] : ['linux', 'macos'] }],
    ...(memory === null ? {} : { amounts: [{ name: 'amount.worker.memory', min: memory }] })
  }
}

function stepOf(job: FarmJob, node: FarmNode, nameOf: ReadonlyMap<FarmNode, string>): Step {
  const parameter = parameterOf(node)
  const last = parameter ? `{{Task.Param.${parameter.name}}}` : labelOf(node, at(node.tasks, 0))
  const [below, position] = [`{{Param.${folderParameter}}}/`, String(node.position)]
  const { program, ending } = scriptKind(job)
  const own = scriptOf(job, node, ending)
  const ofRun = `{{Param.${runParameter}}}` as const
  const args: Step['script']['actions']['onRun']['args'] =
    framesText(node) === null
      ? [below + own, `${position}/${last}`, ofRun]
      : [below + framesScript[ending], own, position, last, ofRun]
  const timeout = timeLimitOf(job, node)
  return {
    name: of(nameOf, node),
    ...(node.parents.length
      ? { dependencies: node.parents.map(({ parent }) => ({ dependsOn: of(nameOf, parent) })) }
      : {}),
    hostRequirements: requirements(node, job),
    ...(parameter ? { parameterSpace: { taskParameterDefinitions: [parameter] } } : {}),
    script: {
      actions: {
        onRun: { command: program, args, ...(timeout === null ? {} : { timeout: wholeSeconds(timeout) }) }
      }
    }
  }
}

function parameterOf(node: FarmNode): TaskParameter | null {
  const [space, range] = [spaceOf(node), valuesOf(node)]
  if (space.kind === 'whole' || range === null) return null
  if (space.kind !== 'chunk') return { name: taskParameters[space.kind], type: 'INT', range }
  const chunks = { defaultTaskCount: space.chunks.size, rangeConstraint: space.constraint }
  return { name: taskParameters.chunk, type: 'CHUNK[INT]', range, chunks }
}
