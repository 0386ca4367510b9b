/** What is measured in the page. Each function is sent there as text, so it may use nothing outside of itself. */

interface Seen {
  longTasks: { startTime: number; duration: number }[]
  toPixel: number[]
  missed: number
  newest: number
}

declare global {
  interface Window {
    benchSeen: Seen
    benchFollow: number
  }
}

/** Notes long tasks, and for the rows in view the time from an event to the frame that shows it. */
export function observe(): void {
  const seen: Seen = { longTasks: [], toPixel: [], missed: 0, newest: 0 }
  window.benchSeen = seen
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.longTasks.push({ startTime, duration })
  }).observe({ entryTypes: ['longtask'] })
  const waiting = new Map<number, number>()
  window.backlot.onEvents((bundle) => {
    const events = JSON.parse(bundle) as { type: string; status?: string; task: number; at: string }[]
    for (const event of events) {
      if (event.type !== 'task' || event.status !== 'succeeded') continue
      seen.newest = Math.max(seen.newest, event.task)
      if (document.getElementById(`task-${event.task}`)) waiting.set(event.task, Date.parse(event.at))
    }
    look()
  })
  // a row that shows its task's end is on the screen with the next frame
  const look = () => {
    for (const [task, at] of waiting) {
      const row = document.getElementById(`task-${task}`)
      if (row && !row.textContent.includes('succeeded')) continue
      waiting.delete(task)
      // scrolled away before it showed its end
      if (!row) seen.missed++
      else requestAnimationFrame(() => seen.toPixel.push(performance.timeOrigin + performance.now() - at))
    }
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
}

/** Keeps the rows in view that run next, until `unfollow`. */
export function follow(): void {
  const grid = document.querySelector('[role=grid][aria-label=Tasks]')
  if (!grid) throw new Error('the page shows no table')
  let before = window.benchSeen.newest
  window.benchFollow = window.setInterval(() => {
    const { newest } = window.benchSeen
    // at the speed since the last look these run half a second from now, which leaves the rest of the time to show them
    const row = grid.querySelector<HTMLElement>('[data-row]')?.offsetHeight ?? 24
    grid.scrollTop = row * (newest + Math.round((newest - before) / 4))
    before = newest
  }, 2000)
}

export const unfollow = (): void => clearInterval(window.benchFollow)

/** Scrolls the table, or pans and zooms the timeline or the graph, on every frame for `ms`; returns the times between frames, ms. */
export function scroll({ ms, what }: { ms: number; what: 'table' | 'timeline' | 'graph' }): Promise<number[]> {
  const grid = document.querySelector('[aria-label=Tasks]:is([role=grid], [role=treegrid])')
  const chart = document.querySelector('[role=application] canvas')
  const wheel = (deltaY: number, shiftKey: boolean) =>
    chart?.dispatchEvent(new WheelEvent('wheel', { deltaY, shiftKey, clientX: 600, clientY: 300, cancelable: true }))
  const pane = document.querySelector('.svelte-flow__pane')
  const turn = (deltaY: number) =>
    pane?.dispatchEvent(
      new WheelEvent('wheel', { deltaY, clientX: 700, clientY: 500, bubbles: true, cancelable: true })
    )
  const steps = {
    graph: (i: number) => turn(i % 120 < 60 ? -25 : 25),
    table: () => {
      if (grid) grid.scrollTop = (grid.scrollTop + 90) % (grid.scrollHeight - grid.clientHeight)
    },
    // in for a second, then along, then out again
    timeline: (i: number) => wheel(i % 180 < 60 ? -40 : i % 180 < 120 ? 60 : 40, i % 180 >= 60 && i % 180 < 120)
  }
  return new Promise((done) => {
    const times: number[] = []
    let first = 0
    let last = 0
    const frame = (now: number): void => {
      if (last) times.push(now - last)
      else first = now
      last = now
      if (now - first >= ms) {
        done(times)
        return
      }
      steps[what](times.length + 1)
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}

/** What was noted since the last call. */
export function taken(): { longTasks: number[]; toPixel: number[]; missed: number } {
  const { longTasks, toPixel, missed } = window.benchSeen
  window.benchSeen.longTasks = []
  window.benchSeen.toPixel = []
  window.benchSeen.missed = 0
  return { longTasks: longTasks.map(({ duration }) => duration), toPixel, missed }
}
