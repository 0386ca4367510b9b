// What is measured inside of the page. Each function is sent there as text, so none may use anything from outside of it.

/** Notes long tasks, and for rows in view the time from an event's own clock to the frame that shows it. */
export function observe() {
  const seen = { longTasks: [], toPixel: [], missed: 0, newest: 0 }
  window.benchSeen = seen
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.longTasks.push({ startTime, duration })
  }).observe({ entryTypes: ['longtask'] })
  const waiting = new Map()
  window.backlot.onEvents((events) => {
    for (const event of events) {
      if (event.type !== 'task' || event.status !== 'succeeded') continue
      seen.newest = Math.max(seen.newest, event.task)
      if (document.getElementById(`task-${event.task}`)) waiting.set(event.task, Date.parse(event.at))
    }
    look()
  })
  /** A row that shows its task's end is on the screen with the next frame. */
  const look = () => {
    for (const [task, at] of waiting) {
      const row = document.getElementById(`task-${task}`)
      if (row && !row.textContent.includes('succeeded')) continue
      waiting.delete(task)
      if (!row)
        seen.missed++ // scrolled away before it showed its end
      else requestAnimationFrame(() => seen.toPixel.push(performance.timeOrigin + performance.now() - at))
    }
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
}

/** Keeps the rows of the table in view that run next; returns how to stop. */
export function follow() {
  const grid = document.querySelector('[role=grid]')
  let before = window.benchSeen.newest
  window.benchFollow = setInterval(() => {
    const { newest } = window.benchSeen
    // as fast as between the last looks, these run in half a second; the rest of the time is for showing it
    grid.scrollTop = 27 * (newest + Math.round((newest - before) / 4))
    before = newest
  }, 2000)
}

export const unfollow = () => clearInterval(window.benchFollow)

/** Scrolls the table, or pans and zooms the timeline, with every frame for `ms`; gives the times between frames, ms. */
export function scroll({ ms, what }) {
  const grid = document.querySelector('[role=grid]')
  const chart = document.querySelector('[role=application] canvas')
  const wheel = (deltaY, shiftKey) =>
    chart.dispatchEvent(new WheelEvent('wheel', { deltaY, shiftKey, clientX: 600, clientY: 300, cancelable: true }))
  const steps = {
    table: () => (grid.scrollTop = (grid.scrollTop + 90) % (grid.scrollHeight - grid.clientHeight)),
    // in for a second, then along, then out again
    timeline: (i) => wheel(i % 180 < 60 ? -40 : i % 180 < 120 ? 60 : 40, i % 180 >= 60 && i % 180 < 120)
  }
  return new Promise((done) => {
    const times = []
    const frame = (now) => {
      times.push(now)
      if (now - times[0] >= ms) return done(times.slice(1).map((time, i) => time - times[i]))
      steps[what](times.length)
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
}

/** What was noted since the last call. */
export function taken() {
  const { longTasks, toPixel, missed } = window.benchSeen
  window.benchSeen.longTasks = []
  window.benchSeen.toPixel = []
  window.benchSeen.missed = 0
  return { longTasks: longTasks.map(({ duration }) => duration), toPixel, missed }
}
