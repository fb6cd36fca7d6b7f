import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'
import type { Wechat } from '../wechat.ts'
import { dispatchControl } from './dispatch.ts'

let box: Box
let folder: string

beforeAll(async () => {
  box = await openBox()
  folder = await mkdtemp(join(tmpdir(), 'minitill-document-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const OWN_KEY = 'OwnApiV3KeyOfSomebodyElse0000001'

async function control(wechat: Wechat, method: string, url: string, body?: unknown) {
  const { status, body: got } = await dispatchControl(wechat, method, url, body)
  return { status, json: JSON.parse(JSON.stringify(got)) }
}

/** A world in which something has happened, with a merchant of somebody’s own. */
async function busy(): Promise<Wechat> {
  const { wechat, merchant } = box
  await wechat.reset()
  const app = { appid: 'wxown', secret: 'ownsecret' }
  await control(wechat, 'POST', '/_sim/apps', app)
  const { certificate } = box.seed.credentials
  const own = { mchid: '1900000001', appids: ['wxown'], apiv3_key: OWN_KEY, certificate }
  await control(wechat, 'POST', '/_sim/merchants', { ...own, verification: 'both' })
  const { json } = await merchant.prepay('document-1', box.openid)
  box.use(json['prepay_id'], 'pay')
  await wechat.commit()
  await wechat.clock.move((now) => now + 1000)
  await merchant.refund('document-1', 'document-refund', 10)
  return wechat
}

it('an exported world comes back whole, on another simulator and on the disk', async () => {
  const wechat = await busy()
  const { json: document } = await control(wechat, 'GET', '/_sim/world?secrets=1')
  expect(document).toMatchObject({ format: 'minitill-world', version: 1, withheld: [] })
  expect([document.tables.refunds.length, document.tables.fundFlows.length > 0]).toEqual([1, true])
  const own = join(folder, 'imported')
  const other = await box.open(own)
  const imported = await control(other, 'POST', '/_sim/world', document)
  expect(imported).toMatchObject({ status: 200, json: { clock: 'taken', counts: { trades: 1 } } })
  const entities = (one: Wechat) => one.world.dump().filter(([table]) => table !== 'meta')
  expect(entities(other)).toEqual(entities(wechat))
  expect(other.world.nowMs()).toBe(wechat.world.nowMs())
  await other.stop()
  const again = await box.open(own)
  expect(entities(again)).toEqual(entities(wechat))
  await again.stop()
})

it('secrets that somebody registered stay at home unless they are asked for', async () => {
  const wechat = await busy()
  const { json: document } = await control(wechat, 'GET', '/_sim/world')
  const text = JSON.stringify(document)
  for (const secret of [OWN_KEY, 'ownsecret']) expect(text).not.toContain(secret)
  expect(text).toContain(box.seed.credentials.apiv3_key)
  expect(text).toContain(box.seed.credentials.app_secret)
  const back = await control(wechat, 'POST', '/_sim/world', document)
  expect(back.status).toBe(200)
  expect(wechat.world.must('merchants', '1900000001').apiv3Key).toBe(OWN_KEY)
  const stranger = await box.open(null)
  await control(stranger, 'POST', '/_sim/world', document)
  expect(stranger.world.must('merchants', '1900000001').apiv3Key).toBeNull()
  expect(stranger.world.must('apps', 'wxown').secret).toBe('')
  await stranger.stop()
})

it('a world of another seed comes in beside the seeded parties of this one', async () => {
  const theirs = await openBox()
  await theirs.merchant.prepay('document-2', theirs.openid)
  const { json: document } = await control(theirs.wechat, 'GET', '/_sim/world')
  const wechat = await busy()
  await control(wechat, 'POST', '/_sim/world', document)
  expect(wechat.world.count('trades')).toBe(1)
  const { appid, mchid, apiv3_key: key } = box.seed.credentials
  expect(wechat.world.must('merchants', mchid).apiv3Key).toBe(key)
  expect(wechat.world.get('apps', appid)).toBeDefined()
  await wechat.reset()
  expect(wechat.world.meta.defaultMchid).toBe(mchid)
  expect(wechat.world.count('merchants')).toBe(1)
  await theirs.wechat.stop()
})

it('while somebody follows the clock, an older world does not turn it back', async () => {
  const wechat = await busy()
  const { json: document } = await control(wechat, 'GET', '/_sim/world')
  const leave = wechat.clock.follow(
    'server',
    ({ step }) => queueMicrotask(() => wechat.clock.acknowledge('server', step)),
    () => undefined,
  )
  await wechat.clock.move((now) => now + 60_000)
  const before = wechat.world.nowMs()
  const step = wechat.world.meta.clockStep
  const kept = await control(wechat, 'POST', '/_sim/world', document)
  expect(kept.json.clock).toBe('kept')
  expect(wechat.world.nowMs()).toBe(before)
  expect(wechat.world.meta.clockStep).toBeGreaterThan(step)
  leave?.()
  expect((await control(wechat, 'POST', '/_sim/world', document)).json.clock).toBe('taken')
  expect(wechat.world.nowMs()).toBe(document.now_ms)
})

it('pending notifications of an imported world leave, those of the old one do not', async () => {
  box.respond = async () => ({ got: 'answer', status: 500, body: '' })
  const wechat = await busy()
  const { json: document } = await control(wechat, 'GET', '/_sim/world')
  await wechat.reset()
  expect(wechat.courier.pending).toBe(0)
  await control(wechat, 'POST', '/_sim/world', document)
  expect(wechat.courier.pending).toBe(1)
  box.sent.length = 0
  box.respond = async () => ({ got: 'answer', status: 204, body: '' })
  expect(await wechat.clock.move((now) => now + 60_000)).toMatchObject({ delivered: 1 })
})

it('a damaged document is refused by the name of what is wrong, and changes nothing', async () => {
  const wechat = await busy()
  const { json: document } = await control(wechat, 'GET', '/_sim/world')
  const before = JSON.stringify(wechat.world.dump())
  const { tables } = document
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`
  const [[tradeKey, trade]] = tables.trades
  const cases: readonly (readonly [unknown, string])[] = [
    [[], 'body'],
    [{ format: 'zip' }, 'format'],
    [{ ...document, version: 2 }, 'version'],
    [{ ...document, more: 1 }, 'more'],
    [{ ...document, tables: { ...tables, planets: [] } }, 'tables.planets'],
    [{ ...document, tables: { ...tables, meta: [] } }, 'tables.meta'],
    [{ ...document, tables: { ...tables, people: [] } }, 'person-1'],
    [{ ...document, tables: { ...tables, merchants: [] } }, 'merchants'],
    [
      { ...document, tables: { ...tables, trades: [[tradeKey, { ...trade, total: '1' }]] } },
      'tables.trades',
    ],
    [{ ...document, tables: { ...tables, trades: [[tradeKey, null]] } }, 'tables.trades'],
    [{ ...document, tables: { ...tables, burnt: [['a/b', JSON.parse(deep)]] } }, 'tables.burnt'],
    [{ ...document, tables: { ...tables, faults: [['f', { id: 'f' }]] } }, 'tables.faults.f'],
  ]
  for (const [body, named] of cases) {
    const answer = await control(wechat, 'POST', '/_sim/world', body)
    expect([named, answer.status]).toEqual([named, 400])
    expect(answer.json.detail).toContain(named)
  }
  expect(JSON.stringify(wechat.world.dump())).toBe(before)
})
