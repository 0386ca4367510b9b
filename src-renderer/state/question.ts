/** A question that has to be answered before something is done. */
export interface Question {
  title: string
  text: string
  /** the button that does it: a verb and the thing */
  yes: string
}
