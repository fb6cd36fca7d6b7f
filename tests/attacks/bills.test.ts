// Attacks on bills. What comes is WeChat's own but for the one thing.
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spoolBill } from '../../server/adapters/wechat-pay/bill-file.ts'
import { placeOf } from '../../server/adapters/wechat-pay/bills.ts'
import { Accounts } from '../support/bills.ts'
import { fingerprint } from '../support/books.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

let pair: Pair
let person: Shopper
let wechat: Wechat
let accounts: Accounts

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  wechat = new Wechat(pair)
  accounts = new Accounts(pair, new Till(pair), wechat)
})
afterAll(async () => {
  await pair.stop()
})

const rows = async (date: string): Promise<number> => {
  const sql = `SELECT (SELECT count(*) FROM trade_row r JOIN bill b ON b.id = r.bill_id
    WHERE b.date = $1)::int AS n`
  return (await pair.db.query(sql, [date])).rows[0].n
}
const downloads = async (): Promise<number> =>
  (await wechat.seen('request', '/v3/billdownload/file')).length

/** The books, but for the note that a bill was refused. */
async function books(): Promise<string> {
  const { rows: found } = await pair.db.query(
    `SELECT count(*)::int AS entries, (SELECT count(*)::int FROM trade_row) AS trades,
      (SELECT count(*)::int FROM difference) AS differences,
      (SELECT sum(amount_fen * length(account))::bigint FROM posting) AS money,
      (SELECT string_agg(id || status || version, ',' ORDER BY id) FROM payment) AS payments,
      (SELECT string_agg(id || status || version, ',' ORDER BY id) FROM customer_order) AS orders
     FROM entry`,
  )
  return JSON.stringify(found)
}

test('A-63 a bill link to another host, scheme, address or user is refused without a request', async () => {
  const official = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com']
  const good = 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=a'
  expect(placeOf(good, official)).toEqual({
    origin: 'https://api.mch.weixin.qq.com',
    path: '/v3/billdownload/file?token=a',
  })
  for (const link of [
    'https://bills.example.invalid/v3/billdownload/file?token=a',
    'http://api.mch.weixin.qq.com/v3/billdownload/file?token=a',
    'https://api.mch.weixin.qq.com:8443/v3/billdownload/file',
    'https://api.mch.weixin.qq.com.evil.example/v3/billdownload/file',
    'https://api.mch.weixin.qq.com@evil.example/v3/billdownload/file',
    'https://evil.example#https://api.mch.weixin.qq.com/',
    'https://evil.example\\@api.mch.weixin.qq.com/v3',
    'https://api.mch.weixin.qq.com\\@evil.example/v3',
    'https://api.mch.weixin.qq.com/@evil.example',
    'https://127.0.0.1/v3/billdownload/file',
    'https://[::1]/v3/billdownload/file',
    'https://2130706433/v3',
    'file:///etc/passwd',
    '//api.mch.weixin.qq.com/v3',
    ' https://api.mch.weixin.qq.com/v3',
    'https://api.mch.weixin.qq.com/v3/a b',
    'https://api.mch.weixin.qq.com/v3/a\r\nHost: evil',
    'HTTPS://API.MCH.WEIXIN.QQ.COM/v3',
    'javascript:alert(1)',
    '',
  ]) {
    expect([link, placeOf(link, official)]).toEqual([link, null])
  }
  // In development the simulator alone: not even WeChat's own hosts.
  expect(placeOf(good, ['http://127.0.0.1:4001'])).toBeNull()
})

test('A-63 WeChat’s own signed answer that names another host: nothing is fetched or kept', async () => {
  const date = accounts.today()
  await bought(person)
  let asked = 0
  const canary: Server = createServer((_request, reply) => {
    asked += 1
    reply.end()
  })
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done))
  const { port } = canary.address() as AddressInfo
  expect(
    placeOf(`http://127.0.0.1:${port}/v3/x`, [pair.environment['MINITILL_SIMULATOR_URL'] ?? '']),
  ).toBeNull()
  const kinds = ['pay.tradebill', 'pay.fundflowbill'] as const
  const ids: string[] = []
  for (const point of kinds) {
    ids.push(await wechat.arm({ point, kind: 'link_elsewhere', probability: 1 }))
  }
  const before = [await downloads(), await books()]
  await accounts.untilNextDay()
  const day = await accounts.until(date, 'refused')
  expect(day.merchants[0].problem).toBe('trade: link')
  expect([await downloads(), await books(), asked]).toEqual([...before, 0])
  for (const id of ids) await wechat.disarm(id)
  await new Promise((done) => canary.close(done))
  // The control: the genuine link of the same day is taken.
  await wechat.advance(31 * 60_000)
  await accounts.until(date)
  expect(await rows(date)).toBe(1)
})

