import { expect, test } from 'vitest'
import { orderBody, startPhone, withLogin } from './testing/phone.ts'

const five = {
  timeStamp: '1760000000',
  nonceStr: 'n',
  package: 'prepay_id=wx1',
  signType: 'RSA',
  paySign: 's',
}
const ids = ['template_paid', 'template_shipped', 'template_refunded']

/** A server with these templates, whose orders are paid. */
const till = (templates: object = { subscribe_template_ids: ids }) =>
  withLogin(({ path }) => {
    const body = path.endsWith('/pay')
      ? { payment: five, ...templates }
      : orderBody({ status: 'paid' })
    return { status: 200, body }
  })
const ok = () => 'requestPayment:ok'
const asking = { askForMessages: true }
const accepted = (asked: string[]) => Object.fromEntries(asked.map((id) => [id, 'accept']))

test('once paid, the person is asked for what the server has templates for', async () => {
  const asked: string[][] = []
  const messages = (templateIds: string[]) => {
    asked.push(templateIds)
    return { ...accepted(templateIds), template_shipped: 'reject', template_refunded: 'ban' }
  }
  const phone = startPhone({ server: till(), cashier: ok, messages })
  const result = await phone.till.pay('ord_1', asking)
  expect(result).toMatchObject({ outcome: 'paid', templateIds: ids, allowed: ['template_paid'] })
  expect(asked).toEqual([ids])
})

test('WeChat is asked inside the success callback of the payment, where it allows it', async () => {
  const events: string[] = []
  const phone = startPhone({
    server: till(),
    cashier: () => {
      // Runs before what was promised, and so only within the callback's own turn.
      queueMicrotask(() => events.push('callback over'))
      return 'requestPayment:ok'
    },
    messages: (templateIds) => {
      events.push('asked')
      return accepted(templateIds)
    },
  })
  await phone.till.pay('ord_1', asking)
  expect(events).toEqual(['asked', 'callback over'])
})

test.each([
  ['the person says no', { messages: () => ({ template_paid: 'reject' }) }],
  ['there was no tap', { messages: () => 'fail can only be invoked by user TAP gesture.' }],
  ['WeChat is too old', { isOld: true }],
  [
    'WeChat throws',
    {
      messages: () => {
        throw new Error('not supported')
      },
    },
  ],
])('%s: the payment is what it is, and nothing is allowed', async (_, steering) => {
  const phone = startPhone({ server: till(), cashier: ok, ...steering })
  const result = await phone.till.pay('ord_1', asking)
  expect(result).toMatchObject({ outcome: 'paid', callback: { kind: 'ok' }, allowed: [] })
})

test('a sheet that is never answered holds the result for a minute, and the question to the server not at all', async () => {
  const phone = startPhone({ server: till(), cashier: ok, messages: () => null, still: true })
  let done = false
  const paying = phone.till.pay('ord_1', asking).finally(() => {
    done = true
  })
  await phone.advance(59_000)
  expect(phone.seen.at(-1)?.path).toBe('/v1/orders/ord_1/confirm')
  expect(done).toBe(false)
  await phone.advance(1_000)
  expect(await paying).toMatchObject({ outcome: 'paid', allowed: [] })
})

test.each([
  ['without being told to', ok, undefined, {}],
  ['after a payment that was cancelled', () => 'requestPayment:fail cancel', undefined, asking],
  ['where the server names no templates', ok, {}, asking],
  ['where it names something else', ok, { subscribe_template_ids: 'x' }, asking],
])('nobody is asked %s', async (_, cashier, templates, options) => {
  let asked = 0
  const messages = (templateIds: string[]) => {
    asked += 1
    return accepted(templateIds)
  }
  const phone = startPhone({ server: till(templates), cashier, messages })
  expect(await phone.till.pay('ord_1', options)).toMatchObject({ allowed: [] })
  expect(asked).toBe(0)
})

test('a sound that was allowed beside the message is a yes', async () => {
  const [paid = '', shipped = ''] = ids
  const messages = () => ({ [paid]: 'acceptWithAudio', [shipped]: 'filter' })
  const phone = startPhone({ server: till(), cashier: ok, messages })
  expect(await phone.till.pay('ord_1', asking)).toMatchObject({ allowed: [paid] })
})
