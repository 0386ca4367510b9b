/** A decoder that hangs or crashes costs one picture, not the window; its worker is the browser's, so one is put in its place. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Lane, patienceMs } from '../../../src-renderer/outputs/decode/lane.ts'
import type { Reply, Request } from '../../../src-renderer/outputs/decode/messages.ts'

class StillWorker extends EventTarget implements Worker {
  onmessage: ((event: MessageEvent<Reply>) => void) | null = null
  onmessageerror: Worker['onmessageerror'] = null
  onerror: Worker['onerror'] = null
  isEnded = false
  readonly asked: Request[] = []

  postMessage(request: Request): void {
    this.asked.push(request)
  }
  terminate(): void {
    this.isEnded = true
  }
  answer(reply: Reply): void {
    this.onmessage?.(new MessageEvent('message', { data: reply }))
  }
}

const view = { choice: 0, level: 0, isWhole: false, stops: 0, isFitted: null }
const request = (id: number): Request => ({
  id,
  wish: { id, file: { path: '/a.exr', url: 'file:///a.exr', key: '/a.exr' }, view, width: null }
})

describe('a lane', () => {
  const started: StillWorker[] = []
  const lane = () =>
    new Lane(() => {
      const worker = new StillWorker()
      started.push(worker)
      return worker
    })
  beforeEach(() => {
    started.length = 0
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  test('one worker for pictures that end; an answer to an earlier question is not this one’s', async () => {
    const one = lane()
    const first = one.ask(request(1))
    started[0]?.answer({ id: 1, missing: true })
    expect(await first).toEqual({ id: 1, missing: true })
    const second = one.ask(request(2))
    started[0]?.answer({ id: 1, error: 'late' })
    started[0]?.answer({ id: 2, error: 'no such layer' })
    expect(await second).toEqual({ id: 2, error: 'no such layer' })
    expect(started).toHaveLength(1)
  })

  test('a worker that was started ahead gets the first picture; one that crashed meanwhile is started again', async () => {
    const one = lane()
    one.warm()
    one.warm()
    expect(started).toHaveLength(1)
    const first = one.ask(request(1))
    started[0]?.answer({ id: 1, missing: true })
    expect(await first).toEqual({ id: 1, missing: true })
    const other = lane()
    other.warm()
    started[1]?.onerror?.(new Event('error') as ErrorEvent)
    const second = other.ask(request(2))
    started[2]?.answer({ id: 2, missing: true })
    expect(await second).toEqual({ id: 2, missing: true })
    expect(started).toHaveLength(3)
  })

  test('a picture that takes too long ends its worker and says so; the next one gets a new worker', async () => {
    const one = lane()
    const slow = one.ask(request(1))
    vi.advanceTimersByTime(patienceMs - 1)
    expect(started[0]?.isEnded).toBe(false)
    vi.advanceTimersByTime(1)
    expect(await slow).toEqual({ id: 1, error: 'This picture was not decoded in 20 s, so decoding it was stopped.' })
    expect(started[0]?.isEnded).toBe(true)
    const next = one.ask(request(2))
    started[1]?.answer({ id: 2, missing: true })
    expect(await next).toEqual({ id: 2, missing: true })
  })

  test('a decoder that crashes costs its picture', async () => {
    const one = lane()
    const lost = one.ask(request(1))
    started[0]?.onerror?.(new Event('error') as ErrorEvent)
    expect(await lost).toMatchObject({ id: 1, error: expect.stringMatching(/the decoder crashed/) as string })
    expect(started[0]?.isEnded).toBe(true)
  })
})
