// SQL in what the lists of the business API are asked by: filters, limits and cursors.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { changesNothing } from './support/nothing.ts'

let pair: Pair
let till: Till

beforeAll(async () => {
  pair = await startPair()
  till = new Till(pair)
  await bought(await Shopper.arrive(pair))
})
afterAll(async () => {
  await pair.stop()
})

const tricks = [
  "' OR '1'='1",
  "'OR/**/'1'='1'--",
  "paid';DROP/**/TABLE/**/task;--",
  '1);SELECT/**/pg_sleep(9);--',
  '%',
  '\u0000',
]
const lists: ReadonlyArray<readonly [path: string, fields: readonly string[]]> = [
  ['/orders', ['status', 'mchid', 'appid', 'reference', 'limit', 'cursor', 'sort', 'order_by']],
  ['/tasks', ['status', 'limit', 'cursor', 'sort']],
  ['/events', ['type', 'subject', 'limit', 'cursor', 'sort']],
  ['/products', ['limit', 'cursor', 'sort']],
  ['/ledger/balances', ['at', 'mchid']],
]
/** Any text may be one of these; a strange one finds nothing. */
const free = ['reference', 'subject']

test('A-79 SQL in filters, sorting and cursors of every list is 400 or finds nothing', async () => {
  for (const [path, fields] of lists) {
    const whole = await till.get(path)
    expect([path, whole.status, whole.json.data.length > 0]).toEqual([path, 200, path !== '/tasks'])
    for (const field of fields) {
      const cursors = tricks.flatMap((text) => [
        text,
        Buffer.from(JSON.stringify({ at: 1, id: text })).toString('base64url'),
        Buffer.from(JSON.stringify({ at: text, position: text, id: 'x' })).toString('base64url'),
      ])
      for (const text of field === 'cursor' ? cursors : tricks) {
        const asked = `${path}?${field}=${encodeURIComponent(text)}`
        const reply = await changesNothing(pair, () => till.get(asked))
        const isFree = free.includes(field) && reply.status === 200
        if (isFree) expect([asked, reply.json.data]).toEqual([asked, []])
        else expect([asked, reply.status, reply.json.code]).toEqual([asked, 400, 'invalid_request'])
      }
    }
  }
})
