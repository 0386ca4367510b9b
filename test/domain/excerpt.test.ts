import { describe, expect, test } from 'vitest'
import { excerptOf } from '../../src-main/domain/excerpt.ts'
import { cutMessage } from '../../src-main/domain/reason.ts'

const lib = '/usr/lib/python3.11/site-packages/numpy'
const frame = (file: string, line: number, name: string, code: string) => [
  `  File "${file}", line ${line}, in ${name}`,
  `    ${code}`
]
const libraries = (count: number) =>
  Array.from({ length: count }, (_, i) => frame(`${lib}/part${i}.py`, i, `inner${i}`, `return inner${i + 1}(x)`)).flat()
const header = 'Traceback (most recent call last):'
const mine = frame('/show/nodes.py', 12, 'Render', 'image = load(path)')
const deeper = frame('/show/lib/images.py', 3, 'load', 'return np.load(path)')

describe('the excerpt of a failure', () => {
  test('holds the user’s own frames of a traceback, not the library’s, and not what the reason says', () => {
    const log = ['rendering', header, ...mine, ...deeper, ...libraries(30), "ValueError: cannot load '/a.exr'"]
    const reason = "exit code 1: ValueError: cannot load '/a.exr'"
    expect(excerptOf([...log, `# backlot: ${reason}`], reason, 8)).toEqual([...mine, ...deeper])
    expect(excerptOf(log, null, 8)).toEqual([...mine, ...deeper, "ValueError: cannot load '/a.exr'"])
  })

  test('an exception with its module in front is the one that the reason names without', () => {
    const log = [header, ...mine, 'show.errors.NoLicence: none is free']
    expect(excerptOf(log, 'exit code 1: NoLicence: none is free', 8)).toEqual(mine)
  })

  test.each([
    'During handling of the above exception, another exception occurred:',
    'The above exception was the direct cause of the following exception:'
  ])('of a chain the cause as well: %s', (link) => {
    const cause = frame('/show/nodes.py', 9, 'read', 'open(path)')
    const log = [header, ...cause, 'FileNotFoundError: no /a.exr', '', link, '', header, ...mine, 'RuntimeError: bad']
    expect(excerptOf(log, 'exit code 1: RuntimeError: bad', 8)).toEqual([
      ...[...cause, 'FileNotFoundError: no /a.exr'],
      ...mine
    ])
  })

  test('a syntax error, with and without a traceback in front of it', () => {
    const at = ['  File "/show/nodes.py", line 3', '    def f(', '         ^']
    const error = "SyntaxError: '(' was never closed"
    expect(excerptOf([...at, error], 'exit code 1', 8)).toEqual([...at, error])
    const imported = [header, ...libraries(2), ...frame('/show/main.py', 1, '<module>', 'import nodes')]
    expect(excerptOf([...imported, ...at, error], `exit code 1: ${error}`, 8)).toEqual([
      ...frame('/show/main.py', 1, '<module>', 'import nodes'),
      ...at
    ])
  })

  test('an exception in a thread', () => {
    const python = '/usr/lib/python3.11/threading.py'
    const log = [
      'Exception in thread Thread-1 (work):',
      header,
      ...frame(python, 1045, '_bootstrap_inner', 'self.run()')
    ]
    const own = frame('/show/nodes.py', 5, 'work', 'raise ValueError("x")')
    expect(excerptOf([...log, ...own, 'ValueError: x', 'waiting'], 'exit code 3', 8)).toEqual([
      ...[...own, 'ValueError: x', 'waiting']
    ])
  })

  test('an exception group, with the exceptions in it and where the user’s own code raised them', () => {
    const log = [
      '  + Exception Group Traceback (most recent call last):',
      '  |   File "/show/nodes.py", line 7, in Render',
      '  |     raise ExceptionGroup("both", errors)',
      '  | ExceptionGroup: both (2 sub-exceptions)',
      '  +-+---------------- 1 ----------------',
      '    | Traceback (most recent call last):',
      '    |   File "/show/nodes.py", line 3, in load',
      '    |     open("/a.exr")',
      "    | FileNotFoundError: no '/a.exr'",
      '    +---------------- 2 ----------------',
      '    | ExceptionGroup: inner (1 sub-exception)',
      '    +-+---------------- 1 ----------------',
      '      | TypeError: two',
      '      +------------------------------------',
      'goodbye'
    ]
    const [raised, caught, rest] = [log.slice(1, 3), log.slice(6, 9), [log[10], log[12], 'goodbye']]
    expect(excerptOf(log, 'exit code 1: ExceptionGroup: both (2 sub-exceptions)', 8)).toEqual([
      ...raised,
      ...caught,
      ...rest
    ])
    expect(excerptOf(log, 'exit code 1', 8)).toEqual([...raised, log[3], ...caught, ...rest])
  })

  test('a recursion, and marks below the code', () => {
    const log = [
      ...[header, '  File "/show/nodes.py", line 2, in f', '    return f(n + 1)', '           ^^^^^^^^'],
      ...['  [Previous line repeated 996 more times]', 'RecursionError: maximum recursion depth exceeded']
    ]
    expect(excerptOf(log, null, 8)).toEqual([...log.slice(1, 4), log[5]])
  })

  test('a stack of Node that shares its end with that of its cause', () => {
    const shared = ['TypeError: publish failed', '    at go (/show/go.ts:1:51)']
    const left = '    ... 6 lines matching cause stack trace ...'
    const cause = ['  [cause]: Error: disk quota', '      at go (/show/go.ts:1:68)', '      at node:x:33:47', '}']
    const log = [...shared, left, '    at node:internal/main:33:47 {', ...cause, '', 'Node.js v24.1.0']
    expect(excerptOf(log, null, 8).slice(0, 4)).toEqual([...shared, ...cause.slice(0, 2)])
  })

  test('a stack of Java with its cause, and one of .NET', () => {
    const java = [
      'Exception in thread "main" java.lang.IllegalStateException: no camera',
      ...['\tat java.base/java.util.List.of(List.java:1)', '\tat com.studio.Render.frame(Render.java:12)'],
      ...[
        'Caused by: java.io.FileNotFoundException: /a.exr',
        '\tat java.base/java.io.FileInputStream.open0(Native Method)'
      ],
      ...['\tat com.studio.Render.read(Render.java:40)', '\t... 2 more']
    ]
    expect(excerptOf(java, null, 8)).toEqual([java[0], java[2], java[3], java[5]])
    const net = ['Unhandled exception. System.InvalidOperationException: no camera', '   at A.B() in /src/R.cs:line 12']
    expect(excerptOf(['x', ...net], null, 8)).toEqual(net)
  })

  test('a failure that much cleaning up follows', () => {
    const steps = Array.from({ length: 30 }, (_, i) => `cleanup step ${i}`)
    expect(excerptOf(['start', 'ERROR: no camera', ...steps], null, 5)).toEqual([
      ...['ERROR: no camera', 'cleanup step 0', 'cleanup step 1', '…', 'cleanup step 29']
    ])
    expect(excerptOf(['start', ...steps], null, 2)).toEqual(steps.slice(-2))
    expect(excerptOf(['ERROR: old', ...steps, ...steps], null, 2)).toEqual(steps.slice(-2))
  })

  test('a stack of Node with its cause, and one that nobody caught', () => {
    const log = [
      ...['Error: no image', '    at Render (file:///show/nodes.ts:12:9)'],
      ...['    at process.processTicksAndRejections (node:internal/process/task_queues:103:5) {'],
      ...['  [cause]: Error: ENOENT', '      at read (/show/read.ts:3:1)', '      at node:internal/x:1:2', '}']
    ]
    expect(excerptOf(log, 'exit code 1: Error: no image', 8)).toEqual([
      '    at Render (file:///show/nodes.ts:12:9)',
      '  [cause]: Error: ENOENT',
      '      at read (/show/read.ts:3:1)',
      '}'
    ])
    const uncaught = [
      ...['/show/run.js:3', "  throw new Error('x')", '  ^', '', 'Error: x'],
      ...['    at Object.<anonymous> (/show/run.js:3:9)', '    at node:internal/main:1:1', '', 'Node.js v24.0.0']
    ]
    expect(excerptOf(uncaught, 'exit code 1: the command wrote no result', 8)).toEqual([
      ...['Error: x', '    at Object.<anonymous> (/show/run.js:3:9)', 'Node.js v24.0.0']
    ])
  })

  test('without a traceback the last lines, but for the head, notes and empty lines', () => {
    const head = ['# backlot job 1 task 1 attempt 1: "A"', 'cd /x && run', '# output:']
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`)
    expect(excerptOf([...head, ...lines, '', '# backlot: exit code 3'], 'exit code 3', 3)).toEqual(lines.slice(-3))
    expect(excerptOf([...head, 'only', '# backlot: x'], null, 8)).toEqual(['only'])
    expect(excerptOf(head, null, 8)).toEqual([])
    expect(excerptOf([], null, 8)).toEqual([])
  })

  test('a traceback that was logged long before the end is another story, but for the one that the reason names', () => {
    const trace = [header, ...mine, 'ValueError: x']
    const after = Array.from({ length: 60 }, (_, i) => `frame ${i}`)
    expect(excerptOf([...trace, ...after], 'exit code 3', 2)).toEqual(after.slice(-2))
    expect(excerptOf([...trace, ...after], 'exit code 1: ValueError: x', 2)).toEqual([...mine, ...after.slice(0, 3)])
  })

  test('where all of it is a library’s, where it was raised', () => {
    expect(excerptOf([header, ...libraries(3), 'ValueError: x'], 'ValueError: x', 8)).toEqual(libraries(3).slice(-2))
  })

  test('a message of many characters or lines is told by the reason alone, however the reason cuts it', () => {
    const long = `ValueError: server said: ${JSON.stringify(Object.fromEntries(libraries(300).entries()))}`
    const shown = `…${long.slice(-2000)}`
    for (const line of [long, shown])
      expect(excerptOf([header, ...mine, line, 'Blender quit'], `exit code 1: ${cutMessage(long)}`, 8)).toEqual([
        ...[...mine, 'Blender quit']
      ])
    const many = [
      'ValueError: bad things:',
      '{',
      ...Array.from({ length: 300 }, (_, i) => `  "item ${i}": "bad",`),
      '}'
    ]
    const log = [header, ...mine, ...many, '', 'Blender quit']
    for (const reason of [many.join('\n'), cutMessage(many.join('\n'))])
      expect(excerptOf(log, `exit code 1: ${reason}`, 8)).toEqual([...mine, 'Blender quit'])
  })

  test('what a fatal error of Python dumps: the user’s own frames of the thread that it happened in, the innermost first', () => {
    const head = ['rendering', 'Fatal Python error: Segmentation fault', '']
    const own = ['  File "/show/nodes.py", line 5 in deep', '  File "/show/nodes.py", line 9 in cb']
    const thread = [
      'Current thread 0x00007fc95b628b80 (most recent call first):',
      `  File "${lib}/ctypes.py", line 519 in string_at`,
      ...own,
      `  File "${lib}/json.py", line 258 in iterencode`,
      '  File "/show/main.py", line 14 in run',
      '  File "/x/python/backlot_evaluate.py", line 711 in evaluate_file'
    ]
    const modules = ['', 'Extension modules: numpy.core._multiarray_umath, bpy (total: 2)', 'Writing: /tmp/crash.txt']
    const reason = 'the process was killed by SIGSEGV'
    const shown = [own[0], '  File "/show/main.py", line 14 in run', 'Writing: /tmp/crash.txt']
    expect(excerptOf([...head, ...thread, ...modules], reason, 8)).toEqual(shown)
    const other = [
      'Thread 0x00007fc95aadb6c0 [pool] (most recent call first):',
      '  File "/show/pool.py", line 7 in work',
      ''
    ]
    expect(excerptOf([...head, ...other, ...thread, ...modules], reason, 8)).toEqual(shown)
    expect(excerptOf([...head, ...thread], 'exit code 134', 8)).toEqual([head[1], ...shown.slice(0, 2)])
  })

  test('a fatal error in a thread that runs nothing of Python: what the others were at, and where they are', () => {
    const log = [
      ...['Fatal Python error: Aborted', '', 'Current thread 0x00007f01 (most recent call first):'],
      ...['  <no Python frame>', '', 'Thread 0x00007f02 (most recent call first):'],
      ...[
        '  File "/usr/lib/python3.11/threading.py", line 982 in run',
        '',
        'Thread 0x00007f03 (most recent call first):'
      ],
      ...['  File "/show/nodes.py", line 3 in Render', '  ...', '', 'Extension modules: bpy (total: 1)']
    ]
    expect(excerptOf(log, 'the process was killed by SIGABRT', 8)).toEqual([
      ...['Thread 0x00007f03 (most recent call first):', '  File "/show/nodes.py", line 3 in Render']
    ])
  })

  test('a time limit that the program set itself, and an error of Windows', () => {
    const stack = ['Thread 0x00007f03 (most recent call first):', '  File "/show/nodes.py", line 3 in Render']
    expect(excerptOf(['Timeout (0:00:01)!', ...stack], 'exit code 1: the command wrote no result', 8)).toEqual([
      ...['Timeout (0:00:01)!', ...stack]
    ])
    const windows = ['Windows fatal exception: access violation', '', 'Current thread 0x000a (most recent call first):']
    expect(excerptOf([...windows, '  File "C:\\show\\nodes.py", line 3 in Render'], 'exit code 1', 8)).toEqual([
      ...[windows[0], '  File "C:\\show\\nodes.py", line 3 in Render']
    ])
  })

  test('a fatal error that Python explains, with its state and the exception that it came of', () => {
    const fatal = 'Fatal Python error: init_import_site: Failed to import the site module'
    const log = [
      ...[
        fatal,
        'Python runtime state: initialized',
        header,
        ...frame('/show/sitecustomize.py', 1, '<module>', 'oops')
      ],
      ...["NameError: name 'oops' is not defined"]
    ]
    expect(excerptOf(log, 'exit code 1', 8)).toEqual([...log.slice(3)])
  })
})
