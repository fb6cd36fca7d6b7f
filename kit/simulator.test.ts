import { expect, test } from 'vitest'
import { orderBody, type Seen, startPhone } from './testing/phone.ts'

const five = {
  timeStamp: '1',
  nonceStr: 'n',
  package: 'prepay_id=1',
  signType: 'RSA',
  paySign: 's',
}
const options = { simulator: 'http://127.0.0.1:4001' }

function server({ path, data }: Seen) {
  const bodies: Record<string, unknown> = {
    '/_sim/login': { code: 'sim-code' },
    '/_sim/phone-code': { code: 'sim-phone-code' },
    '/_sim/cashier': { errMsg: 'requestPayment:ok', trade_state: 'SUCCESS', dialog: null },
    '/v1/sessions': {
      token: `token of ${(data as { code?: string } | undefined)?.code}`,
      expires_at: '2027-01-01T00:00:00+08:00',
      account: { id: 'acc_1', phone_masked: null },
    },
    '/v1/session/phone': { id: 'acc_1', phone_masked: '138****8000' },
    '/v1/orders/ord_1/pay': { payment: five, order: orderBody() },
    '/v1/orders/ord_1/confirm': orderBody({ status: 'paid' }),
  }
  return { status: 200, body: bodies[path] }
}
const paths = (seen: Seen[]) => seen.map(({ path }) => path)

test('in development the whole path runs against the simulator, without WeChat', async () => {
  const phone = startPhone({ server, options, envVersion: 'develop', sheet: () => 0 })
  await phone.till.bindPhone({ errMsg: 'getPhoneNumber:fail no permission' })
  const result = await phone.till.pay('ord_1')
  expect(result).toMatchObject({ outcome: 'paid', callback: { kind: 'ok' } })
  expect(paths(phone.seen)).toEqual([
    '/_sim/phone-code',
    '/_sim/login',
    '/v1/sessions',
    '/v1/session/phone',
    '/v1/orders/ord_1/pay',
    '/_sim/cashier',
    '/v1/orders/ord_1/confirm',
  ])
  expect(phone.seen[5]?.data).toEqual({ ...five, action: 'pay' })
  expect(phone.loginCalls()).toBe(0)
})

test('the person’s choice becomes the action; a dismissed sheet cancels', async () => {
  for (const [tapped, action] of [
    [2, 'wrong_password'],
    [5, 'pay_and_leave'],
    [null, 'cancel'],
  ] as const) {
    const phone = startPhone({ server, options, envVersion: 'develop', sheet: () => tapped })
    await phone.till.pay('ord_1')
    const asked = phone.seen.find(({ path }) => path === '/_sim/cashier')
    expect(asked?.data).toMatchObject({ action })
  }
})

test.each(['release', 'trial'])(
  'in a %s version the simulator is never asked',
  async (envVersion) => {
    const phone = startPhone({ server, options, envVersion })
    await phone.till.login()
    expect(paths(phone.seen)).toEqual(['/v1/sessions'])
    expect(phone.loginCalls()).toBe(1)
  },
)

test('in development without the option, WeChat is asked', async () => {
  const phone = startPhone({ server, envVersion: 'develop' })
  await phone.till.login()
  expect(paths(phone.seen)).toEqual(['/v1/sessions'])
})

test('the bearer token never goes to the simulator', async () => {
  const phone = startPhone({ server, options, envVersion: 'develop', sheet: () => 0 })
  await phone.till.pay('ord_1')
  for (const { path, header } of phone.seen) {
    if (path.startsWith('/_sim/')) expect(header['Authorization']).toBeUndefined()
  }
})
