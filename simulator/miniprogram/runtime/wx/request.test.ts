import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestQueue } from './request.ts'

/** The phone's proxy: notes what was sent, and answers when the test says so. */
let sent: { end(): void }[]

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  vi.stubGlobal('fetch', (_path: string, { signal }: { signal: AbortSignal }) => {
    const answer = Promise.withResolvers<Response>()
    signal.addEventListener('abort', () => answer.reject(signal.reason))
    const headers = { 'minitill-status': '200', 'minitill-header': '%5B%5D' }
    sent.push({ end: () => answer.resolve(new Response('{}', { headers })) })
    return answer.promise
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const url = 'http://127.0.0.1:1/x'

/** Sends so many requests; answers what each of them came to, in the order of the ends. */
function send(queue: RequestQueue, count: number, more: object = {}): string[] {
  const ends: string[] = []
  const complete = ({ errMsg }: { errMsg: string }) => ends.push(errMsg)
  for (let nth = 0; nth < count; nth += 1) queue.request({ url, complete, ...more })
  return ends
}

test('M63 ten requests run at once, the others wait for one to end', async () => {
  const ends = send(new RequestQueue({}), 12)
  await vi.advanceTimersByTimeAsync(0)
  expect(sent).toHaveLength(10)
  sent[3]?.end()
  await vi.advanceTimersByTimeAsync(1)
  expect([sent.length, ends]).toEqual([11, ['request:ok']])
})

test('M63 a request without an answer fails after a minute, or as app.json says', async () => {
  const usual = send(new RequestQueue({}), 1)
  const short = send(new RequestQueue({ networkTimeout: { request: 3_000 } }), 1)
  await vi.advanceTimersByTimeAsync(2_999)
  expect(short).toEqual([])
  await vi.advanceTimersByTimeAsync(2)
  expect(short).toEqual(['request:fail timeout'])
  await vi.advanceTimersByTimeAsync(56_990)
  expect(usual).toEqual([])
  await vi.advanceTimersByTimeAsync(20)
  expect(usual).toEqual(['request:fail timeout'])
})

test('M63 what is not done five seconds after leaving is interrupted, also what waited', async () => {
  const queue = new RequestQueue({})
  const ends = send(queue, 11)
  queue.hide()
  await vi.advanceTimersByTimeAsync(4_999)
  expect(ends).toEqual([])
  await vi.advanceTimersByTimeAsync(2)
  expect(ends).toEqual(Array.from({ length: 11 }, () => 'request:fail interrupted'))
  const inBackground = send(queue, 1)
  await vi.advanceTimersByTimeAsync(1)
  expect(inBackground).toEqual(['request:fail interrupted'])
  queue.show()
  const back = send(queue, 1)
  await vi.advanceTimersByTimeAsync(0)
  sent.at(-1)?.end()
  await vi.advanceTimersByTimeAsync(1)
  expect(back).toEqual(['request:ok'])
})

test('M63 who comes back within five seconds finds the requests going on', async () => {
  const queue = new RequestQueue({})
  const ends = send(queue, 1)
  queue.hide()
  await vi.advanceTimersByTimeAsync(4_000)
  queue.show()
  await vi.advanceTimersByTimeAsync(10_000)
  sent[0]?.end()
  await vi.advanceTimersByTimeAsync(1)
  expect(ends).toEqual(['request:ok'])
})
