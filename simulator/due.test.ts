import { expect, it } from 'vitest'
import { type DueSource, walkDue } from './due.ts'
import { DueQueue } from './due-queue.ts'

it('the queue gives the earliest, forgets what was moved or taken out', () => {
  const queue = new DueQueue()
  const order = [5, 3, 9, 1, 7, 2, 8]
  for (const at of order) queue.set(`k${at}`, at)
  queue.set('k1', 10)
  queue.set('k2', null)
  const seen: number[] = []
  for (let first = queue.first(); first !== null; first = queue.first()) {
    seen.push(first.atMs)
    queue.set(first.key, null)
  }
  expect(seen).toEqual([3, 5, 7, 8, 9, 10])
  expect(queue.size).toBe(0)
})

function source(name: string, times: number[], log: string[], result: boolean | null): DueSource {
  return {
    nextDueMs: () => times[0] ?? null,
    hold: async () => undefined,
    release: () => {
      log.push(`${name} released`)
    },
    runNext: async () => {
      log.push(`${name} ${times.shift()}`)
      return result
    },
  }
}

it('a walk does everything of all sources in order, up to the instant, and counts deliveries', async () => {
  const log: string[] = []
  const reached: number[] = []
  const sources = [
    source('a', [1, 4, 9], log, true),
    source('b', [2, 3], log, false),
    source('c', [2], log, null),
  ]
  const count = await walkDue(sources, 8, async (at) => {
    reached.push(at)
  })
  expect(log).toEqual(['a 1', 'b 2', 'c 2', 'b 3', 'a 4', 'a released', 'b released', 'c released'])
  expect(reached).toEqual([1, 2, 2, 3, 4])
  expect(count).toEqual({ delivered: 2, failed: 2 })
})

it('a source that is due for ever does not stop time', async () => {
  const log: string[] = []
  let runs = 0
  const endless = {
    ...source('e', [], log, null),
    nextDueMs: () => 1,
    runNext: async () => {
      runs += 1
      return null
    },
  }
  await walkDue([endless], 5, async () => undefined)
  expect(runs).toBe(50_000)
})
