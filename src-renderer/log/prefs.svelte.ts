/** How logs are looked at: kept while one goes from task to task. */
class LogPrefs {
  wrap = $state(false)
  text = $state('')
  regex = $state(false)
  cased = $state(false)
}

export const prefs = new LogPrefs()
