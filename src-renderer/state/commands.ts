/** What the command palette offers: every place, and every action on the open job. */
import { act } from '../jobs/act.ts'
import { offersFor } from '../jobs/actions.ts'
import { here, jobTabs, recent } from './place.svelte.ts'
import { jobs } from './jobs.svelte.ts'
import { theme, themes } from './theme.svelte.ts'

export interface Command {
  title: string
  /** shown behind the title: a shortcut or a kind */
  hint: string
  run: () => unknown
}

export function commandsNow(pick: () => void): Command[] {
  const places: Command[] = [
    { title: 'Open a graph…', hint: 'Ctrl/Cmd-O', run: pick },
    { title: 'Start', hint: 'go', run: () => here.go({ kind: 'start' }) },
    { title: 'Interpreters', hint: 'go', run: () => here.go({ kind: 'interpreters' }) },
    { title: 'Settings', hint: 'Ctrl/Cmd-,', run: () => here.go({ kind: 'settings' }) }
  ]
  const looks = themes.map((choice): Command => ({
    title: `Theme: ${choice}`,
    hint: 'settings',
    run: () => theme.set(choice)
  }))
  const all = jobs.list
    .slice(0, 200)
    .map((job): Command => ({ title: `#${job.id} ${job.name}`, hint: job.status, run: () => here.openJob(job.id) }))
  const graphs = recent.paths.map((path): Command => ({
    title: path,
    hint: 'open again',
    run: () => here.openGraph(path)
  }))
  return [...jobCommands(), ...places, ...all, ...looks, ...graphs]
}

/** On the open job. */
function jobCommands(): Command[] {
  if (here.place.kind !== 'job') return []
  const { job } = here.place
  const view = jobs.find(job)
  return [
    ...jobTabs.map(([tab, title]): Command => ({
      title: `Job ${job}: ${title}`,
      hint: 'view',
      run: () => here.openJob(job, tab)
    })),
    ...(view ? offersFor(view) : []).map(({ name, label }): Command => ({
      title: `Job ${job}: ${label.toLowerCase()}`,
      hint: 'action',
      run: () => act(name, job)
    }))
  ]
}

/** Commands whose title holds every word, those that begin with the first word first. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = commands.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
  const starts = (command: Command) => (words[0] && command.title.toLowerCase().startsWith(words[0]) ? 0 : 1)
  return fits.toSorted((a, b) => starts(a) - starts(b)).slice(0, 50)
}
