/** The report's file. Pure. */

/** A name that every file system takes. */
export const fileName = (name: string, job: number): string =>
  `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+|-+$/g, '') || 'job'}-${job}-rehearsal.html`
