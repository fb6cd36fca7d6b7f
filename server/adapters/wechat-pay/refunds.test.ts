import { generateKeyPairSync } from 'node:crypto'
import { KeyRing, openField, type PayCall, type PlatformKey } from '@minitill/protocol'
import {
  instant,
  parseMchid,
  parseOutRefundNo,
  parseRefundId,
  parseSerialNo,
} from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { refundCalls } from './refunds.ts'
import type { Ring } from './rings.ts'

const now = instant(1_800_000_000_000)
const mchid = parseMchid('1999900001')
const outRefundNo = parseOutRefundNo('MTR1')
const told = {
  refund_id: '5030000001',
  out_refund_no: 'MTR1',
  transaction_id: '4200000001',
  out_trade_no: 'MT0000000001',
  status: 'PROCESSING',
  amount: { total: 300, refund: 100, currency: 'CNY' },
}

function key(serial: string, kind: PlatformKey['kind'], expiresAt: number | null) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const until = expiresAt === null ? null : instant(expiresAt)
  const times = { effectiveAt: until === null ? null : instant(0), expiresAt: until, issuer: '' }
  return { privateKey, key: { serial: parseSerialNo(serial), key: publicKey, kind, ...times } }
}

/** The calls over one key ring; whatever is sent is answered with this. */
function calls(keys: readonly PlatformKey[], status = 200, json: unknown = told) {
  const sent: PayCall[] = []
  const ring = {
    keys: () => new KeyRing(parseSerialNo('A'.repeat(40)), keys),
    look: async () => {},
  } as unknown as Ring
  const send = async (_ring: Ring, call: PayCall) => {
    sent.push(call)
    const body = Buffer.from(JSON.stringify(json))
    return { got: 'answer', authentic: true, status, body, json, requestId: '' } as const
  }
  return { sent, ...refundCalls({ ringOf: () => ring, send, now: () => now }) }
}

const card = {
  type: 'USER_BANK_CARD',
  bankType: 'CMB_DEBIT',
  bankAccount: '6225',
  realName: '张三',
}
const request = { mchid, outRefundNo, refundId: parseRefundId('5030000001'), ...card } as const

test('a card and a name leave sealed, for the key that the header names', async () => {
  const old = key('B'.repeat(40), 'certificate', now + 1)
  const young = key('C'.repeat(40), 'certificate', now + 1_000)
  const gone = key('D'.repeat(40), 'certificate', now - 1)
  const publicKey = key('PUB_KEY_ID_0000000000000000000001', 'public_key', null)
  const certificates = [old, young, gone]
  const cases = [
    [[...certificates, publicKey], publicKey],
    [certificates, young],
  ] as const
  for (const [keys, expected] of cases) {
    const { sent, abnormalRefund } = calls(keys.map((one) => one.key))
    await abnormalRefund({ ...request, type: 'USER_BANK_CARD' })
    const [call] = sent
    expect(call).toMatchObject({
      path: '/v3/refund/domestic/refunds/5030000001/apply-abnormal-refund',
      sealedWith: expected.key.serial,
    })
    const body = JSON.parse(call?.body ?? '')
    expect(body).toMatchObject({ out_refund_no: 'MTR1', bank_type: 'CMB_DEBIT' })
    expect(openField(expected.privateKey, body.bank_account)).toBe('6225')
    expect(openField(expected.privateKey, body.real_name)).toBe('张三')
    expect(call?.body).not.toMatch(/6225|张三/)
  }
})

test('without a key of WeChat’s nothing is sent at all', async () => {
  const { sent, abnormalRefund } = calls([key('D'.repeat(40), 'certificate', now - 1).key])
  const answer = await abnormalRefund({ ...request, type: 'USER_BANK_CARD' })
  expect(answer).toEqual({ got: 'silence', why: 'unreachable' })
  expect(sent).toEqual([])
})

test('A-58 an answer about another refund, or one that is none, is no answer', async () => {
  const own = calls([])
  expect((await own.refundQuery(mchid, outRefundNo)).got).toBe('answer')
  expect((await own.refund({ mchid, outRefundNo, body: '{}' })).got).toBe('answer')
  expect(own.sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v3/refund/domestic/refunds/MTR1',
    'POST /v3/refund/domestic/refunds',
  ])
  const amount = { total: 300, refund: '100' }
  for (const lie of [{ ...told, out_refund_no: 'MTR2' }, { ...told, amount }, null, []]) {
    const answer = await calls([], 200, lie).refundQuery(mchid, outRefundNo)
    expect(answer).toEqual({ got: 'silence', why: 'unverified' })
  }
})
