/** What a job's tasks had here beyond their commands and files, and a farm's machines may lack: modules, variables, launchers. */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isOfTheLogin, type Surroundings as Kept } from '../../domain/environment.ts'
import type { Problem } from '../../domain/problems.ts'
import { cutMiddle } from '../../domain/visible.ts'
import { shown } from '../graph/names.ts'
import { interpretersOf, launchesOf, type FarmJob } from './farm.ts'
import { report, type Loss } from './losses.ts'
import { toldBy } from './told.ts'

/** What is known of the place where a job ran. */
export interface Surroundings {
  /** source files that its nodes import */
  code: readonly string[]
  /** folders of the files that its nodes come from: evaluators look there by themselves */
  folders: readonly string[]
  /** that its first attempt had, or, where none has run, that it would have now */
  around: Kept
}

/** `hasScripts`: its commands are run by the scripts that read logs. */
export const surroundingLosses = (job: FarmJob, here: Surroundings, hasScripts: boolean): Problem[] =>
  report(null, [
    moduleLoss(job, here),
    variableLoss(job, here),
    ...launcherLosses(job),
    ...(hasScripts ? unreadLosses(job) : [])
  ])

const mostNamed = 3
const longestList = 600

const some = (all: readonly string[]): string =>
  `${all.slice(0, mostNamed).join(', ')}${all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ''}`

/** Modules that no evaluator would find: neither installed nor beside the nodes' own files. */
function moduleLoss(job: FarmJob, { code, folders }: Surroundings): Loss {
  const carried = interpretersOf(job).flatMap(({ env }) => (env.PYTHONPATH ?? '').split(':').filter(Boolean))
  const found = new Set([...folders, ...carried].map((folder) => resolve(folder)))
  const outside = code.filter(
    (file) => file.endsWith('.py') && !/-packages[/\\]/.test(file) && !found.has(searchedFor(file))
  )
  if (outside.length === 0) return false
  const where = [...new Set(outside.map(searchedFor))]
  return [
    'warning',
    'environment',
    `its nodes import ${some(outside.map((file) => basename(file)))} from ${some(where)}: found here by PYTHONPATH, which is not in the export`,
    'give it to the interpreter before you create the job: backlot interpreter set python --env PYTHONPATH=…, or set it on the farm’s machines'
  ]
}

/** The folder in which Python has to look for a module's file: above its packages. */
function searchedFor(file: string): string {
  let folder = dirname(resolve(file))
  while (existsSync(join(folder, '__init__.py')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

function variableLoss(job: FarmJob, { around }: Surroundings): Loss {
  const carried = new Set(interpretersOf(job).flatMap(({ env }) => Object.keys(env)))
  const own = [...Object.keys(around.variables), ...around.hidden]
    .filter((name) => !isOfTheLogin(name) && !carried.has(name))
    .sort()
  return (
    own.length > 0 && [
      'info',
      'environment',
      `variables that its run had and no login sets are not in the export: ${cutMiddle(own.join(', '), longestList)}`,
      'what its tasks need of them, give to the interpreter before you create the job: backlot interpreter set NAME --env VARIABLE=VALUE'
    ]
  )
}

/** Variables and wrappers of interpreters go over, as they are on this machine. */
const launcherLosses = (job: FarmJob): Loss[] =>
  interpretersOf(job).flatMap(({ name, env, wrapper }): Loss[] => {
    const names = Object.keys(env)
    const parts = [
      ...(names.length > 0 ? [`the variables ${names.join(', ')}`] : []),
      ...(wrapper.length > 0 ? [`the wrapper ${shown(wrapper.join(' '))}`] : [])
    ]
    if (parts.length === 0) return []
    const said = `the interpreter ${shown(name)} goes over with ${parts.join(' and ')} as they are on this machine`
    return [['info', 'interpreter', said, 'see that they mean the same on the farm’s machines']]
  })

/** Failures that are known by patterns which awk cannot read. */
const unreadLosses = (job: FarmJob): Loss[] =>
  launchesOf(job).flatMap((launch): Loss[] => {
    const { unread } = toldBy(launch)
    if (unread.length === 0) return []
    const patterns = some(unread.map((one) => JSON.stringify(one)))
    const said = `a failure that the log of ${shown(launch.interpreter.name)} tells by ${patterns} counts here alone: awk, which reads logs there, has no such pattern`
    return [
      ['warning', 'told-failure', said, 'word the rule without \\b amid other text: backlot interpreter rules NAME']
    ]
  })
