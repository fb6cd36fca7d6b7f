import { expect, test } from 'vitest'
import { orderBody, type Said, type Seen, startPhone, withLogin } from './testing/phone.ts'

const five = {
  timeStamp: '1760000000',
  nonceStr: 'n',
  package: 'prepay_id=wx1',
  signType: 'RSA',
  paySign: 's',
}
const unpaid = { status: 200, body: orderBody() }
const paid = { status: 200, body: orderBody({ status: 'paid' }) }
const closed = { status: 200, body: orderBody({ status: 'closed' }) }
const confirms = (seen: Seen[]) => seen.filter(({ path }) => path.endsWith('/confirm')).length

/** A server that hands out the five strings and answers confirm with one thing after another. */
function till(...truths: Said[]) {
  let n = 0
  return withLogin(({ path }) => {
    if (path.endsWith('/pay')) {
      return { status: 200, body: { payment: five, order: orderBody() } }
    }
    return truths[Math.min(n++, truths.length - 1)] ?? 'silence'
  })
}

test.each([
  ['requestPayment:ok', paid, 'paid', 'ok'],
  ['requestPayment:fail cancel', unpaid, 'unpaid', 'cancel'],
  ['requestPayment:fail cancel', paid, 'paid', 'cancel'],
  ['requestPayment:fail (no permission)', unpaid, 'unpaid', 'fail'],
  ['requestPayment:fail (anything)', closed, 'closed', 'fail'],
])(
  '%s and the server says %o: the outcome is the server’s',
  async (errMsg, truth, outcome, kind) => {
    const phone = startPhone({ server: till(truth), cashier: () => errMsg })
    const result = await phone.till.pay('ord_1')
    expect(result.outcome).toBe(outcome)
    expect(result.callback).toEqual({ kind, errMsg })
    expect(confirms(phone.seen)).toBe(1)
  },
)

test('after an ok that WeChat can’t confirm yet the server is asked again, but not for ever', async () => {
  const late = startPhone({
    server: till(unpaid, unpaid, paid),
    cashier: () => 'requestPayment:ok',
  })
  expect((await late.till.pay('ord_1')).outcome).toBe('paid')
  expect(confirms(late.seen)).toBe(3)

  const never = startPhone({ server: till(unpaid), cashier: () => 'requestPayment:ok' })
  const result = await never.till.pay('ord_1')
  expect(result).toMatchObject({ outcome: 'unpaid', callback: { kind: 'ok' } })
  expect(confirms(never.seen)).toBe(6)
})

test('exactly the five strings reach WeChat', async () => {
  const asked: unknown[] = []
  const cashier = (callUp: unknown) => {
    asked.push(callUp)
    return 'requestPayment:ok'
  }
  await startPhone({ server: till(paid), cashier }).till.pay('ord_1')
  expect(asked).toEqual([five])
})

test('a number among the five strings is refused before the cashier opens', async () => {
  const bad = { status: 200, body: { payment: { ...five, timeStamp: 1760000000 } } }
  let opened = 0
  const phone = startPhone({
    server: withLogin(() => bad),
    cashier: () => {
      opened += 1
      return 'requestPayment:ok'
    },
  })
  await expect(phone.till.pay('ord_1')).rejects.toMatchObject({ code: 'bad_answer' })
  expect(opened).toBe(0)
})

test('two taps on pay open one cashier', async () => {
  let opened = 0
  const cashier = () => {
    opened += 1
    return 'requestPayment:ok'
  }
  const phone = startPhone({ server: till(paid), cashier })
  await Promise.all([phone.till.pay('ord_1'), phone.till.pay('ord_1')])
  expect(opened).toBe(1)
})

test.each([
  ['order_paid', paid, 'paid'],
  ['order_closed', closed, 'closed'],
])('an order that is settled already (%s) is told as it is', async (code, truth, outcome) => {
  const server = withLogin(({ path }) =>
    path.endsWith('/pay') ? { status: 409, body: { code } } : truth,
  )
  const result = await startPhone({ server }).till.pay('ord_1')
  expect(result).toMatchObject({ outcome, callback: { kind: 'none' } })
})

test('an unanswered confirm never reads as a failed payment', async () => {
  const phone = startPhone({ server: till('silence'), cashier: () => 'requestPayment:ok' })
  await expect(phone.till.pay('ord_1')).rejects.toMatchObject({ code: 'payment_unconfirmed' })
  // The note is still there: the next start asks.
  const next = startPhone({ server: till(paid), storage: phone.storage })
  expect((await next.till.resume()).map(({ status }) => status)).toEqual(['paid'])
})

test('a payment in flight when the app was killed is asked about at the next start, once settled no more', async () => {
  const killed = startPhone({ server: till(unpaid), cashier: () => null, still: true })
  void killed.till.pay('ord_1')
  await killed.advance(1000)

  const next = startPhone({ server: till(unpaid, paid), storage: killed.storage })
  expect((await next.till.resume()).map(({ status }) => status)).toEqual(['unpaid'])
  expect((await next.till.resume()).map(({ status }) => status)).toEqual(['paid'])
  expect(await next.till.resume()).toEqual([])
  expect(confirms(next.seen)).toBe(2)
})

test('an ok that stays unconfirmed is asked about later; a cancelled payment is not', async () => {
  const server = till(unpaid)
  const doubtful = startPhone({ server, cashier: () => 'requestPayment:ok' })
  await doubtful.till.pay('ord_1')
  expect(await doubtful.till.resume()).toHaveLength(1)

  const cancelled = startPhone({ server, cashier: () => 'requestPayment:fail cancel' })
  await cancelled.till.pay('ord_1')
  expect(await cancelled.till.resume()).toEqual([])
})

test('back in the app without a callback, pay ends with the truth after a moment', async () => {
  const phone = startPhone({ server: till(paid), cashier: () => null, still: true })
  let done = false
  const paying = phone.till.pay('ord_1').then((result) => {
    done = true
    return result
  })
  await phone.advance(60_000)
  expect(done).toBe(false)
  await phone.till.resume()
  await phone.advance(1_400)
  expect(done).toBe(false)
  await phone.advance(200)
  expect(await paying).toMatchObject({ outcome: 'paid', callback: { kind: 'none', errMsg: null } })
})

test('a cashier that never answers is given up after ten minutes', async () => {
  const phone = startPhone({ server: till(unpaid), cashier: () => null, still: true })
  const paying = phone.till.pay('ord_1')
  await phone.advance(10 * 60_000)
  expect(await paying).toMatchObject({ outcome: 'unpaid', callback: { kind: 'none' } })
})

test('resume never fails, drops orders that are not ours, and asks nothing when logged out', async () => {
  const storage = new Map([['minitill:https://till.example:paying', '["ord_9"]']])
  const lost = { status: 404, body: { code: 'not_found' } }
  const phone = startPhone({ server: till(lost), storage })
  expect(await phone.till.resume()).toEqual([])
  expect(phone.seen).toHaveLength(0)
  await phone.till.login()
  expect(await phone.till.resume()).toEqual([])
  expect(await phone.till.resume()).toEqual([])
  expect(confirms(phone.seen)).toBe(1)
})
