import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forbidden, settingHere } from '../../src-main/core/rehearse/kernel.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { backlot, until } from '../helpers/cli.ts'

test('doctor says of each tool of a rehearsal whether it works here, or how to get it, and leaves nothing behind', async () => {
  const t = testApp()
  const before = readdirSync('/var/tmp')
  const { rehearsal } = await t.ask('doctor', {})
  for (const tool of [rehearsal.strace, rehearsal.bubblewrap, rehearsal.overlay]) {
    if (tool.works) expect(tool.why).toBe('')
    else expect(tool.why).not.toBe('')
  }
  const left = (names: string[]) => names.filter((name) => name.startsWith('backlot-rehearsal-'))
  // rehearsals of other tests come and go meanwhile; a trial's folder would stay
  const fresh = left(readdirSync('/var/tmp')).filter((name) => !left(before).includes(name))
  await until(() => fresh.every((name) => !existsSync(join('/var/tmp', name))))
}, 180_000)

test('doctor on the terminal has a line for each of them', () => {
  const { out, code } = backlot(join(scratch(), 'data'), 'doctor')
  expect(code).toBe(0)
  for (const name of ['strace', 'bubblewrap', 'overlay'])
    expect(out).toMatch(new RegExp(`^rehearsal: ${name} +\\S`, 'm'))
})

test('kernel settings that forbid rooms or traces are named with how to allow them; root needs fewer', () => {
  const values: Record<string, number> = {
    'kernel.unprivileged_userns_clone': 0,
    'kernel.apparmor_restrict_unprivileged_userns': 1,
    'kernel.yama.ptrace_scope': 2
  }
  const valueOf = (name: string) => values[name] ?? null
  expect(forbidden(valueOf, false)).toEqual([
    'kernel.unprivileged_userns_clone is 0, which forbids rooms for ordinary users; allow it with: sysctl -w kernel.unprivileged_userns_clone=1',
    'kernel.apparmor_restrict_unprivileged_userns is 1, which forbids rooms for ordinary users; allow it with: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    'kernel.yama.ptrace_scope is 2, which forbids traces; allow it with: sysctl -w kernel.yama.ptrace_scope=1'
  ])
  expect(forbidden(valueOf, true)).toEqual([])
  values['kernel.yama.ptrace_scope'] = 3
  expect(forbidden(valueOf, true)).toEqual([expect.stringContaining('and a restart')])
  expect(settingHere('kernel.no_such_setting')).toBeNull()
})
