/** The lines that Backlot itself puts into a task's log: the head, which says how to run the attempt again, and notes. */

/** Every line of the head starts so, but for the command; what the task printed comes behind it. */
export const headMark = '# '

/** The last line of the head. */
export const headEnd = '# output:'

export const noteMark = '# backlot: '

/** A line of Backlot's own behind the head, such as why it ended the task; one line, however many the note has. */
export const noteLine = (note: string): string => `${noteMark}${note.replace(/[\r\n]+/g, '⏎')}`

const ordinals = 'first second third fourth fifth sixth seventh eighth ninth tenth'.split(' ')
const endings = ['th', 'st', 'nd', 'rd']

/** `third`, `23rd` */
function ordinal(n: number): string {
  const teens = Math.floor((n % 100) / 10) === 1
  return ordinals[n - 1] ?? `${n}${(teens ? undefined : endings[n % 10]) ?? 'th'}`
}

/** How a task of a session begins its log; `said`: where the session says what it says beside its tasks. */
export const sessionText = (nth: number, pid: number, said: string | null): string =>
  `session, ${ordinal(nth)} task of process ${pid}${said === null ? '' : `; what it says beside its tasks: ${said}`}`

export const isNote = (line: string): boolean => line.startsWith(noteMark)

/** Notes that only tell: in which process a task runs, that it was spared, what it left behind. */
const tells = new RegExp(`^${noteMark}(?:session, |unchanged since |left behind )`)

/** A note that says why the attempt ended as it did. */
export const isVerdict = (line: string): boolean => isNote(line) && !tells.test(line)
