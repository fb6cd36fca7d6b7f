import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeEach, expect, it } from 'vitest'
import type { Seed } from '../seed.ts'
import { type BillRow, billText, pathOfLink, readBill } from '../testing/bill.ts'
import { BEGIN_MS, type Box, openBox } from '../testing/box.ts'
import { type Answer, isSignedBy } from '../testing/merchant.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const TRADE = '/v3/bill/tradebill?bill_date=2026-11-23'
const FUND = '/v3/bill/fundflowbill?bill_date=2026-11-23'

let box: Box
let seed: Seed | undefined

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

const call = (path: string) => box.merchant.call('GET', path)
const errorOf = (answer: Answer) => [answer.status, answer.json['code']]
const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex')

async function pay(number: string, more: Readonly<Record<string, unknown>> = {}) {
  const answer = await box.merchant.prepay(number, box.openid, more)
  expect(box.use(answer.json['prepay_id'], 'pay').errMsg).toBe('requestPayment:ok')
}

/** To this time on 24 November in Beijing. */
const until = (hour: number) =>
  box.passTime(Date.parse('2026-11-23T16:00:00Z') + hour * HOUR_MS - box.wechat.world.nowMs())

/** One payment on the 23rd, and the morning after. */
async function oneDay() {
  await pay('bill-0001')
  await until(10)
}

it('R80 not today, not before ten, not after three months, and not for a day without trades', async () => {
  expect(box.wechat.world.nowMs()).toBe(BEGIN_MS)
  await pay('bill-0001')
  for (const path of [TRADE, FUND]) {
    expect(errorOf(await call(path))).toEqual([400, 'INVALID_REQUEST'])
  }
  await until(9.99)
  for (const path of [TRADE, FUND]) {
    expect(errorOf(await call(path))).toEqual([400, 'STATEMENT_CREATING'])
  }
  await until(10)
  for (const path of [TRADE, FUND]) {
    expect((await call(path)).status).toBe(200)
    const empty = await call(path.replace('23', '22'))
    expect(errorOf(empty)).toEqual([400, 'NO_STATEMENT_EXIST'])
    expect(isSignedBy(empty, box.seed.publicKey.publicKey)).toBe(
      empty.headers.get('wechatpay-serial') === box.seed.publicKey.id,
    )
    const old = await call(path.replace('2026-11-23', '2026-08-23'))
    expect(errorOf(old)).toEqual([400, 'INVALID_REQUEST'])
    await box.passTime(1000)
    const last = await call(path.replace('2026-11-23', '2026-08-24'))
    expect(errorOf(last)).toEqual([400, 'NO_STATEMENT_EXIST'])
  }
})

it('what a request may ask for is checked by name', async () => {
  await oneDay()
  const cases: readonly (readonly [path: string, status: number, code: string, name: string])[] = [
    ['/v3/bill/tradebill', 400, 'PARAM_ERROR', 'bill_date'],
    ['/v3/bill/tradebill?bill_date=20261123', 400, 'PARAM_ERROR', 'bill_date'],
    ['/v3/bill/tradebill?bill_date=2026-02-30', 400, 'INVALID_REQUEST', ''],
    ['/v3/bill/tradebill?bill_date=2026-11-25', 400, 'INVALID_REQUEST', ''],
    [`${TRADE}&bill_type=all`, 400, 'PARAM_ERROR', 'bill_type'],
    [`${TRADE}&bill_type=ALL_SPECIAL`, 403, 'NO_AUTH', ''],
    ['/v3/bill/tradebill?bill_type=ALL_SPECIAL', 400, 'PARAM_ERROR', 'bill_date'],
    [`${TRADE}&tar_type=ZIP`, 400, 'PARAM_ERROR', 'tar_type'],
    [`${FUND}&account_type=SAVINGS`, 400, 'PARAM_ERROR', 'account_type'],
    [`${FUND}&account_type=OPERATION`, 400, 'NO_STATEMENT_EXIST', ''],
    [`${FUND}&account_type=FEES`, 400, 'NO_STATEMENT_EXIST', ''],
  ]
  for (const [path, status, code, name] of cases) {
    await box.passTime(1000)
    const answer = await call(path)
    expect([path, ...errorOf(answer)]).toEqual([path, status, code])
    expect(answer.json['message']).toContain(name)
  }
})

