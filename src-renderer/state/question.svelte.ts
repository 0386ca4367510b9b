/** The question that stands open: one at a time. */
import type { Question } from './question.ts'

class Questions {
  current = $state.raw<Question | null>(null)
  private answer: ((yes: boolean) => void) | null = null

  /** Resolves with whether the user wants it. */
  ask(question: Question): Promise<boolean> {
    this.settle(false)
    this.current = question
    return new Promise((answer) => (this.answer = answer))
  }

  settle(yes: boolean): void {
    this.current = null
    this.answer?.(yes)
    this.answer = null
  }
}

export const questions = new Questions()
