/** What a job's tasks shared: processes that ran several of them, one after the other. */

export interface Warm {
  /** processes that ran more than one task */
  processes: number
  /** tasks that ran in them */
  tasks: number
}

/** `ran warm in 2 processes; …`; null where every task had a process of its own. */
export const warmText = ({ processes }: Warm): string | null =>
  processes === 0
    ? null
    : `ran warm in ${processes === 1 ? 'one process' : `${processes} processes`}; backlot rehearse compares with cold`