it('R3 a request for a bill wants User-Agent and Accept before anything else', async () => {
  for (const path of [TRADE, FUND]) {
    for (const headers of [{ 'user-agent': '' }, { accept: '' }]) {
      const answer = await box.merchant.call('GET', path, undefined, { headers })
      expect(errorOf(answer)).toEqual([400, 'INVALID_REQUEST'])
      expect(answer.json['message']).toBe('Http头缺少Accept或User-Agent')
      expect(answer.headers.has('wechatpay-signature')).toBe(false)
    }
  }
})

it('R81 a link works once, for five minutes, for the merchant who asked', async () => {
  await oneDay()
  const asked = await call(TRADE)
  expect(asked.json).toMatchObject({
    hash_type: 'SHA1',
    hash_value: expect.stringMatching(/^[0-9a-f]{40}$/),
  })
  const path = pathOfLink(asked)
  expect(path).toMatch(/^\/v3\/billdownload\/file\?token=[\w-]{64}$/)
  const other = {
    ...box.wechat.world.must('merchants', box.seed.credentials.mchid),
    mchid: '1999900000',
  }
  box.wechat.world.put('merchants', other.mchid, other)
  const foreign = await box.merchant.call('GET', path, undefined, { mchid: other.mchid })
  expect(errorOf(foreign)).toEqual([403, 'NO_AUTH'])
  expect((await call(path)).status).toBe(200)
  expect(errorOf(await call(path))).toEqual([400, 'INVALID_REQUEST'])
  const late = pathOfLink(await call(TRADE))
  await box.passTime(5 * MINUTE_MS - 1)
  const last = pathOfLink(await call(TRADE))
  expect((await call(late)).status).toBe(200)
  await box.passTime(5 * MINUTE_MS)
  expect(errorOf(await call(last))).toEqual([400, 'INVALID_REQUEST'])
  expect(errorOf(await call('/v3/billdownload/file?token=x'))).toEqual([400, 'INVALID_REQUEST'])
  expect(errorOf(await call('/v3/billdownload/file'))).toEqual([400, 'INVALID_REQUEST'])
})

