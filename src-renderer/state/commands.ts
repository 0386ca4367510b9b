/** What the command palette offers: every place, every action on the open job, its tasks and nodes, and every key's command. */
import { act } from '../jobs/act.ts'
import { offersFor } from '../jobs/actions.ts'
import { actions } from '../keys/actions.svelte.ts'
import { bindings, capsOf } from '../keys/bindings.ts'
import { table } from '../tasks/table.svelte.ts'
import { here, recent } from './place.svelte.ts'
import { jobTabs } from './place.ts'
import { jobs } from './jobs.svelte.ts'
import { found, type Findable } from './fuzzy.ts'
import { densities, fontSizes, look } from './look.svelte.ts'
import { tasks } from './tasks.svelte.ts'
import { theme, themes } from './theme.svelte.ts'

export interface Command extends Findable {
  /** one of its kind; titles may be the same */
  key: string
  /** shown behind the title: a shortcut or a kind */
  hint: string
  run: () => unknown
}

const places = (pick: () => void): Command[] => [
  { key: 'open', title: 'Open a graph…', hint: 'Ctrl O', run: pick },
  { key: 'start', title: 'Start', hint: 'go', run: () => here.go({ kind: 'start' }) },
  { key: 'jobs', title: 'All jobs, clean up', hint: 'go', run: () => here.go({ kind: 'jobs' }) },
  { key: 'interpreters', title: 'Interpreters', hint: 'go', run: () => here.go({ kind: 'interpreters' }) },
  { key: 'settings', title: 'Settings', hint: 'Ctrl ,', run: () => here.go({ kind: 'settings' }) }
]

const appearance = (): Command[] => [
  ...themes.map((choice): Command => ({
    ...{ key: `theme ${choice}`, title: `Theme: ${choice}`, hint: 'settings' },
    run: () => theme.set(choice)
  })),
  ...densities.map((density): Command => ({
    ...{ key: `density ${density}`, title: `Density: ${density}`, hint: 'settings' },
    run: () => look.setDensity(density)
  })),
  ...fontSizes.map((size): Command => ({
    ...{ key: `size ${size}`, title: `Font size: ${size} %`, hint: 'settings' },
    run: () => look.setSize(size)
  }))
]

/** All of the keys' commands that somebody on the page can do. */
const keyed = (): Command[] =>
  bindings.flatMap(({ action, label, keys }): Command[] =>
    action === null || action === 'palette' || action === 'open' || action === 'settings' || !actions.can(action)
      ? []
      : [{ key: action, title: label, hint: capsOf(keys[0] ?? '').join(' '), run: () => actions.start(action) }]
  )

const allJobs = (): Command[] =>
  jobs.list.map(({ id, name, status }): Command => ({
    ...{ key: `job ${id}`, id, title: `#${id} ${name}`, hint: status },
    run: () => here.openJob(id)
  }))

function ofTasks(): Command[] {
  if (here.place.kind !== 'job' || tasks.job !== here.place.job) return []
  const { job } = here.place
  const show = (id: number) => {
    here.openJob(job, 'tasks')
    table.only(id)
  }
  const nodes = Map.groupBy(tasks.list, (task) => task.identifier)
  const several = [...nodes].flatMap(([identifier, own]): Command[] => {
    const [first] = own
    if (!first || own.length === 1) return []
    return [
      { key: `node ${identifier}`, title: first.node, hint: `node, ${own.length} tasks`, run: () => show(first.id) }
    ]
  })
  const single = tasks.list.map(({ id, name, frames, state }): Command => ({
    ...{ key: `task ${id}`, title: frames === null ? name : `${name} ${frames}`, hint: `task, ${state}` },
    run: () => show(id)
  }))
  return [...several, ...single]
}

const graphs = (): Command[] =>
  recent.paths.map((path): Command => ({
    ...{ key: `graph ${path}`, title: path, hint: 'open again' },
    run: () => here.openGraph(path)
  }))

export const commandsNow = (pick: () => void): Command[] => [
  ...jobCommands(),
  ...places(pick),
  ...keyed(),
  ...allJobs(),
  ...ofTasks(),
  ...appearance(),
  ...graphs()
]

/** On the open job. */
function jobCommands(): Command[] {
  if (here.place.kind !== 'job') return []
  const { job } = here.place
  const view = jobs.find(job)
  return [
    ...jobTabs.map(([tab, title], i): Command => ({
      ...{ key: `tab ${tab}`, title: `Job ${job}: ${title}`, hint: String(i + 1) },
      run: () => here.openJob(job, tab)
    })),
    ...(view ? offersFor(view, jobs.isStarted(job)) : []).map(({ name, label }): Command => ({
      ...{ key: `job action ${name}`, title: `Job ${job}: ${label.toLowerCase()}`, hint: 'action' },
      run: () => act(name, job)
    }))
  ]
}

const mostShown = 50

/** The commands that fit what was typed, the best first. */
export const matching = (commands: readonly Command[], text: string): Command[] => found(commands, text, mostShown)
