/** Calls about worker profiles. */
import { checkProfile } from '../core/rehearse/profile-check.ts'
import { readProfile } from '../core/rehearse/profile.ts'
import { handler } from './handler.ts'

export const workerCalls = {
  'worker.show': handler<'worker.show'>()((_, { path }) => readProfile(path)),
  'worker.check': handler<'worker.check'>()((_, { path }) => checkProfile(path, process.env))
}
