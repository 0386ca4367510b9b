/** What a task that is rehearsed says to its trace: words that are paths, looked for and not there. */
import { statSync } from 'node:fs'

/** `compute` and `end` around the node's own work, `variable/NAME` where it asks for one. */
export function leaveWord(word: string): void {
  statSync(`/backlot-phase/${word}`, { throwIfNoEntry: false })
}

/** From now on each environment variable that code asks for is said, once. */
export function watchVariables(): void {
  const known = new Set<string>()
  const ask = (name: string | symbol) => {
    if (typeof name !== 'string' || known.has(name)) return
    known.add(name)
    leaveWord(`variable/${name.replaceAll('%', '%25').replaceAll('/', '%2F')}`)
  }
  process.env = new Proxy(process.env, {
    get: (variables, name) => {
      ask(name)
      return Reflect.get(variables, name) as string | undefined
    },
    has: (variables, name) => {
      ask(name)
      return Reflect.has(variables, name)
    }
  })
}
