/** The lines that Backlot itself puts into a task's log: the head, which says how to run the attempt again, and notes. */

/** Every line of the head starts so, but for the command; what the task printed comes behind it. */
export const headMark = '# '

/** The last line of the head. */
export const headEnd = '# output:'

export const noteMark = '# backlot: '

/** A line of Backlot's own behind the head, such as why it ended the task. */
export const noteLine = (note: string): string => `${noteMark}${note}`

export const isNote = (line: string): boolean => line.startsWith(noteMark)