it('R81 the link names the host that was asked; the other documented path is a switch', async () => {
  await oneDay()
  const url = async (host: string) =>
    String(
      (await box.merchant.call('GET', TRADE, undefined, { headers: { host } })).json[
        'download_url'
      ],
    )
  for (const host of ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'api.wechatpay.cn']) {
    expect(await url(host)).toMatch(new RegExp(`^https://${host}/v3/billdownload/file\\?token=`))
  }
  expect(await url('127.0.0.1:4001')).toMatch(/^http:\/\/127\.0\.0\.1:4001\/v3\//)
  for (const host of ['', 'a b', 'evil"/x']) {
    expect(await url(host)).toMatch(/^https:\/\/api\.mch\.weixin\.qq\.com\/v3\//)
  }
  box.set({ bill_link: 'bill_downloadurl' })
  const path = pathOfLink(await call(TRADE))
  expect(path).toMatch(/^\/v3\/bill\/downloadurl\?token=/)
  expect((await call(path)).status).toBe(200)
})

it('a bill has the trades of its own merchant only, and no order that nobody paid', async () => {
  await box.merchant.prepay('bill-unpaid', box.openid)
  await oneDay()
  const { world } = box.wechat
  const [own] = world.values('trades').filter(({ payment }) => payment !== null)
  if (own === undefined) throw new Error('nobody paid')
  world.put('trades', '1999900000/bill-other', { ...own, mchid: '1999900000' })
  const { rows } = readBill(await billText(box.merchant, TRADE))
  expect(rows.map((row) => row['商户订单号'])).toEqual(['bill-0001'])
})

it('R14 a download must be signed over path and query, and its answer is not signed', async () => {
  await oneDay()
  const asked = await call(TRADE)
  const path = pathOfLink(asked)
  expect(asked.headers.has('wechatpay-signature')).toBe(true)
  const unsigned = await box.merchant.call('GET', path, undefined, { authorization: '' })
  expect(errorOf(unsigned)).toEqual([401, 'SIGN_ERROR'])
  const withoutQuery = await box.merchant.call('GET', path, undefined, { signedBody: 'x' })
  expect(errorOf(withoutQuery)).toEqual([401, 'SIGN_ERROR'])
  const file = await call(path)
  expect(file.status).toBe(200)
  const refused = await call(path)
  for (const answer of [file, refused]) {
    const signed = [...answer.headers.keys()].filter((name) => name.startsWith('wechatpay-'))
    expect(signed).toEqual([])
    expect(answer.headers.get('request-id')).toMatch(/-\d+$/)
  }
})

it('R82 U8 the hash is about the plain bytes, whether they travel compressed or not', async () => {
  await oneDay()
  const plain = await call(TRADE)
  const gzip = await call(`${TRADE}&tar_type=GZIP`)
  expect(gzip.json['hash_value']).toBe(plain.json['hash_value'])
  expect(pathOfLink(gzip)).toMatch(/&tartype=gzip$/)
  const file = await call(pathOfLink(plain))
  const packed = await call(pathOfLink(gzip))
  expect(packed.headers.get('content-encoding')).toBeNull()
  expect(packed.headers.get('content-type')).toBe('application/x-gzip')
  expect(file.headers.get('content-type')).toBe('text/plain')
  expect(gunzipSync(packed.bytes)).toEqual(file.bytes)
  expect(sha1(file.bytes)).toBe(plain.json['hash_value'])
  box.set({ bill_hash: 'compressed' })
  const again = await call(`${TRADE}&tar_type=GZIP`)
  expect(again.json['hash_value']).toBe(sha1(gzipSync(file.bytes)))
  expect(sha1((await call(pathOfLink(again))).bytes)).toBe(again.json['hash_value'])
  expect((await call(TRADE)).json['hash_value']).toBe(plain.json['hash_value'])
})

it('R83 header bare, cells behind backticks, two tables, byte order mark and line ends by switch', async () => {
  await oneDay()
  for (const newline of ['lf', 'crlf'] as const) {
    for (const bom of [true, false]) {
      box.set({ bill_newline: newline, bill_bom: bom })
      const text = await billText(box.merchant, TRADE)
      expect(text.startsWith('\uFEFF')).toBe(bom)
      expect(text.includes('\r\n')).toBe(newline === 'crlf')
      const lines = text.replace('\uFEFF', '').split(newline === 'crlf' ? '\r\n' : '\n')
      const [header = '', row = '', totalsHeader = '', totals = '', end] = lines
      expect([header.includes('`'), totalsHeader.includes('`'), end]).toEqual([false, false, ''])
      expect(row.split(',').every((cell) => cell.startsWith('`'))).toBe(true)
      expect(totals).toMatch(/^`1,`1\.00,`0\.00,`0\.00,`\d\.\d{5},`1\.00,`0\.00$/)
    }
  }
})

it('R83 a link made before a switch was thrown still gives the bytes of its hash', async () => {
  await oneDay()
  const asked = await call(TRADE)
  box.set({ bill_newline: 'crlf', bill_bom: false, bill_refund_time: 'acceptance' })
  expect(sha1((await call(pathOfLink(asked))).bytes)).toBe(asked.json['hash_value'])
})

it('R83 what a merchant wrote can’t break the table', async () => {
  const description = '苹果,香蕉\n"梨"`1'
  await pay('bill-0001', { description, attach: 'a,b\r\nc\\,' })
  await until(10)
  const [row] = readBill(await billText(box.merchant, TRADE)).rows
  expect(row).toMatchObject({ 商品名称: '苹果\\ 香蕉\\n"梨"`1', 商户数据包: 'a\\ b\\nc\\\\ ' })
})

it('R85 an order from before midnight that is paid after it is in the later bill', async () => {
  await until(-0.01)
  const late = await box.merchant.prepay('bill-late', box.openid)
  await pay('bill-last')
  await until(0)
  box.use(late.json['prepay_id'], 'pay')
  await until(24 + 10)
  const numbers = async (path: string) =>
    readBill(await billText(box.merchant, path)).rows.map((row: BillRow) => row['商户订单号'])
  expect(await numbers(TRADE)).toEqual(['bill-last'])
  expect(await numbers(TRADE.replace('-23', '-24'))).toEqual(['bill-late'])
})

it('the fund-flow bill may be asked for three times a second', async () => {
  await oneDay()
  const refused = async (times: number) => {
    const answers = []
    for (let nth = 0; nth < times; nth += 1) answers.push((await call(FUND)).status === 429)
    return answers
  }
  expect(await refused(5)).toEqual([false, false, false, true, true])
  await box.passTime(1000)
  expect(await refused(1)).toEqual([false])
  box.set({ fundflow_bill_per_second: 0 })
  expect(await refused(5)).not.toContain(true)
})
