import { beforeAll, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'
import { linesOf, sentBy, signed } from '../testing/caller.ts'
import { candidates } from './candidates.ts'
import { otherMerchants } from './request.ts'

let box: Box

beforeAll(async () => {
  box = await openBox()
})

it('the search is bounded: at most 2 000 texts, most of them the milliseconds of one second', () => {
  const sent = sentBy(box)
  const asker = { mchid: sent.mchid, appids: ['wx1', 'wx2'], host: 'localhost' }
  const all = [...candidates(sent, Buffer.from(sent.body), asker)]
  const named = all.filter(({ codes }) => codes.join() !== 'timestamp_milliseconds')
  expect(all.length).toBeLessThan(2000)
  expect(named.length).toBeLessThan(700)
})

it('a body of a mebibyte is explained without being written anew', () => {
  const body = JSON.stringify({ text: 'x'.repeat(1_000_000) })
  const sent = sentBy(box, { body })
  const asker = { mchid: sent.mchid, appids: [], host: '' }
  const codes = [...candidates(sent, Buffer.from(body), asker)].slice(0, 200)
  expect(codes.flatMap((one) => one.codes)).not.toContain('body_pretty')
  expect(otherMerchants(box.wechat.world, sent.mchid).length).toBeLessThanOrEqual(20)
  expect(signed(linesOf(sent), box.seed.credentials.private_key).length).toBe(344)
})
