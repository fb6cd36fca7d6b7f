import { createHash } from 'node:crypto'
import { createGunzip, gunzipSync } from 'node:zlib'
import { beforeEach, expect, it } from 'vitest'
import { BILL_ALTERATIONS } from '../bills/alter.ts'
import { armPreset } from '../mischief.ts'
import type { Seed } from '../seed.ts'
import { billText, fenOf, pathOfLink, readBill } from '../testing/bill.ts'
import { type Box, openBox } from '../testing/box.ts'
import type { Answer } from '../testing/merchant.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const TRADE = '/v3/bill/tradebill?bill_date=2026-11-23'

let box: Box
let seed: Seed | undefined

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  for (const number of ['fault-0001', 'fault-0002']) {
    const answer = await box.merchant.prepay(number, box.openid)
    box.use(answer.json['prepay_id'], 'pay')
  }
  await box.passTime(DAY_MS)
})

const call = (path: string) => box.merchant.call('GET', path)
const errorOf = (answer: Answer) => [answer.status, answer.json['code']]
const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex')
const amounts = (text: string) => readBill(text).rows.map((row) => fenOf(row['订单金额']))
const numbers = (text: string) => readBill(text).rows.map((row) => row['商户订单号'])

/** The trade bill with one fault in its content; its hash fits all the same. */
async function struck(kind: string): Promise<string> {
  const disarm = box.arm('pay.tradebill', kind)
  const asked = await call(TRADE)
  disarm()
  const file = await call(pathOfLink(asked))
  expect(sha1(file.bytes)).toBe(asked.json['hash_value'])
  return file.text
}

it('F-55 a bill is late by the preset, twice for each kind, then there', async () => {
  armPreset(box.wechat.world, 'bill late', 'late', {})
  const seen = []
  for (let nth = 0; nth < 3; nth += 1) seen.push((await call(TRADE)).json['code'] ?? 'there')
  expect(seen).toEqual(['STATEMENT_CREATING', 'STATEMENT_CREATING', 'there'])
  box.arm('pay.tradebill', 'bill_missing')
  expect(errorOf(await call(TRADE))).toEqual([400, 'NO_STATEMENT_EXIST'])
})

it('F-56 a link is expired or somebody else’s, and a new one works', async () => {
  const path = pathOfLink(await call(TRADE))
  box.arm('pay.billdownload', 'link_expired')
  expect(errorOf(await call(path))).toEqual([400, 'INVALID_REQUEST'])
  box.arm('pay.billdownload', 'link_foreign')
  expect(errorOf(await call(path))).toEqual([403, 'NO_AUTH'])
  expect((await call(path)).status).toBe(200)
  box.arm('pay.tradebill', 'link_elsewhere')
  const { json } = await call(TRADE)
  expect(json['download_url']).toMatch(/^https:\/\/bills\.example\.invalid\//)
})

it('F-57 a wrong hash, a file cut off, damaged or packed otherwise: the hash shows it', async () => {
  const plain = await billText(box.merchant, TRADE)
  box.arm('pay.tradebill', 'wrong_hash')
  const asked = await call(TRADE)
  const file = await call(pathOfLink(asked))
  expect([file.text, sha1(file.bytes) === asked.json['hash_value']]).toEqual([plain, false])
  for (const kind of ['bill_cut', 'bill_damaged', 'gzip_flipped']) {
    for (const tar of ['', '&tar_type=GZIP']) {
      const again = await call(TRADE + tar)
      box.arm('pay.billdownload', kind)
      const { bytes } = await call(pathOfLink(again))
      const packed = (tar !== '') !== (kind === 'gzip_flipped')
      const content = packed ? gunzipSync(bytes) : bytes
      const same = kind === 'gzip_flipped'
      expect(sha1(content) === again.json['hash_value']).toBe(same)
      expect(content.length).toBeLessThanOrEqual(Buffer.byteLength(plain))
    }
  }
})

it('F-58 F-59 F-62 a row too many, too few or twice, and totals that fit the rows', async () => {
  const plain = numbers(await billText(box.merchant, TRADE))
  expect(plain).toEqual(['fault-0001', 'fault-0002'])
  expect(numbers(await struck('unknown_row'))).toEqual([...plain, 'fault99999'])
  expect(numbers(await struck('missing_row'))).toEqual(['fault-0002'])
  expect(numbers(await struck('duplicate_row'))).toEqual([...plain, 'fault-0001'])
  for (const kind of ['unknown_row', 'missing_row', 'duplicate_row', 'off_by_one_fen']) {
    const text = await struck(kind)
    const { totals, rows } = readBill(text)
    const sum = amounts(text).reduce((all, one) => all + one, 0)
    expect([totals['总交易单数'], fenOf(totals['订单总金额'])]).toEqual([String(rows.length), sum])
  }
})

it('F-60 one fen more in a row, or in the totals only', async () => {
  armPreset(box.wechat.world, 'bill with one altered fen', 'fen', {})
  expect(amounts(await billText(box.merchant, TRADE))).toEqual([101, 100])
  box.wechat.world.remove('faults', 'fen')
  const text = await struck('wrong_total')
  expect(amounts(text)).toEqual([100, 100])
  expect(readBill(text).totals['应结订单总金额']).toBe('2.01')
})

it('F-61 other columns, odd texts and numbers, and no totals at all', async () => {
  const old = readBill(await struck('old_columns'))
  expect(old.rows[0]).toMatchObject({ 子商户号: '0', 总金额: '1.00', 企业红包金额: '0.00' })
  expect(Object.keys(old.rows[0] ?? {})).toHaveLength(24)
  expect(old.totals).toMatchObject({ 总交易单数: '2', 总交易额: '2.00' })
  const moved = await struck('moved_columns')
  expect(moved.slice(1, 6)).toBe('特约商户号')
  expect(moved).toContain('退款总金额')
  expect((await struck('new_column')).split('\n')[0]).toMatch(/,新增列$/)
  expect(await struck('odd_text')).toContain('`红富士`1斤\\ "大"果\\n=1+1,`')
  expect(await struck('odd_numbers')).toMatch(/\n`2\.0,`2\.0,`0\.0,/)
  expect((await struck('missing_totals')).split('\n')).toHaveLength(4)
})

it('every alteration changes the bill, and none is without an effect on it', async () => {
  const plain = await billText(box.merchant, TRADE)
  const same = []
  for (const kind of BILL_ALTERATIONS) if ((await struck(kind)) === plain) same.push(kind)
  expect(same).toEqual([])
})

it('a bomb is a small file that unpacks to a gibibyte', async () => {
  const path = pathOfLink(await call(`${TRADE}&tar_type=GZIP`))
  box.arm('pay.billdownload', 'gzip_bomb')
  const { bytes } = await call(path)
  expect(bytes.length).toBeLessThan(2 * 1024 * 1024)
  let unpacked = 0
  const gunzip = createGunzip()
  gunzip.end(bytes)
  for await (const part of gunzip) {
    unpacked += (part as Buffer).length
    if (unpacked > 16 * 1024 * 1024) break
  }
  expect(unpacked).toBeGreaterThan(16 * 1024 * 1024)
})

it('a download that broke on its way has used its link up', async () => {
  const path = pathOfLink(await call(TRADE))
  box.arm('pay.billdownload', 'answer_lost')
  expect((await call(path)).status).toBe(0)
  expect(errorOf(await call(path))).toEqual([400, 'INVALID_REQUEST'])
})
