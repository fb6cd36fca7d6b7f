// Refusals that need no search: what was left out, garbled, unknown or sent before.
import { beforeAll, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'
import { WORDS } from './words.ts'

let box: Box

beforeAll(async () => {
  box = await openBox()
})

/** The code that the journal has for the last message. */
function told(): string | undefined {
  const last = box.wechat.journal.read(0, 5000).data.at(-1)
  const diagnosis = last?.verification.diagnosis
  expect(diagnosis?.en).toBe(WORDS[diagnosis?.code as keyof typeof WORDS]?.[0])
  return diagnosis?.code
}

const query = '/v3/pay/transactions/out-trade-no/gate-000001'
const path = () => `${query}?mchid=${box.seed.credentials.mchid}`

it('a header that must be there is named', async () => {
  await box.merchant.call('GET', '/v3/certificates', undefined, { headers: { accept: '' } })
  expect(told()).toBe('missing_header')
})

it('an Authorization without its five pairs is said to be malformed', async () => {
  await box.merchant.call('GET', path(), undefined, {
    authorization: 'Digest username="x"',
  })
  expect(told()).toBe('authorization_malformed')
})

it('a merchant that nobody registered is said to be unknown', async () => {
  await box.merchant.call('GET', path(), undefined, {
    mchid: '1999900009',
    serialNo: '1'.repeat(40),
    signedBody: 'x',
  })
  expect(told()).toBe('unknown_merchant')
})

it('a nonce that was used before is said to be a replay, where the switch refuses it', async () => {
  box.set({ nonce_replay: 'refuse' })
  const { serial_no: serial, mchid } = box.seed.credentials
  const timestamp = String(Math.floor(box.wechat.world.nowMs() / 1000))
  const signature = box.merchant.sign('GET', path(), timestamp, 'once', '')
  const pairs = `mchid="${mchid}",nonce_str="once",signature="${signature}"`
  const authorization = `WECHATPAY2-SHA256-RSA2048 ${pairs},timestamp="${timestamp}",serial_no="${serial}"`
  expect((await box.merchant.call('GET', path(), undefined, { authorization })).status).toBe(404)
  await box.merchant.call('GET', path(), undefined, { authorization })
  expect(told()).toBe('nonce_replayed')
  box.set()
})
