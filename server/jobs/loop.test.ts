import { instant } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import type { Claim, JobHandlers, JobResult, JobSource, Queue } from '../ports/index.ts'
import { retryDelayMs, startJobLoop } from './loop.ts'

/** Handlers that have nothing to do, but one. */
function idleBut(queue: Queue, work: JobHandlers[Queue]): JobHandlers {
  const idle = async (): Promise<JobResult> => 'done'
  return {
    'apply-notification': idle,
    'ask-wechat': idle,
    'carry-refund': idle,
    'deliver-event': idle,
    'end-suspense': idle,
    'check-promises': idle,
    'close-order': idle,
    'daily-bills': idle,
    'reconcile-day': idle,
    'refresh-platform-keys': idle,
    'seal-ledger': idle,
    'apply-push': idle,
    'ask-managed': idle,
    'follow-shipment': idle,
    'send-message': idle,
    sweep: idle,
    'upload-shipment': idle,
    'watch-shipping': idle,
    [queue]: work,
  }
}

/** A queue in memory: what the loop says of each job is written down. */
function bench(
  work: (claim: Claim['data']) => Promise<JobResult>,
  attempt = 1,
  from: Queue = 'ask-wechat',
) {
  const waiting: Claim[] = []
  const said: string[] = []
  const renewed: string[][] = []
  let nowMs = 1_000_000
  let heard: () => void = () => {}
  const say = async (words: string) => {
    said.push(words)
    heard()
  }
  const source: JobSource = {
    claim: async (queue, limit) =>
      queue === from ? waiting.splice(0, Math.min(limit, waiting.length)) : [],
    finish: (claim) => say(`finish ${claim.id}`),
    again: (claim, at) => say(`again ${claim.id} ${at}`),
    retry: (claim, at) => say(`retry ${claim.id} ${at}`),
    park: ({ id }, why, at) => say(`park ${id} ${why}${at === null ? '' : `, again ${at}`}`),
    reap: async (inHand) => void renewed.push(inHand.map(({ id }) => id)),
  }
  const handlers = idleBut(from, work)
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  // A clock whose sleep never ends: only hints make the loop look, so no test waits for time.
  const clock = { now: () => instant(nowMs), sleep: () => new Promise<void>(() => {}) }
  const loop = startJobLoop({ source, handlers, clock, log: quiet, meter: { count: () => {} } })
  const add = (id: string, once = 0) => {
    waiting.push({ id, queue: from, data: { id, once }, attempt, party: null })
    loop.wake()
  }
  const hears = async (count: number) => {
    while (said.length < count)
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    return said
  }
  const jump = (ms: number) => {
    nowMs += ms
    loop.wake()
  }
  return { loop, add, hears, renewed, jump }
}

test('a hint makes the loop look at once, and each result has its own end', async () => {
  const results: Record<string, JobResult> = {
    a: 'done',
    b: { again: instant(1_005_000) },
    c: { park: 'no such order' },
  }
  const { loop, add, hears } = bench(async (data) => results[String(data['id'])] ?? 'done')
  for (const id of ['a', 'b', 'c']) add(id)
  expect((await hears(3)).toSorted()).toEqual([
    'again b 1005000',
    'finish a',
    'park c no such order',
  ])
  await loop.stop()
})

test('a failing job is tried again ever later, and at last shown to a person', async () => {
  const fails = async () => {
    throw new TypeError('boom')
  }
  const first = bench(fails)
  first.add('x')
  expect(await first.hears(1)).toEqual(['retry x 1001000'])
  await first.loop.stop()
  const last = bench(fails, 12)
  last.add('x')
  expect(await last.hears(1)).toEqual(['park x failed 12 times: TypeError: boom'])
  await last.loop.stop()
  expect([1, 2, 3, 12].map(retryDelayMs)).toEqual([1_000, 2_000, 4_000, 300_000])
})

test('a job whose worker vanished too often is parked without being tried', async () => {
  const { loop, add, hears } = bench(async () => 'done', 13)
  add('x')
  expect((await hears(1))[0]).toMatch(/^park x its worker vanished/)
  await loop.stop()
})

test('standing work that is given up is shown to a person and comes again in an hour', async () => {
  const fails = async () => {
    throw new TypeError('boom')
  }
  const failing = bench(fails, 12, 'seal-ledger')
  failing.add('x')
  expect(await failing.hears(1)).toEqual(['park x failed 12 times: TypeError: boom, again 4600000'])
  await failing.loop.stop()
  const vanishing = bench(fails, 13, 'check-promises')
  vanishing.add('x')
  expect((await vanishing.hears(1))[0]).toMatch(/^park x its worker vanished.*, again 4600000$/)
  vanishing.add('y', 1)
  expect((await vanishing.hears(2))[1]).toMatch(/^park y its worker vanished[^,]*$/)
  await vanishing.loop.stop()
})

test('at most eight of a queue run at once, and stop waits for what is in hand', async () => {
  let running = 0
  let most = 0
  const open: Array<() => void> = []
  const { loop, add, hears } = bench(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => open.push(resolve))
    running -= 1
    return 'done'
  })
  for (let id = 0; id < 20; id += 1) add(String(id))
  const drained = (async () => {
    while (open.length === 0) await Promise.resolve()
    for (let round = 0; round < 200; round += 1) {
      await Promise.resolve()
      for (const finish of open.splice(0)) finish()
    }
  })()
  await drained
  await loop.stop()
  expect(most).toBe(8)
  expect(running).toBe(0)
  expect((await hears(1)).every((words) => words.startsWith('finish'))).toBe(true)
})

test('a look for the jobs of the dead names what is in hand here, and no more what has ended', async () => {
  const begun = Promise.withResolvers<void>()
  const work = Promise.withResolvers<JobResult>()
  const { loop, add, hears, renewed, jump } = bench(() => {
    begun.resolve()
    return work.promise
  })
  add('long')
  await begun.promise
  jump(86_400_000)
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
  work.resolve('done')
  await hears(1)
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
  jump(86_400_000)
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
  await loop.stop()
  expect(renewed).toEqual([[], ['long'], []])
})

test('stop does not end before the job in hand has ended', async () => {
  const begun = Promise.withResolvers<void>()
  const work = Promise.withResolvers<JobResult>()
  const { loop, add, hears } = bench(() => {
    begun.resolve()
    return work.promise
  })
  add('x')
  await begun.promise
  let stopped = false
  const stopping = loop.stop().then(() => {
    stopped = true
  })
  // More turns than the loop needs to come round and end, were it not to wait.
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
  expect(stopped).toBe(false)
  work.resolve('done')
  await stopping
  expect(await hears(1)).toEqual(['finish x'])
})