test('A-64 ★ a wrong hash, a missing tail, a changed total: refused whole; the genuine one is taken', async () => {
  const date = accounts.today()
  await bought(person)
  await bought(person)
  await accounts.untilNextDay(9)
  const before = await books()
  for (const [point, kind, problem] of [
    ['pay.tradebill', 'wrong_hash', 'trade: hash'],
    ['pay.billdownload', 'bill_cut', 'trade: hash'],
    ['pay.billdownload', 'bill_damaged', 'trade: hash'],
    ['pay.tradebill', 'missing_totals', 'trade: bill: ends before its totals'],
    ['pay.tradebill', 'wrong_total', 'trade: 应结订单总金额: must be the sum of the rows'],
  ] as const) {
    const id = await wechat.arm({ point, kind, probability: 1 })
    // The first is asked for by the daily job, the others by its repetitions; a link that grew old
    // while the clock moved is asked for again.
    const seen = await passUntil(
      wechat,
      async () => {
        await wechat.advance(29 * 60_000)
        await accounts.untilIdle()
        return (await accounts.look(date)).merchants?.[0].problem
      },
      (told) => told === problem,
    )
    expect([kind, seen]).toEqual([kind, problem])
    expect([kind, await rows(date), await books()]).toEqual([kind, 0, before])
    await wechat.disarm(id)
  }
  const after = await fingerprint(pair)
  await wechat.advance(6.1 * 3_600_000)
  await accounts.until(date)
  expect(await rows(date)).toBe(2)
  expect(await fingerprint(pair)).not.toBe(after)
})

test('A-65 a bomb is stopped at the cap, in memory and on the disk, and nothing of it is kept', async () => {
  const date = accounts.today()
  await bought(person)
  const id = await wechat.arm({ point: 'pay.billdownload', kind: 'gzip_bomb', probability: 1 })
  const rss = process.memoryUsage().rss
  await accounts.untilNextDay()
  const day = await accounts.until(date, 'refused')
  expect(day.merchants[0].problem).toBe('trade: too_large')
  expect(await rows(date)).toBe(0)
  expect(process.memoryUsage().rss - rss).toBeLessThan(400 * 2 ** 20)
  await wechat.disarm(id)
  await wechat.advance(31 * 60_000)
  await accounts.until(date)
  expect(await rows(date)).toBe(1)
})

test('A-65 the caps are exact: packed, unpacked, and the ratio between them', async () => {
  const limits = { mostBytes: 1_000, mostUnpacked: 5_000, mostRatio: 10, freeUnpacked: 2_000 }
  const sha = async (bytes: Buffer) => {
    const { createHash } = await import('node:crypto')
    return createHash('sha1').update(bytes).digest('hex')
  }
  const spool = async (plain: Buffer, packed: boolean) => {
    async function* pieces() {
      const bytes = packed ? gzipSync(plain) : plain
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100)
    }
    const result = await spoolBill(pieces(), await sha(plain), '/tmp/minitill-test-spool', limits)
    if (!result.ok) return result.why
    const chunks: Uint8Array[] = []
    for await (const chunk of result.file.read()) chunks.push(chunk)
    await result.file.discard()
    return Buffer.concat(chunks).equals(plain) ? 'whole' : 'other'
  }
  expect(await spool(randomBytes(900), false)).toBe('whole')
  expect(await spool(randomBytes(900), true)).toBe('whole')
  expect(await spool(randomBytes(1_001), false)).toBe('too_large')
  expect(await spool(Buffer.alloc(1_900), true)).toBe('whole')
  expect(await spool(Buffer.alloc(2_100), true)).toBe('too_large')
  expect(await spool(Buffer.alloc(5_001, 'ab'), true)).toBe('too_large')
})
