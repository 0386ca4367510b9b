/** What a shell completes: the answer of `backlot complete`, and the scripts in shells that are there. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch } from '../helpers/app.ts'
import { backlot, cli, graphFile } from '../helpers/cli.ts'
import { inTerminal } from '../helpers/terminal.ts'

/** The names offered for these words, and the last line. */
function offered(dir: string, ...words: string[]) {
  const { code, out, err } = backlot(dir, 'complete', '--', ...words)
  expect([code, err]).toEqual([0, ''])
  const lines = out.trimEnd().split('\n')
  return { names: lines.slice(0, -1).map((line) => line.split('\t')[0]), directive: lines.at(-1) }
}

function withJob(): string {
  const dir = scratch()
  const graph = new Graph('Film')
  Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 2 } })
  Step(graph, { value: 1 }, { name: 'my slate' })
  expect(backlot(dir, 'run', graphFile(dir, graph), '--trust').code).toBe(0)
  return dir
}

test('commands, options, states, formats, and names from the store', () => {
  const dir = withJob()
  expect(offered(dir, 're').names).toEqual(['resume', 'rerun', 'retry', 'rehearse'])
  expect(offered(dir, 'interpreter', 'c').names).toEqual(['check'])
  expect(offered(dir, 'run', '--dr').names).toEqual(['--dry-run'])
  expect(offered(dir, 'run', 'x.json', '--data').names).toEqual(['--data-dir'])
  expect(offered(dir, 'tasks', '--state', 'fa')).toEqual({ names: ['failed'], directive: ':4' })
  expect(offered(dir, 'tasks', '--state=bl').names).toEqual(['--state=blocked'])
  expect(offered(dir, 'tasks', '--state', '=', 'bl').names).toEqual(['blocked'])
  expect(offered(dir, 'export', '--format', 'open').names).toEqual(['openjd', 'opencue'])
  expect(offered(dir, 'stop', '').names).toEqual(['1'])
  expect(offered(dir, 'log', 'Render').names).toEqual(['Render-0', 'Render-1'])
  expect(offered(dir, 'omit', 'Render-0', 'my').names).toEqual(['my slate'])
  expect(offered(dir, 'run', 'x.json', '--only', 'R').names).toEqual(['Render'])
  expect(offered(dir, 'interpreter', 'check', 'mayap').names).toEqual([])
  expect(offered(dir, 'interpreter', 'check', 'may').names).toEqual(['maya'])
  expect(offered(dir, 'completion', 'z').names).toEqual(['zsh'])
})

test('files are left to the shell where a file is meant, and nowhere else; nothing is made where there is no store', () => {
  const dir = join(scratch(), 'not there')
  expect(offered(dir, 'run', 'fil')).toEqual({ names: [], directive: ':0' })
  expect(offered(dir, 'run', 'film.json', '--export', '').directive).toBe(':0')
  expect(offered(dir, 'stop', '')).toEqual({ names: [], directive: ':4' })
  expect(existsSync(dir)).toBe(false)
})

/** A folder with `backlot` on it, as it is when it is installed. */
function installed(dir: string): string {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'backlot'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' --data-dir '${dir}' "$@"\n`)
  chmodSync(join(bin, 'backlot'), 0o755)
  return bin
}

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0

describe.skipIf(!has('bash'))('in bash', () => {
  /** What bash would offer for these words. */
  function completed(dir: string, bin: string, words: string[]) {
    const typed = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
    const text = `source <(backlot completion bash)
COMP_WORDS=(backlot ${typed}); COMP_CWORD=${words.length}
__backlot_complete; printf '%s\\n' "\${COMPREPLY[@]}"`
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
    return spawnSync('bash', ['--norc', '-c', text], { cwd: dir, env, encoding: 'utf8' }).stdout.trim().split('\n')
  }

  test('names are offered as they are to be typed; what was typed is not evaluated', () => {
    const dir = withJob()
    const bin = installed(dir)
    expect(completed(dir, bin, ['ta'])).toEqual(['tasks'])
    expect(completed(dir, bin, ['tasks', '--state', 'succ'])).toEqual(['succeeded'])
    expect(completed(dir, bin, ['log', 'my'])).toEqual(['my\\ slate'])
    expect(completed(dir, bin, ['log', '$(touch pwned)`touch pwned`;touch pwned'])).toEqual([''])
    expect(existsSync(join(dir, 'pwned'))).toBe(false)
  })
})

test.skipIf(!has('zsh'))(
  'in zsh, on a terminal: a tab completes commands, states, and names as they are to be typed',
  async () => {
    const dir = withJob()
    const rc = `autoload -U compinit; compinit -u -D; source <(backlot completion zsh); PROMPT='ready> '`
    writeFileSync(join(dir, '.zshrc'), `${rc}\n`)
    const env = { PATH: `${installed(dir)}:${process.env.PATH}`, ZDOTDIR: dir, TERM: 'xterm' }
    // a line that is there is taken back with Ctrl-U
    const steps = [
      { see: 'ready> ', send: 'backlot tas\t' },
      { see: 'ks', send: '--state succ\t' },
      { see: 'eeded', send: '\x15backlot log my\t' },
      { see: '\\ slate', send: '\x15backlot log $(touch pwned)--x=`touch pwned`\t' },
      { see: 'pwned`', send: '\x15exit\r' }
    ]
    const seen = await inTerminal(steps, ['zsh', '-i'], { cwd: dir, env })
    expect(seen).toMatchObject({ code: 0, signal: null })
  }
)

test.skipIf(!has('fish'))('in fish: commands with what they are, states, and names', () => {
  const dir = withJob()
  const env = { ...process.env, PATH: `${installed(dir)}:${process.env.PATH}`, HOME: dir }
  const completed = (line: string) => {
    const text = `source (backlot completion fish | psub); complete -C '${line}'`
    return spawnSync('fish', ['--no-config', '-c', text], { cwd: dir, env, encoding: 'utf8' }).stdout.trim()
  }
  expect(completed('backlot tas')).toBe('tasks\tthe tasks of a job')
  expect(completed('backlot tasks --state succ')).toBe('succeeded')
  expect(completed('backlot tasks --state=bl')).toBe('--state=blocked')
  expect(completed('backlot log my')).toContain('my slate')
  expect(completed('backlot log (touch pwned)')).toBe('')
  expect(existsSync(join(dir, 'pwned'))).toBe(false)
})

test('the scripts of zsh and fish ask Backlot', () => {
  for (const shell of ['zsh', 'fish'])
    expect(backlot(scratch(), 'completion', shell).out).toContain('backlot complete -- ')
  expect(backlot(scratch(), 'completion', 'csh').code).toBe(2)
})
