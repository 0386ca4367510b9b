// what lies inside Python's own modules, and what a task wants done at the end of its process (docs/adr/0019)
import { describe, expect, test } from 'vitest'
import { flowpipe } from '../helpers/flowpipe.ts'
import { entryOf, pythonJob } from '../helpers/python-job.ts'

const real = describe.skipIf(!flowpipe())

/** What a task looks at, and what it then leaves behind, kind by kind. */
const kinds: readonly (readonly [kind: string, seen: string, leave: string])[] = [
  ['a method of a class', 'json.JSONEncoder.default.__name__', 'json.JSONEncoder.default = lambda self, value: 1'],
  ['a new method of a class', "hasattr(logging.Logger, 'trace')", 'logging.Logger.trace = lambda self: None'],
  ['a method of a class that a task imports', 'cmd.Cmd.do_help.__name__', 'cmd.Cmd.do_help = print'],
  ['decimal’s default precision', 'decimal.DefaultContext.prec', 'decimal.DefaultContext.prec = 5'],
  ['how multiprocessing starts', 'mp.get_start_method(allow_none=True)', "mp.set_start_method('spawn', force=True)"],
  ['dumps of a crash', 'faulthandler.is_enabled()', 'faulthandler.enable()'],
  ['traces of memory', 'tracemalloc.is_tracing()', 'tracemalloc.start()'],
  ['how a class is pickled', 'len(copyreg.dispatch_table)', 'copyreg.pickle(type(print), str)'],
  ['hooks of generators', 'sys.get_asyncgen_hooks()[0] is None', 'sys.set_asyncgen_hooks(firstiter=print)'],
  ['where coroutines begin', 'sys.get_coroutine_origin_tracking_depth()', 'sys.set_coroutine_origin_tracking_depth(3)']
]
const modules = 'copyreg, decimal, faulthandler, json, logging, multiprocessing as mp, os, sys, tracemalloc'

real('a session', () => {
  test(`puts back ${kinds.length} kinds of state inside Python’s own modules`, async () => {
    const looks = kinds.map(([kind, seen]) => `${JSON.stringify(kind)}: ${seen}`).join(', ')
    const leaves = kinds.map(([, , leave]) => leave).join('\n')
    const body = `import cmd\nseen = {${looks}, 'pid': os.getpid()}\n${leaves}\nreturn {'out': seen}`
    const made = await pythonJob(entryOf('dcc'), { head: `import ${modules}`, body })
    expect(await made.run()).toBe('succeeded')
    const [first, second, third] = await made.seen()
    expect(second).toEqual(first)
    expect(third).toEqual(first)
  })

  test('gives up a watch for hangs that a task set: it would end the next one', async () => {
    const body =
      'faulthandler.dump_traceback_later(1, exit=True)\nif frames[0] == 1: time.sleep(2)\nreturn {"out": os.getpid()}'
    const waits = body.replace('faulthandler.', 'if frames[0] == 0: faulthandler.')
    const made = await pythonJob(entryOf('dcc'), { head: 'import faulthandler, os, time', body: waits })
    expect(await made.run()).toBe('succeeded')
    expect(new Set(await made.seen()).size).toBe(1)
  })

  test.each(['session', 'cold'] as const)('%s: what a task wants done at its end is done with it', async (start) => {
    const own = 'atexit.register(print, "first of", frames[0])\natexit.register(print, "last of", frames[0])'
    const not = 'atexit.register(len, 1)\natexit.register(never)\natexit.unregister(never)'
    const head = 'import atexit\ndef never(): print("never")'
    const made = await pythonJob(entryOf('dcc', { start }), { head, body: `${own}\n${not}\nreturn {"out": 1}` })
    expect(await made.run()).toBe('succeeded')
    for (const batch of [0, 1, 2]) {
      const log = await made.log(batch)
      expect(log).toContain("TypeError: object of type 'int' has no len()")
      expect(log.match(/(?:first|last) of \d|never/g)).toEqual([`last of ${batch}`, `first of ${batch}`])
    }
  })
})
