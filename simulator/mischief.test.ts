import { beforeEach, expect, it } from 'vitest'
import { arm, armPreset, kindsOf, MENU, POINTS, PRESETS, strike } from './mischief.ts'
import type { Seed } from './seed.ts'
import { type Box, openBox } from './testing/box.ts'
import { isSignedBy } from './testing/merchant.ts'

let box: Box
let seed: Seed | undefined

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

const wanted = () => ({ headers: { 'wechatpay-serial': box.seed.credentials.public_key_id } })

function query(number = 'mischief-1') {
  const path = `/v3/pay/transactions/out-trade-no/${number}?mchid=${box.seed.credentials.mchid}`
  return box.merchant.call('GET', path, undefined, wanted())
}

function pattern(seedText: string): string {
  const { world } = box.wechat
  arm(world, { point: 'pay.query', kind: 'html_502', probability: 0.5, seed: seedText }, 'p', null)
  const fires = Array.from({ length: 40 }, () => (strike(world, 'pay.query') === null ? '.' : 'x'))
  world.remove('faults', 'p')
  return fires.join('')
}

it('the same seed makes the same faults again, another seed others', () => {
  const first = pattern('a')
  expect(pattern('a')).toBe(first)
  expect(pattern('b')).not.toBe(first)
  expect(first).toContain('x')
  expect(first).toContain('.')
})

it('next strikes once, count so many times, a family all its points', () => {
  const { world } = box.wechat
  arm(world, { point: 'pay.query', kind: 'html_502', next: true }, 'n', null)
  arm(world, { point: 'pay.*', kind: 'redirect', count: 2 }, 'c', null)
  const kinds = [1, 2, 3, 4].map(() => strike(world, 'pay.query')?.kind ?? null)
  expect(kinds).toEqual(['html_502', 'redirect', 'redirect', null])
  expect(strike(world, 'mini.token')).toBeNull()
})

it('every preset is made of kinds that its points offer', () => {
  for (const lines of Object.values(PRESETS)) {
    for (const { point, kind } of lines) {
      expect(POINTS).toContain(point)
      expect(kindsOf(point)).toContain(kind)
    }
  }
  expect(Object.keys(PRESETS)).toEqual(
    expect.arrayContaining([
      'notify lost all day',
      'answer lost after effect',
      'paid during close',
    ]),
  )
})

it('R23 500 with effect leaves the order, 500 without effect does not', async () => {
  box.arm('pay.prepay', 'error_500_with_effect')
  const hidden = await box.merchant.prepay('mischief-2', box.openid)
  expect([hidden.status, hidden.json['code']]).toEqual([500, 'SYSTEM_ERROR'])
  expect((await query('mischief-2')).status).toBe(200)
  box.arm('pay.prepay', 'error_500_without_effect')
  expect((await box.merchant.prepay('mischief-3', box.openid)).status).toBe(500)
  expect((await query('mischief-3')).status).toBe(404)
  box.arm('pay.prepay', 'request_lost')
  expect((await box.merchant.prepay('mischief-4', box.openid)).status).toBe(0)
  expect((await query('mischief-4')).status).toBe(404)
})

it('the preset "answer lost after effect" loses one answer of each write', async () => {
  armPreset(box.wechat.world, 'answer lost after effect', 'x', {})
  expect((await box.merchant.prepay('mischief-5', box.openid)).status).toBe(0)
  expect((await box.merchant.prepay('mischief-5', box.openid)).status).toBe(200)
  expect((await box.merchant.close('mischief-5')).status).toBe(0)
  expect((await query('mischief-5')).json['trade_state']).toBe('CLOSED')
})

it('R23 an HTML page of a proxy and a redirect are no answers of WeChat', async () => {
  box.arm('pay.query', 'html_502')
  const page = await query()
  expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html'])
  box.arm('pay.query', 'redirect')
  expect((await query()).status).toBe(302)
})

it('R15 a probe’s signature is marked and wrong, and the immediate retry is clean', async () => {
  await box.merchant.prepay('mischief-1', box.openid)
  box.arm('pay.query', 'signtest', { probability: 1 })
  const [probed, retried, third] = [await query(), await query(), await query()]
  expect(probed.headers.get('wechatpay-signature')).toMatch(/^WECHATPAY\/SIGNTEST\//)
  const key = box.seed.credentials.public_key
  expect([probed, retried, third].map((one) => isSignedBy(one, key))).toEqual([false, true, false])
})

it('signatures can be wrong, missing, stale or of an unknown serial', async () => {
  await box.merchant.prepay('mischief-1', box.openid)
  const key = box.seed.credentials.public_key
  box.arm('pay.query', 'wrong_signature')
  expect(isSignedBy(await query(), key)).toBe(false)
  box.arm('pay.query', 'missing_signature')
  expect((await query()).headers.get('wechatpay-serial')).toBeNull()
  box.arm('pay.query', 'unknown_serial')
  const known = [box.seed.credentials.public_key_id, box.seed.platform.serialNo]
  expect(known).not.toContain((await query()).headers.get('wechatpay-serial'))
  box.arm('pay.query', 'timestamp_old')
  const old = await query()
  expect(isSignedBy(old, key)).toBe(true)
  const ageS = box.wechat.world.nowMs() / 1000 - Number(old.headers.get('wechatpay-timestamp'))
  expect(ageS).toBeGreaterThanOrEqual(600)
})

it('another order’s content comes validly signed', async () => {
  await box.merchant.prepay('mischief-1', box.openid)
  await box.merchant.prepay('mischief-6', box.openid)
  box.arm('pay.query', 'other_order')
  const answer = await query('mischief-6')
  expect(isSignedBy(answer, box.seed.credentials.public_key)).toBe(true)
  expect(answer.json['out_trade_no']).toBe('mischief-1')
})

it('M70 every point offers the faults of a broken network', () => {
  for (const [point, kinds] of Object.entries(MENU)) {
    if (!/^(pay|mini)\./.test(point)) continue
    expect(kinds).toEqual(expect.arrayContaining(['answer_lost', 'answer_delayed', 'html_502']))
  }
})
